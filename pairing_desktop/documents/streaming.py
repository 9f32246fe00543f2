"""A workbook whose rows are written as they come; one that is given up half-way leaves no open file behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def streamed() -> Iterator[Any]:
    """Hold a write-only workbook of openpyxl; on any exception its sheets are closed and their temporary files go."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    try:
        yield book
    except BaseException:
        sheets: list[Any] = book.worksheets
        for sheet in sheets:
            if (writer := sheet._writer) is not None:  # noqa: SLF001  # openpyxl has no other way
                sheet.close()
                writer.cleanup()
        raise
