"""The one place that asks and tells: every dialog of the window is shown from here, so that a test can answer.

Callers write ``ask.dialogs.confirm(self, ...)``; a test replaces ``ask.dialogs`` by an object with the same methods.
"""

import traceback
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from pairing_desktop.errors import Altered, Trouble
from pairing_desktop.ui.cards import button, picture, words
from pairing_desktop.ui.long_text import LongText
from pairing_desktop.ui.refusal import ProblemList
from pairing_desktop.ui.text_line import TextLine

if TYPE_CHECKING:
    from pairing_desktop.services.half_said import HalfSaid

WIDTH = 440
"""Width of a dialog's words; a Chinese line of about 30 characters."""

TITLE_BAR = 40
"""What the system's title bar takes above a dialog, about."""

LOWEST = 96
"""What a dialog's list keeps of its height on a low screen: three rows."""


class Sheet(QDialog):
    """The shape all dialogs share: picture and heading, words, whatever is asked for, buttons at the lower right."""

    def __init__(self, parent: QWidget | None, title: str, text: str = "", *, icon: str = "",
                 tone: str = "accent") -> None:
        super().__init__(parent)
        self._default: QPushButton | None = None
        self.setWindowTitle(title)
        self.setMinimumWidth(WIDTH)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        self.heading = words(title, role="pane", wrap=True)
        self.body.addWidget(self.heading)
        if text:
            self.body.addWidget(words(text, tone="text2", wrap=True, select=True))
        top = QHBoxLayout()
        top.setSpacing(16)
        if icon:
            top.addWidget(picture(icon, 28, tone), 0, Qt.AlignmentFlag.AlignTop)
        held = QVBoxLayout()
        held.addLayout(self.body)
        held.addStretch(1)
        top.addLayout(held, 1)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.buttons.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 16)
        whole.setSpacing(20)
        whole.addLayout(top)
        whole.addLayout(self.buttons)

    def add_button(self, text: str, *, accept: bool = False, kind: str = "", default: bool = False) -> QPushButton:
        """Add a button that closes the dialog; Escape does what the rejecting one does."""
        new = button(text, kind=kind)
        if default:
            new.setAutoDefault(True)
            new.setDefault(True)
            self._default = new
        new.clicked.connect(self.accept if accept else self.reject)
        self.buttons.addWidget(new)
        return new

    def showEvent(self, event: QShowEvent) -> None:
        """Be as high as the words need; let the default button have the focus where there is nothing to fill in."""
        super().showEvent(event)
        self._grow()
        fields = (*self.findChildren(QLineEdit), *self.findChildren(QPlainTextEdit))
        if self._default is not None and not any(field.isVisibleTo(self) for field in fields):
            self._default.setFocus()

    def _grow(self) -> None:
        """Take the height that is needed: on a low screen Qt stops at two thirds of it and cuts off what is inside."""
        whole = self.layout()
        room = self.screen().availableGeometry().height() - TITLE_BAR
        self.give_way(room)
        if self.height() > room:
            self.resize(self.width(), room)
        if whole is not None and whole.hasHeightForWidth():
            wanted = min(whole.totalHeightForWidth(self.width()), room)
            self.resize(self.width(), max(self.height(), wanted, whole.totalMinimumHeightForWidth(self.width())))


    def give_way(self, room: int) -> None:
        """Let lists be lower where the screen is: the buttons would stand below its edge else."""
        whole = self.layout()
        if whole is None:
            return
        least = whole.totalMinimumHeightForWidth(self.width()) if whole.hasHeightForWidth() else -1
        over = max(least, whole.totalMinimumSize().height()) - room
        for area in self.findChildren(QAbstractScrollArea):
            less = min(over, area.minimumHeight() - LOWEST)
            if less > 0 and area.maximumHeight() > area.minimumHeight():
                area.setMinimumHeight(area.minimumHeight() - less)
                over -= less
        whole.activate()


class ReasonSheet(Sheet):
    """Asks for some sentences; the act stays locked until there are any."""

    def __init__(self, parent: QWidget | None, title: str, why: str, *, yes: str, initial: str, limit: int,
                 half: "HalfSaid | None" = None) -> None:
        super().__init__(parent, title, why)
        self.field = LongText("原因", limit=limit)
        self.field.hold(half, initial)
        self.field.edit.setFixedHeight(96)
        self.body.addWidget(self.field)
        self.add_button("取消")
        self.yes = self.add_button(yes, accept=True, kind="primary", default=True)
        self.yes.setToolTip("Ctrl+Enter")
        self.field.edit.textChanged.connect(self._ready)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):  # Enter itself breaks the line
            QShortcut(QKeySequence(keys), self, self.yes.click)
        self._ready()

    def _ready(self) -> None:
        self.yes.setEnabled(self.field.fits)


class LineSheet(Sheet):
    """Asks for one line or a password; a line is kept as ``half`` while it is typed."""

    def __init__(self, parent: QWidget | None, title: str, label: str, *, yes: str, initial: str = "", hint: str = "",
                 secret: bool = False, problem: str = "", half: "HalfSaid | None" = None) -> None:
        super().__init__(parent, title, icon="key" if secret else "")
        name = words(label, tone="text2")
        self.edit = TextLine(initial)
        self.edit.setAccessibleName(label)
        self.edit.setPlaceholderText(hint)
        name.setBuddy(self.edit)
        if secret:
            self.edit.setEchoMode(QLineEdit.EchoMode.Password)
            self.edit.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhNoPredictiveText)
        self.body.addWidget(name)
        self.body.addWidget(self.edit)
        if problem:
            self.edit.setProperty("state", "error")
            self.body.addWidget(words(problem, role="hint", tone="error", wrap=True))
        self.add_button("取消")
        self.yes = self.add_button(yes, accept=True, kind="primary", default=True)
        self.edit.textChanged.connect(self._ready)
        self._ready()
        if half is not None:
            from pairing_desktop.ui.half_filled import HalfFilled

            HalfFilled(self, {"line": self.edit}).begin(half)

    def _ready(self) -> None:
        self.yes.setEnabled(bool(self.edit.text()))


class TroubleSheet(Sheet):
    """Expected trouble: one sentence and its remedy, and a list of what comes of it or when there are several."""

    def __init__(self, parent: QWidget | None, error: Trouble, title: str) -> None:
        problems = error.problems
        one = problems[0] if len(problems) == 1 or isinstance(error, Altered) else None
        heading = one.message if one else f"{title}：有 {len(problems)} 处问题"
        super().__init__(parent, heading, one.remedy if one else "", icon="error_circle", tone="error")
        self.setWindowTitle(title)
        if listed := problems[1:] if one else problems:
            found = ProblemList()
            found.show_problems(listed)
            self.body.addWidget(found)
        self.add_button("知道了", accept=True, kind="primary", default=True)


class BugSheet(Sheet):
    """A fault of the program: what is safe, and details to copy for whoever mends it."""

    def __init__(self, parent: QWidget | None, error: BaseException) -> None:
        super().__init__(
            parent, "程序出了故障，这一步没有完成",
            "已经存盘的内容不受影响，可以继续使用。请把下面的故障信息复制给技术支持人员。",
            icon="error_circle", tone="error",
        )
        self.setWindowTitle("程序故障")
        self.details = QPlainTextEdit("".join(traceback.format_exception(error)))
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setAccessibleName("故障信息")
        self.details.setMinimumHeight(120)
        self.details.hide()
        self.body.addWidget(self.details)
        more = button("高级：查看", kind="link")
        more.clicked.connect(partial(self._more, more))
        copy = button("复制故障信息", icon="copy")
        copy.clicked.connect(self._copy)
        self.buttons.insertWidget(0, more)
        self.buttons.addWidget(copy)
        self.add_button("关闭", accept=True, kind="primary", default=True)

    def _more(self, more: QPushButton) -> None:
        more.hide()
        self.details.show()
        self.adjustSize()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())


class Dialogs:
    """The dialogs a person sees. Each method returns the answer, or ``None``/``False`` when it was dismissed."""

    def run(self, dialog: QDialog) -> bool:
        """Show a dialog (also one that a page has built: wizard, waiver); return whether it was accepted."""
        from pairing_desktop.ui.button_keys import ButtonKeys
        from pairing_desktop.ui.focus_ring import FocusRing

        ButtonKeys(dialog)
        FocusRing(dialog)
        try:
            return dialog.exec() == QDialog.DialogCode.Accepted
        finally:
            dialog.deleteLater()

    def confirm(self, parent: QWidget | None, title: str, consequence: str, *, yes: str, no: str = "取消",
                danger: bool = False) -> bool:
        """Ask once, with the consequence in words; ``yes`` names the act (not 是)."""
        sheet = Sheet(parent, title, consequence, icon="warning" if danger else "question_circle",
                      tone="query_mark" if danger else "accent")
        sheet.add_button(no, default=danger)
        sheet.add_button(yes, accept=True, kind="danger" if danger else "primary", default=not danger)
        return self.run(sheet)

    def reason(self, parent: QWidget | None, title: str, why: str, *, yes: str = "确定", initial: str = "",
               limit: int = 200, half: "HalfSaid | None" = None) -> str | None:
        """Ask for some sentences (a reason, an explanation); never returns an empty text.

        What is typed is kept as ``half`` until the caller drops it, so that a power cut costs nobody words; that the
        box is open is known then too.
        """
        from pairing_desktop.services import half_said

        sheet = ReasonSheet(parent, title, why, yes=yes, initial=initial, limit=limit, half=half)
        with half_said.asking(half) if half is not None else nullcontext():
            taken = self.run(sheet)
        sheet.field.leave()
        if half is not None and not taken and not half.lasting:
            half.drop()
        return sheet.field.text() if taken else None

    def text(self, parent: QWidget | None, title: str, label: str, *, yes: str = "确定", initial: str = "",
             hint: str = "", half: "HalfSaid | None" = None) -> str | None:
        """Ask for one line; what is typed is kept as ``half`` as long as it is asked for."""
        sheet = LineSheet(parent, title, label, yes=yes, initial=initial, hint=hint, half=half)
        return sheet.edit.text().strip() if self.fill(sheet, half) else None

    def fill(self, dialog: QDialog, half: "HalfSaid | None") -> bool:
        """Show a dialog that keeps what is filled in as ``half``; tell whether it was accepted.

        While it is open that is known too, so that it comes again after a power cut.
        """
        from pairing_desktop.services import half_said

        if half is None:
            return self.run(dialog)
        with half_said.asking(half):
            taken = self.run(dialog)
        half.drop()
        return taken

    def password(self, parent: QWidget | None, title: str, label: str, *, problem: str = "") -> str | None:
        """Ask for a password; ``problem`` says why the last one did not do."""
        sheet = LineSheet(parent, title, label, yes="确定", secret=True, problem=problem)
        return sheet.edit.text() if self.run(sheet) else None

    def open_file(self, parent: QWidget | None, title: str, kinds: str, *, folder: Path | None = None) -> Path | None:
        """Let the user pick one existing file; ``kinds`` is Qt's filter such as ``数据文件 (*.pairing)``."""
        from pairing_desktop.ui import file_dialog

        one = QFileDialog.FileMode.ExistingFile
        return file_dialog.asked(parent, title, one, place=folder or Path.home(), kinds=kinds)

    def save_file(self, parent: QWidget | None, title: str, kinds: str, *, suggested: Path) -> Path | None:
        """Let the user name a file to write; the system's dialog asks before one is replaced."""
        from pairing_desktop.ui import file_dialog

        return file_dialog.asked(parent, title, QFileDialog.FileMode.AnyFile, place=suggested, kinds=kinds)

    def folder(self, parent: QWidget | None, title: str, *, start: Path | None = None) -> Path | None:
        """Let the user pick a folder."""
        from pairing_desktop.ui import file_dialog

        return file_dialog.asked(parent, title, QFileDialog.FileMode.Directory, place=start or Path.home())

    def tell(self, parent: QWidget | None, title: str, text: str) -> None:
        """Tell one thing that needs to be read."""
        sheet = Sheet(parent, title, text, icon="info")
        sheet.add_button("知道了", accept=True, kind="primary", default=True)
        self.run(sheet)

    def trouble(self, parent: QWidget | None, error: Trouble, *, title: str = "没有办成") -> None:
        """Tell expected trouble: each problem in words with its remedy; a list when there are several."""
        self.run(TroubleSheet(parent, error, title))

    def bug(self, parent: QWidget | None, error: BaseException) -> None:
        """Tell a fault of the program; the details can be copied."""
        self.run(BugSheet(parent, error))


dialogs = Dialogs()
"""What every page asks through; a test puts its own object here."""
