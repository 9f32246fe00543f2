"""Attached files inside the workspace, by SHA-256, in chunks, each content stored once."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection


def add(tx: Connection, source: Path | bytes, *, name: str, at: datetime) -> str:
    """Store a file or bytes and return the SHA-256; content already there is not stored again."""
    raise NotImplementedError


def read(conn: Connection, sha256: str) -> Iterator[bytes]:
    """Yield the content in chunks; raises ``store.attachment_missing`` or, at the end, ``store.attachment_damaged``."""
    raise NotImplementedError


def content(conn: Connection, sha256: str) -> bytes:
    """Return the whole content."""
    raise NotImplementedError


def size(conn: Connection, sha256: str) -> int | None:
    """Return the size in bytes, None when it is not there."""
    raise NotImplementedError
