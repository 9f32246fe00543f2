"""A quarter on its way out is locked; what was sent changes only with a reason; last quarter is carried forward."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt

from pairing_desktop.services import checking, demo, entering, reviewing, submitting
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import ask
from pairing_desktop.ui.entry_page import EntryPage
from pairing_desktop.ui.signals import Signals
from tests.services import small
from tests.services.small import QUARTER
from tests.ui.conftest import Answers, field

pytestmark = pytest.mark.gui


def checked(ws: Workspace) -> None:
    small.fill(ws)
    checking.check_quarter(ws, QUARTER)


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> small.Laid:
    return small.lay(tmp_path_factory.mktemp("laid"), checked)


@pytest.fixture
def ws(tmp_path: Path, laid: small.Laid) -> Iterator[Workspace]:
    with laid.copy(tmp_path, clock=small.Now()) as made:
        yield made


@pytest.fixture
def page(qtbot: Any, ws: Workspace, settings: Settings, theme: object, answers: Answers) -> EntryPage:
    form = ws.catalogue.form("sheet")
    made = EntryPage(ws, form, quarter=QUARTER, settings=settings, signals=Signals(theme))  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(1158, 660)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_a_finalised_quarter_is_locked(qtbot: Any, page: EntryPage, ws: Workspace) -> None:
    submitting.finalise(ws, QUARTER, ws.path.parent)
    page.close_record()  # the list may have opened its first row before
    page.show_first()
    assert page.record is not None
    assert page.entry is not None
    qtbot.waitUntil(page.record.banner.isVisible)
    assert "已定稿" in page.record.banner.words.text()
    told: list[str] = []
    page.signals.told.connect(told.append)
    widget = field(page, "total")
    assert widget.isReadOnly()
    before = widget.text()
    qtbot.keyClicks(widget, "7")
    qtbot.keyClick(widget, Qt.Key.Key_Return)
    assert page.entry.draft.text("total") == before
    assert not page.entry.draft.dirty
    assert "已定稿，正在签批，不能修改" in told[0]
    wanted: list[str] = []
    page.signals.showPage.connect(wanted.append)
    page.record.banner.button.click()
    assert wanted == ["submit"]


def send(ws: Workspace, folder: Path) -> None:
    for name in ("trust", "keys"):
        (folder / name).mkdir()
    keys = demo.make_keys(folder, clock=small.Now())
    done = submitting.finalise(ws, QUARTER, ws.path.parent)
    for role in ws.about.roles:
        reviewing.sign_packet(done.packet, keys.files[role], keys.passwords[role], now=ws.clock())
    submitting.submit(ws, done.packet)


def test_what_was_sent_changes_only_with_a_reason(qtbot: Any, page: EntryPage, ws: Workspace, answers: Answers,
                                                  tmp_path: Path) -> None:
    send(ws, tmp_path)
    page.close_record()  # the list may have opened it before it was sent
    page.show_first()
    assert page.entry is not None
    key = page.entry.opened.key
    widget = field(page, "total")
    widget.selectAll()
    qtbot.keyClicks(widget, "91")
    answers.answers["reason"] = None
    assert not page.save(), "no reason, no revision"
    assert entering.open_record(ws, form="sheet", key=key, quarter=QUARTER).recovered, "but nothing typed is lost"
    answers.answers["reason"] = "漏报一笔投资"
    assert page.save()
    assert entering.history(ws, key)[0].why == "漏报一笔投资"
    assert page.record is not None
    assert page.record.banner.words.text() == "已随2024年二季度第1次报送上报，修改要写明原因。", "for the next too"
    widget = field(page, "total")
    widget.selectAll()
    qtbot.keyClicks(widget, "92")
    answers.asked.clear()
    answers.answers["reason"] = None
    assert page.leave(), "nobody is kept: the draft is on disk"
    assert [kind for kind, _ in answers.asked] == ["reason"], "each change its own reason"
    opened = entering.open_record(ws, form="sheet", key=key, quarter=QUARTER)
    assert opened.recovered
    assert opened.draft.shown("total") == "92.00"


def test_last_quarter_stands_beside_and_is_carried_forward(page: EntryPage, ws: Workspace) -> None:
    page.show_quarter("2024Q3")
    line = page.list.model.line(0)
    assert line is not None
    page.open(line.key, line.subject)
    assert page.entry is not None
    assert page.record is not None
    row = next(r for s in page.record.sections for r in s.rows if r.path == "total")
    assert row._earlier is not None
    assert row._earlier.text().startswith("上期 ")
    assert page.record.head.carry.isEnabled()
    page.record.head.carry.click()
    assert page.entry.draft.shown("total")
    page.undo()
    assert not page.entry.draft.shown("total"), "one step"


def test_a_click_on_another_row_asks_for_one_reason(qtbot: Any, ws: Workspace, settings: Settings, theme: object,
                                                    monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    small.put(ws, "visit", firm="甲公司", day="2024-05-07", done="是", cost="20", paid="4")
    checking.check_quarter(ws, QUARTER)
    send(ws, tmp_path)
    made = EntryPage(ws, ws.catalogue.form("visit"), quarter=QUARTER, settings=settings, signals=Signals())
    qtbot.addWidget(made)
    made.resize(1158, 660)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    asked: list[str] = []

    class Slow(Answers):
        """Takes their time, as a person does: the list's timers go on meanwhile."""

        def reason(self, *_words: object, **_more: object) -> str | None:
            asked.append("reason")
            qtbot.waitUntil(lambda: not table._rest.isActive())
            return "更正"

    monkeypatch.setattr(ask, "dialogs", Slow())
    made.show_first()
    table, model = made.list.table, made.list.model
    assert model.total == 2
    widget = field(made, "cost")
    widget.selectAll()
    qtbot.keyClicks(widget, "30")
    at = table.visualRect(model.index(1, 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: made.entry is not None and made.entry.opened.key == model.line(1).key)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: not table._rest.isActive())
    assert asked == ["reason"]
