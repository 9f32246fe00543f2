"""The bundled faces on paper: widths, a check that every glyph is there, and how they are embedded.

reportlab cuts a TrueType font into simple fonts of 256 glyphs, so that a line of Chinese changes font every few
characters, and its ToUnicode map is wrong beyond the basic plane (𬳽 cannot be copied or searched). Here each face is
one composite font (Type 0, two bytes a character, ISO 32000-1 §9.7) with a subset of its outlines.
"""

import hashlib
from functools import cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Literal, TypeAlias
from weakref import WeakKeyDictionary

from reportlab.pdfbase import pdfdoc, pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFDocument, PDFObjectReference
from reportlab.pdfbase.ttfonts import TTFont, TTFontFace

from pairing_desktop import paths
from pairing_desktop.errors import trouble
from pairing_desktop.formspec.coverage import misread

FaceName: TypeAlias = Literal["sans", "medium", "serif"]
FILES: dict[FaceName, str] = {
    "sans": "NotoSansSC-Regular.ttf",
    "medium": "NotoSansSC-Medium.ttf",
    "serif": "NotoSerifSC-Bold.ttf",
}


REMEMBERED = 10_000
"""Texts whose width a face keeps: sheets repeat themselves."""


class Widths(dict[str, int]):
    """Advance of a character in thousandths of an em; filled as asked, None of what the face lacks."""

    def __init__(self, known: dict[int, int]) -> None:
        super().__init__()
        self._known = known

    def __missing__(self, character: str) -> int:
        width = None if misread(character) else self._known.get(ord(character))
        if width is None:
            raise trouble("documents.glyph", character=character, point=f"U+{ord(character):04X}", text=character)
        self[character] = width = int(width)
        return width


class Codes(dict[str, str]):
    """Character → its four hexadecimal digits in one document, numbered in order of use."""

    def __init__(self) -> None:
        super().__init__()
        self.characters: list[str] = []

    def __missing__(self, character: str) -> str:
        self.characters.append(character)
        self[character] = code = f"{len(self.characters):04X}"
        return code


class _Mapped:
    """A font file as reportlab reads one, mapped into memory instead of copied: ten to fifteen MB a face."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._path = path

    def read(self) -> mmap:
        """Return the file's content; it can be sliced as bytes can."""
        with self._path.open("rb") as file:
            return mmap(file.fileno(), 0, access=ACCESS_READ)


class _Slices:
    """A table of a mapped font, copied only where it is sliced."""

    def __init__(self, content: bytes, start: int) -> None:
        self._content = content
        self._start = start

    def __getitem__(self, part: slice) -> bytes:
        return self._content[self._start + part.start:self._start + part.stop]


class MappedFace(TTFontFace):
    """Outlines of a mapped font: the table of all glyphs, nine tenths of the file, is never copied whole."""

    _ttf_data: bytes

    def get_table(self, tag: str) -> bytes | _Slices:
        """Return a table's bytes, of the glyphs only the slices asked for."""
        if tag == "glyf":
            return _Slices(self._ttf_data, self.get_table_pos(tag)[0])
        table: bytes = super().get_table(tag)  # type: ignore[no-untyped-call]  # the stub has no types
        return table


class Face(TTFont):
    """One bundled face, usable wherever reportlab takes a font."""

    def __init__(self, name: FaceName) -> None:
        super().__init__(f"pairing-{name}", _Mapped(paths.resource("fonts", FILES[name])), shapable=False)
        self.face.__class__ = MappedFace
        del self.face.glyphToChar  # type: ignore[attr-defined]  # 4 MB that only shaping uses
        self.widths = Widths(self.face.charWidths)
        self._measured: dict[str, int] = {}
        self._codes: WeakKeyDictionary[PDFDocument, Codes] = WeakKeyDictionary()

    def width(self, text: str) -> int:
        """Return the width of one line in thousandths of an em. Raises Trouble for a glyph that the face lacks."""
        found = self._measured.get(text)
        if found is None:
            if len(self._measured) > REMEMBERED:
                self._measured.clear()
            widths = self.widths
            found = self._measured[text] = sum([widths[c] for c in text])
        return found

    def codes(self, doc: PDFDocument) -> Codes:
        """Return the character codes of this face in one PDF."""
        return self._codes.setdefault(doc, Codes())

    def splitString(self, text: str, doc: PDFDocument, encoding: str = "utf-8") -> list[tuple[int, bytes]]:  # noqa: ARG002, N802  # reportlab's name
        """Return the text's codes as reportlab's own drawing wants them."""
        self.width(text)
        codes = self.codes(doc)
        return [(0, bytes.fromhex("".join([codes[c] for c in text])))]

    def getSubsetInternalName(self, subset: int, doc: PDFDocument) -> str:  # noqa: ARG002, N802  # reportlab's name
        """Return the face's resource name in ``doc``; the first call lists the face for embedding."""
        name = doc.fontMapping.get(self.fontName)
        if name is None:
            name = doc.fontMapping[self.fontName] = f"/F{len(doc.fontMapping) + 1}"
            doc.delayedFonts.append(self)
        return str(name)

    def addObjects(self, doc: PDFDocument) -> None:  # noqa: N802  # reportlab's name
        """Write the font's objects; called by reportlab when the document is saved."""
        characters = self.codes(doc).characters
        name = _subset_tag(characters) + self.face.name.decode("ascii")
        descendant = pdfdoc.PDFDictionary({
            "Type": pdfdoc.PDFName("Font"),
            "Subtype": pdfdoc.PDFName("CIDFontType2"),
            "BaseFont": pdfdoc.PDFName(name),
            "CIDSystemInfo": pdfdoc.PDFDictionary({
                "Registry": pdfdoc.PDFString("Adobe"), "Ordering": pdfdoc.PDFString("Identity"), "Supplement": 0,
            }),
            "FontDescriptor": _descriptor(self.face, doc, name, characters),
            "DW": 1000,
            "W": pdfdoc.PDFArray([1, pdfdoc.PDFArray([self.widths[c] for c in characters])]),
            "CIDToGIDMap": _stream(doc, f"gids:{name}", self._glyph_numbers(characters)),
        })
        font = pdfdoc.PDFDictionary({
            "Type": pdfdoc.PDFName("Font"),
            "Subtype": pdfdoc.PDFName("Type0"),
            "BaseFont": pdfdoc.PDFName(name),
            "Encoding": pdfdoc.PDFName("Identity-H"),
            "DescendantFonts": pdfdoc.PDFArray([_refer(doc, f"cid:{name}", descendant)]),
            "ToUnicode": _stream(doc, f"unicode:{name}", _to_unicode(characters)),
        })
        internal = self.getSubsetInternalName(0, doc)[1:]
        fonts = doc.idToObject["BasicFonts"]
        fonts.dict[internal] = _refer(doc, f"font:{internal}", font)  # type: ignore[attr-defined]  # a PDFDictionary
        del self._codes[doc]

    def _glyph_numbers(self, characters: list[str]) -> bytes:
        """Map codes to glyphs of the subset, which keeps a glyph once though two characters share it."""
        numbers: dict[int, int] = {0: 0}
        for character in characters:
            numbers.setdefault(self.face.charToGlyph[ord(character)], len(numbers))
        glyphs = [0, *(numbers[self.face.charToGlyph[ord(c)]] for c in characters)]
        return b"".join(g.to_bytes(2, "big") for g in glyphs)


def _subset_tag(characters: list[str]) -> str:
    """Return six capitals and a plus that differ between subsets (ISO 32000-1 §9.6.4)."""
    digest = hashlib.sha256("".join(characters).encode()).digest()
    return "".join(chr(65 + b % 26) for b in digest[:6]) + "+"


def _refer(doc: PDFDocument, name: str, thing: pdfdoc.PDFObject) -> PDFObjectReference:
    reference: PDFObjectReference = doc.Reference(thing, name)  # type: ignore[no-untyped-call]  # the stub has no types
    return reference


def _descriptor(outlines: TTFontFace, doc: PDFDocument, name: str, characters: list[str]) -> PDFObjectReference:
    points = [ord(c) for c in characters]
    reference: PDFObjectReference = outlines.addSubsetObjects(doc, name, points)  # type: ignore[no-untyped-call]  # as above
    return reference


def _stream(doc: PDFDocument, name: str, content: bytes) -> PDFObjectReference:
    stream = pdfdoc.PDFStream(content=content)
    if doc.compression:
        stream.filters = [pdfdoc.PDFZCompress]
    return _refer(doc, name, stream)


def _to_unicode(characters: list[str]) -> bytes:
    """Return the CMap from codes to UTF-16, pairs included, in blocks of the hundred entries that are allowed."""
    entries = [f"<{n:04X}> <{c.encode('utf-16-be').hex().upper()}>" for n, c in enumerate(characters, 1)]
    blocks = [entries[n:n + 100] for n in range(0, len(entries), 100)]
    body = "\n".join(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar" for b in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")


@cache
def face(name: FaceName) -> Face:
    """Return a bundled face, loaded once (0.1–0.2 s) and known to reportlab as ``pairing-<name>``."""
    loaded = Face(name)
    pdfmetrics.registerFont(loaded)
    return loaded
