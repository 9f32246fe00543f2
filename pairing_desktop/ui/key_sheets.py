"""The sheets of 密钥与证书: a new key, the request, the bundle, the passphrase, the way out and in as PKCS#12."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QWidget

from pairing_desktop.services import key_keeping
from pairing_desktop.services.key_keeping import KeyCard, KeyPlace, TokenPlace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import moments
from pairing_desktop.ui.cards import column, row, words
from pairing_desktop.ui.combo import Combo
from pairing_desktop.ui.key_fields import FilePlace, More, NewSecret, Whom, WorkSheet, secret_line
from pairing_desktop.ui.new_wizard import named
from pairing_desktop.ui.text_line import TextLine
from pairing_desktop.ui.token_choice import TokenChoice

if TYPE_CHECKING:
    from pairing_desktop.services.enrolling import BundleView, Imported, Requested

KEY_KINDS = "密钥文件 (*.pairkey)"
P12_KINDS = "PKCS#12 (*.p12 *.pfx)"
BUNDLE_KINDS = "证书包 (*.pem);;所有文件 (*)"
WIDE = 600
Clock = Callable[[], datetime]


def documents() -> Path:
    """Return the user's folder of documents."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(place) if place and Path(place).is_dir() else Path.home()


class NewKeySheet(WorkSheet):
    """Makes a key in a file; ``made`` is its card."""

    def __init__(self, parent: QWidget | None, clock: Clock, *, folder: Path | None = None,
                 person: dict[str, str] | None = None) -> None:
        text = "密钥由本人保管，私钥加密后存在下面的文件里，从不离开这台电脑。"
        super().__init__(parent, "生成密钥", text, yes="生成密钥")
        self.setMinimumWidth(WIDE)
        self._clock, self._named = clock, False
        self.made: KeyCard | None = None
        self._at = folder or documents()
        self.whom = Whom(key_keeping.roles())
        self.place = FilePlace("密钥文件存放位置", KEY_KINDS, save=True)
        self.secret = NewSecret("口令", self.whom.known)
        self.kind = Combo("密钥种类")
        self.kind.addItem("ECDSA P-256（推荐）", "ecdsa")
        self.kind.addItem("RSA 2048 位（个别老软件要）", "rsa")
        self.more = More(named("密钥种类", self.kind))
        self.lay(self.whom, self.secret, named("密钥文件存放位置", self.place), self.more)
        self.whom.changed.connect(self._suggest)
        self.whom.changed.connect(self._ready)
        self.secret.changed.connect(self._ready)
        self.place.changed.connect(self._ready)
        self.place.edit.textEdited.connect(self._typed)
        self.whom.show_person(**(person or {}))
        self._suggest()
        self._ready()

    def _typed(self, _text: str) -> None:
        self._named = True

    def _suggest(self) -> None:
        """Name the file after whom it is for until a person names it."""
        if self._named:
            return
        parts = (self.whom.county.text().strip(), key_keeping.roles().get(self.whom.role, ""))
        self.place.edit.setText(str(self._at / f"{''.join(parts) or '密钥'}.pairkey"))

    def _ready(self) -> None:
        self.ready(good=self.whom.complete and self.secret.good and self.place.path() is not None)

    def act(self) -> None:
        """Make the key."""
        path, who, typed, now = self.place.path(), self.whom.person(), self.secret.text(), self._clock()
        kind = str(self.kind.currentData())
        if path is None:
            return

        def done(card: KeyCard) -> None:
            self.made = card

        self.work("生成密钥", lambda: key_keeping.make(path, who, typed, now=now, algorithm=kind), done)


class RequestSheet(WorkSheet):
    """Writes request and form; ``requested`` says where. A token's key without a certificate asks whom it is for."""

    def __init__(self, parent: QWidget | None, card: KeyCard, clock: Clock, *, folder: Path | None = None) -> None:
        renewal = bool(card.certificates)
        text = ("新证书和现在的证书可以同时使用，签名不会中断。" if renewal else "") + (
            "会写出两个文件：申请文件（.csr）和申请表（PDF）。打印申请表，签字盖章，连同申请文件交给省级签发人。")
        super().__init__(parent, "换发证书" if renewal else "申请证书", text, yes="写出申请", icon="document")
        self.setMinimumWidth(WIDE)
        self._card, self._clock = card, clock
        self.requested: Requested | None = None
        self.whom = Whom(key_keeping.roles())
        self.whom.show_person(name=card.name, role=card.role, county=card.county, title=card.title, bureau=card.bureau)
        self.whom.setVisible(not card.name)
        pin = isinstance(card.place, TokenPlace)
        self.secret = secret_line("PIN" if pin else "口令")
        self.folder = FilePlace("文件夹", "", folder=True, initial=folder or documents())
        self.lay(self.whom, named("UKey 的 PIN" if pin else "密钥的口令", self.secret),
                 named("放在哪个文件夹", self.folder))
        self.secret.textChanged.connect(self._ready)
        self.folder.changed.connect(self._ready)
        self.whom.changed.connect(self._ready)
        self._ready()
        self.secret.setFocus()

    def _ready(self) -> None:
        self.ready(good=bool(self.secret.text()) and self.folder.path() is not None and self.whom.complete)

    def act(self) -> None:
        """Write the request."""
        from pairing_desktop.services import enrolling

        folder, typed, now = self.folder.path(), self.secret.text(), self._clock()
        who = None if self._card.name else self.whom.person()
        if folder is None:
            return

        def done(found: "Requested") -> None:
            self.requested = found

        self.work("写出申请",
                  lambda: enrolling.request(self._card.place, typed, folder, now=now, who=who), done)


class ImportSheet(WorkSheet):
    """Takes a bundle: its root and list for this PC, a certificate for one of the keys; ``imported`` says what came."""

    def __init__(self, parent: QWidget | None, view: "BundleView", settings: Settings, clock: Clock, *,
                 keys: tuple[KeyCard, ...] = ()) -> None:
        super().__init__(parent, "导入证书包", f"{view.path.name}：{view.root_name}", yes="导入", icon="arrow_import")
        self.setMinimumWidth(WIDE)
        self._view, self._settings, self._clock = view, settings, clock
        self.imported: Imported | None = None
        self.says = words(self._contents(), wrap=True)
        self.code = TextLine()
        self.code.setAccessibleName("根证书核对码")
        self.code.setPlaceholderText("五组，每组五个字母或数字")
        why = "这台电脑现在信任的是另一个根证书！请先与省里核实。" if view.replaces else "第一次导入省里的根证书。"
        self.ask_code = QWidget()
        tone = "error" if view.replaces else ""
        hint = words(f"{why}请照省里的书面通知输入它的核对码。", role="hint", tone=tone, wrap=True)
        self.ask_code.setLayout(column(named("根证书核对码", self.code), hint, spacing=4))
        self.ask_code.setVisible(not view.known)
        self.key = Combo("证书给哪一把密钥")
        for card in keys:
            where = card.place.name
            self.key.addItem(f"{card.county_name}{card.label} {card.name}（{where}）".lstrip(), card)
        self.key.addItem("不给密钥，只更新根证书和吊销列表", None)
        self.secret = secret_line("口令或 PIN")
        self.ask_secret = QWidget()
        self.ask_secret.setLayout(column(named("这把密钥的口令（UKey 填 PIN）", self.secret)))
        self.lay(self.says, self.ask_code, named("证书给哪一把密钥", self.key), self.ask_secret)
        self.key.currentIndexChanged.connect(self._ready)
        self.secret.textChanged.connect(self._ready)
        self.code.textChanged.connect(self._ready)
        self._ready()

    def _contents(self) -> str:
        view = self._view
        shown = "、".join(view.names[:6]) + (f" 等 {len(view.names)} 张" if len(view.names) > 6 else "")
        names = f"证书：{shown}" if view.names else "没有证书"
        until = f"，有效期至 {moments.local(view.list_until):%Y-%m-%d}" if view.list_until else ""
        crl = f"吊销列表：{moments.local(view.list_since):%Y-%m-%d} 签发{until}" if view.list_since else "没有吊销列表"
        return f"{names}\n{crl}"

    def chosen(self) -> KeyCard | None:
        """Return the key that the certificate is for."""
        found = self.key.currentData()
        return found if isinstance(found, KeyCard) else None

    def _ready(self) -> None:
        with_key = self.chosen() is not None
        self.ask_secret.setVisible(with_key)
        coded = self._view.known or bool(self.code.text().strip())
        self.ready(good=coded and (not with_key or bool(self.secret.text())))

    def act(self) -> None:
        """Import."""
        from pairing_desktop.services import enrolling

        card, typed, now = self.chosen(), self.secret.text(), self._clock()
        code = None if self._view.known else self.code.text()
        place: KeyPlace | None = card.place if card else None

        def done(found: "Imported") -> None:
            self.imported = found

        self.work("导入证书包", lambda: enrolling.import_bundle(
            self._view.path, settings=self._settings, now=now, place=place, secret=typed, root_code=code), done)


class PassphraseSheet(WorkSheet):
    """Gives a key file another passphrase."""

    def __init__(self, parent: QWidget | None, card: KeyCard) -> None:
        super().__init__(parent, "换口令", f"{card.label} {card.name}", yes="换口令")
        self._card = card
        self.old = secret_line("原来的口令")
        self.secret = NewSecret("新口令", lambda: key_keeping.own_words(card.name, card.county, card.bureau))
        self.lay(named("原来的口令", self.old), self.secret)
        self.old.textChanged.connect(self._ready)
        self.secret.changed.connect(self._ready)
        self._ready()

    def _ready(self) -> None:
        self.ready(good=bool(self.old.text()) and self.secret.good)

    def act(self) -> None:
        """Change it."""
        path, old, new = self._card.place, self.old.text(), self.secret.text()
        if isinstance(path, Path):
            self.work("换口令", lambda: key_keeping.change_passphrase(path, old, new), lambda _none: None)


class ExportSheet(WorkSheet):
    """Writes a key as PKCS#12; ``written`` is the file."""

    def __init__(self, parent: QWidget | None, card: KeyCard, clock: Clock) -> None:
        super().__init__(parent, "导出 .p12", "供别的程序使用。这种文件的保护比较弱：密码要强，用完就删。", yes="导出",
                         icon="arrow_export")
        self.setMinimumWidth(WIDE)
        self._card, self._clock = card, clock
        self.written: Path | None = None
        path = card.place
        self.old = secret_line("密钥的口令")
        self.secret = NewSecret(".p12 的密码", lambda: key_keeping.own_words(card.name, card.county, card.bureau),
                                hint="另设一个密码，不要与密钥的口令相同。")
        start = path.with_suffix(".p12") if isinstance(path, Path) else documents() / "密钥.p12"
        self.to = FilePlace("导出到", P12_KINDS, save=True, initial=start)
        self.lay(named("密钥的口令", self.old), self.secret, named("导出到", self.to))
        self.old.textChanged.connect(self._ready)
        self.secret.changed.connect(self._ready)
        self.to.changed.connect(self._ready)
        self._ready()

    def _ready(self) -> None:
        self.ready(good=bool(self.old.text()) and self.secret.good and self.to.path() is not None)

    def act(self) -> None:
        """Export."""
        path, to, now = self._card.place, self.to.path(), self._clock()
        old, new = self.old.text(), self.secret.text()
        if not isinstance(path, Path) or to is None:
            return

        def done(written: Path) -> None:
            self.written = written

        self.work("导出密钥", lambda: key_keeping.export_p12(path, old, to, new, now=now), done)


class ConvertSheet(WorkSheet):
    """Takes a key out of PKCS#12 into a file of ours; ``made`` is its card."""

    def __init__(self, parent: QWidget | None, path: Path, clock: Clock) -> None:
        text = f"{path.name} 的保护比较弱，转成本程序的密钥文件更安全。"
        super().__init__(parent, "转成加密的密钥文件", text, yes="转换")
        self.setMinimumWidth(WIDE)
        self._path, self._clock = path, clock
        self.made: KeyCard | None = None
        self.old = secret_line(".p12 的密码")
        self.secret = NewSecret("新口令")
        self.to = FilePlace("密钥文件存放位置", KEY_KINDS, save=True, initial=path.with_suffix(".pairkey"))
        self.lay(named(".p12 的密码", self.old), self.secret, named("密钥文件存放位置", self.to))
        self.old.textChanged.connect(self._ready)
        self.secret.changed.connect(self._ready)
        self.to.changed.connect(self._ready)
        self._ready()

    def _ready(self) -> None:
        self.ready(good=bool(self.old.text()) and self.secret.good and self.to.path() is not None)

    def act(self) -> None:
        """Convert."""
        to, now, old, new = self.to.path(), self._clock(), self.old.text(), self.secret.text()
        if to is None:
            return

        def done(card: KeyCard) -> None:
            self.made = card

        self.work("转换密钥", lambda: key_keeping.import_p12(self._path, old, to, new, now=now), done)


class TokenSheet(WorkSheet):
    """Finds the key on a token, or makes one; ``found`` is its card."""

    def __init__(self, parent: QWidget | None, settings: Settings, clock: Clock) -> None:
        super().__init__(parent, "使用 UKey", "选 UKey 自带的 PKCS#11 驱动库，插好 UKey，输入 PIN。", yes="打开")
        self.setMinimumWidth(WIDE)
        self._clock = clock
        self.found: KeyCard | None = None
        self.ukey = TokenChoice(settings)
        self.pin = secret_line("PIN")
        self.make = Combo("密钥")
        self.make.addItem("用 UKey 里已有的密钥", "")
        self.make.addItem("在 UKey 里新做一把（ECDSA P-256）", "ecdsa")
        self.make.addItem("在 UKey 里新做一把（RSA 2048 位）", "rsa")
        self.whom = Whom(key_keeping.roles())
        self.whom.hide()
        self.label = TextLine()
        self.label.setAccessibleName("密钥名称")
        self.label.setPlaceholderText("UKey 里有几把密钥时才填")
        both = row(named("密钥", self.make), named("密钥名称", self.label), spacing=16)
        self.lay(self.ukey, both, self.whom, named("PIN", self.pin))
        self.ukey.changed.connect(self._ready)
        self.make.currentIndexChanged.connect(self._kind)
        self.pin.textChanged.connect(self._ready)
        self.whom.changed.connect(self._ready)
        self._ready()

    def _kind(self, _index: int) -> None:
        self.whom.setVisible(bool(self.make.currentData()))
        self.yes.setText("生成密钥" if self.make.currentData() else "打开")
        self._ready()

    def _ready(self) -> None:
        told = not self.make.currentData() or self.whom.complete
        self.ready(good=self.ukey.place() is not None and bool(self.pin.text()) and told)

    def act(self) -> None:
        """Open the token, once."""
        place, pin = self.ukey.place(self.label.text().strip()), self.pin.text()
        now, kind = self._clock(), str(self.make.currentData())
        if place is None:
            return
        who = self.whom.person() if kind else None

        def work() -> KeyCard:
            if who is not None:
                return key_keeping.make_on_token(place, who, pin, now=now, algorithm=kind)
            return key_keeping.look(place, now=now, secret=pin)

        def done(card: KeyCard) -> None:
            self.found = card

        self.work("打开 UKey", work, done)
