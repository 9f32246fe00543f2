"""Which UKey: its driver library, and those that are plugged in."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.services import key_keeping
from pairing_desktop.services.key_keeping import TokenPlace
from pairing_desktop.settings import Settings
from pairing_desktop.ui.cards import column, say, words
from pairing_desktop.ui.combo import Combo
from pairing_desktop.ui.key_chooser import MODULE
from pairing_desktop.ui.key_fields import FilePlace
from pairing_desktop.ui.new_wizard import named

WHERE = "Windows 上通常是 C:\\Windows\\System32 里的 .dll，名称见 UKey 的说明。"
NONE = "没有找到可用的 UKey：请插好；新的 UKey 先用厂家的工具设好 PIN。"


class TokenChoice(QWidget):
    """The library last used is filled in; ``changed`` tells when another UKey can be chosen."""

    changed = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        last = str(settings.get(MODULE, ""))
        self.module = FilePlace("驱动库", "PKCS#11 驱动库 (*.dll *.so *.dylib);;所有文件 (*)",
                                initial=Path(last) if last else None)
        self.token = Combo("UKey")
        self.note = words("", role="hint", wrap=True)
        self.setLayout(column(named("驱动库", self.module), named("UKey", self.token), self.note, spacing=10))
        self.module.changed.connect(self.list_tokens)
        self.list_tokens()

    def list_tokens(self) -> None:
        """Show what is plugged in."""
        self.token.clear()
        path = self.module.path()
        said = WHERE if path is None else self._found(path)
        say(self.note, said)
        self.note.setVisible(bool(said))
        self.changed.emit()

    def _found(self, path: Path) -> str:
        try:
            views = key_keeping.tokens(path)
        except Trouble as error:
            return str(error.problems[0])
        for view in views:
            if view.ready:
                state = "（已锁住）" if view.locked else "（上次 PIN 输错了）" if view.warned else ""
                self.token.addItem(f"{view.label} {view.maker}{state}", view.label)
        return "" if self.token.count() else NONE

    def place(self, key: str = "") -> TokenPlace | None:
        """Return the UKey chosen, with the name of a key in it; None while none can be."""
        module = self.module.path()
        if module is None or not self.token.count():
            return None
        return TokenPlace(module, str(self.token.currentData()), key)
