"""密钥与证书: the keys of whoever works at this PC, what falls due, and everything that is done with them."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QPushButton, QVBoxLayout, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.services import key_keeping, key_ring
from pairing_desktop.services.key_keeping import KeyCard
from pairing_desktop.services.key_ring import Remembered
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import ask, moments
from pairing_desktop.ui.ask import Sheet
from pairing_desktop.ui.cards import Card, Empty, button, clear, picture, row, say, scrolled, words
from pairing_desktop.ui.key_fields import fill, with_menu
from pairing_desktop.ui.key_sheets import BUNDLE_KINDS, P12_KINDS, Clock

if TYPE_CHECKING:
    from pairing_desktop.services.enrolling import Imported, Requested

STATES = {
    "valid": ("checkmark_circle", "ok", "证书有效"),
    "expiring": ("warning", "query_mark", "证书快到期，请申请换发"),
    "revoked": ("error_circle", "error", "证书已被吊销，不能签名"),
    "expired": ("error_circle", "error", "证书已过期，不能签名"),
    "early": ("warning", "query_mark", "证书还没有生效，请核对电脑日期"),
    "requested": ("info", "accent", "还没有证书：请申请，收到证书包后导入"),
    "locked": ("lock_closed", "text3", "签名时输入密码或 PIN"),
}
KINDS = "密钥文件 (*.pairkey *.p12 *.pfx);;所有文件 (*)"


class KeysSheet(Sheet):
    """The keys of this PC's user, one card each; ``workspace`` gives names to fill in and takes the province's root."""

    def __init__(self, parent: QWidget | None, settings: Settings, clock: Clock, *,
                 workspace: Workspace | None = None) -> None:
        text = "每人一把密钥，一把密钥只用于一个角色。密钥由本人保管，不存在数据文件里。"
        super().__init__(parent, "密钥与证书", text, icon="key")
        self._settings, self._clock, self._ws = settings, clock, workspace
        self.setMinimumSize(560, 360)
        room = self.screen().availableGeometry()
        self.resize(min(820, room.width() - 32), min(600, room.height() - 64))
        self.warning = words("", role="hint", tone="error", wrap=True)
        self.list = QVBoxLayout()
        self.list.setContentsMargins(0, 0, 12, 0)
        self.list.setSpacing(12)
        inside = QWidget()
        inside.setLayout(self.list)
        self.area = scrolled(inside, "我的密钥")
        self.new = button("生成密钥…", kind="primary", icon="add", action=self.make)
        self.take = button("导入证书包…", icon="arrow_import", action=self.import_bundle)
        self.opener = button("打开密钥文件…", icon="folder_open", action=self.open_file)
        self.more = with_menu(button("高级", icon="more_horizontal"), self._menu())
        self.body.addWidget(self.warning)
        self.body.addWidget(self.area, 1)
        self.body.addLayout(row(self.new, self.take, self.opener, self.more, None))
        self.add_button("关闭", accept=True)
        fill(self)
        self.cards: list[KeyView] = []
        self.refresh()

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction("使用 UKey…", self.use_token)
        menu.addAction("把 .p12 转成密钥文件…", self.convert)
        menu.addSeparator()
        menu.addAction("省级证书签发…", self.authority)
        return menu

    def refresh(self) -> None:
        """Show the keys as they are now."""
        clear(self.list)
        found = key_ring.entries(self._settings, now=self._clock())
        self.cards = [KeyView(entry, self) for entry in found]
        for view in self.cards:
            self.list.addWidget(view)
        if not found:
            self.list.addWidget(Empty("key", "这台电脑上还没有密钥",
                                      "生成一把，申请证书；或打开已有的密钥文件。"))
        self.list.addStretch(1)
        said = key_ring.warnings(self._settings, now=self._clock())
        say(self.warning, "\n".join(str(p) for p in said))
        self.warning.setVisible(bool(said))

    # What can be done

    def make(self) -> None:
        """Make a key, then offer to ask for its certificate."""
        from pairing_desktop.ui.key_sheets import NewKeySheet

        sheet = NewKeySheet(self, self._clock, person=self._person())
        if ask.dialogs.run(sheet) and sheet.made is not None:
            self._keep(sheet.made)
            text = "要打印申请表、签字盖章，连同申请文件交给省级签发人。也可以以后再申请。"
            if ask.dialogs.confirm(self, "密钥已生成，现在申请证书吗？", text, yes="申请证书", no="以后再说"):
                self.request(sheet.made)

    def request(self, card: KeyCard) -> None:
        """Write the request and its form."""
        from pairing_desktop.ui.key_sheets import RequestSheet

        folder = self._ws.path.parent if self._ws else None
        sheet = RequestSheet(self, card, self._clock, folder=folder)
        if ask.dialogs.run(sheet) and sheet.requested is not None:
            self._tell_request(sheet.requested)

    def _tell_request(self, done: "Requested") -> None:
        ask.dialogs.tell(self, "申请已写出", "\n".join((
            f"1. 打印申请表 {done.form.name}，签字盖章。",
            f"2. 连同申请文件 {done.request.name} 一起交给省级签发人。",
            "3. 收到证书包后，在这里点“导入证书包”。",
            "", f"都在 {done.form.parent}", f"密钥核对码 {done.code}")))

    def import_bundle(self) -> None:
        """Take the province's bundle."""
        from pairing_desktop.services import enrolling
        from pairing_desktop.ui.key_sheets import ImportSheet

        path = ask.dialogs.open_file(self, "选择省里发来的证书包", BUNDLE_KINDS)
        if path is None:
            return
        try:
            view = enrolling.look_at_bundle(path, self._settings)
        except Trouble as error:
            ask.dialogs.trouble(self, error, title="没有导入")
            return
        cards = tuple(v.entry.card for v in self.cards if v.entry.card is not None and v.entry.card.kind != "p12")
        sheet = ImportSheet(self, view, self._settings, self._clock, keys=cards)
        if ask.dialogs.run(sheet) and sheet.imported is not None:
            self._imported(sheet.imported, path)

    def _imported(self, done: "Imported", path: Path) -> None:
        """Remember the key, let the open data file trust the same root, tell what came."""
        from pairing_desktop.services import trusting

        if done.card is not None:
            key_ring.remember(self._settings, done.card)
        lines = ["根证书和吊销列表已更新。"]
        if done.card is not None and done.card.in_use is not None:
            used = done.card.in_use
            lines.insert(0, f"{used.county_name}{used.label}“{used.name}”的证书，"
                            f"有效期至 {moments.local(used.until):%Y-%m-%d}。")
        remarks = [str(p) for p in done.remarks]
        if self._ws is not None and not self._ws.readonly:
            try:
                remarks += [str(p) for p in trusting.keep_bundle(self._ws, path)]
            except Trouble as error:
                remarks += [str(p) for p in error.problems]
        self.refresh()
        ask.dialogs.tell(self, "证书包已导入", "\n".join([*lines, *dict.fromkeys(remarks)]))

    def open_file(self) -> None:
        """Put a key file on the list."""
        path = ask.dialogs.open_file(self, "选择密钥文件", KINDS)
        if path is None:
            return
        try:
            self._keep(key_keeping.look(path, now=self._clock()))
        except Trouble as error:
            ask.dialogs.trouble(self, error, title="没有打开")

    def use_token(self) -> None:
        """Put a token's key on the list."""
        from pairing_desktop.ui.key_sheets import TokenSheet

        sheet = TokenSheet(self, self._settings, self._clock)
        if ask.dialogs.run(sheet) and sheet.found is not None:
            self._keep(sheet.found)

    def convert(self) -> None:
        """Take a key out of PKCS#12."""
        from pairing_desktop.ui.key_sheets import ConvertSheet

        path = ask.dialogs.open_file(self, "选择 .p12 文件", P12_KINDS)
        if path is None:
            return
        sheet = ConvertSheet(self, path, self._clock)
        if ask.dialogs.run(sheet) and sheet.made is not None:
            self._keep(sheet.made)

    def export(self, card: KeyCard) -> None:
        """Write a key as PKCS#12."""
        from pairing_desktop.ui.key_sheets import ExportSheet

        sheet = ExportSheet(self, card, self._clock)
        if ask.dialogs.run(sheet) and sheet.written is not None:
            ask.dialogs.tell(self, "已导出", f"{sheet.written}\n用完请删除。")

    def change_passphrase(self, card: KeyCard) -> None:
        """Give a key file another passphrase."""
        from pairing_desktop.ui.key_sheets import PassphraseSheet

        if ask.dialogs.run(PassphraseSheet(self, card)):
            ask.dialogs.tell(self, "口令已换", "备份的密钥文件还是原来的口令，请一并更换备份。")

    def forget(self, entry: Remembered) -> None:
        """Take a key off the list."""
        if ask.dialogs.confirm(self, "从列表里去掉这把密钥？", "密钥文件本身不会删除。", yes="去掉"):
            key_ring.forget(self._settings, entry.place)
            self.refresh()

    def authority(self) -> None:
        """Open the province's tools."""
        from pairing_desktop.ui.key_authority import AuthoritySheet

        ask.dialogs.run(AuthoritySheet(self, self._settings, self._clock))

    def _keep(self, card: KeyCard) -> None:
        key_ring.remember(self._settings, card)
        self.refresh()

    def _person(self) -> dict[str, str]:
        """Return what the data file knows of whoever works here: the bureau, and the preparer's post."""
        if self._ws is None:
            return {}
        about = self._ws.about
        known = {"county": about.county, "bureau": about.bureau}
        own = next((p for p in self._ws.people if p.name and p.name == self._ws.who), None)
        return {**known, "name": own.name, "role": own.role} if own else known


class KeyView(Card):
    """One key: whose, whether it can sign, until when, and what can be done with it."""

    def __init__(self, entry: Remembered, sheet: KeysSheet) -> None:
        super().__init__(entry.title, entry.county_name)
        self.entry = entry
        card = entry.card
        icon, tone, text = STATES[card.state] if card else ("error_circle", "error", entry.why)
        state = words(text, tone="" if tone in ("accent", "text3", "query_mark") else tone, wrap=True)
        line = row(picture(icon, 18, tone, filled=True), state, spacing=8)
        line.setStretch(1, 1)
        self.state = state
        self.body.addLayout(line)
        place = str(entry.place) if isinstance(entry.place, Path) else f"UKey {entry.place.name}"
        facts = [place]
        if entry.until is not None:
            facts.insert(0, f"有效期至 {moments.local(entry.until):%Y-%m-%d}")
        if card is not None and card.state == "requested":
            facts.insert(0, f"核对码 {card.code}")
        self.body.addWidget(words("　".join(facts), role="hint", wrap=True, select=True))
        self.acts: list[QPushButton] = self._acts(card, sheet)
        self.body.addLayout(row(*self.acts, None))

    def _acts(self, card: KeyCard | None, sheet: KeysSheet) -> list[QPushButton]:
        found = []
        if card is not None and card.kind != "p12":
            again = bool(card.certificates) or self.entry.until is not None
            urgent = card.state in ("requested", "expiring", "expired", "revoked")
            found.append(button("换发证书…" if again else "申请证书…", kind="primary" if urgent else "",
                                action=partial(sheet.request, card)))
        menu = QMenu(self)
        if card is not None and card.kind == "file":
            menu.addAction("换口令…", partial(sheet.change_passphrase, card))
            if card.certificates:
                menu.addAction("导出 .p12…", partial(sheet.export, card))
        menu.addAction("从列表里去掉…", partial(sheet.forget, self.entry))
        return [*found, with_menu(button("更多", icon="more_horizontal"), menu)]


def open_keys(parent: QWidget, settings: Settings, clock: Clock, *, workspace: Workspace | None = None) -> None:
    """Show the sheet."""
    ask.dialogs.run(KeysSheet(parent, settings, clock, workspace=workspace))
