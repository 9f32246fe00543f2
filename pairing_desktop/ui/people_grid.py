"""The three posts that sign, one line each: role, post or name, phone."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from pairing_desktop.errors import problem
from pairing_desktop.formspec.functions import is_phone
from pairing_desktop.ui.cards import lead_to, say, words

if TYPE_CHECKING:
    from pairing_desktop.services.workspace import Person


PHONE = re.compile(r"[0-9+ -]{7,20}")


class PeopleGrid(QWidget):
    """Posts are named, not people; a small bureau may fill in the same post twice."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
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
            post, phone = QLineEdit(), QLineEdit()
            post.setAccessibleName(f"{label}岗位")
            phone.setAccessibleName(f"{label}电话")
            post.setPlaceholderText("如 企业科科员")
            phone.setPlaceholderText("如 0578-9000000")
            name = words(label, role="label")
            name.setBuddy(post)
            for column, part in enumerate((name, post, phone)):
                grid.addWidget(part, row, column)
            post.textEdited.connect(self.changed)
            phone.textEdited.connect(self.changed)
            phone.editingFinished.connect(self._doubt)
            self.lines[role] = (post, phone)
        self.doubts = words("", role="hint", tone="query", wrap=True)
        self.doubts.hide()
        grid.addWidget(self.doubts, len(self._labels) + 1, 1, 1, 2)
        grid.setColumnMinimumWidth(0, 84)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 2)

    def show_people(self, people: Sequence["Person"]) -> None:
        """Show who is known."""
        for person in reversed(people):
            if person.role in self.lines:
                post, phone = self.lines[person.role]
                post.setText(person.name)
                phone.setText(person.phone)
                for part in (post, phone):
                    part.setCursorPosition(0)

    def _doubt(self) -> None:
        """Ask under the lines about a phone that 单位与人员 will ask about."""
        typed = ((self._labels[role], phone.text().strip()) for role, (_post, phone) in self.lines.items())
        odd = [problem("ui.odd_phone", who=label, phone=phone) for label, phone in typed
               if phone and not is_phone(phone)]
        say(self.doubts, "\n".join(str(one) for one in odd))
        self.doubts.setVisible(bool(odd))

    def wrong_phones(self) -> list[tuple[str, str]]:
        """Return (who, what was typed) for what is no phone number."""
        typed = ((self._labels[role], phone.text().strip()) for role, (_post, phone) in self.lines.items())
        return [(label, phone) for label, phone in typed if phone and not PHONE.fullmatch(phone)]

    def to_wrong_phone(self) -> None:
        """Put the cursor behind the first that is no phone number."""
        lead_to(next(phone for _post, phone in self.lines.values()
                     if phone.text().strip() and not PHONE.fullmatch(phone.text().strip())))

    def people(self) -> "tuple[Person, ...]":
        """Return what was filled in; a role without a post is left out."""
        from pairing_desktop.services.workspace import Person

        found = ((role, post.text().strip(), phone.text().strip()) for role, (post, phone) in self.lines.items())
        return tuple(Person(role, self._labels[role], post, phone) for role, post, phone in found if post)
