"""设置 → 附件: how large attachments and packets may be."""

from msgspec import structs
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSpinBox

from pairing_desktop.errors import Trouble
from pairing_desktop.services import attachment_limits, half_said
from pairing_desktop.services.attachment_limits import RANGES, TITLES, UNITS, Limits
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask
from pairing_desktop.ui.cards import Card, button, row, words
from pairing_desktop.ui.unsaved import UnsavedBoxes

HINTS = {
    "file_mb": "超过的不能加；先压缩或拆分",
    "packet_mb": "超过的不能定稿",
    "send_mb": "超过时定稿前提醒；各地不同，缺省数是示例",
    "photo_px": "超过的照片加进来时缩小，也可以存原图",
}


class LimitsCard(Card):
    """A number for each limit; 保存 keeps them in the data file, so that a colleague who takes over has them too."""

    saved = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("附件", "大小的界限")
        self._ws = workspace
        self.inputs: dict[str, QSpinBox] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        for line, (name, (least, most)) in enumerate(RANGES.items()):
            field = self.inputs[name] = QSpinBox()
            field.setRange(least, most)
            field.setSuffix(f" {UNITS[name]}")
            field.setAccessibleName(TITLES[name])
            field.setFixedWidth(140)
            field.setCorrectionMode(QSpinBox.CorrectionMode.CorrectToNearestValue)
            field.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
            title = words(TITLES[name], role="label")
            hint = words(f"{HINTS[name]}（{least}—{most}）", role="hint", wrap=True)
            for across, part in enumerate((title, field, hint)):
                grid.addWidget(part, line, across)
        grid.setColumnStretch(2, 1)
        self.save = button("保存", kind="primary", action=self._save)
        self.shipped = button("恢复缺省", action=self._show_shipped)
        self.unsaved = UnsavedBoxes(self.inputs)
        self.unsaved.changed.connect(self.save.setEnabled)
        self.body.addLayout(grid)
        self.body.addLayout(row(self.save, self.shipped, self.unsaved, None))

    def refresh(self) -> None:
        """Show what is set, or what was typed over it."""
        half = None if self._ws.readonly else half_said.settings(self._ws, "附件")
        saved = structs.asdict(attachment_limits.of(self._ws))
        self.unsaved.hold_boxes(half, {name: str(value) for name, value in saved.items()})
        for part in (*self.inputs.values(), self.shipped):
            part.setEnabled(not self._ws.readonly)

    def _show_shipped(self) -> None:
        for name, value in structs.asdict(attachment_limits.shipped()).items():
            self.inputs[name].setValue(value)

    def _limits(self) -> Limits:
        return Limits(**{name: field.value() for name, field in self.inputs.items()})

    def _save(self) -> None:
        try:
            attachment_limits.change(self._ws, self._limits())
        except Trouble as error:
            ask.dialogs.trouble(self, error)
        else:
            self.unsaved.drop()
            self.refresh()
            self.saved.emit()
