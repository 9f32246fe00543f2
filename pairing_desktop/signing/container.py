"""The packet's zip in exactly one form, so that no byte outside the signed files can be changed unseen.

Every entry is stored; header values are fixed; local headers and directory say the same; no extra fields, comments,
gaps, descriptors or zip64; ``mimetype`` first, then files by name, then ``META-INF/`` by name. Reading walks the local
headers, writes the directory anew from what it found and compares. Nothing is ever unpacked from compression, so a
packet cannot grow in memory beyond its own size.

ETSI EN 319 162-1 (ASiC-E) fixes ``mimetype`` and ``META-INF/``; the rest is stricter than it.
"""

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import IO

from msgspec import Struct

from pairing_desktop.errors import Problem, problem, system_reason, trouble

MIMETYPE_NAME = "mimetype"
MIMETYPE = b"application/vnd.etsi.asic-e+zip"
META = "META-INF/"
MAX_BYTES = 512 << 20
"""A packet carries at most 300 MB of attachments."""
MAX_FILES = 4096
MAX_NAME = 160

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION, _DATE = 20, 0x21  # 2.0; 1 January 1980, 00:00
_SIZE_FOLLOWS = 0x08
"""The flag of an entry whose size stands only after its bytes."""
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


class Container(Struct, frozen=True):
    """What a container holds, ``mimetype`` apart, and every way in which its form is not the one form."""

    files: Mapping[str, bytes]
    """In the order in which they stand."""
    problems: tuple[Problem, ...] = ()


class _Entry(Struct, frozen=True):
    name: bytes
    content: bytes
    crc: int
    plain: bool
    """Whether its local header is, byte for byte, the fixed one."""
    legible: bool
    """Whether its bytes stand as they are: not compressed, and their number known before them."""


def safe_name(name: str) -> bool:
    """Return whether a name may stand in a container: ASCII, relative, no empty, hidden or parent part."""
    return len(name) <= MAX_NAME and _NAME.fullmatch(name) is not None


def write(files: Mapping[str, bytes], out: IO[bytes]) -> None:
    """Write the container of these files (without ``mimetype``) in the one form.

    Raises ``Trouble`` for a name that may not stand in it, too many files or too many bytes.
    """
    _check_writable(files)
    entries: list[tuple[bytes, int, int]] = []
    for name, content in [(MIMETYPE_NAME, MIMETYPE), *sorted(files.items(), key=lambda item: _order(item[0]))]:
        crc = zlib.crc32(content)
        out.write(_local(name.encode(), crc, len(content)))
        out.write(content)
        entries.append((name.encode(), crc, len(content)))
    out.write(_directory(entries))


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return the container of these files as bytes."""
    out = BytesIO()
    write(files, out)
    return out.getvalue()


def read(source: Path | bytes, *, name: str = "") -> Container:
    """Read a container. Whatever is readable is returned with every fault of form as a problem.

    Raises ``Trouble`` when it is no container at all, cut short, too large, or cannot be read.
    """
    if isinstance(source, bytes):
        return _read(BytesIO(source), len(source), name)
    name = name or source.name
    try:
        with source.open("rb") as file:
            return _read(file, source.stat().st_size, name)
    except OSError as error:
        raise trouble("signing.container_missing", file=name, reason=system_reason(error)) from error


def _check_writable(files: Mapping[str, bytes]) -> None:
    for name in files:
        if not safe_name(name) or name.lower() == MIMETYPE_NAME:
            raise trouble("signing.unsafe_name", name=name)
    if len({name.lower() for name in files}) < len(files):
        raise trouble("signing.name_twice", name=", ".join(sorted(files)))
    if len(files) >= MAX_FILES:
        raise trouble("signing.too_many_files", limit=MAX_FILES)
    if sum(map(len, files.values())) > MAX_BYTES:
        raise trouble("signing.too_large", file="", limit=MAX_BYTES >> 20)


def _order(name: str) -> tuple[int, str]:
    return (0 if name == MIMETYPE_NAME else 2 if name.startswith(META) else 1), name


def _local(name: bytes, crc: int, size: int) -> bytes:
    return _LOCAL.pack(_LOCAL_MARK, _VERSION, 0, 0, 0, _DATE, crc, size, size, len(name), 0) + name


def _directory(entries: list[tuple[bytes, int, int]]) -> bytes:
    """Return the central directory and its end for entries (name, crc, size) that stand one after another."""
    central, offset = bytearray(), 0
    for name, crc, size in entries:
        central += _CENTRAL.pack(
            _CENTRAL_MARK, _VERSION, _VERSION, 0, 0, 0, _DATE, crc, size, size, len(name), 0, 0, 0, 0, 0, offset
        )
        central += name
        offset += _LOCAL.size + len(name) + size
    end = _END.pack(_END_MARK, 0, 0, len(entries), len(entries), len(central), offset, 0)
    return bytes(central) + end


def _read(file: IO[bytes], size: int, name: str) -> Container:
    if size > MAX_BYTES + (MAX_BYTES >> 4):
        raise trouble("signing.too_large", file=name, limit=MAX_BYTES >> 20)
    entries = list(_entries(file, size, name))
    rest = file.read()
    expected = _directory([(e.name, e.crc, len(e.content)) for e in entries])
    if len(rest) < len(expected) and expected.startswith(rest):
        raise trouble("signing.cut_short", offset=size)
    files, problems = _collect(entries)
    if rest != expected and not problems:
        problems.append(problem("signing.directory"))
    return Container(files, tuple(problems))


def _entries(file: IO[bytes], size: int, name: str) -> Iterator[_Entry]:
    """Yield what the local headers say, one after another, until something else stands there."""
    count = 0
    while True:
        start = file.tell()
        header = file.read(_LOCAL.size)
        if not header.startswith(_LOCAL_MARK):
            if not count:
                raise trouble("signing.not_container" if size else "signing.empty", file=name)
            file.seek(start)
            return
        if len(header) < _LOCAL.size:
            raise trouble("signing.cut_short", offset=size)
        count += 1
        if count > MAX_FILES:
            raise trouble("signing.too_many_files", limit=MAX_FILES)
        yield _entry(file, header, size)


def _entry(file: IO[bytes], header: bytes, size: int) -> _Entry:
    """Read one entry whose local header was read already."""
    _, _, flags, method, _, _, crc, stored, _, name_length, extra_length = _LOCAL.unpack(header)
    if file.tell() + name_length + extra_length + stored > size:
        raise trouble("signing.cut_short", offset=size)
    name = file.read(name_length)
    file.seek(extra_length, 1)
    content = file.read(stored)
    return _Entry(name, content, crc, plain=header + name == _local(name, crc, stored),
                  legible=not method and not flags & _SIZE_FOLLOWS)


def _legible(name: bytes) -> str:
    """Return a name as it can be told in a sentence: a stranger's may be long and hold anything.

    Zip programs write Chinese in UTF-8, where each character takes three bytes; older ones for Windows in GBK, two of
    which may look like a letter of two bytes.
    """
    try:
        text = name.decode()
    except UnicodeDecodeError:
        text = ""
    if not text or any("\x80" <= c < "\u0800" for c in text):
        text = name.decode("gbk", "replace")
    return "".join(c if c.isprintable() else "\ufffd" for c in text[: MAX_NAME + 1])


def _collect(entries: list[_Entry]) -> tuple[dict[str, bytes], list[Problem]]:
    """Return the files by name and every fault of name, header, checksum, order and type."""
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    seen: set[str] = set()
    for entry in entries:
        name = _legible(entry.name)
        if name.lower() in seen:
            problems.append(problem("signing.name_twice", name=name))
            continue
        seen.add(name.lower())
        if not safe_name(name):
            problems.append(problem("signing.unsafe_name", name=name))
        elif not entry.legible:
            problems.append(problem("signing.compressed", name=name))
        elif not entry.plain:
            problems.append(problem("signing.repacked", name=name))
        elif zlib.crc32(entry.content) != entry.crc:
            problems.append(problem("signing.checksum", name=name))
        files[name] = entry.content
    if list(files) != sorted(files, key=_order):
        problems.append(problem("signing.order"))
    if files.pop(MIMETYPE_NAME, b"") != MIMETYPE:
        problems.append(problem("signing.mimetype"))
    return files, problems
