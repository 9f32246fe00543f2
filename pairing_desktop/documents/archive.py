"""A zip whose bytes depend on its content only: openpyxl stamps the time into each entry and into docProps."""

from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EPOCH = (1980, 1, 1, 0, 0, 0)


class SteadyZip(ZipFile):
    """The archive that openpyxl writes into; entries carry no time, and the core properties are fixed."""

    title = ""

    def writestr(  # type: ignore[override]  # openpyxl passes these two only
        self, name: str, data: str | bytes, *_: Any  # noqa: ANN401  # ZipFile's own defaults
    ) -> None:
        """Add an entry from memory."""
        if name == "docProps/core.xml":
            data = _core(self.title)
        super().writestr(_entry(name), data)

    def write(self, filename: Any, arcname: Any = None, *_: Any) -> None:  # noqa: ANN401  # as ZipFile declares them
        """Add an entry from a file, a piece at a time."""
        with open(filename, "rb") as source, self.open(_entry(str(arcname)), "w") as target:  # noqa: PTH123  # a name
            while piece := source.read(1 << 20):
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
