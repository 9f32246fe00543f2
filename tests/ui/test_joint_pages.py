"""Countersigning and signing on paper through the pages, with real files, at the desks of two counties."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from pairing_desktop.exchange.packet import JOINT, open_packet
from pairing_desktop.services import checking, demo, joining, reviewing, standing
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui.joint_page import JointPage
from pairing_desktop.ui.rows import RowsTable
from pairing_desktop.ui.signals import Signals
from pairing_desktop.ui.submit_page import SubmitPage
from pairing_desktop.ui.verdict_page import VerdictPage
from tests.conftest import NOW
from tests.services import small
from tests.services.small import QUARTER
from tests.services.test_joining import JOINT_FORMS
from tests.signing import people
from tests.ui.script import Script, idle

pytestmark = pytest.mark.gui


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> small.Laid:
    return small.lay(tmp_path_factory.mktemp("laid"), **JOINT_FORMS)


@pytest.fixture
def ws(tmp_path: Path, laid: small.Laid) -> Iterator[Workspace]:
    with laid.copy(tmp_path, clock=small.Now()) as made:
        yield made


@pytest.fixture
def page(qtbot: Any, ws: Workspace, theme: object, script: Script) -> Iterator[SubmitPage]:
    small.fill(ws)
    signals = Signals()
    made = SubmitPage(ws, signals)
    made.kept = signals  # type: ignore[attr-defined]
    qtbot.addWidget(made)
    made.resize(1158, 660)
    made.show_quarter(QUARTER)
    made.show()
    qtbot.waitExposed(made)
    idle(qtbot)
    yield made
    idle(qtbot)


def open_joint(qtbot: Any, path: Path, settings: Settings) -> JointPage:
    made = JointPage(path, settings=settings, clock=small.Now())
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    idle(qtbot)
    return made


def countersign(qtbot: Any, page: JointPage, key: Path, password: str) -> None:
    assert page.panel is not None
    page.panel.key.setText(str(key))
    page.panel.password.setText(password)
    page.panel.act.click()
    idle(qtbot)


def detail(page: SubmitPage) -> tuple[str, str]:
    step = page.stepper.buttons[1].step
    return step.detail, step.stand


def test_agreed_countersigned_and_carried(qtbot: Any, page: SubmitPage, ws: Workspace, script: Script,
                                          settings: Settings, keys: demo.Keys, tmp_path: Path) -> None:
    assert detail(page) == ("发核对稿", "ahead")
    [finding] = page.findings.findings
    page.findings.pane.goto.click()
    assert page.views.currentIndex() == page.places["joint"]
    assert finding.number == "20a"
    out = tmp_path / "出"
    out.mkdir()
    script.answers = {"folder": out, "confirm": True}
    page.countersign.make.click()
    idle(qtbot)
    path = out / f"331123-{QUARTER}-joint.asice"
    assert path.exists()
    assert detail(page) == ("等南湖区答复", "ahead")

    partner = open_joint(qtbot, path, settings)
    assert [s.key for s in partner.fields._all] != []
    assert partner.answer.text() == "全部确认"
    assert not partner.answer.isEnabled()
    assert partner.panel is None, "nobody signs before the partner confirms"
    assert "南湖区全部确认以后，两县单位负责人在这里会签。" in [label.text() for label in partner.findChildren(QLabel)]
    partner.name.setText("南湖区经信商务局")
    partner.answer.click()
    idle(qtbot)
    assert partner.state.text() == "已确认"
    asked = len(script.asked)
    countersign(qtbot, partner, keys.files["preparer"], keys.passwords["preparer"])
    assert partner.panel is not None
    assert "会签由两县（市、区）单位负责人签" in partner.panel.problem.text()
    assert len(script.asked) == asked, "refused before its owner is asked"
    countersign(qtbot, partner, keys.partner, keys.partner_password)
    assert partner.state.text() == "等遂昌县会签"
    countersign(qtbot, partner, keys.files["head"], keys.passwords["head"])
    assert partner.state.text() == "两县已会签"
    assert partner.panel is None

    page.joint_work.take(QUARTER, path)
    idle(qtbot)
    assert detail(page) == ("与南湖区已会签", "done")
    assert page.findings.findings == ()
    page.show_step("final")
    assert "会签件随报送包上报" in page.finalise.joint.text()
    page.finalise.folder.setText(str(out))
    page.finalise.act.click()
    idle(qtbot)
    packet = standing.state(ws, QUARTER).packet
    assert packet is not None
    assert open_packet(packet).files[JOINT] == path.read_bytes()
    found = reviewing.verify_files([packet], trust=keys.root, crl=keys.crl, now=small.Now()())[0]
    verdict = VerdictPage(found, clock=small.Now())
    qtbot.addWidget(verdict)
    [heads] = [t for t in verdict.findChildren(RowsTable) if t.accessibleName() == "会签件签名人"]
    assert [line.cells[3].text for line in heads.rows.rows] == ["南湖区", "遂昌县"]


def test_an_answer_that_was_not_taken_in_is_not_made_anew(qtbot: Any, page: SubmitPage, ws: Workspace, script: Script,
                                                          tmp_path: Path) -> None:
    path = joining.make(ws, QUARTER, tmp_path).path
    joining.answer(path, name="南湖区", now=ws.clock())
    before = path.read_bytes()
    script.answers = {"folder": tmp_path, "trouble": None}
    page.countersign.make.click()
    idle(qtbot)
    assert "南湖区的答复还没有收回" in str(script.asked[-1][1][1])
    assert path.read_bytes() == before


def test_the_approval_sheet_is_not_written_over_the_packet(qtbot: Any, ws: Workspace, theme: object, script: Script,
                                                           tmp_path: Path) -> None:
    from pairing_desktop.services import submitting
    from pairing_desktop.ui.paper_sheet import PaperSheet

    small.fill(ws)
    packet = submitting.finalise(ws, QUARTER, tmp_path, no_joint_reason="对方出差").packet
    sheet = PaperSheet(None, packet, "head", small.Now())
    qtbot.addWidget(sheet)
    before = packet.read_bytes()
    [write] = [b for b in sheet.findChildren(QPushButton) if "签批单" in b.text()]
    for file, said in ((packet, "扩展名不对"), (tmp_path / "包.pdf", "不能覆盖已有的 包.pdf：它是报送包或会签件")):
        file.write_bytes(before)
        script.answers = {"save_file": file, "trouble": None}
        write.click()
        assert said in str(script.asked[-1][1][1])
        assert file.read_bytes() == before


def test_disputes_go_to_the_fields_they_are_about(qtbot: Any, page: SubmitPage, ws: Workspace, script: Script,
                                                  settings: Settings, tmp_path: Path) -> None:
    path = joining.make(ws, QUARTER, tmp_path).path
    script.answers = {"confirm": True, "open_file": path}
    partner = open_joint(qtbot, path, settings)
    number = next(n for n, s in enumerate(partner.fields._all) if s.form == "sheet")
    partner.fields.sheets.selectRow(number)
    fields = partner.fields._all[number].fields
    partner.fields.fields.selectRow(next(n for n, f in enumerate(fields) if f.path == "total"))
    assert not partner.fields.put.isEnabled()
    partner.fields.words.edit.setPlainText("我区账上是 49 万元")
    partner.fields.put.click()
    partner.name.setText("南湖区")
    assert partner.answer.text() == "提出 1 处异议"
    partner.answer.click()
    idle(qtbot)
    assert partner.state.text() == "已提出 1 处异议"
    assert partner.panel is None
    again = open_joint(qtbot, path, settings)
    assert again.fields.title.text().startswith(again.fields._all[number].title)
    assert "对方异议：我区账上是 49 万元" in again.fields.about.text()

    page.countersign.take.click()
    idle(qtbot)
    assert detail(page)[0] == "南湖区有异议"
    [dispute] = page.countersign.overview.disputes if page.countersign.overview else []
    assert (dispute.form, dispute.path, dispute.words) == ("sheet", "total", "我区账上是 49 万元")
    with qtbot.waitSignal(page.countersign.goAsked) as told:
        page.countersign.table.opened.emit(dispute)
    assert told.args == ["sheet", dispute.key, "total"]
    assert {f.rule for f in checking.kept_findings(ws, QUARTER)} == {"joint_unsigned", "joint_disputed"}


def test_on_a_low_screen_nothing_of_the_partner_s_page_lies_over_another(
        qtbot: Any, ws: Workspace, theme: object, settings: Settings, script: Script, tmp_path: Path) -> None:
    small.fill(ws)
    fields = open_joint(qtbot, joining.make(ws, QUARTER, tmp_path).path, settings).fields
    for height in (700, 480, 400, 260):
        fields.window().resize(960, height)
        QApplication.processEvents()
        parts = [part.geometry() for part in (fields.sheets, fields.title, fields.fields, fields.about, fields.words)]
        tops = [fields.mapFromGlobal(part.mapToGlobal(QPoint(0, 0))).y()
                for part in (fields.sheets, fields.title, fields.fields, fields.about, fields.words)]
        assert all(top + part.height() <= below for top, part, below in zip(tops, parts, tops[1:], strict=False))
        assert fields.sheets.visualRect(fields.sheets.currentIndex()).bottom() <= fields.sheets.viewport().height()


def test_one_that_a_head_signed_without_an_answer_can_be_signed_here(
    qtbot: Any, ws: Workspace, theme: object, settings: Settings, script: Script, keys: demo.Keys, tmp_path: Path
) -> None:
    """A command signs without one; then no answer can be given any more, but the other head can sign."""
    small.fill(ws)
    path = joining.make(ws, QUARTER, tmp_path).path
    joining.sign_joint(path, keys.files["head"], keys.passwords["head"], now=ws.clock())
    script.answers = {"confirm": True}
    partner = open_joint(qtbot, path, settings)
    assert partner.fields.locked
    assert "全部确认" not in [button.text() for button in partner.findChildren(QPushButton)]
    assert "有人签名以后，不能再写确认或异议" in partner.advice.text()
    assert "请遂昌县重新发核对稿" in partner.advice.text()
    countersign(qtbot, partner, keys.partner, keys.partner_password)
    assert partner.state.text() == "两县已会签"


def test_a_dispute_can_be_taken_back(qtbot: Any, ws: Workspace, theme: object, script: Script, settings: Settings,
                                     tmp_path: Path) -> None:
    small.fill(ws)
    partner = open_joint(qtbot, joining.make(ws, QUARTER, tmp_path).path, settings)
    partner.fields.whole.click()
    partner.fields.words.edit.setPlainText("这张表不该由我区会签")
    partner.fields.put.click()
    assert partner.answer.text() == "提出 1 处异议"
    partner.fields.take.click()
    assert partner.answer.text() == "全部确认"
    assert script.asked == []


def test_disputes_that_stand_in_no_file_do_not_go_without_a_question(
        qtbot: Any, ws: Workspace, theme: object, script: Script, settings: Settings, tmp_path: Path) -> None:
    small.fill(ws)
    partner = open_joint(qtbot, joining.make(ws, QUARTER, tmp_path).path, settings)
    partner.fields.whole.click()
    partner.fields.words.edit.setPlainText("这张表不该由我区会签")
    partner.name.setText("南湖区")
    script.answers["confirm"] = False
    partner.answer.click()
    assert "有 1 处异议写了，没有点“记下异议”，不会写进去" in str(script.asked[-1])
    partner.fields.put.click()
    gone: list[bool] = []
    partner.closeRequested.connect(lambda: gone.append(True))
    partner.back.click()
    assert "异议还没有写进文件" in str(script.asked[-1])
    assert not partner.close()
    assert gone == []
    script.answers["confirm"] = True
    partner.answer.click()
    idle(qtbot)
    assert not partner.fields.unsent
    asked = len(script.asked)
    partner.back.click()
    assert gone == [True]
    assert partner.close()
    assert len(script.asked) == asked, "all stands in the file"


def test_disputes_come_back_after_a_power_cut(qtbot: Any, ws: Workspace, theme: object, script: Script,
                                              settings: Settings, tmp_path: Path) -> None:
    small.fill(ws)
    file = joining.make(ws, QUARTER, tmp_path).path
    killed = open_joint(qtbot, file, settings)
    killed.fields.words.edit.setPlainText("与我区台账不符")
    killed.fields.put.click()
    killed.fields.whole.click()
    killed.fields.words.edit.setPlainText("这张表不该")
    killed._keeping.timeout.emit()
    partner = open_joint(qtbot, file, Settings(settings.path))
    assert partner.answer.text() == "提出 1 处异议"
    assert partner.fields.disputes == killed.fields.disputes
    assert partner.fields.not_noted == 1
    partner.fields.whole.click()
    assert partner.fields.words.text() == "这张表不该"
    script.answers["confirm"] = True
    assert partner.close()
    again = open_joint(qtbot, file, Settings(settings.path))
    assert not again.fields.unsent, "given up with a question, it does not come back"


def test_without_the_partner_a_reason_is_written(qtbot: Any, page: SubmitPage, ws: Workspace) -> None:
    page.show_step("joint")
    assert not page.countersign.save.isEnabled()
    page.countersign.reason.edit.setPlainText("对方负责人出差")
    page.countersign.save.click()
    idle(qtbot)
    assert detail(page) == ("未会签，已写原因", "done")
    assert [f.explanation for f in checking.kept_findings(ws, QUARTER)] == ["对方负责人出差"]
    page.countersign.reason.edit.setPlainText("")
    assert page.countersign.save.text() == "撤回原因"
    page.countersign.save.click()
    idle(qtbot)
    assert detail(page) == ("发核对稿", "ahead")


def test_a_damaged_joint_part_is_told(qtbot: Any, ws: Workspace, theme: object, script: Script, settings: Settings,
                                      tmp_path: Path) -> None:
    small.fill(ws)
    path = joining.make(ws, QUARTER, tmp_path).path
    path.write_bytes(path.read_bytes()[:-500])
    page = open_joint(qtbot, path, settings)
    assert page.trouble.isVisible()
    assert "不完整" in page.trouble.title.text()


def test_signing_on_paper_at_the_clerk_s_desk(qtbot: Any, page: SubmitPage, ws: Workspace, script: Script,
                                              keys: demo.Keys, tmp_path: Path) -> None:
    from pairing_desktop.services import reviewing, submitting

    done = submitting.finalise(ws, QUARTER, tmp_path, no_joint_reason="对方出差")
    for role in ("preparer", "reviewer"):
        reviewing.sign_packet(done.packet, keys.files[role], keys.passwords[role], now=ws.clock())
    submitting.collect(ws, done.packet)
    page.refresh()
    page.show_step("sign")
    scan = tmp_path / "扫描.pdf"
    scan.write_bytes(people.small_pdf(1))
    slip = tmp_path / "签批单.pdf"

    def on_paper(sheet: Any) -> bool:
        assert not sheet.panel.isEnabled()
        sheet.saved.setText("")
        sheet.scan.setText(str(scan))
        assert sheet.panel.isEnabled()
        sheet.panel.key.setText(str(keys.bureau))
        sheet.panel.password.setText(keys.bureau_password)
        sheet.panel.act.click()
        idle(qtbot)
        return bool(sheet.result() == 1)

    script.answers = {"fill": lambda sheet, _half: on_paper(sheet), "confirm": True, "save_file": slip}
    page.relay.paper.click()
    idle(qtbot)
    assert standing.state(ws, QUARTER).code == "signed"
    assert reviewing.describe_packet(done.packet).places[-1].paper


def test_an_encrypted_packet_is_opened_with_the_receiver_s_key(qtbot: Any, ws: Workspace, script: Script,
                                                               theme: object, keys: demo.Keys, tmp_path: Path) -> None:
    from PySide6.QtWidgets import QWidget

    from pairing_desktop.services import submitting, trusting
    from pairing_desktop.signing import keys as key_files
    from pairing_desktop.ui import sealed

    small.fill(ws)
    packet = submitting.finalise(ws, QUARTER, tmp_path, no_joint_reason="对方出差").packet
    content = packet.read_bytes()
    certificate = tmp_path / "省厅.der"
    from cryptography.hazmat.primitives.serialization import Encoding

    certificate.write_bytes(people.receiver(NOW).certificate.public_bytes(Encoding.DER))
    key_file = tmp_path / "省厅.p12"
    key_file.write_bytes(key_files.make_p12(people.receiver(NOW), "省厅"))
    desk = QWidget()
    qtbot.addWidget(desk)
    script.answers = {"open_file": certificate, "trouble": None}
    assert sealed.encrypt(desk, packet, ws) is None, "nobody knows who issued the certificate"
    assert "还没有载入根证书" in str(script.asked[-1][1][1])
    with ws.store.begin():
        trusting.put(ws, people.world(NOW).trust)
    made = sealed.encrypt(desk, packet, ws)
    assert made is not None
    assert sealed.encrypt(desk, packet, ws) is None, "what was encrypted before is not written over"
    assert "不能覆盖" in str(script.asked[-1][1][1])
    made.path.unlink()
    made = sealed.encrypt(desk, packet, ws)
    assert made is not None
    assert script.names()[-1] == "open_file"
    assert made.receiver.name == "接收人（示例）"
    closed = made.path
    assert closed.name == f"{packet.name}.p7m"
    assert b"PK\x03\x04" not in closed.read_bytes()[:200]
    packet.unlink()
    passwords = iter(["不对", "省厅"])
    script.answers = {"open_file": key_file, "password": lambda *_: next(passwords)}
    assert sealed.opened(desk, closed) == packet
    assert packet.read_bytes() == content
    assert script.names()[-2:] == ["password", "password"]
