"""The small pieces of pages: words, buttons, cards, empty states. Their looks come from window.qss."""

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from pairing_desktop.ui import icons
from pairing_desktop.ui.theme import restyle

ICON_COLOURS = {"primary": "on_accent", "danger": "error", "link": "accent"}


def words(text: str, *, role: str = "", tone: str = "", wrap: bool = False, select: bool = False) -> QLabel:
    """Return a label: ``role`` is its size and weight, ``tone`` its colour (names in window.qss)."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setProperty("tone", tone)
    label.setWordWrap(wrap)
    if select:
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def say(label: QLabel, text: str, *, tone: str | None = None) -> None:
    """Change a label's words, and its tone if one is given."""
    label.setText(text)
    if tone is not None:
        restyle(label, tone=tone)


def lead_to(field: QLineEdit) -> None:
    """Put the cursor behind what stands in a field; nothing is selected that the next key would overwrite."""
    field.setFocus(Qt.FocusReason.OtherFocusReason)
    field.end(False)


def button(text: str, *, kind: str = "", icon: str = "", tip: str = "",
           action: Callable[[], object] | None = None) -> QPushButton:
    """Return a push button; ``action`` is called without arguments."""
    new = QPushButton(text)
    new.setProperty("kind", kind)
    new.setAutoDefault(False)
    if icon:
        new.setIcon(icons.icon(icon, ICON_COLOURS.get(kind, "text")))
        new.setIconSize(QSize(16, 16))
    if tip:
        new.setToolTip(tip)
    if not text:
        new.setAccessibleName(tip)
        new.setFixedWidth(30)
    if action is not None:
        new.clicked.connect(lambda _checked=False: action())
    policy = QSizePolicy.Policy
    new.setSizePolicy(policy.Fixed if kind == "link" else policy.Minimum, policy.Fixed)
    return new


def picture(name: str, size: int, colour: str, *, filled: bool = False) -> icons.Glyph:
    """Return an icon that takes no focus."""
    return icons.Glyph(name, colour, size, filled=filled)


def counter(label: QLabel, used: int, limit: int) -> None:
    """Show ``42 / 200 字``, in red beyond the limit."""
    over = used > limit
    say(label, f"{used} / {limit} 字" + (f"，多了 {used - limit} 字" if over else ""), tone="error" if over else "")


def rule() -> QFrame:
    """Return a hair line across."""
    line = QFrame()
    line.setProperty("kind", "rule")
    line.setFixedHeight(1)
    return line


def row(*parts: QWidget | QLayout | None, spacing: int = 8) -> QHBoxLayout:
    """Lay parts side by side; ``None`` takes the free room."""
    layout = QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    _fill(layout, parts)
    return layout


def column(*parts: QWidget | QLayout | None, spacing: int = 8,
           margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QVBoxLayout:
    """Lay parts below each other; ``None`` takes the free room."""
    layout = QVBoxLayout()
    layout.setContentsMargins(*margins)
    layout.setSpacing(spacing)
    _fill(layout, parts)
    return layout


def _fill(layout: QHBoxLayout | QVBoxLayout, parts: tuple[QWidget | QLayout | None, ...]) -> None:
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, QLayout):
            layout.addLayout(part)
        else:
            layout.addWidget(part)


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and delete it."""
    while (item := layout.takeAt(0)) is not None:
        inner = cast("QLayout | None", item.layout())
        widget = cast("QWidget | None", item.widget())  # neither for a spacer, whatever the stubs say
        if inner is not None:
            clear(inner)
        elif widget is not None:
            widget.hide()
            widget.deleteLater()


class Surface(QWidget):
    """A plain area with a ground from the style sheet (``kind``: surface, bar, banner, card)."""

    def __init__(self, kind: str = "surface", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kind", kind)


class Card(Surface):
    """A card with a head (title, a remark, something at the right) and a ``body`` to lay things in."""

    def __init__(self, title: str = "", remark: str = "", *, action: QWidget | None = None, margin: int = 16) -> None:
        super().__init__("card")
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        self.remark = words(remark, role="hint")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(margin, 12, margin, 12)
        whole.setSpacing(8)
        if title:
            self.setAccessibleName(title)
            head = row(words(title, role="section"), self.remark, None)
            if action is not None:
                head.addWidget(action)
            whole.addLayout(head)
        whole.addLayout(self.body, 1)


class FlatCard(Card):
    """A card whose table reaches its edges."""

    def __init__(self, title: str, remark: str = "", *, action: QWidget | None = None) -> None:
        super().__init__(title, remark, action=action, margin=1)
        whole = self.layout()
        if whole is not None:
            whole.setContentsMargins(1, 12, 1, 1)
            head = whole.itemAt(0)
            if head is not None and (inner := head.layout()) is not None:
                inner.setContentsMargins(16, 0, 16, 0)


class Empty(QWidget):
    """An empty state: what is missing, and what to do next."""

    def __init__(self, icon: str, title: str, text: str, *actions: QPushButton, below: QWidget | None = None) -> None:
        super().__init__()
        self.title = words(title, role="section", wrap=True)
        self.text = words(text, tone="text2", wrap=True)
        for label in (self.title, self.text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setMaximumWidth(480)
            label.setMinimumWidth(280)
        drawn = picture(icon, 40, "text3")
        whole = column(None, row(None, drawn, None), _centred(self.title), _centred(self.text), spacing=12,
                       margins=(24, 24, 24, 24))
        if actions:
            whole.addLayout(row(None, *actions, None))
        if below is not None:
            whole.addLayout(row(None, below, None))
        whole.addStretch(1)
        self.setLayout(whole)


def _centred(label: QLabel) -> QHBoxLayout:
    """Return a line with words in its middle, as wide as they may be.

    An alignment would ask for their height at the whole line's width and cut what is wrapped.
    """
    line = row(None, label, None)
    line.setStretch(1, 1000)
    return line


def scrolled(content: QWidget, name: str = "") -> QScrollArea:
    """Return ``content`` in a frameless area that scrolls up and down."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setAccessibleName(name)
    content.setProperty("kind", "page")
    area.setWidget(content)
    return area
