"""Combo boxes of dialogs: found by initials, by a part of the words, from the clipboard."""

from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from pairing_desktop.ui.combo import Combo

pytestmark = pytest.mark.gui

ITEMS = ("（不导入）", "企业名称", "联系人", "联系电话", "从业人员（人）", "2024年二季度", "营业收入")


@pytest.fixture
def combo(qtbot: Any) -> Combo:
    made = Combo("对应的填报项")
    made.addItems(ITEMS)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.setFocus()
    return made


@pytest.mark.parametrize(("keys", "item"), [
    ("lxr", "联系人"), ("lxd", "联系电话"), ("yysr", "营业收入"), ("2024", "2024年二季度"),
    ("l", "联系人"), ("ll", "联系电话"), ("lll", "联系人"), ("xyz", "（不导入）"),
])
@pytest.mark.parametrize("open_first", [False, True])
def test_what_is_typed_finds_its_item(qtbot: Any, combo: Combo, keys: str, item: str, *, open_first: bool) -> None:
    if open_first:
        combo.showPopup()
        qtbot.keyClicks(combo.view(), keys)
        qtbot.keyClick(combo.view(), Qt.Key.Key_Return)
    else:
        qtbot.keyClicks(combo, keys)
    assert combo.currentText() == item


@pytest.mark.parametrize(("text", "item"), [
    ("联系人", "联系人"), ("营业", "营业收入"), ("从业人员（人）\n", "从业人员（人）"), ("没有", "（不导入）"),
])
def test_a_pasted_word_finds_its_item(qtbot: Any, combo: Combo, text: str, item: str) -> None:
    QGuiApplication.clipboard().setText(text)
    qtbot.keyClick(combo, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert combo.currentText() == item
