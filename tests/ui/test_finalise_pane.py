"""定稿: the packet's size by attachment, and what to do when it is too large to send or to make."""

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt

from pairing_desktop.services.attachment_limits import Limits
from pairing_desktop.services.submitting import Part, Rehearsal
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.finalise_pane import FinalisePane
from pairing_desktop.ui.limits_card import LimitsCard

pytestmark = pytest.mark.gui

PARTS = (Part("现场.jpg", 60_000_000, "diagnosis", "k1", "双彩"),
         Part("报告.pdf", 2_000_000, "diagnosis", "k2", "甲企业"))


@pytest.fixture
def pane(qtbot: Any, theme: object, tmp_path: Path) -> FinalisePane:
    made = FinalisePane(tmp_path)
    qtbot.addWidget(made)
    made.show()
    made.ready = True
    return made


def measured(*, packet: int, send: int) -> Rehearsal:
    return Rehearsal(63_000_000, 2, 10, 20, PARTS, Limits(20, packet, send, 2000))


def test_attachments_are_listed_with_their_sizes_and_lead_to_the_record(qtbot: Any, pane: FinalisePane) -> None:
    pane.show_size(measured(packet=300, send=100))
    assert [[c.text for c in row.cells] for row in pane.parts.rows.rows] == [
        ["现场.jpg", "双彩", "60.0 MB"], ["报告.pdf", "甲企业", "2.0 MB"]]
    assert not pane.advice.isVisible()
    pane.parts.selectRow(1)
    with qtbot.waitSignal(pane.goAsked) as told:
        qtbot.keyClick(pane.parts, Qt.Key.Key_Return)
    assert told.args == ["diagnosis", "k2", ""]


def test_what_is_too_large_to_send_is_advised_and_what_is_too_large_to_make_is_barred(pane: FinalisePane) -> None:
    pane.show_size(measured(packet=300, send=50))
    assert "超过传输工具一次能传的 50 MB" in pane.advice.text()
    assert pane.act.isEnabled()
    pane.show_size(measured(packet=60, send=50))
    assert "不能定稿" in pane.advice.text()
    assert "仅留本县" in pane.advice.text()
    assert not pane.act.isEnabled()
    pane.show_size(None)
    assert not pane.advice.isVisible()


def test_limits_are_kept_in_the_data_file(qtbot: Any, theme: object, ws: Workspace) -> None:
    card = LimitsCard(ws)
    qtbot.addWidget(card)
    card.refresh()
    assert not card.save.isEnabled()
    card.inputs["send_mb"].setValue(50)
    with qtbot.waitSignal(card.saved):
        card.save.click()
    again = LimitsCard(ws)
    qtbot.addWidget(again)
    again.refresh()
    assert again.inputs["send_mb"].value() == 50
