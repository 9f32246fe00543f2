"""Windows around an attachment: the one of a table's cell, and the one that shows what a file holds."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout, QWidget

from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.values import Attachment
from pairing_desktop.ui.attachment_input import AttachmentInput
from pairing_desktop.ui.cards import button, row, words
from pairing_desktop.ui.entry import Entry
from pairing_desktop.ui.preview import Preview

LOOK = QSize(860, 640)


class CellAttachment(QDialog):
    """The attachment of a table's cell, where the cell itself has no room for buttons."""

    def __init__(self, entry: Entry, path: str, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(field.label)
        self.setMinimumWidth(520)
        self.input = AttachmentInput(entry, path, field, self)
        entry.changed.connect(self._show)
        close = button("完成", kind="primary", action=self.accept)
        close.setDefault(True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.setSpacing(12)
        whole.addWidget(words(field.help or "选文件，或从剪贴板粘贴照片。", role="hint", wrap=True))
        whole.addWidget(self.input)
        self.note = words("", role="hint")
        whole.addWidget(self.note)
        whole.addLayout(row(None, close))
        self.input.setFocus()
        self._show()

    def _show(self) -> None:
        self.input.refresh()
        self.note.setText(self.input.entry.note(self.input.path))


class AttachmentLook(QDialog):
    """What an attached picture or PDF holds; of other files only name and size."""

    def __init__(self, held: Attachment, data: bytes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"附件：{held.name}")
        self.resize(LOOK)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._shown(held, data), 1)
        QShortcut(QKeySequence(Qt.Key.Key_Space), self).activated.connect(self.accept)

    def _shown(self, held: Attachment, data: bytes) -> QWidget:
        if data.startswith(b"%PDF"):
            preview = Preview(held.name, self)
            preview.show_pdf(data)
            return preview
        label = QLabel(self)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setAccessibleName(f"附件 {held.name}")
        image = QImage.fromData(data)
        if image.isNull():
            label.setText("这种文件不能在这里看，请另存后用相应的程序打开。")
        else:
            room = LOOK - QSize(40, 40)
            fits = image.width() <= room.width() and image.height() <= room.height()
            mode = Qt.AspectRatioMode.KeepAspectRatio
            smooth = Qt.TransformationMode.SmoothTransformation
            label.setPixmap(QPixmap.fromImage(image if fits else image.scaled(room, mode, smooth)))
        return label
