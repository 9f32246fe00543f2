"""Typing into the form: what is typed is on disk, understood, checked, and comes back."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QEvent, QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from pairing_desktop.services import entering, resuming
from pairing_desktop.services.workspace import Workspace, open_workspace
from pairing_desktop.ui import actions, record_acts
from pairing_desktop.ui.choice_input import ChoiceInput
from pairing_desktop.ui.editors import understood
from pairing_desktop.ui.entry_page import EntryPage
from pairing_desktop.ui.field_row import FieldRow
from pairing_desktop.ui.finding_line import FindingLine
from pairing_desktop.ui.line_input import LineInput
from pairing_desktop.ui.table_editor import TableEditor
from pairing_desktop.ui.unsaved import HALF_TYPED
from tests.ui.conftest import QUARTER, Answers, Open, enter, field, keys

pytestmark = pytest.mark.gui

CONTROL = Qt.KeyboardModifier.ControlModifier

def on_disk(page: EntryPage) -> dict[str, Any]:
    """Return what a crash now would leave: the draft row, as another opening of the record finds it."""
    assert page.entry is not None
    opened = entering.open_record(page.workspace, form=page.form.id, key=page.entry.opened.key, quarter=QUARTER)
    return opened.draft.payload()


def type_into(qtbot: Any, page: EntryPage, path: str, text: str, *, leave: bool = True) -> LineInput:
    widget = field(page, path)
    widget.selectAll()
    keys(qtbot, widget, text)
    if leave:
        qtbot.keyClick(widget, Qt.Key.Key_Return)
    return widget


def test_a_field_left_is_on_disk(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    type_into(qtbot, page, "own_money", "２８．５")
    assert on_disk(page)["values"]["own_money"] == "28.5"
    field(page, "subsidy")
    assert page.record is not None
    assert page.record.widget_at("own_money").text() == "28.50"  # type: ignore[union-attr]


def test_showing_is_not_typing(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    kept: list[object] = []
    assert page.entry is not None
    page.entry.kept.connect(kept.append)
    for path in ("contract_sum", "own_money", "start", "stage", "enterprise", "consultant"):
        field(page, path)
    page.step(1)
    page.step(-1)
    assert not page.entry.draft.dirty
    assert kept == []


def test_computed_fields_follow(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    share = page.record.widget_at("share")  # type: ignore[union-attr]
    assert isinstance(share, LineInput)
    assert share.isReadOnly()
    type_into(qtbot, page, "contract_sum", "80")
    assert share.text() == "50.00"


def test_an_error_stands_under_its_field_and_goes(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    row = next(r for s in page.record.sections for r in s.rows if r.path == "contract_sum")  # type: ignore[union-attr]
    qtbot.waitUntil(row.line.isVisible)
    assert "差 2" in row.line.shown()
    assert row.input.property("state") == "error"
    type_into(qtbot, page, "own_money", "28")
    qtbot.waitUntil(lambda: not row.line.isVisible())
    assert not row.input.property("state")


def test_how_a_text_was_understood_goes_with_it(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    row = next(r for s in page.record.sections for r in s.rows if r.path == "contract_sum")  # type: ignore[union-attr]
    type_into(qtbot, page, "own_money", "")
    type_into(qtbot, page, "contract_sum", "1.5亿")
    assert page.entry is not None
    said = page.entry.note("contract_sum")
    assert "15,000" in said
    page.undo()
    assert page.entry.note("contract_sum") == ""
    qtbot.waitUntil(lambda: said not in "".join(told(row)))
    page.entry.redo()
    assert page.entry.note("contract_sum") == said


def told(row: FieldRow) -> list[str]:
    return [line.shown() for line in row.findChildren(FindingLine) if not line.isHidden()]


def test_what_a_chosen_record_tells_is_not_typed_twice(qtbot: Any, ws: Workspace, open_page: Open) -> None:
    """A park's parents are those of its pairing: its rules say so."""
    enter(ws, "pairing", title="南湖—遂昌", industrial="330402", mountain="331123", start_year="2023")
    page = open_page("park")
    page.new()
    qtbot.waitUntil(lambda: page.record is not None)
    assert page.entry is not None
    type_into(qtbot, page, "name", "竹产业园")
    type_into(qtbot, page, "pairing", "南湖—遂昌")
    assert (field(page, "industrial").text(), field(page, "mountain").text()) == ("南湖区", "遂昌县")
    row = next(r for s in page.record.sections for r in s.rows if r.path == "mountain")  # type: ignore[union-attr]
    assert told(row) == ["按所属联合体填入"]
    assert page.entry.draft.value("host") is None, "nobody said where it lies"
    page.undo()
    assert (page.entry.draft.value("industrial"), page.entry.draft.text("pairing")) == (None, "南湖—遂昌")


def test_what_was_typed_stays_when_a_chosen_record_says_otherwise(qtbot: Any, ws: Workspace, open_page: Open) -> None:
    enter(ws, "pairing", title="南湖—遂昌", industrial="330402", mountain="331123", start_year="2023")
    page = open_page("park")
    page.new()
    type_into(qtbot, page, "mountain", "景宁畲族自治县")
    type_into(qtbot, page, "pairing", "南湖—遂昌")
    assert page.entry is not None
    assert page.entry.draft.value("mountain") == "331127"
    qtbot.waitUntil(lambda: page.entry is not None and page.entry.found.first("mountain") is not None)


def test_the_two_counties_of_the_file_are_offered_first(qtbot: Any, open_page: Open) -> None:
    page = open_page("park")
    page.new()
    host = field(page, "host")
    qtbot.keyClick(host, Qt.Key.Key_Down)
    assert isinstance(host, ChoiceInput)
    assert host.drop is not None
    assert [host.drop.item(n).text() for n in range(2)] == ["遂昌县", "南湖区"]
    qtbot.keyClicks(host, "nh")
    assert host.drop.item(0).text() == "南湖区"


def test_a_state_that_is_not_understood_stands_not_beside_the_title(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    assert page.record is not None
    assert page.record.head.chips.stage.accessibleName() == "实施中"
    type_into(qtbot, page, "stage", "快好了")
    qtbot.waitUntil(page.record.head.chips.stage.isHidden)


def test_all_findings_of_a_field_stand_under_it(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    row = next(r for s in page.record.sections for r in s.rows if r.path == "accepted")  # type: ignore[union-attr]
    type_into(qtbot, page, "stage", "已验收")
    type_into(qtbot, page, "accepted", "2026-1-1")
    qtbot.waitUntil(lambda: len(told(row)) == 2)
    assert "晚于报告期末" in told(row)[0]
    assert "验收结果" in told(row)[1]
    type_into(qtbot, page, "acceptance_result", "通过")
    qtbot.waitUntil(lambda: len(told(row)) == 1)


@pytest.mark.parametrize("path", ["own_money", "yearly_gain", "start", "paid"])
def test_a_line_that_comes_makes_room_for_itself(qtbot: Any, open_page: Open, path: str) -> None:
    page = open_page("lean_project")
    row = next(r for s in page.record.sections for r in s.rows if r.path == path)  # type: ignore[union-attr]
    type_into(qtbot, page, path, "xyz")
    qtbot.waitUntil(row.line.isVisible)
    qtbot.waitUntil(lambda: row.height() >= row.input.height() + row.line.heightForWidth(row.line.width()))
    assert row.line.y() >= row.input.geometry().bottom()


def test_what_is_not_understood_stays_as_typed(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    widget = type_into(qtbot, page, "own_money", "约12a")
    assert widget.text() == "约12a"
    assert on_disk(page)["raw"]["own_money"] == "约12a"
    qtbot.waitUntil(lambda: widget.property("state") == "error")
    assert not widget.hasFocus(), "it never blocks moving on"


def test_a_half_typed_field_is_saved(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    widget = type_into(qtbot, page, "consultant", "半截", leave=False)
    assert page.entry is not None
    assert HALF_TYPED < 2000
    with qtbot.waitSignal(page.entry.kept):
        pass
    assert on_disk(page)["values"]["consultant"] == "半截"
    assert widget.hasFocus()
    keys(qtbot, widget, "话")
    qtbot.keyClick(widget, Qt.Key.Key_Return)
    assert on_disk(page)["values"]["consultant"] == "半截话"
    assert page.entry.undo()
    assert "consultant" not in page.entry.draft.payload()["values"], "half and whole are one step of undo"


def test_a_kill_leaves_what_was_typed(qtbot: Any, open_page: Open, ws: Workspace, now: datetime) -> None:
    page = open_page("lean_project")
    type_into(qtbot, page, "own_money", "31")
    key = page.entry.opened.key  # type: ignore[union-attr]
    with open_workspace(ws.path, write=False, now=now) as again:
        opened = entering.open_record(again, form="lean_project", key=key, quarter=QUARTER)
        assert opened.recovered
        assert opened.draft.shown("own_money") == "31.00"


def test_a_recovered_record_says_so(qtbot: Any, open_page: Open, answers: Answers) -> None:
    page = open_page("lean_project")
    type_into(qtbot, page, "own_money", "31")
    page.close_record()
    page.show_first()
    assert page.record is not None
    qtbot.waitUntil(page.record.banner.isVisible)
    assert "找回" in page.record.banner.words.text()
    answers.answers["confirm"] = True
    page.record.banner.button.click()
    assert page.entry is not None
    assert page.entry.draft.shown("own_money") == "26.00"


def test_leaving_a_record_saves_a_revision(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    key = page.entry.opened.key  # type: ignore[union-attr]
    type_into(qtbot, page, "own_money", "28", leave=False)
    page.step(1)
    opened = entering.open_record(page.workspace, form="lean_project", key=key, quarter=QUARTER)
    assert not opened.recovered
    assert opened.draft.shown("own_money") == "28.00"
    assert opened.revision == 2


def test_undo_goes_field_by_field(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    type_into(qtbot, page, "own_money", "28")
    type_into(qtbot, page, "subsidy", "41")
    page.undo()
    assert field(page, "subsidy").text() == "40"
    page.undo()
    assert page.entry.draft.shown("own_money") == "26.00"  # type: ignore[union-attr]
    page.redo()
    assert page.entry.draft.shown("own_money") == "28.00"  # type: ignore[union-attr]


def test_ctrl_z_in_a_field_takes_back_that_field_first(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    type_into(qtbot, page, "own_money", "28")
    widget = type_into(qtbot, page, "subsidy", "99", leave=False)
    qtbot.keyClick(widget, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert widget.text() == "40"
    assert page.entry.draft.shown("own_money") == "28.00"  # type: ignore[union-attr]


def test_a_choice_is_found_by_initials(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    widget = type_into(qtbot, page, "stage", "dys", leave=False)
    assert isinstance(widget, ChoiceInput)
    assert widget.listing
    qtbot.keyClick(widget, Qt.Key.Key_Return)
    assert on_disk(page)["values"]["stage"] == "待验收"
    assert widget.text() == "待验收"
    assert not widget.listing


def test_a_reference_is_found_by_part_of_its_name(qtbot: Any, open_page: Open, ws: Workspace) -> None:
    page = open_page("lean_project")
    widget = type_into(qtbot, page, "enterprise", "企业乙", leave=False)
    qtbot.keyClick(widget, Qt.Key.Key_Return)
    assert widget.text() == "示例企业乙"
    key = on_disk(page)["values"]["enterprise"]
    assert entering.label(ws, "enterprise", key) == "示例企业乙"


def test_a_name_nearly_a_firms_is_offered_and_not_taken_for_it(qtbot: Any, open_page: Open, ws: Workspace) -> None:
    enter(ws, "enterprise", name="遂昌示例二竹业有限公司")
    page = open_page("lean_project")
    widget = type_into(qtbot, page, "enterprise", "示例二竹业有限责任公司", leave=False)
    qtbot.keyClick(widget, Qt.Key.Key_Tab)
    assert widget.text() == "示例二竹业有限责任公司"
    qtbot.waitUntil(lambda: page.entry is not None and page.entry.found.first("enterprise") is not None)
    assert "是不是“遂昌示例二竹业有限公司”" in page.entry.found.first("enterprise").message  # type: ignore[union-attr]
    widget = type_into(qtbot, page, "enterprise", "示例二竹业有限责任公司", leave=False)
    assert isinstance(widget, ChoiceInput)
    for _ in range(2):  # the first goes into the list, the second takes the name
        qtbot.keyClick(widget, Qt.Key.Key_Return)
    key = on_disk(page)["values"]["enterprise"]
    assert entering.label(ws, "enterprise", key) == "遂昌示例二竹业有限公司"


@pytest.mark.parametrize("text", ["20240630", "2024-6-30", "2024/06/30", "2024年6月30日", "6.30"])
def test_a_date_is_understood_in_many_spellings(qtbot: Any, open_page: Open, text: str) -> None:
    page = open_page("lean_project")
    widget = type_into(qtbot, page, "end", text)
    assert widget.text() == "2024-06-30"


def test_how_a_number_is_understood_is_shown(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    type_into(qtbot, page, "own_money", "0.0026亿", leave=False)
    assert page.record is not None
    assert "26.00 万元" in page.record.footer._answer.text()


def test_enter_and_tab_move_on(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    widget = field(page, "contract_sum")
    qtbot.keyClick(widget, Qt.Key.Key_Return)
    assert page.record is not None
    assert page.record.current == "subsidy"
    qtbot.keyClick(page.record.widget_at("subsidy"), Qt.Key.Key_Tab)
    assert page.record.current == "paid"
    qtbot.keyClick(page.record.widget_at("paid"), Qt.Key.Key_Backtab)
    assert page.record.current == "subsidy"


def test_enter_passes_over_what_the_program_computes(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    assert page.entry is not None
    assert page.record is not None
    assert page.entry.locked("share")
    order = [f.id for s in page.form.sections for f in s.fields]
    before, after = (order[order.index("share") + step] for step in (-1, 1))
    qtbot.keyClick(field(page, before), Qt.Key.Key_Return)
    assert page.record.current == after, "a column of figures is typed down without a shift"
    qtbot.keyClick(page.record.widget_at(after), Qt.Key.Key_Backtab)
    assert page.record.current == before
    page.record.jump("share")
    assert page.record.current == "share", "a finding still leads there"


def test_the_last_field_is_there_before_its_section_was_seen(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    assert page.entry is not None
    key = page.entry.opened.key
    order = [f.id for s in page.form.sections for f in s.fields if f.type != "table"]
    page.close_record()
    page.open(key)  # nothing painted, nothing filled below what is seen
    assert page.record is not None
    assert page.record.jump(order[-1])
    assert standing() == order[-1]
    assert tabbed(qtbot, Qt.Key.Key_Backtab, 4)[:3] == order[-1:-4:-1]


def standing() -> str:
    """Return the field or table that has the focus, "" for none of the form."""
    widget = QApplication.focusWidget()
    while widget is not None and not isinstance(widget, (FieldRow, TableEditor)):
        widget = widget.parentWidget()
    return widget.path if isinstance(widget, FieldRow) else widget.table.id if widget is not None else ""


def tabbed(qtbot: Any, key: Qt.Key, most: int) -> list[str]:
    """Return where one gets by Tab or Shift+Tab, an attachment's several buttons being one place."""
    walked = [standing()]
    while len(walked) < most:
        widget = QApplication.focusWidget()
        leave = Qt.KeyboardModifier.ControlModifier if isinstance(widget, TableEditor) else (
            Qt.KeyboardModifier.NoModifier)
        qtbot.keyClick(widget, key, leave)
        if not standing():
            break
        if standing() != walked[-1]:
            walked.append(standing())
    return walked


def test_tab_walks_the_whole_form_in_its_order(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    assert page.entry is not None
    key = page.entry.opened.key
    page.close_record()
    page.open(key)
    assert page.record is not None
    fields = [f.id for s in page.form.sections for f in s.fields if not page.entry.locked(f.id)]
    page.record.jump(fields[0])
    assert tabbed(qtbot, Qt.Key.Key_Tab, 2 * len(fields)) == fields


def test_marks_stand_with_their_figure(qtbot: Any, open_page: Open) -> None:
    from pairing_desktop.ui.marks_popup import MarksPopup

    page = open_page("lean_project")
    row = next(r for s in page.record.sections for r in s.rows if r.path == "yearly_gain")  # type: ignore[union-attr]
    type_into(qtbot, page, "yearly_gain", "120")
    row.open_marks()
    popup = row.input.findChild(MarksPopup)
    assert popup is not None
    popup.words["nature"].setCurrentText("实际")  # type: ignore[union-attr]
    popup.words["qualifier"].setCurrentText("以上")  # type: ignore[union-attr]
    popup.words["note"].setText("企业盖章确认")  # type: ignore[union-attr]
    popup.close()
    marks = {"nature": "实际", "qualifier": "以上", "note": "企业盖章确认"}
    assert on_disk(page)["marks"]["yearly_gain"] == marks
    row.input.clearFocus()
    assert row.input.text() == "120以上"  # type: ignore[union-attr]
    assert row.input._words == "实际 ・ 企业盖章确认"  # type: ignore[union-attr]


def test_a_commands_key_is_none_of_the_fields_where_qt_asks_for_no_shortcut(
    qtbot: Any, open_page: Open, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As in a window that has the keys and is not in front yet for Qt; End stands for X11's Ctrl+E."""
    page = open_page("lean_project")
    widget = field(page, "consultant")
    keys(qtbot, widget, "abc")
    qtbot.keyClick(widget, Qt.Key.Key_Home)
    monkeypatch.setattr(actions, "_window_keys", lambda: frozenset({"End"}))
    pressed = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, pressed)
    assert not pressed.isAccepted()
    qtbot.keyClick(widget, Qt.Key.Key_Backspace)
    assert widget.text() == "abc"


def test_a_remark_half_typed_is_on_disk_and_escape_leaves_what_was(qtbot: Any, open_page: Open) -> None:
    from pairing_desktop.ui.marks_popup import MarksPopup

    page = open_page("lean_project")
    row = next(r for s in page.record.sections for r in s.rows if r.path == "yearly_gain")  # type: ignore[union-attr]
    type_into(qtbot, page, "yearly_gain", "120")

    def noted(words: str) -> MarksPopup:
        row.open_marks()
        popup = row.input.findChildren(MarksPopup)[-1]
        qtbot.keyClicks(popup.words["note"], words)
        popup._resting.setInterval(0)
        qtbot.waitUntil(lambda: not popup._resting.isActive())
        assert on_disk(page)["marks"]["yearly_gain"]["note"].endswith(words)
        return popup

    qtbot.keyClick(noted("abc").words["note"], Qt.Key.Key_Escape)
    assert "yearly_gain" not in on_disk(page).get("marks", {})
    noted("abc").close()  # as by a click elsewhere
    assert on_disk(page)["marks"]["yearly_gain"]["note"] == "abc"
    page.undo()
    assert "yearly_gain" not in on_disk(page).get("marks", {}), "one step"


def test_a_word_that_is_chosen_beside_a_figure_is_on_disk_while_the_card_is_open(qtbot: Any, open_page: Open) -> None:
    from pairing_desktop.ui.combo import Combo
    from pairing_desktop.ui.marks_popup import MarksPopup

    page = open_page("lean_project")
    row = next(r for s in page.record.sections for r in s.rows if r.path == "yearly_gain")  # type: ignore[union-attr]
    type_into(qtbot, page, "yearly_gain", "约120")
    row.open_marks()
    popup = row.input.findChildren(MarksPopup)[-1]
    words = popup.words["qualifier"]
    assert isinstance(words, Combo)
    popup._resting.setInterval(0)
    words.setCurrentIndex(words.findData("近"))
    qtbot.waitUntil(lambda: on_disk(page)["marks"]["yearly_gain"]["qualifier"] == "近")
    qtbot.keyClick(words, Qt.Key.Key_Escape)
    assert on_disk(page)["marks"]["yearly_gain"]["qualifier"] == "约"


def test_a_figure_goes_on_as_typed_after_its_marks_or_another_window(qtbot: Any, open_page: Open) -> None:
    from pairing_desktop.ui.marks_popup import MarksPopup

    page = open_page("lean_project")
    row = next(r for s in page.record.sections for r in s.rows if r.path == "yearly_gain")  # type: ignore[union-attr]
    other = QWidget()
    qtbot.addWidget(other)
    page.record.jump("yearly_gain")  # type: ignore[union-attr]
    line = field(page, "yearly_gain")
    line.selectAll()
    qtbot.keyClicks(line, "12.")
    row.open_marks()
    qtbot.keyClick(line.findChildren(MarksPopup)[-1], Qt.Key.Key_Escape)
    qtbot.waitUntil(line.hasFocus)
    assert (line.text(), line.cursorPosition(), line.selectedText()) == ("12.", 3, "")
    qtbot.keyClick(line, Qt.Key.Key_Left)
    for window in (other, page.window()):
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
    qtbot.waitUntil(line.hasFocus)
    assert (line.text(), line.cursorPosition(), line.selectedText()) == ("12.", 2, "")
    qtbot.keyClicks(line, "3")
    line.clearFocus()
    assert on_disk(page)["values"]["yearly_gain"] == "123"
    assert line.text() == "123.00"


@pytest.mark.parametrize("path", ["effect_words", "own_money", "acceptance_result"])
def test_a_field_of_words_says_why_a_picture_or_a_file_is_not_pasted(qtbot: Any, open_page: Open, answers: Answers,
                                                                    path: str, tmp_path: Path) -> None:
    page = open_page("lean_project")
    answers.answers["tell"] = None
    page.record.jump(path)  # type: ignore[union-attr]
    widget, before = page.record.widget_at(path), page.entry.draft.text(path)  # type: ignore[union-attr]
    QGuiApplication.clipboard().setImage(QImage(8, 8, QImage.Format.Format_RGB32))
    qtbot.keyClick(widget, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "剪贴板里是图片" in str(answers.asked[-1])
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(tmp_path / "合同.pdf"))])
    QGuiApplication.clipboard().setMimeData(files)
    qtbot.keyClick(widget, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "文件“合同.pdf”" in str(answers.asked[-1])
    assert page.entry.draft.text(path) == before  # type: ignore[union-attr]


def test_a_sum_is_worked_out_where_a_figure_belongs(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    widget = type_into(qtbot, page, "own_money", "=12+1.5*2", leave=False)
    assert page.record is not None
    assert understood(page.entry, widget.field, widget.text()) == "15.00 万元"  # type: ignore[arg-type]
    qtbot.keyClick(widget, Qt.Key.Key_Return)
    assert (on_disk(page)["values"]["own_money"], widget.text()) == ("15", "15.00")
    type_into(qtbot, page, "own_money", "=12+x")
    assert on_disk(page)["raw"]["own_money"] == "=12+x"
    type_into(qtbot, page, "consultant", "=1+2")
    assert on_disk(page)["values"]["consultant"] == "=1+2", "words are words"


TWO = "遂昌一厂\t913311230000\r\n遂昌二厂\t913311231111\r\n"
HTML = "<html><body><table><tr><td>甲</td></tr><tr><td>乙</td></tr></table></body></html>"


@pytest.mark.parametrize(("text", "html", "said"), [
    (TWO, "", "2 行 2 列"), ("甲\r\n乙\r\n", HTML, "2 行 1 列"), ("甲\t乙", "", "1 行 2 列"),
])
def test_cells_that_are_copied_do_not_run_together_in_a_field(qtbot: Any, open_page: Open, answers: Answers,
                                                              text: str, html: str, said: str) -> None:
    page = open_page("lean_project")
    widget = field(page, "consultant")
    before = widget.text()
    answers.answers["tell"] = None
    put(text, html)
    qtbot.keyClick(widget, Qt.Key.Key_V, CONTROL)
    assert said in str(answers.asked[-1])
    assert widget.text() == before


@pytest.mark.parametrize(("text", "html", "pasted"), [
    ("甲厂\r\n", HTML.replace("<tr><td>乙</td></tr>", ""), "甲厂"),
    ('"甲厂\n二车间"\r\n', HTML.replace("<tr><td>乙</td></tr>", ""), "甲厂 二车间"),
    ("甲厂\n二车间", "", "甲厂 二车间"), ("\t甲厂", "<p>甲厂</p>", ""),
])
def test_one_cell_is_pasted_without_what_excel_puts_around_it(qtbot: Any, open_page: Open, answers: Answers, text: str,
                                                              html: str, pasted: str) -> None:
    page = open_page("lean_project")
    widget = field(page, "consultant")
    answers.answers["tell"] = None
    put(text, html)
    qtbot.keyClick(widget, Qt.Key.Key_V, CONTROL)
    qtbot.keyClick(widget, Qt.Key.Key_Return)
    assert page.entry is not None
    assert page.entry.draft.text("consultant") == pasted


def put(text: str, html: str) -> None:
    """Put words on the clipboard as another program does, with a table beside them or not."""
    QGuiApplication.clipboard().setText(text)
    if html:
        QGuiApplication.clipboard().mimeData().setHtml(html)


@pytest.mark.parametrize("path", ["effect_words", "acceptance_result"])
def test_rich_text_alone_is_pasted_as_its_words(qtbot: Any, open_page: Open, path: str) -> None:
    page = open_page("lean_project")
    page.record.jump(path)  # type: ignore[union-attr]
    widget = page.record.widget_at(path)  # type: ignore[union-attr]
    rich = QMimeData()
    rich.setHtml("<p>已<b>验收</b></p>")
    QGuiApplication.clipboard().setMimeData(rich)
    widget.selectAll()
    qtbot.keyClick(widget, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    page.commit()
    assert page.entry.draft.text(path) == "已验收"  # type: ignore[union-attr]


def test_a_cell_of_lines_comes_into_a_long_text_without_its_quotes(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    page.record.jump("effect_words")  # type: ignore[union-attr]
    widget = page.record.widget_at("effect_words")  # type: ignore[union-attr]
    put('"第一行\n他说""好"""\r\n', HTML.replace("<tr><td>乙</td></tr>", ""))
    widget.selectAll()
    qtbot.keyClick(widget, Qt.Key.Key_V, CONTROL)
    page.commit()
    assert page.entry.draft.text("effect_words") == '第一行\n他说"好"'  # type: ignore[union-attr]


def test_a_text_longer_than_a_line_holds_is_told_and_not_cut(qtbot: Any, open_page: Open, answers: Answers) -> None:
    page = open_page("lean_project")
    answers.answers["tell"] = None
    line = field(page, "consultant")
    line.setFocus()
    before = line.text()
    QGuiApplication.clipboard().setText("字" * 40_000)
    qtbot.keyClick(line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert answers.asked[-1][1][1] == "剪贴板里有 40,000 个字，这一项放不下（最多 32,767 个），什么也没有粘贴。"
    assert line.text() == before


def test_a_deleted_record_comes_back(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    key, total = page.entry.opened.key, page.list.model.total  # type: ignore[union-attr]
    page.delete()
    assert page.list.model.total == total - 1
    page.undo()
    assert page.list.model.total == total
    assert page.entry is not None
    assert page.entry.opened.key == key


def test_a_new_record_does_not_scold_before_its_time(qtbot: Any, open_page: Open) -> None:
    page = open_page("enterprise")
    page.new()
    assert page.record is not None
    assert page.record.current == "name"
    page.entry.check()  # type: ignore[union-attr]
    rows = [r for s in page.record.sections for r in s.rows]
    assert not any(r.input.property("state") == "error" for r in rows)
    widget = field(page, "name")
    keys(qtbot, widget, "新厂")
    qtbot.keyClick(widget, Qt.Key.Key_Return)
    assert page.save()
    assert page.list.model.total == 4
    qtbot.waitUntil(lambda: any(r.input.property("state") == "error" for r in rows))


def test_what_f8_leads_to_says_why(qtbot: Any, open_page: Open) -> None:
    """A new record doesn't scold by itself, but who asks what is wrong is told all that is blank, at its place."""
    page = open_page("enterprise")
    page.new()
    widget = field(page, "name")
    keys(qtbot, widget, "新厂")
    qtbot.keyClick(widget, Qt.Key.Key_Return)
    assert page.record is not None
    page.found.next()
    assert page.record.current == "county"
    row = next(r for s in page.record.sections for r in s.rows if r.path == "county")
    assert "必须填写" in row.line.shown()
    assert page.record.tabs.tabs[0].mark == "error"


def test_what_must_be_filled_bears_a_mark(open_page: Open) -> None:
    page = open_page("enterprise")
    assert page.record is not None
    names = {r.path: r.findChild(QLabel).text() for s in page.record.sections for r in s.rows}  # type: ignore[union-attr]
    assert names["county"].endswith("\N{NO-BREAK SPACE}*")
    assert "*" not in names["credit_code"]


def test_an_untouched_new_record_leaves_no_trace(qtbot: Any, open_page: Open) -> None:
    page = open_page("enterprise")
    page.new()
    page.step(1)
    assert page.list.model.total == 3


def test_a_query_is_answered_in_words(qtbot: Any, open_page: Open, answers: Answers) -> None:
    page = open_page("enterprise")
    field(page, "credit_code")
    answers.answers["reason"] = "营业执照正在换发"
    qtbot.waitUntil(lambda: page.entry.found.first("credit_code") is not None)  # type: ignore[union-attr]
    page.found.explain_here()
    finding = page.entry.found.first("credit_code")  # type: ignore[union-attr]
    assert finding is not None
    assert finding.explanation == "营业执照正在换发"
    row = next(r for s in page.record.sections for r in s.rows if r.path == "credit_code")  # type: ignore[union-attr]
    assert "已说明" in row.line.shown()


def test_copy_from_the_record_above(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    page.step(1)
    field(page, "contract_sum")
    record_acts.copy_above(page)
    assert page.entry.draft.shown("contract_sum") == "68.00"  # type: ignore[union-attr]


def test_copying_the_blank_fields_leaves_name_and_code_to_the_new_record(open_page: Open, ws: Workspace) -> None:
    enter(ws, "enterprise", name="示例企业丙", county="遂昌县", credit_code="91350100M000100Y43", staff="12")
    page = open_page("enterprise")
    page.new()
    assert page.entry is not None
    key = next(line.key for line in entering.list_records(ws, "enterprise", quarter=QUARTER).lines
               if line.label == "示例企业丙")
    assert page.entry.copy_from(key) > 0
    shown = page.entry.draft.shown
    assert (shown("county"), shown("staff")) == ("遂昌县", "12")
    assert (shown("name"), shown("credit_code")) == ("", "")


def test_initials_that_several_share_choose_none_of_them(qtbot: Any, open_page: Open) -> None:
    page = open_page("enterprise")
    widget = type_into(qtbot, page, "county", "nh", leave=False)
    assert isinstance(widget, ChoiceInput)
    before = on_disk(page)["values"].get("county")
    qtbot.keyClick(widget, Qt.Key.Key_Return)
    assert widget.listing, "Enter asks which, and takes none"
    assert widget.drop is not None
    named = [widget.drop.item(n).text() for n in range(widget.drop.count())]
    assert {"南湖区", "宁海县"} <= set(named)
    assert on_disk(page)["values"].get("county") == before
    while widget.drop.currentItem().text() != "南湖区":
        qtbot.keyClick(widget, Qt.Key.Key_Down)
    qtbot.keyClick(widget, Qt.Key.Key_Return)
    assert on_disk(page)["values"]["county"] == "330402"


def test_a_choice_half_typed_and_picked_as_it_was_leaves_nothing_behind(qtbot: Any, open_page: Open,
                                                                        ws: Workspace) -> None:
    page = open_page("lean_project")
    assert page.entry is not None
    before = page.entry.draft.text("stage")
    widget = type_into(qtbot, page, "stage", "s", leave=False)
    assert isinstance(widget, ChoiceInput)
    qtbot.waitUntil(lambda: page.entry is not None and resuming.of(ws, page.entry.opened.key) is not None)
    widget.pick()
    assert page.entry.draft.text("stage") == before
    assert resuming.of(ws, page.entry.opened.key) is None, "no draft is left on disk"
    assert not page.undoing.names()[0]


def test_a_choice_that_is_left_with_its_list_open_stays_unmarked(qtbot: Any, open_page: Open) -> None:
    page = open_page("enterprise")
    widget = type_into(qtbot, page, "county", "suichang", leave=False)
    qtbot.keyClick(widget, Qt.Key.Key_Down)
    qtbot.keyClick(widget, Qt.Key.Key_Tab)
    assert not widget.hasFocus()
    assert not widget.hasSelectedText()


def test_a_choice_that_was_left_shows_its_beginning(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    widget = type_into(qtbot, page, "stage", "s")
    assert not widget.hasFocus()
    assert widget.text() == "实施中"
    assert widget.cursorPosition() == 0, "a text longer than its box is cut at the end"


def test_what_is_typed_wins_over_what_was_chosen_before(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    for typed in ("是", "否", "y", "n"):
        widget = type_into(qtbot, page, "confirmed", typed, leave=False)
        qtbot.keyClick(widget, Qt.Key.Key_Return)
        assert on_disk(page)["values"]["confirmed"] is (typed in "是y"), typed


def test_f8_goes_by_what_is_typed_now(qtbot: Any, open_page: Open) -> None:
    """The key may come before the check of the field that was just left is through."""
    page = open_page("lean_project")
    page.new()
    widget = field(page, "subsidy")
    keys(qtbot, widget, "约12a")
    qtbot.keyClick(widget, Qt.Key.Key_Return)
    page.found.next()  # no event was handled since
    assert page.record is not None
    assert page.entry is not None
    assert page.entry.found.all
    assert page.record.current == page.entry.found.all[0].path
