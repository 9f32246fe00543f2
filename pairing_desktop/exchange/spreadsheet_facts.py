"""What the eye sees of a sheet and calamine does not tell: hidden rows and columns, errors, percentages and more."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from pairing_desktop.exchange.spreadsheet_formats import Format

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 0."""


class Facts(Struct, frozen=True):
    """What a sheet's file says beside its values. Rows and columns count from 0; ``last_*`` from 1, 0 when unknown.

    ``last_column`` is at least 26: which of the first letters are filled is not worth a look at every cell.
    """

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    filtered: bool = False
    uncounted: frozenset[tuple[int, int]] = frozenset()
    """Cells whose formula was never worked out: the file keeps no value."""
    faulty: frozenset[tuple[int, int]] = frozenset()
    """Cells that show an error (#DIV/0!, #N/A): calamine gives them as blank."""
    percents: frozenset[tuple[int, int]] = frozenset()
    """Cells shown as percentages: 0.652 is 65.2 %."""
    hundredths: frozenset[tuple[int, int]] = frozenset()
    """Cells whose fraction is shown with two decimals: 3.1 as 3.10, which may have been typed for a day."""
    last_row: int = 0
    last_column: int = 0
    formats: Mapping[tuple[int, int], Format] = {}  # msgspec makes one for each
    """Cells whose figures are shown otherwise than they are kept: in another unit."""
    merged: tuple[Area, ...] = ()
    """Areas of merged cells; calamine tells those of .xlsx and .xls."""


def facts(path: Path, kind: str, sheet: str) -> Facts:
    """Return what the file of a kind (xlsx, ods, xls) says of a sheet; nothing of a text file's."""
    from pairing_desktop.exchange import spreadsheet_old, spreadsheet_xml

    read = {"xlsx": spreadsheet_xml.facts, "ods": spreadsheet_old.of_ods, "xls": spreadsheet_old.of_xls}
    return read[kind](path, sheet) if kind in read else Facts()
