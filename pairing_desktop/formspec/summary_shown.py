"""What a computed sheet shows: cells that know the records behind them, lines, parts."""

from typing import Literal

from msgspec import Struct

from pairing_desktop.formspec.summary import Sheet

Align = Literal["left", "centre", "right"]


class Behind(Struct, frozen=True):
    """A record that a figure comes from: where to go, what it is called, and what it gave."""

    form: str
    key: str
    label: str
    path: str = ""
    text: str = ""


class Shown(Struct, frozen=True):
    """A cell of a sheet: its text, what a workbook holds, and the records behind it."""

    text: str
    held: object = None
    number_format: str = ""
    align: Align = "left"
    qualifier: str = ""
    figure: bool = False
    """A figure or a counted one: it opens its records."""
    behind: tuple[Behind, ...] = ()
    left_out: tuple[Behind, ...] = ()
    """Records whose figure has another nature, so that it was not added."""
    lacking: tuple[Behind, ...] = ()
    """Records that would count here and do not give the value."""
    why: str = ""
    """Where there is no figure and no record lacks it: why, in words."""
    indent: int = 0


class Line(Struct, frozen=True):
    """A line: ``group`` a heading over the next ones, ``total`` the sum of those above."""

    id: str
    kind: Literal["plain", "group", "total"]
    cells: tuple[Shown, ...]


class Head(Struct, frozen=True):
    """A column's head."""

    id: str
    title: str
    unit: str = ""
    width: int = 0
    align: Align = "left"
    qualifier: bool = False


class Part(Struct, frozen=True):
    """One table of a sheet."""

    id: str
    title: str
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    empty: str = ""
    statistical: bool = False
    funnel: tuple[tuple[str, int], ...] = ()


class Computed(Struct, frozen=True):
    """A sheet worked out."""

    sheet: Sheet
    parts: tuple[Part, ...]
    remarks: tuple[str, ...] = ()
    """What was left out of sums, told under the sheet."""
