"""First step of importing: which form, which sheet of the file, which row is the head."""

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QSpinBox, QTableView, QWidget

from pairing_desktop.services.importing_plan import ABOVE, BESIDE, LEFT, PRINTED
from pairing_desktop.ui.cards import button, column, row, say, words
from pairing_desktop.ui.combo import Combo
from pairing_desktop.ui.import_together import Together
from pairing_desktop.ui.theme import colours, face

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.services.importing import Layout, Source
    from pairing_desktop.services.importing_preview import Shown

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT, WIDEST, NARROWEST = 26, 190, 64
FIGURE = re.compile(r"[-+]?[\d,]{1,12}(\.\d+)?%?")
"""What stands at the right as in Excel; longer rows of digits are codes and telephones."""

NOTHING = "选好文件，这里显示表格的前几行（Excel、WPS、LibreOffice 的表格或 .csv）"


class PreviewModel(QAbstractTableModel):
    """The first rows of a sheet; the head row stands out, what is above it is pale."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: Sequence[Sequence[str]] = ()
        self.head = 0
        self._names: tuple[Sequence[str], Sequence[str]] = ((), ())

    def show(self, shown: "Shown") -> None:
        """Show other rows."""
        self.beginResetModel()
        self.lines, self.head, self._names = shown.lines, shown.head, (shown.columns, shown.rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's signature
        """Tell Qt."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's signature
        """Tell Qt."""
        return 0 if parent.isValid() or not self.lines else len(self.lines[0])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401  # Qt's signature
        """Give a cell's words and looks."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.lines[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            figure = index.row() > self.head and FIGURE.fullmatch(self.lines[index.row()][index.column()])
            side = Qt.AlignmentFlag.AlignRight if figure else Qt.AlignmentFlag.AlignLeft
            return Qt.AlignmentFlag.AlignVCenter | side
        head, c = index.row() == self.head, colours()
        if role == Qt.ItemDataRole.BackgroundRole:
            return QColor(c.tint if head else c.surface)
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(c.text if head else c.text3 if index.row() < self.head else c.text2)
        if role == Qt.ItemDataRole.FontRole:
            return face(12, 600 if head else 400)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation,
                   role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401  # Qt's signature
        """Give Excel's letters and numbers."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self._names[orientation == Qt.Orientation.Vertical][section]
        if role == Qt.ItemDataRole.FontRole:
            return QFont(face(12))
        return None


class Grid(QTableView):
    """The first rows with their head in sight, also where there is room for one row only."""

    def __init__(self, model: PreviewModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = model
        self.setModel(model)

    def show_head(self) -> None:
        """Bring the head into sight, with what is above it as far as there is room."""
        hints, head = QAbstractItemView.ScrollHint, self._rows.head
        self.scrollTo(self._rows.index(max(head - 2, 0), 0), hints.PositionAtTop)
        self.scrollTo(self._rows.index(head, 0), hints.EnsureVisible)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the head in sight."""
        super().resizeEvent(event)
        self.show_head()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say what will stand here while there is no file."""
        super().paintEvent(event)
        if not self._rows.rowCount():
            with QPainter(self.viewport()) as painter:
                painter.setFont(face(13))
                painter.setPen(colours().named("text2"))
                painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, NOTHING)


class SheetPane(QWidget):
    """``changed``: another form, sheet, head or list was chosen, or more sheets; ``fileWanted``: another file."""

    changed = Signal()
    fileWanted = Signal()  # noqa: N815  # Qt's manner

    def __init__(self, forms: "Sequence[Form]", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.forms = Combo("导入到哪张表", self)
        for form in forms:
            self.forms.addItem(form.short, form.id)
        self.sheets = Combo("工作表", self)
        self.sheets.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToContents)
        self.sheets.setMinimumWidth(120)
        self.sheets.setMaximumWidth(280)
        self.head = QSpinBox(self)
        self.head.setAccessibleName("表头在第几行")
        self.head.setMinimum(1)
        self.head.setFixedWidth(56)
        self.head.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.head.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sides = Combo("表头在哪里", self)
        self.sides.addItem("上方", ABOVE)
        self.sides.addItem("左侧", LEFT)
        self.parts = Combo("并排的名单", self)
        self.together = Together(self)
        self.file = words("还没有选文件", tone="text2")
        self.choose = button("选择文件…", icon="folder_open", action=self.fileWanted.emit)
        self.note = words("", role="hint", wrap=True)
        self.model = PreviewModel(self)
        self.grid = Grid(self.model, self)
        self._look()
        upper = row(self._named("导入到", self.forms), self.forms, self.choose, self.file, None)
        self.unit = words("行", tone="text2")
        self._line = self._named("第", self.head)
        lower = row(self._named("工作表", self.sheets), self.sheets, self._named("表头在", self.sides), self.sides,
                    self._line, self.head, self.unit, self.parts, None)
        below = row(self.together, self.grid, spacing=12)
        below.setStretch(1, 1)
        whole = column(upper, lower, self.note, below, spacing=10, margins=(24, 12, 24, 8))
        whole.setStretch(3, 1)
        self.setLayout(whole)
        way = (self.forms, self.choose, self.sheets, self.sides, self.head, self.parts, self.together.every,
               self.together.list, self.grid)
        for before, after in pairwise(way):  # where they were made the file would come last
            self.setTabOrder(before, after)
        self._quiet = False
        self.forms.currentIndexChanged.connect(self._tell)
        self.sheets.currentIndexChanged.connect(self._tell)
        self.head.valueChanged.connect(self._tell)
        self.sides.currentIndexChanged.connect(self._tell)
        self.parts.currentIndexChanged.connect(self._tell)
        self.together.changed.connect(self._tell)
        self.grid.clicked.connect(lambda index: self._pointed(index.row()))
        self.grid.verticalHeader().sectionClicked.connect(self._pointed)
        self.parts.hide()
        self.together.hide()

    @staticmethod
    def _named(text: str, buddy: QWidget) -> QWidget:
        label = words(text, role="strong")
        label.setBuddy(buddy)
        return label

    def _look(self) -> None:
        grid = self.grid
        grid.setAccessibleName("表格的前几行")
        grid.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        grid.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        grid.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        grid.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        grid.setWordWrap(False)
        grid.setTabKeyNavigation(False)
        grid.setProperty("kind", "sheet")
        grid.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        grid.verticalHeader().setMinimumWidth(36)
        grid.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        grid.horizontalHeader().setFixedHeight(26)

    def _pointed(self, line: int) -> None:
        """Take the line that was pointed at for the head."""
        if self.head.isVisible():
            self.head.setValue(line + 1)

    def _tell(self, _number: int = 0) -> None:
        if not self._quiet:
            self.changed.emit()

    @property
    def form(self) -> str:
        """Return the form chosen."""
        return str(self.forms.currentData() or "")

    @property
    def sheet(self) -> str:
        """Return the sheet chosen, "" before there is a file."""
        return str(self.sheets.currentData() or "")

    def show_form(self, form: str, *, fixed: bool = False) -> None:
        """Choose a form without telling; ``fixed`` where the file says which."""
        self._quiet = True
        self.forms.setCurrentIndex(max(self.forms.findData(form), 0))
        self.forms.setEnabled(not fixed)
        self._quiet = False

    def show_source(self, path: Path, source: "Source", sheet: str) -> None:
        """Offer the sheets of a file."""
        self._quiet = True
        say(self.file, path.name)
        self.file.setToolTip(str(path))
        self.choose.setText("换一个文件…")
        self.sides.removeItem(self.sides.findData(PRINTED))
        self.sheets.clear()
        for name in (*source.sheets, *source.hidden):
            self.sheets.addItem(f"{name}（隐藏的）" if name in source.hidden else name, name)
        self.sheets.setCurrentIndex(max(self.sheets.findData(sheet), 0))
        self._quiet = False

    def show_rows(self, shown: "Shown", layout: "Layout", note: str) -> None:
        """Show the sheet's first rows with its head, and what may be chosen of it."""
        self._quiet = True
        lines, head, heads = shown.lines, shown.head, layout.way.heads
        if heads == PRINTED and self.sides.findData(PRINTED) < 0:
            self.sides.addItem("各处", PRINTED)
        self.sides.setCurrentIndex(self.sides.findData(LEFT if heads == BESIDE else heads))
        self.head.setRange(1, max(len(lines), 1))
        self.head.setValue(head + 1)
        for part in (self._line, self.head, self.unit):
            part.setVisible(heads not in (BESIDE, PRINTED))
        unit = "列" if heads == LEFT else "行"
        say(self.unit, unit if layout.lists else f"{unit}（也可以点表头所在的{unit}）")
        self._offer_lists(layout)
        self.together.offer(layout.others, dict(layout.unlike), layout.way.also, hidden=layout.hidden)
        self.model.show(shown)
        for place in range(self.model.columnCount()):
            longest = max((len(line[place]) for line in lines[head:head + 6]), default=0)
            self.grid.setColumnWidth(place, min(WIDEST, max(NARROWEST, 13 * longest + 16)))
        self.grid.show_head()
        say(self.note, note)
        self.note.setVisible(bool(note))
        self._quiet = False

    def _offer_lists(self, layout: "Layout") -> None:
        """Offer the lists that stand beside each other: all, or one."""
        count = len(layout.lists)
        self.parts.clear()
        for number in range(count + 1 if count else 0):
            self.parts.addItem(f"只读第 {number} 份" if number else f"并排的 {count} 份都读", number)
        self.parts.setCurrentIndex(layout.way.part if count else -1)
        self.parts.setVisible(bool(count))
