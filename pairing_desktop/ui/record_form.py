"""The form: title with its marks, sections as anchors, a scrolling page of fields, help for the focused one."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from pairing_desktop.services.entering import OpenRecord
from pairing_desktop.ui import spots
from pairing_desktop.ui.banner import Banner
from pairing_desktop.ui.editors import Input, understood
from pairing_desktop.ui.entry import Entry, Paths
from pairing_desktop.ui.field_row import has_earlier
from pairing_desktop.ui.form_page import Page
from pairing_desktop.ui.form_section import FormSection
from pairing_desktop.ui.help_footer import HelpFooter
from pairing_desktop.ui.line_input import marked
from pairing_desktop.ui.list_narrowing import stage_field
from pairing_desktop.ui.record_findings import head_of
from pairing_desktop.ui.record_head import SIDE, RecordHead
from pairing_desktop.ui.section_tabs import SectionTabs
from pairing_desktop.ui.table_editor import TableEditor
from pairing_desktop.ui.theme import fill

TWO_COLUMNS = 720
WIDEST = 1040
SECTION_GAP = 24
FOLD, TABLE = 14, 8
"""About as many fields as are seen at once; for how many a table counts."""

LOW = 230
"""Height under which the sections' names make room for the fields."""


class RecordForm(QWidget):
    """Shows one entry. What needs more than the entry it asks of the page that holds it."""

    stepWanted = Signal(int)  # noqa: N815  # Qt's manner
    printWanted = Signal()  # noqa: N815
    carryWanted = Signal()  # noqa: N815
    explainWanted = Signal(object)  # noqa: N815
    helpWanted = Signal()  # noqa: N815
    entered = Signal(str)
    typed = Signal()

    def __init__(self, entry: Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self.sections: list[FormSection] = []
        self._numbers = {field.id: n for n, part in enumerate(entry.form.sections) for field in part.fields}
        self._columns = 0
        self.current = ""
        self._hidden = self._met = ""
        """The path that is to be brought into sight, and that one came to, once what is going on is over."""
        self._held: tuple[int, bool] | None = None
        """How far the page stays scrolled while a record that was come back to is being filled, and whether the field
        that one is in was in sight there."""
        fill(self)
        self.banner = Banner(self)
        self.footer = HelpFooter(self)
        self.footer.helpWanted.connect(self.helpWanted)
        self.tabs = SectionTabs([s.title for s in entry.form.sections], self)
        self.tabs.chosen.connect(self.show_section)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = RecordHead(entry, self)
        self.head.stepWanted.connect(self.stepWanted)
        self.head.printWanted.connect(self.printWanted)
        self.head.carryWanted.connect(self.carryWanted)
        column.addWidget(self.head)
        self.strip = self._strip()
        column.addWidget(self.strip)
        column.addWidget(self.banner)
        column.addWidget(self._page(), 1)
        column.addWidget(self.footer)
        entry.shown.connect(self._begin)
        entry.changed.connect(self.refresh)
        entry.checked.connect(self.refresh)
        entry.counted.connect(self._show_head)
        self.footer.show_field(None)
        self._bringing = QTimer(self)
        self._bringing.setSingleShot(True)
        self._bringing.setInterval(0)
        self._bringing.timeout.connect(self._reveal_entered)
        """Brings the entered field into sight; a timer comes after the paint that answers the key."""
        self._filling = QTimer(self)
        self._filling.setInterval(0)
        self._filling.timeout.connect(self._fill_next)
        self._fill_first()
        self._show_head()

    # Building

    def _strip(self) -> QWidget:
        strip = QWidget(self)
        strip.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        strip.setProperty("kind", "tabstrip")
        row = QHBoxLayout(strip)
        row.setContentsMargins(SIDE, 0, 16, 0)
        row.addWidget(self.tabs)
        return strip

    def _page(self) -> Page:
        self.area = Page(self)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setMinimumHeight(1)  # head and footer stay whole on a low window
        page = QWidget(self.area)
        fill(page)
        self._body = body = QWidget(page)
        body.setMaximumWidth(WIDEST)
        outer = QHBoxLayout(page)
        outer.setContentsMargins(SIDE, 14, SIDE, 24)
        outer.addWidget(body, 100)
        outer.addStretch(1)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SECTION_GAP)
        for section in self.entry.form.sections:
            part = FormSection(self.entry, section, body)
            part.entered.connect(self._entered)
            part.typing.connect(self._typing)
            part.explainWanted.connect(self.explainWanted)
            self.sections.append(part)
            column.addWidget(part)
        column.addStretch(1)
        self.area.setWidget(page)
        self.area.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.area.verticalScrollBar().rangeChanged.connect(self._grown)
        return self.area

    def _fill_first(self) -> None:
        """Fill what is seen at once; the sections below follow one by one, once that is painted."""
        room = FOLD
        for section in self.sections:
            if room <= 0:
                self._filling.start()
                return
            section.fill()
            room -= sum(TABLE if field.type == "table" else 1 for field in section.section.fields)

    def _fill_next(self) -> None:
        if not any(section.fill_part() for section in self.sections):
            self._filling.stop()

    def _fill_to(self, number: int) -> None:
        """Fill sections up to one, in their order: Tab goes from field to field as they were made."""
        for section in self.sections[:number + 1]:
            section.fill()

    # Showing

    def refresh(self, paths: Paths = None) -> None:
        """Show the draft's state again, where it looks different."""
        heads = None if paths is None else frozenset(head_of(path) for path in paths)
        if heads is not None and not heads:
            return
        self.area.settle()
        shown = [section for section in self.sections if heads is None or section.holds(heads)]
        grown = [section for section in shown if section.refresh(paths, heads)]
        if grown:
            self._refit(shown, heads)
        if heads is None or not heads.isdisjoint((self.entry.form.name, stage_field(self.entry.form))):
            self._show_head()
        if self.current and "/" not in self.current and (heads is None or self.current in heads):
            self._met = self.current  # what the footer says of a finding may be answered by now
            self._bringing.start()

    def _refit(self, sections: Sequence[FormSection], heads: Paths) -> None:
        """Give the page its new height at once.

        Left to itself Qt goes from the inside out: each part is pressed into the room it had, then moved again when
        the whole has grown, and painted both times.
        """
        for section in sections:
            section.ask_room(heads)
        self._body.updateGeometry()
        before = [section.places() for section in self.sections]
        QApplication.sendEvent(self.area, QEvent(QEvent.Type.LayoutRequest))
        for section, places in zip(self.sections, before, strict=True):
            moves = [new - old for new, old in zip(section.places(), places, strict=True)]
            if moves[0] and any(move != moves[0] for move in moves):
                self.area.paint_edges(moves)

    def fits(self, opened: OpenRecord) -> bool:
        """Tell whether another record of the form can be shown with the same widgets."""
        now = self.entry.opened
        same_columns = has_earlier(now) == has_earlier(opened)
        return same_columns and bool(now.locked) == bool(opened.locked)

    def _begin(self) -> None:
        """Start a record at its top, or stay in the field one is in."""
        widget = self.widget_at(self.current) if self.current else None
        if widget is not None and widget.hasFocus():
            return
        self.current = self._hidden = self._met = ""
        self.area.verticalScrollBar().setValue(0)
        self.tabs.show_current(0)
        self.footer.show_field(None)

    def _show_head(self) -> None:
        """Show title, chips and tabs again: with the counts everywhere else, a turn after the findings' own lines."""
        self.head.refresh()
        levels = self.entry.found.levels()
        self.tabs.show_marks([section.worst(levels) for section in self.sections])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One column on a narrow pane, two on a wide one."""
        super().resizeEvent(event)
        self.strip.setVisible(self.height() >= LOW)
        columns = 2 if self.width() >= TWO_COLUMNS else 1
        if columns != self._columns:
            self._columns = columns
            for section in self.sections:
                section.set_columns(columns)

    # Moving

    @property
    def in_sight(self) -> bool:
        """Tell whether the field that one is in is seen whole."""
        widget = self.widget_at(self.current) if self.current else None
        page, seen = self.area.widget(), self.area.viewport()
        return widget is None or QRect(page.mapFrom(seen, QPoint(0, 0)), seen.size()).contains(
            self._place_of(widget, self.current))

    def hold(self, place: int, *, seen: bool) -> None:
        """Scroll to where one was; a field that was not ``seen`` there stays out of sight until one goes on."""
        self._held = place, seen
        spots.scroll(self.area.verticalScrollBar(), place)
        self._hidden = self.current
        self._bringing.start()
        QTimer.singleShot(spots.SETTLES, self, self._let_go)

    def _let_go(self) -> None:
        self._held = None

    def _entered(self, path: str) -> None:
        self._held = None
        self.current = self._hidden = self._met = path
        self.entered.emit(path)
        self._bringing.start()

    def _show_help(self, path: str) -> None:
        field = self.entry.form.field(path)
        self.footer.show_field(field, self._detail(path), " ".join(marked(self.entry, path, field)),
                               computed=self.entry.draft.locked(path))

    def _reveal_entered(self) -> None:
        """Bring the field into sight and say what it is: in a turn of its own, or before one types there."""
        self._bringing.stop()
        hidden, self._hidden = self._hidden, ""
        met, self._met = self._met, ""
        if met:
            self.tabs.show_current(max(0, self._section_of(met)))
            self._show_help(met)
        if hidden:
            place, seen = self._held or (None, True)
            if place is not None:
                self.area.verticalScrollBar().setValue(place)
            if seen:
                self._reveal(hidden)
            self._scrolled(self.area.verticalScrollBar().value())

    def _detail(self, path: str) -> str:
        """Return what the footer says first: a finding's remedy where the line leaves it out, last quarter's cell."""
        finding = self.entry.found.first(path)
        if finding is not None and finding.remedy and not (finding.explanation or finding.waiver):
            return f"{finding.remedy}。"
        table = self.widget_at(path)
        if isinstance(table, TableEditor) and "/" in path:
            earlier = table.sheet.earlier_text(path.split("/")[1], self.entry.form.field(path))
            return f"上期 {earlier}。" if earlier else ""
        return ""

    def _reveal(self, path: str) -> None:
        widget = self.widget_at(path)
        if widget is None:
            return
        whole, around = self._place_of(widget, path), 50 if isinstance(widget, TableEditor) else 40
        around = max(0, min(around, (self.area.viewport().height() - whole.height()) // 2 - 1))
        for y in (whole.bottom(), whole.top()):  # Qt's own way shows the line with the cursor only
            self.area.ensureVisible(whole.left(), y, 0, around)

    def _place_of(self, widget: QWidget, path: str) -> QRect:
        """Return where a field, or a table's cell, lies on the page."""
        if isinstance(widget, TableEditor):
            cell = widget.visualRect(widget.sheet.index_of(path))
            return QRect(widget.viewport().mapTo(self.area.widget(), cell.topLeft()), cell.size())
        return QRect(widget.mapTo(self.area.widget(), QPoint(0, 0)), widget.size())

    def _grown(self) -> None:
        """Keep the field or open cell one types in whole when lines appear above it or the room gets smaller."""
        widget = self.widget_at(self.current) if self.current else None
        if widget is not None and (widget.hasFocus() or widget.isAncestorOf(widget.window().focusWidget() or self)):
            self._hidden = self.current
            self._bringing.start()

    def _typing(self, text: str) -> None:
        self._held = None
        self.typed.emit()
        self._reveal_entered()
        if self.current:
            self._reveal(self.current)  # it may have been scrolled out of sight
            self.footer.show_answer(understood(self.entry, self.entry.form.field(self.current), text))

    def _scrolled(self, place: int) -> None:
        tops = [section.y() for section in self.sections]
        if not any(tops):
            return  # not laid out yet
        here = max((n for n, top in enumerate(tops) if top <= place + 60), default=0)
        self.tabs.show_current(self._section_in_hand(here))

    def _section_in_hand(self, here: int) -> int:
        """Return the section of the field one is in while that is in sight, else the one scrolled to."""
        own = self._section_of(self.current) if self.current else -1
        widget = self.widget_at(self.current) if own >= 0 else None
        return own if widget is not None and not widget.visibleRegion().isEmpty() else here

    def show_section(self, number: int) -> None:
        """Bring a section to the top and go to its first field."""
        self._fill_to(len(self.sections))
        self.area.widget().layout().activate()  # type: ignore[union-attr]  # made in _page
        section = self.sections[number]
        self.area.verticalScrollBar().setValue(section.y())
        self.tabs.show_current(number)

    def widget_at(self, path: str) -> QWidget | None:
        """Return the input of a path: a field's, or the table of a cell."""
        head, number = head_of(path), self._section_of(path)
        if number < 0:
            return None
        self._fill_to(number)
        rows = (row.input for row in self.sections[number].rows if row.path == head)
        tables = (table for table in self.sections[number].tables if table.table.id == head)
        return next(rows, None) or next(tables, None)

    def _section_of(self, path: str) -> int:
        """Return the number of the section that a path lies in, -1 for none."""
        return self._numbers.get(head_of(path), -1)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: FBT001  # Qt's signature
        """Let Tab find every field, also right after the form was opened."""
        self._fill_to(len(self.sections))
        return super().focusNextPrevChild(forward)

    def jump(self, path: str) -> bool:
        """Go to a field or a table's cell; False if the form has none such."""
        widget = self.widget_at(path)
        if widget is None:
            return False
        if isinstance(widget, TableEditor) and "/" in path:
            widget.select(path)
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.isActiveWindow():  # the field tells that it was entered once its window is in front
            self._entered(path if isinstance(widget, TableEditor) else head_of(path))
        self._reveal(path)
        return True

    def go_on(self, path: str) -> bool:
        """Go to a field as it was when work ended, half typed or not; False if the form has none such."""
        half = self.entry.draft.half_typed.get(path) if path == self.entry.opened.focus else None
        if not self.jump(path):
            return False
        widget = self.widget_at(path)
        if half is not None and isinstance(widget, Input | TableEditor):
            widget.go_on(half)
        return True

    def start(self) -> None:
        """Go to the first field that can be typed into, or to where the cursor was when the draft was kept."""
        if self.entry.opened.focus and self.go_on(self.entry.opened.focus):
            return
        first = next((r for s in self.sections for r in s.rows if not self.entry.locked(r.path)), None)
        if first is not None:
            self.jump(first.path)
        elif self.sections and self.sections[0].tables:
            self.sections[0].tables[0].setFocus()

    def commit(self) -> None:
        """Give what is being typed to the draft."""
        for section in self.sections:
            section.commit()
