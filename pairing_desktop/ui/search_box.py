"""The search box over everything: name, credit code, pinyin initials; Ctrl+F. Hits show in a list under it.

Down in the empty box offers the records opened last.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pairing_desktop.services.searching import MOST, Hit
from pairing_desktop.ui import icons
from pairing_desktop.ui.drop_list import DropList, Offer
from pairing_desktop.ui.keys import ENTER
from pairing_desktop.ui.text_line import TextLine
from pairing_desktop.ui.theme import colours, face

DELAY = 80
"""Milliseconds of rest before a search: nobody types faster, and a search takes less than 50."""


class SearchBox(TextLine):
    """Finds while typing; arrows choose, Enter opens, Escape leaves."""

    opened = Signal(str, str)
    """Form id and record key of the hit that was chosen."""

    def __init__(self, find: Callable[[str], Sequence[Hit]], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._find = find
        self.recent: Callable[[], Sequence[Hit]] = tuple
        """What is offered before anything is typed: the records opened last."""
        self.setProperty("kind", "search")
        self.setPlaceholderText("搜索企业、项目、信用代码、拼音首字母")
        self.setAccessibleName("查找全部内容")
        self.setTextMargins(24, 0, 46, 0)
        self.hits = DropList(self, "查找结果")
        self.hits.itemClicked.connect(self._open)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(DELAY)
        self._rest.timeout.connect(self.search)
        self.textEdited.connect(self._typed)

    def _typed(self, text: str) -> None:
        if text.strip():
            self._rest.start()
        else:
            self._rest.stop()
            self.offer_recent()

    def offer_recent(self) -> None:
        """Offer the records opened last, while nothing is typed."""
        found = self.recent()
        if found:
            self.hits.show_offers([Offer(h, h.label, h.detail) for h in found], empty="", width=440)
        else:
            self.hits.hide()

    def search(self) -> None:
        """Search now."""
        self._rest.stop()
        found = self._find(self.text().strip()) if self.text().strip() else ()
        offers = [Offer(h, h.label, " · ".join(filter(None, (h.why, h.detail)))) for h in found]
        self.hits.show_offers(offers, empty="没有找到，可试名称的一部分、曾用名、信用代码、编号或拼音首字母",
                              width=600 if any(h.why for h in found) else 440,
                              foot=f"最多列出 {MOST} 条，没有要找的就多打几个字" if len(found) >= MOST else "")

    def _open(self) -> None:
        hit = self.hits.chosen()
        if isinstance(hit, Hit):
            self.clear()
            self.hits.hide()
            self.opened.emit(hit.form, hit.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move in the hits without leaving the box."""
        key = event.key()
        if key == Qt.Key.Key_Down and not self.hits.isVisible() and not self.text():
            self.offer_recent()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.hits.isVisible():
            self.hits.step(1 if key == Qt.Key.Key_Down else -1)
        elif key in ENTER:
            if self.text().strip() and (self._rest.isActive() or not self.hits.isVisible()):
                self.search()
            self._open()
        elif key == Qt.Key.Key_Escape:
            self.clear()
            self.hits.hide()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Hide the hits when the focus goes elsewhere."""
        if event.type() == QEvent.Type.FocusOut:
            self.hits.hide()
        return super().event(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Take the hits along."""
        self.hits.hide()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the glass at the left and the key at the right."""
        super().paintEvent(event)
        with QPainter(self) as painter:
            icons.paint(painter, QRect(9, self.height() // 2 - 8, 16, 16), "search", "text3")
            if not self.text():
                painter.setFont(face(12))
                painter.setPen(colours().named("text3"))
                painter.drawText(self.rect().adjusted(0, 0, -10, 0),
                                 Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, "Ctrl+F")
