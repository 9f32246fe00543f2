"""What a screen reader is told of widgets that Qt takes for something else: sections are tabs, pictures are charts."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QPushButton, QWidget

ROLES = {"SectionTab": QAccessible.Role.PageTab, "Chart": QAccessible.Role.Chart}
"""Roles by the widget's class."""


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
    return Face(thing, ROLES[kind]) if kind in ROLES and isinstance(thing, QWidget) else None


def install() -> None:
    """Tell Qt, once for the program; it asks only where a screen reader is at work."""
    QAccessible.installFactory(_face)
