"""Bureau, partner, people, looks, and a copy of the data file. Only what works stands here."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QButtonGroup, QRadioButton, QWidget

from pairing_desktop import __version__
from pairing_desktop.errors import Trouble
from pairing_desktop.formspec import reference
from pairing_desktop.progress import Progress
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import adopt_forms, ask, jobs, moments
from pairing_desktop.ui.cards import Card, button, column, lead_to, row, say, scrolled, words
from pairing_desktop.ui.county_field import CountyField, doubt
from pairing_desktop.ui.deadline_card import DeadlineCard
from pairing_desktop.ui.limits_card import LimitsCard
from pairing_desktop.ui.new_wizard import named
from pairing_desktop.ui.people_grid import PeopleGrid
from pairing_desktop.ui.signals import Signals
from pairing_desktop.ui.text_line import TextLine
from pairing_desktop.ui.theme import MODES, Theme
from pairing_desktop.ui.unsaved import UnsavedBoxes
from pairing_desktop.ui.verifying import CERTIFICATES

if TYPE_CHECKING:
    from PySide6.QtWidgets import QHBoxLayout

    from pairing_desktop.services.half_said import HalfSaid


class SettingsPage(QWidget):
    """Changes take effect with 保存; looks at once."""

    def __init__(self, workspace: Workspace, signals: Signals, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ws, self._signals = workspace, signals
        body = QWidget()
        self._record = ""
        self.due = DeadlineCard(workspace)
        self.due.kept.connect(self._saved)
        cards = column(words("设置", role="page"), self._bureau(), self._people(), self.due, self._keys(),
                       self._looks(), self._trust(), self._attachments(), self._file(), None, spacing=12)
        centre = QWidget()
        centre.setMaximumWidth(760)
        centre.setLayout(cards)
        across = row(centre, None)
        across.setStretch(0, 100)
        body.setLayout(column(across, margins=(24, 16, 24, 16)))
        self.setLayout(column(scrolled(body, "设置")))
        self.refresh()

    def _bureau(self) -> Card:
        self.bureau = TextLine()
        self.bureau.setAccessibleName("单位名称")
        self.bureau.setPlaceholderText("与公章一致")
        self.partner = CountyField("结对县（市、区）")
        self.partner.first = reference.partners(self._ws.about.county)
        self.partner.picked.connect(self._doubt_partner)
        self.odd_partner = words("", role="hint", tone="error", wrap=True)
        self.odd_partner.hide()
        self.county = words("", wrap=True)
        card = Card("填报单位")
        card.body.addWidget(self.county)
        card.body.addLayout(named("单位名称", self.bureau))
        card.body.addLayout(named("结对县（市、区）", self.partner))
        self.save_bureau = button("保存", kind="primary", action=self._save_bureau)
        self.unsaved_bureau = UnsavedBoxes({"bureau": self.bureau, "partner": self.partner})
        self.unsaved_bureau.changed.connect(self.save_bureau.setEnabled)
        card.body.addWidget(self.odd_partner)
        card.body.addLayout(row(self.save_bureau, self.unsaved_bureau, None))
        return card

    def _people(self) -> Card:
        self.people = PeopleGrid()
        self.save_people = button("保存", kind="primary", action=self._save_people)
        card = Card("人员", "写岗位；签名的人用各自的密钥，密钥不存在数据文件里")
        card.body.addWidget(self.people)
        self.apart = words("", role="hint", tone="query", wrap=True)
        self.open_record = button("打开“单位与人员”", kind="link", action=self._go_to_record)
        card.body.addWidget(self.apart)
        card.body.addLayout(row(self.open_record, None))
        self.unsaved_people = UnsavedBoxes(self.people.boxes)
        self.unsaved_people.changed.connect(self.save_people.setEnabled)
        card.body.addLayout(row(self.save_people, self.unsaved_people, None))
        return card

    def _keys(self) -> Card:
        self.keys = words("", wrap=True)
        self.keys_due = words("", role="hint", tone="error", wrap=True)
        self.open_keys = button("密钥与证书…", icon="key", action=self._manage_keys)
        card = Card("密钥与证书", "签名用的密钥由本人保管，不在数据文件里")
        for part in (self.keys, self.keys_due):
            card.body.addWidget(part)
        card.body.addLayout(row(self.open_keys, None))
        return card

    def _manage_keys(self) -> None:
        from pairing_desktop.ui.key_page import open_keys

        open_keys(self, Settings(), self._ws.clock, workspace=self._ws)
        self.refresh()

    def _show_keys(self) -> None:
        """Say which keys were used on this PC, and what falls due of them."""
        settings = Settings()
        if not settings.get("keys", []):
            say(self.keys, "这台电脑上还没有用过密钥。生成密钥、申请证书、导入证书包都在这里。")
            self.keys_due.hide()
            return
        from pairing_desktop.services import key_ring

        now = self._ws.clock()
        say(self.keys, "、".join(f"{e.county_name}{e.title}" for e in key_ring.entries(settings, now=now)))
        due = key_ring.warnings(settings, now=now)
        say(self.keys_due, "\n".join(str(p) for p in due))
        self.keys_due.setVisible(bool(due))

    def _looks(self) -> Card:
        card = Card("外观")
        card.body.addLayout(self._modes())
        return card

    def _modes(self) -> "QHBoxLayout":
        self.modes = QButtonGroup(self)
        buttons = {mode: QRadioButton(title) for mode, title in MODES.items()}
        for choice in buttons.values():
            self.modes.addButton(choice)
        theme = self._theme()
        buttons[theme.mode if theme else "system"].setChecked(True)
        for mode, choice in buttons.items():
            choice.clicked.connect(lambda _checked=False, mode=mode: self._switch(mode))
        return row(*buttons.values(), None, spacing=20)

    def _trust(self) -> Card:
        self.root = words("", wrap=True)
        self.load = button("载入根证书…", icon="shield_checkmark", action=self._load_root)
        card = Card("省里的根证书", "回收签名时用它核对证书")
        card.body.addWidget(self.root)
        card.body.addLayout(row(self.load, None))
        return card

    def _attachments(self) -> Card:
        self.limits = LimitsCard(self._ws)
        self.limits.saved.connect(lambda: self._signals.saved.emit(self._ws.clock()))
        return self.limits

    def _file(self) -> Card:
        card = Card("数据文件")
        self.place = words("", wrap=True, select=True)
        self.amount = words("", role="hint")
        text = "全部数据和附件都在这一个文件里。备份、交接或换电脑，用另存副本，再把副本拷走。"
        for part in (self.place, self.amount, words(text, role="hint", wrap=True)):
            card.body.addWidget(part)
        self.restore = button("从备份恢复…", kind="link", action=lambda: self._signals.fileChosen.emit("*.restore"))
        self.restored = words("", role="hint", wrap=True)
        card.body.addLayout(row(button("另存副本…", icon="save", action=self._copy), self.restore, None))
        card.body.addWidget(self.restored)
        card.body.addWidget(words("表式和审核界限在新建时存进数据文件；省里换了新的，在这里换用。",
                                  role="hint", wrap=True))
        self.adopt = button("核对表式和审核界限…", icon="arrow_sync",
                            action=lambda: adopt_forms.ask_and_adopt(self, self._ws, self._signals))
        card.body.addLayout(row(self.adopt, None))
        card.body.addWidget(words(f"程序版本 {__version__}", role="hint"))
        return card

    def _theme(self) -> Theme | None:
        app = QApplication.instance()
        return app.findChild(Theme) if app is not None else None

    def _switch(self, mode: str) -> None:
        if (theme := self._theme()) is not None:
            theme.set_mode(mode)

    def refresh(self) -> None:
        """Show what the data file holds."""
        about = self._ws.about
        say(self.county, f"{about.county_name}（{about.county}）{' · 示例数据' if about.sample else ''}")
        self._hold()
        say(self.place, str(self._ws.path))
        if self._ws.path.is_file():
            say(self.amount, moments.size(self._ws.path.stat().st_size))
        for part in (self.bureau, self.partner, self.people):
            part.setEnabled(not self._ws.readonly)
        self._show_root()
        self._show_apart()
        self._show_keys()
        self._show_restores()
        self.limits.refresh()
        self.adopt.setEnabled(not self._ws.readonly)

    def _hold(self) -> None:
        """Show what is saved, or what was typed over it and not saved."""
        about, half = self._ws.about, self._half
        partner = reference.county(about.partner)
        self.unsaved_bureau.hold_boxes(half("填报单位"),
                                       {"bureau": about.bureau, "partner": partner.name if partner else ""})
        self.unsaved_people.hold_boxes(half("人员"), self.people.filled(self._ws.people))
        self.due.refresh()

    def _half(self, card: str) -> "HalfSaid | None":
        from pairing_desktop.services import half_said

        return None if self._ws.readonly else half_said.settings(self._ws, card)

    def _show_apart(self) -> None:
        """Say what the record in 单位与人员 has otherwise: the province reads that one."""
        from pairing_desktop.services import own_bureau

        found = own_bureau.apart(self._ws)
        self._record = found.key if found else ""
        labels = "、".join(found.labels) if found else ""
        say(self.apart, f"“单位与人员”里写得不一样：{labels}。在这里改了保存，那里跟着改；也可以到那里改。")
        for part in (self.apart, self.open_record):
            part.setVisible(bool(found))

    def _go_to_record(self) -> None:
        self._signals.goTo.emit("bureau", self._record, "")

    def _show_restores(self) -> None:
        """Say which backups or older copies the data file went on from, and which other files were merged into it."""
        from pairing_desktop.services import merging_files, restoring

        found = [(each.at, f"从“{each.copy}”恢复") for each in restoring.entered(self._ws)]
        found += [(at, f"合并了“{file}”") for at, file in merging_files.entered(self._ws)]
        lines = [f"{moments.full(at) if (at := moments.parse(said)) else ''}{what}" for said, what in sorted(found)]
        say(self.restored, "；".join(lines))
        self.restored.setVisible(bool(lines))

    def _doubt_partner(self, _code: str = "") -> None:
        """Say why what was typed for the partner names no county."""
        red = self.partner.property("state") == "error"
        say(self.odd_partner, str(doubt(self.partner.text().strip())) if red else "")
        self.odd_partner.setVisible(red)

    def _save_bureau(self) -> None:
        self.partner.settle()
        if self.partner.property("state") == "error":
            lead_to(self.partner)
            return
        self._save(self.unsaved_bureau, lambda: self._ws.update_about(bureau=self.bureau.text().strip(),
                                                                      partner=self.partner.code))

    def _save_people(self) -> None:
        if self.people.settled():
            self._save(self.unsaved_people, lambda: self._ws.set_people(self.people.people()))

    def _save(self, typed: UnsavedBoxes, save: Callable[[], object]) -> None:
        try:
            save()
            typed.drop()
            self._follow()
        except Trouble as error:
            ask.dialogs.trouble(self, error)
        self._saved()

    def _follow(self) -> None:
        """Let the record of our own bureau say the same."""
        from pairing_desktop.services import own_bureau

        if key := own_bureau.follow(self._ws):
            self._signals.recordChanged.emit("bureau", key)
            self._signals.told.emit("已保存，“单位与人员”里也跟着改了")
        self._show_apart()

    def _load_root(self) -> None:
        from pairing_desktop.services import trusting

        root = ask.dialogs.open_file(self, "选择省里下发的根证书", CERTIFICATES, folder=self._ws.path.parent)
        if root is None:
            return
        try:
            trusting.keep(self._ws, root, trusting.list_beside(root))
        except Trouble as error:
            ask.dialogs.trouble(self, error)
        else:
            self._signals.saved.emit(self._ws.clock())
        self.refresh()

    def _show_root(self) -> None:
        from pairing_desktop.services import trusting

        trust, own = trusting.known(self._ws), trusting.of(self._ws)
        if trust is None or not trust.roots:
            say(self.root, "还没有载入。没有它，回收签名时只核对内容，不核对证书是谁签发的。")
        else:
            where = "已载入" if own else "用这台电脑上导入的"
            until = moments.local(trust.roots[0].not_valid_after_utc)
            crl = "有吊销名单" if trust.crls else "没有吊销名单"
            say(self.root, f"{where}，有效期至 {until:%Y-%m-%d}，{crl}。")
        self.load.setEnabled(not self._ws.readonly)

    def _saved(self) -> None:
        self._hold()
        self._signals.saved.emit(self._ws.clock())
        self._signals.stateChanged.emit("")

    def _copy(self) -> None:
        from pairing_desktop.services import writing

        path = self._ws.path
        stamp = f"{moments.local(self._ws.clock()):%Y%m%d}"
        suggested = writing.free(path.with_name(f"{path.stem}（副本 {stamp}）{path.suffix}"))
        to = ask.dialogs.save_file(self, "另存副本", "数据文件 (*.pairing)", suggested=suggested)
        if to is None:
            return

        def work(progress: Progress) -> Path:
            with self._ws.fork() as own:
                return own.save_copy(to, progress)

        jobs.run(self, "另存副本", work, lambda done: self._signals.told.emit(f"副本已写到 {done}"))

    def show_quarter(self, quarter: str) -> None:
        """Show when the quarter is due; nothing else here hangs on it."""
        self.due.show_quarter(quarter)

    def showEvent(self, event: QShowEvent) -> None:
        """Show what is there now."""
        super().showEvent(event)
        self.refresh()
