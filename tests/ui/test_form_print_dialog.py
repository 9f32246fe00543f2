"""Printing a form from the window: the record, all records, or an empty form; saved as a workbook."""

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from openpyxl import load_workbook

from pairing_desktop.services import entering
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.form_print_dialog import ALL, BLANK, ONE, FormPrintDialog
from tests.paper import texts
from tests.ui.conftest import QUARTER, Answers

pytestmark = pytest.mark.gui


def shown(dialog: FormPrintDialog) -> str:
    return "".join(texts(dialog.pdf))


@pytest.fixture
def dialog(qtbot: Any, theme: Any, ws: Workspace) -> FormPrintDialog:
    key = entering.list_records(ws, "lean_project", quarter=QUARTER).lines[0].key
    made = FormPrintDialog(ws, "lean_project", quarter=QUARTER, key=key)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: bool(made.pdf))
    return made


def test_it_begins_with_the_open_record_and_prints_what_is_chosen(qtbot: Any, dialog: FormPrintDialog) -> None:
    assert dialog.choices[ONE].isChecked()
    assert ("双彩新材料" in shown(dialog)) != ("示例企业甲" in shown(dialog))
    with qtbot.waitSignal(dialog.choices[ALL].clicked):
        dialog.choices[ALL].click()
    assert not dialog.send.isEnabled()
    qtbot.waitUntil(dialog.send.isEnabled)
    assert "双彩新材料" in shown(dialog)
    assert "示例企业甲" in shown(dialog)
    dialog.choices[BLANK].click()
    qtbot.waitUntil(dialog.send.isEnabled)
    assert "双彩新材料" not in shown(dialog)
    assert "统一社会信用代码" in shown(dialog)


def test_a_blank_form_becomes_a_workbook(
    qtbot: Any, dialog: FormPrintDialog, answers: Answers, tmp_path: Path
) -> None:
    dialog.choices[BLANK].click()
    qtbot.waitUntil(dialog.send.isEnabled)
    out = tmp_path / "空白.xlsx"
    answers.answers.update(save_file=out, tell=None)
    dialog.export.click()
    qtbot.waitUntil(lambda: [name for name, _ in answers.asked] == ["save_file", "tell"])
    cells = {cell.value for line in load_workbook(out).worksheets[0].iter_rows() for cell in line}
    assert "精益管理标杆建设项目表" in cells


def test_a_form_without_records_says_so_and_can_still_be_printed_empty(qtbot: Any, theme: Any, ws: Workspace) -> None:
    made = FormPrintDialog(ws, "park", quarter=QUARTER)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: "还没有记录" in made.preview.note.text())
    assert not made.choices[ONE].isVisible()
    assert not made.send.isEnabled()
    made.choices[BLANK].click()
    qtbot.waitUntil(made.send.isEnabled)
    assert "产业合作园区台账" in shown(made)
