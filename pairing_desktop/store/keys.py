"""Keys: UUIDv7, so that they rise with time and meet nobody else's (Python 3.11 has none of its own)."""


def new_key() -> str:
    """Return a new key."""
    import uuid6

    return str(uuid6.uuid7())
