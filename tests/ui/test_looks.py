"""Light and dark while the program runs: every page looks as in a window that was started in that mode."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QCheckBox, QWidget

from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import start
from pairing_desktop.ui.desk_pages import OTHER_PAGES
from pairing_desktop.ui.findings_panel import SIGN, FindingsPanel
from pairing_desktop.ui.marks import MARKS
from pairing_desktop.ui.theme import Theme, width
from pairing_desktop.ui.window import MainWindow
from tests.test_palette import contrast
from tests.ui.conftest import Answers
from tests.ui.script import idle

pytestmark = pytest.mark.gui

ROLES = [getattr(QPalette.ColorRole, name) for name in ("Window", "WindowText", "Base", "Text", "Button", "ButtonText")]
Look = tuple[str, ...]


@pytest.fixture
def started(qtbot: Any, qapp: Any, theme: Theme, answers: Answers, ws: Workspace, tmp_path: Path,
            monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], MainWindow]]:
    """Start the program in a mode and visit every page: start, data file, packet, verdict."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    (tmp_path / "坏.asice").write_bytes(b"")
    ws.close()
    made: list[MainWindow] = []

    def begin(mode: str) -> MainWindow:
        Settings().set("looks", mode)
        window = start.show_window(qapp, None)
        made.append(window)
        qtbot.addWidget(window)
        qtbot.waitUntil(lambda: window.start is not None)
        window.open(str(ws.path))
        desk = window.desk
        assert desk is not None
        for name in (*OTHER_PAGES, "bureau", "pairing", "park_progress", "lean_project"):
            assert desk.show_page(name)
            assert desk.page == name
            page = desk.entry_page()
            if page is not None and page.list.model.rowCount():
                qtbot.waitUntil(lambda page=page: page.record is not None)
                for section in page.record.sections:  # type: ignore[union-attr]
                    section.fill()  # what waits for the next paint looks like something too
        idle(qtbot)
        window.open(str(tmp_path / "坏.asice"))  # last: a page that is not in sight fills itself later
        window.verify()
        idle(qtbot)
        return window

    yield begin
    for window in made:
        window.close()
        assert window.theme is not None
        window.theme.setParent(None)  # it would go on following the system
    theme.apply()


def looks(window: MainWindow) -> set[Look]:
    """Return the colours of each kind of widget."""
    found = set()
    for widget in (window, *window.findChildren(QWidget)):
        widget.ensurePolished()  # as if it had been seen
        kinds = [str(widget.property(name)) for name in ("kind", "role", "tone", "state", "enabled")]
        colours = [widget.palette().color(role).name() for role in ROLES]
        found.add((type(widget).__name__, *kinds, *colours))
    return found


def test_a_switch_while_running_looks_as_if_started_so(started: Callable[[str], MainWindow]) -> None:
    window = started("light")
    light = looks(window)
    assert window.theme is not None
    window.theme.set_mode("dark")
    switched = looks(window)
    window.theme.set_mode("light")
    assert sorted(looks(window) ^ light) == []
    window.close()
    assert sorted(switched ^ looks(started("dark"))) == []


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_an_empty_box_can_be_seen(qtbot: Any, theme: Theme, mode: str) -> None:
    theme.set_mode(mode)
    box = QCheckBox("")
    qtbot.addWidget(box)
    drawn = box.grab().toImage()
    ground = drawn.pixelColor(drawn.width() - 1, 0).name()
    edge = [drawn.pixelColor(x, drawn.height() // 2).name() for x in range(drawn.width())]
    assert max(contrast(ground, one) for one in edge) >= 3


def test_every_level_is_whole_in_the_findings(qtbot: Any, theme: object) -> None:
    panel = FindingsPanel()
    qtbot.addWidget(panel)
    room = panel.table.columnWidth(0) - SIGN - 8
    assert max(width(mark.word) for mark in MARKS.values()) <= room
