"""What a sheet says nowhere and its rows all need: asked once for the whole sheet, filled in only where it is known."""

from pathlib import Path

import pytest

from pairing_desktop.errors import Trouble
from pairing_desktop.services import importing, importing_given
from pairing_desktop.services.importing_lacking import lacking
from pairing_desktop.services.importing_plan import SUBJECT
from pairing_desktop.services.workspace import Workspace
from tests.services import small
from tests.services.sheets import book
from tests.services.small import QUARTER


def asked(ws: Workspace, path: Path, form: str) -> dict[str, str]:
    source = importing.look(path)
    layout = importing.layout_of(ws, source, form=form)
    return {one.target.id: one.text for one in lacking(ws, source, layout, form=form)}


def test_only_a_firms_own_county_is_filled_in_beforehand(county_ws: Workspace, tmp_path: Path) -> None:
    """Where a project or a demand comes from is nobody's guess."""
    firms = book(tmp_path / "名录.xlsx", {"一": [("企业名称", "从业人员", "指标年度"), ("示例甲竹业", 12, 2023)]})
    assert asked(county_ws, firms, "enterprise") == {"county": "遂昌县"}
    rows = [("项目名称", "投资主体", "总投资（亿元）"), ("环龙二期", "示例甲", 1.2)]
    projects = book(tmp_path / "项目.xlsx", {"一": rows})
    found = asked(county_ws, projects, "cooperation_project")
    assert {"origin", "host"} <= found.keys()
    assert set(found.values()) == {""}


def test_the_park_of_a_whole_quarterly_sheet_is_said_once(ws: Workspace, tmp_path: Path) -> None:
    """Its title may name it; no figure is asked for, for no two parks have the same."""
    keys = small.fill(ws)
    small.put(ws, "park", name="生物产业园")
    rows = [("遂昌竹产业园2024年二季度情况",), ("累计投资（万元）", "说明"), (42, "甲")]
    path = book(tmp_path / "季报.xlsx", {"一": rows})
    assert asked(ws, path, "sheet") == {SUBJECT: "竹产业园"}
    source = importing.look(path)
    layout = importing.layout_of(ws, source, form="sheet", quarter=QUARTER)
    bare = importing.dry_run(ws, source, layout, form="sheet", quarter=QUARTER)
    assert [row.fate.state for row in bare.rows] == ["refused"]
    for words in ("园区=竹产业", "园区名称=竹产业园", f"{SUBJECT}=竹产业园"):
        given = importing_given.read(ws, "sheet", layout, [words])
        plan = importing.dry_run(ws, source, layout, form="sheet", quarter=QUARTER, given=given)
        [row] = plan.rows
        assert (row.subject, row.fate.state, row.fate.payload["values"]["total"]) == (keys["park"], "changed", "42")
        assert f"没有“园区”的行按“{given[SUBJECT]}”读入" in plan.notes
    with pytest.raises(Trouble, match="全表都一样的“园区”没有看懂"):
        importing.dry_run(ws, source, layout, form="sheet", quarter=QUARTER, given={SUBJECT: "没有的园区"})


def test_a_row_that_names_its_park_itself_keeps_it(ws: Workspace, tmp_path: Path) -> None:
    """The one that is said once is for the rows that name none."""
    keys = small.fill(ws)
    other = small.put(ws, "park", name="生物产业园").key
    path = book(tmp_path / "季报.xlsx", {"一": [("园区", "累计投资（万元）"), ("生物产业园", 42), (None, 43)]})
    source = importing.look(path)
    layout = importing.layout_of(ws, source, form="sheet", quarter=QUARTER)
    plan = importing.dry_run(ws, source, layout, form="sheet", quarter=QUARTER, given={SUBJECT: "竹产业园"})
    assert [row.subject for row in plan.rows] == [other, keys["park"]]
