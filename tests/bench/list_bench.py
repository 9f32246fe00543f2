"""A list of 100,000 enterprises in the window: how soon it is there, narrowed while one types, sorted by two columns,
and scrolled; and how soon a field offers firms, those nearly so called where none is.

The promises are absolute, so ``floor`` is the promise and ``bound`` 1. A frame is a step of the scroll bar, from the
event to the end of painting, in a process of its own; the longest of all counts, pages fetched on the way among them.
Far down rows are painted as … until their order, worked out behind the list, is known.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.bench.store_bench import NOW, _batches

FRAME, OPEN, TYPED, SORTED = 0.033, 0.3, 0.05, 0.3
WORDS = ("遂", "竹", "竹木", "a", "ab", "abc", "9133112300", "不在")
FIRMS = ("遂昌", "竹木", "不在", "遂昌不在数控机械公司", "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未")
STEPS = 60
DEPTHS = (0.0, 0.2, 0.5, 0.8, 1.0)


@cache
def _measured() -> Mapping[str, float]:
    with tempfile.TemporaryDirectory(prefix="pairing-list-") as folder:
        done = subprocess.run([sys.executable, "-m", "tests.bench.list_bench", folder], check=True,
                              capture_output=True, text=True, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    found: Mapping[str, float] = json.loads(done.stdout)
    return found


def make(path: Path) -> Any:
    """Return a workspace of 100,000 enterprises."""
    import random

    from pairing_desktop.services import workspace
    from pairing_desktop.store import models as m

    ws = workspace.create(path, county="331123", now=NOW, clock=lambda: NOW)
    digest = ws.catalogue.form("enterprise").digest
    with ws.store.begin() as tx:
        for rows in _batches(random.Random(2024)):  # noqa: S311  # not for secrets
            tx.execute(m.record.insert(), [row["record"] for row in rows])
            tx.execute(m.revision.insert(), [{**row["revision"], "form_digest": digest, "digest": row["record"]["key"]}
                                             for row in rows])
            tx.execute(m.field_index.insert(), [each for row in rows for each in row["fields"]])
            tx.execute(m.search_key.insert(), [row["search"] for row in rows])
    return ws


def frames(listed: Any, app: Any) -> Iterator[float]:
    """Scroll by three rows a frame at several depths, then jump through the whole list by the bar."""
    bar = listed.table.verticalScrollBar()
    places = [int(bar.maximum() * depth) + 96 * step for depth in DEPTHS for step in range(STEPS)]
    places += [bar.maximum() * step // STEPS for step in range(STEPS + 1)]
    for place in places:
        start = time.perf_counter()
        bar.setValue(min(place, bar.maximum()))
        app.processEvents()
        yield time.perf_counter() - start


def narrowed(listed: Any, app: Any, text: str) -> float:
    """Return the seconds from a pause in typing to the narrowed list painted; the best of several."""
    taken = []
    for _ in range(5):
        listed.narrowing.box.found.emit("")
        app.processEvents()
        start = time.perf_counter()
        listed.narrowing.box.found.emit(text)
        app.processEvents()
        taken.append(time.perf_counter() - start)
    return min(taken)


def offered(ws: Any, text: str) -> float:
    """Return the seconds until a field that names a firm knows what to offer for a text; the best of several."""
    from pairing_desktop.ui.offers import offers

    field, taken = ws.catalogue.form("lean_project").by_id["enterprise"], []
    for _ in range(5):
        ws.shared.kept.pop("offered", None)
        start = time.perf_counter()
        offers(ws, field, text)
        taken.append(time.perf_counter() - start)
    return min(taken)


def once(app: Any, act: Callable[[], object]) -> float:
    """Return the seconds from a click to the list painted."""
    start = time.perf_counter()
    act()
    app.processEvents()
    return time.perf_counter() - start


def _in_own_process(folder: Path) -> dict[str, float]:
    from PySide6.QtWidgets import QApplication

    from pairing_desktop.settings import Settings
    from pairing_desktop.ui.jobs import worker
    from pairing_desktop.ui.record_list import RecordList
    from pairing_desktop.ui.theme import Theme

    settings = Settings(folder / "settings.json")
    app = QApplication([])
    Theme(app, settings)
    ws = make(folder / "十万家.pairing")
    ws.checkpoint()
    form = ws.catalogue.form("enterprise")
    settings.set("list.enterprise.columns", [n for n in ("name", "code", "industry") if n in form.by_id])
    start = time.perf_counter()
    listed = RecordList(ws, form, "2024Q2", settings)
    listed.resize(600, 700)
    listed.show()
    app.processEvents()
    opened = time.perf_counter() - start
    longest = max(frames(listed, app))
    typed = max(narrowed(listed, app, text) for text in WORDS)
    named = max(offered(ws, text) for text in FIRMS)
    listed.narrowing.box.found.emit("")
    turned = [once(app, lambda: listed.sort("industry")),
              once(app, lambda: listed.sort("name", descending=True, add=True))]
    listed.order.work_out()
    while worker().busy:
        app.processEvents()
    sorted_longest = max(frames(listed, app))
    listed.close()
    ws.close()
    return {"open": opened, "scroll": longest, "typed": typed, "offered": named, "sort": max(turned),
            "scroll_sorted": sorted_longest}


def _promised(name: str, promise: float) -> Callable[[], Mapping[str, Any]]:
    def run() -> Mapping[str, Any]:
        ours = _measured()[name]
        return {"name": f"list.{name}", "ours": ours, "floor": promise, "ratio": ours / promise, "bound": 1.0,
                "unit": "s"}

    return run


BENCHMARKS = {"list.open": _promised("open", OPEN), "list.typed": _promised("typed", TYPED),
              "list.offered": _promised("offered", TYPED),
              "list.sort": _promised("sort", SORTED), "list.scroll": _promised("scroll", FRAME),
              "list.scroll_sorted": _promised("scroll_sorted", FRAME)}

if __name__ == "__main__":
    print(json.dumps(_in_own_process(Path(sys.argv[1]))))
