"""A zip whose bytes depend on its content only, and that takes sheets' rows as ready XML.

openpyxl stamps the time into each entry and into docProps, and makes an object of every cell, row height and merge:
cards on a sheet have half a million. It writes everything but the rows; they are put in here.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EPOCH = (1980, 1, 1, 0, 0, 0)
ROWS = 1000
EMPTY_ROWS = re.compile(rb"<sheetData\s*/>|<sheetData>\s*</sheetData>")
ONE_MERGE = re.compile(rb"<mergeCells .*?</mergeCells>", re.DOTALL)


class SheetBody:
    """A sheet's rows, packed as they come, and its merges."""

    def __init__(self) -> None:
        self.merges: list[str] = []
        self._waiting: list[str] = []
        self._packed: list[bytes] = []
        self._begun: tuple[int, int] | None = None

    def add(self, row: str) -> None:
        """Take one row's XML."""
        self._waiting.append(row)
        if len(self._waiting) >= ROWS and self._begun is None:
            self._pack()

    def begin(self) -> None:
        """Begin what ``again`` takes back."""
        if len(self._waiting) >= ROWS:
            self._pack()
        self._begun = len(self._waiting), len(self.merges)

    def again(self) -> None:
        """Take back all rows and merges since ``begin``."""
        if self._begun is not None:
            rows, merges = self._begun
            del self._waiting[rows:], self.merges[merges:]

    def _pack(self) -> None:
        self._packed.append(zlib.compress("".join(self._waiting).encode(), 1))
        self._waiting.clear()

    def pieces(self, frame: bytes) -> Iterator[bytes]:
        """Return the sheet: ``frame`` as openpyxl wrote it, with rows and merges in their places."""
        self._pack()
        hole = EMPTY_ROWS.search(frame)
        if hole is None:
            raise ValueError("the sheet has rows of its own")
        yield frame[:hole.start()] + b"<sheetData>"
        yield from map(zlib.decompress, self._packed)
        yield b"</sheetData>" + ONE_MERGE.sub(self._merged, frame[hole.end():])

    def _merged(self, _: re.Match[bytes]) -> bytes:
        cells = "".join(f'<mergeCell ref="{reference}"/>' for reference in self.merges)
        return f'<mergeCells count="{len(self.merges)}">{cells}</mergeCells>'.encode()


class SteadyZip(ZipFile):
    """The archive that openpyxl writes into; entries carry no time, and the core properties are fixed."""

    title = ""
    bodies: dict[str, SheetBody]

    def writestr(  # type: ignore[override]  # openpyxl passes these two only
        self, name: str, data: str | bytes, *_: Any  # noqa: ANN401  # ZipFile's own defaults
    ) -> None:
        """Add an entry from memory."""
        if name == "docProps/core.xml":
            data = _core(self.title)
        super().writestr(_entry(name), data)

    def write(self, filename: Any, arcname: Any = None, *_: Any) -> None:  # noqa: ANN401  # as ZipFile declares them
        """Add a sheet that openpyxl wrote to a file, its rows put in."""
        with open(filename, "rb") as source:  # noqa: PTH123  # a name
            frame = source.read()
        with self.open(_entry(str(arcname)), "w") as target:
            for piece in self.bodies[str(arcname).lstrip("/")].pieces(frame):
                target.write(piece)


def _entry(name: str) -> ZipInfo:
    info = ZipInfo(name.lstrip("/"), EPOCH)
    info.compress_type = ZIP_DEFLATED
    return info


def _core(title: str) -> str:
    """Return fixed core properties: signatures leave them out, so they must not be able to say anything else."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>pairing-desktop</dc:creator></cp:coreProperties>"
    )
