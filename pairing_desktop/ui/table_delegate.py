"""Paints a sheet's cells and opens the widget that one types into."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPen, QStaticText
from PySide6.QtWidgets import QAbstractItemDelegate, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from pairing_desktop.formspec.values import QUALIFIERS_AFTER
from pairing_desktop.ui import icons
from pairing_desktop.ui.choice_input import ChoiceInput
from pairing_desktop.ui.editors import make_input
from pairing_desktop.ui.keys import ENTER
from pairing_desktop.ui.line_input import LineInput
from pairing_desktop.ui.table_model import NoteLine, TableModel
from pairing_desktop.ui.theme import Colours, colours, face

Index = QModelIndex | QPersistentModelIndex
HAS_LIST = ("choice", "choices", "county", "reference", "yes_no")
CHOSEN, CURSOR = QStyle.StateFlag.State_Selected.value, QStyle.StateFlag.State_HasFocus.value
FITTED = 4000
"""Texts remembered at most, cut and shaped."""

MARK_COLOURS = {"error": "error", "query": "query_mark"}


class CellDelegate(QStyledItemDelegate):
    """One for every table of a form."""

    typing = Signal(str)
    """The text of the open cell while it is typed."""

    def __init__(self, model: TableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._fitted: dict[tuple[str, int, bool], QStaticText] = {}
        self._face, self._small = face(13), face(12)

    # Painting

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell: ground, rules, words, unit, chevron, finding's border, cursor."""
        line = self._model.lines[index.row()]
        if isinstance(line, NoteLine):
            return
        rect: QRect = option.rect  # type: ignore[attr-defined]  # the stubs leave out QStyleOption's members
        state: int = option.state.value  # type: ignore[attr-defined]
        look, c = self._model.look(line, index.column()), colours()
        locked = look.locked and not self._model.entry.read_only
        painter.save()
        try:
            painter.fillRect(rect, c.named("sel" if state & CHOSEN else "locked" if locked else "surface"))
            painter.setPen(c.named("line"))
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())
            painter.drawLine(rect.topRight(), rect.bottomRight())
            self._words(painter, rect, index.column(), look.text, c, locked=locked)
            self._border(painter, rect, look.level, c, cursor=bool(state & CURSOR))
        finally:
            painter.restore()

    def _words(self, painter: QPainter, rect: QRect, column: int, text: str, c: Colours, *, locked: bool) -> None:
        field = self._model.field_at(column)
        inner = rect.adjusted(8, 0, -8, 0)
        if field is not None and field.type in HAS_LIST and not locked and not self._model.entry.read_only:
            icons.paint(painter, QRect(rect.right() - 22, rect.center().y() - 7, 16, 16), "chevron_down")
            inner.setRight(rect.right() - 26)
        text = text or ("—" if locked else "")
        if not text:
            return
        painter.setPen(c.named("text3" if column == 0 else "text2" if field is None or locked else "text"))
        if column == 0:
            self._draw(painter, rect, text, 0.5, small=True)
        elif field is None or field.is_number:
            self._figure(painter, inner, text, c)
        else:
            self._draw(painter, inner, text, 0)

    def _draw(self, painter: QPainter, inner: QRect, text: str, side: float, *, small: bool = False) -> int:
        """Draw a text cut to its room, at the left (0) to the right (1); return how wide it is."""
        shaped = self._fitting(text, inner.width(), small=small)
        size, left = shaped.size(), inner.x() + side * (inner.width() - shaped.size().width())
        painter.setFont(self._small if small else self._face)
        painter.drawStaticText(QPointF(left, inner.y() + (inner.height() - size.height()) // 2), shaped)
        return round(size.width())

    def _fitting(self, text: str, room: int, *, small: bool) -> QStaticText:
        """Return a text cut to its room and shaped; done once, for a cell is painted again and again."""
        key = (text, room, small)
        found = self._fitted.get(key)
        if found is None:
            if len(self._fitted) > FITTED:
                self._fitted.clear()
            found = self._fitted[key] = _shaped(text, room, self._small if small else self._face)
        return found

    def _figure(self, painter: QPainter, inner: QRect, text: str, c: Colours) -> None:
        """Draw a figure at the right; a qualifier after it stands smaller, as a unit does."""
        tail = next((q for q in QUALIFIERS_AFTER if text.endswith(q)), "")
        if tail:
            pen = painter.pen()
            painter.setPen(c.named("text2"))
            inner = inner.adjusted(0, 0, -self._draw(painter, inner, tail, 1, small=True) - 4, 0)
            painter.setPen(pen)
        self._draw(painter, inner, text.removesuffix(tail), 1)

    def _border(self, painter: QPainter, rect: QRect, level: str, c: Colours, *, cursor: bool) -> None:
        colour = "accent" if cursor else MARK_COLOURS.get(level, "")
        if colour:
            painter.setPen(QPen(c.named(colour), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(1, 1, -1, -1))

    # Typing

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
            if key == Qt.Key.Key_Escape and watched.isModified():
                watched.take_back()
        return super().eventFilter(watched, event)


def _shaped(text: str, room: int, font: QFont) -> QStaticText:
    shaped = QStaticText(QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room))
    shaped.setTextFormat(Qt.TextFormat.PlainText)
    shaped.prepare(font=font)
    return shaped
