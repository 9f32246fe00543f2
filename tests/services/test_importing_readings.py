"""How a row was read, before anything is stored: each field as it stands in the sheet and as it will be."""

from pathlib import Path

from openpyxl import Workbook

from pairing_desktop.services import importing, importing_deciding
from pairing_desktop.services.importing_plan import MERGE, Plan
from pairing_desktop.services.importing_readings import BEGUN, COMPUTED, ONCE, THERE, Reading, Readings
from pairing_desktop.services.workspace import Workspace
from tests.services import sheets, small
from tests.services.small import QUARTER

Lines = dict[str, tuple[str, str, bool]]


def read(ws: Workspace, plan: Plan, row: int = 0) -> tuple[Reading, ...]:
    return Readings(ws, plan).of(plan.rows[row])


def lines(found: tuple[Reading, ...]) -> Lines:
    return {one.label: (one.said, one.stored, one.differs) for one in found}


def test_units_dates_and_ticks_as_they_stand_and_as_they_are_stored(county_ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "表.xlsx", [
        ("2023年企业情况（单位：千元）",),
        ("企业名称", "所在县", "营业收入", "从业人员（人）", "专精特新", "小巨人", "规上"),
        ("示例甲竹业", "遂昌", "1,000", 12, "√", "√", "是")])
    _, plan = sheets.plan(county_ws, path, "enterprise", given={"figures_year": "2023"})
    found = read(county_ws, plan)
    assert lines(found) | {"称号": ("", "", False)} == {
        "企业名称": ("示例甲竹业", "示例甲竹业", False), "所在县（市、区）": ("遂昌", "遂昌县", True),
        "营业收入": ("1,000 千元", "100.00 万元", True), "从业人员": ("12 人", "12 人", False),
        "是否规上工业企业": ("是", "是", False), "称号": ("", "", False), "指标年度": (ONCE, "2023 年", False)}
    [honours] = [one for one in found if one.label == "称号"]
    assert (honours.sheet, set(honours.stored.split("、"))) == ("专精特新 √、小巨人 √", {"专精特新", "小巨人"})


def test_each_rows_own_unit_stands_beside_its_figure(county_ws: Workspace, tmp_path: Path) -> None:
    rows = [("企业名称", "营业收入", "单位"), ("示例甲", 1000, "千元"), ("示例乙", 2000, None)]
    _, plan = sheets.plan(county_ws, sheets.write(tmp_path / "表.xlsx", rows), "enterprise", keep_errors=True)
    shown = [lines(read(county_ws, plan, row))["营业收入"] for row in (0, 1)]
    assert shown == [("1000 千元", "100.00 万元", True), ("2000", "2,000.00 万元", False)]


def test_a_percentage_is_shown_as_excel_shows_it(county_ws: Workspace, tmp_path: Path) -> None:
    book = Workbook()
    page = book.worksheets[0]
    for row in (["企业名称", "指标", "计量单位", "改善前", "改善后"], ["双彩新材料", "一次合格率", "%", 0.652, 0.99],
                [None, "准交率", "%", 0.8, 0.915]):
        page.append(row)
    for cell in ("D2", "E2", "D3", "E3"):
        page[cell].number_format = "0.0%"
    book.save(tmp_path / "表.xlsx")
    _, plan = sheets.plan(county_ws, tmp_path / "表.xlsx", "lean_project", keep_errors=True)
    found = lines(read(county_ws, plan))
    first, second = (value for label, value in found.items() if label.startswith("成效指标"))
    assert first[0] == "一次合格率、%、65.2%、99%"
    assert second[0] == "准交率、%、80%、91.5%"
    assert "基期值 65.2，" in first[1]
    assert "对比期值 91.5" in second[1]


def test_what_no_cell_gives_comes_last_with_its_origin(ws: Workspace, tmp_path: Path) -> None:
    small.fill(ws)
    small.put(ws, "park", name="生物产业园")
    rows = [("园区", "累计投资（亿元）"), ("生物产业园", 0.0042), ("竹产业园", 0.0043)]
    path = sheets.write(tmp_path / "表.xlsx", rows)
    source = importing.look(path)
    layout = importing.layout_of(ws, source, form="sheet", quarter=QUARTER)
    plan = importing.dry_run(ws, source, layout, form="sheet", quarter=QUARTER, given={"words": "甲"})
    new, there = read(ws, plan), read(ws, plan, 1)
    assert [(one.label, one.said, one.stored) for one in new] == [
        ("园区", "生物产业园", "生物产业园"), ("累计投资", "0.0042 亿元", "42.00 万元"), ("说明", ONCE, "甲")]
    assert [(one.label, one.said, one.stored) for one in there][:2] == [
        ("园区", "竹产业园", "竹产业园"), ("累计投资", "0.0043 亿元", "43.00 万元")]
    assert {BEGUN, COMPUTED, THERE}.isdisjoint(one.origin for one in (*new, *there))


def test_what_was_not_understood_is_said_so(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "表.xlsx", [("企业名称", "营业收入（万元）"), ("示例甲", "很多")])
    _, plan = sheets.plan(ws, path, "firm")
    assert lines(read(ws, plan))["营业收入"] == ("很多", "“很多”没有看懂", True)


def test_a_row_merged_into_another_is_read_as_itself(ws: Workspace, tmp_path: Path) -> None:
    rows = [("企业名称", "营业收入（万元）", "曾用名"), ("示例甲", 12, ""), ("示例甲", 13, "老甲")]
    _, plan = sheets.plan(ws, sheets.write(tmp_path / "表.xlsx", rows), "firm")
    plan = importing_deciding.decide(ws, plan, plan.rows[1], MERGE)
    assert lines(read(ws, plan))["曾用名"][1] == "老甲"
