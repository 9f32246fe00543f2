"""Opens the widget that one types into in a sheet's cell."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from pairing_desktop.ui.choice_input import ChoiceInput
from pairing_desktop.ui.editors import make_input
from pairing_desktop.ui.keys import ENTER
from pairing_desktop.ui.line_input import LineInput, looks_away
from pairing_desktop.ui.table_model import TableModel

Index = QModelIndex | QPersistentModelIndex

class CellDelegate(QStyledItemDelegate):
    """One for every table of a form."""

    typing = Signal(str)
    """The text of the open cell while it is typed."""

    def __init__(self, model: TableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Open the cell's field."""
        path, field = self._model.path_at(index), self._model.field_at(index.column())
        if not path or field is None:
            return super().createEditor(parent, _option, index)
        made = make_input(self._model.entry, path, field, parent, cell=True)
        made.typing.connect(self.typing)
        return made

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Leave it: the field shows the draft by itself."""

    def setModelData(self, editor: QWidget, _model: QAbstractItemModel, _index: Index) -> None:
        """Give the text to the draft."""
        if isinstance(editor, LineInput):
            editor.commit()

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        """Fill the cell."""
        editor.setGeometry(option.rect)  # type: ignore[attr-defined]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and Tab leave the cell; while a list is open they take its row first."""
        if isinstance(watched, LineInput) and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if isinstance(watched, ChoiceInput) and watched.listing:
                if key in (*ENTER, Qt.Key.Key_Tab):
                    watched.pick()
                elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Escape):
                    return False
            if key in ENTER:
                watched.commit()
                hints, shift = QAbstractItemDelegate.EndEditHint, Qt.KeyboardModifier.ShiftModifier
                up = bool(event.modifiers() & shift)
                self.closeEditor.emit(watched, hints.RevertModelCache if up else hints.SubmitModelCache)
                return True
            if key == Qt.Key.Key_Escape:  # Qt's own hint for it is the one that Shift+Enter has
                if watched.isModified():
                    watched.take_back()
                self.closeEditor.emit(watched, QAbstractItemDelegate.EndEditHint.NoHint)
                return True
        if isinstance(event, QFocusEvent) and event.lostFocus() and looks_away(event):
            return False  # the cell stays open
        return super().eventFilter(watched, event)
