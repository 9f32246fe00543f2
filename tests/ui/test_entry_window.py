"""The window on an open data file: pages, quarters, search, findings, closing."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLineEdit

from pairing_desktop.services import assessing, checking, entering, listing, standing
from pairing_desktop.services.searching import MOST, Hit
from pairing_desktop.services.workspace import Workspace, open_workspace
from pairing_desktop.settings import Settings
from pairing_desktop.store import sqlite
from pairing_desktop.ui.desk import Desk
from pairing_desktop.ui.entry_page import EntryPage
from pairing_desktop.ui.navigation import ROW, Navigation
from pairing_desktop.ui.overview_page import OverviewPage
from pairing_desktop.ui.submit_page import SubmitPage
from pairing_desktop.ui.theme import Theme
from pairing_desktop.ui.window import MainWindow
from tests.ui.conftest import QUARTER, Answers, Open, enter, field, keys

pytestmark = pytest.mark.gui


@pytest.fixture
def window(qtbot: Any, ws: Workspace, settings: Settings, theme: Theme, answers: Answers,
           now: datetime) -> Iterator[MainWindow]:
    checking.check_quarter(ws, QUARTER)
    ws.close()
    made = MainWindow(settings, lambda: now)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.begin(theme, str(ws.path))
    assert made.desk is not None
    made.desk.show_quarter(QUARTER)
    yield made
    made.close()


@pytest.fixture
def desk(window: MainWindow) -> Desk:
    assert window.desk is not None
    return window.desk


def shown(qtbot: Any, desk: Desk, name: str) -> EntryPage:
    """Show a form's page and wait for its first record."""
    desk.show_page(name)
    page = desk.entry_page()
    assert page is not None
    qtbot.waitUntil(lambda: page.record is not None or not page.list.model.rowCount())
    return page


def filled(page: EntryPage) -> None:
    """Have a record, a new one where there is none, with all its sections filled in."""
    if page.record is None:
        page.new()
    assert page.record is not None
    page.record.show_section(0)


def entries(desk: Desk) -> dict[str, tuple[str, str]]:
    return {e.page: (e.count, e.mark) for e in desk.navigation.model.rows if e.page}


def test_navigation_counts_and_marks(qtbot: Any, desk: Desk) -> None:
    qtbot.waitUntil(lambda: entries(desk)["enterprise"][0] != "")  # counts follow the list
    shown = entries(desk)
    assert shown["enterprise"] == ("3", "query")
    assert shown["lean_project"] == ("2", "error")
    assert shown["diagnosis"] == ("0", "empty")
    assert shown["submit"][1] == "error"


def test_saving_changes_counts_and_state(qtbot: Any, desk: Desk) -> None:
    page = shown(qtbot, desk, "lean_project")
    qtbot.waitUntil(lambda: entries(desk)["submit"][0] != "")
    before = int(entries(desk)["submit"][0])
    widget = field(page, "own_money")
    widget.selectAll()
    qtbot.keyClicks(widget, "28")
    desk.actions_["save"].trigger()
    assert int(entries(desk)["submit"][0]) < before
    assert desk.status.saved.text() == "已保存 16:42:00"


def test_no_form_is_cut_between_title_and_task_bar(qtbot: Any, desk: Desk) -> None:
    """An office screen leaves some 700 of its 768 pixels; where there is less the list scrolls."""
    pages = desk.navigation.list
    for height, scrolls in ((768, False), (700, False), (560, True)):
        desk.window().resize(1366, height)
        qtbot.waitUntil(lambda scrolls=scrolls: bool(pages.verticalScrollBar().maximum()) == scrolls)
    assert pages.row_height == ROW


def test_the_arrow_keys_walk_the_navigation(qtbot: Any, desk: Desk) -> None:
    desk.navigation.list.setFocus()
    qtbot.keyClick(desk.navigation.list, Qt.Key.Key_Down)
    assert desk.page == "summary"
    qtbot.keyClick(desk.navigation.list, Qt.Key.Key_Down)
    assert desk.page == "bureau", "the heading between is passed over"
    qtbot.keyClick(desk.navigation.list, Qt.Key.Key_Up)
    qtbot.keyClick(desk.navigation.list, Qt.Key.Key_Up)
    assert desk.page == "overview"


def test_the_way_out_stays_in_sight(qtbot: Any, window: MainWindow, desk: Desk) -> None:
    nav = desk.navigation
    window.resize(1366, 560)
    row = next(n for n, e in enumerate(nav.model.rows) if e.page == "submit")
    seen = nav.pinned.viewport().rect()
    assert seen.contains(nav.pinned.visualRect(nav.model.index(row)))
    assert nav.list.isRowHidden(row)
    desk.show_page(nav.model.rows[nav.list.pages()[-1]].page)
    nav.list.setFocus()
    qtbot.keyClick(nav.list, Qt.Key.Key_Down)
    assert desk.page == "submit"
    assert nav.pinned.hasFocus()
    qtbot.keyClick(nav.pinned, Qt.Key.Key_Up)
    assert nav.list.hasFocus()


def test_nothing_checked_is_not_passed(desk: Desk) -> None:
    desk.show_quarter("2024Q1")
    assert entries(desk)["submit"] == ("", "empty")


def test_the_start_pages_keys_work_after_closing_a_file(qtbot: Any, window: MainWindow, desk: Desk) -> None:
    desk.closeWanted.emit()
    assert window.start is not None
    qtbot.waitUntil(window.start.open.hasFocus)


def test_a_finding_comes_and_goes_without_a_gap(qtbot: Any, desk: Desk) -> None:
    page = shown(qtbot, desk, "lean_project")
    assert page.record is not None
    row = next(r for s in page.record.sections for r in s.rows if r.path == "contract_sum")

    def settled(gone: bool) -> bool:
        enough = row.height() == row.input.height() if gone else row.height() >= row.heightForWidth(row.width())
        return row.line.isHidden() == gone and enough

    for money, gone in (("28", True), ("27", False), ("28", True)):
        widget = field(page, "own_money")
        widget.selectAll()
        qtbot.keyClicks(widget, money)
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
        qtbot.waitUntil(partial(settled, gone))


def test_search_opens_any_record(qtbot: Any, desk: Desk) -> None:
    desk.commands.go_find()
    keys(qtbot, desk.top.search, "双彩")
    qtbot.waitUntil(desk.top.search.hits.isVisible)
    hits = [desk.top.search.hits.item(n).data(Qt.ItemDataRole.UserRole) for n in range(desk.top.search.hits.count())]
    assert {h.form for h in hits} == {"enterprise", "lean_project"}
    while desk.top.search.hits.chosen().form != "enterprise":
        qtbot.keyClick(desk.top.search, Qt.Key.Key_Down)
    qtbot.keyClick(desk.top.search, Qt.Key.Key_Return)
    assert desk.page == "enterprise"
    page = desk.entry_page()
    assert page is not None
    assert page.entry is not None
    assert page.entry.title == "双彩新材料"
    assert not desk.top.search.hits.isVisible()


def test_a_search_that_finds_more_than_it_lists_says_so(qtbot: Any, desk: Desk) -> None:
    box = desk.top.search
    box._find = lambda _text: [Hit(str(n), "enterprise", f"厂{n}", "企业名录") for n in range(MOST)]
    box.setText("厂")
    box.search()
    assert "最多列出 50 条" in box.hits._foot.text()
    assert box.hits._foot.isVisible()
    box._find = lambda _text: [Hit("1", "enterprise", "厂1", "企业名录")]
    box.search()
    assert not box.hits._foot.isVisible()
    box.hits.hide()


def test_f8_goes_through_the_findings(qtbot: Any, desk: Desk) -> None:
    page = shown(qtbot, desk, "lean_project")
    assert page.record is not None
    told: list[str] = []
    desk.signals.told.connect(told.append)
    seen = []
    for _ in range(2):
        desk.actions_["next_finding"].trigger()
        seen.append(page.record.current)
    assert "contract_sum" in seen
    assert len(set(seen)) == 2, "two findings wait"
    desk.actions_["next_finding"].trigger()
    there = desk.entry_page()
    assert there is not None
    assert there is not page, "after the last the next form follows"
    assert told[-1] == f"{page.form.short}的问题看完了一遍，转到{there.form.short}"


def test_f8_begins_again_where_nothing_waits_elsewhere(qtbot: Any, ws: Workspace, open_page: Open) -> None:
    for finding in checking.kept_findings(ws, QUARTER, "enterprise"):
        checking.explain(ws, finding, "示例")
    page = open_page("lean_project")
    page.entry.check()  # type: ignore[union-attr]  # its findings; the quarter was never checked
    assert len(page.found.of("form")) == 2
    seen = []
    for _ in range(3):
        page.found.next()
        seen.append(page.record.current if page.record is not None else "")
    assert seen[0] == seen[2] != seen[1]


def test_undo_is_offered_only_where_something_can_be_undone(qtbot: Any, desk: Desk) -> None:
    page = shown(qtbot, desk, "lean_project")
    undo = desk.actions_["undo"]
    assert not undo.isEnabled(), "nothing was done yet"
    widget = field(page, "own_money")
    keys(qtbot, widget, "2")
    assert undo.isEnabled(), "what is being typed can be taken back"
    undo.trigger()
    assert page.entry is not None
    assert page.entry.draft.text("own_money") == "26"
    assert not undo.isEnabled()


@pytest.mark.parametrize("leave", [Qt.Key.Key_Escape, Qt.Key.Key_Backspace])
@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("path", ["own_money", "kpis/before"])
def test_undo_is_not_offered_for_what_was_taken_back(qtbot: Any, desk: Desk, path: str, leave: Qt.Key, *,
                                                     half: bool) -> None:
    page = shown(qtbot, desk, "lean_project")
    assert page.record is not None
    assert page.entry is not None
    table, _, column = path.rpartition("/")
    whole = f"{table}/{page.entry.draft.rows(table)[1]}/{column}" if table else path
    page.record.jump(whole)
    here = desk.focusWidget()
    assert here is not None
    before = page.entry.draft.text(whole)
    qtbot.keyClick(here, Qt.Key.Key_F2)
    box = desk.focusWidget()
    assert isinstance(box, QLineEdit)
    box.end(False)
    qtbot.keyClick(box, Qt.Key.Key_7)
    undo = desk.actions_["undo"]
    assert undo.isEnabled()
    if half:
        qtbot.waitUntil(lambda: page.entry is not None and page.entry.draft.text(whole) == f"{before}7")
    qtbot.keyClick(box, leave)
    if leave == Qt.Key.Key_Backspace:
        qtbot.keyClick(box, Qt.Key.Key_Return)
    assert page.entry.draft.text(whole) == before
    assert not undo.isEnabled()
    assert undo.text() == "撤销(&U)"


def test_the_quarters_state_follows_what_is_typed(qtbot: Any, desk: Desk) -> None:
    top = desk.top
    top.show_state(replace(standing.state(desk.workspace, QUARTER), code="passed", title="审核通过"))
    assert top.state.accessibleName() == "审核通过"
    top.show_typed(typing=True, errors=True, waiting=True)
    assert top.state.accessibleName() == "审核未通过"
    top.show_typed(typing=True, errors=False, waiting=False)
    assert top.state.accessibleName() == "审核通过"
    top.show_state(replace(standing.state(desk.workspace, QUARTER), code="empty", title="未填"))
    top.show_typed(typing=True, errors=True, waiting=True)
    assert top.state.accessibleName() == "填报中"
    top.show_typed(typing=False, errors=True, waiting=True)
    assert top.state.accessibleName() == "未填"


@pytest.mark.parametrize(("form", "state"), [("bureau", "未填"), ("enterprise", "填报中")])
def test_the_state_does_not_go_back_when_what_is_typed_is_saved(qtbot: Any, desk: Desk, form: str, state: str) -> None:
    """Our own bureau's record, which comes with the file, begins no quarter: neither typed nor saved."""
    desk.show_quarter("2023Q1")
    assert desk.top.state.accessibleName() == "未填"
    page = shown(qtbot, desk, form)
    page.new()
    keys(qtbot, field(page, "name"), "10")
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Return)
    assert page.typing
    desk.show_status()
    assert desk.top.state.accessibleName() == state
    page.save()
    qtbot.waitUntil(lambda: not page.typing)
    assert desk.top.state.accessibleName() == state


def test_a_sheet_of_the_year_that_is_wrong_is_told_in_every_quarter(qtbot: Any, desk: Desk) -> None:
    """It goes with the last quarter's packet and stops no other; its mark was green in the others."""
    draft = assessing.open_assessment(desk.workspace, 2024).draft
    draft.type(f"indicators/{draft.rows('indicators')[0]}/score", "99")
    entering.save(desk.workspace, draft)
    checking.check_quarter(desk.workspace, QUARTER)
    counted = listing.counts(desk.workspace, QUARTER)["assessment"]
    assert (counted.mark, counted.apart, counted.errors > 0) == ("error", True, True)
    desk.show_page("overview")
    assert checking.kept_findings(desk.workspace, QUARTER, "assessment") == [], "it stops no other quarter"
    desk.show_quarter("2024Q3")
    assert desk.status.findings.text() == f"本季各表 还没有审核 ・ 年度考核自评 强制 {counted.errors}"


def test_nothing_is_in_order_that_nobody_checked(qtbot: Any, desk: Desk) -> None:
    desk.show_page("overview")
    desk.show_quarter("2024Q3")
    assert desk.status.findings.text() == "本季各表 还没有审核"
    shown(qtbot, desk, "chain_link")
    assert desk.status.findings.text() == "本表 还没有审核"
    desk.show_page("overview")
    page = desk.stack.currentWidget()
    assert isinstance(page, OverviewPage)
    lines = {row.line.form: row.line for row in page.progress.rows}
    assert (lines["enterprise"].total, lines["enterprise"].note) == (3, "未审核")
    assert lines["quarter_summary"].note == "未填"
    assert "企业名录" not in page.said.title
    assert page.said.page == next(name for name, line in lines.items() if line.sheet and line.due)


def test_f8_goes_on_in_the_next_form(qtbot: Any, desk: Desk) -> None:
    page = shown(qtbot, desk, "chain_link")
    assert not page.found.of("form")
    told: list[str] = []
    desk.signals.told.connect(told.append)
    desk.actions_["next_finding"].trigger()
    there = desk.entry_page()
    assert there is not None
    waiting = {f.form for f in checking.kept_findings(desk.workspace, QUARTER)}
    assert there.form.id in waiting
    assert told == [f"{page.form.short}没有待处理的问题了，转到{there.form.short}"]


def test_f8_passes_sheets_not_begun_and_begins_each_at_its_first_field(qtbot: Any, desk: Desk) -> None:
    page = shown(qtbot, desk, "lean_progress")
    absent = [f.path for f in page.found.of("form") if f.rule == "absent"]
    assert len(absent) == 2
    told: list[str] = []
    desk.signals.told.connect(told.append)
    subjects = []
    for _ in range(9):
        desk.actions_["next_finding"].trigger()
        if desk.entry_page() is not page:
            break
        assert page.entry is not None
        assert page.record is not None
        assert page.record.isAncestorOf(desk.focusWidget())
        subjects.append(page.entry.draft.subject)
    assert desk.entry_page() is not page, "the next form is reached"
    assert list(dict.fromkeys(subjects)) == absent
    assert any("还没有填" in words for words in told), "it says why one is there"


def test_f8_comes_to_what_is_about_no_form_last(qtbot: Any, desk: Desk) -> None:
    page = shown(qtbot, desk, "lean_project")
    found = {f.rule: f for f in checking.kept_findings(desk.workspace, QUARTER)}
    whole = replace(found["absent"], form="pairing", path="", rule="joint_unsigned", level="query", place="两县会签")
    report = checking.Report(QUARTER, (whole, *page.found.of("form")), 2, 1, 1, 0, passes=False, seconds=0, records=2)
    checking.keep(desk.workspace, report)
    seen = []
    for _ in range(3):
        desk.actions_["next_finding"].trigger()
        assert desk.page == "lean_project", "errors in forms come first, and it goes round among them"
        seen.append(page.record.current if page.record is not None else "")
    assert seen[0] == seen[2]
    checking.keep(desk.workspace, replace(report, findings=(whole,)))
    shown(qtbot, desk, "chain_link")
    desk.actions_["next_finding"].trigger()
    submit = desk.stack.currentWidget()
    assert isinstance(submit, SubmitPage)
    assert submit.views.currentIndex() == submit.places["joint"], "as 转到字段 does it"


def test_f8_passes_a_field_with_two_findings(qtbot: Any, desk: Desk) -> None:
    page = shown(qtbot, desk, "lean_project")
    first = page.found.of("form")[0]
    twice = [replace(first, rule="示例", message=f"示例{n}") for n in range(2)]
    assert page.entry is not None
    page.entry.found.all = (*twice, *page.entry.found.all)
    seen = []
    for _ in range(2):
        page.found.next()
        seen.append(page.record.current if page.record is not None else "")
    assert len(set(seen)) == 2


def test_the_findings_stay_in_sight_from_form_to_form(qtbot: Any, desk: Desk) -> None:
    page = shown(qtbot, desk, "enterprise")
    page.found.toggle()
    page.found.panel.show_scope("quarter")
    page.found.show()
    order = page.found.panel.model.findings
    row, wanted = next((n, f) for n, f in enumerate(order) if f.form == "lean_project")
    page.found.panel.table.selectRow(row)
    qtbot.keyClick(page.found.panel.table, Qt.Key.Key_Return)
    there = desk.entry_page()
    assert there is not None
    assert there.form.id == "lean_project"
    panel = there.found.panel
    assert panel.isVisible()
    assert panel.scope == "quarter"
    assert [f.identity for f in panel.model.findings] == [f.identity for f in order]
    assert panel.model.findings[panel.table.currentIndex().row()].identity == wanted.identity
    assert page.found.panel.isHidden()
    desk.show_page("overview")
    desk.show_page("enterprise")
    assert page.found.panel.isVisible(), "the navigation carries them along as well"
    assert page.found.panel.scope == "quarter"
    assert panel.isHidden()
    page.found.toggle()
    desk.show_page("lean_project")
    assert panel.isHidden(), "closed is closed everywhere"


def test_what_is_answered_on_another_page_shows_in_the_open_record(qtbot: Any, desk: Desk) -> None:
    page = shown(qtbot, desk, "lean_project")
    wrong = next(f for f in checking.kept_findings(desk.workspace, QUARTER, "lean_project") if f.waivable)
    page.open(wrong.record, "", wrong.path)
    assert page.entry is not None
    assert page.entry.found.counts() == (2, 0)
    desk.show_page("submit")
    checking.waive(desk.workspace, wrong, reason="企业没有给单位", consent_by="局长")
    desk.show_page("lean_project")
    assert page.entry.found.counts() == (1, 0)
    shown_there = page.entry.found.first(wrong.path)
    assert shown_there is not None
    assert shown_there.waiver == "企业没有给单位"


def test_a_sheet_not_begun_is_opened_from_its_finding(qtbot: Any, desk: Desk) -> None:
    page = shown(qtbot, desk, "enterprise")
    absent = next(f for f in page.found.of("quarter") if f.rule == "absent" and f.form == "lean_progress")
    page.found.go_to(absent)
    there = desk.entry_page()
    assert there is not None
    assert there.entry is not None
    assert there.entry.draft.subject == absent.path


def test_a_finding_leads_into_a_tables_cell(qtbot: Any, desk: Desk) -> None:
    desk.show_page("enterprise")
    findings = checking.kept_findings(desk.workspace, QUARTER, "lean_project")
    inside = next(f for f in findings if f.path.startswith("kpis/"))
    desk.signals.goTo.emit(inside.form, inside.record, inside.path)
    page = desk.entry_page()
    assert page is not None
    assert page.form.id == "lean_project"
    assert page.record is not None
    assert page.record.current == inside.path
    assert page.record.widget_at(inside.path).hasFocus()  # type: ignore[union-attr]


def test_the_findings_panel_lists_and_leads(qtbot: Any, desk: Desk) -> None:
    page = shown(qtbot, desk, "lean_project")
    desk.actions_["findings"].trigger()
    assert page.found.panel.isVisible()
    model = page.found.panel.model
    row = next(n for n, f in enumerate(model.findings) if f.path == "contract_sum")
    page.found.panel.table.selectRow(row)
    qtbot.keyClick(page.found.panel.table, Qt.Key.Key_Return)
    assert page.record is not None
    assert page.record.current == "contract_sum"
    page.found.panel._scopes.buttons()[2].click()
    assert {f.form for f in model.findings} > {"lean_project"}


def test_the_findings_panel_shows_the_quarters_where_none_is_nearer(qtbot: Any, desk: Desk) -> None:
    page = shown(qtbot, desk, "chain_link")
    desk.actions_["findings"].trigger()
    assert page.found.panel.scope == "quarter"
    assert page.found.panel.model.findings


def test_another_quarter_shows_its_own_sheets(qtbot: Any, desk: Desk) -> None:
    page = shown(qtbot, desk, "quarter_summary")
    assert page.quarter == QUARTER
    desk.show_quarter("2024Q1")
    assert page.quarter == "2024Q1"
    assert page.entry is not None
    assert page.entry.draft.period == "2024Q1"
    assert desk.top.quarter.text() == "2024年一季度"


def test_what_could_be_carried_is_offered_until_something_is_typed_or_it_is_put_away(qtbot: Any, desk: Desk) -> None:
    enter(desk.workspace, "quarter_summary", practices="走访企业。")
    desk.show_quarter("2024Q3")
    assert "还没有季报" in desk.banner.words.text()
    page = shown(qtbot, desk, "quarter_summary")
    assert page.entry is not None
    page.entry.type("practices", "开了会。")
    qtbot.waitUntil(desk.banner.isHidden)
    page.entry.undo()
    desk.show_quarter(QUARTER)
    desk.show_quarter("2024Q3")
    assert desk.banner.isVisible()
    desk.banner.dismiss.click()
    desk.show_quarter(QUARTER)
    desk.show_quarter("2024Q3")
    assert desk.banner.isHidden()


def test_closing_saves_what_is_typed(qtbot: Any, window: MainWindow, desk: Desk, now: datetime) -> None:
    page = shown(qtbot, desk, "lean_project")
    key, path = page.entry.opened.key, desk.workspace.path  # type: ignore[union-attr]
    widget = field(page, "own_money")
    widget.selectAll()
    qtbot.keyClicks(widget, "27")
    window.close()
    with open_workspace(path, write=False, now=now) as again:
        opened = entering.open_record(again, form="lean_project", key=key, quarter=QUARTER)
        assert opened.draft.shown("own_money") == "27.00"
        assert not opened.recovered


def test_a_full_disk_keeps_nobody_in_the_window(qtbot: Any, window: MainWindow, desk: Desk, answers: Answers) -> None:
    page = shown(qtbot, desk, "enterprise")
    assert page.entry is not None
    page.entry.type("note", "备注")
    kept = desk.workspace.store._kept
    assert kept is not None
    bare = sqlite.raw(kept)
    bare.execute(f"PRAGMA max_page_count={bare.execute('PRAGMA page_count').fetchone()[0]}")
    page.entry.type("note", "备注" * 40_000)
    answers.answers["confirm"] = False
    assert not window.close_workspace()
    assert window.desk is desk
    answers.answers["confirm"] = True
    assert window.close_workspace()
    assert [kind for kind, _ in answers.asked] == ["confirm", "confirm"], "asked once each time"


def test_a_second_window_only_reads(qtbot: Any, window: MainWindow, desk: Desk, settings: Settings, theme: Theme,
                                    now: datetime) -> None:
    other = MainWindow(settings, lambda: now)
    qtbot.addWidget(other)
    other.show()
    other.begin(theme, str(desk.workspace.path))
    assert other.desk is not None
    page = shown(qtbot, other.desk, "lean_project")
    assert page.record is not None
    assert other.desk.banner.isVisible()
    assert "正在写这个数据文件，这里只能看" in other.desk.banner.words.text()
    assert not page.record.banner.isVisible(), "once is enough"
    other.desk.show_page("overview")
    assert other.desk.banner.isVisible()
    widget = page.record.widget_at("own_money")
    assert widget.isReadOnly()  # type: ignore[union-attr]
    other.close()


def test_trouble_with_a_file_is_told_plainly(window: MainWindow, answers: Answers, tmp_path: Path) -> None:
    answers.answers["trouble"] = None
    bad = tmp_path / "不是.pairing"
    bad.write_bytes(b"not a data file at all")
    for path in (bad, tmp_path / "没有.pairing", tmp_path / "没有.asice"):
        window.open(str(path))
        kind, words = answers.asked[-1]
        assert kind == "trouble"
        assert path.name in str(words[0])
    assert window.desk is not None, "the open file stays open"


def test_dark_and_back(qtbot: Any, window: MainWindow, theme: Theme, qapp: QApplication) -> None:
    assert window.desk is not None
    shown(qtbot, window.desk, "lean_project")
    part = window.desk.findChild(Navigation)  # no cursor blinks there
    assert part is not None
    light = part.grab().toImage()
    theme.set_mode("dark")
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == "#14181D"
    assert part.grab().toImage() != light
    theme.set_mode("light")
    assert part.grab().toImage() == light


def test_everything_that_takes_the_focus_has_a_name(qtbot: Any, desk: Desk) -> None:
    from PySide6.QtWidgets import QAbstractButton, QWidget

    for page in ("lean_project", "enterprise", "park"):
        filled(shown(qtbot, desk, page))
        for widget in desk.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
                named = widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text())
                assert named, f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"


def test_f6_walks_the_panes(qtbot: Any, desk: Desk) -> None:
    page = shown(qtbot, desk, "lean_project")
    desk.navigation.list.setFocus()
    desk.commands.next_pane()
    assert page.list.table.hasFocus()
    desk.commands.next_pane()
    assert page.record is not None
    assert page.record.isAncestorOf(desk.focusWidget())
    desk.commands.next_pane()
    assert desk.navigation.list.hasFocus()


def test_the_sample_is_made_and_opened(qtbot: Any, settings: Settings, theme: Theme, answers: Answers, tmp_path: Path,
                                       now: datetime) -> None:
    window = MainWindow(settings, lambda: now)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.begin(theme, None)
    assert window.start is not None
    answers.answers["save_file"] = tmp_path / "示例 一.pairing"
    window.start.sampleRequested.emit()
    qtbot.waitUntil(lambda: window.desk is not None)
    assert window.desk is not None
    assert window.desk.workspace.about.sample
    assert window.desk.quarter == "2024Q2"
    shown(qtbot, window.desk, "lean_project")
    window.close()


def test_a_file_is_shown_again_where_it_was_left(window: MainWindow, desk: Desk, theme: Theme) -> None:
    path = desk.workspace.path
    for name in ("history", "lean_project"):
        assert window.desk is not None
        window.desk.show_page(name)
        window.close_workspace()
        assert window.desk is None
        window.begin(theme, str(path))
        assert window.desk is not None
        assert window.desk.page == name
        assert window.desk.navigation.list.hasFocus()
    window.desk._settings.set(f"page.{path}", "form_that_is_gone")
    window.close_workspace()
    window.begin(theme, str(path))
    assert window.desk is not None
    assert window.desk.page == "overview"


def test_what_is_typed_marks_row_foot_and_navigation_at_once(qtbot: Any, desk: Desk) -> None:
    page = shown(qtbot, desk, "lean_project")
    second = page.list.model.line(1)
    assert second is not None
    page.open(second.key)
    assert page.entry is not None

    def seen() -> tuple[str, tuple[int, int, int], str]:
        return page.list.model.mark(second), page.list.foot._numbers, entries(desk)["submit"][0]

    at_first = seen()
    field(page, "contract_sum")
    page.entry.type("contract_sum", "60")
    qtbot.waitUntil(lambda: page.list.model.mark(second) == "error")
    errors = sum(f.level == "error" for f in page.entry.found.all)
    assert errors
    typed = seen()
    assert typed[1][0] == at_first[1][0] + errors
    assert int(typed[2]) > int(at_first[2])
    page.undo()
    qtbot.waitUntil(lambda: seen() == at_first)
    page.redo()
    qtbot.waitUntil(lambda: seen() == typed)
    page.leave()
    line = page.list.model.line(1)
    assert line is not None
    assert line.mark == "error"
    assert page.list.foot._numbers == typed[1], "saved it counts the same"
    assert page.list.model.open_mark == ("", "")
    assert entries(desk)["submit"][0] == typed[2]


def test_another_partner_shows_at_once(desk: Desk) -> None:
    assert "结对 南湖区" in desk.navigation._titles[1].text()
    desk.workspace.update_about(partner="330108")
    desk.refresh_counts()
    assert "结对 滨江区" in desk.navigation._titles[1].text()
