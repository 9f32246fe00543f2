"""A quarter's way through the pages, with real files: explain, waive, finalise, sign, collect, submit, correct."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from pairing_desktop.exchange.packet_parts import WORKBOOK
from pairing_desktop.services import asking, checking, demo, half_said, reviewing, submitting, trusting
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.signing import container
from pairing_desktop.ui import ask, jobs
from pairing_desktop.ui.ask import ReasonSheet
from pairing_desktop.ui.finding_pane import WaiverSheet
from pairing_desktop.ui.sign_page import SignPage
from pairing_desktop.ui.signals import Signals
from pairing_desktop.ui.submit_page import SubmitPage
from pairing_desktop.ui.take_over_dialog import TakeOverDialog
from tests.services import small
from tests.services.small import QUARTER
from tests.ui.script import Script, idle

pytestmark = pytest.mark.gui


@pytest.fixture
def ws(tmp_path: Path, laid: small.Laid) -> Iterator[Workspace]:
    with laid.copy(tmp_path, clock=small.Now()) as made:
        yield made


@pytest.fixture
def signals() -> Signals:
    return Signals()


@pytest.fixture
def page(qtbot: Any, ws: Workspace, theme: object, signals: Signals, script: Script) -> Iterator[SubmitPage]:
    made = SubmitPage(ws, signals)
    qtbot.addWidget(made)
    made.resize(1158, 660)
    made.show_quarter(QUARTER)
    yield made
    idle(qtbot)


def shown(qtbot: Any, page: SubmitPage) -> None:
    page.show()
    qtbot.waitExposed(page)
    idle(qtbot)


def queries(ws: Workspace) -> None:
    """Fill the quarter so that two queries wait."""
    small.fill(ws)
    small.put(ws, "firm", name="示例企业丙", code="", revenue="5000")


def test_a_query_is_explained_and_counted(qtbot: Any, page: SubmitPage, ws: Workspace, signals: Signals) -> None:
    queries(ws)
    shown(qtbot, page)
    waiting = [f for f in page.findings.findings if not f.explanation]
    assert len(waiting) == 2
    assert not page.next.button.isEnabled()
    first = page.findings.table.current()
    with qtbot.waitSignals([signals.findingsChanged, signals.saved]):
        page.findings.pane.field.edit.setPlainText("新迁入企业，营业执照换发中")
        page.findings.pane.save.click()
    assert page.findings.table.current() != first, "moves on to the next that waits"
    assert page.findings.filters.buttons["mine"].text() == "待我处理 1"
    assert "1 处" in page.next.text.text()
    assert page.focusWidget() is page.findings.pane.field.edit, "the next one's words"
    page.findings.pane.field.edit.setPlainText("企业书面确认")
    page.findings.pane.save.click()
    assert page.next.button.isEnabled()
    page.next.button.click()
    assert page.focusWidget() is page.finalise.act
    said = {f.explanation for f in checking.kept_findings(ws, QUARTER)}
    assert said >= {"新迁入企业，营业执照换发中", "企业书面确认"}


def test_last_quarters_words_are_taken_over_with_one_click(qtbot: Any, page: SubmitPage, ws: Workspace) -> None:
    small.put(ws, "firm", name="示例企业丙", code="", revenue="5000")
    before = next(f for f in checking.check_quarter(ws, "2024Q1").findings if f.rule == "small")
    checking.explain(ws, before, "订单集中交付")
    small.fill(ws)
    shown(qtbot, page)
    view = page.findings
    again = next(f for f in view.findings if f.rule == "small")
    assert again.explanation == ""
    view.table.show_findings(view.findings, again)
    assert view.pane.again.isVisible()
    view.pane.again.click()
    assert next(f for f in view.findings if f.rule == "small").explanation == "订单集中交付"
    assert not view.pane.again.isVisible(), "the next query was never explained"


def test_all_of_last_quarters_words_are_looked_at_and_taken_over_but_for_what_was_left_out(
        qtbot: Any, page: SubmitPage, ws: Workspace, script: Script) -> None:
    for name in ("示例企业丙", "示例企业丁"):
        small.put(ws, "firm", name=name, code="", revenue="5000")
    asked = [f for f in checking.check_quarter(ws, "2024Q1").findings if f.rule == "small"]
    checking.explain_all(ws, [(finding, f"说明 {finding.place}") for finding in asked])
    small.fill(ws)
    shown(qtbot, page)

    def answer(sheet: TakeOverDialog) -> bool:
        assert [row.cells[1].detail for row in sheet.list.rows.rows] == [f"说明 {f.place}" for f in asked]
        qtbot.addWidget(sheet)
        sheet.show()
        qtbot.waitExposed(sheet)
        qtbot.keyClick(sheet.list, Qt.Key.Key_Return)
        assert sheet.yes.text() == "沿用 1 条"
        return True

    script.answers["run"] = answer
    view = page.findings
    view.table.show_findings(view.findings, next(f for f in view.findings if f.rule == "small"))
    assert view.pane.all_again.isVisible()
    view.pane.all_again.click()
    assert [f.explanation for f in page.findings.findings if f.rule == "small" and f.explanation] == [
        f"说明 {asked[1].place}"]
    assert not view.pane.all_again.isVisible(), "one alone is taken over by itself"


def test_the_reason_of_an_earlier_special_case_is_a_suggestion_that_needs_consent_anew(
        qtbot: Any, ws: Workspace, theme: object) -> None:
    queries(ws)
    finding = checking.check_quarter(ws, QUARTER).findings[0]
    sheet = WaiverSheet(None, finding, "局长", before="历史口径如此")
    qtbot.addWidget(sheet)
    sheet.show()
    assert sheet.reason.text() == ""
    sheet.again.click()
    assert sheet.reason.text() == "历史口径如此"
    assert not sheet.yes.isEnabled(), "nobody consented yet"


def test_who_agrees_to_a_special_case_is_on_disk_before_it_is_saved(qtbot: Any, ws: Workspace, theme: object) -> None:
    queries(ws)
    finding = checking.check_quarter(ws, QUARTER).findings[0]

    def opened() -> WaiverSheet:
        sheet = WaiverSheet(None, finding, "局长", half=half_said.answer(ws, finding),
                            who=half_said.consent(ws, finding))
        qtbot.addWidget(sheet)
        sheet.show()
        return sheet

    sheet = opened()
    assert sheet.consent.text() == "局长"
    sheet.consent.clear()
    qtbot.keyClicks(sheet.consent, "fu")
    qtbot.waitUntil(lambda: half_said.consent(ws, finding).words == "fu")
    assert opened().consent.text() == "fu"


def test_no_frame_stays_on_what_a_finding_before_was_about(qtbot: Any, page: SubmitPage, ws: Workspace) -> None:
    queries(ws)
    shown(qtbot, page)
    assert page.preview.spot is not None
    page.paper.paper = None  # as while the report is laid out anew
    page.findings.table.selectRow(1)
    assert page.preview.spot is None


def test_what_waits_is_in_sight_after_a_check(qtbot: Any, page: SubmitPage, ws: Workspace) -> None:
    queries(ws)
    shown(qtbot, page)
    first, second = page.findings.findings
    said = replace(first, explanation="属实")
    page.findings.pane.show_finding(said)
    page.findings.show_findings([said, second], locked=False)
    assert page.findings.pane.finding == second
    assert page.findings.table.currentIndex().row() == 0


def test_an_explanation_that_is_too_long_is_not_saved(qtbot: Any, page: SubmitPage, ws: Workspace) -> None:
    queries(ws)
    shown(qtbot, page)
    pane = page.findings.pane
    pane.field.edit.setPlainText("长" * 201)
    assert not pane.save.isEnabled()
    assert "多了 1 字" in pane.field.count.text()
    pane.field.edit.setPlainText("")
    assert not pane.save.isEnabled()


def test_words_not_saved_yet_stay_with_their_finding(qtbot: Any, page: SubmitPage, ws: Workspace,
                                                     script: Script) -> None:
    queries(ws)
    shown(qtbot, page)
    pane, table = page.findings.pane, page.findings.table
    first = pane.finding
    pane.field.edit.setPlainText("还在核实")
    table.selectRow(1)
    assert pane.field.text() == ""
    table.selectRow(0)
    assert (pane.finding, pane.field.text(), pane.field.unsaved.state.text()) == (first, "还在核实", "还没有保存")
    with ws.fork() as again:  # as after kill -9, in the other place where it is answered
        box = ReasonSheet(None, "填写说明", "", yes="保存说明", initial="", limit=200,
                          half=half_said.answer(again, first))  # type: ignore[arg-type]
        qtbot.addWidget(box)
        assert box.field.text() == "还在核实"
    pane.save.click()
    assert half_said.answer(ws, first).words is None  # type: ignore[arg-type]
    assert next(f for f in page.findings.findings if f.identity == first.identity).explanation == "还在核实"  # type: ignore[union-attr]


def test_words_typed_over_saved_ones_are_taken_back_or_told_of_before_finalising(
        qtbot: Any, page: SubmitPage, ws: Workspace, script: Script) -> None:
    queries(ws)
    shown(qtbot, page)
    pane = page.findings.pane
    for _ in range(2):
        pane.field.edit.setPlainText("企业书面确认")
        pane.save.click()
    page.findings.choose(page.findings.findings[0])
    assert pane.field.unsaved.back.isHidden()
    pane.field.edit.setPlainText("")
    assert not pane.field.unsaved.back.isHidden()
    pane.field.unsaved.back.click()
    assert (pane.field.text(), pane.field.unsaved.state.text()) == ("企业书面确认", "")
    assert pane.finding is not None
    assert half_said.answer(ws, pane.finding).words is None
    pane.field.edit.setPlainText("另有原因")
    pane.field.leave()
    script.answers["confirm"] = False
    page.finalise.act.click()
    assert "有 1 处说明改过、还没有保存" in str(script.asked[-1])


def test_a_reason_given_up_is_not_the_next_acts_reason(qtbot: Any, ws: Workspace, monkeypatch: pytest.MonkeyPatch,
                                                      theme: object) -> None:
    asked = ask.Dialogs()

    def given_up(sheet: ReasonSheet) -> bool:
        qtbot.addWidget(sheet)
        sheet.field.edit.setPlainText("改口径")
        return False

    monkeypatch.setattr(asked, "run", given_up)
    half = half_said.reason(ws, "恢复", "k")
    assert asked.reason(None, "恢复？", "", half=half) is None
    assert half.words is None


def test_words_half_typed_are_on_disk_by_themselves(qtbot: Any, page: SubmitPage, ws: Workspace) -> None:
    queries(ws)
    shown(qtbot, page)
    pane = page.findings.pane
    pane.field.unsaved._resting.setInterval(0)
    pane.field.edit.insertPlainText("还在")
    qtbot.waitUntil(lambda: half_said.answer(ws, pane.finding).words == "还在")  # type: ignore[arg-type]
    page.check()  # a check shows all findings anew
    idle(qtbot)
    assert pane.field.text() == "还在"


def test_one_goes_on_behind_words_that_were_half_typed(qtbot: Any, ws: Workspace, theme: object) -> None:
    half = half_said.reason(ws, "恢复", "k")
    half.keep("企业说明")
    sheet = ReasonSheet(None, "恢复？", "", yes="恢复", initial="", limit=200, half=half)
    qtbot.addWidget(sheet)
    sheet.show()
    sheet.field.edit.insertPlainText("属实")
    assert sheet.field.text() == "企业说明属实"


def test_a_finding_leads_to_its_field(qtbot: Any, page: SubmitPage, ws: Workspace, signals: Signals) -> None:
    queries(ws)
    shown(qtbot, page)
    finding = page.findings.table.current()
    with qtbot.waitSignal(signals.goTo) as told:
        page.findings.pane.goto.click()
    assert told.args == [finding.form, finding.record, finding.path]


def test_a_true_figure_is_sent_as_a_special_case(qtbot: Any, page: SubmitPage, ws: Workspace, script: Script) -> None:
    keys_ = small.fill(ws)
    small.put(ws, "sheet", key=keys_["sheet"], total="250")
    shown(qtbot, page)
    page.findings.filters.choose("error")
    assert page.findings.table.current().message == "累计投资 250.00 超过 100"

    def agree(sheet: Any) -> bool:
        assert not sheet.yes.isEnabled()
        sheet.reason.edit.setPlainText("追加投资已批准，超出原规划")
        assert sheet.consent.text() == "局长"
        sheet.agreed.setChecked(True)
        assert sheet.yes.isEnabled()
        return True

    script.answers = {"run": agree}
    page.findings.pane.waive.click()
    [waived] = [f for f in checking.kept_findings(ws, QUARTER) if f.level == "error"]
    assert "追加投资已批准" in waived.waiver
    assert page.focusWidget() is page.findings.table, "the button that was pressed is gone"
    assert "同意人：" in page.findings.pane.given.text()
    assert page.findings.table.rows.rows[0].cells[-1].text == "特殊情况"
    page.findings.pane.take_back.click()
    assert not [f for f in checking.kept_findings(ws, QUARTER) if f.waiver]


def test_what_must_hold_is_never_waived(qtbot: Any, page: SubmitPage, ws: Workspace) -> None:
    keys_ = small.fill(ws)
    small.put(ws, "visit", key=keys_["visit"], cost="1", paid="2")
    shown(qtbot, page)
    page.findings.filters.choose("error")
    assert not page.findings.pane.waive.isVisible()


def sign_with(qtbot: Any, script: Script, keys: demo.Keys, role: str) -> None:
    """Answer the sign dialog in the name of a role."""

    def sign(sheet: Any) -> bool:
        sheet.panel.key.setText(str(keys.files[role]))
        sheet.panel.password.setText(keys.passwords[role])
        sheet.panel.act.click()
        idle(qtbot)
        return sheet.result() == 1

    script.answers["run"] = sign


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "报送 出口"
    folder.mkdir()
    return folder


def test_a_packet_that_reads_otherwise_is_told_before_anybody_signs(qtbot: Any, page: SubmitPage, script: Script,
                                                                    out: Path) -> None:
    """What no receiver would take: here a disk wrote something else."""
    small.fill(page._ws)
    shown(qtbot, page)
    packet = submitting.finalise(page._ws, QUARTER, out).packet
    files = dict(container.read(packet).files)
    packet.write_bytes(container.pack({**files, WORKBOOK: files[WORKBOOK][:-40]}))
    script.answers["trouble"] = None
    page.work.read_back(packet, "已定稿")
    idle(qtbot)
    [(name, words)] = script.asked
    assert name == "trouble"
    assert f"{packet.name} 读回核对没有通过" in str(words[1])


def test_the_whole_way(qtbot: Any, page: SubmitPage, script: Script, keys: demo.Keys, out: Path) -> None:
    ws = page._ws
    small.fill(ws)
    states: list[str] = []
    page._signals.stateChanged.connect(lambda quarter: states.append(submitting.state(ws, quarter).code))
    shown(qtbot, page)
    qtbot.waitUntil(lambda: page.preview.pages > 0)
    script.answers = {"confirm": True, "folder": out, "reason": "改一处", "tell": None}

    page.next.button.click()
    idle(qtbot)
    assert "条记录" in page.finalise.amount.text()
    page.finalise.browse.click()
    seen: list[bytes] = []
    page._signals.told.connect(lambda _words: seen.append(page.preview.data))
    told: list[str] = []
    page._signals.told.connect(told.append)
    page.finalise.act.setFocus()
    page.finalise.act.click()
    assert not page.finalise.act.isEnabled(), "one order at a time"
    page.refresh()
    assert not page.finalise.act.isEnabled()
    idle(qtbot)
    assert page.focusWidget() is page.relay.sign, "at what comes next: the clerk signs first, here"
    assert told[-1].endswith("；读回核对一致")
    assert seen[0] == b"", "told that it is finalised while the draft with its watermark still stands there"
    assert states == ["final"]
    assert page.relay.title.text() == "请填表人签名"
    packet = out / "331123-2024Q2-r1.asice"
    assert page.relay.packet == packet
    assert page.preview.data == reviewing.describe_packet(packet).pdf

    for role, following in (("preparer", "请审核人签名"), ("reviewer", "请单位负责人签名"),
                            ("head", "签名齐全，可以报送")):
        sign_with(qtbot, script, keys, role)
        page.relay.sign.click()
        idle(qtbot)
        assert page.relay.title.text() == following
        assert page.relay.signers.rows.rows[0].cells[-1].text == "已签 · 证书未核对", "no root at hand: no green tick"
        assert page.relay.signers.rows.rows[0].cells[-1].colour == "text2"
    assert page.focusProxy() is page.relay.submit
    page.relay.submit.click()
    idle(qtbot)
    asked = [words for name, words in script.asked if name == "confirm"][-1]
    assert "没有核对签名人的证书" in asked[2], "said before, not only after"
    assert states[-1] == "submitted"
    assert page.result.title.text() == "2024年二季度 第 1 次报送已完成"
    assert page.result.digest.text().replace(" ", "") == submitting.state(ws, QUARTER).identity
    assert packet.with_suffix(".pdf").is_file()
    assert page.result.warning.text().startswith("没有根证书，没有核对签名人的证书。")
    assert page.result.warning.isVisibleTo(page.result)

    page.result.again.click()
    assert script.names()[-1] == "tell", "nothing changed yet"


def test_a_preview_that_fails_says_why(page: SubmitPage) -> None:
    from pairing_desktop.errors import trouble

    page.work.undrawn.emit(QUARTER, trouble("ui.no_file", file="报送包.asice"))
    assert "报送包.asice" in page.preview.note.text()


def test_a_cancelled_preview_and_a_cancelled_size_say_so(qtbot: Any, page: SubmitPage, ws: Workspace) -> None:
    small.fill(ws)
    shown(qtbot, page)
    page.work.draw(QUARTER, None)
    page.work.measure(QUARTER)
    for job in [jobs.worker()._current, *jobs.worker()._waiting]:
        assert job is not None
        job.cancel()
    idle(qtbot)
    assert page.preview.note.text() == "排版已取消，重新审核后再看"
    assert page.finalise.amount.text() == "已取消估算，定稿时再算大小"
    page.check()
    idle(qtbot)
    assert page.preview.data


def test_undoing_gives_the_data_back(qtbot: Any, page: SubmitPage, ws: Workspace, script: Script) -> None:
    small.fill(ws)
    submitting.finalise(ws, QUARTER, ws.path.parent)
    page.show_quarter(QUARTER)
    shown(qtbot, page)
    assert not page.findings.check.isVisible()
    script.answers = {"reason": "面积填错"}
    page.relay.undo.click()
    idle(qtbot)
    assert submitting.state(ws, QUARTER).code == "passed"
    assert page.next.button.isEnabled()


def test_finalising_again_where_a_signed_one_was_taken_back_tells_what_that_is_called_now(
    qtbot: Any, page: SubmitPage, ws: Workspace, script: Script, keys: demo.Keys,
) -> None:
    small.fill(ws)
    done = submitting.finalise(ws, QUARTER, ws.path.parent)
    reviewing.sign_packet(done.packet, keys.files["preparer"], keys.passwords["preparer"], now=ws.clock())
    script.answers = {"reason": "面积填错", "confirm": True}
    page.show_quarter(QUARTER)
    shown(qtbot, page)
    page.relay.undo.click()
    idle(qtbot)
    told: list[str] = []
    page._signals.told.connect(told.append)
    page.next.button.click()
    idle(qtbot)
    page.finalise.act.click()
    idle(qtbot)
    assert submitting.state(ws, QUARTER).packet == done.packet
    assert "改名为 331123-2024Q2-r1（已撤销）.asice" in told[-1]


def test_a_correction_leads_back_to_the_check(qtbot: Any, page: SubmitPage, ws: Workspace, keys: demo.Keys) -> None:
    filled = small.fill(ws)
    done = submitting.finalise(ws, QUARTER, ws.path.parent)
    for role in ws.about.roles:
        reviewing.sign_packet(done.packet, keys.files[role], keys.passwords[role], now=ws.clock())
    submitting.submit(ws, done.packet)
    page.show_quarter(QUARTER)
    shown(qtbot, page)
    assert page.step == "submit"
    sent = page.preview.data
    page.hide()
    small.put(ws, "sheet", key=filled["sheet"], why="漏报", total="90")
    page._signals.recordChanged.emit("sheet", filled["sheet"])
    shown(qtbot, page)
    assert page.step == "check"
    assert not page._stale, "it was checked by itself"
    assert page.preview.data not in (b"", sent)
    assert page.paper.paper is not None
    assert page.paper.paper.places, "the corrected paper is shown, not the one that went out"
    assert page.result.not_yet.title.text() == "第 2 次还没有报送"


def test_a_second_submission_asks_why(qtbot: Any, page: SubmitPage, ws: Workspace, keys: demo.Keys) -> None:
    filled = small.fill(ws)
    done = submitting.finalise(ws, QUARTER, ws.path.parent)
    for role in ws.about.roles:
        reviewing.sign_packet(done.packet, keys.files[role], keys.passwords[role], now=ws.clock())
    submitting.submit(ws, done.packet)
    small.put(ws, "sheet", key=filled["sheet"], why="漏报", total="90")
    page.show_quarter(QUARTER)
    shown(qtbot, page)
    assert "第 1 次报送后有 1 处改动，尚未报送" in page.changed.words.text()
    assert page.changed.isVisible()
    assert page.paper.paper is not None
    assert page.paper.paper.places, "what is shown is drawn from the records, not the packet that was sent"
    page.show_step("final")
    idle(qtbot)
    assert "第 2 次报送" in page.finalise.title.text()
    assert page.finalise.reason.text() == "漏报"
    small.put(ws, "sheet", key=filled["sheet"], why="说明写错", total="50", words="无新增")
    page.refresh()
    assert page.finalise.reason.text() == "说明写错", "what was put back is told no more"
    page.finalise.reason.edit.clear()
    page.refresh()
    assert page.finalise.reason.text() == ""
    assert not page.finalise.act.isEnabled()
    page.finalise.reason.edit.setPlainText("核对后改正")
    small.put(ws, "visit", key=filled["visit"], why="费用漏记", cost="12")
    page.refresh()
    assert page.finalise.reason.text() == "核对后改正", "the clerk's own words stay"
    assert submitting.reasons(ws, QUARTER) == ("说明写错", "费用漏记")
    page.finalise.reason.edit.setPlainText("漏报一笔投资")
    assert page.finalise.act.isEnabled()


def test_the_findings_are_exported(qtbot: Any, page: SubmitPage, ws: Workspace, script: Script, tmp_path: Path) -> None:
    import openpyxl

    queries(ws)
    shown(qtbot, page)
    script.answers = {"save_file": tmp_path / "清单.xlsx"}
    page.findings.export.click()
    qtbot.waitUntil((tmp_path / "清单.xlsx").exists)
    sheet = openpyxl.load_workbook(tmp_path / "清单.xlsx").active
    assert sheet is not None
    assert sheet.max_row == 1 + len(page.findings.findings)


# The packet at another desk


@pytest.fixture
def packet(ws: Workspace) -> Path:
    small.fill(ws)
    return submitting.finalise(ws, QUARTER, ws.path.parent).packet


def open_packet(qtbot: Any, path: Path) -> SignPage:
    made = SignPage(path, clock=small.Now())
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    idle(qtbot)
    return made


def test_a_wrong_password_is_told_beside_the_field(qtbot: Any, theme: object, script: Script, packet: Path,
                                                   keys: demo.Keys) -> None:
    page = open_packet(qtbot, packet)
    before = packet.read_bytes()
    page.panel.key.setText(str(keys.files["preparer"]))
    page.panel.password.setText("不对")
    page.panel.act.click()
    idle(qtbot)
    assert "密码不对" in page.panel.problem.text()
    assert script.asked == []
    assert packet.read_bytes() == before


def test_the_wrong_turn_is_told(qtbot: Any, theme: object, script: Script, packet: Path, keys: demo.Keys) -> None:
    page = open_packet(qtbot, packet)
    script.answers = {"confirm": True}
    page.panel.key.setText(str(keys.files["head"]))
    page.panel.password.setText(keys.passwords["head"])
    page.panel.act.click()
    idle(qtbot)
    assert "还没轮到单位负责人" in page.panel.problem.text()


def test_signing_tells_what_to_do_next(qtbot: Any, theme: object, script: Script, packet: Path,
                                       keys: demo.Keys) -> None:
    page = open_packet(qtbot, packet)
    qtbot.waitUntil(lambda: page.preview.pages > 0)
    assert page.state.text() == "请填表人签名"
    script.answers = {"confirm": True}
    page.panel.key.setText(str(keys.files["preparer"]))
    page.panel.password.setText(keys.passwords["preparer"])
    page.panel.act.click()
    idle(qtbot)
    assert page.state.text() == "签名成功"
    assert "审核人" in page.advice.text()
    assert page.view is not None
    assert page.view.next_role == "reviewer"
    assert "证书未核对" in side_words(page), "no root on this PC: no green tick either"


def side_words(page: SignPage) -> str:
    return "\n".join(label.text() for label in page.panes.findChildren(QLabel))


def test_an_earlier_signer_of_another_authority_is_shown_and_signing_refused(
        qtbot: Any, theme: object, script: Script, packet: Path, keys: demo.Keys, settings: Settings,
        tmp_path: Path) -> None:
    stranger = tmp_path / "s"
    for name in ("trust", "keys"):
        (stranger / name).mkdir(parents=True)
    foreign = demo.make_keys(stranger, clock=small.Now())
    reviewing.sign_packet(packet, foreign.files["preparer"], foreign.passwords["preparer"], now=small.Now()())
    settings.set(trusting.PC_ROOT, str(keys.root))
    before = packet.read_bytes()
    page = SignPage(packet, clock=small.Now(), settings=settings)
    qtbot.addWidget(page)
    page.show()
    idle(qtbot)
    assert "证书不是这台电脑信任的根证书签发的" in side_words(page)
    page.panel.key.setText(str(keys.files["reviewer"]))
    page.panel.password.setText(keys.passwords["reviewer"])
    page.panel.act.click()
    idle(qtbot)
    assert "重新定稿" in page.panel.problem.text()
    assert packet.read_bytes() == before
    assert not script.names(), "nobody is asked to sign what is refused"


def test_who_is_out_of_turn_is_refused_without_being_asked(qtbot: Any, theme: object, script: Script, packet: Path,
                                                           keys: demo.Keys, settings: Settings) -> None:
    page = SignPage(packet, clock=small.Now(), settings=settings)
    qtbot.addWidget(page)
    page.show()
    idle(qtbot)
    page.panel.key.setText(str(keys.files["head"]))
    page.panel.password.setText(keys.passwords["head"])
    page.panel.act.click()
    idle(qtbot)
    assert "还没轮到单位负责人" in page.panel.problem.text()
    assert not script.names()


def test_a_packet_cut_short_is_told_with_a_remedy(qtbot: Any, theme: object, script: Script, packet: Path) -> None:
    packet.write_bytes(packet.read_bytes()[:-2000])
    page = open_packet(qtbot, packet)
    assert page.trouble.isVisible()
    assert "不完整" in page.trouble.title.text()
    assert page.trouble.text.text()
    with qtbot.waitSignal(page.closeRequested):
        page.back.click()


def test_the_verdict_comes_after_a_root_is_chosen(qtbot: Any, theme: object, script: Script, packet: Path,
                                                  ws: Workspace, keys: demo.Keys,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "shipped", lambda: ws.catalogue)
    page = open_packet(qtbot, packet)
    script.answers = {"open_file": keys.root}
    page.verify.click()
    idle(qtbot)
    assert page.verdict is not None
    assert page.verdict.isVisible()
    assert page.verdict.headline.title == "还没有签全，不能报送"
    page.verdict.more.click()
    assert page.verdict.advanced.isVisible()
    page.verdict.closeRequested.emit()
    assert page.panes.isVisible()
    page.verify.click()
    idle(qtbot)
    assert script.names() == ["open_file"], "the root is remembered"
