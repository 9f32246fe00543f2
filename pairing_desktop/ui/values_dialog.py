"""All values of a column with how many records have each: those to be shown are looked for and ticked."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from pairing_desktop.services import list_values
from pairing_desktop.services.list_values import BLANK, NO_VALUE, Common, Values
from pairing_desktop.services.listing import Place
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import jobs
from pairing_desktop.ui.ask import Sheet
from pairing_desktop.ui.cards import button, row, words
from pairing_desktop.ui.filter_box import FilterBox
from pairing_desktop.ui.keys import ENTER
from pairing_desktop.ui.rows import Cell, Column, LazyRows, Row, RowsTable

IN_LIST = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class ValuesDialog(Sheet):
    """``chosen`` is what the list is to be narrowed to.

    The box keeps the focus: the arrows move in the list and Space ticks there, as no value is looked for by a blank.
    """

    def __init__(self, workspace: Workspace, form: str, field: str, title: str, *, asked: Mapping[str, Any],
                 parent: QWidget | None = None) -> None:
        super().__init__(parent, f"只看“{title}”是哪几种的")
        self._all: Mapping[Place, Common] = {}
        self._shown: Sequence[Common] = ()
        self._sought = ""
        self._reading = True
        self._ticked: set[Place] = set(asked["filters"].get(field, ()))
        self.box = FilterBox(self)
        self.box.setPlaceholderText("写一部分或拼音首字母，空格打勾")
        self.box.setAccessibleName(f"查找{title}的值")
        self.box.setToolTip("")
        self.box.found.connect(self._find)
        self.list = RowsTable(f"{title}的值", (Column("值"), Column("条数", 88, right=True)), row_height=28)
        self.list.setMinimumHeight(336)
        self.list.clicked.connect(self._clicked)
        self.list.picked.connect(lambda _value: self._tell())
        for watched in (self.box, self.list):
            watched.installEventFilter(self)
        self.told = words("正在读取…", role="hint", tone="text2")
        self.every = button("全选", kind="link", action=lambda: self._tick(self._shown))
        self.none = button("清除", kind="link", action=lambda: self._tick(self._shown, off=True))
        foot = row(self.told, self.every, self.none)
        foot.setStretch(0, 1)
        self.body.addWidget(self.box)
        self.body.addWidget(self.list)
        self.body.addLayout(foot)
        self.add_button("取消")
        self.yes = self.add_button("只看这一种", accept=True, kind="primary", default=True)
        for each in (self.yes, self.every, self.none):
            each.setEnabled(False)
        fork = workspace.fork()
        job = jobs.run(self, "读取这一列的值", lambda progress: list_values.values_of(
            fork, form, field, progress=progress, **asked), self._arrived, quiet=True)
        job.ended.connect(fork.close)
        self.finished.connect(job.cancel)

    @property
    def chosen(self) -> Sequence[Common]:
        """Return the values ticked, else the one that the cursor is on; none at all where all are ticked."""
        found = [value for place, value in self._all.items() if place in self._ticked]
        here = self.list.current()
        if not found and isinstance(here, Common):
            return [here]
        return found if len(found) < len(self._all) else []

    def _arrived(self, found: Values) -> None:
        blank = (Common(NO_VALUE, BLANK, found.blank),) if found.blank else ()
        self._all = {value.place: value for value in (*found.values, *blank)}
        self._ticked &= self._all.keys()
        self._reading = False
        self._find(self.box.text())

    def _find(self, text: str) -> None:
        """Show what a text finds, the cursor on the first row; while the values are being read, nothing is known."""
        if self._reading:
            return
        self._sought = text.strip()
        self._shown = list_values.found(tuple(self._all.values()), text)
        self.list.show_rows(LazyRows(self._shown, self._row))
        if self._shown:
            self.list.selectRow(0)
            self.list.scrollToTop()
        self._tell()

    def _row(self, value: Common) -> Row:
        text = value.text.replace("\n", " ")
        return Row((Cell(text, tip=value.text, colour="text2" if value.place == BLANK else "text",
                         ticked=value.place in self._ticked),
                    Cell(f"{value.records:,}", colour="text2")), value)

    def _tell(self) -> None:
        """Say how many values are there, how many are ticked, and what Enter does; nothing while they are read."""
        if self._reading:
            return
        all_, ticked = len(self._all), len(self._ticked)
        parts = [f"{len(self._shown):,} 种" if self._shown else "没有找到"]
        if len(self._shown) < all_:
            parts.append(f"全部 {all_:,} 种")
        if self._all and ticked:
            records = sum(self._all[place].records for place in self._ticked)
            parts.append(f"已勾 {ticked:,} 种共 {records:,} 条")
        self.told.setText("，".join(parts))
        self.yes.setText("全部显示" if ticked == all_ else f"只看打勾的 {ticked:,} 种" if ticked else "只看这一种")
        self.yes.setEnabled(bool(ticked) or self.list.current() is not None)
        self.every.setEnabled(bool(self._shown))
        self.none.setEnabled(bool(ticked))

    def _tick(self, values: Sequence[Common], *, off: bool = False) -> None:
        places = {value.place for value in values}
        self._ticked = self._ticked - places if off else self._ticked | places
        if self._shown:
            self.list.rows.show_again(LazyRows(self._shown, self._row))
        self._tell()

    def _turn(self) -> None:
        """Tick the row that the cursor is on, or take its tick away; the next text typed is another one's."""
        here = self.list.current()
        if isinstance(here, Common):
            self._tick([here], off=here.place in self._ticked)
            self.box.selectAll()

    def _clicked(self, _index: QModelIndex) -> None:
        self._turn()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move and tick in the list from the box too; Enter is for what was found by now, not a moment ago."""
        if watched in (self.box, self.list) and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Space:
                self._now()
                self._turn()
                return True
            if event.key() in ENTER:
                self._now()
                if self.yes.isEnabled():
                    self.accept()
                return True
            if event.key() == Qt.Key.Key_Escape and not self.box.text():
                self.reject()
                return True
            if watched is self.box and event.key() in IN_LIST:
                self._now()
                self.list.keyPressEvent(event)
                return True
        return super().eventFilter(watched, event)

    def _now(self) -> None:
        """Show at once what the text in the box finds, where that still waits."""
        if self._all and self.box.text().strip() != self._sought:
            self._find(self.box.text())
