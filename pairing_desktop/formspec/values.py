"""What a field holds in memory, and the words that may stand beside a figure.

Blank is ``None``, 0 is 0, and 无 ("nothing to report") is ``NIL``: three values, never mixed.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

from msgspec import Struct, field


class Nil(Enum):
    """The type of ``NIL``, so that a type checker can tell it from every other value."""

    NIL = "无"

    def __str__(self) -> str:
        return self.value


NIL = Nil.NIL
"""In a figure it counts as 0 wherever the figure is calculated with or compared."""
NIL_WORD = "无"


class Attachment(Struct, frozen=True):
    """A file held by digest. ``travels``: 上报 (goes into the packet), else 仅留本县 (name, pages and digest only)."""

    sha256: str
    name: str
    size: int
    travels: bool = False
    pages: int = 0
    """Of a PDF; 0 where nobody counted."""


Scalar = str | int | Decimal | date | bool | tuple[str, ...] | Attachment | Nil
Value = Scalar | None
Payload = Mapping[str, Any]
"""A record as stored: ``{"values": …, "raw": …, "marks": …}``; empty members are left out."""

BEFORE = "before"
"""Member of a draft's payload alone: what stood in the field that is half typed."""

Mark = Literal["nature", "qualifier", "source", "status", "note"]
MARKS: tuple[Mark, ...] = ("nature", "qualifier", "source", "status", "note")
MARK_WORDS: Mapping[str, tuple[str, ...]] = {
    "nature": ("实际", "预计", "协议", "达产后", "目标"),
    "qualifier": ("约", "近", "超", "以上", "左右"),
    "source": ("企业", "统计局", "税务", "园区"),
    "status": ("快报", "初步", "最终"),
}
MARK_LABELS: Mapping[str, str] = {
    "nature": "性质", "qualifier": "限定词", "source": "来源", "status": "数据状态", "note": "备注",
}
QUALIFIERS_AFTER = ("以上", "左右")


class Understood(Struct, frozen=True):
    """How typed text was understood: the value, how it is shown, marks found in it, and a word to the clerk."""

    value: Value
    shown: str = ""
    note: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)


class NotUnderstood(Exception):  # noqa: N818  # expected: the text is kept as typed
    """The text is not a value of this field; ``str()`` is one Chinese line that says what to do."""

    @property
    def message(self) -> str:
        """Return the line."""
        return str(self.args[0]) if self.args else ""


def with_qualifier(text: str, qualifier: str) -> str:
    """Return a shown figure with its qualifier where Chinese puts it: 约18, 99以上.

    Zeros that only fill its decimals go: 超10,000.00 would say more than is known.
    """
    if not qualifier or not text:
        return text
    text = unfilled(text)
    return text + qualifier if qualifier in QUALIFIERS_AFTER else qualifier + text


def unfilled_format(number_format: str, text: str) -> str:
    """Return an Excel format that shows no more decimals than a figure's text without filling zeros has."""
    places = len(unfilled(text).partition(".")[2])
    return re.sub(r"\.0+", f".{'0' * places}" if places else "", number_format)


def unfilled(text: str) -> str:
    """Return a shown figure without zeros at the end of its decimals."""
    return text.rstrip("0").rstrip(".") if "." in text else text
