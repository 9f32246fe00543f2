"""Styles of workbook cells, made once each, and a cell as XML."""

import re
from datetime import date
from typing import Any, Literal, NamedTuple, TypeAlias
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

from pairing_desktop.documents.model import Align
from pairing_desktop.errors import trouble

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
_LIKE_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


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


def cell_xml(value: object, place: str, style: int) -> str:
    """Return a cell of a sheet's XML; a text beginning with = stays a text, a date is its day's number."""
    if value is None or value == "":
        return f'<c r="{place}" s="{style}"/>'
    if isinstance(value, str):
        illegal = ILLEGAL_CHARACTERS_RE.search(value)
        if illegal:
            raise trouble("documents.glyph", character=repr(illegal[0]), point=f"U+{ord(illegal[0]):04X}", text=value)
        space = ' xml:space="preserve"' if value != value.strip() else ""
        said = escape(value if "_x" not in value else _literal(value))
        return f'<c r="{place}" s="{style}" t="inlineStr"><is><t{space}>{said}</t></is></c>'
    if isinstance(value, bool):
        return cell_xml("是" if value else "否", place, style)
    if isinstance(value, date):
        value = (value - EXCEL_DAY_ZERO).days
    return f'<c r="{place}" s="{style}" t="n"><v>{value}</v></c>'


def _literal(text: str) -> str:
    """Return a text as a workbook writes it so that it is read as it stands: ``_x0041_`` would be read as A."""
    return _LIKE_ESCAPED.sub("_x005F_", text)


class Styles:
    """Style → its number in one workbook."""

    def __init__(self, book: Workbook, *, to_fill: bool = False) -> None:
        self._sheet = book.worksheets[0]
        self._to_fill = to_fill
        self._numbers: dict[Style, int] = {}

    def number(self, style: Style) -> int:
        """Return the style's number, registering it at its first use."""
        found = self._numbers.get(style)
        if found is None:
            found = self._numbers[style] = _register(style, self._sheet, unlocked=self._to_fill and style.unlocked)
        return found


def _register(style: Style, sheet: Any, *, unlocked: bool) -> int:  # noqa: ANN401  # openpyxl's stub knows no write-only sheet
    cell = WriteOnlyCell(sheet)
    name, size = FONTS[style.kind]
    cell.font = Font(name=name, size=size, color=RED if style.red else None)
    cell.alignment = Alignment(
        horizontal=HORIZONTAL[style.align], vertical="top" if style.at_top else "center", indent=style.indent,
        wrap_text=style.number_format == TEXT, shrink_to_fit=style.number_format != TEXT,
    )
    if style.framed:
        left, right, top, bottom = (Side("medium" if side in style.thick else "thin") for side in "lrtb")
        cell.border = Border(left=left, right=right, top=top, bottom=bottom)
    if style.computed:
        cell.fill = PatternFill("solid", fgColor=GREY)
    cell.protection = Protection(locked=not unlocked)
    cell.number_format = style.number_format
    return int(cell.style_id)
