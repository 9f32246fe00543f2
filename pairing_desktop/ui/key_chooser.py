"""Which key to sign with: one that was used here before, another file, or a token; and what falls due of it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.services.key_keeping import KeyPlace, TokenPlace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import ask
from pairing_desktop.ui.cards import button, column, row, say, words
from pairing_desktop.ui.combo import Combo
from pairing_desktop.ui.text_line import PathLine

KEY_FILES = "密钥文件 (*.pairkey *.p12 *.pfx);;所有文件 (*)"
MODULES = "PKCS#11 驱动库 (*.dll *.so *.dylib);;所有文件 (*)"
REMEMBERED, MODULE = "key", "token.module"


def _plugged_in(module: Path) -> list[tuple[str, str]]:
    """Return label and maker of the tokens that can be used; a driver that is none is told when it is to sign."""
    from pairing_desktop.services import key_keeping

    try:
        return [(view.label, view.maker) for view in key_keeping.tokens(module) if view.ready]
    except Trouble:
        return []


class KeyChooser(QWidget):
    """A file or a token. ``changed``: something else is meant; ``chosen``: a person picked one, the secret is next."""

    changed = Signal()
    chosen = Signal()

    def __init__(self, settings: Settings, clock: Callable[[], datetime], *, near: Path) -> None:
        super().__init__()
        self._settings, self._clock, self._near = settings, clock, near
        self._fields()
        self._lay_out()
        self._offer()
        self.file.textChanged.connect(self._changed)
        self.module.textChanged.connect(self._changed)
        self.by_token.toggled.connect(self._changed)
        self.module.textChanged.connect(self.list_tokens)
        self.by_token.toggled.connect(self.list_tokens)
        self.token.currentIndexChanged.connect(self._changed)
        self.mine.activated.connect(self._take)
        self._changed()

    def _fields(self) -> None:
        last = str(self._settings.get(REMEMBERED, ""))
        self.file = PathLine(last if last and Path(last).is_file() else "")
        self.file.setPlaceholderText("本人的密钥文件（.pairkey 或 .p12）")
        self.file.setAccessibleName("密钥文件")
        self.module = PathLine(str(self._settings.get(MODULE, "")))
        self.module.setPlaceholderText("UKey 自带的 PKCS#11 库（.dll 或 .so）")
        self.module.setAccessibleName("UKey 驱动库")
        self.by_file, self.by_token = QRadioButton("密钥文件"), QRadioButton("UKey")
        self.group = QButtonGroup(self)
        for choice in (self.by_file, self.by_token):
            self.group.addButton(choice)
        self.by_file.setChecked(True)
        self.mine = Combo("用过的密钥")
        self.due = words("", role="hint", tone="query", wrap=True)
        self.token = Combo("插着的 UKey")
        self._token = TokenPlace(Path())

    def _lay_out(self) -> None:
        self.browse = button("选择…", action=self._browse)
        self.browse_module = button("选择…", action=self._browse_module)
        self.manage = button("密钥与证书…", kind="link", action=self._manage)
        self.file_row, self.token_row = QWidget(), QWidget()
        self.file_row.setLayout(row(self.file, self.browse))
        self.token_row.setLayout(column(row(self.module, self.browse_module), self.token, spacing=6))
        kinds = row(self.by_file, self.by_token, None, self.manage, spacing=12)
        self.setLayout(column(self.mine, kinds, self.file_row, self.token_row, self.due, spacing=6))

    def _offer(self) -> None:
        """List the keys that were used here."""
        self.mine.clear()
        if self._settings.get("keys", []):
            from pairing_desktop.services import key_ring

            self.mine.addItem("用过的密钥", None)
            for entry in key_ring.entries(self._settings, now=self._clock()):
                if not entry.why and not (entry.card and entry.card.state == "requested"):
                    self.mine.addItem(f"{entry.county_name}{entry.title}", entry.place)
        self.mine.setVisible(self.mine.count() > 1)

    @property
    def on_token(self) -> bool:
        """Whether a token is meant."""
        return self.by_token.isChecked()

    def place(self) -> KeyPlace | None:
        """Return where the key is, None while that is not told."""
        if not self.on_token:
            text = self.file.text().strip()
            return Path(text) if text else None
        text = self.module.text().strip()
        if not text:
            return None
        known = str(self._token.module) == text
        return self._token if known else TokenPlace(Path(text), self.token.currentData() or "")

    def list_tokens(self, _value: object = None) -> None:
        """Offer the tokens that are plugged in; there is nothing to choose while it is one, or a known key's."""
        chosen = self.token.currentData()
        self.token.clear()
        module = Path(self.module.text().strip())
        if self.on_token and module.is_file() and module != self._token.module:
            for label, maker in _plugged_in(module):
                self.token.addItem(f"{label} {maker}", label)
        self.token.setCurrentIndex(max(0, self.token.findData(chosen)))
        self.token.setVisible(self.token.count() > 1)

    def remember(self) -> None:
        """Remember what was signed with, for the next time."""
        from pairing_desktop.services import key_keeping, key_ring

        if self.on_token:
            self._settings.set(MODULE, self.module.text().strip())
            return
        path = Path(self.file.text().strip())
        self._settings.set(REMEMBERED, str(path))
        try:
            key_ring.remember(self._settings, key_keeping.look(path, now=self._clock()))
        except Trouble:
            return

    def _take(self, number: int) -> None:
        place = self.mine.itemData(number)
        if isinstance(place, TokenPlace):
            self._token = place
            self.by_token.setChecked(True)
            self.module.setText(str(place.module))
        elif isinstance(place, Path):
            self.by_file.setChecked(True)
            self.file.setText(str(place))
        if place is not None:
            self._changed()
            self.chosen.emit()

    def _browse(self) -> None:
        chosen = ask.dialogs.open_file(self, "选择密钥文件", KEY_FILES, folder=self._near)
        if chosen is not None:
            self.file.setText(str(chosen))
            self.chosen.emit()

    def _browse_module(self) -> None:
        chosen = ask.dialogs.open_file(self, "选择 UKey 的驱动库", MODULES)
        if chosen is not None:
            self.module.setText(str(chosen))
            self.chosen.emit()

    def _manage(self) -> None:
        from pairing_desktop.ui.key_page import open_keys

        open_keys(self, self._settings, self._clock)
        self._offer()
        self._changed()

    def _changed(self, _value: object = None) -> None:
        self.file_row.setVisible(not self.on_token)
        self.token_row.setVisible(self.on_token)
        said = self._falls_due()
        say(self.due, said)
        self.due.setVisible(bool(said))
        self.changed.emit()

    def _falls_due(self) -> str:
        """Return what falls due of the file that is named, and of the list at hand."""
        path = self.place()
        if not isinstance(path, Path) or path.suffix != ".pairkey" or not path.is_file():
            return ""
        from pairing_desktop.services import enrolling, key_keeping

        try:
            card = key_keeping.look(path, now=self._clock())
        except Trouble:
            return ""
        return "\n".join(str(p) for p in enrolling.warnings(self._settings, (card,), now=self._clock()))
