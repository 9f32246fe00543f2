"""Which columns a list shows and in which order, by keyboard: the space bar ticks, Alt+Up and Alt+Down move."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QWidget

from pairing_desktop.ui.ask import Sheet
from pairing_desktop.ui.cards import button

NAME, ROW = Qt.ItemDataRole.UserRole, 24


class ColumnsDialog(Sheet):
    """``chosen`` tells the columns ticked, from the left."""

    def __init__(self, titles: dict[str, str], shown: Sequence[str], usual: Sequence[str],
                 parent: QWidget | None = None) -> None:
        super().__init__(parent, "选择列", "打勾的列显示在列表里，按这里的先后排列。空格打勾，Alt+↑、Alt+↓ 移动。")
        self._titles, self._usual = titles, tuple(usual)
        self.list = QListWidget(self)
        self.list.setAccessibleName("列")
        self.list.setMinimumHeight(300)
        self.list.setDragDropMode(QListWidget.DragDropMode.InternalMove)
        self.list.installEventFilter(self)
        self.body.addWidget(self.list)
        up, down, usual_ones = button("上移"), button("下移"), button("恢复默认", kind="link")
        up.clicked.connect(lambda: self.move_current(-1))
        down.clicked.connect(lambda: self.move_current(1))
        usual_ones.clicked.connect(lambda: self._fill(self._usual))
        row = QHBoxLayout()
        for each in (up, down):
            row.addWidget(each)
        row.addStretch(1)
        row.addWidget(usual_ones)
        self.body.addLayout(row)
        self.add_button("取消")
        self.yes = self.add_button("确定", accept=True, kind="primary", default=True)
        self.list.itemChanged.connect(lambda _item: self.yes.setEnabled(bool(self.chosen())))
        self._fill(shown)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin in the list, where Space ticks."""
        super().showEvent(event)
        self.list.setFocus()

    def _fill(self, shown: Sequence[str]) -> None:
        self.list.clear()
        for name in (*shown, *(n for n in self._titles if n not in shown)):
            item = QListWidgetItem(self._titles[name], self.list)
            item.setData(NAME, name)
            item.setSizeHint(QSize(0, ROW))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if name in shown else Qt.CheckState.Unchecked)
        self.list.setCurrentRow(0)

    def chosen(self) -> list[str]:
        """Return the columns ticked, from the left."""
        items = [self.list.item(row) for row in range(self.list.count())]
        return [str(item.data(NAME)) for item in items if item.checkState() == Qt.CheckState.Checked]

    def move_current(self, rows: int) -> None:
        """Move the current column up or down."""
        here = self.list.currentRow()
        there = here + rows
        if here >= 0 and 0 <= there < self.list.count():
            self.list.insertItem(there, self.list.takeItem(here))
            self.list.setCurrentRow(there)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move with Alt and the arrows."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            steps = {int(Qt.Key.Key_Up): -1, int(Qt.Key.Key_Down): 1}
            if alt and event.key() in steps:
                self.move_current(steps[event.key()])
                return True
        return super().eventFilter(watched, event)
