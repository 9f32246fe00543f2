"""All values of a column with how many records have each: one is looked for by a part of it, and chosen."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from pairing_desktop.services import list_values
from pairing_desktop.services.list_values import BLANK, Common, Values
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import jobs
from pairing_desktop.ui.ask import Sheet
from pairing_desktop.ui.cards import words
from pairing_desktop.ui.filter_box import FilterBox
from pairing_desktop.ui.keys import ENTER
from pairing_desktop.ui.rows import Cell, Column, LazyRows, Row, RowsTable

NO_VALUE = "（空白）"
IN_LIST = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class ValuesDialog(Sheet):
    """``chosen`` is the value the list is to be narrowed to. The box keeps the focus, the arrows move in the list."""

    def __init__(self, workspace: Workspace, form: str, field: str, title: str, *, quarter: str,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent, f"只看“{title}”是哪一种的")
        self._all: tuple[Common, ...] = ()
        self.box = FilterBox(self)
        self.box.setPlaceholderText("写一部分或拼音首字母")
        self.box.setAccessibleName(f"查找{title}的值")
        self.box.setToolTip("")
        self.box.found.connect(self._find)
        self.box.installEventFilter(self)
        self.list = RowsTable(f"{title}的值", (Column("值"), Column("条数", 88, right=True)), row_height=28)
        self.list.setMinimumHeight(336)
        self.list.opened.connect(lambda _value: self.accept())
        self.told = words("正在读取…", role="hint", tone="text2")
        for part in (self.box, self.list, self.told):
            self.body.addWidget(part)
        self.add_button("取消")
        self.yes = self.add_button("只看这一种", accept=True, kind="primary", default=True)
        self.yes.setEnabled(False)
        fork = workspace.fork()
        job = jobs.run(self, "读取这一列的值", lambda progress: list_values.values_of(
            fork, form, field, quarter=quarter, progress=progress), self._arrived, quiet=True)
        job.ended.connect(fork.close)
        self.finished.connect(job.cancel)

    @property
    def chosen(self) -> Common | None:
        """Return the value that was chosen."""
        found = self.list.current()
        return found if isinstance(found, Common) else None

    def _arrived(self, found: Values) -> None:
        blank = (Common(NO_VALUE, BLANK, found.blank),) if found.blank else ()
        self._all = (*found.values, *blank)
        self._find(self.box.text())

    def _find(self, text: str) -> None:
        """Show what a text finds, the first row chosen."""
        shown = list_values.found(self._all, text)
        self.list.show_rows(LazyRows(shown, _row))
        if shown:
            self.list.selectRow(0)
            self.list.scrollToTop()
        self.yes.setEnabled(bool(shown))
        found = f"{len(shown):,} 种" if shown or not self._all else "没有找到"
        self.told.setText(f"{found}，全部 {len(self._all):,} 种" if len(shown) < len(self._all) else found)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move in the list from the box, and choose with Enter."""
        if watched is self.box and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in IN_LIST:
                self.list.keyPressEvent(event)
                return True
            if event.key() in ENTER:
                self._find(self.box.text())  # not of a moment ago
                if self.yes.isEnabled():
                    self.accept()
                return True
        return super().eventFilter(watched, event)


def _row(value: Common) -> Row:
    text = value.text.replace("\n", " ")
    return Row((Cell(text, tip=value.text, colour="text2" if value.place == BLANK else "text"),
                Cell(f"{value.records:,}", colour="text2")), value)
