"""Keys: UUIDv7, so that they rise with time and meet nobody else's (Python 3.11 has none of its own)."""

import uuid6


def new_key() -> str:
    """Return a new key."""
    return str(uuid6.uuid7())
