"""A damaged data file is told as damaged, whatever was damaged: a sentence, never a fault of the program.

``PAIRING_DAMAGE_SEED`` and ``PAIRING_DAMAGE_COUNT`` take it further than a check of minutes can.
"""

import contextlib
import os
import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from pairing_desktop.errors import Trouble
from pairing_desktop.services import checking, entering, finalising, keeping, standing, workspace
from tests.services import small
from tests.services.small import QUARTER

SEED = int(os.environ.get("PAIRING_DAMAGE_SEED", "20240711"))
COUNT = int(os.environ.get("PAIRING_DAMAGE_COUNT", "150"))
PAGE = 4096
HEADER = 100


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("好的")
    with small.make(folder) as ws:
        small.fill(ws)
        for number in range(40):
            small.put(ws, "firm", name=f"企业{number}", revenue="2000")
        checking.check_quarter(ws, QUARTER)
    return ws.path


def spoil(data: bytearray, chance: random.Random) -> str:
    """Damage a file as a bad stick or a stray program does; returns how."""
    pages = len(data) // PAGE
    page = chance.randrange(1, pages)
    start = page * PAGE
    kind = chance.choice(("byte", "byte", "bytes", "zero", "rubbish", "swap", "schema"))
    if kind == "byte":
        data[chance.randrange(HEADER, len(data))] ^= chance.randrange(1, 256)
    elif kind == "bytes":
        at = chance.randrange(HEADER, len(data) - 64)
        data[at:at + 64] = chance.randbytes(64)
    elif kind == "zero":
        data[start:start + PAGE] = bytes(PAGE)
    elif kind == "rubbish":
        data[start:start + PAGE] = chance.randbytes(PAGE)
    elif kind == "schema":
        at = chance.randrange(HEADER, PAGE)
        data[at] ^= 0x80
    else:
        other = chance.randrange(1, pages) * PAGE
        data[start:start + PAGE], data[other:other + PAGE] = data[other:other + PAGE], data[start:start + PAGE]
    return f"{kind} {page}"


def look_at_everything(path: Path) -> None:
    clock = small.Now()
    with workspace.open_workspace(path, now=clock(), clock=clock, who="张三") as ws:
        standing.state(ws, QUARTER)
        for form in ws.forms:
            for line in entering.list_records(ws, form.id, quarter=QUARTER).lines:
                entering.open_record(ws, form=form.id, key=line.key, quarter=QUARTER)
        checking.check_quarter(ws, QUARTER)
        keeping.verify_history(ws)


@pytest.mark.slow
def test_damage_is_told(whole: Path, tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311  # damage, no secret
    faults = []
    told: dict[str, int] = {}
    for number in range(COUNT):
        path = tmp_path / f"遂昌 {number}.pairing"
        data = bytearray(whole.read_bytes())
        how = spoil(data, chance)
        path.write_bytes(data)
        try:
            look_at_everything(path)
        except Trouble as error:
            code = error.problems[0].code
            told[code] = told.get(code, 0) + 1
        except Exception as bug:  # noqa: BLE001  # each is named below
            faults.append(f"{number} {how}: {type(bug).__name__}: {bug}"[:300])
            shutil.copy(path, tmp_path / f"bug{number}.pairing")
        path.unlink()
    assert not faults, "\n".join([f"seed {SEED}, {len(faults)} of {COUNT}", *faults])
    assert "store.damaged" in told


def test_a_page_that_nothing_reads_is_found_by_the_check_and_before_a_packet_is_made(tmp_path: Path) -> None:
    """An index's page, zeroed: lists and rules do without it, so that neither tells."""
    with small.make(tmp_path) as made:
        small.fill(made)
    path = made.path
    with contextlib.closing(sqlite3.connect(path)) as file:
        (root,) = file.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_revision_digest'").fetchone()
    with path.open("r+b") as raw:
        raw.seek((root - 1) * PAGE)
        raw.write(bytes(PAGE))
    clock = small.Now()
    with workspace.open_workspace(path, now=clock(), clock=clock, who="张三") as ws:
        for look in (lambda: checking.check_quarter(ws, QUARTER), lambda: finalising.finalise(ws, QUARTER, tmp_path)):
            with pytest.raises(Trouble, match=f"{path.name} 内部有损坏") as told:
                look()
            assert told.value.problems[0].code == "store.pages_damaged"
    assert not list(tmp_path.glob("331123-*"))


@pytest.mark.parametrize("table", ["revision", "draft"])
def test_what_cannot_be_read_is_told_with_the_file(tmp_path: Path, table: str) -> None:
    clock = small.Now()
    with small.make(tmp_path) as ws:
        key = small.put(ws, "firm", name="甲公司").key
        opened = entering.open_record(ws, form="firm", key=key, quarter=QUARTER)
        opened.draft.type("name", "乙公司")
        entering.autosave(ws, opened.draft)
    with contextlib.closing(sqlite3.connect(ws.path)) as conn, conn:
        for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            conn.execute(f"DROP TRIGGER {name}")
        for name in {"revision", table}:
            conn.execute(f"UPDATE {name} SET payload = 'x' WHERE record = ?", (key,))  # noqa: S608
    with workspace.open_workspace(ws.path, now=clock(), clock=clock, who="张三") as again:
        for look in (lambda: entering.open_record(again, form="firm", key=key, quarter=QUARTER),
                     lambda: entering.list_records(again, "firm", quarter=QUARTER)):
            with pytest.raises(Trouble, match=ws.path.name):
                look()
