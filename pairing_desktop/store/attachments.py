"""Attached files inside the workspace, by SHA-256, in chunks, each content stored once."""

import io
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256 as new_sha256
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct
from sqlalchemy import Connection, insert, select

from pairing_desktop.errors import trouble
from pairing_desktop.store import moment
from pairing_desktop.store.models import attachment, attachment_chunk

CHUNK = 256 * 1024


class Attachment(Struct, frozen=True):
    """A file that is kept: its digest, the name it was first stored by, its size in bytes."""

    sha256: str
    name: str
    size: int


def add(tx: Connection, source: Path | bytes, *, name: str, at: datetime) -> str:
    """Store a file or bytes and return the SHA-256; content already there is not stored again.

    A file is read twice, never held whole: for its digest, then for its chunks.
    """
    try:
        with _opened(source) as file:
            digest, length = _measured(file)
            if size(tx, digest) is None:
                file.seek(0)
                _store(tx, file, {"sha256": digest, "size": length, "name": name, "at": moment.stored(at)})
    except OSError as error:
        raise trouble("store.attachment_unreadable", file=name) from error
    return digest


def read(conn: Connection, sha256: str) -> Iterator[bytes]:
    """Yield the content in chunks; raises ``store.attachment_missing`` or, at the end, ``store.attachment_damaged``."""
    length = size(conn, sha256)
    if length is None:
        raise trouble("store.attachment_missing", sha256=sha256)
    seen, number = new_sha256(), 0
    while length > 0:
        data = _chunk(conn, sha256, number)
        if not data:
            break
        seen.update(data)
        yield data
        length -= len(data)
        number += 1
    if length or seen.hexdigest() != sha256:
        raise trouble("store.attachment_damaged", sha256=sha256)


def content(conn: Connection, sha256: str) -> bytes:
    """Return the whole content."""
    return b"".join(read(conn, sha256))


def size(conn: Connection, sha256: str) -> int | None:
    """Return the size in bytes, None when it is not there."""
    return conn.execute(select(attachment.c.size).where(attachment.c.sha256 == sha256)).scalar_one_or_none()


def digests(conn: Connection) -> list[str]:
    """Return the SHA-256 of all attachments."""
    return list(conn.execute(select(attachment.c.sha256).order_by(attachment.c.sha256)).scalars())


def lacking(conn: Connection, other: Connection) -> list[Attachment]:
    """Return the attachments of another file that this one has not."""
    a, own = attachment.c, set(digests(conn))
    found = other.execute(select(a.sha256, a.name, a.size).order_by(a.sha256))
    return [Attachment(*row) for row in found if row[0] not in own]


def _opened(source: Path | bytes) -> BinaryIO:
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def _measured(file: BinaryIO) -> tuple[str, int]:
    digest, length = new_sha256(), 0
    while data := file.read(CHUNK):
        digest.update(data)
        length += len(data)
    return digest.hexdigest(), length


def _store(tx: Connection, file: BinaryIO, values: dict[str, str | int]) -> None:
    tx.execute(insert(attachment), values)
    digest, number = new_sha256(), 0
    while data := file.read(CHUNK):
        digest.update(data)
        tx.execute(insert(attachment_chunk), {"sha256": values["sha256"], "number": number, "data": data})
        number += 1
    if digest.hexdigest() != values["sha256"]:
        raise trouble("store.attachment_changed", file=values["name"])


def _chunk(conn: Connection, sha256: str, number: int) -> bytes | None:
    wanted = (attachment_chunk.c.sha256 == sha256, attachment_chunk.c.number == number)
    return conn.execute(select(attachment_chunk.c.data).where(*wanted)).scalar_one_or_none()
