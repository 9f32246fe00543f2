"""A workbook whose cells have no room for what they hold is told by sheet, column, row and cell, whoever signed it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pairing_desktop.exchange import agreement_workbook, packet
from tests.exchange.house import Files, House, with_part
from tests.exchange.test_agreement import SHEET, STYLES, codes, replaced, with_coordinates

Change = tuple[str, Callable[[str], str]]


def width(column: int, units: float) -> Callable[[str], str]:
    """Make a column of a sheet, from 1, so wide."""
    return lambda t: re.sub(rf'(<col width=")[0-9.]+(" [^>]*min="{column}")', rf"\g<1>{units}\2", t, count=1)


def height(row: int, points: float) -> Callable[[str], str]:
    """Make a row of a sheet so high."""
    return lambda t: re.sub(rf'(<row r="{row}" ht=")[0-9.]+', rf"\g<1>{points}", t, count=1)


UNREADABLE: dict[str, tuple[Change, str]] = {
    "a column too narrow for figures": ((SHEET, width(4, 1.2)), "D3 只有 7 磅宽，里面的“共1条”"),
    "a column too narrow for names": ((SHEET, width(2, 2.0)), "B4 只有 12 磅宽，里面的“企业名称”"),
    "a row of half a line": ((SHEET, height(5, 8)), "A5 只有 8 磅高，里面的“01”"),
}
LOOKS: dict[str, Change] = {
    "texts that don't wrap": (STYLES, lambda t: t.replace(' wrapText="1"', "")),
    "one style of text that doesn't wrap": (STYLES, replaced(' wrapText="1"', ' wrapText="0"')),
    "figures that are not shrunk to fit": (STYLES, lambda t: t.replace(' shrinkToFit="1"', "")),
    "a text that is shrunk instead": (STYLES, replaced(' wrapText="1"', ' wrapText="1" shrinkToFit="1"')),
}
TIGHT: dict[str, tuple[Change, str]] = {
    "a column that cuts its lines off": ((SHEET, width(3, 3.2)), "C3 只有 19 磅宽、19.6 磅高，里面的“2024年"),
    "letters that are larger than their row": (
        (STYLES, replaced('<name val="宋体"/><sz val="9"/>', '<name val="宋体"/><sz val="20"/>')),
        "A3 只有 514 磅宽、19.6 磅高"),
    "a figure shrunk to a speck": ((SHEET, lambda t: width(4, 3.0)(t).replace("<v>12.5</v>", "<v>1234567890.12</v>")),
                                   "D5 只有 18 磅宽、20.3 磅高，里面的“1234567890.12”"),
}
OTHERWISE: dict[str, tuple[Change, str]] = {
    "a column": ((SHEET, width(4, 3.2)), "D 列的宽度是 3.2，按数据重新生成应为 27.09"),
    "a row": ((SHEET, height(5, 12)), "第 5 行的高度是 12，按数据重新生成应为 20.3"),
    "an indent": ((STYLES, lambda t: t.replace('horizontal="right"', 'horizontal="right" indent="9"')),
                  "D3 的对齐与按数据重新生成的不同"),
    "letters": ((STYLES, replaced('<name val="宋体"/><sz val="9"/>', '<name val="宋体"/><sz val="7"/>')),
                "A3 的字体与按数据重新生成的不同"),
}


def told(house: House, files: Files, code: str, **how: bool) -> list[str]:
    return [p.message for p in house.ask(files, **how)["agreement"].problems if p.code == f"agreement.{code}"]


def elsewhere(files: Files) -> Files:
    """Return the files as another renderer's."""
    return with_coordinates(files, lambda said: said.update(renderer="0.0.9-0000"))


def test_the_sheets_of_our_own_have_room_for_all_they_hold(house: House) -> None:
    assert list(agreement_workbook.cut_off(house.files()[packet.WORKBOOK])) == []


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_column_or_row_that_shows_nothing_is_named(house: House, name: str) -> None:
    (part, change), where = UNREADABLE[name]
    files = with_part(house.files(), part, change)
    for found in (told(house, files, "workbook_room", appearance=False), told(house, files, "workbook_room"),
                  told(house, elsewhere(files), "workbook_room")):
        assert any(f"工作表“01 企业名录”的 {where}" in message for message in found), found


@pytest.mark.parametrize("name", LOOKS)
def test_a_style_that_would_cut_off_what_is_too_long_is_none_of_ours(house: House, name: str) -> None:
    found = house.ask(with_part(house.files(), *LOOKS[name]), appearance=False)["agreement"]
    assert "agreement.workbook_style" in codes(found)


@pytest.mark.parametrize("name", TIGHT)
def test_each_cell_of_another_renderers_is_asked_for_its_room(house: House, name: str) -> None:
    """Our own are drawn again; another's rows and columns may be others, but not smaller than what they hold."""
    (part, change), where = TIGHT[name]
    found = told(house, elsewhere(with_part(house.files(), part, change)), "workbook_room")
    assert any(where in message for message in found), found


@pytest.mark.parametrize("name", OTHERWISE)
def test_what_looks_otherwise_than_drawn_again_is_named(house: House, tmp_path: Path, name: str) -> None:
    """Whoever signed it: the base says the same as the workbook, and both are not what the data gives."""
    (part, change), where = OTHERWISE[name]
    [verdict] = house.verify(house.resigned(with_part(house.files(), part, change), tmp_path / "a.asice"))
    assert verdict.answers["signatures"] is True
    assert any(where in p.message for p in verdict.problems), verdict.problems
