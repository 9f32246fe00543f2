"""Keys of this PC's user: opened for signing, wherever they are; made, converted, looked at, given a new passphrase."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop.signing.token_place import TokenPlace

if TYPE_CHECKING:
    from pairing_desktop.signing.keys import Key
    from pairing_desktop.signing.token import TokenKey

KeyPlace = Path | TokenPlace
"""Where a key is: a file (ours or PKCS#12) or a token."""

__all__ = ["KeyPlace", "TokenPlace", "opened"]


@contextmanager
def opened(place: KeyPlace, secret: str, *, now: datetime) -> Iterator[Key | TokenKey]:
    """Open a key with its passphrase or PIN, asked for once however much is signed; closed at the end.

    Trouble: wrong passphrase or PIN, no certificate yet, expired or not valid yet, a token locked or pulled out.
    """
    from pairing_desktop.signing import keys, token

    if isinstance(place, TokenPlace):
        with token.opened(place, secret) as session:
            key = session.signer(now=now)
            keys.require_current(key, now)
            yield key
    else:
        own = keys.load(place, secret, now=now)
        keys.require_current(own, now)
        yield own
