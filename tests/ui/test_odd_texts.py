"""Texts that programs trip over: typed in the window, saved, in the workbook, on the PDF, read back from a sheet."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt

from pairing_desktop.errors import Trouble
from pairing_desktop.services import collecting, form_printing, importing, importing_writing, listing
from pairing_desktop.services.form_printing import Wanted
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.entry_page import EntryPage
from tests.paper import texts
from tests.ui.conftest import QUARTER, Open, field, keys

pytestmark = pytest.mark.gui

NAMES = ("=1+1有限公司", "+86示例公司", "-示例竹业", "@示例公司", "'示例公司", "𬳽㛃䶮竹木", "甲" * 80)
WANTED = Wanted(form="enterprise", quarter=QUARTER)


def entered(qtbot: Any, page: EntryPage, name: str) -> None:
    page.new()
    line = field(page, "name")
    keys(qtbot, line, name)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    county = field(page, "county")
    keys(qtbot, county, "遂昌县")
    qtbot.keyClick(county, Qt.Key.Key_Return)
    assert page.entry is not None
    assert page.save()


def labels(ws: Workspace) -> list[str]:
    return [line.label for line in listing.list_records(ws, "enterprise", quarter=QUARTER).lines]


def test_odd_names_come_through_window_workbook_pdf_and_import(qtbot: Any, open_page: Open, ws: Workspace,
                                                               tmp_path: Path) -> None:
    import openpyxl
    page = open_page("enterprise")
    for name in NAMES:
        entered(qtbot, page, name)
        assert page.entry is not None
        assert not [f for f in page.entry.found.all if f.path == "name"]
    assert set(NAMES) < set(labels(ws))
    book = openpyxl.load_workbook(BytesIO(form_printing.drawn(ws, WANTED, "xlsx")))
    cells = {cell.value: cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value in NAMES}
    assert set(cells) == set(NAMES)
    assert {cell.data_type for cell in cells.values()} == {"s"}
    text = "".join("".join(texts(form_printing.drawn(ws, WANTED, "pdf"))).split())
    assert [name for name in NAMES if name not in text] == []
    sheet = collecting.save(ws, "enterprise", tmp_path / "采集表.xlsx", quarter=QUARTER, with_records=True)
    for name in NAMES:
        again = read_again(ws, sheet)[name]
        assert again == "unchanged", name


def read_again(ws: Workspace, sheet: Path) -> dict[str, str]:
    source = importing.look(sheet)
    plan = importing.dry_run(ws, source, importing.layout_of(ws, source, form="enterprise"), form="enterprise",
                             quarter=QUARTER)
    return {row.fate.label: row.fate.state for row in plan.rows}


def test_odd_names_are_read_from_a_table_of_their_own(ws: Workspace, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    page: Any = book.active
    page.append(["企业名称", "所在县（市、区）"])
    for place, name in enumerate(NAMES, 2):
        page.append([None, "遂昌县"])
        page.cell(place, 1).value = name
        page.cell(place, 1).data_type = "s"
    book.save(tmp_path / "去年.xlsx")
    source = importing.look(tmp_path / "去年.xlsx")
    plan = importing.dry_run(ws, source, importing.layout_of(ws, source, form="enterprise"), form="enterprise",
                             quarter=QUARTER)
    assert [row.fate.state for row in plan.rows] == ["new"] * len(NAMES)
    importing_writing.carry_out(ws, plan)
    assert set(NAMES) < set(labels(ws))


@pytest.mark.parametrize(("name", "rule", "word"), [
    ("乙" * 200, "limits", "80"), ("竹业😀公司", "glyph", "表情符号（U+1F600）"),
])
def test_a_name_too_long_and_an_emoji_are_kept_and_found(qtbot: Any, open_page: Open, ws: Workspace, name: str,
                                                         rule: str, word: str) -> None:
    page = open_page("enterprise")
    entered(qtbot, page, name)
    assert page.entry is not None
    (found,) = [f for f in page.entry.found.all if f.path == "name"]
    assert (found.rule, found.level) == (rule, "error")
    assert word in found.message
    assert name in labels(ws)
    assert name in read_again(ws, collecting.save(ws, "enterprise", ws.path.parent / "采集.xlsx", quarter=QUARTER,
                                                  with_records=True))
    if rule == "glyph":
        with pytest.raises(Trouble) as told:
            form_printing.drawn(ws, WANTED, "pdf")
        assert "😀" in str(told.value)
