"""Whoever goes through a window by keys sees where he is: in lists, in dialogs, on filled buttons."""

from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QMargins, Qt, QTimer
from PySide6.QtWidgets import QApplication, QPushButton, QRadioButton, QVBoxLayout, QWidget

from pairing_desktop.ui import ask
from pairing_desktop.ui.focus_ring import BARE, WIDTH, FocusRing
from tests.ui.conftest import Open

pytestmark = pytest.mark.gui


def test_a_dialog_has_a_ring_round_what_has_the_focus(qtbot: Any, theme: object) -> None:
    seen: list[object] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QWidget)
        ring = dialog.findChild(FocusRing)
        assert ring is not None
        held = dialog.focusWidget()
        assert isinstance(held, QPushButton)
        around = QMargins(WIDTH, WIDTH, WIDTH, WIDTH)
        qtbot.waitUntil(lambda: ring.isVisible() and ring.size() == held.size().grownBy(around))
        seen.append(held.property("kind"))
        dialog.close()

    QTimer.singleShot(0, look)
    ask.Dialogs().tell(None, "已存为工作簿", "写在文档里。")
    assert seen == ["primary"]


def test_the_ring_keeps_from_words_without_an_edge(qtbot: Any, theme: object) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    choice = QRadioButton("只这一条")
    inside = QVBoxLayout(window)
    inside.addWidget(choice)
    ring = FocusRing(window)
    window.show()
    choice.setFocus()
    qtbot.waitUntil(ring.isVisible)
    assert ring.width() == choice.width() + 2 * (WIDTH + BARE)
    assert ring.height() == choice.height() + 2 * WIDTH


def test_the_row_of_the_cursor_shows_that_the_list_has_the_focus(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    table = page.list.table
    page.list.narrowing.box.setFocus()
    elsewhere = table.viewport().grab().toImage()
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    assert table.viewport().grab().toImage() != elsewhere


def test_no_words_of_a_button_look_selected(qtbot: Any, theme: object) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    held = QPushButton("取消")
    QVBoxLayout(window).addWidget(held)
    window.show()
    held.setFocus()
    qtbot.waitUntil(held.hasFocus)
    by_mouse = held.grab().toImage()
    window.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)  # what the first Tab sets
    assert held.grab().toImage() == by_mouse
