"""A workbook's zip in one form: what a signature of its parts leaves open at the level of the file.

Office signs parts, not the zip around them. So that no reader can see other parts than we do, a signed workbook's zip
has fixed header values, no extra fields, comments, gaps or descriptors, ``[Content_Types].xml`` first and the rest by
name; reading finds the entries, writes the zip anew from what it found and compares. Deflated entries are carried over
as they are: signing packs nothing again. What stays open is the choice among equivalent deflate streams.
"""

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO

from msgspec import Struct

from pairing_desktop.errors import trouble

CONTENT_TYPES = "[Content_Types].xml"
MAX_WORKBOOK = 256 << 20
MAX_UNPACKED = 1 << 30
"""All parts together; parts are digested piece by piece, so this bounds time, not memory."""
MAX_SMALL = 8 << 20
"""A part that is read as a whole: content types, relationships, a signature."""
MAX_PARTS = 4096
BEGINNING = 4096
"""Bytes of a part that are looked at for what comes before its root element."""

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _DATE = 20, 0x21  # 2.0; 1 January 1980, 00:00
_PIECE = 1 << 20


class Entry(Struct, frozen=True):
    """One part as it stands packed."""

    name: str
    packed: bytes
    method: int
    """0 stored, 8 deflated."""
    crc: int
    size: int
    """Unpacked, by the zip's own word until it is unpacked."""

    def pieces(self) -> Iterator[bytes]:
        """Yield the content in pieces. Raises ``ValueError`` unless it is as long, and sums up, as the zip says."""
        crc = size = 0
        for piece in _inflated(self.packed, self.size) if self.method else (self.packed,):
            crc, size = zlib.crc32(piece, crc), size + len(piece)
            yield piece
        if (crc, size) != (self.crc, self.size):
            raise ValueError("checksum")

    def content(self) -> bytes:
        """Return the content of a small part. Raises ``ValueError`` when it is damaged or not small."""
        if self.size > MAX_SMALL:
            raise ValueError("too large")
        return b"".join(self.pieces())

    def beginning(self) -> bytes:
        """Return the content's first bytes, as many as a prolog takes; fewer when it is damaged."""
        if not self.method:
            return self.packed[:BEGINNING]
        try:
            return zlib.decompressobj(-15).decompress(self.packed, BEGINNING)
        except zlib.error:
            return b""

    def digest(self) -> bytes:
        """Return the content's SHA-256. Raises ``ValueError`` when it is damaged."""
        digest = hashlib.sha256()
        for piece in self.pieces():
            digest.update(piece)
        return digest.digest()


def entry(name: str, content: bytes) -> Entry:
    """Return new content packed."""
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = deflate.compress(content) + deflate.flush()
    return Entry(name, packed, 8, zlib.crc32(content), len(content))


def _inflated(packed: bytes, size: int) -> Iterator[bytes]:
    """Yield what a deflate stream holds, never more than a piece beyond ``size``."""
    inflate, rest, seen = zlib.decompressobj(-15), packed, 0
    try:
        while not inflate.eof:
            piece = inflate.decompress(rest, _PIECE)
            rest, seen = inflate.unconsumed_tail, seen + len(piece)
            if seen > size or not (piece or rest):
                raise ValueError("size")
            yield piece
    except zlib.error as error:
        raise ValueError("deflate") from error
    if inflate.unused_data or rest:
        raise ValueError("deflate tail")


def read(content: bytes) -> list[Entry]:
    """Return the entries in the order of the directory, duplicates and all.

    Raises ``Trouble`` when it is no zip, cut short, packed in a way that Office does not use, or too large.
    """
    if len(content) > MAX_WORKBOOK:
        raise trouble("signing.too_large", file="", limit=MAX_WORKBOOK >> 20)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            listed = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise trouble("signing.workbook_unreadable", reason="不是完整的工作簿文件") from error
    found = [_entry(content, info) for info in listed if not info.is_dir()]
    if len(found) > MAX_PARTS or sum(e.size for e in found) > MAX_UNPACKED:
        raise trouble("signing.workbook_unreadable", reason="解压后太大")
    return found


def _entry(content: bytes, info: zipfile.ZipInfo) -> Entry:
    start = info.header_offset
    if info.flag_bits & 0x1 or info.compress_type not in {0, 8}:
        raise trouble("signing.workbook_unreadable", reason="加了密，或压缩方式不认识")
    header = content[start : start + _LOCAL.size] if start >= 0 else b""
    if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
        raise trouble("signing.workbook_unreadable", reason="目录与内容不一致")
    *_, name_length, extra_length = _LOCAL.unpack(header)
    data = start + _LOCAL.size + name_length + extra_length
    packed = content[data : data + info.compress_size]
    if len(packed) < info.compress_size:
        raise trouble("signing.workbook_unreadable", reason="内容不完整")
    return Entry(info.filename, packed, info.compress_type, info.CRC, info.file_size)


def write(entries: Iterable[Entry]) -> bytes:
    """Return the zip of these entries in the one form."""
    out, central, count = bytearray(), bytearray(), 0
    for each in sorted(entries, key=lambda e: (e.name != CONTENT_TYPES, e.name)):
        name = each.name.encode("ascii", "replace")
        fields = (0, each.method, 0, _DATE, each.crc, len(each.packed), each.size, len(name), 0)
        central += _CENTRAL.pack(b"PK\x01\x02", _VERSION, _VERSION, *fields, 0, 0, 0, 0, len(out)) + name
        out += _LOCAL.pack(b"PK\x03\x04", _VERSION, *fields) + name + each.packed
        count += 1
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(central), len(out), 0)
    return bytes(out + central) + end
