"""Lists as counties keep them: heads of two lines, one year beside another, words for figures, blocks and townships."""

from pathlib import Path

from pairing_desktop.services import importing_writing
from pairing_desktop.services.workspace import Workspace
from tests.services import sheets


def test_the_year_of_the_sheet_goes_with_its_figures(county_ws: Workspace, tmp_path: Path) -> None:
    """A record with last year's figures takes this year's with their year; a list of telephones leaves both."""
    first = sheets.write(tmp_path / "a.xlsx", [("企业名称", "营业收入（万元）"), ("双彩", 3000)])
    importing_writing.carry_out(county_ws, sheets.plan(county_ws, first, "enterprise",
                                                       given={"figures_year": "2022"})[1])
    second = sheets.write(tmp_path / "b.xlsx", [("企业名称", "营业收入（万元）", "联系电话"), ("双彩", 3500, None),
                                                ("兰亭", None, "0578-1")])
    _, plan = sheets.plan(county_ws, second, "enterprise", given={"figures_year": "2023"})
    assert [(c.field, c.old, c.new) for c in plan.rows[0].fate.changes] == [
        ("figures_year", "2022", "2023"), ("revenue", "3,000.00", "3,500.00")]
    phones = sheets.write(tmp_path / "c.xlsx", [("企业名称", "联系电话"), ("双彩", "0578-1")])
    _, plan = sheets.plan(county_ws, phones, "enterprise", given={"figures_year": "2023"})
    assert [c.field for c in plan.rows[0].fate.changes] == ["phone"]
