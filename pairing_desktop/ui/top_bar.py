"""Above the pages: menus and the file's name; the quarter with its state; undo and redo; search."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QMenuBar, QPushButton, QToolButton, QVBoxLayout, QWidget

from pairing_desktop.ui import icons
from pairing_desktop.ui.marks import MARKS, STATES, Chip, DueChip, state_mark
from pairing_desktop.ui.search_box import SearchBox
from pairing_desktop.ui.theme import colours, face

if TYPE_CHECKING:
    from pairing_desktop.services.deadlines import Due
    from pairing_desktop.services.searching import Hit
    from pairing_desktop.services.standing import QuarterState

MENU_HEIGHT = 32
BAR_HEIGHT = 48


class QuarterButton(QPushButton):
    """Shows the quarter; its menu lists all quarters with their states."""

    chosen = Signal(str)

    def __init__(self, quarters: "Callable[[], Sequence[QuarterState]]", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quarters = quarters
        self.setFixedSize(152, 32)
        self.setProperty("kind", "quarter")
        self._menu = QMenu(self)
        self._menu.triggered.connect(self._picked)
        self.clicked.connect(self._open)
        self.setToolTip("换一个季度（Alt+Q）")

    def show_quarter(self, title: str) -> None:
        """Show the current quarter."""
        self.setText(title)
        self.setShortcut("Alt+Q")  # Qt drops it with the text before
        self.setAccessibleName(f"报告期 {title}")

    def fill(self) -> QMenu:
        """Return the menu with every quarter's state as it is now."""
        self._menu.clear()
        for state in self._quarters():
            mark = state_mark(state.title)
            action = self._menu.addAction(icons.icon(mark.icon, mark.colour, filled=mark.filled), "")
            action.setText(f"{state.quarter_title}    {state.title}")
            action.setData(state.quarter)
            if state.quarter_title == self.text():
                self._menu.setActiveAction(action)
        return self._menu

    def _picked(self, action: QAction) -> None:
        self.chosen.emit(action.data())

    def _open(self) -> None:
        self.fill().popup(self.mapToGlobal(self.rect().bottomLeft()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw border, calendar, quarter, chevron."""
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        c = colours()
        width = 2 if self.hasFocus() else 1
        painter.setPen(c.named("accent" if self.hasFocus() else "line2"))
        painter.setBrush(c.named("head" if self.underMouse() else "surface"))
        for step in range(width):
            painter.drawRoundedRect(self.rect().adjusted(step, step, -1 - step, -1 - step), 4, 4)
        middle = self.height() // 2
        icons.paint(painter, QRect(10, middle - 8, 16, 16), "calendar")
        icons.paint(painter, QRect(self.width() - 24, middle - 8, 16, 16), "chevron_down")
        painter.setFont(face(13, 500))
        painter.setPen(c.named("text"))
        painter.drawText(self.rect().adjusted(32, 0, -24, 0), Qt.AlignmentFlag.AlignVCenter, self.text())


class TopBar(QWidget):
    """Two rows over every page."""

    def __init__(self, file_name: str, *, sample: bool, find: "Callable[[str], Sequence[Hit]]",
                 quarters: "Callable[[], Sequence[QuarterState]]", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kind", "topbar")
        self.setFixedHeight(MENU_HEIGHT + BAR_HEIGHT)
        self.menus = QMenuBar(self)
        self.menus.setNativeMenuBar(False)
        more = self.menus.findChild(QToolButton, "qt_menubar_ext_button")
        if more is not None:  # Qt's own sign is black, in the dark too
            more.setIcon(icons.icon("more_horizontal", "text"))
            more.setAccessibleName("更多菜单")
            more.setToolTip("更多菜单")
        self.quarter = QuarterButton(quarters, self)
        self.state = Chip(self)
        self._code = self._before = ""
        self.deadline = DueChip(self)
        self.search = SearchBox(find, self)
        self.search.setMinimumWidth(150)
        self.search.setMaximumWidth(348)
        self._tools = QHBoxLayout()
        self._tools.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._row(self._upper(file_name, sample=sample), MENU_HEIGHT))
        self._below = self._lower()
        column.addWidget(self._row(self._below, BAR_HEIGHT - 1))

    def _row(self, layout: QHBoxLayout, height: int) -> QWidget:
        row = QWidget(self)
        row.setFixedHeight(height)
        row.setLayout(layout)
        return row

    def _upper(self, file_name: str, *, sample: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(10, 0, 16, 0)
        row.setSpacing(6)
        row.addWidget(self.menus, 1)
        row.addWidget(icons.Glyph("folder_open", parent=self))
        name = QLabel(file_name, self)
        name.setProperty("role", "hint")
        row.addWidget(name)
        if sample:
            chip = Chip(self)
            chip.say("示例数据")
            row.addSpacing(4)
            row.addWidget(chip)
        return row

    def _lower(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(self.quarter)
        row.addWidget(self.state)
        row.addSpacing(4)
        row.addWidget(self.deadline)
        row.addStretch(1)
        row.addLayout(self._tools)
        row.addSpacing(8)
        row.addWidget(self.search, 100)
        return row

    def add_tool(self, action: QAction, icon_name: str) -> None:
        """Show an action as a picture button."""
        button = QPushButton(self)
        button.setIcon(icons.icon(icon_name, "text"))
        button.setIconSize(QSize(18, 18))
        button.setFixedSize(32, 30)
        button.setProperty("kind", "plain")
        button.clicked.connect(action.trigger)

        def follow() -> None:
            button.setEnabled(action.isEnabled())
            name = action.text().rpartition("(&")[0].replace("&&", "&")
            button.setToolTip(f"{name}（{action.shortcut().toString()}）")
            button.setAccessibleName(name)

        action.changed.connect(follow)
        follow()
        self._tools.addWidget(button)

    def show_due(self, due: "Due") -> None:
        """Show how the quarter stands to its last day, if one is set."""
        self.deadline.show_due(due)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say the last day in the words that have room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        for place in range(len(self.deadline.wordings)):
            self.deadline.say_in(place)
            if self._below.minimumSize().width() <= self.width():
                return

    def show_state(self, state: "QuarterState") -> None:
        """Show a quarter's state beside it."""
        self._code = state.code
        self.quarter.show_quarter(state.quarter_title)
        again = state.code == "submitted" and state.changed
        mark = MARKS["query"] if again else state_mark(state.title)
        title = f"{state.title} ・ 改动 {state.changed} 处未报" if again else state.title
        number = state.number if state.code == "submitted" else state.coming
        self._before = f"第{number}次报送 ・ " if number > 1 else ""
        self.state.say(self._before + title, mark)
        self.state.setToolTip(state.detail)
        self._fit()

    def show_typed(self, *, typing: bool, errors: bool, waiting: bool) -> None:
        """Take 未填 back as soon as something is typed, 审核通过 as soon as that, not saved yet, has a finding."""
        if self._code in ("empty", "passed", "queries"):
            said = "errors" if errors else "queries" if waiting else self._code
            mark = STATES[said if self._code != "empty" else "filling" if typing else "empty"]
            self.state.say(self._before + mark.word, mark)
