"""报送时限: the last day of the quarter shown, as the province's notice says it; blank while nobody has said."""

from PySide6.QtCore import Signal

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec import period
from pairing_desktop.services import deadlines, half_said
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.cards import Card, button, row, say, words
from pairing_desktop.ui.new_wizard import named
from pairing_desktop.ui.text_line import TextLine
from pairing_desktop.ui.theme import restyle
from pairing_desktop.ui.unsaved import UnsavedBoxes


class DeadlineCard(Card):
    """Asks for a day and the notice it stands in; hidden until a quarter is shown."""

    kept = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("报送时限", "省厅通知的最后一天；没有填就不判断逾期")
        self._ws, self._quarter = workspace, ""
        self.quarter = words("")
        self.day, self.source = TextLine(), TextLine()
        self.day.setAccessibleName("报送时限")
        self.day.setPlaceholderText("如 7.10 或 2024-7-10")
        self.source.setAccessibleName("依据")
        self.source.setPlaceholderText("通知的名称或文号")
        self.note = words("", role="hint", tone="error", wrap=True)
        self.note.hide()
        self.save = button("保存", kind="primary", action=self._save)
        for edit in (self.day, self.source):
            edit.returnPressed.connect(self._save)
        self.unsaved = UnsavedBoxes({"day": self.day, "source": self.source})
        self.unsaved.changed.connect(self.save.setEnabled)
        fields = row(named("最后一天", self.day), named("依据（可不填）", self.source), spacing=12)
        fields.setStretch(0, 1)
        fields.setStretch(1, 2)
        self.body.addWidget(self.quarter)
        self.body.addLayout(fields)
        self.body.addWidget(self.note)
        self.body.addLayout(row(self.save, self.unsaved, None))
        self.hide()

    def show_quarter(self, quarter: str) -> None:
        """Show the day kept for a quarter."""
        self._quarter = quarter
        self.setVisible(bool(quarter))
        if not quarter:
            return
        day, source = deadlines.kept(self._ws, quarter)
        say(self.quarter, period.title(quarter))
        half = None if self._ws.readonly else half_said.settings(self._ws, "报送时限", quarter)
        self.unsaved.hold_boxes(half, {"day": day.isoformat() if day else "", "source": source})
        for edit in (self.day, self.source):
            edit.setEnabled(not self._ws.readonly)
        self._tell("")

    def refresh(self) -> None:
        """Read again what is kept."""
        self.show_quarter(self._quarter)

    def _save(self) -> None:
        if not self.save.isEnabled():
            return
        text = self.day.text().strip()
        try:
            day = deadlines.typed(self._quarter, text) if text else None
            deadlines.set_deadline(self._ws, self._quarter, day, source=self.source.text().strip())
        except Trouble as error:
            self._tell(str(error))
            return
        self.unsaved.drop()
        self.refresh()
        self.kept.emit()

    def _tell(self, text: str) -> None:
        say(self.note, text)
        self.note.setVisible(bool(text))
        restyle(self.day, state="error" if text else "")
