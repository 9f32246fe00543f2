"""``coordinates.json``: where each value and each word of the template stands in PDF and workbook, read strictly.

It is written while both are drawn (``documents.coordinates``) and covered by every manifest. ``records`` and ``words``
are tables that places name by number. A PDF's page is a list, in the order of drawing, of words' numbers and values
``[path, characters, x, y, width, height]`` (tenths of a point); a sheet is ``[name, [[cell, word or path], …]]``.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from pairing_desktop.errors import BadContent, problem

CODE = "表码"
"""How a stamped sheet's code begins, which another version may make another way."""
COORDINATES = "coordinates.json"
PdfValue = tuple[str, int, int, int, int, int]
PdfPage = list[int | PdfValue]
SheetPage = tuple[str, list[tuple[str, int | str]]]


class PdfLayer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The places of a PDF."""

    pages: list[PdfPage]
    records: list[str]
    words: list[str]


class SheetLayer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The places of a workbook."""

    pages: list[SheetPage]
    records: list[str]
    words: list[str]


class Coordinates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All places; packets of the same ``renderer`` can be drawn again."""

    pdf: PdfLayer
    renderer: str
    workbook: SheetLayer


class _Layer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Places whose pages are not yet looked at."""

    pages: list[msgspec.Raw]
    records: list[str]
    words: list[str]


class _Parts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All places, to be looked at page by page: all at once would hold the window up."""

    pdf: _Layer
    renderer: str
    workbook: _Layer


def read(files: Mapping[str, bytes]) -> Coordinates:
    """Return the places that a packet carries. Raises ``BadContent`` when there are none or they make no sense."""
    if COORDINATES not in files:
        raise BadContent(problem("agreement.no_coordinates"))
    try:
        parts = msgspec.json.decode(files[COORDINATES], type=_Parts)
        pdf, workbook = parts.pdf, parts.workbook
        return Coordinates(
            PdfLayer([msgspec.json.decode(page, type=PdfPage) for page in pdf.pages], pdf.records, pdf.words),
            parts.renderer,
            SheetLayer([msgspec.json.decode(page, type=SheetPage) for page in workbook.pages], workbook.records,
                       workbook.words))
    except (msgspec.MsgspecError, RecursionError) as error:
        raise BadContent(problem("agreement.coordinates_malformed")) from error


def full_path(short: str, records: Sequence[str]) -> str:
    """Return ``<form>/<record key>/<field path>`` of a value's path. Raises ``IndexError`` or ``ValueError``."""
    number, _, rest = short.partition("/")
    return f"{records[int(number)]}/{rest}"


def pdf_layer(text: str) -> PdfLayer:
    """Return a drawing's places, as ``documents.coordinates`` writes them."""
    return msgspec.json.decode(text, type=PdfLayer)


def elsewhere(one: PdfLayer, other: PdfLayer) -> list[str]:
    """Return the values that follow another word or value in one drawing than in the other.

    Words that stand on several pages (heads, feet) are passed over: pages may end elsewhere. So are codes.
    """
    before, there = _before(one), _before(other)
    return [path for path, what in before.items() if path in there and what != there[path]]


def _before(layer: PdfLayer) -> dict[str, str]:
    """Return for each value, where it stands first, the word or value before it."""
    pages = Counter(number for page in layer.pages for number in {p for p in page if isinstance(p, int)})
    found: dict[str, str] = {}
    last = ""
    for page in layer.pages:
        for place in page:
            if isinstance(place, int):
                word = layer.words[place]
                last = word if pages[place] == 1 and not word.startswith(CODE) else last
            elif found.setdefault(path := full_path(place[0], layer.records), last) is last:
                last = path
    return found
