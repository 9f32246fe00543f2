"""Whoever is killed at the window comes back to the same record, field and text; all that was left is on disk.

Large by hand: ``PAIRING_KILLS=200 PAIRING_SEED=7 pytest tests/ui/test_kill_window.py``.
"""

import json
import os
import queue
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct, field

pytest.importorskip("PySide6")

from pairing_desktop.formspec.values import BEFORE
from pairing_desktop.services import keeping, workspace
from tests.ui.random_clerk import IMPORTED

KILLS = int(os.environ.get("PAIRING_KILLS", "2"))
SEED = int(os.environ.get("PAIRING_SEED", "1"))
SLOWEST = 900
"""Seconds after which a line will never come: only there to end a clerk that hangs."""

Said = dict[str, Any]


class Ledger(Struct):
    """What must be there: the clerk's last state, what was under way, and every record as it was last told of."""

    last: Said = field(default_factory=dict)
    doing: Said = field(default_factory=dict)
    half: str = ""
    """The path of the field that is half typed: what stands in it is understood when one comes back."""
    records: dict[str, Said] = field(default_factory=dict)
    imported: set[str] = field(default_factory=set)
    begun: set[str] = field(default_factory=set)

    @property
    def under_way(self) -> Said:
        """What the open record may hold in another way than it was told of."""
        return self.doing or {"touches": self.half}

    def hear(self, said: Said) -> None:
        """Take a line of the clerk."""
        what = said["what"]
        assert what not in ("asked", "stuck"), said
        if what == "doing":
            self.doing = said
            self.records.pop(said.get("of", ""), None)  # between two states until it is told of again
            if "firms" in said:
                self.begun.add(said["firms"])
        elif what == "imported":
            self.imported.add(said["firms"])
        else:
            if self.doing:
                self.half = self.doing["touches"] if self.doing["name"] == "half" else ""
            self.last, self.doing = said, {}
            if said.get("key") and (said["dirty"] or not said["new"]):
                self.records[said["key"]] = said
            elif said.get("key"):  # undone to its very beginning, there is nothing to keep
                self.records.pop(said["key"], None)


class Killed:
    """A clerk's process; what it says is heard as it comes."""

    def __init__(self, file: Path, seed: int, settings: Path) -> None:
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PAIRING_DESKTOP_CONFIG": str(settings)}
        self.log = (settings.parent / "clerk.log").open("ab")
        self.process = subprocess.Popen([sys.executable, "-m", "tests.ui.random_clerk", str(file), str(seed)],
                                        stdout=subprocess.PIPE, stderr=self.log, env=environment)
        self.lines: queue.Queue[bytes] = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as said:
            for line in said:
                self.lines.put(line)
        self.lines.put(b"")

    def hear(self) -> Said:
        """Wait for the next line; empty when the clerk is gone."""
        line = self.lines.get(timeout=SLOWEST)
        return json.loads(line) if line.endswith(b"\n") else {}

    def close(self) -> None:
        """Leave no process behind, whatever happened."""
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.log.close()

    def kill(self) -> list[Said]:
        """Kill it; return what it had still said."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.reader.join()
        rest = []
        while said := self.hear():
            rest.append(said)
        return rest


@pytest.mark.slow
@pytest.mark.gui
@pytest.mark.timeout(SLOWEST + SLOWEST * KILLS)
def test_killed_at_any_moment_the_clerk_comes_back(prepared: Path, tmp_path: Path, now: datetime) -> None:
    dice = random.Random(SEED)  # noqa: S311  # not for secrets
    file, settings = tmp_path / prepared.name, tmp_path / "settings"
    settings.mkdir()
    file.write_bytes(prepared.read_bytes())
    ledger = Ledger()
    for _ in range(KILLS):
        with closing(Killed(file, dice.randrange(10**6), settings)) as clerk:
            work(clerk, ledger, lines=dice.choice((0, 0, 2, 8, 20, 60)),
                 pause=dice.random() * dice.choice((0.01, 0.3, 2)))
        on_disk(file, ledger)
    with closing(Killed(file, 0, settings)) as clerk:
        comes_back(clerk.hear(), ledger)
    whole(file, now)


def work(clerk: Killed, ledger: Ledger, *, lines: int, pause: float) -> None:
    """Let the clerk open the file and do so many things; then kill it a moment later, wherever it is."""
    if lines:
        first = clerk.hear()
        comes_back(first, ledger)
        ledger.hear(first)
        for _ in range(lines):
            said = clerk.hear()
            assert said, "the clerk ended by itself: see clerk.log"
            ledger.hear(said)
    threading.Event().wait(pause)  # not for a state: to die anywhere
    rest = clerk.kill()
    for said in rest:
        if said["what"] == "at":
            comes_back(said, ledger)
        ledger.hear(said)


def comes_back(at: Said, ledger: Ledger) -> None:
    """The window shows the same record, field and text, unless the clerk was just leaving them."""
    assert at, "the file did not open: see clerk.log"
    last, doing = ledger.last, ledger.doing
    if not last.get("key") or doing.get("moves"):
        return
    assert (at.get("page"), at.get("key") if not last["new"] or last["dirty"] else last["key"]) == (
        last["page"], last["key"]), f"another record: {last} → {at}, doing {doing}"
    if not doing:
        wanted, found = last["path"], at["path"]
        if last["new"] and not last["dirty"]:  # rows of a record that was never kept have new names
            wanted, found = (p.split("/")[0] + p.split("/")[-1] for p in (wanted, found))
        assert found == wanted, f"another field, {last}"
        assert not ledger.half or at["text"] == last["text"], f"another text, {last} → {at}"
    same(at["payload"], last["payload"], ledger.under_way)


def same(found: Said, wanted: Said, doing: Said, key: str = "") -> None:
    """All that was typed is there; what was under the hands may be old or new."""
    if doing.get("touches") == "*":
        return
    if not doing.get("touches"):
        assert found == wanted, (key, doing)
        return
    touched = doing["touches"].split("/")[0]
    for field_id in set(wanted.get("values", {})) | set(wanted.get("raw", {})):
        if field_id != touched and field_id in TYPED:
            for member in ("values", "raw"):
                assert found.get(member, {}).get(field_id) == wanted.get(member, {}).get(field_id), (field_id, doing)


def _typed() -> frozenset[str]:
    """Return the fields that only a hand fills: computed ones follow another."""
    from pairing_desktop import paths
    from pairing_desktop.formspec import catalogue

    return frozenset(f.id for form in catalogue.load(paths.forms()).forms for f in form.fields if not f.computed)


TYPED = _typed()


def on_disk(file: Path, ledger: Ledger) -> None:
    """Every record that the clerk ever typed is on disk as it was told last; an import is there whole or not at all."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        kept = dict(connection.execute(
            "SELECT r.key, v.payload FROM record r JOIN revision v ON v.record = r.key AND v.number = r.revision"))
        kept |= dict(connection.execute("SELECT record, payload FROM draft"))
        labels = [row[0] for row in connection.execute(
            "SELECT label FROM revision WHERE number = 1 AND form = 'enterprise'")]  # others are called after a firm
    for key, said in ledger.records.items():
        here = key == ledger.last.get("key")
        if here and ledger.doing.get("touches") == "*":
            continue
        assert key in kept, f"{key} is gone: {said}"
        found = {member: held for member, held in json.loads(kept[key]).items() if member != BEFORE}
        same(found, said["payload"], ledger.under_way if here else {}, key)
    for name in ledger.begun:
        there = sum(label.startswith(f"{name}第") for label in labels)
        assert there == IMPORTED or (not there and name not in ledger.imported), (name, there)


def whole(file: Path, now: datetime) -> None:
    """The journal's chain holds, and nothing of an act that was cut off is left over."""
    with workspace.open_workspace(file, now=now, who="企业科", clock=lambda: now) as ws:
        assert keeping.verify_history(ws).problems == ()
