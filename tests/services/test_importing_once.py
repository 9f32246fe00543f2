"""What a sheet says nowhere and its rows all need: asked once for the whole sheet, filled in only where it is known."""

from pathlib import Path

from pairing_desktop.services import importing
from pairing_desktop.services.workspace import Workspace
from tests.services.sheets import book


def asked(ws: Workspace, path: Path, form: str) -> dict[str, str]:
    source = importing.look(path)
    layout = importing.layout_of(ws, source, form=form)
    return {one.target.id: one.text for one in importing.lacking(ws, source, layout, form=form)}


def test_only_a_firms_own_county_is_filled_in_beforehand(county_ws: Workspace, tmp_path: Path) -> None:
    """Where a project or a demand comes from is nobody's guess."""
    firms = book(tmp_path / "名录.xlsx", {"一": [("企业名称", "从业人员", "指标年度"), ("示例甲竹业", 12, 2023)]})
    assert asked(county_ws, firms, "enterprise") == {"county": "遂昌县"}
    rows = [("项目名称", "投资主体", "总投资（亿元）"), ("环龙二期", "示例甲", 1.2)]
    projects = book(tmp_path / "项目.xlsx", {"一": rows})
    found = asked(county_ws, projects, "cooperation_project")
    assert {"origin", "host"} <= found.keys()
    assert set(found.values()) == {""}
