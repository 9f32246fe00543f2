"""修改痕迹校验 from the window: an honest file passes, one that was changed behind the program's back is told."""

import sqlite3
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtWidgets import QWidget

from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask
from pairing_desktop.ui.proving import prove
from tests.ui.conftest import Answers
from tests.ui.script import idle

pytestmark = pytest.mark.gui


def asked(qtbot: Any, ws: Workspace, answers: Answers) -> list[tuple[str, tuple[Any, ...]]]:
    assert ask.dialogs is answers  # type: ignore[comparison-overlap]
    answers.answers = {"tell": None, "trouble": None}
    parent = QWidget()
    qtbot.addWidget(parent)
    prove(parent, ws)
    idle(qtbot)
    return answers.asked


def test_an_honest_file(qtbot: Any, ws: Workspace, answers: Answers) -> None:
    ((name, words),) = asked(qtbot, ws, answers)
    assert name == "tell"
    assert words[0] == "修改痕迹校验通过"


def test_a_changed_file(qtbot: Any, ws: Workspace, answers: Answers) -> None:
    connection = sqlite3.connect(ws.path)
    connection.execute("DROP TRIGGER revision_no_update")
    connection.execute("UPDATE revision SET who = '李四' WHERE number = 1")
    connection.commit()
    connection.close()
    ((name, words),) = asked(qtbot, ws, answers)
    assert name == "trouble"
    assert {p.code for p in words[0].problems} == {"store.seal_missing", "store.revision_altered"}
