"""The sheets of a file that are read together, one tick each; those whose heads differ say how, and may be barred."""

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from pairing_desktop.ui.cards import button, column, row, words

NAME = Qt.ItemDataRole.UserRole
ROW, WIDTH = 28, 216


class Together(QWidget):
    """``changed``: other sheets are ticked."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = words("一起读的工作表", role="strong")
        self.list = QListWidget(self)
        self.list.setAccessibleName("一起读的工作表，空格打勾")
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        title.setBuddy(self.list)
        self.every = button("全选", kind="link", action=self._tick_all)
        self.setLayout(column(row(title, None, self.every), self.list, spacing=6))
        self.setFixedWidth(WIDTH)
        self.list.itemChanged.connect(lambda _item: self.changed.emit())
        self._every: list[str] = []
        """The sheets that are ticked with one click: the first ones."""

    @property
    def chosen(self) -> list[str]:
        """Return the sheets ticked."""
        items = [self.list.item(number) for number in range(self.list.count())]
        return [str(item.data(NAME)) for item in items if item.checkState() == Qt.CheckState.Checked]

    def offer(self, alike: Sequence[str], unlike: Mapping[str, str], chosen: Collection[str], *,
              hidden: Collection[str] = ()) -> None:
        """Offer the other sheets, the ``hidden`` ones last and each by itself; the place in the list stays."""
        here = max(self.list.currentRow(), 0)
        quiet = QSignalBlocker(self.list)
        self.list.clear()
        for name in alike:
            item = self._item(name, f"{name}：{unlike[name]}" if name in unlike else name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if name in chosen else Qt.CheckState.Unchecked)
        for name, why in unlike.items():
            if name not in alike:
                self._item(name, f"{name}：{why}").setFlags(Qt.ItemFlag.NoItemFlags)
        self.list.setCurrentRow(min(here, self.list.count() - 1))
        quiet.unblock()
        self._every = [name for name in alike if name not in hidden]
        self.every.setText("全不选" if self._all_ticked else f"全选 {len(self._every)} 张")
        self.every.setVisible(bool(self._every))
        self.setVisible(bool(alike or unlike))

    def _item(self, name: str, text: str) -> QListWidgetItem:
        item = QListWidgetItem(text, self.list)
        item.setData(NAME, name)
        item.setSizeHint(QSize(0, ROW))
        item.setToolTip(text)
        return item

    @property
    def _all_ticked(self) -> bool:
        return {*self._every} <= {*self.chosen}

    def _tick_all(self) -> None:
        """Tick every sheet with the same heads that is shown in the file, or none if all are."""
        state = Qt.CheckState.Unchecked if self._all_ticked else Qt.CheckState.Checked
        quiet = QSignalBlocker(self.list)
        for number in range(len(self._every)):
            self.list.item(number).setCheckState(state)
        quiet.unblock()
        self.changed.emit()
