"""The left column: whose data this is, the forms with their counts and marks, history and settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from pairing_desktop.formspec.definition import Form
from pairing_desktop.ui import icons
from pairing_desktop.ui.marks import MARKS
from pairing_desktop.ui.theme import colours, face

WIDTH = 208
ROW = 28
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: a page to show, or a heading when ``page`` is empty."""

    page: str
    title: str
    icon: str = ""
    count: str = ""
    mark: str = ""

    @property
    def spoken(self) -> str:
        """Return what a screen reader says."""
        word = MARKS[self.mark].word if self.mark in MARKS else ""
        return " ".join(part for part in (self.title, self.count, word) if part)


def entries(forms: Sequence[Form]) -> list[Entry]:
    """Return the rows for a catalogue's forms, in their order under their group."""
    rows = [Entry("overview", "总览", "home")]
    for group in ("台账", "填报"):
        members = [f for f in forms if f.group == group]
        if members:
            rows.append(Entry("", group))
            rows += [Entry(f.id, f.short, f.icon) for f in members]
    return [*rows, Entry("", "报送"), Entry("submit", "审核与报送", "send")]


class NavigationModel(QAbstractListModel):
    """The rows; counts and marks are replaced at once."""

    def __init__(self, rows: list[Entry], parent: QWidget) -> None:
        super().__init__(parent)
        self.rows = rows

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of rows."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401  # Qt
        """Return the title, or the whole row for the delegate."""
        entry = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return entry.spoken
        return entry if role == Qt.ItemDataRole.UserRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings can't be chosen."""
        if not self.rows[index.row()].page:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def show_counts(self, counts: Mapping[str, tuple[str, str]]) -> None:
        """Show (count, mark) by page."""
        self.rows = [Entry(e.page, e.title, e.icon, *counts.get(e.page, (e.count, e.mark))) for e in self.rows]
        self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))


class NavigationDelegate(QStyledItemDelegate):
    """Paints icon, title, grey count at the right and the mark in a column of its own."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the row's size."""
        return QSize(WIDTH - 12, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        entry: Entry = index.data(Qt.ItemDataRole.UserRole)
        rect: QRect = option.rect  # type: ignore[attr-defined]  # the stubs leave out QStyleOption's members
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        c = colours()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not entry.page:
            painter.setFont(face(12))
            painter.setPen(c.named("text2"))
            painter.drawText(rect.adjusted(16, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, entry.title)
            painter.restore()
            return
        selected = bool(state & QStyle.StateFlag.State_Selected)
        row = rect.adjusted(8, 0, -8 + WIDTH - rect.width(), 0)
        self._ground(painter, row, state, selected=selected)
        colour = "accent" if selected else "text2"
        icons.paint(painter, QRect(rect.left() + 17, rect.top() + 4, 20, 20), entry.icon, colour)
        painter.setFont(face(13, 500 if selected else 400))
        painter.setPen(c.named("text"))
        painter.drawText(rect.adjusted(44, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, entry.title)
        painter.setFont(face(12))
        painter.setPen(c.named("text2"))
        painter.drawText(QRect(0, rect.top(), WIDTH - 40, ROW),
                         Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, entry.count)
        if entry.mark in MARKS:
            MARKS[entry.mark].paint(painter, QRect(WIDTH - 34, rect.top() + 6, 16, 16))
        painter.restore()

    def _ground(self, painter: QPainter, row: QRect, state: QStyle.StateFlag, *, selected: bool) -> None:
        c = colours()
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(c.named("nav_sel" if selected else "neutral_tint"))
            painter.drawRoundedRect(row, 4, 4)
        if selected:
            painter.setBrush(c.named("accent"))
            painter.drawRoundedRect(QRect(row.left(), row.top() + 7, 3, 14), 1.5, 1.5)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(c.named("accent"), 2))
            painter.drawRoundedRect(row.adjusted(1, 1, -1, -1), 4, 4)


class Navigation(QWidget):
    """The column. ``chosen`` says which page the user wants."""

    chosen = Signal(str)

    def __init__(self, title: str, detail: str, forms: Sequence[Form], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kind", "navigation")
        self.model = NavigationModel(entries(forms), self)
        self.list = self._list()
        self._feet = QButtonGroup(self)
        self._feet.setExclusive(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(0)
        for text, role, height in ((title, "owner", 31), (detail, "hint", 26)):
            label = QLabel(text, self)
            label.setProperty("role", role)
            label.setFixedHeight(height)
            label.setContentsMargins(16, 0, 8, 0)
            column.addWidget(label)
        column.addWidget(self.list, 1)
        column.addWidget(self._foot())

    def _list(self) -> QListView:
        view = QListView(self)
        view.setModel(self.model)
        view.setItemDelegate(NavigationDelegate(view))
        view.setProperty("kind", "navigation")
        view.setMouseTracking(True)
        view.setAccessibleName("导航")
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setTabKeyNavigation(False)
        view.selectionModel().currentChanged.connect(self._moved)
        return view

    def _foot(self) -> QWidget:
        foot = QWidget(self)
        foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        foot.setProperty("kind", "navfoot")
        foot.setFixedHeight(37)
        row = QHBoxLayout(foot)
        row.setContentsMargins(10, 3, 10, 3)
        row.setSpacing(12)
        for page, text, name in (("history", "历史", "history"), ("settings", "设置", "settings")):
            button = QPushButton(icons.icon(name), text, foot)
            button.setIconSize(QSize(16, 16))
            button.setProperty("kind", "nav")
            button.setProperty("page", page)
            button.setCheckable(True)
            button.clicked.connect(self._foot_clicked)
            self._feet.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        return foot

    def _moved(self, now: Index, _before: Index) -> None:
        if now.isValid():
            self.chosen.emit(self.model.rows[now.row()].page)

    def _foot_clicked(self) -> None:
        button = self.sender()
        if button is not None:
            self.chosen.emit(button.property("page"))

    def show_page(self, page: str) -> None:
        """Mark the page that is shown; emits nothing."""
        for button in self._feet.buttons():
            button.setChecked(button.property("page") == page)
        row = next((n for n, e in enumerate(self.model.rows) if e.page == page), None)
        picked = self.list.selectionModel()
        picked.blockSignals(True)
        self.list.setCurrentIndex(self.model.index(row) if row is not None else QModelIndex())
        picked.blockSignals(False)
        self.list.viewport().update()

    def show_counts(self, counts: Mapping[str, tuple[str, str]]) -> None:
        """Show (count, mark) by page."""
        self.model.show_counts(counts)
