"""Signing with one's own key: a file or a token, its password or PIN once, whose key it is, and what falls due."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.progress import Progress
from pairing_desktop.services.key_keeping import KeyPlace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import ask, jobs
from pairing_desktop.ui.ask import Sheet
from pairing_desktop.ui.cards import button, column, say, words
from pairing_desktop.ui.key_chooser import KeyChooser
from pairing_desktop.ui.text_line import TextLine
from pairing_desktop.ui.theme import restyle

if TYPE_CHECKING:
    from pairing_desktop.services.reviewing import KeyView

REMEMBERED = "key"
SignWith = Callable[[KeyPlace, str, datetime], object]
"""Signs with a key and its password or PIN at a moment."""


class SignPanel(QWidget):
    """Asks for key and password, says whose key it is, signs in the background. ``signed`` carries a ``Signed``.

    ``sign_with`` signs something else than a packet, called ``what``; a ``joint`` part is looked at before asking too.
    """

    signed = Signal(object)

    def __init__(self, packet: Path, clock: Callable[[], datetime], *, settings: Settings | None = None,
                 parent: QWidget | None = None, sign_with: SignWith | None = None, what: str = "报送包",
                 joint: bool = False) -> None:
        super().__init__(parent)
        self._sign_with, self._what, self._joint = sign_with, what, joint
        self._packet, self._clock = packet, clock
        self._settings = settings or Settings()
        self.chooser = KeyChooser(self._settings, clock, near=packet.parent)
        self.key = self.chooser.file
        self.password = TextLine()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.problem = words("", role="hint", tone="error", wrap=True)
        self.problem.hide()
        self.beside = words("", tone="error", wrap=True)
        self.beside.hide()
        self.act = button("签名", kind="primary", icon="signature", action=self.sign)
        self.bar = jobs.JobBar()
        self.password_name = words("密码", role="label")
        self.password_name.setBuddy(self.password)
        self.setLayout(column(
            self.chooser, self.password_name, self.password, self.problem, self.beside, self.act, self.bar, None,
            spacing=6,
        ))
        self.chooser.changed.connect(self._ready)
        self.chooser.chosen.connect(self.password.setFocus)
        self.password.textChanged.connect(self._ready)
        self.password.returnPressed.connect(self.sign)
        self._ready()

    def say_beside(self, text: str) -> None:
        """Say beside the button what the signature also consents to."""
        say(self.beside, text)
        self.beside.setVisible(bool(text))

    def start(self) -> None:
        """Put the cursor where typing begins."""
        (self.password if self.chooser.place() else self.key).setFocus()

    def _ready(self, _text: str = "") -> None:
        secret = "PIN" if self.chooser.on_token else "密码"
        say(self.password_name, secret)
        self.password.setAccessibleName("UKey 的 PIN" if self.chooser.on_token else "密钥密码")
        self.act.setEnabled(self.chooser.place() is not None and bool(self.password.text()))
        self.problem.hide()
        restyle(self.password, state="")

    def sign(self) -> None:
        """Open the key, ask once in its owner's name, sign."""
        from pairing_desktop.services import reviewing, trusting

        key = self.chooser.place()
        if not self.act.isEnabled() or key is None:
            return
        password, now = self.password.text(), self._clock()
        self.act.setEnabled(False)

        def look(_progress: Progress) -> "KeyView":
            packet = self._packet if self._sign_with is None else None
            joint = self._packet if self._joint else None
            return reviewing.describe_key(key, password, now=now, packet=packet, joint=joint,
                                          trust=trusting.on_this_pc(self._settings) if packet else None)

        jobs.run(self, "打开密钥", look, lambda view: self._confirm(view, key, password), self._failed)

    def _confirm(self, view: "KeyView", key: KeyPlace, password: str) -> None:
        from pairing_desktop.services import reviewing, trusting

        owner = f"{view.county_name}{view.label}“{view.name}”"
        if not ask.dialogs.confirm(
            self, f"以{view.label}的身份签名？",
            f"这把密钥属于{owner}。签名表示认可这份{self._what}的全部内容，签上后不能撤回。", yes="签名",
        ):
            self._ready()
            return
        now = self._clock()

        def work(progress: Progress) -> object:
            if self._sign_with is not None:
                return self._sign_with(key, password, now)
            return reviewing.sign_packet(self._packet, key, password, now=now, progress=progress,
                                         trust=trusting.on_this_pc(self._settings))

        jobs.run(self, "签名", work, self._done, self._failed)

    def _done(self, result: object) -> None:
        self.chooser.remember()
        self.password.clear()
        self.signed.emit(result)

    def _failed(self, error: BaseException) -> None:
        self.chooser.list_tokens()  # another may have been plugged in
        self._ready()
        if not isinstance(error, Trouble):
            ask.dialogs.bug(self, error)
            return
        say(self.problem, "\n".join(str(problem) for problem in error.problems))
        self.problem.show()
        restyle(self.password, state="error")
        self.password.setFocus()
        self.password.selectAll()


class SignSheet(Sheet):
    """The same as a dialog, for whoever is at the clerk's own PC. Accepted once it is signed."""

    def __init__(self, parent: QWidget | None, packet: Path, clock: Callable[[], datetime]) -> None:
        super().__init__(parent, "在这台电脑上签名", f"{packet.name}。请本人选择自己的密钥、输入密码。", icon="key")
        self.panel = SignPanel(packet, clock)
        self.panel.signed.connect(self._accepted)
        self.body.addWidget(self.panel)
        self.add_button("取消")

    def _accepted(self, _result: QObject) -> None:
        self.accept()
