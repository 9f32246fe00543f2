"""Typing in the window: from a key to the painted answer in the largest forms with their checks, and opening a record.

A key's answer is painted when what is typed, and at Enter what is understood, computed and kept on disk, stands in the
window; its checks run right after and hold the window a second time, until their marks are painted. Either counts as a
key's time, the longer one: the next key never waits longer. ``both`` is their sum. A record is open when what is seen
of it is painted; the sections below follow one by one (``after``: the longest that holds the window). The promises are
absolute, so ``bound`` is the promise in milliseconds; the floor is the same keys in a bare ``QLineEdit`` in a bare form
of as many lines, in the same run. Each form is measured in a process of its own; the slowest form counts.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from pairing_desktop.ui.entry_page import EntryPage

NOW = datetime(2024, 7, 11, 8, 42, tzinfo=UTC)
QUARTER = "2024Q2"
KEY, OPEN = 16.0, 100.0
"""Milliseconds promised."""

FORMS = ("park_progress", "diagnosis", "lean_project")
"""The form with most fields and rules, that with most cells, that with the widest table."""

ROUNDS, OPENED, TURNS = 3, 30, 12


@cache
def _measured() -> Mapping[str, Mapping[str, float]]:
    found = {}
    with tempfile.TemporaryDirectory(prefix="pairing-entry-") as folder:
        for form in FORMS:
            done = subprocess.run([sys.executable, "-m", "tests.bench.entry_bench", folder, form], check=True,
                                  capture_output=True, text=True, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
            found[form] = json.loads(done.stdout)
    return found


def p99(times: list[float]) -> float:
    return quantiles(times, n=100)[98] * 1000


class Held(Struct, frozen=True):
    """How long the window was held: until the answer was painted, by the longest turn after it, and in all."""

    answer: float
    after: float
    both: float


def until_painted(app: "QApplication", act: Callable[[], object]) -> Held:
    """Let the window do an act and everything it causes; return the seconds. Paints come before what waits for them."""
    turns = []
    for turn in (act, app.sendPostedEvents), *[(app.processEvents, app.sendPostedEvents)] * TURNS:
        start = time.perf_counter()
        for step in turn:
            step()
        turns.append(time.perf_counter() - start)
    return Held(turns[0], max(turns[1:]), sum(turns))


def keys_of(app: "QApplication", text: str) -> Iterator[Held]:
    """Type a text and leave by Enter, each key where the focus is (a table's cell opens at the first); yield the times.
    """
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    for key in text:
        yield until_painted(app, lambda key=key: QTest.keyClick(app.focusWidget(), key))  # type: ignore[misc]
    yield until_painted(app, lambda: QTest.keyClick(app.focusWidget(), Qt.Key.Key_Return))


def typed(app: "QApplication", page: "EntryPage") -> list[Held]:
    """Type a figure into every line of a form and into the cells of its tables, again and again."""
    from pairing_desktop.ui.line_input import LineInput

    assert page.record is not None
    assert page.entry is not None
    times: list[Held] = []
    for number in range(ROUNDS):
        for section in page.record.sections:
            for row in section.rows:
                if isinstance(row.input, LineInput) and not page.entry.locked(row.path):
                    page.record.jump(row.path)
                    app.processEvents()
                    times += keys_of(app, f"{1234 + number}.5" if row.field.is_number else "20240331")
            for table in section.tables:
                table.setFocus()
                for row, column in table.walk.cells()[:12]:
                    table.setCurrentIndex(table.sheet.index(row, column))
                    app.processEvents()
                    times += keys_of(app, f"{number}2")
    return times


def bare(app: "QApplication", lines: int) -> list[Held]:
    """Return the times of as many keys in a form of bare lines."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

    form = QWidget()
    layout = QFormLayout(form)
    edits = [QLineEdit(form) for _ in range(lines)]
    for number, edit in enumerate(edits):
        layout.addRow(str(number), edit)
        edit.returnPressed.connect(lambda edit=edit: edit.focusNextPrevChild(True))
    form.resize(1158, 660)
    form.show()
    app.processEvents()
    times: list[Held] = []
    for edit in edits * ROUNDS:
        edit.setFocus(Qt.FocusReason.OtherFocusReason)
        times += keys_of(app, "1234.5")
    form.close()
    return times


def opened(app: "QApplication", page: "EntryPage") -> list[Held]:
    """Return how long other records take to open in the page, from the wish to the paint; the first builds widgets."""
    times = [until_painted(app, lambda: page.open(key, subject))  # noqa: B023  # called at once
             for key, subject in _records(page)]
    page.close_record()
    key, subject = _records(page)[0]
    times.append(until_painted(app, lambda: page.open(key, subject)))
    return times


def _records(page: "EntryPage") -> list[tuple[str, str]]:
    lines = [page.list.model.line(n) for n in range(page.list.model.rowCount())]
    known = [(line.key, line.subject) for line in lines if line is not None and line.key]
    return (known * OPENED)[:OPENED] if len(known) > 1 else known


def _in_own_process(folder: Path, form: str) -> dict[str, float]:
    from PySide6.QtWidgets import QApplication

    from pairing_desktop import garbage
    from pairing_desktop.services import ahead, sample, workspace
    from pairing_desktop.settings import Settings
    from pairing_desktop.ui.button_keys import ButtonKeys
    from pairing_desktop.ui.desk import Desk
    from pairing_desktop.ui.focus_ring import FocusRing
    from pairing_desktop.ui.theme import Theme

    garbage.hold()
    path = folder / "示例.pairing"
    if not path.exists():
        sample.make_sample(path, now=NOW, clock=lambda: NOW).close()
    settings = Settings(folder / f"{form}.json")
    settings.set(f"quarter.{path}", QUARTER)
    app = QApplication([])
    Theme(app, settings)
    ahead.writing()
    with workspace.open_workspace(path, who="企业科", now=NOW, clock=lambda: NOW) as ws:
        desk = Desk(ws, settings)
        desk.resize(1366, 768)
        desk.show()
        for part in (FocusRing, ButtonKeys):  # as in the program's window, where they see every key
            part(desk)
        desk.activateWindow()
        desk.show_page(form)
        page = desk.entry_page()
        assert page is not None
        page.show_first()
        app.processEvents()
        garbage.resume()  # as the program does once its first page stands
        opens = opened(app, page)
        keys = typed(app, page)
        lines = sum(len(s.rows) for s in page.record.sections) if page.record is not None else 0
        assert page.entry is not None
        page.entry.discard()
        page.close_record()
    floor = bare(app, lines)
    answers, after = [k.answer for k in keys], [k.after for k in keys]
    return {"key": max(p99(answers), p99(after)), "answer": p99(answers), "after": p99(after),
            "both": p99([k.both for k in keys]), "median": median(answers) * 1000, "longest": max(answers) * 1000,
            "floor": p99([k.answer for k in floor]), "keys": len(keys), "open": max(o.answer for o in opens) * 1000,
            "open_median": median(o.answer for o in opens) * 1000, "build": opens[-1].answer * 1000,
            "open_after": max(o.after for o in opens) * 1000}


def _keystroke() -> Mapping[str, Any]:
    form, found = max(_measured().items(), key=lambda item: item[1]["key"])
    return {"name": "entry.keystroke", "ours": found["key"], "floor": found["floor"],
            "ratio": found["key"] / found["floor"], "bound": KEY, "unit": "ms p99", "form": form,
            "keys": found["keys"], "median": found["median"], "answer": found["answer"], "after": found["after"],
            "both": found["both"]}


def _open() -> Mapping[str, Any]:
    form, found = max(_measured().items(), key=lambda item: item[1]["open"])
    return {"name": "entry.open", "ours": found["open"], "floor": OPEN, "ratio": found["open"] / OPEN, "bound": 1.0,
            "unit": "ms", "form": form, "after": found["open_after"]}


BENCHMARKS = {"entry.keystroke": _keystroke, "entry.open": _open}

if __name__ == "__main__":
    print(json.dumps(_in_own_process(Path(sys.argv[1]), sys.argv[2])))
