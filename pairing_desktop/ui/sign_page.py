"""A packet opened without a data file: what it holds, who has signed, and signing it with one's own key."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.progress import Progress
from pairing_desktop.services.left_open import Left
from pairing_desktop.services.workspace import system_clock
from pairing_desktop.settings import Settings
from pairing_desktop.ui import ask, jobs, moments
from pairing_desktop.ui.cards import (
    Empty,
    Surface,
    button,
    clear,
    column,
    picture,
    row,
    rule,
    say,
    scrolled,
    words,
)
from pairing_desktop.ui.lone_page import LonePage
from pairing_desktop.ui.packet_cards import answers_card, consent_words, contents_card, origin_card
from pairing_desktop.ui.panes import Pane, Panes
from pairing_desktop.ui.preview import Preview
from pairing_desktop.ui.refusal import Refusal
from pairing_desktop.ui.relay_pane import ISSUED, NOT_A_SEAL, open_folder
from pairing_desktop.ui.sign_panel import SignPanel
from pairing_desktop.ui.verdict_page import VerdictPage
from pairing_desktop.ui.verifying import Verifier

if TYPE_CHECKING:
    from pairing_desktop.exchange.packet import Signed, Verdict
    from pairing_desktop.services.reviewing import PacketView, Place


SIGNING = 2
"""Which pane one signs in."""
CLAIMED = "签名时间取自签名人的电脑，只是自述；可信时间以省厅回执为准。"


class SignPage(LonePage):
    """What is being signed, whole, before the key is asked for; and the verdict on request."""

    told = Signal(str)

    def __init__(self, packet: Path, parent: QWidget | None = None, *, settings: Settings | None = None,
                 clock: Callable[[], datetime] = system_clock) -> None:
        super().__init__(parent)
        self.packet = packet
        self._settings, self._clock = settings or Settings(), clock
        self.view: PacketView | None = None
        self.verdict = None
        self.verifier = Verifier(self, self._settings, clock)
        self.verifier.arrived.connect(self._show_verdict)
        self._build()
        self.load()

    def _build(self) -> None:
        self.title = words("签批报送包", role="pane")
        self.subtitle = words(self.packet.name, role="label")
        self.back = button("", kind="plain", icon="arrow_left", tip="返回", action=self.closeRequested.emit)
        self.verify = button("核验…", icon="shield_checkmark", action=self._verify)
        head = Surface("surface")
        line = row(self.back, self.title, self.subtitle, None, self.verify)
        line.setContentsMargins(16, 0, 16, 0)
        head.setLayout(line)
        head.setFixedHeight(48)
        self.preview = Preview("报送包里的报表")
        self.cards = QVBoxLayout()
        self.cards.setContentsMargins(16, 16, 12, 16)
        self.cards.setSpacing(12)
        cards = QWidget()
        cards.setLayout(self.cards)
        self.side = QVBoxLayout()
        self.side.setContentsMargins(16, 16, 16, 16)
        self.side.setSpacing(10)
        side = Surface("surface")
        side.setLayout(self.side)
        self.signing = scrolled(side, "签名")
        self._asks = False
        self.panes = Panes((
            Pane("内容", scrolled(cards, "报送包内容"), width=380),
            Pane("报表", self.preview, least=420), Pane("签名", self.signing, width=340),
        ))
        self.panes.chosen.connect(self._pane_chosen)
        self.trouble = Refusal(button("换一个文件…", action=self.closeRequested.emit))
        self.waiting = Empty("document", "正在打开报送包", "核对文件是否完整。")
        self.inner = QStackedLayout()
        for part in (self.waiting, self.trouble, self.panes):
            self.inner.addWidget(part)
        self.sign_view = QWidget()
        self.sign_view.setLayout(column(head, rule(), self.inner, spacing=0))
        self.stack = QStackedLayout(self)
        self.stack.addWidget(self.sign_view)

    def load(self) -> None:
        """Open the packet anew."""
        from pairing_desktop.services import reviewing, trusting

        self.inner.setCurrentWidget(self.waiting)
        self.verify.setEnabled(False)

        def work(_progress: Progress) -> "PacketView":
            return reviewing.describe_packet(self.packet, trust=trusting.on_this_pc(self._settings))

        jobs.run(self, "打开报送包", work, self._show, self._failed)

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, Trouble):
            ask.dialogs.bug(self, error)
            return
        self.trouble.show_trouble(error)
        self.inner.setCurrentWidget(self.trouble)
        self.verify.setEnabled(True)

    def _show(self, view: "PacketView") -> None:
        self.view = view
        say(self.subtitle, f"{view.county_name} {view.quarter_title} 第 {view.number} 次报送")
        self.verify.setEnabled(True)
        clear(self.cards)
        cards = [origin_card(view), contents_card(view)]
        cards.insert(0 if view.answers else len(cards), answers_card(view))
        for card in cards:
            self.cards.addWidget(card)
        self.cards.addStretch(1)
        self._fill_side(view)
        self.inner.setCurrentWidget(self.panes)
        self._begin()
        self.preview.show_pdf(view.pdf)
        self.arrived.emit()

    def left(self) -> Left:
        """Return the packet and where one is in it."""
        return Left(packet=str(self.packet.resolve()), spot=self.spot())

    def judge(self, _file: str) -> None:
        """Verify the packet again."""
        self._verify()

    def _begin(self) -> None:
        """Put the cursor where typing begins, if that is seen; else on the tab of what is."""
        if not self.panes.shows(SIGNING):
            self.panes.buttons[self.panes.group.checkedId()].setFocus()
        elif self._asks:
            self.panel.start()

    def _pane_chosen(self, number: int) -> None:
        if number == SIGNING:
            self._begin()

    def _fill_side(self, view: "PacketView", done: "Signed | None" = None) -> None:
        clear(self.side)
        self._asks = False
        following = next((p for p in view.places if p.role == view.next_role), None)
        if following is None:
            title, text = "签名齐全，已封口", "请把它交回填表人，在“审核与报送”里回收签名、报送。"
        else:
            title, text = f"请{following.label}签名", "看过内容和报表，再用本人的密钥签名。"
        self.state = words(title, role="pane", wrap=True)
        self.advice = words(text, role="label", wrap=True)
        self.side.addWidget(self.state)
        self.side.addWidget(self.advice)
        if done is not None:
            self._result(view, following)
        self.side.addWidget(rule())
        for place in view.places:
            self.side.addLayout(_place(place, following=place is following))
        self.side.addWidget(rule())
        if following is not None and done is None:
            self._asks = True
            self.panel = SignPanel(self.packet, self._clock, settings=self._settings)
            self.panel.signed.connect(self._signed)
            self.panel.say_beside(consent_words(view, following))
            self.side.addWidget(self.panel)
        self.folder = button("打开文件夹", icon="folder_open", action=lambda: open_folder(self.packet))
        self.side.addWidget(self.folder)
        self.side.addStretch(1)
        self.side.addWidget(words(NOT_A_SEAL, role="hint", wrap=True))
        self.side.addWidget(words(CLAIMED, role="hint", wrap=True))

    def _result(self, view: "PacketView", following: "Place | None") -> None:
        say(self.state, "签名成功", tone="ok")
        if following is not None:
            say(self.advice, f"下一步：把这个报送包发给{following.label}签名。{self.packet.name} 已经包含您的签名。")
        else:
            say(self.advice, f"签名齐全，已封口。下一步：把 {self.packet.name} 交回填表人报送。")
        self.told.emit(f"已签名 {view.county_name} {view.quarter_title}")

    def _signed(self, result: "Signed") -> None:
        from pairing_desktop.services import reviewing, trusting

        def work(_progress: Progress) -> "PacketView":
            return reviewing.describe_packet(self.packet, trust=trusting.on_this_pc(self._settings))

        def arrived(view: "PacketView") -> None:
            self._show(view)
            self._fill_side(view, result)
            self.folder.show()  # what is not shown yet takes no focus
            self.folder.setFocus()
            self.signing.verticalScrollBar().setValue(0)

        jobs.run(self, "打开报送包", work, arrived, self._failed)

    def _verify(self) -> None:
        self.verifier.start(self.packet)

    def _show_verdict(self, verdict: "Verdict") -> None:
        if self.verdict is not None:
            self.stack.removeWidget(self.verdict)
            self.verdict.deleteLater()
        self.verdict = VerdictPage(verdict, view=self.view, clock=self._clock)
        self.verdict.closeRequested.connect(self._close_verdict)
        self.stack.addWidget(self.verdict)
        self.stack.setCurrentWidget(self.verdict)
        self.arrived.emit()

    def _close_verdict(self) -> None:
        self.stack.setCurrentWidget(self.sign_view)


def _place(place: "Place", *, following: bool) -> QHBoxLayout:
    if place.signed:
        glyph, tone, issuer = ISSUED[place.issued]
        mark, when = picture(glyph, 20, tone, filled=place.issued is not None), ""
        if place.at is not None:
            when = f"{moments.local(place.at):%Y-%m-%d %H:%M}（自述）"
        who = f"纸质签批（单位证书代签）· {place.name}" if place.paper else place.name
        detail = " · ".join(part for part in (who, when, issuer) if part)
    elif following:
        mark, detail = picture("edit", 20, "accent"), "轮到签名"
    else:
        mark, detail = picture("circle", 20, "text3"), "等待"
    lines = column(words(place.label, role="strong"), words(detail, role="hint", wrap=True), spacing=2)
    layout = row(mark, lines, spacing=12)
    layout.setStretch(1, 1)
    layout.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
    return layout


