"""One field of many records: what it becomes, record by record, before anything is changed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec.definition import Form
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, jobs
from pairing_desktop.ui.ask import Sheet
from pairing_desktop.ui.cards import words
from pairing_desktop.ui.combo import Combo
from pairing_desktop.ui.half_filled import HalfFilled
from pairing_desktop.ui.keys import ENTER
from pairing_desktop.ui.list_model import head
from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable
from pairing_desktop.ui.text_line import TextLine

if TYPE_CHECKING:
    from pairing_desktop.services import mass
    from pairing_desktop.services.half_said import Half
    from pairing_desktop.services.mass import Preview

REST = 250
SHOWN = 300
WIDTH = 880
"""Room for a firm's name, a credit code before and after, and why a record is left alone."""
TABLE, LOW = 260, 600
"""The least height of the preview, half of it on a screen lower than so many pixels."""
STAYS = {"same": ("不变", "text2"), "locked": ("已锁定，不改", "error")}
CHOOSE = "先选要改的项。"
SAY = "再写（选）改成什么；要去掉原来的内容，就勾“清空”。"


class BulkDialog(Sheet):
    """``field``, ``text`` and ``keys`` tell what was chosen; the service changes it.

    Nothing can be changed before somebody says into what: an empty line is nothing said, clearing is a tick.
    What is filled in is kept as ``half``, and stands there again when that was not dropped.
    """

    def __init__(self, workspace: Workspace, form: Form, keys: Sequence[str], *, quarter: str,
                 parent: QWidget | None = None, field: str = "", half: "Half | None" = None) -> None:
        from pairing_desktop.services import mass

        super().__init__(parent, f"批量修改 {len(keys)} 条{form.short}")
        room = self.screen().availableGeometry()
        self.setMinimumWidth(min(WIDTH, room.width() - 32))
        self._workspace, self._form, self._keys, self._quarter = workspace, form, tuple(keys), quarter
        self.preview: Preview | None = None
        self.fields = Combo("要改的项", self)
        self.fields.setPlaceholderText("请选")
        for each in mass.changeable(form):
            self.fields.addItem(head(each), each.id)
        self.fields.setCurrentIndex(self.fields.findData(field))
        self.line = TextLine(parent=self)
        self.line.setAccessibleName("改成")
        self.options = Combo("改成", self)
        self.options.setPlaceholderText("请选")
        self.clear = QCheckBox("清空", self)
        row = QHBoxLayout()
        for part, stretch in ((words("把"), 0), (self.fields, 2), (words("改成"), 0), (self.line, 2),
                              (self.options, 2), (self.clear, 0)):
            row.addWidget(part, stretch)
        self.body.addLayout(row)
        self.told = words("", role="hint", tone="text2", wrap=True)
        self.table = RowsTable("预览", (Column("记录", 250), Column("原来"), Column("改成"), Column("说明", 190)),
                               row_height=28)
        self.table.setMinimumHeight(TABLE if room.height() > LOW else TABLE // 2)
        self.body.addWidget(self.told)
        self.body.addWidget(self.table)
        self.add_button("取消")
        self.yes = self.add_button("修改", accept=True, kind="primary", default=True)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self._look)
        self.fields.currentIndexChanged.connect(self._other_field)
        self.line.textEdited.connect(self._changed)
        self.options.currentIndexChanged.connect(self._changed)
        self.clear.toggled.connect(self._changed)
        self._other_field()
        self.half = HalfFilled(self, {"field": self.fields, "line": self.line, "option": self.options,
                                      "clear": self.clear})
        self.half.begin(half)
        self._changed()

    @property
    def field(self) -> str:
        """Return the field that is changed, "" while none is chosen."""
        return str(self.fields.currentData() or "")

    @property
    def text(self) -> str:
        """Return what it becomes; "" when it is cleared, or nothing was said yet."""
        if self.clear.isChecked():
            return ""
        return str(self.options.currentData() or "") if self._choosing else self.line.text().strip()

    @property
    def keys(self) -> list[str]:
        """Return the records that change."""
        return [row.key for row in self.preview.rows if row.state == "change"] if self.preview else []

    def reject(self) -> None:
        """Ask before a value that was worked out for many records goes with Escape."""
        if not self._said or ask.dialogs.confirm(
                self, "不修改了？", "写好的内容还没有改到记录里，关闭就没有了。", yes="不修改，关闭", no="回去接着改",
                danger=True):
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter lead on from the field to what it becomes, as in every form."""
        if event.key() in ENTER and self.field and self.focusWidget() is self.fields:
            (self.options if self._choosing else self.line).setFocus()
        else:
            super().keyPressEvent(event)

    def _other_field(self) -> None:
        chosen = self._form.by_id.get(self.field)
        choices = chosen.choices if chosen is not None and chosen.type == "choice" else ()
        self._choosing = bool(choices)
        self.options.blockSignals(True)
        self.options.clear()
        for choice in choices:
            self.options.addItem(choice.label, choice.label)
        self.options.setCurrentIndex(-1)
        self.options.blockSignals(False)
        self.line.setVisible(not choices)
        self.options.setVisible(bool(choices))
        self.clear.setChecked(False)
        self._changed()

    def _changed(self) -> None:
        """Forget the preview; work a new one out once enough is said."""
        self.preview = None
        self.yes.setEnabled(False)
        self.yes.setText("修改")
        for part in (self.line, self.options):
            part.setEnabled(bool(self.field) and not self.clear.isChecked())
        self.clear.setEnabled(bool(self.field))
        if self._said:
            self._rest.start()
            return
        self._rest.stop()
        self.told.setText(SAY if self.field else CHOOSE)
        self.table.show_rows(())

    @property
    def _said(self) -> bool:
        return bool(self.field) and (self.clear.isChecked() or bool(self.text))

    def _look(self) -> None:
        """Work the preview out in the background; typing on makes it old."""
        from pairing_desktop.services import mass

        asked, fork = (self.field, self.text), self._workspace.fork()

        def arrived(found: "Preview") -> None:
            if self._said and asked == (self.field, self.text):
                self._show(found)

        def failed(error: BaseException) -> None:
            if not isinstance(error, Trouble):
                jobs.tell_failure(self, error)
            elif self._said and asked == (self.field, self.text):
                self.table.show_rows(())
                self.told.setText(str(error.problems[0]))

        job = jobs.run(self, "预览", lambda _progress: mass.preview(fork, self._form.id, self._keys, *asked,
                                                                  quarter=self._quarter), arrived, failed, quiet=True)
        job.ended.connect(fork.close)

    def _show(self, found: "Preview") -> None:
        self.preview = found
        number, others = found.count("change"), len(found.rows) - found.count("change")
        self.yes.setText(f"修改 {number} 条")
        self.yes.setEnabled(bool(number))
        more = f"，只列出前 {SHOWN} 条" if len(found.rows) > SHOWN else ""
        left = f"，{others} 条不改" if others else ""
        self.told.setText(f"将改 {number} 条{left}{more}。{found.needs_reason}")
        ordered = sorted(found.rows, key=lambda row: row.state != "change")
        self.table.show_rows([self._line(row) for row in ordered[:SHOWN]])

    @staticmethod
    def _line(row: "mass.Row") -> Row:
        becomes = (Cell(row.after or "（清空）", weight=500, tip=row.after) if row.state == "change"
                   else Cell(STAYS[row.state][0], colour=STAYS[row.state][1]))
        return Row((Cell(row.label, tip=row.label), Cell(row.before, colour="text2", tip=row.before), becomes,
                    Cell(row.note, colour="text2", tip=row.note)), row.key)
