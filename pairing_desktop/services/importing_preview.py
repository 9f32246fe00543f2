"""What of a sheet is shown to choose from: its first lines, its columns by name, what stands in them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.exchange.spreadsheet_views import home
from pairing_desktop.formspec.fieldtypes.interface import cell_text
from pairing_desktop.services import importing, importing_spelling, importing_together, listing
from pairing_desktop.services.importing_plan import ABOVE, BESIDE, LEFT, PRINTED, TICKED, Column, Layout
from pairing_desktop.services.importing_refused import shown_cell
from pairing_desktop.services.template_xml import column_letters

if TYPE_CHECKING:
    from pairing_desktop.exchange.spreadsheet import Sheet
    from pairing_desktop.formspec.definition import Field, Form
    from pairing_desktop.services.importing import Source
    from pairing_desktop.services.workspace import Workspace

LINES, WIDTH = 40, 100
SAMPLES = 3
_ABOUT = frozenset("约近超逾足到多少余来上下右+")
"""What is in every figure that is none: the others are not looked at."""


class Shown(Struct, frozen=True):
    """A sheet's first lines as they are read, what they and their columns are called, and each column's contents."""

    lines: list[tuple[str, ...]]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    head: int
    """The head's line."""
    names: dict[int, str]
    """What a column that is read is called, by place: C, 第 3 行, B3."""
    samples: dict[int, list[str]]
    rough: dict[int, Counter[str]]
    """Figures that are none (120余人), how often each, by place."""
    form: Form

    def asked(self, column: Column, target: str) -> tuple[str, str, int] | None:
        """Return the first figure of a column that a field refuses as it is, what it is taken as, how many there are.

        None where none are: a field may keep 约 and 以上 with its figure.
        """
        if column.place not in self.rough or not target or target.startswith("@") or TICKED in target:
            return None
        field, texts = self.form.field(target), self.rough[column.place]
        asked = {text: count for text, count in texts.items() if not _taken(column, field, text)
                 and _taken(column, field, importing_spelling.rough(text))} if field.is_number else {}
        first = next(iter(asked), "")
        return (first, importing_spelling.rough(first), sum(asked.values())) if first else None


def preview(ws: Workspace, source: Source, layout: Layout, form: str) -> Shown:
    """Return what is shown of a sheet that is read in this way."""
    sheet = importing_together.whole(source.book, layout, importing.targets_of(ws, form))
    all_lists = bool(layout.lists) and not layout.way.part
    first = importing.sheet_of(source, layout.sheet) if layout.way.heads == ABOVE and (
        all_lists or not layout.lists) else sheet
    width = min(first.width, WIDTH)
    lines = [tuple(shown_cell(c) for c in row[:width]) for row in first.rows[:LINES]]
    lines = [line + ("",) * (width - len(line)) for line in lines]
    across, beside = layout.way.heads == LEFT, layout.way.heads == BESIDE
    rows = ("名称", "内容") if beside else tuple(
        column_letters(home(first, n).column + 1) if across else str(n + 1) for n in range(len(lines)))
    columns = tuple(_name(first, 1 if beside else 0, place, layout.way.heads) for place in range(width))
    names = {c.place: _name(sheet, 1 if beside else 0, c.place, layout.way.heads) for c in layout.columns}
    below = sheet.rows[layout.start:]
    samples = {c.place: [text for row in below[:LINES] if c.place < len(row) and (text := shown_cell(row[c.place]))]
               for c in layout.columns}
    return Shown(lines, rows, columns, layout.head, names, samples, _rough(sheet, layout), listing.form_of(ws, form))


def _name(sheet: Sheet, row: int, place: int, heads: str) -> str:
    at = home(sheet, row, place)
    letters = column_letters(at.column + 1)
    return f"{letters}{at.row + 1}" if heads in (BESIDE, PRINTED) else str(at.row + 1) if heads == LEFT else letters


def _rough(sheet: Sheet, layout: Layout) -> dict[int, Counter[str]]:
    """Return the figures that are none, by column."""
    places, found = {c.place for c in layout.columns}, dict[int, Counter[str]]()
    for row in sheet.rows[layout.start:]:
        for place, cell in enumerate(row):
            if type(cell) is str and not _ABOUT.isdisjoint(cell) and place in places and importing_spelling.rough(cell):
                found.setdefault(place, Counter())[cell_text(cell).strip()] += 1
    return found


def _taken(column: Column, field: Field, text: str) -> bool:
    """Tell whether a field takes a figure as it is."""
    from pairing_desktop.formspec.values import NotUnderstood

    try:
        return importing_spelling.figure(column, field, text, percent=False).value is not None
    except NotUnderstood:
        return False
