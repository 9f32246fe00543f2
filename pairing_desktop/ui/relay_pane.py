"""送签: the packet goes from signer to signer; here one sees whose turn it is and takes it back."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QPushButton, QWidget

from pairing_desktop.ui import icons, moments
from pairing_desktop.ui.cards import Card, FlatCard, button, column, row, say, words
from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable
from pairing_desktop.ui.start_page import dropped
from pairing_desktop.ui.text_line import TextLine
from pairing_desktop.ui.theme import restyle

if TYPE_CHECKING:
    from pairing_desktop.services.submitting import QuarterState
    from pairing_desktop.services.workspace import Person

PACKET_KINDS = (".asice", ".zip")
OWN = "填表人可以在这台电脑上直接签，也可以把报送包拷到自己的电脑上签，再来回收。"
OTHER = ("把报送包发给{label}。对方在自己的电脑上用本程序打开，看内容、签名，不需要数据文件；"
         "签好传回来，点“回收签名”。")
NOT_A_SEAL = "数字签名用于防篡改，不等于公章；需要盖章的表另附盖章扫描件。"

ISSUED = {
    True: ("checkmark_circle", "ok", ""), None: ("signature", "text2", "证书未核对"),
    False: ("error_circle", "error", "证书不是这台电脑信任的根证书签发的"),
}
"""A signature's icon, its tone and words, by what is known of who issued its certificate."""


def open_folder(path: Path) -> None:
    """Show a file's folder in the system's file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path if path.is_dir() else path.parent)))


def in_order(people: Sequence["Person"]) -> tuple["Person", ...]:
    """Return who signs, one a role; a role that nobody holds yet is named all the same."""
    from pairing_desktop.services.workspace import ROLE_LABELS, Person

    holders = {person.role: person for person in reversed(people)}
    return tuple(holders.get(role, Person(role, label, "")) for role, label in ROLE_LABELS.items())


TURN = Cell("轮到", icon="edit", icon_colour="accent", colour="accent", weight=500)
WAITING = Cell("等待", icon="circle", icon_colour="text3", colour="text2")


def _signed_cell(issued: bool | None) -> Cell:  # noqa: FBT001  # three states
    icon, tone, issuer = ISSUED[issued]
    text = " · ".join(part for part in ("已签", issuer) if part)
    return Cell(text, icon=icon, icon_colour=tone, colour=tone, tip=text)


class Signers(RowsTable):
    """Who signs, in order, and how far it has come."""

    def __init__(self) -> None:
        super().__init__("签名顺序", (Column("", 40), Column("身份", 120), Column("岗位"), Column("状态", 168)),
                         row_height=36, picks=False)

    def show_signers(self, people: Sequence["Person"], signed: Sequence[str],
                     issued: Mapping[str, bool | None]) -> None:
        """Show them; the first who has not signed is next. ``issued``: what is known of the signers' certificates."""
        following = next((p.role for p in people if p.role not in signed), "")
        states = {p.role: _signed_cell(issued.get(p.role)) if p.role in signed else TURN if p.role == following
                  else WAITING for p in people}
        self.show_rows([self._line(number, p, states[p.role]) for number, p in enumerate(people, 1)])
        self.fit()

    def _line(self, number: int, person: "Person", state: Cell) -> Row:
        weight = 500 if state is TURN else 400
        return Row((Cell(str(number), colour="text3"), Cell(person.label, weight=weight),
                    Cell(person.name or "未填岗位", colour="text" if person.name else "text3"), state), person)


class RelayPane(QWidget):
    """Tells what the clerk wants (take back, sign here, undo, submit); the page does it. A packet may be dropped."""

    collectAsked = Signal(object)  # noqa: N815  # a path, or None to ask for one
    signAsked = Signal()  # noqa: N815
    paperAsked = Signal(str)  # noqa: N815  # the role that signs on paper
    undoAsked = Signal()  # noqa: N815
    submitAsked = Signal()  # noqa: N815

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.packet: Path | None = None
        self._signed: tuple[str, ...] = ()
        self._issued: Mapping[str, bool | None] = {}
        self.people: tuple[Person, ...] = ()
        self.following = ""
        self.title = words("", role="page", wrap=True)
        self.text = words("", role="label", wrap=True)
        self.signers = Signers()
        self.name = words("", role="strong", wrap=True, select=True)
        self.place = words("", role="hint", wrap=True, select=True)
        self.digest = TextLine()
        self.folder = button("打开文件夹", icon="folder_open", action=self._open_folder)
        self.collect = button("回收签名…", icon="arrow_import", action=lambda: self.collectAsked.emit(None))
        self.sign = button("在这台电脑上签名…", icon="signature", action=self.signAsked.emit)
        self.paper = button("纸质签批…", kind="plain", icon="print", action=self._on_paper)
        self.submit = button("报送", kind="primary", icon="send", action=self.submitAsked.emit)
        self.undo = button("撤销定稿…", kind="plain", action=self.undoAsked.emit)
        self.stamps = words("", role="label", wrap=True)
        who = FlatCard("签名顺序", "各人用自己的密钥，一把密钥只有一个身份")
        who.body.addWidget(self.signers)
        file = Card("报送包")
        for part in (self.name, self.place):
            file.body.addWidget(part)
        file.body.addLayout(row(self.folder, self.sign, self.paper, None))
        self.setLayout(column(
            self.title, self.text, who, file, row(self.submit, self.collect, None, self.undo),
            self.stamps, words("签好的报送包传回来后，拖到这里也可以回收。", role="hint"),
            words(NOT_A_SEAL, role="hint", wrap=True), None, spacing=12, margins=(24, 20, 16, 16),
        ))

    def show_state(self, state: "QuarterState", people: Sequence["Person"]) -> None:
        """Show whose turn it is."""
        people = self.people = in_order(people)
        if state.packet != self.packet:
            self._issued = {}
        self.packet = state.packet
        signed = self._signed = state.signed_roles
        following = next((p for p in people if p.role not in signed), None)
        if following is None:
            say(self.title, "签名齐全，可以报送")
            say(self.text, "报送后这个季度锁定，报送包的签名和内容记入数据文件。")
        else:
            say(self.title, f"请{following.label}签名")
            say(self.text, OWN if following.role == "preparer" else OTHER.format(label=following.label))
        own = following is not None and following.role == "preparer"
        restyle(self.sign, kind="primary" if own else "")
        restyle(self.collect, kind="primary" if following is not None and not own else "")
        for act in (self.sign, self.collect):
            act.setIcon(icons.icon("signature" if act is self.sign else "arrow_import",
                                   "on_accent" if act.property("kind") == "primary" else "text"))
        self.submit.setVisible(following is None)
        self.sign.setVisible(following is not None and state.packet is not None)
        self.paper.setVisible(self.sign.isVisibleTo(self))
        self.following = following.role if following is not None else ""
        self.signers.show_signers(people, signed, self._issued)
        there = state.packet is not None
        say(self.name, state.packet.name if state.packet else "报送包不在原来的位置")
        size = moments.size(state.packet.stat().st_size) if state.packet and state.packet.is_file() else ""
        say(self.place, f"{size} · {state.packet.parent}" if state.packet else "用“回收签名”指出报送包现在在哪里。")
        self.folder.setEnabled(there)

    @property
    def following_act(self) -> QPushButton:
        """Return the button of what is done next: sign here, take back what another signed, or submit."""
        if not self.following:
            return self.submit
        return self.sign if self.following == "preparer" and self.packet is not None else self.collect

    def show_issuers(self, issued: Mapping[str, bool | None]) -> None:
        """Show what is known of who issued the signers' certificates, once the packet was looked into."""
        self._issued = issued
        self.signers.show_signers(self.people, self._signed, issued)

    def _on_paper(self) -> None:
        self.paperAsked.emit(self.following)

    def _open_folder(self) -> None:
        if self.packet is not None:
            open_folder(self.packet)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a packet."""
        if dropped(event, PACKET_KINDS) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the packet back."""
        if (path := dropped(event, PACKET_KINDS)) is not None:
            event.acceptProposedAction()
            self.collectAsked.emit(path)
