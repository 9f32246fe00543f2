"""What is chosen on a page that is not one of records: a term and an indicator, a step, a sheet, a record's past."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pairing_desktop.ui.assess_page import AssessPage
    from pairing_desktop.ui.history_page import HistoryPage
    from pairing_desktop.ui.submit_page import SubmitPage
    from pairing_desktop.ui.summary_page import SummaryPage


ALL = "/"
"""In the history all records, not the past of one."""


def of(name: str, page: object) -> str:
    """Return what is chosen on the page of this name, "" where there is nothing to choose."""
    return _WAYS[name][0](page) if name in _WAYS else ""


def go_on(name: str, page: object, spot: str) -> None:
    """Choose it again; what is no longer there is passed over."""
    if name in _WAYS and spot:
        _WAYS[name][1](page, spot)


def _assessed(page: "AssessPage") -> str:
    return f"{page.term}/{page.table.current() or ''}"


def _assess(page: "AssessPage", spot: str) -> None:
    """Choose the term and the indicator again; what was half typed stands as it was typed."""
    term, _, number = spot.partition("/")
    page.show_term(next((one for one in page.terms if one == term), page.term))
    if page.opened is None:
        page.refresh()
    page.table.choose(number)
    lines = {page.pane.path(name): line for name, line in page.pane.inputs.items()}
    lines |= {"bonus": page.totals.bonus, "deduction": page.totals.deduction}
    for path, text in (page.opened.draft.half_typed if page.opened is not None else {}).items():
        if path in lines:
            lines[path].setText(text)


def _step(page: "SubmitPage") -> str:
    return page.step


def _take_step(page: "SubmitPage", spot: str) -> None:
    page.show_step(spot)


def _sheet(page: "SummaryPage") -> str:
    return page.sheet


def _show_sheet(page: "SummaryPage", spot: str) -> None:
    if spot in page.places:
        page.show_sheet(spot)


def _record(page: "HistoryPage") -> str:
    return f"{page.record.form}/{page.record.key}" if page.record is not None else ALL


def _show_record(page: "HistoryPage", spot: str) -> None:
    form, _, key = spot.partition("/")
    if spot == ALL:
        page.find_again()
    else:
        page.show_key(form, key, page.label_of(key))


_WAYS: dict[str, tuple[Callable[[Any], str], Callable[[Any, str], None]]] = {
    "assess": (_assessed, _assess), "submit": (_step, _take_step), "summary": (_sheet, _show_sheet),
    "history": (_record, _show_record),
}
