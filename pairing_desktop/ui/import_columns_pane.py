"""Second step of importing: which column of the sheet is which field, one drop-down a column."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QLineEdit, QWidget

from pairing_desktop.services import importing
from pairing_desktop.ui.cards import column, say, scrolled, words
from pairing_desktop.ui.combo import Combo
from pairing_desktop.ui.text_line import TextLine

if TYPE_CHECKING:
    from pairing_desktop.services.importing import Column, Layout, Target
    from pairing_desktop.services.importing_lacking import Lacking
    from pairing_desktop.services.importing_preview import Shown

NOT_READ = "（不导入）"
SAMPLES = 3
WIDTH = 280
"""Points of a field's box: filled or not, it is as wide."""


class FieldBox(Combo):
    """The field of one column; it holds the chosen one alone until it is gone into.

    Qt measures all that a box holds before it is shown: twenty boxes of sixty fields would hold the window.
    """

    def __init__(self, name: str, offered: QStandardItemModel, chosen: str, parent: QWidget) -> None:
        super().__init__(name, parent)
        self._offered = offered
        known = offered.match(offered.index(0, 0), Qt.ItemDataRole.UserRole, chosen, 1, Qt.MatchFlag.MatchExactly)
        self.addItem(known[0].data() if known else NOT_READ, chosen if known else "")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedWidth(WIDTH)

    def fill(self) -> None:
        """Hold every field; nothing else is chosen by that."""
        if self.model() is not self._offered:
            chosen, quiet = self.currentData(), QSignalBlocker(self)
            self.setModel(self._offered)
            self.setCurrentIndex(self.findData(chosen))
            quiet.unblock()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Be ready to be chosen from."""
        self.fill()
        super().focusInEvent(event)

    def showPopup(self) -> None:
        """Open the list of all."""
        self.fill()
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page: that must not choose."""
        event.ignore()


class ColumnsPane(QWidget):
    """``changed``: another field was chosen for a column."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.note = words("", tone="text2", wrap=True)
        self.inner = QWidget()
        self.grid = QGridLayout(self.inner)
        self.grid.setContentsMargins(24, 4, 24, 12)
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(6)
        self.grid.setColumnStretch(1, 2)
        self.grid.setColumnStretch(2, 3)
        self.grid.setColumnStretch(3, 2)
        self.grid.setColumnStretch(4, 3)
        self.boxes: dict[int, FieldBox] = {}
        self.same: dict[str, QLineEdit] = {}
        """Fields that no column gives, to be typed once for all rows."""
        self._rough: dict[int, QCheckBox] = {}
        """Whether 120余 is taken as 120, for columns that have such figures."""
        self._remarks: dict[int, QLabel] = {}
        self._notes: dict[int, str] = {}
        self._columns: dict[int, Column] = {}
        self._found: Shown | None = None
        self._targets: dict[str, Target] = {}
        head = QWidget()
        head.setLayout(column(self.note, margins=(24, 12, 24, 4)))
        self.setLayout(column(head, scrolled(self.inner, "表格的列"), spacing=0))

    def show_layout(self, layout: "Layout", targets: "Sequence[Target]", found: "Shown",
                    lacking: "Sequence[Lacking]" = ()) -> None:
        """Show the columns with the fields chosen for them, and what none gives."""
        self._empty()
        self._found, self._targets = found, {t.id: t for t in targets}
        offered = self._offered(targets)
        for place, title in enumerate(("列", "表头", "前几行", "对应的填报项", "")):
            self.grid.addWidget(words(title, role="hint"), 0, place)
        number = 0
        for one in (c for c in layout.columns if not c.target.startswith("@row")):
            number += 1
            self.grid.addWidget(words(found.names[one.place], tone="text3"), number, 0)
            head = words(one.head, role="strong", wrap=True)
            self.grid.addWidget(head, number, 1)
            shown = "、".join(text for text in found.samples[one.place][:SAMPLES] if text)
            sample = words(shown if len(shown) <= 36 else f"{shown[:34]}…", tone="text2", wrap=True)
            sample.setToolTip(shown)
            self.grid.addWidget(sample, number, 2)
            box = FieldBox(f"“{one.head}”对应的填报项", offered, one.target, self)
            head.setBuddy(box)
            self.grid.addWidget(box, number, 3)
            remark = words("", role="hint", tone="text3", wrap=True)
            self.grid.addWidget(remark, number, 4)
            self.boxes[one.place], self._remarks[one.place], self._notes[one.place] = box, remark, one.note
            self._columns[one.place] = one
            box.currentIndexChanged.connect(self._changed)
            if one.place in found.rough:
                number += 1
                self.grid.addWidget(self._offer_rough(one), number, 2, 1, 3)
        self._ask_once(lacking, number + 1)
        self.grid.setRowStretch(number + len(lacking) + 2, 1)
        kind = "按上次的选择对上了" if layout.remembered else "按名称对上了"
        taken = sum(bool(box.currentData()) for box in self.boxes.values())
        say(self.note, f"{len(self.boxes)} 列里{kind} {taken} 列，请看一遍，不对的在右边改；“{NOT_READ}”的列不读。"
                       "空白的格子不会清掉原有的数。")
        self._mark()

    def _offer_rough(self, one: "Column") -> QCheckBox:
        """Return the choice to take what is only approximate as the figure that it names."""
        check = QCheckBox(self)
        check.setChecked(one.rough)
        check.clicked.connect(self.changed)
        self._rough[one.place] = check
        return check

    def _ask_once(self, lacking: "Sequence[Lacking]", first: int) -> None:
        """Let what the sheet says nowhere be typed once for all its rows."""
        if lacking:
            title = words("表里没有、每条记录都要填的项：全表一样的在这里写一次，不一样的留空", role="hint", wrap=True)
            self.grid.addWidget(title, first, 0, 1, 5)
        for number, one in enumerate(lacking, start=first + 1):
            name = words(one.target.label + (f"（{one.target.unit}）" if one.target.unit else ""), role="strong")
            edit = TextLine(one.text, self)
            edit.setAccessibleName(f"全表一样的“{one.target.label}”")
            edit.setMaximumWidth(280)
            edit.setPlaceholderText("、".join(one.choices))
            edit.textEdited.connect(self.changed)
            name.setBuddy(edit)
            self.grid.addWidget(name, number, 1)
            self.grid.addWidget(edit, number, 3)
            self.same[one.target.id] = edit

    @property
    def inputs(self) -> list[QWidget]:
        """Return what can be chosen or typed, from the top."""
        pairs = ((box, self._rough.get(place)) for place, box in self.boxes.items())
        return [*(one for pair in pairs for one in pair if one is not None and not one.isHidden()),
                *self.same.values()]

    @property
    def rough(self) -> list[int]:
        """Return the columns whose 120余 is taken as 120."""
        return [place for place, check in self._rough.items() if check.isChecked() and not check.isHidden()]

    @property
    def given(self) -> dict[str, str]:
        """Return what was typed for all rows, by field; a column chosen meanwhile counts instead."""
        read = set(self.chosen.values())
        return {name: edit.text() for name, edit in self.same.items() if edit.text().strip() and name not in read}

    def _offered(self, targets: "Sequence[Target]") -> QStandardItemModel:
        """Return what every drop-down offers, once for all."""
        offered = QStandardItemModel(self.inner)
        given = [(t.label + (f"（{t.unit}）" if t.unit else ""), t.id) for t in targets if not t.computed]
        for text, name in ((NOT_READ, ""), *given):
            item = QStandardItem(text)
            item.setData(name, Qt.ItemDataRole.UserRole)
            offered.appendRow(item)
        return offered

    def _empty(self) -> None:
        for number in range(self.grid.rowCount()):
            self.grid.setRowStretch(number, 0)
        while self.grid.count():
            widget = self.grid.takeAt(0).widget()
            widget.hide()
            widget.deleteLater()
        for offered in self.inner.findChildren(QStandardItemModel):
            offered.deleteLater()
        self.boxes, self._remarks, self._notes, self._columns, self.same, self._rough = {}, {}, {}, {}, {}, {}

    @property
    def chosen(self) -> dict[int, str]:
        """Return the fields chosen, by column."""
        return {place: str(box.currentData() or "") for place, box in self.boxes.items()}

    @property
    def ready(self) -> bool:
        """Whether anything is read and no field twice."""
        taken = list(self._taken().values())
        return bool(taken) and len(taken) == len(set(taken))

    def _taken(self) -> dict[int, tuple[str, str]]:
        """Return what each column fills: a field, or one of a sub-table's row that its head's upper line names."""
        return {place: (target, importing.row_of(self._columns[place].head, self._targets[target]))
                for place, target in self.chosen.items() if target}

    def _changed(self, _number: int) -> None:
        self._notes = dict.fromkeys(self._notes, "")
        self._mark()
        self.changed.emit()

    def _mark(self) -> None:
        """Say at each column what is to be known: read twice, converted, computed by the program."""
        taken = self._taken()
        every = list(taken.values())
        for place in self.chosen:
            if place in taken and every.count(taken[place]) > 1:
                say(self._remarks[place], "另一列也对应这一项，只能留一列", tone="error")
            else:
                say(self._remarks[place], self._notes[place], tone="" if self._notes[place] else "text3")
            if place in self._rough:
                self._ask_rough(place)

    def _ask_rough(self, place: int) -> None:
        """Offer to take the approximate figures of a column that its field would refuse, as often as there are any."""
        check, one = self._rough[place], self._columns[place]
        asked = self._found.asked(one, self.chosen[place]) if self._found else None
        if asked:
            text, figure, count = asked
            check.setText(f"约数按数字取：{count} 处，如“{text}”取 {figure}；不勾就拒收")
            check.setAccessibleName(f"“{one.head}”约数按数字取，如“{text}”取 {figure}")
        check.setVisible(asked is not None)
