"""The data file's own records (settings, posts, explanations, waivers): form ids that begin with @.

They live by the same mechanism as everything else, append-only and journalled; ``name`` is their natural key.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.store.asking import Reader


def canonical(payload: Mapping[str, Any]) -> str:
    """Return the canonical JSON (RFC 8785) of a payload, as it is stored and hashed."""
    import rfc8785

    return rfc8785.dumps(dict(payload)).decode()


def canonical_payload(payload: Mapping[str, Any]) -> bytes:
    """Return the same of a form's payload, whose names are ASCII and in which no number is a fraction.

    A whole packet's data is written by ``packet_parts.canonical``.
    """
    from pairing_desktop.store import digests

    return digests.canonical(payload)


def stamp(at: datetime) -> str:
    """Return a moment as every time in a packet is written: 2024-07-11T08:42:00Z."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def put(tx: Connection, form: str, name: str, payload: Mapping[str, Any], *, label: str = "", who: str, at: datetime,
        why: str = "") -> None:
    """Write a record of the data file's own; the same content again makes no revision."""
    from pairing_desktop.store import records

    text = canonical(_plain(payload))
    old = records.find(tx, form, name)
    if old and old[0].payload == text:
        return
    records.put(tx, key=old[0].key if old else None, form=form, payload=text, form_digest="", natural_key=name,
                label=label or name, who=who, at=at, why=why, action="change" if old else "enter")


def delete(tx: Connection, form: str, name: str, *, who: str, at: datetime, why: str = "") -> None:
    """Take one back; harmless when there is none."""
    from pairing_desktop.store import records

    for old in records.find(tx, form, name):
        records.delete(tx, key=old.key, who=who, at=at, why=why)


def by_name(conn: Reader, form: str) -> dict[str, dict[str, Any]]:
    """Return the live payloads by name."""
    from pairing_desktop.services.lookup import decode
    from pairing_desktop.store import records

    return {r.natural_key: decode(r.payload) for r in records.select(conn, form=form)}


def payloads(conn: Reader, form: str) -> list[dict[str, Any]]:
    """Return the live payloads in order of entry."""
    return list(by_name(conn, form).values())


def _plain(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {k: list(v) if isinstance(v, tuple) else v for k, v in payload.items()}
