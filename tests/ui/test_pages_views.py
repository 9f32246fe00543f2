"""Overview, history and settings over a real data file; and what holds for every page."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)

from pairing_desktop.services import checking, deadlines, entering, workspace
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import moments
from pairing_desktop.ui.history_page import DELETED, HistoryPage
from pairing_desktop.ui.new_wizard import NewWizard
from pairing_desktop.ui.overview_page import OverviewPage
from pairing_desktop.ui.settings_page import SettingsPage
from pairing_desktop.ui.signals import Signals
from pairing_desktop.ui.start_page import StartPage
from pairing_desktop.ui.submit_page import SubmitPage
from tests.services import small
from tests.services.small import QUARTER
from tests.ui.script import Script, idle

pytestmark = pytest.mark.gui

ENGLISH = re.compile(r"[A-Za-z]{2,}")
KNOWN = re.compile(r"PDF|Excel|SHA-256|Ctrl\+\w+|\.\w+|F5|KB|MB|[0-9a-f]{8,}|/\S*|331123-\S+")


@pytest.fixture
def ws(tmp_path: Path, laid: small.Laid) -> Iterator[Workspace]:
    with laid.copy(tmp_path, clock=small.Now()) as made:
        yield made


@pytest.fixture
def signals() -> Signals:
    return Signals()


def show(qtbot: Any, page: QWidget) -> None:
    qtbot.addWidget(page)
    page.resize(1158, 660)
    page.show()
    qtbot.waitExposed(page)
    idle(qtbot)


def overview(qtbot: Any, ws: Workspace, signals: Signals) -> OverviewPage:
    page = OverviewPage(ws, signals)
    page.show_quarter(QUARTER)
    show(qtbot, page)
    return page


def test_an_empty_quarter_says_where_to_begin(qtbot: Any, theme: object, ws: Workspace, signals: Signals) -> None:
    page = overview(qtbot, ws, signals)
    assert "还没有填" in page.title.text()
    with qtbot.waitSignal(signals.showPage) as told:
        page.act.click()
    assert told.args == ["enterprise"]


def test_the_sentence_counts_what_is_left(qtbot: Any, theme: object, ws: Workspace, signals: Signals) -> None:
    keys = small.fill(ws)
    small.put(ws, "sheet", key=keys["sheet"], total="250")
    small.put(ws, "firm", name="乙公司", code="")
    checking.check_quarter(ws, QUARTER)
    page = overview(qtbot, ws, signals)
    assert page.title.text() == "改正 1 处错误、说明 1 处疑问，就可以定稿"
    with qtbot.waitSignal(signals.goTo) as told:
        page.todo.list.opened.emit(page.todo.list.rows.rows[0].data)
    assert told.args == ["sheet", keys["sheet"], "total"]
    small.put(ws, "sheet", key=keys["sheet"], total="25")
    checking.check_quarter(ws, QUARTER)
    signals.findingsChanged.emit()
    qtbot.waitUntil(lambda: page.title.text() == "说明 1 处疑问，就可以定稿")


def test_progress_by_form_opens_the_form(qtbot: Any, theme: object, ws: Workspace, signals: Signals) -> None:
    small.fill(ws)
    checking.check_quarter(ws, QUARTER)
    page = overview(qtbot, ws, signals)
    assert [row.line.form for row in page.progress.rows] == [form.id for form in ws.forms]
    row = next(r for r in page.progress.rows if r.line.form == "sheet")
    assert (row.line.done, row.line.total) == (1, 1)
    with qtbot.waitSignal(signals.showPage) as told:
        qtbot.keyClick(row, Qt.Key.Key_Space)
    assert told.args == ["sheet"]


def test_history_shows_what_a_revision_changed_and_brings_it_back(
        qtbot: Any, theme: object, ws: Workspace, signals: Signals, script: Script) -> None:
    keys = small.fill(ws)
    small.put(ws, "sheet", key=keys["sheet"], total="90", why="核对后更正")
    page = HistoryPage(ws, signals)
    show(qtbot, page)
    rows = [[cell.text for cell in row.cells] for row in page.detail.changes.rows.rows]
    assert ["累计投资", "50.00", "90.00"] in rows
    assert "核对后更正" in page.detail.why.text()
    assert not page.detail.restore.isVisible(), "the latest is what there is"
    page.detail.only.click()
    assert len(page.list.rows.rows) == 2
    page.list.selectRow(1)
    page.detail.against.setCurrentIndex(page.detail.against.findData(2))
    page.detail.against.activated.emit(page.detail.against.currentIndex())
    rows = [[cell.text for cell in row.cells] for row in page.detail.changes.rows.rows]
    assert rows == [["累计投资", "50.00", "90.00"]]
    script.answers = {"reason": "改错了"}
    with qtbot.waitSignal(signals.recordChanged):
        page.detail.restore.click()
    opened = entering.open_record(ws, form="sheet", key=keys["sheet"], quarter=QUARTER)
    assert opened.draft.text("total") == "50"


def test_one_field_is_brought_back_and_the_rest_stays(
        qtbot: Any, theme: object, ws: Workspace, signals: Signals, script: Script) -> None:
    keys = small.fill(ws)
    small.put(ws, "sheet", key=keys["sheet"], total="90", why="核对后更正")
    page = HistoryPage(ws, signals)
    show(qtbot, page)
    detail = page.detail
    names = [row.cells[0].text for row in detail.changes.rows.rows]
    detail.changes.selectRow(names.index("累计投资"))
    assert detail.before.isVisible()
    assert not detail.after.isVisible(), "that is what it is now"
    script.answers = {"reason": "改错了"}
    with qtbot.waitSignal(signals.recordChanged):
        detail.before.click()
    now = entering.open_record(ws, form="sheet", key=keys["sheet"], quarter=QUARTER).draft
    assert now.text("total") == "50"
    assert [p.why for p in entering.history(ws, keys["sheet"])][:2] == ["改错了", "核对后更正"]


def test_a_deleted_record_is_found_and_brought_back(
        qtbot: Any, theme: object, ws: Workspace, signals: Signals, script: Script) -> None:
    keys = small.fill(ws)
    entering.delete(ws, keys["visit"], why="重复")
    page = HistoryPage(ws, signals)
    show(qtbot, page)
    page.tabs.button(DELETED).click()
    assert [row.cells[2].text for row in page.list.rows.rows] == ["删除"]
    assert page.detail.restore.text() == "恢复这条记录…"
    assert not page.detail.open.isVisible()
    script.answers = {"reason": "删错了"}
    with qtbot.waitSignal(signals.recordChanged):
        page.detail.restore.click()
    assert not page.list.rows.rows
    assert "没有删除的记录" in page.none.title.text()
    assert entering.history(ws, keys["visit"])[0].why == "删错了"


def test_two_revisions_of_one_minute_are_told_apart(now: datetime) -> None:
    at = [datetime(2024, 7, 9, 8, 20, second, tzinfo=UTC) for second in (8, 3)] + [now]
    assert moments.apart(at, now) == ["7月9日 16:20:08", "7月9日 16:20:03", "今天 16:42:00"]


def test_history_is_searched_by_name_person_and_reason(
        qtbot: Any, theme: object, ws: Workspace, signals: Signals) -> None:
    keys = small.fill(ws)
    small.put(ws, "sheet", key=keys["sheet"], total="90", why="100%核对")
    page = HistoryPage(ws, signals)
    show(qtbot, page)
    for text, count in (("0%核", 1), ("甲公司", 2), ("查不到", 0)):
        page.filter.setText(text)
        page.filter.textEdited.emit(text)
        assert len(page.list.rows.rows) == count, text
    assert "没有找到" in page.none.title.text()


def test_an_empty_history_says_what_will_stand_there(qtbot: Any, theme: object, ws: Workspace,
                                                     signals: Signals) -> None:
    page = HistoryPage(ws, signals)
    show(qtbot, page)
    assert page.none.isVisible()


def test_when_a_quarter_is_due_is_set_among_the_settings(qtbot: Any, theme: object, ws: Workspace,
                                                          signals: Signals) -> None:
    page = SettingsPage(ws, signals)
    assert page.due.isHidden()
    page.show_quarter("2024Q2")
    show(qtbot, page)
    card = page.due
    assert not card.save.isEnabled()
    qtbot.keyClicks(card.day, "6.30")
    qtbot.keyClick(card.day, Qt.Key.Key_Return)
    assert "那时季度还没有结束" in card.note.text()
    assert deadlines.deadline(ws, "2024Q2") is None
    card.day.clear()
    qtbot.keyClicks(card.day, "7.10")
    card.source.setText("省厅通知")
    with qtbot.waitSignal(signals.stateChanged):
        qtbot.mouseClick(card.save, Qt.MouseButton.LeftButton)
    assert deadlines.kept(ws, "2024Q2") == (date(2024, 7, 10), "省厅通知")
    assert (card.day.text(), card.note.isHidden(), card.save.isEnabled()) == ("2024-07-10", True, False)
    page.show_quarter("2024Q1")
    assert card.day.text() == ""
    page.show_quarter("2024Q2")
    card.day.clear()
    card.day.textEdited.emit("")
    card.save.click()
    assert deadlines.deadline(ws, "2024Q2") is None


def test_settings_are_saved(qtbot: Any, theme: object, ws: Workspace, signals: Signals, now: datetime) -> None:
    page = SettingsPage(ws, signals)
    show(qtbot, page)
    assert not page.save_bureau.isEnabled()
    page.bureau.setText("遂昌县新单位")
    page.bureau.textEdited.emit("")
    page.save_bureau.click()
    page.people.lines["head"][0].setText("副局长")
    page.save_people.click()
    path = ws.path
    ws.close()
    with workspace.open_workspace(path, now=now) as again:
        assert again.about.bureau == "遂昌县新单位"
        assert [p.name for p in again.people if p.role == "head"] == ["副局长"]


BUREAU = """
id: bureau
version: 1
title: 单位与人员
short: 单位
group: 台账
order: 5
kind: register
fills: [M]
name: name
sections:
  - id: main
    title: 单位
    fields:
      - {id: county, label: 县, type: county, required: true}
      - {id: name, label: 单位名称, type: text, required: true}
      - {id: head, label: 单位负责人, type: text}
      - {id: head_phone, label: 负责人电话, type: text}
list: {columns: [name]}
print: {layout: card}
"""


def test_the_record_of_our_own_bureau_follows_the_settings(qtbot: Any, theme: object, signals: Signals, script: Script,
                                                           tmp_path: Path) -> None:
    with small.make(tmp_path, bureau=BUREAU) as ws:
        made = entering.enter_bureau(ws)
        assert made is not None
        page = SettingsPage(ws, signals)
        show(qtbot, page)
        assert page.apart.isHidden()
        small.put(ws, "bureau", key=made.key, name="遂昌县另一个局")
        page.refresh()
        assert "写得不一样：单位名称。" in page.apart.text()
        with qtbot.waitSignal(signals.goTo) as gone:
            page.open_record.click()
        assert gone.args == ["bureau", made.key, ""]

        post, phone = page.people.lines["head"]
        post.setText("副局长")
        phone.setText("打办公室")
        page.save_people.click()
        assert "打办公室" in page.people.doubts.text()
        assert [p.name for p in ws.people if p.role == "head"] == ["局长"], "nothing was saved"
        phone.setText("0578-9000002")
        with qtbot.waitSignal(signals.recordChanged) as changed:
            page.save_people.click()
        assert changed.args == ["bureau", made.key]
        values = entering.open_record(ws, form="bureau", key=made.key, quarter=QUARTER).draft.payload()["values"]
        assert values == {"county": "331123", "name": "遂昌县某局", "head": "副局长", "head_phone": "0578-9000002"}
        assert page.apart.isHidden()
        assert entering.history(ws, made.key)[0].why == "随设置修改"


def test_settings_fit_a_screen_at_200_percent(qtbot: Any, theme: object, ws: Workspace, signals: Signals) -> None:
    """1366 pixels at 200 % leave 475 beside the navigation."""
    page = SettingsPage(ws, signals)
    page.show_quarter("2024Q2")
    show(qtbot, page)
    (area,) = page.findChildren(QScrollArea)
    assert area.widget().minimumSizeHint().width() <= 475


def test_a_copy_is_written(qtbot: Any, theme: object, ws: Workspace, script: Script, tmp_path: Path) -> None:
    small.fill(ws)
    page = SettingsPage(ws, Signals())
    show(qtbot, page)
    script.answers = {"save_file": tmp_path / "副本.pairing"}
    page._copy()
    idle(qtbot)
    with workspace.open_workspace(tmp_path / "副本.pairing", now=ws.clock()) as copy:
        assert copy.about.county == "331123"


# What holds for every page


def pages(ws: Workspace, tmp_path: Path, now: datetime) -> list[QWidget]:
    signals = Signals()
    made: list[QWidget] = [StartPage(Settings(tmp_path / "s.json"), clock=lambda: now),
                           NewWizard(folder=tmp_path, clock=lambda: now)]
    for kind in (OverviewPage, SubmitPage, HistoryPage, SettingsPage):
        page = kind(ws, signals)
        page.show_quarter(QUARTER)
        page.setProperty("signals", signals)
        made.append(page)
    return made


def words_of(widget: QWidget) -> list[str]:
    if isinstance(widget, QLabel | QAbstractButton):
        return [widget.text(), widget.toolTip()]
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        return [widget.placeholderText()]
    return []


def test_everything_is_named_reachable_and_chinese(qtbot: Any, theme: object, ws: Workspace, tmp_path: Path,
                                                   now: datetime) -> None:
    small.fill(ws)
    checking.check_quarter(ws, QUARTER)
    for page in pages(ws, tmp_path, small.Now().at):
        show(qtbot, page)
        for widget in page.findChildren(QWidget):
            for text in words_of(widget):
                assert not ENGLISH.search(KNOWN.sub("", text)), text
            if not widget.isVisible() or not widget.isEnabled():
                continue
            if isinstance(widget, QAbstractButton):
                assert widget.accessibleName() or widget.text() or widget.toolTip(), widget
                assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus, widget.text()
            if isinstance(widget, QLineEdit | QPlainTextEdit | QAbstractItemView):
                named = widget.accessibleName() or widget.parentWidget().accessibleName()
                assert named, (page, widget)
        page.close()


@pytest.mark.parametrize("size", [(683, 384), (1158, 660), (2000, 1200)])
def test_pages_fit_any_room(qtbot: Any, theme: object, ws: Workspace, tmp_path: Path,
                            size: tuple[int, int]) -> None:
    small.fill(ws)
    for page in pages(ws, tmp_path, small.Now().at):
        show(qtbot, page)
        page.resize(*size)
        assert page.minimumSizeHint().width() <= 683, type(page).__name__
        assert page.minimumSizeHint().height() <= 384, type(page).__name__
        idle(qtbot)
        page.close()


def test_a_data_file_takes_the_programs_limits_from_settings(qtbot: Any, script: Script, tmp_path: Path,
                                                             monkeypatch: pytest.MonkeyPatch, theme: object) -> None:
    from pairing_desktop import paths
    from pairing_desktop.services import adopting

    with small.make(tmp_path) as ws:
        (tmp_path / "现在").mkdir()
        other = small.forms_folder(tmp_path / "现在")
        file = other / "firm.yaml"
        file.write_text(file.read_text(encoding="utf-8").replace("revenue < 1000", "revenue < 2000"), encoding="utf-8")
        monkeypatch.setattr(paths, "forms", lambda: other)
        signals = Signals()
        page = SettingsPage(ws, signals)
        qtbot.addWidget(page)
        script.answers["confirm"] = True
        with qtbot.waitSignal(signals.openAnew) as opened:
            page.adopt.click()
        assert opened.args == [str(ws.path)]
        assert "企业名录" in script.asked[-1][1][2]
        assert not adopting.difference(ws, adopting.shipped())
        script.answers["tell"] = None
        page.adopt.click()
        qtbot.waitUntil(lambda: script.names()[-1] == "tell")
