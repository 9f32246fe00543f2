"""The conversions every field type has, and what all types share: blank, 无 and 待补."""

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from pairing_desktop import errors
from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.pinyin import natural, sort_text
from pairing_desktop.formspec.values import NIL, NIL_WORD, NotUnderstood, Understood, Value

BLANK_WORDS = ("—", "——", "-", "--", "/", "－", "–")
"""Not applicable or not to be had: paper prints a dash for a blank."""
OWED_WORDS = ("待补", "待统计局反馈")
"""Owed: a blank with a word why."""
TEXT_FORMAT = "@"
MOST, SAID = 24, 20
"""A text longer than the one is cut to the other within a message."""
NAMES, NAMES_WIDE = 5, 30
"""Names listed in a message, and characters that they take together."""


TYPED = ("text", "rest", "given", "word", "shown", "kept", "now")
"""Places of a message that take what a clerk typed, which may be long."""


def cut(text: str) -> str:
    """Return text short enough to stand within a sentence; no figure is as long as what is cut."""
    return text if len(text) <= MOST else f"{text[:SAID]}…"


def named(labels: Sequence[str]) -> str:
    """Return the first few of many names: 甲、乙、丙等 203 项."""
    shown: list[str] = []
    for label in map(cut, labels[:NAMES]):
        if shown and len("、".join([*shown, label])) > NAMES_WIDE:
            break
        shown.append(label)
    more = f"等 {len(labels)} 项" if len(shown) < len(labels) else ""
    return "、".join(shown) + more


def not_understood(code: str, **place: object) -> NotUnderstood:
    """Return the refusal of ``resources/messages/formspec.toml`` as one line."""
    place |= {name: cut(text) for name in TYPED if isinstance(text := place.get(name), str)}
    found = errors.problem(f"formspec.{code}", **place)
    return NotUnderstood(f"{found.message}，{found.remedy}" if found.remedy else found.message)


def said(code: str, **place: object) -> str:
    """Return a catalogue sentence without its full stop."""
    return str(not_understood(code, **place))


def half_width(text: str) -> str:
    """Return text in half width, without spaces and breaks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def folded(text: str) -> str:
    """Return text as compared: half width, no spaces, lower case."""
    return half_width(text).casefold()


def cell_text(cell: object) -> str:
    """Return a spreadsheet cell as the text a person would have typed."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    return str(cell)


class FieldType(ABC):
    """Conversions of one field. ``None`` is blank and ``NIL`` is 无 for every method.

    A type overrides the underscored methods, which never see blank or 无.
    """

    number_format = TEXT_FORMAT
    doubts = False
    """Whether the type has doubts at all."""
    takes_nil = False
    """Whether 无 says something here: in a figure, an attachment, as a word in text; elsewhere a field stays blank."""
    nil_refusal = "nil.blank"
    written = False
    """Whether the value is in the clerk's own characters, which the printing faces may lack."""

    def __init__(self, field: Field) -> None:
        self.field = field

    # Typed text

    def parse(self, text: str, *, period: str = "") -> Understood:
        """Understand typed text; raise ``NotUnderstood``. ``period`` gives the year of "3.31"."""
        stripped = text.strip().strip("\u200b\ufeff").strip()
        if not stripped:
            return Understood(None)
        if stripped == NIL_WORD and not self._own_nil():
            if not self.takes_nil:
                raise not_understood(self.nil_refusal)
            return Understood(NIL, NIL_WORD)
        if stripped in BLANK_WORDS:
            return Understood(None, note=said("dash"))
        if stripped in OWED_WORDS:
            marks = {"note": stripped} if "note" in self.field.marks else {}
            return Understood(None, note=said("owed", word=stripped), marks=marks)
        return self._parse(stripped, period)

    def _own_nil(self) -> bool:
        """Tell whether the word 无 is one of the type's own values."""
        return False

    @abstractmethod
    def _parse(self, text: str, period: str) -> Understood:
        """Understand text that is neither blank nor 无."""

    # Stored JSON

    def load(self, stored: Any) -> Value:  # noqa: ANN401  # JSON
        """Return the value of its stored JSON; raise ValueError for JSON that is no value of this type."""
        if stored is None:
            return None
        if stored == NIL_WORD and not self._own_nil():
            if not self.takes_nil:
                raise self.wrong(stored)
            return NIL
        return self._load(stored)

    def _load(self, stored: Any) -> Value:  # noqa: ANN401  # JSON
        if not isinstance(stored, str):
            raise self.wrong(stored)
        return stored

    def wrong(self, stored: object) -> ValueError:
        """Return the refusal of stored JSON."""
        return ValueError(f"{self.field.id}: no {self.field.type}: {stored!r}")

    def store(self, value: Value) -> Any:  # noqa: ANN401  # JSON
        """Return the JSON of a value; blank is None (the caller leaves the key out)."""
        if value is None:
            return None
        return NIL_WORD if value is NIL else self._store(value)

    def _store(self, value: Any) -> Any:  # noqa: ANN401  # the type's own value
        return value

    # Shown

    def show(self, value: Value) -> str:
        """Return the value on screen, without unit: 12,480.00, 2024-07-11."""
        return self._or_word(value) or self._show(value)

    def edit(self, value: Value) -> str:
        """Return the value in a focused editor; parsing it gives the value back."""
        return self._or_word(value) or self._edit(value)

    def print(self, value: Value) -> str:
        """Return the value on paper: 12,480.00, 2024年7月11日."""
        return self._or_word(value) or self._print(value)

    @staticmethod
    def _or_word(value: Value) -> str:
        return NIL_WORD if value is NIL else ""

    def _show(self, value: Any) -> str:  # noqa: ANN401  # the type's own value, or None
        return "" if value is None else str(value)

    def _edit(self, value: Any) -> str:  # noqa: ANN401
        return self._show(value)

    def _print(self, value: Any) -> str:  # noqa: ANN401
        return self._show(value)

    # Spreadsheet cells

    def to_cell(self, value: Value) -> tuple[object, str]:
        """Return what openpyxl takes (None for blank) and the Excel number format."""
        if value is None:
            return None, self.number_format
        return (NIL_WORD, TEXT_FORMAT) if value is NIL else self._to_cell(value)

    def _to_cell(self, value: Any) -> tuple[object, str]:  # noqa: ANN401
        return self._show(value), TEXT_FORMAT

    def from_cell(self, cell: object) -> Understood:
        """Understand a spreadsheet's cell; raise ``NotUnderstood``."""
        return self.parse(cell_text(cell))

    # Order and limits

    def sort_key(self, value: Value) -> tuple[float | None, str]:
        """Return number and text to sort by (text in pinyin order); a blank sorts as (None, "")."""
        if value is None:
            return None, ""
        if value is NIL:
            return None, NIL_WORD
        number, text = self._sort_key(value)
        return number, natural(text)

    def _sort_key(self, value: Any) -> tuple[float | None, str]:  # noqa: ANN401
        return None, sort_text(self._show(value))

    def problem(self, value: Value) -> str:
        """Return what breaks the field's limits (error), "" if nothing does."""
        return "" if value is None or value is NIL else self._problem(value)

    def _problem(self, value: Any) -> str:  # noqa: ANN401, ARG002  # types without limits
        return ""

    def doubt(self, value: Value) -> str:
        """Return what looks wrong but may be right (query), "" if nothing does."""
        return "" if value is None or value is NIL else self._doubt(value)

    def _doubt(self, value: Any) -> str:  # noqa: ANN401, ARG002  # types without doubts
        return ""
