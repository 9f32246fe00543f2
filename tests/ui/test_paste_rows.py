"""Rows copied in a spreadsheet come into a list by Ctrl+V, through the same steps as a spreadsheet."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from pairing_desktop.services import entering, half_said, importing_pasted, listing
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.desk import Desk
from pairing_desktop.ui.import_reading import NO_HEAD
from pairing_desktop.ui.import_wizard import ImportWizard
from tests.ui.conftest import QUARTER, Answers
from tests.ui.script import idle
from tests.ui.test_entry_window import desk, shown, window  # noqa: F401  # fixtures

pytestmark = pytest.mark.gui

HEAD = "企业名称\t联系电话\t营业收入\t所在县\t主要产品\r\n"
ROW = '示例丙木业\t05788123456\t0.2\t遂昌县\t"竹炭\n竹席"\r\n'


def paste(qtbot: Any, desk: Desk, answers: Answers, text: str,  # noqa: F811
          does: Callable[[ImportWizard], None]) -> list[Path]:
    """Press Ctrl+V in the list of firms; return the files that were imported from."""
    files = []

    def run(wizard: ImportWizard) -> bool:
        idle(qtbot)
        assert wizard.source is not None
        files.append(wizard.source.path)
        assert files[0].exists()
        does(wizard)
        idle(qtbot)
        return False

    answers.answers |= {"run": None, "tell": None}
    answers.run = run  # type: ignore[attr-defined]
    page = shown(qtbot, desk, "enterprise")
    QGuiApplication.clipboard().setText(text)
    page.list.table.setFocus()
    qtbot.keyClick(page.list.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    return files


def test_rows_become_records(qtbot: Any, desk: Desk, answers: Answers) -> None:  # noqa: F811
    ws = desk.workspace

    def carry_out(wizard: ImportWizard) -> None:
        assert wizard.form == "enterprise"
        assert importing_pasted.home(wizard.source, ws) == ws.path.parent, "not the folder that goes"
        wizard.go_on()
        wizard.columns.same["figures_year"].setText("2023")
        wizard.go_on()
        idle(qtbot)
        assert wizard.review.counts["new"] == 1
        wizard.go_on()
        idle(qtbot)
        assert wizard.step == "result"

    [file] = paste(qtbot, desk, answers, HEAD + ROW, carry_out)
    [line] = [one for one in listing.list_records(ws, "enterprise", quarter=QUARTER).lines if one.label == "示例丙木业"]
    draft = entering.open_record(ws, form="enterprise", key=line.key, quarter=QUARTER).draft
    assert (draft.text("revenue"), draft.text("phone")) == ("0.2", "05788123456"), "a number keeps its 0"
    assert not file.parent.exists(), "what was pasted is in the data file alone"
    assert half_said.importing(ws, "enterprise", file.name).words is None
    qtbot.waitUntil(lambda: desk.undoing.names()[0].startswith("导入粘贴的表格"))


def test_rows_without_their_head_say_how_they_are_copied(qtbot: Any, desk: Desk, answers: Answers) -> None:  # noqa: F811
    said: list[object] = []

    def look(wizard: ImportWizard) -> None:
        said.extend((wizard.sheet.note.text(), wizard.next.isEnabled()))

    [file] = paste(qtbot, desk, answers, ROW + ROW, look)
    assert said == [NO_HEAD, False], "the first row is not lost as a head"
    assert not file.parent.exists()


@pytest.mark.parametrize(("text", "why"), [
    ("", "没有文字"), ("只是一句话", "没有几行几列"), ("一行\n又一行", "没有几行几列"), (HEAD, "没有几行几列"),
])
def test_what_is_no_rows_is_told(qtbot: Any, desk: Desk, answers: Answers, text: str, why: str) -> None:  # noqa: F811
    assert paste(qtbot, desk, answers, text, lambda _wizard: None) == []
    assert why in str(answers.asked[-1])
    assert "连同表头" in str(answers.asked[-1])


def test_only_its_own_folders_are_removed(ws: Workspace, tmp_path: Path) -> None:
    own = tmp_path / "企业.csv"
    own.write_text("甲", encoding="utf-8")
    importing_pasted.forget(own)
    assert own.exists()
    made = importing_pasted.write([["a", "b\nc"], ["1", "2"]], ws.clock())
    assert made.read_bytes().decode("utf-8-sig") == 'a,"b\nc"\r\n1,2\r\n'
    importing_pasted.forget(made)
    assert not made.parent.exists()
