"""Styles of workbook cells, made once each, and cells that carry one by number."""

from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

from openpyxl.cell import Cell as OpenpyxlCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from pairing_desktop.documents.model import Align

Kind: TypeAlias = Literal["body", "label", "heading", "title", "subtitle", "annex", "line", "note"]
HORIZONTAL = {"left": "left", "centre": "center", "right": "right"}
FONTS: dict[Kind, tuple[str, float]] = {
    "body": ("宋体", 9), "label": ("黑体", 9), "heading": ("黑体", 10), "title": ("黑体", 17), "subtitle": ("黑体", 13),
    "annex": ("黑体", 12), "line": ("宋体", 9), "note": ("宋体", 8),
}
"""On every office PC; the bundled faces are not."""
GREY, RED = "FFE6E6E6", "FFB81C21"
TEXT = "@"
EXCEL_DAY_ZERO = date(1899, 12, 30)


class Style(NamedTuple):
    """All that tells one cell's look from another's."""

    kind: Kind = "body"
    align: Align = "left"
    number_format: str = TEXT
    computed: bool = False
    red: bool = False
    indent: int = 0
    unlocked: bool = False
    framed: bool = True
    thick: str = ""
    """Sides on the table's outline or under its head: any of l r t b."""
    at_top: bool = False


class StyledCell(OpenpyxlCell):
    """A cell whose style number is known: openpyxl would look it up for each cell anew (2 µs of 5)."""

    __slots__ = ("number",)
    has_style = True  # every cell we write is styled

    def __init__(self, value: object, style_id: int, column: int) -> None:  # nothing of the parent's is needed
        self._value, self.data_type = _stored(value)
        self.number = style_id
        self.column = column
        self._hyperlink = None
        self._comment = None

    @property
    def style_id(self) -> int:
        """Return the style's number."""
        return self.number


def _stored(value: object) -> tuple[object, str]:
    """Return a value and its type in the file; a text beginning with = stays a text."""
    if value is None or value == "":
        return None, "n"
    if isinstance(value, bool):
        return ("是" if value else "否"), "s"
    if isinstance(value, int | Decimal):
        return value, "n"
    if isinstance(value, date):
        return (value - EXCEL_DAY_ZERO).days, "n"
    return str(value), "s"


class Styles:
    """Style → its number in one workbook."""

    def __init__(self) -> None:
        self._numbers: dict[Style, int] = {}

    def number(self, style: Style, sheet: WriteOnlyWorksheet) -> int:
        """Return the style's number in the sheet's workbook, registering it at its first use."""
        found = self._numbers.get(style)
        if found is None:
            found = self._numbers[style] = _register(style, sheet)
        return found


def _register(style: Style, sheet: WriteOnlyWorksheet) -> int:
    cell = WriteOnlyCell(sheet)
    name, size = FONTS[style.kind]
    cell.font = Font(name=name, size=size, color=RED if style.red else None)
    cell.alignment = Alignment(
        horizontal=HORIZONTAL[style.align], vertical="top" if style.at_top else "center", wrap_text=True,
        indent=style.indent,
    )
    if style.framed:
        left, right, top, bottom = (Side("medium" if side in style.thick else "thin") for side in "lrtb")
        cell.border = Border(left=left, right=right, top=top, bottom=bottom)
    if style.computed:
        cell.fill = PatternFill("solid", fgColor=GREY)
    cell.protection = Protection(locked=not style.unlocked)
    cell.number_format = style.number_format
    return int(cell.style_id)
