"""Digests: SHA-256 over canonical JSON (RFC 8785), in hex."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from msgspec.json import Encoder

ZERO = "0" * 64
"""What comes before the first link of a chain."""


def of_text(text: str) -> str:
    """Return the digest of a text's UTF-8 bytes."""
    return sha256(text.encode()).hexdigest()


def of_members(**members: str | int | Sequence[Sequence[str | int]]) -> str:
    """Return the digest of named members, as canonical JSON (RFC 8785).

    Numbers are whole.
    """
    return sha256(canonical(members)).hexdigest()


def canonical(members: Mapping[str, Any]) -> bytes:
    """Return texts, whole numbers, flags, and lists and objects of them under ASCII names as canonical JSON.

    That is what msgspec writes in order, in a hundredth of the rfc8785 library's time; a test holds one against the
    other.
    """
    return _encoder().encode(members)


@cache
def _encoder() -> Encoder:
    from msgspec.json import Encoder

    return Encoder(order="deterministic")


def chained(previous: str, entry: str) -> str:
    """Return the head that follows ``previous``: sha256(previous head bytes | entry digest's bytes)."""
    return sha256(bytes.fromhex(previous) + bytes.fromhex(entry)).hexdigest()
