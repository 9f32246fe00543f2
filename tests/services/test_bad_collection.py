"""A shipped form's collection workbook, filled and spoilt the way people do: understood where it can be, else told.

Row by row, with the field; a row that is refused leaves nothing of itself behind.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from pairing_desktop.services import collecting, importing, importing_plan, importing_writing, listing
from pairing_desktop.services.importing import Plan
from pairing_desktop.services.workspace import Workspace
from tests import shipped as shipped_forms
from tests.services import sheets

FORM, PAGE, QUARTER = "investment_lead", "招商信息", "2024Q2"
FIRST, HEAD, IDS = 6, 5, 4
Spoil = Callable[[Any, dict[str, int]], None]
ROWS = (
    {"lead": "竹制家居生产线", "found": "2024-04-18", "source_county": "南湖区", "way": "扫码共享",
     "code_name": "招商地图", "stage": "接洽", "intended": 8000},
    {"lead": "精密部件扩产", "found": "2024-05-20", "source_county": "遂昌县", "way": "联席会议", "stage": "线索",
     "intended": 12000},
)


@pytest.fixture(scope="module")
def blank(shipped: Workspace, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("空表") / "采集表.xlsx"
    return collecting.save(shipped, FORM, path, quarter=QUARTER).read_bytes()


def spoilt(blank: bytes, path: Path, spoil: Spoil) -> Path:
    """Fill two rows, spoil the sheet, save it."""
    path.write_bytes(blank)
    book = load_workbook(path)
    page: Any = book[PAGE]
    page.protection.sheet = False
    places = {str(cell.value): cell.column for cell in page[IDS] if cell.value}
    for number, row in enumerate(ROWS, start=FIRST):
        for name, value in row.items():
            page.cell(number, places[name]).value = value
    spoil(page, places)
    book.save(path)
    return path


def across(page: Any, places: dict[str, int]) -> None:
    letters = (get_column_letter(places["code_name"]), get_column_letter(places["code_name"] + 1))
    page.merge_cells(f"{letters[0]}{FIRST + 1}:{letters[1]}{FIRST + 1}")


def put(row: int, name: str, value: object) -> Spoil:
    def spoil(page: Any, places: dict[str, int]) -> None:
        page.cell(FIRST + row, places[name]).value = value
    return spoil


def moved(page: Any, places: dict[str, int]) -> None:
    letter = get_column_letter(places["intended"])
    page.move_range(f"{letter}{IDS}:{letter}{FIRST + 1}", cols=page.max_column - places["intended"] + 1)


def renamed(page: Any, places: dict[str, int]) -> None:
    page.cell(HEAD, places["intended"]).value = "打算投多少（万元）"


def moved_in_sight(page: Any, places: dict[str, int]) -> None:
    """Change places of two columns of words, leaving the hidden row of ids behind."""
    one, other = places["code_name"], places["lead"]
    for row in range(HEAD, FIRST + 2):
        first, second = page.cell(row, one), page.cell(row, other)
        first.value, second.value = second.value, first.value


def merged(page: Any, places: dict[str, int]) -> None:
    letter = get_column_letter(places["way"])
    page.cell(FIRST + 1, places["way"]).value = None
    page.merge_cells(f"{letter}{FIRST}:{letter}{FIRST + 1}")


def merged_down(*names: str) -> Spoil:
    def spoil(page: Any, places: dict[str, int]) -> None:
        for name in names:
            letter = get_column_letter(places[name])
            page.cell(FIRST + 1, places[name]).value = None
            page.merge_cells(f"{letter}{FIRST}:{letter}{FIRST + 1}")
    return spoil


def hidden(page: Any, places: dict[str, int]) -> None:
    page.row_dimensions[FIRST + 1].hidden = True
    page.column_dimensions[get_column_letter(places["intended"])].hidden = True


def filtered(page: Any, places: dict[str, int]) -> None:
    page.auto_filter.ref = f"A{HEAD}:{get_column_letter(page.max_column)}{FIRST + 1}"
    page.auto_filter.add_filter_column(places["stage"] - 1, ["接洽"])
    page.row_dimensions[FIRST + 1].hidden = True


def totals(page: Any, places: dict[str, int]) -> None:
    page.cell(FIRST + 2, places["lead"]).value = "合计"
    page.cell(FIRST + 2, places["intended"]).value = 20000


def hundred_million(page: Any, places: dict[str, int]) -> None:
    page.cell(HEAD, places["intended"]).value = "意向投资额（亿元）"
    page.cell(FIRST, places["intended"]).value = 0.8
    page.cell(FIRST + 1, places["intended"]).value = 1.2


def read(ws: Workspace, path: Path) -> Plan:
    return sheets.plan(ws, path, FORM, quarter=QUARTER)[1]


UNDERSTOOD: dict[str, tuple[Spoil, str]] = {
    "as given": (put(0, "intended", 8000), ""),
    "moved": (moved, ""),
    "moved in sight": (moved_in_sight, ""),
    "renamed": (renamed, "“打算投多少（万元）”：表头改过，按采集表里这一列的“意向投资额”读入，请核对"),
    "merged": (merged, "合并的单元格有 1 处按合并区左上角的内容补齐：“共享方式”第7行"),
    "hidden": (hidden, "有 1 行被隐藏，也一并读入"),
    "filtered": (filtered, "有 1 行被筛选，也一并读入"),
    "totals row": (totals, "跳过合计行 1 行：第8行“合计”"),
    "date as text": (put(0, "found", "2024年4月18日"), ""),
    "date with dots": (put(0, "found", "2024.4.18"), ""),
    "date as digits": (put(0, "found", 20240418), ""),
    "date as a serial": (put(0, "found", 45400.0), ""),
    "hundred million in the cell": (put(0, "intended", "0.8亿元"), ""),
    "hundred million in the head": (hundred_million, ""),
    "full-width digits": (put(0, "intended", "８，０００"), ""),
    "full-width date": (put(0, "found", "２０２４－４－１８"), ""),
}


@pytest.mark.parametrize("case", UNDERSTOOD)
def test_what_can_be_understood_is(shipped: Workspace, blank: bytes, tmp_path: Path, case: str) -> None:
    spoil, note = UNDERSTOOD[case]
    plan = read(shipped, spoilt(blank, tmp_path / "交回.xlsx", spoil))
    values = [row.fate.payload["values"] for row in plan.rows]
    assert [(v["lead"], v["found"], v["intended"]) for v in values] == [
        ("竹制家居生产线", "2024-04-18", "8000"), ("精密部件扩产", "2024-05-20", "12000")]
    assert values[0]["way"] == "扫码共享"
    assert values[1]["way"] == ("扫码共享" if case == "merged" else "联席会议")
    assert [row.fate.state for row in plan.rows] == ["new", "new"]
    assert not note or note in plan.notes


REFUSED: dict[str, tuple[Spoil, str, str]] = {
    "no figure": (put(1, "intended", "大概不少"), "intended", "大概不少"),
    "no date": (put(1, "found", "四月份"), "found", "四月份"),
    "a day that is none": (put(1, "found", "2024-02-30"), "found", "没有 30 日"),
    "no such county": (put(1, "source_county", "某某县"), "source_county", "某某县"),
    "no such choice": (put(1, "stage", "差不多"), "stage", "差不多"),
    "another unit": (put(1, "intended", "120吨"), "intended", "不认识“吨”"),
    "two figures": (put(1, "intended", "100-200"), "intended", "100-200"),
    "an error where a figure was": (put(1, "intended", "#N/A"), "intended", "#N/A"),
    "formula without a value": (put(1, "intended", "=1+1"), "intended", "公式"),
    "an error where something must be": (put(1, "lead", "#N/A"), "lead", "#N/A"),
    "formula without a value where something must be": (put(1, "lead", "=1+1"), "lead", "公式"),
    "nothing where something must be": (put(1, "lead", None), "lead", "必须填写"),
    "later than the quarter": (put(1, "found", "2024-09-01"), "found", "晚于报告期末"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_is_told_at_its_row_and_stays_out_whole(
    shipped: Workspace, blank: bytes, tmp_path: Path, case: str,
) -> None:
    spoil, name, words = REFUSED[case]
    plan = read(shipped, spoilt(blank, tmp_path / "交回.xlsx", spoil))
    assert [row.fate.state for row in plan.rows] == ["new", "refused"]
    errors = [f for row in plan.rows for f in row.fate.findings if f.level == "error"]
    assert [(f.row, f.field) for f in errors] == [(FIRST + 1, name)]
    assert words in errors[0].message


@pytest.mark.parametrize("dash", ["—", "——", "-", " – "])
@pytest.mark.parametrize("name", ["intended", "code_name", "stage", "note"])
def test_a_dash_is_nothing(shipped: Workspace, blank: bytes, tmp_path: Path, name: str, dash: str) -> None:
    """Printed sheets have one where nothing was filled in; who reads such a sheet in means no more by it."""
    def spoil(page: Any, places: dict[str, int]) -> None:
        page.cell(FIRST + 1, places[name]).value = dash

    plan = read(shipped, spoilt(blank, tmp_path / "交回.xlsx", spoil))
    assert name not in plan.rows[1].fate.payload["values"]
    assert name not in plan.rows[1].fate.payload.get("raw", {})


def test_one_cell_over_two_columns_is_told(shipped: Workspace, blank: bytes, tmp_path: Path) -> None:
    plan = read(shipped, spoilt(blank, tmp_path / "交回.xlsx", across))
    assert [row.fate.state for row in plan.rows] == ["new", "refused"]
    assert "合并了" in next(f for f in plan.rows[1].fate.findings if f.level == "error").message


def test_the_windows_choice_of_columns_keeps_what_the_sheet_says_of_itself(
    shipped: Workspace, tmp_path: Path,
) -> None:
    """The window names the head row and the columns shown; the rows' numbers and hidden ids stay known."""
    path = collecting.save(shipped, "chain_link", tmp_path / "对接采集表.xlsx", quarter=QUARTER)
    source = importing.look(path)
    made = importing.layout_of(shipped, source, form="chain_link")
    shown = {c.place: c.target for c in made.columns if not c.target.startswith("@row")}
    again = importing.layout_of(shipped, source, form="chain_link", sheet=made.sheet, head=made.head, columns=shown)
    assert again.targets.keys() == made.targets.keys()
    assert importing_plan.ROW in again.targets


@pytest.mark.parametrize("form", [
    "enterprise", "diagnosis", *(form.id for form in shipped_forms.forms().forms if form.subject)])
def test_no_head_of_our_own_is_taken_for_a_renamed_one(shipped: Workspace, tmp_path: Path, form: str) -> None:
    source = importing.look(collecting.save(shipped, form, tmp_path / "采集表.xlsx", quarter=QUARTER))
    layout = importing.layout_of(shipped, source, form=form)
    assert [c.head for c in layout.columns if "表头改过" in c.note] == []


@pytest.mark.parametrize("name", ["intended", "lead"])
def test_a_figure_or_a_name_over_two_rows_is_told_in_both(
    shipped: Workspace, blank: bytes, tmp_path: Path, name: str,
) -> None:
    """Three firms' figure would be counted three times; whose it is, or each one's share, nobody can tell."""
    plan = read(shipped, spoilt(blank, tmp_path / "交回.xlsx", merged_down(name)))
    assert [row.fate.state for row in plan.rows] == ["refused", "refused"]
    told = [(f.row, f.field, f.message) for row in plan.rows for f in row.fate.findings if f.level == "error"]
    assert [(row, field) for row, field, _ in told] == [(FIRST, name), (FIRST + 1, name)]
    assert all("从第 6 行到第 7 行" in message and "合并" in message for *_, message in told)
    assert not any("补齐" in note for note in plan.notes), "what is refused was not filled"


def test_a_figure_over_two_lines_of_a_sub_table_is_told(shipped: Workspace, tmp_path: Path) -> None:
    path = collecting.save(shipped, "chain_link", tmp_path / "对接采集表.xlsx", quarter=QUARTER)
    book = load_workbook(path)
    main, lines = book.worksheets[0], book["需求清单"]
    for page, rows in ((main, [{"title": "对接会", "date": "2024-04-18"}]),
                       (lines, [{"对应序号": 1, "item": "工业丝", "amount": 6000}, {"对应序号": 1, "item": "帆布"}])):
        page.protection.sheet = False
        places = {str(cell.value): cell.column for cell in page[IDS] if cell.value}
        for number, row in enumerate(rows, start=FIRST):
            for name, value in row.items():
                page.cell(number, places.get(name, 1)).value = value  # 对应序号 comes first and has no id
    letter = get_column_letter(next(cell.column for cell in lines[IDS] if cell.value == "amount"))
    lines.merge_cells(f"{letter}{FIRST}:{letter}{FIRST + 1}")
    book.save(path)
    (row,) = sheets.plan(shipped, path, "chain_link", quarter=QUARTER)[1].rows
    told = [(f.row, f.sheet) for f in row.fate.findings if "第 6 行到第 7 行合并" in f.message]
    assert told == [(FIRST, "需求清单"), (FIRST + 1, "需求清单")]


def test_a_totals_row_is_told_by_its_word(shipped: Workspace, blank: bytes, tmp_path: Path) -> None:
    plan = read(shipped, spoilt(blank, tmp_path / "交回.xlsx", totals))
    assert [one.message for one in plan.skipped] == ["“合计”是合计行，不导入"]


@pytest.mark.parametrize("word", [
    "共计3家", "共3家", "全县合计", "合計", "平均", "三家企业合计数",
    "汇总", "全县汇总", "总数", "企业汇总数", "总计：3家", "小 计（三家）", "其中：规上",
    "例：竹制家居", "示例：竹制家居",
])
def test_words_of_a_total_or_an_example_are_no_record(
    shipped: Workspace, blank: bytes, tmp_path: Path, word: str,
) -> None:
    def spoil(page: Any, places: dict[str, int]) -> None:
        totals(page, places)
        page.cell(FIRST + 2, places["lead"]).value = word

    plan = read(shipped, spoilt(blank, tmp_path / "交回.xlsx", spoil))
    assert [row.fate.state for row in plan.rows] == ["new", "new"]
    assert [word in one.message for one in plan.skipped] == [True]


@pytest.mark.parametrize("name", ["共计科技有限公司", "平均律乐器厂", "合计划算商行", "例行公事公司", "汇总宝科技公司",
                                  "总数据公司"])
def test_names_that_begin_like_a_total_are_records(
    shipped: Workspace, blank: bytes, tmp_path: Path, name: str,
) -> None:
    plan = read(shipped, spoilt(blank, tmp_path / "交回.xlsx", put(1, "lead", name)))
    assert [row.fate.state for row in plan.rows] == ["new", "new"]


def test_a_missing_column_given_once_for_all_rows_is_told_so(shipped: Workspace, blank: bytes, tmp_path: Path) -> None:
    path = spoilt(blank, tmp_path / "交回.xlsx", lambda page, places: page.delete_cols(places["source_county"]))
    source = importing.look(path)
    layout = importing.layout_of(shipped, source, form=FORM)
    plan = importing.dry_run(shipped, source, layout, form=FORM, quarter=QUARTER, given={"source_county": "南湖区"})
    assert [note for note in plan.notes if "信息来源县" in note] == ["没有“信息来源县”的行按“南湖区”读入"]


def test_a_missing_column_is_named_and_takes_nothing_away(shipped: Workspace, blank: bytes, tmp_path: Path) -> None:
    path = spoilt(blank, tmp_path / "交回.xlsx", lambda page, places: page.delete_cols(places["intended"]))
    plan = read(shipped, path)
    assert "采集表里少了这些列，原有的数不动：意向投资额" in plan.notes
    assert all("intended" not in row.fate.payload["values"] for row in plan.rows)


def test_another_version_is_told(shipped: Workspace, blank: bytes, tmp_path: Path) -> None:
    def older(page: Any, _places: dict[str, int]) -> None:
        page.parent["_pairing"]["B4"] = "0"

    plan = read(shipped, spoilt(blank, tmp_path / "交回.xlsx", older))
    assert plan.notes[0] == "采集表是第 0 版，现在的表是第 1 版：能对上的列照常读入"


def test_only_whole_rows_go_in(shipped: Workspace, blank: bytes, tmp_path: Path) -> None:
    path = spoilt(blank, tmp_path / "交回.xlsx", put(1, "intended", "大概不少"))
    outcome = importing_writing.carry_out(shipped, read(shipped, path))
    assert (outcome.created, outcome.refused) == (1, 1)
    assert [line.label for line in listing.list_records(shipped, FORM, quarter=QUARTER).lines] == ["竹制家居生产线"]
    importing_writing.undo(shipped, outcome.id)
    assert listing.list_records(shipped, FORM, quarter=QUARTER).lines == ()


def test_a_unit_is_said_once_and_a_figure_seen_as_given(shipped: Workspace, tmp_path: Path) -> None:
    path = collecting.save(shipped, "diagnosis", tmp_path / "诊断采集表.xlsx", quarter=QUARTER)
    book = load_workbook(path)
    places = {cell.value: cell.column for cell in book["基线指标"][IDS]}
    shown = book["基线指标"].cell(FIRST, places["value"]).number_format
    assert shown == "General", "63.5 is seen as it was typed"
    heads = [str(cell.value) for cell in book["改善课题"][HEAD]]
    assert "投入（万元）" in heads
    assert "年收益（万元）" in heads
