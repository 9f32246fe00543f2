"""What a screen reader is told of widgets that Qt takes for something else: tabs, charts, pages of a document.

A choice or a day is a line that is typed into, with a list or calendar under it: an editable combo box. Qt tells of its
own one as of a combo box with a line inside, the line having the focus; so does the row here that holds the line, whose
interface has what is typed, caret and selection. Python cannot make these for the line itself under another role.
"""

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QPushButton, QWidget

if TYPE_CHECKING:
    from pairing_desktop.ui.choice_input import ChoiceInput, DateInput
    from pairing_desktop.ui.field_row import FieldRow

ROLES = {"SectionTab": QAccessible.Role.PageTab, "Chart": QAccessible.Role.Chart, "Pages": QAccessible.Role.Document}
"""Roles by the widget's class."""


class Dropped(QAccessibleWidget):
    """A row whose line has a list or a calendar under it."""

    def _line(self) -> "ChoiceInput | DateInput":
        return cast("ChoiceInput | DateInput", cast("FieldRow", self.object()).input)

    def text(self, kind: QAccessible.Text) -> str:
        """Return the line's name and description, and as value what stands in it."""
        line = self._line()
        said = {QAccessible.Text.Name: line.accessibleName(), QAccessible.Text.Value: line.text(),
                QAccessible.Text.Description: line.accessibleDescription()}
        return said.get(kind, "")

    def state(self) -> QAccessible.State:
        """Return the state: whether it can be changed, and whether its list is open."""
        state, line = super().state(), self._line()
        state.hasPopup = state.expandable = True  # type: ignore[attr-defined]  # the stubs leave out the state's bits
        state.editable = not line.isReadOnly()  # type: ignore[attr-defined]
        state.readOnly = line.isReadOnly()  # type: ignore[attr-defined]
        state.expanded = line.listing  # type: ignore[attr-defined]
        return state


class Face(QAccessibleWidget):
    """A widget's name, role and state; a tab is chosen or not, and pressed as the button that it is."""

    def _tab(self) -> QPushButton | None:
        widget = self.object()
        return widget if isinstance(widget, QPushButton) else None

    def text(self, kind: QAccessible.Text) -> str:
        """Return what it is called; a tab without a name of its own, what stands on it."""
        tab = self._tab()
        told = super().text(kind)
        return told or (tab.text() if tab is not None and kind == QAccessible.Text.Name else "")

    def state(self) -> QAccessible.State:
        """Return the state."""
        state = super().state()
        tab = self._tab()
        if tab is not None:
            state.selectable = True  # type: ignore[attr-defined]  # the stubs leave out the state's bits
            state.selected = tab.isChecked()  # type: ignore[attr-defined]
        return state

    def actionNames(self) -> list[str]:
        """Return what can be done."""
        press = [QAccessibleActionInterface.pressAction()] if self._tab() is not None else []
        return [*press, *super().actionNames()]

    def doAction(self, name: str) -> None:
        """Do it."""
        tab = self._tab()
        if tab is not None and name == QAccessibleActionInterface.pressAction():
            tab.click()
        else:
            super().doAction(name)


def _face(kind: str, thing: QObject) -> QAccessibleInterface | None:
    if kind == "FieldRow" and cast("FieldRow", thing).drops:
        return Dropped(cast("FieldRow", thing), QAccessible.Role.ComboBox)
    return Face(thing, ROLES[kind]) if kind in ROLES and isinstance(thing, QWidget) else None


def install() -> None:
    """Tell Qt, once for the program; it asks only where a screen reader is at work."""
    QAccessible.installFactory(_face)
