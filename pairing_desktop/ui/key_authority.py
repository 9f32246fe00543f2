"""省级证书签发: the province's folder, what it has issued, and its four acts. Not for clerks."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QDateEdit, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.services import issuing, key_keeping
from pairing_desktop.services.issuing import Desk, IssuedLine
from pairing_desktop.services.workspace import CHINA
from pairing_desktop.settings import Settings
from pairing_desktop.ui import ask, moments
from pairing_desktop.ui.ask import Sheet
from pairing_desktop.ui.cards import Card, Empty, button, column, row, say, words
from pairing_desktop.ui.combo import Combo
from pairing_desktop.ui.key_fields import FilePlace, NewSecret, Whom, WorkSheet, fill, secret_line
from pairing_desktop.ui.key_sheets import BUNDLE_KINDS, WIDE, Clock, documents
from pairing_desktop.ui.new_wizard import named
from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable
from pairing_desktop.ui.text_line import TextLine
from pairing_desktop.ui.token_choice import TokenChoice

if TYPE_CHECKING:
    from pairing_desktop.services.key_keeping import CertificateLine

FOLDER = "authority.folder"
REQUESTS = "证书申请 (*.csr *.pem);;所有文件 (*)"
STATES = {"valid": ("有效", "ok"), "expiring": ("快到期", "query"), "expired": ("已过期", "text2"),
          "revoked": ("已吊销", "error")}
REASONS = {"key-compromise": "密钥丢失或泄露", "affiliation": "人员调离或换岗", "superseded": "已换发新证书",
           "cessation": "单位撤并或不再使用"}


class AuthoritySheet(Sheet):
    """What was issued, and the acts. Each act asks for the root key's passphrase or PIN once."""

    def __init__(self, parent: QWidget | None, settings: Settings, clock: Clock) -> None:
        text = "只给省级签发人用。根密钥不出这个文件夹（或 UKey）；整个文件夹要备份，和口令分开存放。"
        super().__init__(parent, "省级证书签发", text, icon="shield")
        self._settings, self._clock = settings, clock
        self.desk: Desk | None = None
        self.setMinimumSize(560, 360)
        room = self.screen().availableGeometry()
        self.resize(min(980, room.width() - 32), min(640, room.height() - 64))
        self.about = words("", wrap=True, select=True)
        self.warning = words("", role="hint", tone="error", wrap=True)
        self.table = RowsTable("发过的证书", (Column("姓名", 0), Column("县（市、区）", 96), Column("角色", 96),
                                         Column("有效期至", 96), Column("状态", 72), Column("序列号", 112)))
        self.empty = Empty("shield", "还没有打开发证机构的文件夹", "第一次用时新建；以后打开同一个文件夹。")
        self.card = Card(margin=1)
        self.card.body.addWidget(self.table)
        self.issue = button("签发证书…", kind="primary", icon="signature", action=self.issue_one)
        self.revoke = button("吊销…", kind="danger", icon="shield_dismiss", action=self.revoke_one)
        self.renew = button("更新列表…", icon="arrow_sync", tip="签发新的吊销列表", action=self.renew_list)
        self.bundle = button("写证书包…", icon="box", action=self.write_bundle)
        self.opener = button("打开文件夹…", icon="folder_open", action=self.choose)
        self.new = button("新建…", icon="add", action=self.begin)
        for part in (self.about, self.warning):
            self.body.addWidget(part)
        for place in (self.empty, self.card):
            self.body.addWidget(place, 1)
        self.body.addLayout(row(self.issue, self.revoke, self.renew, self.bundle, None))
        for of_folder in (self.new, self.opener):
            self.buttons.insertWidget(0, of_folder)
        self.add_button("关闭", accept=True)
        fill(self)
        self.table.picked.connect(lambda _line: self._ready())
        last = str(settings.get(FOLDER, ""))
        if last and Path(last).is_dir():
            self._look(Path(last), quiet=True)
        else:
            self._show()

    # Folder

    def choose(self) -> None:
        """Open the folder of an authority."""
        folder = ask.dialogs.folder(self, "打开发证机构的文件夹", start=documents())
        if folder is not None:
            self._look(folder)

    def begin(self) -> None:
        """Set up an authority."""
        sheet = NewAuthoritySheet(self, self._settings, self._clock)
        if ask.dialogs.run(sheet) and sheet.made is not None:
            self._look(sheet.made.folder)
            text = f"根证书核对码\n{sheet.made.root_code}\n\n请写进发给各县的书面通知；各县第一次导入证书包时照它核对。"
            ask.dialogs.tell(self, "发证机构已建立", text)

    def _look(self, folder: Path, *, quiet: bool = False) -> None:
        try:
            self.desk = issuing.look(folder, now=self._clock())
        except Trouble as error:
            if not quiet:
                ask.dialogs.trouble(self, error, title="没有打开")
        else:
            self._settings.set(FOLDER, str(folder))
        self._show()

    def _show(self) -> None:
        desk = self.desk
        self.empty.setVisible(desk is None)
        self.card.setVisible(desk is not None)
        self.about.setVisible(desk is not None)
        said = "\n".join(str(p) for p in desk.problems) if desk else ""
        say(self.warning, said)
        self.warning.setVisible(bool(said))
        if desk is not None:
            where = "UKey" if desk.on_token else "加密文件"
            until, crl = (f"{moments.local(m):%Y-%m-%d}" for m in (desk.until, desk.list_until))
            say(self.about, f"{desk.name}（根密钥在{where}里），有效期至 {until}。吊销列表有效期至 {crl}。\n"
                            f"根证书核对码 {desk.root_code}")
            self.table.show_rows([_row(line) for line in desk.issued])
        self._ready()

    def _ready(self) -> None:
        for act in (self.issue, self.renew, self.bundle):
            act.setEnabled(self.desk is not None)
        line = self._chosen()
        self.revoke.setEnabled(line is not None and line.state in ("valid", "expiring"))

    def _chosen(self) -> IssuedLine | None:
        found = self.table.current() if self.desk is not None else None
        return found if isinstance(found, IssuedLine) else None

    # Acts

    def issue_one(self) -> None:
        """Issue a certificate for a request."""
        if self.desk is None:
            return
        path = ask.dialogs.open_file(self, "选择县里送来的证书申请", REQUESTS)
        if path is None:
            return
        try:
            view = issuing.look_at_request(path)
        except Trouble as error:
            ask.dialogs.trouble(self, error, title="没有打开")
            return
        sheet = IssueSheet(self, self.desk, view, self._clock)
        if ask.dialogs.run(sheet) and sheet.issued is not None:
            self._look(self.desk.folder)
            line = sheet.issued
            ask.dialogs.tell(self, "证书已签发", f"{line.county_name}{line.label}“{line.name}”，有效期至 "
                             f"{moments.local(line.until):%Y-%m-%d}。\n下一步：写证书包，发给县里。")

    def revoke_one(self) -> None:
        """Take a certificate back."""
        line = self._chosen()
        if self.desk is None or line is None:
            return
        if ask.dialogs.run(RevokeSheet(self, self.desk, line, self._clock)):
            self._look(self.desk.folder)
            ask.dialogs.tell(self, "证书已吊销", "新的吊销列表已写好。请写证书包，尽快发给各县。")

    def renew_list(self) -> None:
        """Write a new revocation list."""
        if self.desk is not None and ask.dialogs.run(RenewSheet(self, self.desk, self._clock)):
            self._look(self.desk.folder)

    def write_bundle(self) -> None:
        """Write what travels to the counties."""
        if self.desk is None:
            return
        now = self._clock()
        suggested = documents() / f"证书包-{now.astimezone(CHINA):%Y%m%d}.pem"
        to = ask.dialogs.save_file(self, "写证书包", BUNDLE_KINDS, suggested=suggested)
        if to is None:
            return
        try:
            path, count = issuing.bundle(self.desk.folder, to, now=now)
        except Trouble as error:
            ask.dialogs.trouble(self, error)
            return
        ask.dialogs.tell(self, "证书包已写好", f"{path}\n根证书、吊销列表、{count} 张有效的证书。发给各县导入。")


class NewAuthoritySheet(WorkSheet):
    """Sets up an authority, its root key in a file or on a UKey; ``made`` is what it holds."""

    def __init__(self, parent: QWidget | None, settings: Settings, clock: Clock) -> None:
        text = "在一个空文件夹里生成根密钥、根证书和空的吊销列表。"
        super().__init__(parent, "新建发证机构", text, yes="新建", icon="shield")
        self.setMinimumWidth(WIDE)
        self._clock = clock
        self.made: Desk | None = None
        self.name, self.bureau = TextLine(), TextLine()
        self.name.setAccessibleName("根证书名称")
        self.name.setPlaceholderText("县里会看到的名称")
        self.bureau.setAccessibleName("发证单位")
        self.folder = FilePlace("空文件夹", "", folder=True, initial=documents() / "证书签发")
        self.secret = NewSecret("根密钥的口令", lambda: (self.name.text(), self.bureau.text()))
        self.where = Combo("根密钥在哪里")
        self.where.addItem("加密文件，在上面的文件夹里", "")
        self.where.addItem("UKey（ECDSA P-256）", "ecdsa")
        self.where.addItem("UKey（RSA 2048 位）", "rsa")
        self.ukey = TokenChoice(settings)
        self.pin = secret_line("PIN")
        self.on_token = QWidget()
        self.on_token.setLayout(column(self.ukey, named("PIN", self.pin), spacing=10))
        self.on_token.hide()
        self.lay(row(named("根证书名称", self.name), named("发证单位", self.bureau), spacing=16),
                 named("空文件夹", self.folder), named("根密钥在哪里", self.where), self.secret, self.on_token)
        for signal in (self.name.textChanged, self.secret.changed, self.folder.changed, self.pin.textChanged,
                       self.ukey.changed):
            signal.connect(self._ready)
        self.where.currentIndexChanged.connect(self._place)
        self._ready()

    def _place(self, _index: int) -> None:
        self.on_token.setVisible(bool(self.where.currentData()))
        self.secret.setVisible(not self.where.currentData())
        self._ready()

    def _ready(self, _text: str = "") -> None:
        token = self.where.currentData()
        secret = bool(self.pin.text()) and self.ukey.place() is not None if token else self.secret.good
        self.ready(good=bool(self.name.text().strip()) and secret and self.folder.path() is not None)

    def act(self) -> None:
        """Set it up."""
        folder, now, kind = self.folder.path(), self._clock(), str(self.where.currentData())
        token, typed = (self.ukey.place(), self.pin.text()) if kind else (None, self.secret.text())
        name, bureau = self.name.text().strip(), self.bureau.text().strip()
        if folder is None:
            return

        def done(desk: Desk) -> None:
            self.made = desk

        self.work("新建发证机构", lambda: issuing.begin(
            folder, typed, name=name, organisation=bureau, now=now, token=token, algorithm=kind or "ecdsa"), done)


class IssueSheet(WorkSheet):
    """Compares the code typed from the stamped form and issues; the authority fills in whom it is for itself."""

    def __init__(self, parent: QWidget | None, desk: Desk, view: issuing.RequestView, clock: Clock) -> None:
        text = "照盖章的申请表填写，不照申请文件：证书写什么由签发人决定。"
        super().__init__(parent, "签发证书", text, yes="核对并签发", icon="signature")
        self.setMinimumWidth(WIDE)
        self._desk, self._view, self._clock = desk, view, clock
        self.issued: CertificateLine | None = None
        self.code = TextLine()
        self.code.setAccessibleName("密钥核对码")
        self.code.setPlaceholderText("照申请表逐组输入，五组，每组五个")
        self.whom = Whom(key_keeping.roles())
        self.claims = words("", role="hint", wrap=True)
        self.years = Combo("有效期")
        for years in (3, 2, 1):
            self.years.addItem(f"{years} 年", years * 365)
        self.secret = secret_line("根密钥的口令或 PIN")
        both = row(named("有效期", self.years), named("根密钥的口令（UKey 填 PIN）", self.secret), spacing=16)
        self.lay(named(f"密钥核对码（{view.path.name}）", self.code), self.whom, self.claims, both)
        for signal in (self.code.textChanged, self.whom.changed, self.secret.textChanged):
            signal.connect(self._ready)
        self._ready()

    def _ready(self, _text: str = "") -> None:
        said = f"申请文件里写的是：{self._view.county_name}{self._view.label}“{self._view.name}”"
        differs = [what for own, claimed, what in (
            (self.whom.name.text().strip(), self._view.name, "姓名"), (self.whom.role, self._view.role, "角色"),
            (self.whom.county_code, self._view.county, "县（市、区）")) if own and own != claimed]
        note = f"。{'、'.join(differs)}与上面填的不同，请核对申请表" if differs else ""
        say(self.claims, said + note, tone="query" if differs else "")
        self.ready(good=bool(self.code.text().strip()) and self.whom.complete and bool(self.secret.text()))

    def act(self) -> None:
        """Compare and issue."""
        who, code, typed, now = self.whom.person(), self.code.text(), self.secret.text(), self._clock()
        days = int(self.years.currentData())

        def done(found: "tuple[Path, CertificateLine]") -> None:
            self.issued = found[1]

        self.work("签发证书", lambda: issuing.issue(self._desk.folder, typed, self._view.path, who, code, now=now,
                                                days=days), done)


class RevokeSheet(WorkSheet):
    """Takes a certificate back: why, and since when."""

    def __init__(self, parent: QWidget | None, desk: Desk, line: IssuedLine, clock: Clock) -> None:
        own = line.certificate
        text = f"{own.county_name}{own.label}“{own.name}”，序列号 {own.serial[:12]}…。吊销后不能恢复。"
        super().__init__(parent, "吊销证书", text, yes="吊销", icon="shield_dismiss")
        self._desk, self._line, self._clock = desk, line, clock
        self.reason = Combo("原因")
        for code, text in REASONS.items():
            self.reason.addItem(text, code)
        today = moments.local(clock()).date()
        self.since = QDateEdit(QDate(today.year, today.month, today.day))
        self.since.setDisplayFormat("yyyy-MM-dd")
        self.since.setMaximumDate(self.since.date())
        self.since.setButtonSymbols(QDateEdit.ButtonSymbols.NoButtons)
        self.since.setAccessibleName("从哪一天起不可信")
        hint = words("密钥丢失的，写丢失那天；那天以后签的名都不算数。", role="hint", wrap=True)
        self.secret = secret_line("根密钥的口令或 PIN")
        self.lay(named("原因", self.reason), column(named("从哪一天起不可信", self.since), hint, spacing=4),
                 named("根密钥的口令（UKey 填 PIN）", self.secret))
        self.yes.setProperty("kind", "danger")
        self.secret.textChanged.connect(self._ready)
        self._ready()

    def _ready(self, _text: str = "") -> None:
        self.ready(good=bool(self.secret.text()))

    def act(self) -> None:
        """Take it back."""
        now, typed, day = self._clock(), self.secret.text(), self.since.date()
        since = datetime(day.year(), day.month(), day.day(), tzinfo=CHINA)
        at = now if day == self.since.maximumDate() else since
        self.work("吊销证书", lambda: issuing.revoke(
            self._desk.folder, typed, self._line.certificate.serial, reason=str(self.reason.currentData()), at=at,
            now=now), lambda _line: None)


class RenewSheet(WorkSheet):
    """Writes a new revocation list."""

    def __init__(self, parent: QWidget | None, desk: Desk, clock: Clock) -> None:
        text = "新列表有效 120 天，长过一个季度。写好后随证书包发给各县。"
        super().__init__(parent, "更新吊销列表", text, yes="更新", icon="arrow_sync")
        self._desk, self._clock = desk, clock
        self.secret = secret_line("根密钥的口令或 PIN")
        self.lay(named("根密钥的口令（UKey 填 PIN）", self.secret))
        self.secret.textChanged.connect(self._ready)
        self._ready()

    def _ready(self, _text: str = "") -> None:
        self.ready(good=bool(self.secret.text()))

    def act(self) -> None:
        """Write it."""
        typed, now = self.secret.text(), self._clock()
        self.work("更新吊销列表", lambda: issuing.renew_list(self._desk.folder, typed, now=now), lambda _desk: None)


def _row(line: IssuedLine) -> Row:
    own, (state, tone) = line.certificate, STATES[line.state]
    why = f"{line.reason}，{moments.local(line.revoked_at):%Y-%m-%d} 起" if line.revoked_at else ""
    return Row((
        Cell(own.name, weight=500), Cell(own.county_name), Cell(own.label),
        Cell(f"{moments.local(own.until):%Y-%m-%d}"), Cell(state, colour=tone, tip=why),
        Cell(own.serial[:12], colour="text2", tip=own.serial),
    ), line)
