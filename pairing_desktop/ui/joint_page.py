"""A joint part opened without a data file: the partner looks at each field, answers, and the heads countersign."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.progress import Progress
from pairing_desktop.services.left_open import Left
from pairing_desktop.services.workspace import system_clock
from pairing_desktop.settings import Settings
from pairing_desktop.ui import ask, jobs, moments
from pairing_desktop.ui.cards import Empty, Surface, button, clear, column, picture, row, rule, say, scrolled, words
from pairing_desktop.ui.joint_fields import JointFields
from pairing_desktop.ui.lone_page import LonePage
from pairing_desktop.ui.panes import Pane, Panes
from pairing_desktop.ui.preview import Preview
from pairing_desktop.ui.refusal import Refusal
from pairing_desktop.ui.relay_pane import NOT_A_SEAL, open_folder
from pairing_desktop.ui.sign_panel import SignPanel
from pairing_desktop.ui.text_line import TextLine
from pairing_desktop.ui.unsaved import HALF_TYPED
from pairing_desktop.ui.verdict_page import VerdictPage
from pairing_desktop.ui.verifying import Verifier

if TYPE_CHECKING:
    from pairing_desktop.exchange.packet import Verdict
    from pairing_desktop.services.joining import JointView, Place
    from pairing_desktop.services.key_keeping import KeyPlace

REMEMBERED, DISPUTES = "joint.name", "joint.disputes"
TOO_LATE = "有人签名以后，不能再写确认或异议；会签就是同意。不同意就先不签，请{county}重新发核对稿。"
ONLY = "这里只有两县共有的表。"


class JointPage(LonePage):
    """Left the fields, in the middle the sheets as printed, right the answer and the signatures."""

    told = Signal(str)

    def __init__(self, file: Path, parent: QWidget | None = None, *, settings: Settings | None = None,
                 clock: Callable[[], datetime] = system_clock) -> None:
        super().__init__(parent)
        self.file = file
        self._settings, self._clock = settings or Settings(), clock
        self.view: JointView | None = None
        self.verdict = None
        self.panel: SignPanel | None = None
        self.verifier = Verifier(self, self._settings, clock)
        self.verifier.arrived.connect(self._show_verdict)
        self._build()
        self.load()

    def _build(self) -> None:
        self.subtitle = words(self.file.name, role="label")
        self.back = button("", kind="plain", icon="arrow_left", tip="返回", action=self._go_back)
        self.verify = button("核验…", icon="shield_checkmark", action=lambda: self.verifier.start(self.file))
        head = Surface("surface")
        line = row(self.back, words("核对与会签", role="pane"), self.subtitle, None, self.verify)
        line.setContentsMargins(16, 0, 16, 0)
        head.setLayout(line)
        head.setFixedHeight(48)
        self.fields = JointFields()
        self.fields.changed.connect(self._count)
        self._keeping = QTimer(self)
        self._keeping.setSingleShot(True)
        self._keeping.setInterval(HALF_TYPED)
        self._keeping.timeout.connect(self._keep)
        self.fields.words.edit.textChanged.connect(lambda: self._keeping.isActive() or self._keeping.start())
        self.fields.changed.connect(self._keep)
        left = Surface("surface")
        left.setLayout(column(self.fields))
        self.preview = Preview("会签件里的报表")
        self.side = QVBoxLayout()
        self.side.setContentsMargins(16, 16, 16, 16)
        self.side.setSpacing(10)
        side = Surface("surface")
        side.setLayout(self.side)
        self.panes = Panes((
            Pane("逐项核对", left, share=5, least=440), Pane("报表", self.preview, share=4, least=360),
            Pane("答复和签名", scrolled(side, "答复和签名"), width=320),
        ))
        self.trouble = Refusal(button("换一个文件…", action=self.closeRequested.emit))
        self.waiting = Empty("document", "正在打开会签件", "核对文件是否完整。")
        self.inner = QStackedLayout()
        for part in (self.waiting, self.trouble, self.panes):
            self.inner.addWidget(part)
        self.sign_view = QWidget()
        self.sign_view.setLayout(column(head, rule(), self.inner, spacing=0))
        self.stack = QStackedLayout(self)
        self.stack.addWidget(self.sign_view)

    def _go_back(self) -> None:
        if self._may_go():
            self.closeRequested.emit()

    def _keep(self) -> None:
        """Keep on this PC what is typed and stands in no file yet: a power cut leaves it to come back to."""
        self._keeping.stop()
        if self.view is not None and _open(self.view):
            self._settings.set(f"{DISPUTES}.{self.view.identity}", self.fields.half)

    def _may_go(self) -> bool:
        """Ask before disputes go that were typed and stand in no file yet."""
        goes = not self.fields.unsent or ask.dialogs.confirm(
            self, "异议还没有写进文件，仍要关闭？", "写下的异议只在这个窗口里，关闭就没有了；点“提出异议”才写进文件。",
            yes="不提了，关闭", no="先不关", danger=True)
        if goes and self.view is not None:
            self._keeping.stop()
            self._settings.set(f"{DISPUTES}.{self.view.identity}", None)
        return goes

    def showEvent(self, event: QShowEvent) -> None:
        """See the window being closed."""
        super().showEvent(event)
        self.window().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the window open while somebody wants to stay."""
        if event.type() == QEvent.Type.Close and watched is self.window() and self.isVisible() and not self._may_go():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def load(self) -> None:
        """Open the file anew."""
        from pairing_desktop.services import joining

        self.inner.setCurrentWidget(self.waiting)
        self.verify.setEnabled(False)

        def work(_progress: Progress) -> "JointView":
            return joining.describe(self.file)

        jobs.run(self, "打开会签件", work, self._show, self._failed)

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, Trouble):
            ask.dialogs.bug(self, error)
            return
        self.trouble.show_trouble(error)
        self.inner.setCurrentWidget(self.trouble)
        self.verify.setEnabled(True)

    def _show(self, view: "JointView") -> None:
        first = self.view is None
        self.view = view
        say(self.subtitle, f"{view.county_name}—{view.partner_name} {view.quarter_title}，{len(view.sheets)} 份")
        self.verify.setEnabled(True)
        half = self._settings.get(f"{DISPUTES}.{view.identity}")
        self.fields.show_sheets(view.sheets, locked=not _open(view))
        self._keeping.stop()
        if half and _open(view):
            self.fields.bring_back(half)
        elif half:
            self._settings.set(f"{DISPUTES}.{view.identity}", None)  # it was answered
        self._fill_side(view)
        self.inner.setCurrentWidget(self.panes)
        if first:
            self.preview.show_pdf(view.pdf)
        self.arrived.emit()

    def left(self) -> Left:
        """Return the joint part and where one is in it."""
        return Left(packet=str(self.file.resolve()), spot=self.spot())

    def judge(self, _file: str) -> None:
        """Verify the joint part again."""
        self.verifier.start(self.file)

    def _fill_side(self, view: "JointView") -> None:
        clear(self.side)
        self.panel = None
        title, text = _advice(view)
        self.state = words(title, role="pane", wrap=True, tone="ok" if view.complete else "")
        self.advice = words(text, role="label", wrap=True)
        self.side.addWidget(self.state)
        self.side.addWidget(self.advice)
        self.side.addWidget(rule())
        if _open(view):
            self._answer_form(view)
            self.side.addWidget(rule())
        for place in view.places:
            self.side.addLayout(_place(place))
        if _open(view):
            later = f"{view.partner_name}全部确认以后，两县单位负责人在这里会签。"
            self.side.addWidget(words(later, role="hint", wrap=True))
        elif view.answer != "disputed" and not view.complete:
            self.side.addWidget(rule())
            self.side.addWidget(words("单位负责人会签", role="section"))
            self.panel = SignPanel(self.file, self._clock, settings=self._settings, sign_with=self._sign,
                                   what="会签件", joint=True)
            self.panel.act.setText("会签")
            self.panel.signed.connect(lambda _part: self._again("已会签"))
            self.side.addWidget(self.panel)
        self.side.addWidget(button("打开文件夹", icon="folder_open", action=lambda: open_folder(self.file)))
        self.side.addStretch(1)
        self.side.addWidget(words(NOT_A_SEAL, role="hint", wrap=True))

    def _answer_form(self, view: "JointView") -> None:
        name = words("答复单位或答复人", role="label")
        self.name = TextLine(self._settings.get(REMEMBERED, ""))
        self.name.setPlaceholderText(f"如 {view.partner_name}经信局")
        self.name.setAccessibleName("答复单位或答复人")
        name.setBuddy(self.name)
        self.answer = button("全部确认", kind="primary", icon="send", action=self._answer)
        self.name.textChanged.connect(self._count)
        for part in (name, self.name, self.answer):
            self.side.addWidget(part)
        self._count()

    def _count(self, _text: str = "") -> None:
        count = len(self.fields.disputes)
        self.answer.setText(f"提出 {count} 处异议" if count else "全部确认")
        self.answer.setEnabled(bool(self.name.text().strip()))

    def _answer(self) -> None:
        from pairing_desktop.exchange.joint import Dispute
        from pairing_desktop.services import joining

        view, said = self.view, self.fields.disputes
        if view is None:
            return
        title = f"提出 {len(said)} 处异议？" if said else "确认全部共有表？"
        left = self.fields.not_noted
        after = f"写进这个文件后发回{view.county_name}。" + ("" if said else "确认以后由两县单位负责人会签。")
        after += f"\n有 {left} 处异议写了，没有点“记下异议”，不会写进去。" if left else ""
        if not ask.dialogs.confirm(self, title, after, yes="提出异议" if said else "全部确认"):
            return
        name, now = self.name.text().strip(), self._clock()
        self._settings.set(REMEMBERED, name)
        disputes = [Dispute(form, key, path, text) for (form, key, path), text in said.items()]

        def work(_progress: Progress) -> "JointView":
            return joining.answer(self.file, name=name, now=now, disputes=disputes)

        jobs.run(self, "写入答复", work, self._show, lambda error: jobs.tell_failure(self, error))

    def _sign(self, key: "KeyPlace", password: str, now: datetime) -> object:
        from pairing_desktop.services import joining

        return joining.sign_joint(self.file, key, password, now=now)

    def _again(self, said: str) -> None:
        self.told.emit(said)
        self.load()

    def _show_verdict(self, verdict: "Verdict") -> None:
        if self.verdict is not None:
            self.stack.removeWidget(self.verdict)
            self.verdict.deleteLater()
        self.verdict = VerdictPage(verdict, clock=self._clock)
        self.verdict.closeRequested.connect(lambda: self.stack.setCurrentWidget(self.sign_view))
        self.stack.addWidget(self.verdict)
        self.stack.setCurrentWidget(self.verdict)
        self.arrived.emit()


def _advice(view: "JointView") -> tuple[str, str]:
    """Return where the joint part stands, and what to do next."""
    if view.complete:
        return "两县已会签", f"把 {view.path.name} 发回{view.county_name}，定稿时带进报送包。"
    if view.answer == "disputed":
        count = sum(len(sheet.disputed) for sheet in view.sheets)
        return f"已提出 {count} 处异议", f"把 {view.path.name} 发回{view.county_name}，改正后会重新发来核对稿。"
    signed = [place for place in view.places if place.name]
    if signed:
        left = next(place for place in view.places if not place.name)
        text = f"{signed[0].county_name}已签。请{left.county_name}单位负责人用本人的密钥会签。"
        text += "" if view.answer else TOO_LATE.format(county=view.county_name)
        return f"等{left.county_name}会签", text
    if view.answer == "confirmed":
        return "已确认", f"请单位负责人用本人的密钥会签，再把文件发回{view.county_name}。"
    return f"请{view.partner_name}核对", "逐项看过；有不同意的，选中那一项写明异议；都同意就全部确认。" + ONLY


def _open(view: "JointView") -> bool:
    """Tell whether the partner can still answer: not yet done, and nobody has signed."""
    return not view.answer and not any(place.name for place in view.places)


def _place(place: "Place") -> QHBoxLayout:
    if place.name and place.at is not None:
        mark = picture("checkmark_circle", 20, "ok", filled=True)
        detail = f"{place.name} · {moments.local(place.at):%Y-%m-%d %H:%M}（自述）"
    else:
        mark, detail = picture("circle", 20, "text3"), "等待会签"
    title = words(f"{place.county_name}单位负责人", role="strong", wrap=True)
    layout = row(mark, column(title, words(detail, role="hint", wrap=True), spacing=2), spacing=12)
    layout.setStretch(1, 1)
    layout.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
    return layout
