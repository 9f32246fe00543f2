"""Whom a token's key was made for, until a certificate says so: the token has no room for it, this PC remembers it."""

from __future__ import annotations

from msgspec import structs

from pairing_desktop.settings import Settings
from pairing_desktop.signing.identity import Identity


def remember(fingerprint: str, who: Identity) -> None:
    """Keep whom the key of this fingerprint was made for."""
    Settings().set(_name(fingerprint), structs.asdict(who))


def remembered(fingerprint: str) -> Identity | None:
    """Return whom a key was made for on this PC; None for one that was made elsewhere."""
    said = Settings().get(_name(fingerprint))
    known = set(Identity.__struct_fields__)
    if not isinstance(said, dict) or said.keys() != known or not all(isinstance(v, str) for v in said.values()):
        return None
    return Identity(**said)


def _name(fingerprint: str) -> str:
    return f"token.holder.{fingerprint}"
