"""A file of a record: its name and size, and buttons to add, save or remove it."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.values import Attachment
from pairing_desktop.services import attaching
from pairing_desktop.ui import ask, icons
from pairing_desktop.ui.entry import Entry

KINDS = "图片和文档 (*.jpg *.jpeg *.png *.pdf *.doc *.docx *.wps *.xls *.xlsx *.et);;所有文件 (*)"


class AttachmentInput(QWidget):
    """Not typed but chosen; otherwise it behaves like every other input."""

    entered = Signal(str)
    typing = Signal(str)

    def __init__(self, entry: Entry, path: str, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry, self.path, self.field = entry, path, field
        self.choose = self._button("attach", "选择文件…", self._choose)
        self.travels = self._button("", "", self._switch)
        self.export = self._button("arrow_download", "另存…", self._export)
        self.remove = self._button("delete", "移除", self._remove)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for button in (self.choose, self.travels, self.export, self.remove):
            row.addWidget(button)
        row.addStretch(1)
        self.setFocusProxy(self.choose)
        self.refresh()

    def _button(self, icon: str, text: str, action: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        if icon:
            button.setIcon(icons.icon(icon))
            button.setIconSize(QSize(16, 16))
        button.clicked.connect(action)
        button.installEventFilter(self)
        button.setAccessibleName(f"{self.field.label}：{text}")
        return button

    @property
    def held(self) -> Attachment | None:
        """Return the file, if there is one."""
        value = self.entry.draft.value(self.path)
        return value if isinstance(value, Attachment) else None

    def refresh(self) -> None:
        """Show the draft's state again."""
        held = self.held
        name = held.name if held else "选择文件…"
        self.choose.setText(self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, 320))
        self.choose.setToolTip(self.entry.draft.shown(self.path))
        self.choose.setAccessibleName(f"{self.field.label}：{name}")
        self.travels.setText("上报" if held and held.travels else "仅留本县")
        self.travels.setToolTip("点一下换：上报（随报送包），或仅留本县（只报名称和摘要）")
        self.travels.setVisible(held is not None and not self.field.private)
        for button in (self.export, self.remove):
            button.setVisible(held is not None)
        for button in (self.choose, self.travels, self.remove):
            button.setEnabled(not self.entry.read_only)

    def commit(self) -> None:
        """Nothing is ever half chosen."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell when one of the buttons gets the focus."""
        if event.type() == QEvent.Type.FocusIn:
            self.entry.focus = self.path
            self.entered.emit(self.path)
        return super().eventFilter(watched, event)

    def _choose(self) -> None:
        file = ask.dialogs.open_file(self, f"选择{self.field.label}", KINDS)
        if file is not None:
            self.take(file)

    def take(self, file: Path) -> None:
        """Put a file into the data file and into the field."""
        try:
            held = attaching.attach(self.entry.workspace, file, travels=not self.field.private)
        except Trouble as trouble:
            ask.dialogs.trouble(self, trouble, title="没有加上附件")
        else:
            self.entry.set(self.path, held)

    def _switch(self) -> None:
        held = self.held
        if held is not None:
            self.entry.set(self.path, dataclasses.replace(held, travels=not held.travels))

    def _export(self) -> None:
        held = self.held
        if held is None:
            return
        to = ask.dialogs.save_file(self, "另存附件", "所有文件 (*)", suggested=Path.home() / held.name)
        if to is None:
            return
        try:
            attaching.extract(self.entry.workspace, held, to)
        except Trouble as trouble:
            ask.dialogs.trouble(self, trouble, title="没有另存附件")

    def _remove(self) -> None:
        self.entry.set(self.path, None)
