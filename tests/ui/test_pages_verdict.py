"""A verdict in a clerk's words: for every way a file can be, one sentence and each question answered by itself."""

import re
import shutil
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

pytest.importorskip("PySide6")

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QFont, QFontMetrics
from PySide6.QtWidgets import QLabel

from pairing_desktop.errors import problem
from pairing_desktop.exchange.asked import Asked
from pairing_desktop.exchange.verdict import LATER, Verdict
from pairing_desktop.services.verdict_several import summary
from pairing_desktop.services.verdict_told import lines
from pairing_desktop.services.verdict_words import headline, questions
from pairing_desktop.settings import Settings
from pairing_desktop.signing.verdict import SignatureVerdict
from pairing_desktop.ui.rows import RowsTable
from pairing_desktop.ui.verdict_desk import VerdictDesk
from pairing_desktop.ui.verdict_page import VerdictPage
from tests.conftest import NOW
from tests.exchange import house as houses
from tests.paper import texts
from tests.signing import people
from tests.ui.script import Script

pytestmark = pytest.mark.gui

YES = {"integrity": True, "coverage": True, "signatures": True, "roles": True, "county": True, "data": True,
       "pdf": True, "pdf_signers": True, "revocation": "checked", "identity": "ab" * 32, **LATER}
ROLES = ("preparer", "reviewer", "head")


def signature(role: str, now: datetime) -> SignatureVerdict:
    return SignatureVerdict(role=role, name=f"{role}岗", county="331123", intact=True, valid=True, trusted=True,
                            revoked=False, signed_at=now, fingerprint="cd" * 32, covers=("data.json",))


@pytest.fixture
def good(now: datetime) -> Verdict:
    return Verdict("331123-2024Q2-r1.asice", "packet", "valid", tuple(signature(r, now) for r in ROLES), answers=YES)


def bad(good: Verdict, answer: str, code: str, **place: str) -> Verdict:
    found = problem(code, **place)
    return structs.replace(good, verdict="invalid", problems=(found,), answers={**YES, answer: False})


def answer_to(verdict: Verdict, text: str) -> Any:
    return next(q for q in questions(verdict) if text in q.text)


def test_a_good_packet_is_valid_and_its_time_is_claimed(good: Verdict) -> None:
    assert headline(good, 1).title == "有效"
    stands = {q.text: q.stand for q in questions(good)}
    assert stands.pop("签名时间是否可信") == "query"
    assert stands.pop("Excel、PDF 与数据是否一致") == "empty", "not asked is never yes"
    assert set(stands.values()) == {"ok"}


@pytest.mark.parametrize(("answer", "code", "place", "text"), [
    ("integrity", "exchange.file_changed", {"role": "填表人", "name": "data.json"}, "改动过"),
    ("coverage", "exchange.uncovered", {"name": "多出.txt"}, "范围"),
    ("county", "exchange.county_differs", {"role": "填表人", "county": "330402", "data_county": "331123"}, "本县"),
    ("data", "exchange.attachment_missing", {"name": "照片.jpg"}, "附件是否"),
    ("pdf", "signing.pdf_tail", {}, "PDF 自身"),
    ("pdf_signers", "exchange.pdf_signers_differ", {}, "PDF 自身"),
    ("roles", "exchange.role_order", {"number": "1", "role": "填表人", "other": "审核人"}, "规定的人"),
])
def test_each_question_says_no_with_its_own_reason(good: Verdict, answer: str, code: str, place: dict[str, str],
                                                   text: str) -> None:
    verdict = bad(good, answer, code, **place)
    asked = answer_to(verdict, text)
    assert asked.stand == "error"
    assert verdict.problems[0].message in asked.reason
    assert headline(verdict, 0).title == "无效，不要接收"
    assert sum(q.stand == "error" for q in questions(verdict)) == 1


def test_one_file_removed_is_one_sentence_and_one_remedy(good: Verdict) -> None:
    problems = (problem("exchange.file_absent", name="workbook.xlsx"),
                problem("exchange.file_removed", role="单位负责人", name="workbook.xlsx"),
                problem("exchange.workbook_signers_differ"), problem("signing.untrusted", name="某人"))
    verdict = structs.replace(good, verdict="invalid", problems=problems, answers={**YES, "integrity": False})
    lead = "签名之后，Excel 工作簿（workbook.xlsx）从报送包里被删掉了。不要接收，请向填报单位重新索取原来的报送包。"
    assert headline(verdict, 0).text == lead
    assert lines(verdict)[:2] == [lead, str(problems[3])], "what does not come of it keeps its remedy"
    assert [line.startswith("由此产生：") and "请" not in line for line in lines(verdict)[2:]] == [True] * 3
    unsigned = structs.replace(verdict, signatures=())
    assert lines(unsigned)[0] == lead.replace("签名之后", "定稿之后")


def test_a_signature_that_cannot_be_read_is_not_called_missing(good: Verdict) -> None:
    verdict = bad(good, "roles", "signing.signature_form", name="META-INF/signature002.p7s")
    assert answer_to(verdict, "规定的人").reason == "有签名读不出来，认不出是谁签的"


def test_a_packet_under_way_is_not_called_bad(good: Verdict) -> None:
    missing = ("reviewer", "head")
    verdict = structs.replace(
        good, verdict="invalid", signatures=good.signatures[:1], missing_roles=missing,
        problems=tuple(problem("exchange.missing_role", role=r) for r in missing),
        answers={**YES, "roles": False, "coverage": False})
    said = headline(verdict, 0)
    assert said.tone == "query"
    assert "审核人、单位负责人" in said.text
    assert not [q for q in questions(verdict) if q.stand == "error"]


def test_an_unreadable_file_answers_nothing() -> None:
    cut = problem("signing.cut_short", offset=12)
    verdict = Verdict("a.asice", "packet", "unreadable", problems=(cut,), answers={"integrity": False, **LATER})
    assert headline(verdict, 0).title == "读不出来，无法核验"
    assert questions(verdict) == []


def test_no_list_of_revocations_is_said(good: Verdict) -> None:
    asked = answer_to(structs.replace(good, answers={**YES, "revocation": "unchecked"}), "吊销")
    assert (asked.answer, asked.stand) == ("没有查", "query")


def test_the_page_keeps_digests_out_of_the_way(qtbot: Any, theme: object, good: Verdict, now: datetime) -> None:
    page = VerdictPage(good, clock=lambda: now)
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    assert not page.advanced.isVisible()
    page.more.click()
    assert page.advanced.isVisible()


@pytest.mark.parametrize(("name", "state", "answer", "stand"), [
    ("agreement", "appearance", "一致", "ok"), ("agreement", "text", "文字一致", "ok"),
    ("history", "first", "首次报送", "ok"), ("history", "continued", "连续", "ok"),
    ("history", "claimed", "待证明", "query"), ("history", "restarted", "重新开始", "query"),
    ("rules", "same", "相同", "ok"),
])
def test_what_was_found_behind_the_signatures(good: Verdict, name: str, state: str, answer: str, stand: str) -> None:
    verdict = structs.replace(good, answers={**YES, name: Asked((), state)})
    text = {"agreement": "与数据是否一致", "history": "修改痕迹", "rules": "重新审核"}[name]
    asked = answer_to(verdict, text)
    assert (asked.answer, asked.stand) == (answer, stand)


def test_a_difference_is_told_with_its_values(good: Verdict) -> None:
    place = {"form": "企业", "record": "甲公司", "field": "营业收入", "shown": "12.50", "wanted": "92.50"}
    told = problem("agreement.pdf_differs", **place)
    answers = {**YES, "agreement": Asked((told,))}
    verdict = structs.replace(good, verdict="invalid", problems=(told,), answers=answers)
    asked = answer_to(verdict, "与数据是否一致")
    assert (asked.answer, asked.stand) == ("不一致", "error")
    assert "甲公司，营业收入" in asked.reason
    assert headline(verdict, 0).text == str(told)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = houses.build(tmp_path_factory.mktemp("county"), more={
        "park": houses.small.FORMS["park"].replace("layout: card}", "layout: card, stamped: true}")})
    yield made
    made.ws.close()


@pytest.fixture
def desk(qtbot: Any, theme: object, county: houses.House, tmp_path: Any) -> VerdictDesk:
    settings = Settings(tmp_path / "settings.json")
    settings.set("trust.root", str(county.keys.root))
    made = VerdictDesk(settings, data_file=county.ws.path, clock=county.ws.clock)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    return made


def test_a_code_is_typed_or_scanned(qtbot: Any, desk: VerdictDesk, county: houses.House) -> None:
    from pairing_desktop.exchange.packet import open_packet
    from pairing_desktop.services import sheet_codes

    code = sheet_codes.of_data(open_packet(county.packet).data, county.ws.catalogue)[0].code
    for typed, word in ((code, "相符"), (f"JD1:PARK:331123:0:{code.replace('-', '')}", "相符"),
                        ("0000-0000-0000", "查不到"), ("竹产业园", "看不懂")):
        desk.code.setText(typed)
        qtbot.keyClick(desk.code, "\r")
        qtbot.waitUntil(lambda w=word: desk.answer.text() == w)
        assert desk.reason.text()


def test_files_are_verified_together_and_one_opens(qtbot: Any, desk: VerdictDesk, county: houses.House) -> None:
    pdf = county.packet.with_suffix(".pdf")
    with qtbot.waitSignal(desk.verifier.all_arrived):
        desk.verify([county.packet, pdf])
    assert [(v.kind, v.verdict) for v in desk.verdicts] == [("packet", "valid"), ("pdf", "valid")]
    assert desk.verdict is None
    desk.table.opened.emit(desk.verdicts[0])
    assert desk.verdict is not None
    assert answer_to(desk.verdict.verdict, "与数据是否一致").answer == "一致"
    desk.verdict.closeRequested.emit()
    assert desk.stack.currentWidget() is desk.view


def enveloped() -> bytes:
    """Return something encrypted to somebody."""
    from pairing_desktop.signing import encryption

    return encryption.encrypt(b"PK", people.receiver(NOW).certificate)


def assert_whole(table: RowsTable, *columns: int) -> None:
    """No text of these columns is cut off."""
    for line, row in enumerate(table.rows.rows):
        for number in columns:
            cell = row.cells[number]
            font = table.font()
            font.setWeight(QFont.Weight(cell.weight or 400))
            assert QFontMetrics(font).horizontalAdvance(cell.text) + 16 <= table.columnWidth(number), (line, cell.text)


def test_whatever_is_dropped_has_one_verdict(qtbot: Any, desk: VerdictDesk, county: houses.House,
                                             tmp_path: Path) -> None:
    folder, empty, renamed = tmp_path / "收到的", tmp_path / "空", tmp_path / "包 (1).zip"
    key = tmp_path / "局长.pairkey"
    folder.mkdir()
    empty.mkdir()
    shutil.copy(county.packet, folder / "包 (1).asice")
    shutil.copy(county.packet.with_suffix(".xlsx"), folder)
    shutil.copy(county.packet, renamed)
    key.write_text("不是报送包", encoding="utf-8")
    (picture := tmp_path / "照片.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (closed := folder / "包.asice.p7m").write_bytes(enveloped())
    with zipfile.ZipFile(other := tmp_path / "别的.zip", "w") as archive:
        archive.writestr("a.txt", "不是报送包")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in (folder, empty, renamed, key, picture, other)])
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                       Qt.KeyboardModifier.NoModifier)
    with qtbot.waitSignal(desk.verifier.all_arrived, timeout=60_000):
        desk.dropEvent(event)
    assert [(v.kind, v.verdict) for v in desk.verdicts] == [
        ("workbook", "valid"), ("packet", "valid"), ("encrypted", "unreadable"), ("unknown", "unreadable"),
        ("packet", "valid"), ("unknown", "unreadable"), ("unknown", "unreadable"), ("unknown", "unreadable")]
    assert desk.verdicts[2].file == str(closed)
    assert "文件夹" in str(desk.verdicts[3].problems[0])
    assert str(desk.verdicts[7].problems[0]).startswith("别的.zip 不是报送包")
    assert_whole(desk.table, 2, 3)
    told = summary(desk.verdicts)
    assert (told.title, told.tone) == ("有文件没有通过核验", "error")
    assert "3 个有效，1 个已加密，4 个读不出来" in told.text
    desk.table.opened.emit(desk.verdicts[4])
    assert desk.verdict is not None
    shown = {label.text() for label in desk.verdict.findChildren(QLabel)}
    assert county.ws.about.bureau in shown, "a good packet says what it holds"


def test_an_encrypted_packet_is_opened_from_its_verdict(qtbot: Any, desk: VerdictDesk, county: houses.House,
                                                       script: Script, tmp_path: Path) -> None:
    """It is not called bad, and what was in it is verified next."""
    from pairing_desktop.signing import encryption
    from pairing_desktop.signing import keys as key_files

    key = people.receiver(NOW)
    (closed := tmp_path / "包.asice.p7m").write_bytes(encryption.encrypt(county.packet.read_bytes(), key.certificate))
    (key_file := tmp_path / "省厅.p12").write_bytes(key_files.make_p12(key, "省厅"))
    with qtbot.waitSignal(desk.verifier.all_arrived, timeout=60_000):
        desk.verify([closed])
    assert desk.verdict is not None
    assert (desk.verdict.headline.title, desk.verdict.headline.tone) == ("已加密，打开后才能核验", "query")
    script.answers = {"open_file": key_file, "password": "省厅"}
    with qtbot.waitSignal(desk.verifier.all_arrived, timeout=60_000):
        desk.verdict.unseal.click()
    assert [(Path(v.file), v.verdict) for v in desk.verdicts] == [(tmp_path / "包.asice", "valid")]


def test_each_question_is_counted_as_it_stands(qtbot: Any, theme: object, good: Verdict, now: datetime) -> None:
    page = VerdictPage(bad(good, "coverage", "exchange.uncovered", name="x"), clock=lambda: now)
    qtbot.addWidget(page)
    [said] = [label.text() for label in page.findChildren(QLabel) if "项通过" in label.text()]
    counts = [int(number) for number in re.findall(r"(\d+) 项", said)]
    assert said.split("，")[1] == "1 项没有通过"
    assert counts[0] == sum(counts[1:]) == len(page.questions)


def test_window_list_and_report_count_the_same_remarks(qtbot: Any, theme: object, good: Verdict, now: datetime) -> None:
    from pairing_desktop.services import verification

    noted = structs.replace(good, warnings=(problem("signing.revocation_unchecked", name="甲"),))
    page = VerdictPage(noted, clock=lambda: now)
    qtbot.addWidget(page)
    report = verification.report(noted, at=now)
    assert list(report.remarks) == page.notes
    assert report.text == page.headline.text == headline(noted, 2).text
    assert len(page.notes) == 2


def test_a_report_is_written_whatever_a_stranger_is_called(good: Verdict, now: datetime) -> None:
    from pairing_desktop.services import verification

    stranger = structs.replace(good.signatures[0], name="甲😀\u202e乙")
    noted = structs.replace(good, file="包😀.asice", signatures=(stranger, *good.signatures[1:]))
    text = "".join(texts(verification.pdf([noted], at=now)))
    assert "甲□□乙" in text
    assert "包□.asice" in text


def test_several_files_have_one_plain_verdict(good: Verdict) -> None:
    closed = Verdict("包.asice.p7m", "encrypted", "unreadable",
                     problems=(problem("exchange.encrypted", file="包.asice.p7m"),))
    assert (summary([good, closed]).title, summary([good, closed]).tone) == ("有文件还没有打开", "query")
    missing = structs.replace(good, verdict="invalid", missing_roles=("head",),
                                  problems=(problem("exchange.missing_role", role="head"),))
    assert summary([good, good]).title == "2 个文件都有效"
    assert summary([good, missing]).tone == "query"
    assert summary([good, missing, bad(good, "coverage", "exchange.uncovered", name="x")]).tone == "error"


def test_a_sheet_signed_on_paper_is_named_so(good: Verdict) -> None:
    paper = structs.replace(good.signatures[2], paper=True)
    verdict = structs.replace(good, signatures=(*good.signatures[:2], paper))
    asked = answer_to(verdict, "规定的人")
    assert (asked.answer, asked.stand) == ("齐全", "query")
    assert "单位负责人（纸质签批，单位证书代签）" in asked.reason


def test_the_report_says_what_the_window_says(county: houses.House, now: datetime) -> None:
    from pairing_desktop.services import verification

    verdicts = county.verify(county.packet, county.packet.with_suffix(".xlsx"), appearance=False)
    pages = texts(verification.pdf(verdicts, at=now))
    assert len(pages) == len(verdicts)
    for text, verdict in zip(pages, verdicts, strict=True):
        squeezed = "".join(text.split())
        assert "核验报告：有效" in squeezed
        for asked in questions(verdict):
            assert "".join(asked.text.split()) in squeezed
            assert "".join(asked.reason.split()) in squeezed


def test_a_usual_report_is_one_page(county: houses.House, now: datetime) -> None:
    """Three signers, two countersigners, three notices that send a receiver for something, the claimed time."""
    from pairing_desktop.services import verification

    [verdict] = county.verify(county.packet, appearance=False)
    names = "”“".join(s.name for s in verdict.signatures)
    warnings = (problem("signing.revocation_unchecked", name=names), problem("agreement.earlier_needed"),
                problem("agreement.earlier_refused", name="331123-2024Q1-r1.asice"))
    full = structs.replace(verdict, countersigned=(verdict.signatures[2],) * 2, warnings=warnings)
    [text] = texts(verification.pdf([full], at=now))
    squeezed = "".join(text.split())
    assert "4.签名时间" in squeezed
    assert squeezed.count("会签件·单位负责人") == 2
