"""Columns of 限定词 (约, 以上) beside those of the figures that they belong to, as the program's own workbooks have."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import structs

from pairing_desktop.formspec.fieldtypes.interface import BLANK_WORDS, cell_text
from pairing_desktop.formspec.values import QUALIFIERS_AFTER
from pairing_desktop.services.importing_heads import split

if TYPE_CHECKING:
    from pairing_desktop.services.importing_plan import Column

HEAD = "限定词"


def joined(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns, each of 限定词 read with the column of figures at its left."""
    found = list(columns)
    for place, (left, column) in enumerate(pairwise(columns)):
        if not column.target and split(column.head)[1] == HEAD and left.target:
            found[place] = structs.replace(left, qualifier=column.place)
            found[place + 1] = structs.replace(column, note=f"和“{left.head}”一起读")
    return tuple(found)


def said(cell: object, word: object) -> object:
    """Return a figure with the word that stands beside it, as it would be typed: 约10, 99以上."""
    text = cell_text(word).strip()
    if not text or text in BLANK_WORDS:
        return cell
    return f"{cell_text(cell)}{text}" if text in QUALIFIERS_AFTER else f"{text}{cell_text(cell)}"
