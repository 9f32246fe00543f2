"""Paints a sheet's cells and opens the widget that one types into."""

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemDelegate, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.values import QUALIFIERS_AFTER
from pairing_desktop.ui import icons
from pairing_desktop.ui.editors import ENTER, ChoiceInput, LineInput, make_input
from pairing_desktop.ui.table_model import NoteLine, TableModel
from pairing_desktop.ui.theme import colours, face

Index = QModelIndex | QPersistentModelIndex
HAS_LIST = ("choice", "choices", "county", "reference", "yes_no")
MARK_COLOURS = {"error": "error", "query": "query_mark"}


class CellDelegate(QStyledItemDelegate):
    """One for every table of a form."""

    def __init__(self, model: TableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    # Painting

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell: ground, rules, words, unit, chevron, finding's border, cursor."""
        if isinstance(self._model.lines[index.row()], NoteLine):
            return
        rect: QRect = option.rect  # type: ignore[attr-defined]  # the stubs leave out QStyleOption's members
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        field, path = self._model.field_at(index.column()), self._model.path_at(index)
        locked = bool(path) and self._model.entry.locked(path) and not self._model.entry.read_only
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        c = colours()
        painter.save()
        painter.fillRect(rect, c.named("sel" if chosen else "locked" if locked else "surface"))
        painter.setPen(c.named("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topRight(), rect.bottomRight())
        self._words(painter, rect, index, field, locked=locked)
        self._border(painter, rect, path, cursor=bool(state & QStyle.StateFlag.State_HasFocus))
        painter.restore()

    def _words(self, painter: QPainter, rect: QRect, index: Index, field: Field | None, *, locked: bool) -> None:
        c = colours()
        text = str(index.data() or "")
        inner = rect.adjusted(8, 0, -8, 0)
        number = field.is_number if field else True
        if field is not None and field.type in HAS_LIST and not locked and not self._model.entry.read_only:
            icons.paint(painter, QRect(rect.right() - 22, rect.center().y() - 7, 16, 16), "chevron_down")
            inner.setRight(rect.right() - 26)
        if not text and locked:
            text = "—"
        quiet = field is None or locked
        painter.setPen(c.named("text3" if index.column() == 0 else "text2" if quiet else "text"))
        if index.column() == 0:
            painter.setFont(face(12))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
            return
        if number:
            self._figure(painter, inner, text)
        else:
            painter.setFont(face(13))
            words = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, words)

    def _figure(self, painter: QPainter, inner: QRect, text: str) -> None:
        """Draw a figure at the right; a qualifier after it stands smaller, as a unit does."""
        tail = next((q for q in QUALIFIERS_AFTER if text.endswith(q)), "")
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        pen = painter.pen()
        if tail:
            painter.setFont(face(12))
            painter.setPen(colours().named("text2"))
            painter.drawText(inner, right, tail)
            inner = inner.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(tail) - 4, 0)
        painter.setFont(face(13))
        painter.setPen(pen)
        shown = painter.fontMetrics().elidedText(text.removesuffix(tail), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, right, shown)

    def _border(self, painter: QPainter, rect: QRect, path: str, *, cursor: bool) -> None:
        finding = self._model.entry.finding_at(path) if path else None
        level = finding.level if finding and not (finding.explanation or finding.waiver) else ""
        colour = "accent" if cursor else MARK_COLOURS.get(level, "")
        if colour:
            painter.setPen(QPen(colours().named(colour), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(1, 1, -1, -1))

    # Typing

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Open the cell's field."""
        path, field = self._model.path_at(index), self._model.field_at(index.column())
        if not path or field is None:
            return super().createEditor(parent, _option, index)
        return make_input(self._model.entry, path, field, parent, cell=True)

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
                self.closeEditor.emit(watched, QAbstractItemDelegate.EndEditHint.SubmitModelCache)
                return True
            if key == Qt.Key.Key_Escape and watched.isModified():
                watched.take_back()
        return super().eventFilter(watched, event)
