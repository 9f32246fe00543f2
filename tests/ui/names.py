"""What a screen reader is told: a name and a role for everything that takes the focus."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget


def nameless(whole: QWidget) -> list[str]:
    """Return the visible widgets under one that take the focus and have no name or no role, to be mended."""
    found = []
    for widget in (whole, *whole.findChildren(QWidget)):
        if not widget.isVisible() or widget.focusPolicy() == Qt.FocusPolicy.NoFocus or widget.focusProxy() is not None:
            continue
        told = QAccessible.queryAccessibleInterface(widget)
        name = told.text(QAccessible.Text.Name).strip() if told is not None else ""
        role = told.role() if told is not None else QAccessible.Role.NoRole
        if not name or role in (QAccessible.Role.NoRole, QAccessible.Role.Client):
            parent = type(widget.parentWidget()).__name__ if widget.parentWidget() else "-"
            found.append(f"{type(widget).__name__} in {parent}: name {name!r}, role {role.name}")
    return found
