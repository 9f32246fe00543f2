"""How soon the window is there, and how soon one can work, against bare Qt in the same run.

Usable is a list that is painted and takes a key: the arrow sent to it has moved the selection, and that is painted
too. Both sides are whole processes, timed from their start by the parent to a line that the child writes, in
turns taken alternately, so that a busy machine hits both alike. Both have their bytecode, as an installed
program has: the first turn of each writes it and is not counted. The medians are compared: on a machine shared with
others the best turns are luck, and a ratio of two of them fell between 1.09 and 1.54 within one hour.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

TURNS = 11
FIRMS = 1000
NOW = datetime(2024, 7, 11, 8, 42, tzinfo=UTC)

BARE = """
{more}
import sys
from PySide6 import QtCore, QtWidgets

class Seen(QtCore.QObject):
    def eventFilter(self, watched, event):
        if event.type() == QtCore.QEvent.Type.Paint:
            print("painted", flush=True)
            QtCore.QTimer.singleShot(0, app.quit)
        return False

app = QtWidgets.QApplication(sys.argv)
window, seen = QtWidgets.QWidget(), Seen()
window.resize(1366, 768)
window.installEventFilter(seen)
window.show()
app.exec()
"""

OURS = """
import sys
from pairing_desktop.ui.start import open_window

file = sys.argv[1] if len(sys.argv) > 1 else None

def after_paint(kind, word, then):
    # Through the class: asking a view for its viewport would make every class of QtWidgets, which the program avoids.
    paint = kind.paintEvent

    def painted(self, event):
        paint(self, event)
        kind.paintEvent = paint
        print(word, flush=True)
        QtCore.QTimer.singleShot(0, then)

    kind.paintEvent = painted

def watch(app, window):
    global QtCore
    from PySide6 import QtCore

    def wait():
        if window.desk is None:
            QtCore.QTimer.singleShot(0, wait)
            return
        table = window.desk.entry_page().list.table
        if table.model().rowCount() != {firms}:
            app.exit(1)
        after_paint(type(table), "list", lambda: press(table))
        table.update(table.model().index(0, 0))

    def press(table):
        from PySide6 import QtGui

        table.setFocus()
        before = table.currentIndex().row()
        after_paint(type(table), "usable", app.quit)
        down = QtGui.QKeyEvent(QtCore.QEvent.Type.KeyPress, QtCore.Qt.Key.Key_Down, QtCore.Qt.KeyboardModifier(0))
        app.sendEvent(table, down)
        if table.currentIndex().row() == before:
            app.exit(1)

    after_paint(type(window), "painted", wait if file else app.quit)

sys.exit(open_window(file, watch=watch))
"""


def seconds(code: str, word: str, *arguments: str, config: str) -> float:
    """Return the time from starting a child to the line it writes."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PAIRING_DESKTOP_CONFIG": config,
                   "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": f"{config}/bytecode"}
    start = time.perf_counter()
    command = [sys.executable, "-c", code, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as child:
        assert child.stdout is not None
        took = next((time.perf_counter() - start for line in child.stdout if line.strip() == word), 0.0)
        child.wait(60)
    if not took or child.returncode:
        raise RuntimeError(f"the child never wrote {word!r}")
    return took


def compare(name: str, bound: float, ours: Callable[[], float], floor: Callable[[], float]) -> Mapping[str, Any]:
    """Take turns and compare the medians; the best of both are told beside them."""
    mine, bare = [], []
    floor(), ours()
    for _ in range(TURNS):
        bare.append(floor())
        mine.append(ours())
    usual, base = median(mine), median(bare)
    return {"name": name, "ours": usual, "floor": base, "ratio": usual / base, "bound": bound, "unit": "s",
            "best": min(mine), "best_floor": min(bare)}


def first_paint() -> Mapping[str, Any]:
    """The empty window of the program against an empty window of Qt."""
    with tempfile.TemporaryDirectory() as config:
        code = OURS.replace("{firms}", "0")
        return compare("start_first_paint", 1.5, lambda: seconds(code, "painted", config=config),
                       lambda: seconds(BARE.format(more=""), "painted", config=config))


def usable() -> Mapping[str, Any]:
    """A data file of 1,000 enterprises, its list on screen, against the same window plus importing SQLAlchemy."""
    with tempfile.TemporaryDirectory() as config:
        file = make_file(Path(config))
        left = {f"page.{file}": "enterprise", f"quarter.{file}": "2024Q2"}  # where the clerk was yesterday
        (Path(config) / "settings.json").write_text(json.dumps(left), encoding="utf-8")
        code = OURS.replace("{firms}", str(FIRMS))
        return compare("start_usable_1000", 1.3, lambda: seconds(code, "usable", str(file), config=config),
                       lambda: seconds(BARE.format(more="import sqlalchemy"), "painted", config=config))


def make_file(folder: Path) -> Path:
    """Return a data file with 1,000 enterprises."""
    from pairing_desktop.services import entering, workspace

    path = folder / "千家.pairing"
    with workspace.create(path, county="331123", partner="330402", bureau="遂昌县经济商务局", now=NOW, who="企业科",
                          clock=lambda: NOW) as ws:
        for number in range(FIRMS):
            draft = entering.open_record(ws, form="enterprise", quarter="2024Q2").draft
            draft.type("name", f"示例企业{number:04d}")
            draft.type("county", "遂昌县")
            entering.save(ws, draft)
    return path


BENCHMARKS = {"start_first_paint": first_paint, "start_usable_1000": usable}
