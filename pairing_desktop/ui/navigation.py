"""The left column: whose data this is, the forms with their counts and marks, history and settings."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
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
from pairing_desktop.services.workspace import About
from pairing_desktop.ui import icons
from pairing_desktop.ui.keys import ENTER
from pairing_desktop.ui.marks import MARKS
from pairing_desktop.ui.theme import colours, face

WIDTH, NARROW = 208, 52
"""The column with its words, and with pictures and marks only, on a small screen or at 200 %."""

ROW, CLOSE_ROW, HEADING, NARROW_HEADING = 26, 22, 23, 9
"""How high rows are, and how low they may be for all of them to be seen under an office screen's title and task bar."""

PINNED, PINNED_SPACE = 2, 4
"""The last rows, which stay in sight at the bottom: 报送 and its one page; the room below them."""

Index = QModelIndex | QPersistentModelIndex


class Entry(Struct, frozen=True):
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
    rows = [Entry("overview", "总览", "home"), Entry("summary", "汇总表", "table")]
    for group in ("台账", "填报"):
        members = [f for f in forms if f.group == group]
        if members:
            rows.append(Entry("", group))
            rows += [Entry("assess" if f.id == "assessment" else f.id, f.short, f.icon) for f in members]
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
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.spoken if entry.page else None
        return entry if role == Qt.ItemDataRole.UserRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings can't be chosen."""
        if not self.rows[index.row()].page:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def show_counts(self, counts: Mapping[str, tuple[str, str]]) -> None:
        """Show (count, mark) by page."""
        before = self.rows
        self.rows = [Entry(e.page, e.title, e.icon, *counts.get(e.page, (e.count, e.mark))) for e in before]
        for place, (old, new) in enumerate(zip(before, self.rows, strict=True)):
            if old != new:  # one by one: a range would paint the whole list at every field that is left
                self.dataChanged.emit(self.index(place), self.index(place))


class NavigationDelegate(QStyledItemDelegate):
    """Paints icon, title, grey count at the right and the mark in a column of its own."""

    def __init__(self, pages: "PageList") -> None:
        super().__init__(pages)
        self._list = pages

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the row's size: a heading is a little lower, so that all forms fit on a small screen."""
        entry: Entry = index.data(Qt.ItemDataRole.UserRole)
        heading = NARROW_HEADING if self._narrow(_option) else HEADING
        return QSize(NARROW - 12, self._list.row_height if entry.page else heading)

    @staticmethod
    def _narrow(option: QStyleOptionViewItem) -> bool:
        """Tell whether the column shows pictures only."""
        widget: QWidget | None = option.widget  # type: ignore[attr-defined]  # left out of the stubs
        return widget is not None and widget.width() < WIDTH - 12

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        entry: Entry = index.data(Qt.ItemDataRole.UserRole)
        rect: QRect = option.rect  # type: ignore[attr-defined]  # the stubs leave out QStyleOption's members
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        c = colours()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        narrow = self._narrow(option)
        if not entry.page:
            painter.setFont(face(12))
            painter.setPen(c.named("text2"))
            if narrow:
                painter.fillRect(QRect(12, rect.center().y(), NARROW - 24, 1), c.named("line2"))
            else:
                painter.drawText(rect.adjusted(16, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, entry.title)
            painter.restore()
            return
        selected = bool(state & QStyle.StateFlag.State_Selected)
        row = QRect(4 if narrow else 8, rect.top(), NARROW - 9 if narrow else WIDTH - 16, rect.height())
        self._ground(painter, row, state, selected=selected)
        colour = "accent" if selected else "text2"
        left = rect.left() + (11 if narrow else 17)
        icons.paint(painter, QRect(left, rect.center().y() - 9, 20, 20), entry.icon, colour)
        if narrow:
            if entry.mark in ("error", "query"):
                MARKS[entry.mark].paint(painter, QRect(left + 15, rect.top() + 1, 12, 12))
        else:
            self._words(painter, rect, entry, selected=selected)
        painter.restore()

    def _words(self, painter: QPainter, rect: QRect, entry: Entry, *, selected: bool) -> None:
        c = colours()
        painter.setFont(face(13, 500 if selected else 400))
        painter.setPen(c.named("text"))
        painter.drawText(rect.adjusted(44, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, entry.title)
        painter.setFont(face(12))
        painter.setPen(c.named("text2"))
        painter.drawText(QRect(0, rect.top(), WIDTH - 40, rect.height()),
                         Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, entry.count)
        if entry.mark in MARKS:
            MARKS[entry.mark].paint(painter, QRect(WIDTH - 34, rect.center().y() - 7, 16, 16))

    def _ground(self, painter: QPainter, row: QRect, state: QStyle.StateFlag, *, selected: bool) -> None:
        c = colours()
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(c.named("nav_sel" if selected else "neutral_tint"))
            painter.drawRoundedRect(row, 4, 4)
        if selected:
            painter.setBrush(c.named("accent"))
            painter.drawRoundedRect(QRect(row.left(), row.center().y() - 6, 3, 14), 1.5, 1.5)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(c.named("accent"), 2))
            painter.drawRoundedRect(row.adjusted(1, 1, -1, -1), 4, 4)


class PageList(QListView):
    """Shows some of the model's rows; the arrow keys go on in the list below or above it."""

    pageWanted = Signal()  # noqa: N815  # Qt's manner

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.beyond: tuple[PageList | None, PageList | None] = (None, None)
        self.row_height = ROW

    def pages(self) -> list[int]:
        """Return the rows with a page that are shown here."""
        model = self.model()
        return [n for n in range(model.rowCount())
                if not self.isRowHidden(n) and model.flags(model.index(n, 0)) != Qt.ItemFlag.NoItemFlags]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the rows closer together where all of them are seen then; else one scrolls."""
        super().resizeEvent(event)
        self.share_out()

    def share_out(self) -> None:
        """Say how high a row is."""
        count = len(self.pages())
        heading = NARROW_HEADING if self.width() < WIDTH - 12 else HEADING
        others = sum(not self.isRowHidden(n) for n in range(self.model().rowCount())) - count
        room = (self.height() - heading * others) // max(1, count)
        height = min(ROW, room) if room >= CLOSE_ROW else ROW
        if height != self.row_height:
            self.row_height = height
            self.scheduleDelayedItemsLayout()

    def dataChanged(self, first: Index, _last: Index, _roles: Sequence[int] = ()) -> None:
        """Paint the row again; Qt's own would lay all rows out anew, and paint them all."""
        self.update(first)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows that changed; Qt's own paints those between them too, at every field that is left."""
        for part in event.region():  # type: ignore[attr-defined]  # the stubs leave out that it yields rectangles
            super().paintEvent(QPaintEvent(part))

    def focusInEvent(self, _event: QFocusEvent) -> None:
        """Paint the chosen row again; Qt's own would paint every row, also where the focus only passes through."""
        self.update(self.currentIndex())

    def focusOutEvent(self, _event: QFocusEvent) -> None:
        """Paint it without the focus."""
        self.update(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Cross over into the other list at the end of this one; with Enter into the page."""
        if event.key() in ENTER:
            self.pageWanted.emit()
            return
        ways = {Qt.Key.Key_Up: 0, Qt.Key.Key_Down: -1}
        way = ways.get(Qt.Key(event.key()))
        other = self.beyond[way] if way is not None else None
        if way is None or other is None or self.currentIndex().row() != self.pages()[way]:
            super().keyPressEvent(event)
            return
        other.setFocus(Qt.FocusReason.TabFocusReason)
        other.setCurrentIndex(self.model().index(other.pages()[-1 - way], 0))


def paired(about: About) -> str:
    """Return with whom a county is paired, and for which years."""
    years = f"{about.years[0]}—{about.years[-1]}" if about.years else ""
    return f"结对 {about.partner_name or '待定'} ・ {years}"


class Navigation(QWidget):
    """The column. ``chosen`` says which page the user wants."""

    chosen = Signal(str)
    pageWanted = Signal()  # noqa: N815  # Qt's manner
    """Enter was pressed: the user wants into the page that is shown."""

    def __init__(self, title: str, detail: str, forms: Sequence[Form], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kind", "navigation")
        self.model = NavigationModel(entries(forms), self)
        self.list, self.pinned = self._list("导航"), self._list("报送")
        self.pinned.setSelectionModel(self.list.selectionModel())
        for view in (self.list, self.pinned):
            view.pageWanted.connect(self.pageWanted)
        self.list.selectionModel().currentChanged.connect(self._moved)
        self.list.beyond, self.pinned.beyond = (None, self.pinned), (self.list, None)
        self.pinned.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        last = len(self.model.rows) - PINNED
        for row in range(len(self.model.rows)):
            (self.pinned if row < last else self.list).setRowHidden(row, True)
        self._showing = False
        self._feet = QButtonGroup(self)
        self._feet.setExclusive(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(0)
        self._titles: list[QLabel] = []
        for text, role, height in ((title, "owner", 31), (detail, "hint", 26)):
            label = QLabel(text, self)
            self._titles.append(label)
            label.setProperty("role", role)
            label.setFixedHeight(height)
            label.setContentsMargins(16, 0, 8, 0)
            column.addWidget(label)
        column.addWidget(self.list, 1)
        column.addWidget(self.pinned)
        self._fit()
        column.addWidget(self._foot())

    def show_detail(self, detail: str) -> None:
        """Show what stands under the county's name."""
        self._titles[1].setText(detail)

    def _list(self, name: str) -> PageList:
        view = PageList(self)
        view.setModel(self.model)
        view.setItemDelegate(NavigationDelegate(view))
        view.setProperty("kind", "navigation")
        view.setMouseTracking(True)
        view.setAccessibleName(name)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setTabKeyNavigation(False)
        return view

    def _fit(self) -> None:
        """Give the way out its room: it is always seen, however many forms stand above."""
        heading = NARROW_HEADING if self.width() == NARROW else HEADING
        self.pinned.setFixedHeight(heading + ROW * (PINNED - 1) + PINNED_SPACE)

    def _foot(self) -> QWidget:
        foot = QWidget(self)
        foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        foot.setProperty("kind", "navfoot")
        foot.setFixedHeight(37)
        self._foot_row = row = QHBoxLayout(foot)
        row.setContentsMargins(10, 3, 10, 3)
        row.setSpacing(12)
        for page, text, name in (("history", "历史", "history"), ("settings", "设置", "settings")):
            button = QPushButton(icons.icon(name), text, foot)
            button.setIconSize(QSize(16, 16))
            button.setProperty("kind", "nav")
            button.setProperty("page", page)
            button.setAccessibleName(text)
            button.setToolTip(text)
            button.setCheckable(True)
            button.clicked.connect(self._foot_clicked)
            self._feet.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        return foot

    def set_narrow(self, *, narrow: bool) -> None:
        """Show pictures and marks only, or the words too."""
        if narrow == (self.width() == NARROW):
            return
        self.setFixedWidth(NARROW if narrow else WIDTH)
        for label in self._titles:
            label.setVisible(not narrow)
        for button in self._feet.buttons():
            button.setText("" if narrow else button.accessibleName())
        self._foot_row.setContentsMargins(*((2, 3, 2, 3) if narrow else (10, 3, 10, 3)))
        self._foot_row.setSpacing(0 if narrow else 12)
        self._fit()
        self.list.scheduleDelayedItemsLayout()
        self.pinned.scheduleDelayedItemsLayout()

    def _moved(self, now: Index, _before: Index) -> None:
        if now.isValid() and not self._showing:
            self.chosen.emit(self.model.rows[now.row()].page)

    def _foot_clicked(self) -> None:
        button = self.sender()
        if button is not None:
            self.chosen.emit(button.property("page"))

    def show_page(self, page: str) -> None:
        """Mark the page that is shown; emits nothing."""
        for button in self._feet.buttons():
            button.setChecked(button.property("page") == page)
        page = "assess" if page == "assessment" else page
        row = next((n for n, e in enumerate(self.model.rows) if e.page == page), None)
        self._showing = True
        self.list.setCurrentIndex(self.model.index(row) if row is not None else QModelIndex())
        self._showing = False

    def show_counts(self, counts: Mapping[str, tuple[str, str]]) -> None:
        """Show (count, mark) by page."""
        self.model.show_counts(counts)
