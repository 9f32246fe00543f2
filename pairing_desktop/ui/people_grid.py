"""The three posts that sign, one line each: role, post or name, phone."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from pairing_desktop.errors import problem
from pairing_desktop.formspec.functions import is_phone
from pairing_desktop.ui.cards import lead_to, say, words
from pairing_desktop.ui.text_line import TextLine
from pairing_desktop.ui.theme import restyle

if TYPE_CHECKING:
    from pairing_desktop.services.workspace import Person


PARTS = ("name", "phone")
PHONE = re.compile(r"[0-9+ -]{7,20}")


class PeopleGrid(QWidget):
    """Posts are named, not people; a small bureau may fill in the same post twice."""

    doubted = Signal()
    """What is told under the lines changed."""

    def __init__(self) -> None:
        super().__init__()
        self._refused: set[QLineEdit] = set()
        from pairing_desktop.services.workspace import ROLE_LABELS

        self.lines: dict[str, tuple[QLineEdit, QLineEdit]] = {}
        self._labels = dict(ROLE_LABELS)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        for column, title in enumerate(("身份", "岗位", "电话")):
            grid.addWidget(words(title, role="hint"), 0, column)
        for row, (role, label) in enumerate(self._labels.items(), 1):
            post, phone = TextLine(), TextLine()
            post.setAccessibleName(f"{label}岗位")
            phone.setAccessibleName(f"{label}电话")
            post.setPlaceholderText("如 企业科科员")
            phone.setPlaceholderText("如 0578-9000000")
            name = words(label, role="label")
            name.setBuddy(post)
            for column, part in enumerate((name, post, phone)):
                grid.addWidget(part, row, column)
            post.textEdited.connect(lambda _text: self._doubt())
            phone.textEdited.connect(lambda _text, phone=phone: self._doubt(being_typed=phone))
            phone.editingFinished.connect(self._doubt)
            self.lines[role] = (post, phone)
        self.doubts = words("", role="hint", tone="query", wrap=True)
        self.doubts.hide()
        grid.addWidget(self.doubts, len(self._labels) + 1, 1, 1, 2)
        grid.setColumnMinimumWidth(0, 84)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 2)

    @property
    def boxes(self) -> dict[str, QLineEdit]:
        """Return each line's boxes by a name of their own."""
        return {f"{role}.{part}": box for role, line in self.lines.items()
                for part, box in zip(PARTS, line, strict=True)}

    @staticmethod
    def filled(people: Sequence["Person"]) -> dict[str, str]:
        """Return what stands in the boxes when these people are known."""
        return {f"{person.role}.{part}": text for person in reversed(people)
                for part, text in zip(PARTS, (person.name, person.phone), strict=True)}

    def _doubt(self, being_typed: QLineEdit | None = None) -> None:
        """Ask under the lines about phones that 单位与人员 will ask about; not while it is being typed."""
        odd, alone = [], []
        for role, (post, phone) in self.lines.items():
            text = phone.text().strip()
            doubted = phone is not being_typed and bool(text) and not is_phone(text)
            if doubted:
                odd.append(f"{self._labels[role]}电话“{text}”")
            if not doubted or PHONE.fullmatch(text):
                self._refused.discard(phone)
            if not text or post.text().strip():
                self._refused.discard(post)
            if post in self._refused:
                alone.append(self._labels[role])
            for box in (post, phone):
                restyle(box, state="error" if box in self._refused else "")
        told = [str(problem("ui.phone_alone", who="、".join(alone)))] if alone else []
        told += [str(problem("ui.odd_phone", phones="、".join(odd)))] if odd else []
        say(self.doubts, "\n".join(told), tone="error" if self._refused else "query")
        self.doubts.setVisible(bool(told))
        self.doubted.emit()

    def settled(self) -> bool:
        """Tell whether all may be kept; a number that is none, or one that nobody's post stands beside, is marked."""
        self._refused.clear()
        for post, phone in self.lines.values():
            text = phone.text().strip()
            if text and not PHONE.fullmatch(text):
                self._refused.add(phone)
            if text and not post.text().strip():
                self._refused.add(post)
        self._doubt()
        if self._refused:
            lead_to(next(box for box in self.boxes.values() if box in self._refused))
        return not self._refused

    def people(self) -> "tuple[Person, ...]":
        """Return what was filled in; a role without a post is left out."""
        from pairing_desktop.services.workspace import Person

        found = ((role, post.text().strip(), phone.text().strip()) for role, (post, phone) in self.lines.items())
        return tuple(Person(role, self._labels[role], post, phone) for role, post, phone in found if post)
