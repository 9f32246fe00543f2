"""Stored values as cells: what paper and workbook show of a field. Field types own the formats."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pairing_desktop.documents.blanks import empty_cell
from pairing_desktop.documents.model import Align, Cell, Pair
from pairing_desktop.documents.views import LayoutContext, RecordView
from pairing_desktop.formspec.definition import Field, Form
from pairing_desktop.formspec.scope import Stored
from pairing_desktop.formspec.values import NIL, QUALIFIERS_AFTER, Attachment, unfilled, unfilled_format

DASH = "—"
OWED = ("待补", "待统计局反馈")
"""Words that a note holds for a figure still to come; they are printed in its place."""
PLANNED = ("预计", "协议", "达产后", "目标")
"""Natures that a head or label must name; 实际 needs no word."""
NAMING = ("reference", "attachment")
"""Types whose values name something: a record, a file."""
NARROW = 27.0
"""Millimetres under which a date takes two lines."""
CENTRED = ("date", "quarter", "choice", "choices", "yes_no", "county", "credit_code")
SHORT_TEXT = 12
BOXES = 14
"""Characters, boxes and spaces of the choices that fit a card's narrower value on one line."""


class Way(Struct, frozen=True):
    """How a field's values stand in one kind of place, and what they were made into there."""

    field: Field
    card: bool
    """With the unit, as on a card."""
    narrow: bool
    align: Align | None
    """At a side; None: as the field's type asks."""
    computed: bool | None
    """Grey; None: as the field says."""
    made: dict[object, Cell]
    """Figures and choices repeat themselves: each stored text, with its marks, is made into a cell once."""


class Printer:
    """Makes the cells of one record, and keeps the remarks that its figures carry."""

    def __init__(self, form: Form, record: RecordView, context: LayoutContext) -> None:
        self.form = form
        self.context = context
        self.root = f"{form.id}/{record.key}"
        self.own = Stored(form.by_id, record.payload)
        self.remarks: list[tuple[str, str]] = []
        """(figure, its source, status and note)."""

    def field(self, field: Field, *, card: bool = False, align: Align | None = None, coded: bool = False) -> Cell:
        """Return the cell of one of the record's own fields; remarks name it by its code where that is printed."""
        return self.cell(field, self.own, f"{self.root}/{field.id}", card=card, align=align,
                         name=field.code if coded else "")

    def cell(
        self, field: Field, source: Stored, path: str, *, card: bool = False, align: Align | None = None,
        computed: bool | None = None, name: str = "", width: float = 0,
    ) -> Cell:
        """Return the cell of a field's value in ``source``. ``card`` adds the unit; ``name`` is said in remarks."""
        return self.at(self.way(field, card=card, align=align, computed=computed, width=width), source, path, name)

    def way(
        self, field: Field, *, card: bool = False, align: Align | None = None, computed: bool | None = None,
        width: float = 0,
    ) -> Way:
        """Return how a field's values stand in places of one kind: for ``at``, which is asked again and again."""
        narrow = 0 < width < NARROW
        key = id(field), card, narrow, align, computed, self.context.blank  # blank and filled may share what is known
        known = self.context.shown.get(key)
        if known is None:
            known = self.context.shown[key] = Way(field, card, narrow, align, computed, {})
        return known

    def at(self, way: Way, source: Stored, path: str, name: str = "") -> Cell:
        """Return the cell of a value that stands in a way."""
        shown = self.shown(way, source, name)
        return replace(shown, path=path, red=True) if path in self.context.waived else replace(shown, path=path)

    def shown(self, way: Way, source: Stored, name: str = "") -> Cell:
        """Return the cell of a value without its path: the very same one for values that look alike.

        Of what is stored only text and blanks are remembered: JSON's 1 and true would be taken for each other.
        """
        field = way.field
        if source.raw and (typed := source.raw.get(field.id)) is not None:
            return Cell(text=typed, align=way.align or ("left" if way.card else side_of(field)), red=True)
        marks = source.marks(field.id)
        if marks:
            self._remark(field, marks, name)
        stored = source.stored.get(field.id)
        lasting = stored is None or type(stored) is str
        key = (stored, *marks.items()) if marks else stored
        shown = way.made.get(key) if lasting else None
        if shown is None:
            shown = self._made(way, source.value(field.id), marks)
            if lasting:
                way.made[key] = shown
        return shown

    def _made(self, way: Way, value: Any, marks: Mapping[str, str]) -> Cell:  # noqa: ANN401
        field = way.field
        grey = field.computed if way.computed is None else way.computed
        side: Align = way.align or ("left" if way.card else side_of(field))
        if value is None and self.context.blank:
            return empty_cell(field, card=way.card, side=side, grey=grey, path="", choices=field.offered)
        if value is None:
            text = _blank(field, marks)
            if text == DASH and side == "left" and not way.card:
                side = "centre"
            ready = field.converter.number_format if field.is_number or field.type == "date" else ""
            return Cell(text=text, align=side, computed=grey, choices=field.offered, number_format=ready)
        if value is NIL or field.type in NAMING:
            return Cell(text=self._words(field, value), align=side, computed=grey)
        return _valued(way, value, marks, side, grey=grey)

    def text(self, field: Field, source: Stored, *, width: float = 0) -> str:
        """Return a value's text alone; no remark is kept."""
        kept = len(self.remarks)
        text = self.cell(field, source, "", width=width).text
        del self.remarks[kept:]
        return text

    def beside(self, field: Field) -> list[Pair]:
        """Return the fields of the record that a reference names, as the print layout asks for them."""
        named = [b.field for b in self.form.print.beside if b.after == field.id]
        if not named:
            return []
        key = self.own.value(field.id)
        known = key is not None or self.context.blank
        found = self.context.target(field.form, str(key or "")) if known else None
        if found is None:
            return []
        form, payload = found
        source = Stored(form.by_id, payload)
        kept = len(self.remarks)
        pairs = [Pair(label=label_of(form.by_id[name]),
                      cell=self.cell(form.by_id[name], source, f"{form.id}/{key}/{name}", card=True,
                                computed=not self.context.blank))
                 for name in named]
        del self.remarks[kept:]
        return pairs

    def _words(self, field: Field, value: Any) -> str:  # noqa: ANN401  # a reference, a file or 无
        if isinstance(value, Attachment):
            pages = f"{value.pages} 页，" if value.pages else ""
            name = f"{value.name}（{pages}{'上报' if value.travels else '仅留本县'}）"
            return f"{name}，摘要 {digest_text(value.sha256)}"
        return self.context.resolve(field.form, value) or str(value) if value is not NIL else str(NIL)

    def _remark(self, field: Field, marks: Mapping[str, str], name: str) -> None:
        """Keep source, status and note of a figure: they are printed under the table."""
        words = [marks[m] for m in ("source", "status", "note") if marks.get(m) and marks[m] not in OWED]
        if words:
            self.remarks.append((name or field.plain_label, "，".join(words)))


def _valued(way: Way, value: Any, marks: Mapping[str, str], side: Align, *, grey: bool) -> Cell:  # noqa: ANN401
    field, card = way.field, way.card
    text = field.converter.print(value)
    held, number_format = field.converter.to_cell(value)
    if field.type == "date" and way.narrow:
        text, number_format = text.replace("年", "年\n", 1), "yyyy-mm-dd"
    if field.is_number:
        qualifier = marks.get("qualifier", "")
        number_format = unfilled_format(number_format, text) if qualifier else number_format
        after = field.unit if card else ""
        nature = marks.get("nature", "")
        after += f"（{nature}）" if nature and nature != (field.nature or "实际") else ""
        return Cell(text=qualified(text, qualifier) + after, value=held, number_format=with_words(number_format, after),
                    qualifier=qualifier, align=side, computed=grey)
    if card and field.type == "choice" and _fits_boxes(field):
        return Cell(text=_boxes(field, text), value=text, choices=field.offered, align=side, computed=grey)
    return Cell(text=text, value=None if held == text else held, number_format=number_format, choices=field.offered,
                align=side, computed=grey)


def side_of(field: Field) -> Align:
    """Return where a field's value stands in a column: numbers right, codes and choices centred, words left."""
    if field.is_number:
        return "right"
    if field.type in CENTRED or (field.type == "text" and 0 < field.max_length <= SHORT_TEXT):
        return "centre"
    return "left"


def _blank(field: Field, marks: Mapping[str, str]) -> str:
    """Return what stands for a blank: owed words, nothing in a reserved 备注, else a dash."""
    note = marks.get("note", "")
    if note in OWED:
        return note
    if field.type == "credit_code":
        return OWED[0]
    return "" if field.plain_label == "备注" else DASH


def qualified(text: str, qualifier: str) -> str:
    """Return a printed figure with its qualifier, without zeros that only fill its decimals: 约 18, 99以上."""
    if not qualifier:
        return text
    text = unfilled(text)
    return text + qualifier if qualifier in QUALIFIERS_AFTER else f"{qualifier} {text}"


def with_words(number_format: str, words: str) -> str:
    """Return an Excel number format that shows ``words`` after the figure."""
    if not words:
        return number_format
    parts = (part.removesuffix("_ ") for part in number_format.split(";"))
    return ";".join(f'{part}"{words}"' for part in parts)


def _fits_boxes(field: Field) -> bool:
    """Tell whether all the choices can be shown as boxes to tick."""
    count = len(field.choices)
    return 0 < count <= 3 and sum(len(c.label) for c in field.choices) + 2 * count - 1 <= BOXES


def _boxes(field: Field, chosen: str) -> str:
    return "　".join(("□√" if c.label == chosen else "□") + c.label for c in field.choices)


def digest_text(digest: str) -> str:
    """Return a digest shortened for reading: D04B 77E1 … 92AC."""
    upper = digest.upper()
    return f"{upper[:4]} {upper[4:8]} … {upper[-4:]}"


def label_of(field: Field) -> str:
    """Return a field's label on paper: 其中 before a part, the nature of a plan or promise after the name."""
    text = field.label
    if field.indent and not text.startswith("其中"):
        text = f"其中：{text}"
    return with_nature(text, field.nature)


def head_of(column: Field) -> str:
    """Return a column's head: the unit follows unless the label names it."""
    text = label_of(column)
    unit = column.unit
    if not column.is_number or not unit or unit in text or unit == "年":
        return text
    return f"{text[:-1]}，{unit}）" if text.endswith("）") else f"{text}\n（{unit}）"


def with_nature(text: str, nature: str) -> str:
    """Return a label that names the nature of its figures: 合同额（协议）."""
    if nature not in PLANNED or nature in text:
        return text
    return f"{text[:-1]}，{nature}）" if text.endswith("）") else f"{text}（{nature}）"
