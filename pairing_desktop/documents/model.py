"""The neutral document: what a page says, whoever draws it. Lengths are millimetres, colours are meanings.

A document is one form sheet (or one record's card). The PDF and the workbook are two drawings of the same document, so
that they cannot disagree. Everything here is immutable and holds finished text: field types have already spoken.
"""

from array import array
from collections.abc import Sequence
from typing import Literal, TypeAlias, overload

import msgspec
from msgspec import Struct, field

Align: TypeAlias = Literal["left", "centre", "right"]


class Cell(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One cell of a table: its printed ``text`` and the ``value`` that a workbook holds.

    A msgspec struct because a packet holds hundreds of thousands of them.
    """

    text: str = ""
    """As printed; ``\\n`` breaks a line by force."""
    value: object = None
    """str, int, Decimal or date for the workbook; None takes ``text``."""
    number_format: str = ""
    """Excel's format of ``value``; ``@`` or empty for text."""
    align: Align = "left"
    computed: bool = False
    """Computed or carried forward, so grey and locked."""
    indent: int = 0
    """Levels of 其中, one em each."""
    red: bool = False
    """Reported as 特殊情况 or to be corrected."""
    strong: bool = False
    """Medium weight: labels and totals."""
    path: str = ""
    """``<form>/<record key>/<field path>`` of a value; empty for words of the template."""
    columns: int = 1
    """Columns spanned."""
    rows: int = 1
    """Rows spanned; the rows below hold ``None`` in its place."""
    qualifier: str = ""
    """约 近 超 以上 左右: part of ``text``, and in a workbook's table a column of its own."""
    choices: tuple[str, ...] = ()
    """What the workbook's drop-down offers."""


Placed: TypeAlias = tuple[str, Cell]
"""A value's path and what it shows; the cell may be that of other values too, and then it names no path."""


class Row(msgspec.Struct, frozen=True, gc=False):
    """A row of a table. ``cells`` stand at successive columns; ``None`` is covered by a row span from above."""

    cells: tuple[Cell | None, ...]
    kind: Literal["plain", "group", "total"] = "plain"
    """``group``: a heading row kept with the next one; ``total``: kept with three rows before it."""
    keep: bool = False
    """Never break the page after this row."""
    least: float = 0.0
    """Millimetres that it is high at least; 0 as its look says."""
    most: float = 0.0
    """Millimetres that it may be high where its page has room: a row that somebody writes in."""


class Column(Struct, frozen=True, kw_only=True):
    """A column: ``width`` in whole or half millimetres; ``qualifier`` gives it a 限定词 column in the workbook."""

    width: float
    qualifier: bool = False


class Series(Struct, frozen=True, kw_only=True):
    """One line of a radar: a score for each axis, None where nothing was scored."""

    name: str
    values: tuple[float | None, ...]


class Radar(Struct, frozen=True, kw_only=True):
    """A radar: two series at most, solid against dashed."""

    axes: tuple[str, ...]
    series: tuple[Series, ...]
    full: float = 10.0


class BarGroup(Struct, frozen=True, kw_only=True):
    """Bars standing together: (what is under the bar, height, what is printed above it)."""

    name: str
    bars: tuple[tuple[str, float, str], ...]


class Bars(Struct, frozen=True, kw_only=True):
    """Groups of bars on one base line, heights of one caption comparable with each other."""

    panels: tuple[tuple[str, tuple[BarGroup, ...]], ...]
    """(caption, groups), each panel with a scale of its own."""


class Funnel(Struct, frozen=True, kw_only=True):
    """Stages that narrow: (name, count)."""

    stages: tuple[tuple[str, float], ...]


class Quarters(Struct, frozen=True, kw_only=True):
    """A bar a quarter: (name, height or None where nothing was reported, what is printed above it)."""

    bars: tuple[tuple[str, float | None, str], ...]
    caption: str = ""


Picture: TypeAlias = Radar | Bars | Funnel | Quarters


class Drawing(Struct, frozen=True, kw_only=True):
    """A picture with its caption; stands alone, beside a table or under it inside the same frame."""

    picture: Picture
    title: str = ""
    width: float = 0.0
    """Millimetres; 0 takes the text width."""
    height: float = 38.0


class Heading(Struct, frozen=True, kw_only=True):
    """A section's head, kept with what follows."""

    text: str


class Table(Struct, frozen=True, kw_only=True):
    """A table of any of the three looks; head rows repeat on every page."""

    columns: tuple[Column, ...]
    head: tuple[Row, ...] = ()
    rows: tuple[Row, ...] = ()
    look: Literal["statistical", "card", "roster"] = "card"
    side: Drawing | None = None
    """A picture in a last column of its own, all rows high."""
    below: Drawing | None = None
    goes_on: bool = False
    """Goes on from the page before: there is no room above it."""


class Pair(Struct, frozen=True, kw_only=True):
    """A label and its value in a card."""

    label: str
    cell: Cell


class CardRow(Struct, frozen=True, kw_only=True):
    """One row of a card: one or two pairs side by side, or with ``label`` a group of values under their own heads."""

    pairs: tuple[Pair, ...]
    label: str = ""
    least: float = 0.0
    """Millimetres that it is high at least."""
    most: float = 0.0
    """Millimetres that it may be high where its page has room."""


class CardRows(Struct, frozen=True, kw_only=True):
    """Label | value rows, by default 24 + 66 + 30 + 50 mm."""

    rows: tuple[CardRow, ...]
    widths: tuple[float, float, float, float] = (24.0, 66.0, 30.0, 50.0)


class Text(Struct, frozen=True, kw_only=True):
    """A paragraph; ``small`` is a remark under a table."""

    text: str
    small: bool = False


class StampCell(Struct, frozen=True, kw_only=True):
    """Room for one seal: what stands top left, whose it is, and the signature and date rows under it."""

    title: str = "单位（盖章）"
    head: str = ""
    name: str = ""
    options: tuple[str, ...] = ()
    """Answers to tick by hand."""
    lines: tuple[tuple[str, ...], ...] = (
        ("单位负责人：", "审核人："), ("填表人：", "联系电话："), ("报出日期：20　　年　　月　　日",),
    )


class StampRow(Struct, frozen=True, kw_only=True):
    """Stamp rooms side by side; never the first thing of a page."""

    cells: tuple[StampCell, ...]


class SignaturePlace(Struct, frozen=True, kw_only=True):
    """Where a digital signature will stand: ``role`` as in the certificate, ``label`` as printed."""

    role: str
    label: str


class SignaturePlaces(Struct, frozen=True, kw_only=True):
    """Boxes of 54 × 25.5 mm in a row of three, empty until somebody signs."""

    places: tuple[SignaturePlace, ...]


Block: TypeAlias = Heading | Table | CardRows | Text | StampRow | SignaturePlaces | Drawing


class Document(Struct, frozen=True, kw_only=True):
    """One sheet: a form's roster, one record's card, or the cover."""

    form: str
    """Form id; ``cover`` for the cover. Documents of one form and sheet share a workbook sheet."""
    title: str
    blocks: tuple[Block, ...]
    label: str = ""
    """The record that this card is of; empty for a sheet of many."""
    annex: str = ""
    """附件N, printed by a 工作表 only."""
    notice: str = ""
    """The notice's title and number, if the province loaded one."""
    marks: tuple[tuple[str, str], ...] = ()
    """All five marks of a 统计报表 (name, text), or none at all."""
    subtitle: str = ""
    head_left: str = ""
    head_centre: str = ""
    head_right: str = ""
    continued: str = ""
    """The middle of the head line of a continued page; empty takes ``head_centre``."""
    foot: tuple[str, ...] = ()
    """单位负责人 审核人 …, spread over one line; a stamp room on paper holds them instead."""
    notes: tuple[str, ...] = ()
    """说明, numbered when there are several."""
    notes_label: str = "说明"
    landscape: bool = False
    footer_note: str = ""
    """Grey, left at the foot of each page."""
    code: str = ""
    """表码 of a stamped sheet (``XXXX-XXXX-XXXX``), printed with its QR."""
    code_text: str = ""
    """What the QR holds."""
    sheet: str = ""
    """The workbook's sheet name without its two digits, and what a continued page calls itself; empty: the title."""
    follows: bool = False
    """Its pages are counted on from the document before: columns of a roster that had no room there."""


class PlacedCell(msgspec.Struct, frozen=True, gc=False):
    """Where a value stands in the PDF: page from 1, points from the page's lower left corner."""

    page: int
    x: float
    y: float
    width: float
    height: float
    path: str
    text: str


class CellMap(Sequence[PlacedCell]):
    """All placed cells of a PDF in order, held compactly: a packet has a hundred thousand."""

    def __init__(self) -> None:
        self._places = array("f")
        self._words: list[str] = []

    def add(self, cell: PlacedCell) -> None:
        """Take one more cell."""
        self._places.extend((cell.page, cell.x, cell.y, cell.width, cell.height))
        self._words += (cell.path, cell.text)

    def __len__(self) -> int:
        return len(self._words) // 2

    @overload
    def __getitem__(self, index: int) -> PlacedCell: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[PlacedCell]: ...
    def __getitem__(self, index: int | slice) -> PlacedCell | Sequence[PlacedCell]:
        if isinstance(index, slice):
            return [self[n] for n in range(*index.indices(len(self)))]
        at = range(len(self))[index]
        page, x, y, width, height = self._places[5 * at:5 * at + 5]
        path, text = self._words[2 * at:2 * at + 2]
        return PlacedCell(int(page), x, y, width, height, path, text)


class Rendered(Struct, frozen=True, kw_only=True):
    """A PDF with its map: the values' cells, and the places for signatures as (page from 1, x0, y0, x1, y1)."""

    pdf: bytes
    pages: int
    cells: Sequence[PlacedCell] = ()
    signature_places: dict[str, tuple[int, tuple[float, float, float, float]]] = field(default_factory=dict)
