"""Choosing a county by name, part of it, pinyin initials or code."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QListWidgetItem

from pairing_desktop.errors import Problem, problem
from pairing_desktop.formspec import reference
from pairing_desktop.formspec.fieldtypes.choices import counties, find, matching
from pairing_desktop.formspec.fieldtypes.interface import named
from pairing_desktop.formspec.reference import County
from pairing_desktop.ui import icons
from pairing_desktop.ui.drop_list import DropList, Offer
from pairing_desktop.ui.keys import ENTER
from pairing_desktop.ui.text_line import TextLine
from pairing_desktop.ui.theme import colours, face, restyle

LIMIT = 60


def offers(typed: str, first: tuple[str, ...] = ()) -> list[Offer]:
    """Return the counties that match, best first; of those that match alike ``first``."""
    found = [reference.county(option.code) for option in matching(counties(first), typed)[:LIMIT]]
    return [Offer(county.code, county.name, about(county)) for county in found if county is not None]


def meant(typed: str) -> str:
    """Return the code of the county that was typed, "" where it may mean several, or none."""
    found = find(counties(), typed) if typed.strip() else []
    return found[0].code if len(found) == 1 else ""


def doubt(typed: str) -> Problem:
    """Return why what was typed names no county."""
    if not typed:
        return problem("ui.no_county")
    several = find(counties(), typed)
    if several:
        return problem("ui.many_counties", typed=typed, names=named([option.label for option in several]))
    return problem("ui.odd_county", typed=typed)


def about(county: County) -> str:
    """Return city and kind: 丽水市 · 山区县."""
    return f"{county.city} · 山区县" if county.mountain26 else county.city


class CountyField(TextLine):
    """Shows the county's name with its city at the right edge; ``picked`` carries the code, "" for none."""

    picked = Signal(str)

    def __init__(self, name: str, *, required: bool = False) -> None:
        super().__init__()
        self.code = ""
        self.first: tuple[str, ...] = ()
        """Who is offered before the others."""
        self.required = required
        self.setAccessibleName(name)
        self.setPlaceholderText("县名、拼音首字母或代码")
        self._drop = DropList(self, name)
        self._drop.itemClicked.connect(self._clicked)
        self.textEdited.connect(self._typed)

    def choose(self, code: str) -> None:
        """Show a county by its code, "" for none."""
        found = reference.county(code) if code else None
        self.code = found.code if found else ""
        self.setText(found.name if found else "")
        self.setTextMargins(0, 0, 150 if found else 24, 0)
        restyle(self, state="")
        self.picked.emit(self.code)

    def show_text(self, text: str) -> None:
        """Show what was typed before: a county's whole name is that county, anything else was not settled yet."""
        found = reference.county(meant(text))
        if not text or (found is not None and found.name == text):
            self.choose(found.code if found else "")
        else:
            self.choose("")
            self.setText(text)

    def _typed(self, text: str) -> None:
        self.code = ""
        self.setTextMargins(0, 0, 24, 0)
        if self.property("state") == "error":  # it is being mended: judged again when it is left
            restyle(self, state="")
            self.picked.emit("")
        self._show(text, empty="没有这个县（市、区），换个写法试试")

    def _show(self, text: str, *, empty: str) -> None:
        found, only = offers(text, self.first), meant(text)
        self._drop.show_offers(found, empty=empty, current=only or self.code, certain=bool(only or not text.strip()))

    def _clicked(self, item: QListWidgetItem) -> None:
        self._take(item.data(Qt.ItemDataRole.UserRole))

    def _take(self, code: str | None) -> None:
        self._drop.hide()
        if code:
            self.choose(code)

    def settle(self) -> None:
        """Take what was typed if it can only mean one county; mark it when it means none."""
        self._drop.hide()
        if self.code:
            return
        text = self.text().strip()
        if only := meant(text):
            self.choose(only)
        else:
            restyle(self, state="error" if text or self.required else "")
            self.picked.emit("")

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Settle when the field is left."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.settle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move in the list with the arrows, take with Enter, put it away with Escape."""
        key = event.key()
        listed = self._drop.isVisible()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            if listed:
                self._drop.step(1 if key == Qt.Key.Key_Down else -1)
            else:
                self._show("" if self.code else self.text(), empty="没有这个县（市、区）")
        elif key in ENTER:
            if self._drop.undecided:
                self._drop.step(1)
                return
            if listed:
                self._take(self._drop.chosen())
            self.focusNextChild()
        elif key == Qt.Key.Key_Escape and listed:
            self._drop.hide()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw city and chevron over the empty margin."""
        super().paintEvent(event)
        with QPainter(self) as painter:
            right = self.width() - 9
            icons.paint(painter, QRect(right - 16, (self.height() - 16) // 2, 16, 16), "chevron_down")
            if found := reference.county(self.code) if self.code else None:
                painter.setFont(face(12))
                painter.setPen(colours().named("text3"))
                side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
                painter.drawText(QRect(0, 0, right - 22, self.height()), side, about(found))
