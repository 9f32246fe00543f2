"""Where one is within a page: the tabs that are chosen, the rows that are current, how far it is scrolled.

Parts are known by what they are called; what a page has no more is passed over.
"""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractScrollArea, QPushButton, QScrollBar, QWidget

from pairing_desktop.ui.rows import RowsTable

SETTLES = 2000
"""Milliseconds within which a page that is shown again has all that it shows, and with it its length."""

FOLLOWED = "spot"
"""The property of a part that is followed."""

Spot = dict[str, object]


def of(page: QWidget) -> Spot:
    """Return where one is within a page."""
    areas = list(_areas(page))
    return {
        "tabs": [tab.text() for tab in _tabs(page) if tab.isChecked()],
        "rows": {area.accessibleName(): area.currentIndex().row() for area in areas if isinstance(area, RowsTable)},
        "scrolled": {area.accessibleName(): place for area in areas if (place := area.verticalScrollBar().value())},
    }


def show(page: QWidget, spot: Spot) -> None:
    """Go there again; a tab may bring further tabs."""
    wanted = _list(spot.get("tabs"))
    while (tab := next((t for t in _tabs(page) if t.text() in wanted and not t.isChecked()), None)) is not None:
        wanted.remove(tab.text())
        tab.click()
    rows, scrolled = _places(spot.get("rows")), _places(spot.get("scrolled"))
    for area in _areas(page):
        name = area.accessibleName()
        if isinstance(area, RowsTable) and 0 <= rows.get(name, -1) < area.rows.rowCount():
            area.selectRow(rows[name])
        scroll(area.verticalScrollBar(), scrolled.get(name, 0))


def scroll(bar: QScrollBar, place: int) -> None:
    """Scroll so far, as soon as there is so much to be scrolled."""
    bar.setValue(place)
    if bar.value() == place:
        return

    def longer(_least: int, most: int) -> None:
        if most >= place:
            bar.setValue(place)

    bar.rangeChanged.connect(longer)
    QTimer.singleShot(SETTLES, bar, lambda: bar.rangeChanged.disconnect(longer))


def follow(page: QWidget, moved: Callable[[], object]) -> None:
    """Be told when one moves within the page; parts that are made later are followed at the next call."""
    for tab in _tabs(page):
        if _first(tab):
            tab.toggled.connect(lambda _on: moved())
    for area in _areas(page):
        if _first(area):
            follow_bar(area, moved)
            if isinstance(area, RowsTable):
                area.picked.connect(lambda _what: moved())


def follow_bar(area: QAbstractScrollArea, moved: Callable[[], object]) -> None:
    """Be told when a part is scrolled."""
    area.verticalScrollBar().valueChanged.connect(lambda _place: moved())


def _first(part: QWidget) -> bool:
    known = bool(part.property(FOLLOWED))
    part.setProperty(FOLLOWED, True)
    return not known


def _tabs(page: QWidget) -> Iterator[QPushButton]:
    for tab in page.findChildren(QPushButton):
        if tab.isCheckable() and tab.property("kind") == "segment" and tab.isVisibleTo(page):
            yield tab


def _areas(page: QWidget) -> Iterator[QAbstractScrollArea]:
    for area in page.findChildren(QAbstractScrollArea):
        if area.accessibleName() and area.isVisibleTo(page):
            yield area


def _list(found: object) -> list[str]:
    return [str(one) for one in found] if isinstance(found, list) else []


def _places(found: object) -> dict[str, int]:
    return {str(name): int(place) for name, place in found.items()} if isinstance(found, dict) else {}
