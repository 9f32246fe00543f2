"""Text of one line, and long text."""

import re
import unicodedata
from typing import Any

from pairing_desktop.formspec.coverage import uncast
from pairing_desktop.formspec.fieldtypes.interface import FieldType, said
from pairing_desktop.formspec.values import Understood

LINE_LIMIT = 200
LONG_LIMIT = 5000


UNSEEN = "\u200b\ufeff"
"""Nothing, and no white either: comes along from web pages."""
_STEERING = {"Cc", "Cs", "Co", "Cn"}
_WIDE_NUMBER = re.compile(r"[0-9０-９+\-＋－\s、]*[０-９][0-9０-９+\-＋－\s、]*")
_NARROW = str.maketrans("０１２３４５６７８９＋－", "0123456789+-")


def clean(text: str, *, lines: bool = False) -> str:
    """Return what was typed or pasted as it is kept and printed: no signs that steer a terminal, no white at the ends.

    ``lines``: whether it may have several.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        text = " ".join(text.split("\n"))
    kept = (c for c in text if c in "\n\t" or (c not in UNSEEN and unicodedata.category(c) not in _STEERING))
    cleaned = uncast("".join(kept).replace("\t", " ").strip())
    return cleaned.translate(_NARROW) if _WIDE_NUMBER.fullmatch(cleaned) else cleaned


class Text(FieldType):
    """One line; 无 is just that word. Codes and phones are text: their zeros stay, full-width digits become plain."""

    takes_nil = True
    written = True
    limit = LINE_LIMIT
    lines = False

    def parse(self, text: str, *, period: str = "") -> Understood:
        """Understand any text; only a blank is blank."""
        return self._parse(text, period)

    def _parse(self, text: str, period: str) -> Understood:  # noqa: ARG002  # the same in any period
        value = clean(text, lines=self.lines) or None
        return Understood(value, value or "")

    def _own_nil(self) -> bool:
        return True

    def _problem(self, value: Any) -> str:  # noqa: ANN401
        limit = self.field.max_length or self.limit
        return said("text.long", limit=limit, length=len(value)) if len(value) > limit else ""


class LongText(Text):
    """Several lines."""

    limit = LONG_LIMIT
    lines = True
