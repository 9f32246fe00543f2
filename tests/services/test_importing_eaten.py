"""What a cell eats of a number that is none: the first nought of a telephone's area."""

from pathlib import Path

from pairing_desktop.services.workspace import Workspace
from tests.services import sheets


def test_a_telephone_kept_as_a_number_gets_its_nought_again(county_ws: Workspace, tmp_path: Path) -> None:
    phones = [5788123456, 57188123456, 13957800001, 4008001234, 8123456, "5788123456"]
    path = sheets.write(tmp_path / "表.xlsx", [
        ("企业名称", "联系电话"), *((f"示例{n}厂", phone) for n, phone in enumerate(phones))])
    _, plan = sheets.plan(county_ws, path, "enterprise", keep_errors=True)
    assert [row.fate.payload["values"]["phone"] for row in plan.rows] == [
        "05788123456", "057188123456", "13957800001", "4008001234", "8123456", "5788123456"]
    assert "“联系电话”的“5788123456”按“05788123456”、“57188123456”按“057188123456”读入" in plan.notes
