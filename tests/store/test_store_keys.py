"""Keys rise, are UUIDs of version 7 and nobody else's, whichever threads ask; the system is seldom asked."""

import os
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from pairing_desktop.store.keys import AT_ONCE, new_key


def test_keys_rise_and_are_of_version_seven() -> None:
    keys = [new_key() for _ in range(2_000)]
    assert keys == sorted(set(keys))
    assert {(uuid.UUID(key).version, uuid.UUID(key).variant) for key in keys} == {(7, uuid.RFC_4122)}


def test_threads_get_different_ones() -> None:
    with ThreadPoolExecutor(4) as threads:
        found = [key for keys in threads.map(lambda _: [new_key() for _ in range(2_000)], range(4)) for key in keys]
    assert len(set(found)) == 8_000
    assert len({key[15:] for key in found}) == 8_000, "not by their time alone"


def test_the_system_is_asked_for_many_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each question lets go of the interpreter and takes it again before the window's thread has woken up."""
    asked, ask = [], os.urandom

    def counted(size: int) -> bytes:
        asked.append(size)
        return ask(size)

    monkeypatch.setattr(os, "urandom", counted)
    for _ in range(4 * AT_ONCE):
        new_key()
    assert 3 <= len(asked) <= 5
