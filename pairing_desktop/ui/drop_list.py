"""A list that floats under a field while one types in it; the field keeps the focus."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from pairing_desktop.ui.cards import words
from pairing_desktop.ui.labels import fitted
from pairing_desktop.ui.navigation import Index
from pairing_desktop.ui.shaped import Shaped
from pairing_desktop.ui.theme import colours, face, fill

LENT = "lent"
ROW, FOOT = 30, 26
SHOWN = 10
DETAIL = Qt.ItemDataRole.UserRole + 1


class Offer(Struct, frozen=True):
    """One row: what it stands for, its words, and grey words at the right."""

    value: Any
    label: str
    detail: str = ""
    near: bool = False
    """It is only nearly what was typed."""


class OfferDelegate(QStyledItemDelegate):
    """Label in black, detail in grey."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._labels, self._details = Shaped(face(13), fitted), Shaped(face(12))

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the row's size."""
        return QSize(160, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row; all of them are painted at every key."""
        rect: QRect = option.rect  # type: ignore[attr-defined]  # the stubs leave out QStyleOption's members
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        c = colours()
        painter.fillRect(rect, c.named("sel" if state & QStyle.StateFlag.State_Selected else "surface"))
        inner = rect.adjusted(10, 0, -10, 0)
        if detail := index.data(DETAIL):
            painter.setPen(c.named("text2"))
            inner.setRight(inner.right() - self._details.draw(painter, inner, detail, 1) - 12)
        painter.setPen(c.named("text" if index.flags() & Qt.ItemFlag.ItemIsEnabled else "text3"))
        self._labels.draw(painter, inner, str(index.data()), 0)


class DropList(QListWidget):
    """Belongs to a field; ``itemClicked`` says what the mouse chose, the field itself handles keys."""

    def __init__(self, owner: QWidget, name: str) -> None:
        super().__init__(owner.window())
        self.owner = owner
        self._pick: Callable[[], object] = lambda: None
        self.setProperty("kind", "popup")
        fill(self)  # or what lies under it would be painted with it at every key
        self.setItemDelegate(OfferDelegate(self))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(name)
        self._foot = words("", role="hint")
        self._foot.setParent(self)
        self._foot.setContentsMargins(10, 0, 10, 0)
        self.hide()
        owner.destroyed.connect(self.deleteLater)

    @classmethod
    def lent(cls, owner: QWidget, name: str, pick: Callable[[], object]) -> "DropList":
        """Return the one list of the window's fields, lent to the field that one types in.

        To make one takes as long as a key may take, and a table makes a field for each of its cells.
        """
        window = owner.window()
        found = window.findChild(cls, LENT, Qt.FindChildOption.FindDirectChildrenOnly)
        if not isinstance(found, cls):
            found = cls(window, name)
            found.setObjectName(LENT)
            found.itemClicked.connect(found._picked)
        found.owner, found._pick = owner, pick  # its own class
        found.setAccessibleName(name)
        return found

    def _picked(self) -> None:
        self._pick()

    def show_offers(self, offers: Sequence[Offer], *, empty: str, width: int = 0, current: Any = None,  # noqa: ANN401
                    certain: bool = True, foot: str = "") -> None:
        """Show the rows under the owner (above it where there is no room), or one grey line ``empty``.

        Not ``certain``: what was typed may mean any of them, and none is chosen before somebody does. ``foot`` is a
        line below the rows.
        """
        self.clear()
        chosen = 0 if certain else -1
        for number, offer in enumerate(offers):
            item = QListWidgetItem(offer.label, self)
            item.setData(Qt.ItemDataRole.UserRole, offer.value)
            item.setData(DETAIL, offer.detail)
            if current is not None and offer.value == current:
                chosen = number
        if offers:
            self.setCurrentRow(chosen)
        else:
            QListWidgetItem(empty, self).setFlags(Qt.ItemFlag.NoItemFlags)
        undecided = bool(offers) and self.currentItem() is None
        said = "有几项相符，按 ↓ 选一项" if undecided else foot
        self._foot.setText(said)
        self._foot.setVisible(bool(said))
        self._place(max(len(offers), 1), width, foot=FOOT if said else 0)
        self.show()
        self.raise_()
        self.scrollToItem(self.currentItem() or self.item(0))

    def _place(self, rows: int, width: int, *, foot: int) -> None:
        window = self.owner.window()
        self.setParent(window)
        height = min(rows, SHOWN) * ROW + 10 + foot
        wanted = max(width, self.owner.width(), self._foot.sizeHint().width() + 4 if foot else 0)
        width = min(wanted, window.width() - 16)
        below = self.owner.mapTo(window, QPoint(0, self.owner.height() + 4))
        above = self.owner.mapTo(window, QPoint(0, -height - 4))
        place = below if below.y() + height < window.height() or above.y() < 0 else above
        left = max(8, min(place.x(), window.width() - width - 8))
        self.setGeometry(left, place.y(), width, height)
        self.setViewportMargins(0, 0, 0, foot)
        self._foot.setGeometry(2, height - foot - 4, width - 4, foot)

    @property
    def undecided(self) -> bool:
        """Tell whether there are rows to choose from and none is chosen."""
        return self.isVisible() and self.currentItem() is None and bool(self.item(0).flags())

    def step(self, rows: int) -> None:
        """Move the choice by some rows."""
        self.setCurrentRow(max(0, min(self.count() - 1, self.currentRow() + rows)))

    def chosen(self) -> Any:  # noqa: ANN401  # whatever the offers stand for
        """Return what the current row stands for, None for nothing."""
        item = self.currentItem()
        return item.data(Qt.ItemDataRole.UserRole) if item is not None else None
