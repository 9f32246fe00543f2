"""One field of many records: what it becomes, record by record, before anything is changed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec.definition import Form
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import jobs
from pairing_desktop.ui.ask import Sheet
from pairing_desktop.ui.cards import words
from pairing_desktop.ui.combo import Combo
from pairing_desktop.ui.list_model import head
from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable

if TYPE_CHECKING:
    from pairing_desktop.services import mass
    from pairing_desktop.services.mass import Preview

REST = 250
SHOWN = 300
STATES = {"change": ("", "text"), "same": ("不变", "text2"), "locked": ("已锁定，不改", "error")}


class BulkDialog(Sheet):
    """``field``, ``text`` and ``keys`` tell what was chosen; the service changes it."""

    def __init__(self, workspace: Workspace, form: Form, keys: Sequence[str], *, quarter: str,
                 parent: QWidget | None = None, field: str = "") -> None:
        from pairing_desktop.services import mass

        super().__init__(parent, f"批量修改 {len(keys)} 条{form.short}")
        self.setMinimumWidth(720)
        self._workspace, self._form, self._keys, self._quarter = workspace, form, tuple(keys), quarter
        self.preview: Preview | None = None
        self.fields = Combo("要改的项", self)
        for each in mass.changeable(form):
            self.fields.addItem(head(each), each.id)
        self.fields.setCurrentIndex(max(0, self.fields.findData(field)))
        self.line = QLineEdit(self)
        self.line.setAccessibleName("改成")
        self.options = Combo("改成", self)
        row = QHBoxLayout()
        for part, stretch in ((words("把"), 0), (self.fields, 2), (words("改成"), 0), (self.line, 2),
                              (self.options, 2)):
            row.addWidget(part, stretch)
        self.body.addLayout(row)
        self.told = words("", role="hint", tone="text2", wrap=True)
        self.table = RowsTable("预览", (Column("记录"), Column("原来", 140), Column("改成", 140), Column("", 150)),
                               row_height=28)
        self.table.setMinimumHeight(260)
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
        self._other_field()

    @property
    def field(self) -> str:
        """Return the field that is changed."""
        return str(self.fields.currentData())

    @property
    def text(self) -> str:
        """Return what it becomes."""
        return str(self.options.currentData() or "") if self._choosing else self.line.text().strip()

    @property
    def keys(self) -> list[str]:
        """Return the records that change."""
        return [row.key for row in self.preview.rows if row.state == "change"] if self.preview else []

    def _other_field(self) -> None:
        choices = self._form.by_id[self.field].choices if self._form.by_id[self.field].type == "choice" else ()
        self._choosing = bool(choices)
        self.options.blockSignals(True)
        self.options.clear()
        self.options.addItem("（清空）", "")
        for choice in choices:
            self.options.addItem(choice.label, choice.label)
        self.options.blockSignals(False)
        self.line.setVisible(not choices)
        self.options.setVisible(bool(choices))
        self._changed()

    def _changed(self) -> None:
        self.preview = None
        self.yes.setEnabled(False)
        self._rest.start()

    def _look(self) -> None:
        """Work the preview out in the background; typing on makes it old."""
        from pairing_desktop.services import mass

        asked, fork = (self.field, self.text), self._workspace.fork()

        def arrived(found: "Preview") -> None:
            if asked == (self.field, self.text):
                self._show(found)

        def failed(error: BaseException) -> None:
            if not isinstance(error, Trouble):
                jobs.tell_failure(self, error)
            elif asked == (self.field, self.text):
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
        changes = row.state == "change"
        words, tone = STATES[row.state]
        return Row((Cell(row.label), Cell(row.before, colour="text2"),
                    Cell(row.after if changes else row.before, weight=500 if changes else 400),
                    Cell(words or row.note, colour=tone, tip=row.note)), row.key)
