"""Signing a packet with one's own key: key file, password, whose key it is, and what to do next."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.progress import Progress
from pairing_desktop.settings import Settings
from pairing_desktop.ui import ask, jobs
from pairing_desktop.ui.ask import Sheet
from pairing_desktop.ui.cards import button, column, row, say, words
from pairing_desktop.ui.theme import restyle

if TYPE_CHECKING:
    from pairing_desktop.services.reviewing import KeyView

KEY_FILES = "密钥文件 (*.p12 *.pfx);;所有文件 (*)"
REMEMBERED = "key"
SignWith = Callable[[Path, str, datetime], object]
"""Signs with a key file and its password at a moment."""


class SignPanel(QWidget):
    """Asks for key and password, says whose key it is, signs in the background. ``signed`` carries a ``Signed``.

    ``sign_with`` signs something else than a packet, called ``what``.
    """

    signed = Signal(object)

    def __init__(self, packet: Path, clock: Callable[[], datetime], *, settings: Settings | None = None,
                 parent: QWidget | None = None, sign_with: SignWith | None = None, what: str = "报送包") -> None:
        super().__init__(parent)
        self._sign_with, self._what = sign_with, what
        self._packet, self._clock = packet, clock
        self._settings = settings or Settings()
        last = self._settings.get(REMEMBERED, "")
        self.key = QLineEdit(last if last and Path(last).is_file() else "")
        self.key.setPlaceholderText("本人的密钥文件（.p12）")
        self.key.setAccessibleName("密钥文件")
        self.browse = button("选择…", action=self._browse)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName("密钥密码")
        self.problem = words("", role="hint", tone="error", wrap=True)
        self.problem.hide()
        self.act = button("签名", kind="primary", icon="signature", action=self.sign)
        self.bar = jobs.JobBar()
        key_name, password_name = words("密钥文件", role="label"), words("密码", role="label")
        key_name.setBuddy(self.key)
        password_name.setBuddy(self.password)
        self.setLayout(column(
            key_name, row(self.key, self.browse), password_name, self.password, self.problem, self.act, self.bar,
            spacing=6,
        ))
        self.key.textChanged.connect(self._ready)
        self.password.textChanged.connect(self._ready)
        self.password.returnPressed.connect(self.sign)
        self._ready()

    def start(self) -> None:
        """Put the cursor where typing begins."""
        (self.password if self.key.text() else self.key).setFocus()

    def _browse(self) -> None:
        chosen = ask.dialogs.open_file(self, "选择密钥文件", KEY_FILES, folder=self._packet.parent)
        if chosen is not None:
            self.key.setText(str(chosen))
            self.password.setFocus()

    def _ready(self, _text: str = "") -> None:
        self.act.setEnabled(bool(self.key.text().strip()) and bool(self.password.text()))
        self.problem.hide()
        restyle(self.password, state="")

    def sign(self) -> None:
        """Open the key, ask once in its owner's name, sign."""
        from pairing_desktop.services import reviewing

        if not self.act.isEnabled():
            return
        key, password, now = Path(self.key.text().strip()), self.password.text(), self._clock()
        self.act.setEnabled(False)

        def look(_progress: Progress) -> "KeyView":
            return reviewing.describe_key(key, password, now=now)

        jobs.run(self, "打开密钥", look, lambda view: self._confirm(view, key, password), self._failed)

    def _confirm(self, view: "KeyView", key: Path, password: str) -> None:
        from pairing_desktop.services import reviewing

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
            return reviewing.sign_packet(self._packet, key, password, now=now, progress=progress)

        jobs.run(self, "签名", work, self._done, self._failed)

    def _done(self, result: object) -> None:
        self._settings.set(REMEMBERED, self.key.text().strip())
        self.password.clear()
        self.signed.emit(result)

    def _failed(self, error: BaseException) -> None:
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
        super().__init__(parent, "在这台电脑上签名", f"{packet.name}。请本人选择自己的密钥文件、输入密码。", icon="key")
        self.panel = SignPanel(packet, clock)
        self.panel.signed.connect(self._accepted)
        self.body.addWidget(self.panel)
        self.add_button("取消")

    def _accepted(self, _result: QObject) -> None:
        self.accept()
