"""Blocks of one sheet under titles of different years: each record's figures are of its own block's year."""

from pathlib import Path

import pytest

from pairing_desktop.services import importing_writing
from pairing_desktop.services.workspace import Workspace
from tests.services import sheets

FORM = "enterprise"
HEADS = ("企业名称", "营业收入（万元）", "联系电话")


def blocks(path: Path, first: str, second: str, *last: tuple[object, ...]) -> Path:
    return sheets.write(path, [(first,), HEADS, ("遂昌甲厂", 1000, None), ("遂昌乙厂", 500, None), (), (second,), HEADS,
                               *(last or [("遂昌甲厂", 1200, None), ("遂昌丙厂", 700, None)])])


def test_each_block_has_the_year_of_its_title(county_ws: Workspace, tmp_path: Path) -> None:
    """A firm in both goes in with the newer year; the older row is left out, says why, and the note tells the years."""
    source = blocks(tmp_path / "表.xlsx", "2022年规上企业", "2023年规上企业")
    given = {"county": "遂昌县", "figures_year": "2022"}
    _, plan = sheets.plan(county_ws, source, FORM, given=given)
    years = {row.number: (row.fate.state, row.fate.payload["values"]["figures_year"]) for row in plan.rows}
    assert years == {3: ("refused", 2022), 4: ("new", 2022), 8: ("new", 2023), 9: ("new", 2023)}
    [said] = [f.message for f in plan.rows[0].fate.findings if f.level == "error"]
    assert "第 8 行" in said
    assert "2022 年的较早" in said
    assert "各段的标题写明年份，“指标年度”第3、4行按 2022、第8、9行按 2023 读入" in plan.notes
    importing_writing.carry_out(county_ws, plan)
    _, again = sheets.plan(county_ws, source, FORM, given=given)
    assert {row.number: row.fate.state for row in again.rows if row.number > 3} == {
        4: "unchanged", 8: "unchanged", 9: "unchanged"}


@pytest.mark.parametrize("title", ["2023年新增规上企业", "2023年1-6月规上企业", "2022—2023年规下企业"])
def test_a_title_that_may_mean_another_year_is_told_and_gives_none(county_ws: Workspace, tmp_path: Path,
                                                                   title: str) -> None:
    source = blocks(tmp_path / "表.xlsx", "2022年规上企业", title, ("遂昌丙厂", 700, None))
    _, plan = sheets.plan(county_ws, source, FORM, given={"county": "遂昌县", "figures_year": "2021"})
    assert {row.fate.payload["values"]["figures_year"] for row in plan.rows} == {2021}
    assert any(f"“2022年规上企业”、“{title}”" in note for note in plan.notes)


def test_a_record_without_figures_takes_no_year(county_ws: Workspace, tmp_path: Path) -> None:
    source = blocks(tmp_path / "表.xlsx", "2022年规上企业", "2023年规上企业", ("遂昌丙厂", None, "0578-1"))
    _, plan = sheets.plan(county_ws, source, FORM, given={"county": "遂昌县"})
    assert [row.fate.payload["values"].get("figures_year") for row in plan.rows] == [2022, 2022, None]


def test_the_day_a_table_was_filled_in_is_no_blocks_year(county_ws: Workspace, tmp_path: Path) -> None:
    source = sheets.write(tmp_path / "表.xlsx", [
        ("2022年规上企业",), ("填报日期：2024年1月5日",), HEADS, ("遂昌甲厂", 1000, None), (),
        ("2023年规上企业",), HEADS, ("遂昌丙厂", 700, None)])
    _, plan = sheets.plan(county_ws, source, FORM, given={"county": "遂昌县"})
    assert [row.fate.payload["values"].get("figures_year") for row in plan.rows] == [2022, 2023]
