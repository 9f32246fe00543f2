"""Keys: UUIDv7 (RFC 9562), so that they rise with time and meet nobody else's (Python 3.11 has none of its own).

Randomness is fetched for many keys at once. Each question to the system lets go of the interpreter for a moment and
takes it back before the window's thread, which waits for it, has woken up: an import that asked for every row kept the
window from painting for a seventh of a second.
"""

import os
import threading
import time

AT_ONCE, BYTES = 512, 10
"""Keys for which randomness is fetched, and how much each has."""


class _Source:
    """What keys are made of; threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: list[bytes] = []
        self._last = 0

    def next(self) -> tuple[int, bytes]:
        """Return milliseconds since 1970, later than any before, and bytes that nobody else has."""
        with self._lock:
            if not self._pool:
                fresh = os.urandom(AT_ONCE * BYTES)
                self._pool.extend(fresh[n:n + BYTES] for n in range(0, len(fresh), BYTES))
            self._last = max(time.time_ns() // 1_000_000, self._last + 1)
            return self._last, self._pool.pop()


_source = _Source()


def new_key() -> str:
    """Return a new key, greater than those this program gave before."""
    import uuid6

    milliseconds, bits = _source.next()
    return str(uuid6.UUID(int=(milliseconds & (1 << 48) - 1) << 80 | int.from_bytes(bits), version=7))
