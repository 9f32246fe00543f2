"""Two records of a register side by side: which one stays, and whose value it takes in each field that differs."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QWidget

from pairing_desktop.formspec.definition import Form
from pairing_desktop.ui.ask import Sheet
from pairing_desktop.ui.cards import words
from pairing_desktop.ui.sides_table import Offer, SidesTable

if TYPE_CHECKING:
    from pairing_desktop.services.merging import Pair

NAMED = 3
"""Records named that will point elsewhere; the rest are counted."""


class MergeDialog(Sheet):
    """``stays``, ``goes`` and ``take`` tell what was chosen; the service merges."""

    def __init__(self, form: Form, pair: "Pair", parent: QWidget | None = None) -> None:
        super().__init__(parent, f"合并两条{form.short}",
                         "两条记录合成一条：留下的一条取下面选中的值，另一条删除，用到它的记录改指向留下的一条。")
        self.setMinimumWidth(760)
        self._pair = pair
        self._keep = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(words("留下"))
        for number, (label, users) in enumerate(zip(pair.labels, pair.users, strict=True)):
            choice = QRadioButton(f"第{number + 1}条（{len(users)} 条记录用到它）", self)
            choice.setAccessibleName(f"留下第{number + 1}条 {label}")
            self._keep.addButton(choice, number)
            row.addWidget(choice)
        row.addStretch(1)
        self.body.addLayout(row)
        self.told = words("", role="hint", tone="text2", wrap=True)
        self.table = SidesTable("两条的不同之处", "第1条", "第2条")
        self.table.setMinimumHeight(340)
        self.body.addWidget(self.table)
        self.body.addWidget(words("用 ← → 或单击选哪一条的值；相同的项不列。", role="hint", tone="text3"))
        self.body.addWidget(self.told)
        self.add_button("取消")
        self.yes = self.add_button("合并", accept=True, kind="primary")
        self._keep.idToggled.connect(self._tell)
        self._keep.button(int(len(pair.users[1]) > len(pair.users[0]))).setChecked(True)
        self.table.offer([Offer(line.field, line.label, line.first, line.second, int(line.takes))
                          for line in pair.lines if not line.same])
        self.table.selectRow(0)

    @property
    def stays(self) -> str:
        """Return the record that is kept."""
        return (self._pair.first, self._pair.second)[self._keep.checkedId()]

    @property
    def goes(self) -> str:
        """Return the record that is merged into it."""
        return (self._pair.second, self._pair.first)[self._keep.checkedId()]

    @property
    def take(self) -> list[str]:
        """Return the fields in which the value of the one that goes was chosen."""
        return [field for field, side in self.table.sides.items() if side != self._keep.checkedId()]

    def _tell(self) -> None:
        users = self._pair.users[1 - self._keep.checkedId()]
        gone = f"第{2 - self._keep.checkedId()}条“{self._pair.labels[1 - self._keep.checkedId()]}”将删除"
        named = "、".join(users[:NAMED]) + (f"等 {len(users)} 条" if len(users) > NAMED else "")
        self.told.setText(f"{gone}；{named}改指向留下的一条。合并后按 Ctrl+Z 可一次撤销。" if users
                          else f"{gone}，没有别的记录用到它。合并后按 Ctrl+Z 可一次撤销。")
