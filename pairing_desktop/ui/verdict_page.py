"""One plain verdict on a packet, each question with its answer and reason, and the signers."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.progress import Progress
from pairing_desktop.services.verdict_told import lines
from pairing_desktop.services.verdict_words import ROLES, Headline, Question, headline, questions, remarks, signed_what
from pairing_desktop.services.workspace import county_name, system_clock
from pairing_desktop.ui import ask, jobs, moments
from pairing_desktop.ui.cards import Card, FlatCard, Surface, button, column, picture, row, rule, scrolled, words
from pairing_desktop.ui.marks import MARKS
from pairing_desktop.ui.packet_cards import fact
from pairing_desktop.ui.panes import Pane, Panes
from pairing_desktop.ui.result_pane import spaced
from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable

if TYPE_CHECKING:
    from pairing_desktop.exchange.verdict import Verdict
    from pairing_desktop.services.reviewing import PacketView, SignatureVerdict

_CLOSED = "要用加密时指定的接收方（省厅）的密钥文件。打开的报送包写在加密包旁边，接着就核验它。"
ROW = 26
"""A packet's questions and its signers stand on one page of 768 pixels."""
STANDS = {"error": "没有通过", "ok": "通过", "query": "有提示", "empty": "未核对"}
"""What is counted of the questions, the worst first."""


class VerdictPage(QWidget):
    """The verdict in words; certificates and digests only under 高级."""

    closeRequested = Signal()  # noqa: N815
    openRequested = Signal()  # noqa: N815  # an encrypted packet, with a key

    def __init__(self, verdict: "Verdict", parent: QWidget | None = None, *, view: "PacketView | None" = None,
                 clock: Callable[[], datetime] = system_clock) -> None:
        super().__init__(parent)
        self.verdict, self._view, self._clock = verdict, view, clock
        self.questions = questions(verdict)
        self.notes = remarks(verdict)
        self.headline = headline(verdict, len(self.notes))
        name = Path(verdict.file).name
        about = f"{view.county_name} {view.quarter_title} 第 {view.number} 次报送" if view else name
        back = button("", kind="plain", icon="arrow_left", tip="返回", action=self.closeRequested.emit)
        head = Surface("surface")
        self.print = button("打印核验报告…", icon="print", action=self._print)
        self.keep = button("另存核验报告…", action=self._keep)
        line = row(back, words("核验结果", role="pane"), words(about, role="label"), None, self.keep, self.print)
        line.setContentsMargins(16, 0, 16, 0)
        head.setLayout(line)
        head.setFixedHeight(48)
        main = QWidget()
        main.setLayout(column(*self._main(), None, spacing=12, margins=(16, 0, 12, 16)))
        side = QWidget()
        side.setLayout(column(self._side(name), None, margins=(0, 0, 16, 16)))
        panes = Panes((Pane("核验", scrolled(main, "逐项核验"), least=560),
                       Pane("说明", scrolled(side, "说明"), width=316)))
        banner = column(Banner(self.headline), margins=(16, 16, 16, 12))
        whole = column(head, rule(), banner, panes, spacing=0)
        whole.setStretch(3, 1)
        self.setLayout(whole)

    def _main(self) -> list[QWidget]:
        cards: list[QWidget] = []
        if self.questions:
            cards.append(self._questions())
        if self.verdict.signatures:
            cards.append(self._signers("签名人", self.verdict.signatures))
        if self.verdict.countersigned:
            cards.append(self._signers("会签件签名人", self.verdict.countersigned))
        if self.verdict.kind == "encrypted":
            cards.append(self._closed())
        elif self.verdict.problems:
            cards.append(self._problems())
        return cards

    def _closed(self) -> Card:
        """Offer to open an encrypted packet here."""
        card = Card("打开加密的报送包")
        self.unseal = button("用密钥打开…", kind="primary", icon="folder_open", action=self.openRequested.emit)
        line = row(words(_CLOSED, wrap=True), self.unseal, spacing=16)
        line.setStretch(0, 1)
        card.body.addLayout(line)
        return card

    def _questions(self) -> Card:
        counted = Counter[str](q.stand for q in self.questions)
        said = [f"{counted[stand]} 项{word}" for stand, word in STANDS.items() if counted[stand]]
        card = FlatCard("逐项核验", "，".join((f"{len(self.questions)} 项", *said)))
        table = RowsTable("逐项核验", (Column("", 36), Column("问题", 232), Column("回答", 104), Column("依据")),
                          row_height=ROW, picks=False)
        table.show_rows([_question(q) for q in self.questions])
        table.fit()
        card.body.addWidget(table)
        return card

    def _signers(self, name: str, signatures: "Sequence[SignatureVerdict]") -> Card:
        card = FlatCard(name, f"{len(signatures)} 人")
        columns = (Column("", 36), Column("身份", 100), Column("证书上的名称"), Column("县（市、区）", 104),
                   Column("签名方式", 92), Column("签名时间（自述）", 140), Column("签了什么", 132), Column("证书", 84))
        table = RowsTable(name, columns, row_height=ROW, picks=False)
        table.show_rows([_signer(s, self.verdict) for s in signatures])
        table.fit()
        card.body.addWidget(table)
        return card

    def _problems(self) -> Card:
        said = lines(self.verdict)
        card = Card("问题", f"{len(said)} 处")
        for found in said[:20]:
            card.body.addLayout(_note("error", found))
        return card

    def _side(self, name: str) -> Card:
        card = Card("报送包" if self.verdict.kind == "packet" else "文件")
        card.body.addWidget(fact("文件", name))
        if self._view is not None:
            card.body.addWidget(fact("大小", moments.size(self._view.size)))
            records = sum(form.records for form in self._view.forms)
            card.body.addWidget(fact("内容", f"{len(self._view.forms)} 张表、{records} 条记录"))
            card.body.addWidget(fact("填报单位", self._view.bureau or self._view.county_name))
        card.body.addWidget(fact("核验时间", moments.full(self._clock())))
        if self.notes:
            card.body.addWidget(rule())
            card.body.addWidget(words("请知悉", role="section"))
            for note in self.notes:
                card.body.addLayout(_note("query", note))
        if any(signature.paper for signature in self.verdict.signatures):
            self.scan = button("看签批单扫描件…", kind="link", action=self._look_at_scan)
            card.body.addWidget(self.scan)
        card.body.addWidget(rule())
        card.body.addWidget(words("数字签名用于防篡改，不等于公章。", role="hint", wrap=True))
        self.more = button("高级：证书与摘要", kind="link", action=self._show_more)
        self.advanced = QWidget()
        self.advanced.hide()
        card.body.addWidget(self.more)
        card.body.addWidget(self.advanced)
        return card

    def _digests(self) -> list[QWidget]:
        facts: list[QWidget] = []
        identity = self.verdict.answers.get("identity")
        if isinstance(identity, str):
            facts.append(fact("数据的摘要（SHA-256）", spaced(identity)))
        for signature in self.verdict.signatures:
            role = ROLES.get(signature.role, signature.role)
            facts.append(fact(f"{role}的证书指纹（SHA-256）", spaced(signature.fingerprint)))
            facts.append(fact(f"{role}签了", "、".join(signature.covers)))
        facts.append(button("另存核验结果（供其他程序读取）…", action=self._save))
        return facts

    def _look_at_scan(self) -> None:
        """Show what was signed and stamped on paper."""
        from pairing_desktop.formspec.values import Attachment
        from pairing_desktop.services import paper_signing
        from pairing_desktop.ui.attachment_dialog import AttachmentLook

        try:
            found = paper_signing.scan_of(Path(self.verdict.file))
        except Trouble as error:
            ask.dialogs.trouble(self, error)
            return
        held = Attachment(name=found.name, sha256=found.sha256, size=len(found.content))
        ask.dialogs.run(AttachmentLook(held, found.content, self))

    def _show_more(self) -> None:
        if self.advanced.layout() is None:
            self.advanced.setLayout(column(*self._digests(), margins=(0, 0, 0, 0)))
        self.advanced.setVisible(self.advanced.isHidden())

    def _report(self, done: "Callable[[bytes], object]") -> None:
        """Draw the report in the background."""
        verdict, at = self.verdict, self._clock()

        def work(_progress: Progress) -> bytes:
            from pairing_desktop.services import verification

            return verification.pdf([verdict], at=at)

        jobs.run(self, "核验报告", work, done)

    def _print(self) -> None:
        from pairing_desktop.ui.print_dialog import PrintDialog

        self._report(lambda pdf: ask.dialogs.run(PrintDialog("核验报告", pdf, self)))

    def _keep(self) -> None:
        from pairing_desktop.services import verification

        file = Path(self.verdict.file)
        suggested = file.with_name(f"{file.stem}-核验报告.pdf")
        if (to := ask.dialogs.save_file(self, "另存核验报告", "PDF (*.pdf)", suggested=suggested)) is not None:
            try:
                verification.write([self.verdict], to, at=self._clock(), read=(file,))
            except Trouble as error:
                ask.dialogs.trouble(self, error)

    def _save(self) -> None:
        from pairing_desktop.services import reviewing

        suggested = Path(self.verdict.file).with_suffix(".json")
        if (to := ask.dialogs.save_file(self, "另存核验结果", "核验结果 (*.json)", suggested=suggested)) is not None:
            try:
                reviewing.save_verdict([self.verdict], to)
            except Trouble as error:
                ask.dialogs.trouble(self, error)


class Banner(Surface):
    """The verdict in 28 points on its colour."""

    def __init__(self, said: Headline) -> None:
        super().__init__("verdict")
        self.setProperty("tone", said.tone)
        self.setAccessibleName(f"{said.title}。{said.text}")
        self.setMinimumHeight(92)
        colour = {"query": "query_mark"}.get(said.tone, said.tone)
        lines = column(words(said.title, role="verdict"), words(said.text, role="lead", wrap=True), spacing=2)
        inside = row(picture(said.icon, 48, colour, filled=True), lines, spacing=20)
        inside.setStretch(1, 1)
        inside.setContentsMargins(26, 14, 24, 14)
        self.setLayout(inside)


def _question(question: Question) -> Row:
    mark = MARKS[question.stand]
    colour = {"error": "error", "query": "query"}.get(question.stand, "text")
    return Row((
        Cell(icon=mark.icon, icon_colour=mark.colour, filled=mark.filled), Cell(question.text),
        Cell(question.answer, weight=600, colour=colour), Cell(question.reason, colour="text2", tip=question.reason),
    ), question)


def _signer(signature: "SignatureVerdict", verdict: "Verdict") -> Row:
    """Return who signed and how; on paper the certificate names the bureau, in the role's place."""
    mark = MARKS["error" if not signature.good else "query" if signature.paper else "ok"]
    revoked = {True: ("已吊销", "error"), False: ("有效", "ok"), None: ("未查吊销", "query")}[signature.revoked]
    state, colour = revoked if signature.trusted else ("不受信任", "error")
    at = f"{moments.local(signature.signed_at):%Y-%m-%d %H:%M}" if signature.signed_at else "—"
    return Row((
        Cell(icon=mark.icon, icon_colour=mark.colour, filled=mark.filled),
        Cell(ROLES.get(signature.role, signature.role or "—")), Cell(signature.name or "—", tip=signature.name),
        Cell(county_name(signature.county) or signature.county or "—"),
        Cell("纸质签批", colour="query", tip="单位证书代签") if signature.paper else Cell("数字签名"), Cell(at),
        Cell(signed_what(signature, verdict), colour="text2", tip="、".join(signature.covers)),
        Cell(state, colour=colour),
    ), signature)


def _note(stand: str, text: str) -> QHBoxLayout:
    mark = MARKS[stand]
    sign = picture(mark.icon, 16, mark.colour, filled=mark.filled)
    line = row(column(sign, None), words(text, wrap=True, select=True))
    line.setStretch(1, 1)
    return line
