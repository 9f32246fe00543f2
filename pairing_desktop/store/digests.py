"""Digests: SHA-256 over canonical JSON (RFC 8785), in hex."""

from collections.abc import Sequence
from hashlib import sha256

import rfc8785

ZERO = "0" * 64
"""What comes before the first link of a chain."""


def of_text(text: str) -> str:
    """Return the digest of a text's UTF-8 bytes."""
    return sha256(text.encode()).hexdigest()


def of_members(**members: str | int | Sequence[Sequence[str | int]]) -> str:
    """Return the digest of named members."""
    return sha256(
        rfc8785.dumps({k: v if isinstance(v, str | int) else [list(x) for x in v] for k, v in members.items()})
    ).hexdigest()


def chained(previous: str, entry: str) -> str:
    """Return the head that follows ``previous``: sha256(previous head bytes | entry digest's bytes)."""
    return sha256(bytes.fromhex(previous) + bytes.fromhex(entry)).hexdigest()
