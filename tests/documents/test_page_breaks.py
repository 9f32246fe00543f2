"""Where pages end: as few as there must be, before a section rather than inside one, none left hollow."""

import pytest

from pairing_desktop.documents.page_breaks import page_breaks
from pairing_desktop.documents.strips import Strip

SECTION, ROW, KEPT, TABLE = Strip(1, section=True, keep=True), Strip(1), Strip(1, keep=True), Strip(1, opens=True)
WIDE = Strip(1, grow=8)


def section(rows: int) -> list[Strip]:
    return [SECTION, *[ROW] * (rows - 1)]


@pytest.mark.parametrize(("strips", "ends", "why"), [
    ([ROW] * 95, [95], "one page"),
    ([ROW] * 250, [100, 200, 250], "one long table"),
    ([*section(80), *section(60)], [80, 140], "before a section where the page is full enough"),
    ([*section(40), *section(100)], [100, 140], "inside one where half a page would stay blank"),
    ([*section(65), *section(25), *section(36), *section(20), *[KEPT] * 55], [65, 126, 201],
     "a section goes along with the rooms for stamps, and what is before it is shared out"),
    ([*section(80), *section(80), *section(40)], [100, 200], "fewer pages rather than whole sections"),
    ([*[ROW] * 79, TABLE, *[ROW] * 40], [79, 120], "before a table where the page is full enough"),
    ([*[ROW] * 60, TABLE, *[ROW] * 60], [100, 121], "inside it where it is not"),
    ([*[ROW] * 58, WIDE, WIDE, SECTION, *[ROW] * 60], [60, 121], "before it where rows to write in fill the page"),
])
def test_a_page_ends_where_least_is_torn_and_none_is_hollow(strips: list[Strip], ends: list[int], why: str) -> None:
    assert page_breaks(strips, lambda _start: 100.0) == ends, why


def test_what_is_taller_than_a_page_has_one_of_its_own() -> None:
    assert page_breaks([ROW, Strip(130), ROW], lambda _start: 100.0) == [1, 2, 3]
    assert page_breaks([KEPT] * 130, lambda _start: 100.0) == [100, 130]


def test_a_later_page_has_less_room_under_its_repeated_head() -> None:
    assert page_breaks([ROW] * 250, lambda start: 90.0 if start else 100.0) == [100, 190, 250]
