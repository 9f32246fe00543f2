"""What a collection workbook says of itself, and how it is found again after Excel, WPS or LibreOffice saved it.

A sheet of its own, very hidden, holds form, version, digest and period, and a line for every other sheet; each of
those carries field ids in a hidden row above its head, so that columns may be moved and renamed. Plain cells survive
every program; names and properties don't.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from pairing_desktop.exchange.spreadsheet import Book, Sheet

SHEET = "_pairing"
MAGIC = "pairing-collection-1"
IDS = "@ids"
"""Stands in the hidden row above the column that numbers the rows."""
ROW = "@row"
"""The id of that column."""


class Place(Struct, frozen=True):
    """Where a sheet's head is (from 0), and its field ids by column."""

    head: int
    ids: dict[int, str]


class SheetMark(Struct, frozen=True):
    """A sheet of the workbook: ``table`` is "" for the main one, else the table field it holds."""

    name: str
    table: str

    @staticmethod
    def find(sheet: Sheet) -> Place | None:
        """Return where the head is, by the row of ids; None when somebody deleted it."""
        for number, row in enumerate(sheet.rows[:30]):
            places = [p for p, cell in enumerate(row) if cell == IDS]
            if places:
                ids = {p: ROW if cell == IDS else str(cell) for p, cell in enumerate(row) if cell}
                return Place(number + 1, ids)
        return None


class Marks(Struct, frozen=True):
    """A collection workbook's marks."""

    form: str
    title: str
    version: int
    digest: str
    period: str
    places: tuple[SheetMark, ...]

    @property
    def sheets(self) -> tuple[str, ...]:
        """Return the names of the sheets to fill."""
        return tuple(one.name for one in self.places)

    @property
    def main(self) -> str:
        """Return the name of the sheet with a row a record."""
        return next((one.name for one in self.places if not one.table), "")

    @property
    def tables(self) -> tuple[SheetMark, ...]:
        """Return the sheets of sub-tables."""
        return tuple(one for one in self.places if one.table)

    def of(self, name: str) -> SheetMark | None:
        """Return a sheet's mark."""
        return next((one for one in self.places if one.name == name), None)

    def lines(self) -> list[list[str]]:
        """Return the rows of the hidden sheet."""
        return [[MAGIC], ["form", self.form], ["title", self.title], ["version", str(self.version)],
                ["digest", self.digest], ["period", self.period],
                *(["sheet", one.name, one.table] for one in self.places)]


def read(book: Book) -> Marks | None:
    """Return the marks of a collection workbook, None for any other spreadsheet."""
    if SHEET not in book.names:
        return None
    lines = [[_word(cell) for cell in row] for row in book.sheet(SHEET).rows]
    if not lines or not lines[0] or lines[0][0] != MAGIC:
        return None
    facts = {line[0]: line[1] for line in lines if len(line) > 1 and line[0] != "sheet"}
    places = tuple(SheetMark(line[1], line[2] if len(line) > 2 else "") for line in lines if line[0] == "sheet")
    version = facts.get("version", "")
    return Marks(facts.get("form", ""), facts.get("title", ""), int(version) if version.isdigit() else 0,
                 facts.get("digest", ""), facts.get("period", ""), _renamed(book, places))


def _renamed(book: Book, places: Sequence[SheetMark]) -> tuple[SheetMark, ...]:
    """Return the sheets under their present names: renamed ones keep their order among the others.

    Where fewer are left than lack their name some were deleted, and nobody knows which: the main one is looked for.
    """
    there = {one.name for one in places}
    lacking = [one for one in places if one.name not in book.names]
    others = [name for name in book.names if name not in book.hidden and name != SHEET and name not in there]
    if len(others) < len(lacking):
        lacking = [one for one in lacking if not one.table]
    now = {one.name: name for one, name in zip(lacking, others, strict=False)}
    return tuple(SheetMark(now.get(one.name, one.name), one.table) for one in places)


def _word(cell: object) -> str:
    return f"{cell:.0f}" if isinstance(cell, float) else str(cell or "")
