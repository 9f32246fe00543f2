"""A killed program loses nothing that it had reported as saved, and leaves a whole file that opens at once.

Large by hand: ``PAIRING_KILLS=200 PAIRING_SEED=7 pytest tests/store/test_store_kill.py``.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pairing_desktop.store import records, verify
from pairing_desktop.store.engine import Store
from tests.store.entries import NOW

KILLS = int(os.environ.get("PAIRING_KILLS", "4"))
SEED = int(os.environ.get("PAIRING_SEED", "1"))

CLERK = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from pairing_desktop.store import records, search
from pairing_desktop.store.engine import Store

now = datetime(2024, 7, 11, 6, 32, tzinfo=UTC)
store = Store.open(Path(sys.argv[1]), now=now, owner="填表人")
record = None
for n in range(int(sys.argv[2]), 10**9):
    key = record or records.new_key()
    records.save_draft(store, key, form="enterprise", payload=str(n), at=now)
    print("draft", key, n, flush=True)
    if n % 3 == 0:
        with store.begin() as tx:
            made = records.put(
                tx, key=key, form="enterprise", payload=str(n), form_digest="f", label=str(n), who="填表人", at=now
            )
            search.set_search(tx, key, "enterprise", str(n))
            records.drop_draft(tx, key)
        print("kept", key, n, flush=True)
        record = key if n % 2 else None
    if n % 7 == 0:
        store.checkpoint()
"""


@pytest.mark.slow
def test_all_that_was_reported_as_saved_is_there(path: Path) -> None:
    dice = random.Random(SEED)  # noqa: S311  # not for secrets
    Store.create(path, now=NOW, meta={}).close()
    said: list[list[str]] = []
    for _ in range(KILLS):
        said += work_until_killed(path, len(said), lines=dice.randrange(1, 120), pause=dice.random() / 200)
        check(path, said)


def work_until_killed(path: Path, start: int, *, lines: int, pause: float) -> list[list[str]]:
    """Let a clerk save, and kill it at some moment after it reported ``lines`` times; return what it reported."""
    words = [sys.executable, "-c", CLERK, str(path), str(start)]
    clerk = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert clerk.stdout is not None
    heard = [clerk.stdout.readline() for _ in range(lines)]
    with contextlib.suppress(subprocess.TimeoutExpired):
        clerk.wait(pause)  # not for a state: to die anywhere between two reports
    clerk.send_signal(signal.SIGKILL)
    rest, _ = clerk.communicate()
    whole = [*heard, *rest.splitlines(keepends=True)]
    return [line.split() for line in whole if line.endswith("\n")]


def check(path: Path, said: list[list[str]]) -> None:
    with Store.open(path, now=NOW) as store, store.reading() as conn:
        assert verify.verify(conn) == []
        drafts = {draft.record: int(draft.payload) for draft in records.drafts(conn)}
        kept = {record.key: int(record.payload) for record in records.select(conn)}
    last_draft = {key: int(n) for what, key, n in said if what == "draft"}
    last_kept = {key: int(n) for what, key, n in said if what == "kept"}
    for key, n in last_kept.items():
        assert kept[key] >= n
    for key, n in last_draft.items():
        assert max(drafts.get(key, -1), kept.get(key, -1)) >= n
