"""The findings of this record, of this form, or of the quarter; a click goes to the field, also inside a table."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from pairing_desktop.formspec.rules import Finding
from pairing_desktop.services import countersigning
from pairing_desktop.ui import icons
from pairing_desktop.ui.finding_line import sentence
from pairing_desktop.ui.findings_table import figure_width
from pairing_desktop.ui.keys import ENTER
from pairing_desktop.ui.labels import fitted_place
from pairing_desktop.ui.marks import MARKS
from pairing_desktop.ui.severity import mark_name, severity
from pairing_desktop.ui.theme import colours, face

Index = QModelIndex | QPersistentModelIndex
SCOPES = {"record": "本条", "form": "本表", "quarter": "本季全部"}
HEADS = ("级别", "位置", "问题", "左值", "右值", "差额")
PLACE = 1
SIGN, LEVEL = 30, 100
"""Where a level's word begins behind its mark; the width for the longest, 特殊情况."""

ROW, HEIGHT = 30, 190
PLACE_WIDTH, PLACE_NARROW, NARROW = 208, 150, 640
FIGURES = {3: 80, 4: 80, 5: 72}
"""The columns of figures, and their usual widths."""


class FindingsModel(QAbstractTableModel):
    """Findings, open ones first."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.findings: tuple[Finding, ...] = ()

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show these."""
        self.beginResetModel()
        self.findings = tuple(sorted(findings, key=severity))
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of findings."""
        return 0 if parent is not None and parent.isValid() else len(self.findings)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a column's head."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADS[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section >= 3 else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell's text, or the finding for the delegate."""
        finding = self.findings[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return finding
        words = MARKS[mark_name(finding)].word
        if role == Qt.ItemDataRole.DisplayRole:
            shown = (words, finding.place, finding.message, *countersigning.sides(finding), finding.difference)
            return shown[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join((finding.place, sentence(finding)))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{words} {finding.place} {finding.message}"
        return None


class FindingsDelegate(QStyledItemDelegate):
    """Mark and words; the selected row has the stripe of every list."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        rect: QRect = option.rect  # type: ignore[attr-defined]  # the stubs leave out QStyleOption's members
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        finding: Finding = index.data(Qt.ItemDataRole.UserRole)
        c, chosen = colours(), bool(state & QStyle.StateFlag.State_Selected)
        mark = MARKS[mark_name(finding)]
        painter.save()
        painter.fillRect(rect, c.named("sel" if chosen else "surface"))
        painter.setPen(c.named("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        inner = rect.adjusted(8, 0, -8, 0)
        painter.setFont(face(13))
        painter.setPen(c.named("text" if index.column() == 2 else "text2"))
        if index.column() == 0:
            mark.paint(painter, QRect(rect.left() + 8, rect.center().y() - 7, 16, 16))
            painter.setPen(c.named(mark.tone if mark.tone in ("error", "query", "ok") else "text2"))
            inner.setLeft(rect.left() + SIGN)
        side = Qt.AlignmentFlag.AlignRight if index.column() >= 3 else Qt.AlignmentFlag.AlignLeft
        words, metrics = str(index.data() or ""), painter.fontMetrics()
        words = (fitted_place(metrics, words, inner.width()) if index.column() == PLACE
                 else metrics.elidedText(words, Qt.TextElideMode.ElideRight, inner.width()))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | side, words)
        painter.restore()


EMPTY = "没有要处理的问题。F7 把本季全部表再审核一遍。"


class FindingsTable(QTableView):
    """The rows; Enter goes to the field."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say so where nothing was found."""
        super().paintEvent(event)
        if not self.model().rowCount():
            with QPainter(self.viewport()) as painter:
                painter.setFont(face(13))
                painter.setPen(colours().named("text2"))
                painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, EMPTY)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is a click."""
        if event.key() in ENTER:
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class FindingsPanel(QWidget):
    """Under the form, shown when asked for (Ctrl+J)."""

    goTo = Signal(object)  # noqa: N815  # Qt's manner
    """The ``Finding`` whose field is wanted."""

    scopeChanged = Signal(str)  # noqa: N815
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kind", "panel")
        self.scope = "record"
        self.model = FindingsModel(self)
        self.table = self._table()
        self._scopes = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 1, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addWidget(self.table, 1)
        self.hide()

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(16, 4, 8, 4)
        row.setSpacing(4)
        for name, words in SCOPES.items():
            button = QPushButton(words, self)
            button.setProperty("kind", "segment")
            button.setProperty("scope", name)
            button.setCheckable(True)
            button.setChecked(name == self.scope)
            button.clicked.connect(self._scoped)
            self._scopes.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        close = QPushButton(icons.icon("dismiss"), "", self)
        close.setIconSize(QSize(16, 16))
        close.setFixedSize(30, 30)
        close.setProperty("kind", "plain")
        close.setAccessibleName("关闭审核结果")
        close.setToolTip("关闭（Ctrl+J）")
        close.clicked.connect(self.closed)
        row.addWidget(close)
        return row

    def _table(self) -> FindingsTable:
        table = FindingsTable(self)
        table.setModel(self.model)
        table.setItemDelegate(FindingsDelegate(table))
        table.setAccessibleName("审核结果")
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        table.setColumnWidth(0, LEVEL)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        table.activated.connect(self._go)
        table.clicked.connect(self._go)
        return table

    def _scoped(self) -> None:
        button = self._scopes.checkedButton()
        if button is not None:
            self.scope = str(button.property("scope"))
            self.scopeChanged.emit(self.scope)

    def _go(self, index: QModelIndex) -> None:
        if index.isValid():
            self.goTo.emit(self.model.findings[index.row()])

    def show_scope(self, scope: str) -> None:
        """Set which findings are wanted, as if its button had been pressed."""
        self.scope = scope
        for button in self._scopes.buttons():
            button.setChecked(button.property("scope") == scope)

    def mark(self, record: str, path: str) -> None:
        """Make the finding of a field the current row, without going there."""
        row = next((n for n, f in enumerate(self.model.findings) if (f.record, f.path) == (record, path)), -1)
        if row >= 0:
            self.table.selectRow(row)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show these; the current row stays where it was, at first on the first."""
        row = self.table.currentIndex().row()
        self.model.show_findings(findings)
        self._fit()
        if findings:
            self.table.selectRow(row if 0 <= row < len(findings) else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the figures to the sentence, which says them too, where there is little room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow, table = self.width() < NARROW, self.table
        table.setColumnWidth(PLACE, PLACE_NARROW if narrow else PLACE_WIDTH)
        for column, usual in FIGURES.items():
            texts = (str(self.model.index(row, column).data()) for row in range(self.model.rowCount()))
            table.setColumnWidth(column, figure_width(texts, usual))
            table.setColumnHidden(column, narrow)
