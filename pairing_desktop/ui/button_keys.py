"""Buttons without a mouse, on every page and in every dialog: Enter presses the one that has the focus.

While Alt is held there is a letter on every button: Alt and the letter click it. The letters are the pinyin initials of
the words, as far as they go round, and never those of the menus. They come and go with the key, so that no page has to
know of them and no word on a button changes.
"""

import string
from collections.abc import Collection, Iterable
from typing import cast

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QLabel,
    QMenu,
    QMenuBar,
    QRadioButton,
    QWidget,
)

from pairing_desktop.formspec.pinyin import initials
from pairing_desktop.ui.keys import ENTER

LETTERS = string.ascii_uppercase + "1234567890;,./[]-="


class ButtonKeys(QObject):
    """Belongs to one window; the keys that no field takes come to it there."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._app, self._window = cast("QApplication", QApplication.instance()), window
        self.tips: dict[str, QAbstractButton] = {}
        """While Alt is held: the button of each letter."""
        self._shown: list[QLabel | QShortcut] = []
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Act on Alt and Enter where they come to the window; while letters are shown, see all that ends them."""
        kind = event.type()
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Alt:
            if kind == QEvent.Type.KeyRelease:
                self._hide()
            elif kind == QEvent.Type.KeyPress and watched is self._window and not event.isAutoRepeat():
                self._show()
        elif kind == QEvent.Type.WindowDeactivate or (kind == QEvent.Type.Show and isinstance(watched, QMenu)):
            self._hide()
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in ENTER:
            return watched is self._window and not event.isAutoRepeat() and self._enter()
        return super().eventFilter(watched, event)

    def _enter(self) -> bool:
        """Press the button that has the focus; a tick is set with Space, and Enter goes on from it."""
        button = self._window.focusWidget()
        if not isinstance(button, QAbstractButton) or isinstance(button, QCheckBox | QRadioButton):
            return False
        button.click()
        return True

    def _show(self) -> None:
        self._hide()
        buttons = [b for b in self._window.findChildren(QAbstractButton) if _offered(b, self._window)]
        buttons.sort(key=lambda b: (not b.text(), *_place(b, self._window)))
        self.tips = lettered(buttons, _taken(self._window))
        for letter, button in self.tips.items():
            tip = QLabel(letter, self._window)
            tip.setProperty("kind", "keytip")
            tip.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            tip.adjustSize()
            tip.move(button.mapTo(self._window, QPoint(2, button.height() - tip.height() + 4)))
            tip.show()
            keys = QShortcut(QKeySequence(f"Alt+{letter}"), self._window)
            keys.activated.connect(lambda one=button: self._press(one))
            self._shown += [tip, keys]
        self._app.installEventFilter(self)  # an open menu takes the key that Alt's going up is

    def _press(self, button: QAbstractButton) -> None:
        self._hide()
        if button.focusPolicy() != Qt.FocusPolicy.NoFocus:
            button.setFocus(Qt.FocusReason.ShortcutFocusReason)
        button.click()

    def _hide(self) -> None:
        self._app.removeEventFilter(self)
        for one in self._shown:
            if isinstance(one, QShortcut):
                one.setEnabled(False)  # it is deleted later, and two of one key would do nothing
            else:
                one.hide()
            one.deleteLater()
        self.tips, self._shown = {}, []


def _place(button: QAbstractButton, window: QWidget) -> tuple[int, int]:
    at = button.mapTo(window, QPoint(0, 0))
    return at.y(), at.x()


def _offered(button: QAbstractButton, window: QWidget) -> bool:
    """Tell whether a button can be seen and pressed, has words, and no letter or key of its own."""
    words = button.text() or button.accessibleName()
    return (button.window() is window and button.isEnabled() and not button.visibleRegion().isEmpty()
            and bool(words) and "&" not in button.text() and button.shortcut().isEmpty())


def _taken(window: QWidget) -> set[str]:
    """Return the letters that menus and buttons have of their own."""
    menus = [action.text() for bar in window.findChildren(QMenuBar) for action in bar.actions()]
    buttons = window.findChildren(QAbstractButton)
    marked = [text[text.index("&") + 1] for text in (*menus, *(b.text() for b in buttons)) if "&" in text]
    keys = [b.shortcut().toString() for b in buttons]
    return {letter.upper() for letter in (*marked, *(k.removeprefix("Alt+") for k in keys if k.startswith("Alt+")))}


def lettered(buttons: Iterable[QAbstractButton], taken: Collection[str]) -> dict[str, QAbstractButton]:
    """Give each button a letter: the first of its words' initials that is free, else any; none when all are taken."""
    found: dict[str, QAbstractButton] = {}
    for button in buttons:
        wished = initials(button.text() or button.accessibleName()).upper()
        letter = next((c for c in (*wished, *LETTERS) if c in LETTERS and c not in found and c not in taken), "")
        if letter:
            found[letter] = button
    return found
