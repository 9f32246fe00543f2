"""Sheets of sub-tables in a collection workbook, spoilt the way people do: each row told, none dropped in silence."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from pairing_desktop.services import collecting, importing_refused
from pairing_desktop.services.importing import Plan, Source
from pairing_desktop.services.workspace import Workspace
from tests.services import sheets

FORM, MAIN, LINES, QUARTER = "chain_link", "产业链对接协作", "需求清单", "2024Q2"
FIRST, HEAD, IDS = 6, 5, 4
MEETINGS = ({"@": 1, "title": "甲对接会", "date": "2024-04-18"}, {"@": 2, "title": "乙对接会", "date": "2024-04-19"})
DEMANDS = ({"@": 1, "item": "工业丝", "amount": 6000}, {"@": 2, "item": "帆布", "amount": 100})


def read(ws: Workspace, folder: Path, spoil: Callable[[Any], None], *, form: str = FORM, main: str = MAIN,
         lines: str = LINES, rows: Sequence[Mapping[str, Any]] = MEETINGS,
         of: Sequence[Mapping[str, Any]] = DEMANDS) -> tuple[Source, Plan]:
    """Fill the form's workbook, spoil it, read it."""
    path = collecting.save(ws, form, folder / "采集表.xlsx", quarter=QUARTER)
    book = load_workbook(path)
    for name, filled in ((main, rows), (lines, of)):
        page = book[name]
        page.protection.sheet = False
        places = {str(cell.value): cell.column for cell in page[IDS] if cell.value}
        for number, row in enumerate(filled, start=FIRST):
            for field, value in row.items():
                page.cell(number, places["@ids" if field == "@" else field]).value = value
    spoil(book)
    book.save(path)
    return sheets.plan(ws, path, form, quarter=QUARTER, keep_errors=True)


def demands(plan: Plan) -> list[int]:
    return [len(row.fate.payload.get("values", {}).get("demands", ())) for row in plan.rows if not row.sheet]


def numbers_gone(book: Any) -> None:
    book[LINES].delete_cols(1)


def numbers_overwritten(book: Any) -> None:
    book[LINES].cell(IDS, 1).value = None
    book[LINES].cell(HEAD, 1).value = "编号"


def other_number(book: Any) -> None:
    book[LINES].cell(FIRST, 1).value = book[LINES].cell(FIRST + 1, 1).value = 9


@pytest.mark.parametrize(("spoil", "why"), [
    (numbers_gone, "没有“对应序号”这一列"), (numbers_overwritten, "没有“对应序号”这一列"), (other_number, "对应序号 9"),
])
def test_rows_of_no_record_are_refused_for_themselves(
    shipped: Workspace, tmp_path: Path, spoil: Callable[[Any], None], why: str,
) -> None:
    source, plan = read(shipped, tmp_path, spoil)
    assert [(row.number, row.sheet, row.fate.state) for row in plan.rows] == [
        (FIRST, "", "new"), (FIRST + 1, "", "new"), (FIRST, LINES, "refused"), (FIRST + 1, LINES, "refused")]
    assert [why in one.message for one in plan.findings if one.sheet == LINES] == [True, True]
    kept = load_workbook(importing_refused.save(source, plan, tmp_path / "拒收.xlsx"))
    assert kept.sheetnames == [MAIN, LINES]
    assert {"工业丝", "帆布"} <= {cell.value for row in kept[LINES].iter_rows() for cell in row}


def test_a_sheet_without_numbers_is_that_of_an_only_record(shipped: Workspace, tmp_path: Path) -> None:
    _, plan = read(shipped, tmp_path, numbers_gone, rows=MEETINGS[:1])
    assert [row.fate.state for row in plan.rows] == ["new"]
    assert demands(plan) == [2]


def test_a_sheet_that_is_gone_is_told_and_no_other_is_taken_for_it(shipped: Workspace, tmp_path: Path) -> None:
    def gone(book: Any) -> None:
        del book[LINES]

    _, plan = read(shipped, tmp_path, gone)
    assert f"少了工作表“{LINES}”：原有的不动" in plan.notes
    assert [row.fate.state for row in plan.rows] == ["new", "new"]
    assert demands(plan) == [0, 0]


def test_a_workbook_that_lost_its_marks_says_which_sheets_are_not_read(shipped: Workspace, tmp_path: Path) -> None:
    def unmarked(book: Any) -> None:
        del book["_pairing"]

    _, plan = read(shipped, tmp_path, unmarked)
    assert [note for note in plan.notes if "没有读：采集表里的标识不在了" in note and LINES in note]


def test_a_sheet_without_a_head_is_told(shipped: Workspace, tmp_path: Path) -> None:
    def beheaded(book: Any) -> None:
        for number in (IDS, HEAD):
            for cell in book[LINES][number]:
                cell.value = None

    _, plan = read(shipped, tmp_path, beheaded)
    assert [(row.sheet, row.fate.state) for row in plan.rows] == [("", "new"), ("", "new"), (LINES, "refused")]
    assert "认不出“需求清单”的表头" in plan.findings[-1].message


def test_hidden_rows_of_a_sub_table_are_told_as_of_any_sheet(shipped: Workspace, tmp_path: Path) -> None:
    def hidden(book: Any) -> None:
        book[LINES].row_dimensions[FIRST].hidden = True

    _, plan = read(shipped, tmp_path, hidden)
    assert f"工作表“{LINES}”：有 1 行被隐藏，也一并读入" in plan.notes
    assert demands(plan) == [1, 1]


@pytest.mark.parametrize(("value", "shown"), [(0.652, "0.0%"), ("65.2%", "@"), ("６５．２％", "@"), (65.2, "General")])
def test_a_percentage_is_taken_as_it_is_seen(shipped: Workspace, tmp_path: Path, value: object, shown: str) -> None:
    """Excel keeps 65.2 % as 0.652; a row of no fixed unit says % beside it."""
    def percent(book: Any) -> None:
        page = book["基线指标"]
        cell = page.cell(FIRST, next(c.column for c in page[IDS] if c.value == "value"))
        cell.value, cell.number_format = value, shown

    _, plan = read(shipped, tmp_path, percent, form="diagnosis", main="企业精益诊断", lines="基线指标",
                   rows=({"@": 1, "stage": "诊断"},), of=({"@": 1, "indicator": "良品率", "unit": "%"},))
    (row,) = (row for row in plan.rows[0].fate.payload["values"]["baseline"]
              if row["values"]["indicator"] == "良品率")
    assert row["values"]["value"] == "65.2"
    assert any("按 65.2 记" in note for note in plan.notes) == (shown != "General")
