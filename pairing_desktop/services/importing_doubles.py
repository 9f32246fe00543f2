"""Rows of one sheet that may be one record: a list compiled from townships names a firm twice, in two spellings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.services.importing_blocks import year
from pairing_desktop.services.names_alike import plain_name

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Field
    from pairing_desktop.services.importing_plan import Row


class Double(Struct, frozen=True):
    """A row, the earlier row whose name is the same but for place, form and brackets, and why it may be that one."""

    row: Row
    other: Row
    why: str
    score: int
    same: bool
    """Whether the name is the same to the letter and no code tells the two apart."""


def doubles(rows: Sequence[Row], yearly: Field | None) -> Iterator[Double]:
    """Yield the new rows that may be one of the others.

    Of two, the one with a code is the record, or that of the newer year, wherever it stands.
    """
    named: dict[str, Row] = {}
    fresh = [row for row in rows if not (row.fate.revision or row.similar)]
    for row in sorted(fresh, key=lambda one: (not one.natural_key, -year(one, yearly))):
        other = named.setdefault(plain_name(row.fate.label), row)
        if other is row:
            continue
        exact, coded = other.fate.label == row.fate.label, bool(row.natural_key and other.natural_key)
        why = "名称相同，编码不同" if coded else "名称相同" if exact else "名称只差地名、括号或后缀"
        if 0 < year(row, yearly) < year(other, yearly):
            why += f"，{year(row, yearly)} 年的较早"
        yield Double(row, other, why, 100 if exact and not coded else 98, same=exact and not coded)
