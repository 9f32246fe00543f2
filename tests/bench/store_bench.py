"""The store against bare sqlite3, and against the seconds a clerk is promised, at 100,000 enterprises.

Where the promise is absolute (seconds, megabytes), ``floor`` is the promise and ``bound`` 1: ratio ≤ bound everywhere.
``store.list`` and the others measure in a process of their own, so that its peak memory is theirs.
"""

import atexit
import json
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

RECORDS = 100_000
TIMES = 5
SAVES = 300
NOW = datetime(2024, 7, 11, tzinfo=UTC)
FORM = "enterprise"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
NAMES = "竹木纺织机械电池茶叶数控精密环保新材料"

Line = dict[str, str | float]


def _line(name: str, ours: float, floor: float, bound: float, unit: str) -> Line:
    return {"name": name, "ours": ours, "floor": floor, "ratio": ours / floor, "bound": bound, "unit": unit}


@cache
def _folder() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="pairing-bench-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def autosave() -> Line:
    """Save a draft as typing does, against one bare insert and commit; taken in turns."""
    from pairing_desktop.store import drafts
    from pairing_desktop.store.engine import Store

    path = _folder() / "autosave.pairing"
    payload = json.dumps({"values": {f"field{n}": "12480.5" for n in range(40)}})
    bare = _bare_table(_folder() / "bare.db")
    with Store.create(path, now=NOW, meta={}) as store:
        ours, floor = [], []
        for n in range(SAVES):
            key = f"{n:036d}"
            start = time.perf_counter()
            drafts.save_draft(store, key, form=FORM, payload=payload, at=NOW, focus="revenue")
            middle = time.perf_counter()
            bare.execute("BEGIN IMMEDIATE")
            bare.execute(
                "INSERT INTO draft VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (key, FORM, payload, "t", "revenue", "", "", 0)
            )
            bare.execute("COMMIT")
            floor.append(time.perf_counter() - middle)
            ours.append(middle - start)
    bare.close()
    return _line("store.autosave", statistics.median(ours), statistics.median(floor), 2.0, "s")


def _bare_table(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    columns = "form TEXT, payload TEXT, at TEXT, focus TEXT, period TEXT, subject TEXT, revision INTEGER"
    connection.execute(f"CREATE TABLE draft (record TEXT NOT NULL PRIMARY KEY, {columns})")
    return connection


@cache
def _seeded() -> Path:
    """Return a data file of 100,000 enterprises whose journal verifies."""
    from pairing_desktop.store import journal, records
    from pairing_desktop.store import models as m
    from pairing_desktop.store.engine import Store
    from pairing_desktop.store.header import check

    path = _folder() / "遂昌.pairing"
    dice = random.Random(2024)  # noqa: S311  # not for secrets
    with Store.create(path, now=NOW, meta={"county": "331123"}) as store, store.begin() as tx:
        last = journal.head(tx)
        head, seq = last.head, last.seq
        for rows in _batches(dice):
            links = []
            for row in rows:
                row["revision"]["digest"] = records.digest_of(row["revision"])
                seq += 1
                after = journal.link(head, seq, "revision", row["revision"]["digest"])
                links.append(
                    {
                        "seq": seq,
                        "what": "revision",
                        "digest": row["revision"]["digest"],
                        "previous_head": head,
                        "head": after,
                    }
                )
                head = after
            tx.execute(m.record.insert(), [row["record"] for row in rows])
            tx.execute(m.revision.insert(), [row["revision"] for row in rows])
            tx.execute(m.journal.insert(), links)
            tx.execute(m.field_index.insert(), [each for row in rows for each in row["fields"]])
            tx.execute(m.search_key.insert(), [row["search"] for row in rows])
    check(path)
    return path


def _batches(dice: random.Random) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, RECORDS, 2000):
        yield [_row(dice, n) for n in range(start, start + 2000)]


def _row(dice: random.Random, n: int) -> dict[str, Any]:
    from pairing_desktop.store import digests, keys, moment, search

    key = keys.new_key()
    name = f"遂昌{''.join(dice.choices(NAMES, k=4))}{n:05d}有限公司"
    pinyin = "".join(dice.choices(LETTERS, k=24))
    code = f"91331123{n:09d}X"
    values = {
        "name": name,
        "code": code,
        "county": "331123",
        "industry": "C17",
        "staff": n % 900,
        "revenue": str(n / 7),
        "note": "x" * 400,
    }
    facts = {"form": FORM, "natural_key": code, "subject": "", "period": "", "label": name}
    revision = {
        "record": key,
        "number": 1,
        **facts,
        "form_digest": "f" * 64,
        "payload": json.dumps({"values": values}, ensure_ascii=False),
        "at": moment.stored(NOW),
        "who": "张三",
        "why": "",
        "action": "import",
        "previous": digests.ZERO,
    }
    texts = {"name": pinyin, "code": code, "county": "331123", "industry": dice.choice(("c13", "c17", "c20", "c38"))}
    numbers = {"staff": float(n % 900), "revenue": dice.random() * 1e6}
    fields = [{"field": field, "number": None, "sort_text": text} for field, text in texts.items()]
    if n % 5:  # one firm in five has not told yet
        fields += [{"field": field, "number": number, "sort_text": ""} for field, number in numbers.items()]
    return {
        "record": {"key": key, **facts, "state": "live", "revision": 1, "alias_of": None},
        "revision": revision,
        "fields": [{"record": key, "form": FORM, **field} for field in fields],
        "search": {"record": key, "form": FORM, "change": n + 1,
                   "key_text": search.folded_lines("\n".join((name, code, search.SOUND, pinyin[::3], pinyin)))},
    }


@cache
def _measured() -> dict[str, float]:
    words = [sys.executable, "-m", "tests.bench.store_bench", str(_seeded())]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _in_own_process(path: Path) -> dict[str, float]:
    from pairing_desktop.store import index
    from pairing_desktop.store.engine import Store
    from tests.bench import memory

    start = time.perf_counter()
    store = Store.open(path, now=NOW)
    with store.glancing() as conn:  # as the window reads its first list
        index.page(conn, FORM, sort=[("name", False)])
    opened = time.perf_counter() - start

    def page(**asked: Any) -> float:
        def once() -> None:
            with store.reading() as conn:
                index.page(conn, FORM, **asked)

        return _best(once)

    def search(text: str, times: int = TIMES) -> float:
        def once() -> None:
            with store.reading() as conn:
                store.texts.search(conn, text)

        return _best(once, times)

    def find(text: str) -> float:
        def once() -> None:
            with store.reading() as conn:
                index.page(conn, FORM, find=store.texts.find(conn, FORM, text), sort=[("name", False)])

        return _best(once)

    typed = (
        "遂",
        "遂昌",
        "竹",
        "竹木",
        "a",
        "ab",
        "竹 机",
        "c",
        "12",
        "123",
        "abc",
        "abcd",
        "9133112300",
        "91331123000012345",
        "电池 abc",
        "不在",
    )
    sorts = [(field, way) for field in ("name", "code", "staff", "revenue", "industry") for way in (False, True)]
    measured = {
        "list": opened,
        "search_first": search("竹木", times=1),
        "sort": max(page(sort=[sort], offset=offset) for sort in sorts for offset in (0, 50_000, 99_800)),
        "filter": max(page(sort=[sort], filters={"industry": some}) for sort in sorts
                      for some in ([(None, "c17")], [(None, "c13"), (None, "c17"), (None, "")])),
        "search": max(search(text) for text in typed),
        "find": max(find(text) for text in typed),
    }
    store.close()
    return {**measured, "memory": memory.peak()}


def _best(work: Callable[[], None], times: int = TIMES) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def _promised(name: str, promise: float, unit: str) -> Callable[[], Line]:
    def run() -> Line:
        return _line(f"store.{name}", _measured()[name], promise, 1.0, unit)

    return run


def searched() -> Line:
    """Search again and again; ``first`` is the one that finds nothing read yet and asks before the window has."""
    return {**_promised("search", 0.05, "s")(), "first": _measured()["search_first"]}


BENCHMARKS: dict[str, Callable[[], Line]] = {
    "store.autosave": autosave,
    "store.list": _promised("list", 0.3, "s"),
    "store.sort": _promised("sort", 0.3, "s"),
    "store.filter": _promised("filter", 0.3, "s"),
    "store.search": searched,
    "store.find": _promised("find", 0.05, "s"),
    "store.memory": _promised("memory", 300.0, "MB"),
}

if __name__ == "__main__":
    print(json.dumps(_in_own_process(Path(sys.argv[1]))))
