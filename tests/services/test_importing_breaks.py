"""Line breaks within a cell: one that makes a name fit is none, lines of a list stay apart, and it is said."""

from pathlib import Path

from pairing_desktop.services.workspace import Workspace
from tests.services import sheets


def test_breaks_are_joined_or_keep_what_is_listed_apart(county_ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "表.xlsx", [
        ("企业名称", "主要产品", "备注"), ("示例竹业\n有限公司", "竹炭\n竹醋液、\r\n竹席\n", "已停\n产"),
        ("乙公司", "竹筷", "无")])
    _, plan = sheets.plan(county_ws, path, "enterprise", keep_errors=True)
    values = plan.rows[0].fate.payload["values"]
    assert (values["name"], values["products"], values["note"]) == ("示例竹业有限公司", "竹炭、竹醋液、竹席", "已停产")
    assert [note for note in plan.notes if "换行" in note] == [
        "“主要产品”的“竹炭（换行）竹醋液、（换行）竹席”按“竹炭、竹醋液、竹席”读入",
        "“备注”的“已停（换行）产”按“已停产”读入"]
