"""A quarter's state above, its counts and marks at the left, its findings below: kept current while one types."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pairing_desktop.formspec.period import is_quarter
from pairing_desktop.services import listing, starting
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.carry_offer import CarryOffer
from pairing_desktop.ui.entry_page import EntryPage
from pairing_desktop.ui.navigation import Navigation, paired
from pairing_desktop.ui.status_bar import StatusBar
from pairing_desktop.ui.top_bar import TopBar

if TYPE_CHECKING:
    from pairing_desktop.services.standing import QuarterState


def quarters(ws: Workspace) -> "Sequence[QuarterState]":
    """Return the quarters of the programme and where each stands, the latest first."""
    from pairing_desktop.services import standing

    return standing.quarters(ws)


def first_quarter(ws: Workspace, left: str) -> str:
    """Return the quarter a file was last left at, or the latest in which anything was filled in."""
    if is_quarter(left) and int(left[:4]) in ws.about.years:
        return left
    states = quarters(ws)
    return next((s.quarter for s in states if s.code != "empty"), states[0].quarter)


class QuarterCounts:
    """What was counted last; the page with the open record adds what is typed and not saved yet."""

    def __init__(self, workspace: Workspace, navigation: Navigation, top: TopBar, status: StatusBar,
                 offer: CarryOffer) -> None:
        self._offer = offer
        self._workspace, self._navigation, self._top, self._status = workspace, navigation, top, status
        self._counts: dict[str, listing.Count] = {}
        self._passed = "empty"
        self._checked = False
        self._typed = False

    def of(self, form: str) -> listing.Count | None:
        """Return what was counted of a form, None while nothing was."""
        return self._counts.get(form)

    def show_state(self, quarter: str) -> None:
        """Show where a quarter stands, how near its last day is, and what can be carried into it."""
        from pairing_desktop.services import deadlines, standing

        self._top.show_state(standing.state(self._workspace, quarter))
        self._top.show_due(deadlines.due(self._workspace, quarter))
        self._offer.show(quarter)

    def refresh(self, quarter: str, page: EntryPage | None) -> None:
        """Count again and show it, and with whom we are paired."""
        from pairing_desktop.services import checking

        self._navigation.show_detail(paired(self._workspace.about))
        self._counts = listing.counts(self._workspace, quarter)
        last = checking.last_check(self._workspace, quarter)
        self._passed = "empty" if last.stale else "ok"
        self._checked = last.at is not None
        self._show(page)

    def _show(self, page: EntryPage | None) -> None:
        """Show the counts, with the open record as it is typed."""
        counts = dict(self._counts)
        if page is not None and page.form.id in counts:
            counts[page.form.id] = page.counted(counts[page.form.id])
        shown = {name: (str(c.records), c.mark) for name, c in counts.items()}
        shown["assess"] = shown.get("assessment", ("", ""))
        here = [count for count in counts.values() if not count.apart]
        waiting = sum(count.errors + count.unexplained for count in here)
        errors = any(count.errors for count in here)
        shown["submit"] = (str(waiting) if waiting else "", "error" if errors else "query" if waiting else self._passed)
        self._navigation.show_counts(shown)
        typing = page is not None and page.typing and page.form.id != starting.BUREAU  # which begins no quarter
        self._top.show_typed(typing=typing, errors=errors, waiting=bool(waiting))
        if page is not None:
            page.list.show_counts(counts.get(page.form.id))

    def _apart(self) -> str:
        """Return what is wrong with sheets that go with another quarter, "" for nothing."""
        bad = [(form, count) for form, count in self._counts.items() if count.apart and count.errors]
        return " ・ ".join(f"{self._workspace.catalogue.form(form).short} 强制 {count.errors}" for form, count in bad)

    def show_findings(self, page: EntryPage | None) -> None:
        """Show the open record's findings in the status line, those of the whole quarter where none is open."""
        typing = page is not None and page.typing
        if self._counts and (typing or self._typed):
            self._show(page)
            self._typed = typing
        if page is None:
            here = [count for count in self._counts.values() if not count.apart]
            errors, queries = sum(c.errors for c in here), sum(c.unexplained for c in here)
            self._status.show_findings("本季各表", errors, queries, checked=self._checked, others=self._apart())
            return
        waiting = [f for f in page.found.of("form") if not f.explanation and not f.waiver]
        errors = sum(f.level == "error" for f in waiting)
        self._status.show_findings("本表", errors, len(waiting) - errors, checked=self._checked)
