"""An assessment's figures drawn from the year's records, each with the records behind it.

Figures of quarterly sheets are those of each subject's last sheet of the year (they are entered as the year to date),
events count up to that quarter's end.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pairing_desktop.services.assessing_set import indicator_set
from pairing_desktop.services.lookup import Entry, Snapshot, happened
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.indicators import Draw, Term
    from pairing_desktop.formspec.indicators_drawing import Figure, Taken
    from pairing_desktop.formspec.indicators_loading import Bound
    from pairing_desktop.formspec.values import Value


class Behind(Struct, frozen=True):
    """A record behind a figure. ``left_out`` says why it does not count, "" when it does."""

    form: str
    key: str
    label: str
    value: str
    left_out: str = ""


def as_of(ws: Workspace, year: int) -> str:
    """Return the last quarter of a year for which any sheet was filled in; its last quarter when none was."""
    from pairing_desktop.store import records

    forms = [form.id for form in ws.catalogue.forms if form.kind == "quarterly"]
    with ws.store.reading() as conn:
        for quarter in (f"{year}Q{number}" for number in (4, 3, 2, 1)):
            if any(records.select(conn, form=form, period=quarter) for form in forms):
                return quarter
    return f"{year}Q4"


class Drawing:
    """Draws the figures of a term's set from one view of the data file."""

    def __init__(self, ws: Workspace, year: int, term: Term = "年度") -> None:
        from pairing_desktop.formspec import indicators_loading

        self.ws, self.year, self.term = ws, year, term
        self.set = indicator_set(ws, term)
        self.quarter = as_of(ws, year)
        self.snapshot = Snapshot(ws, self.quarter, whole=True)
        self._bound: dict[str, Bound] = {b.indicator.id: b for b in indicators_loading.bind(self.set, ws.catalogue)}
        self._figures: dict[str, Figure] = {}

    def figure(self, number: str) -> Figure | None:
        """Return an indicator's figure, None when it is not drawn from records."""
        from pairing_desktop.formspec import indicators_drawing

        bound = self._bound.get(number)
        if bound is None or bound.actual is None:
            return None
        if number not in self._figures:
            self._figures[number] = indicators_drawing.draw(bound, self._candidates, self.snapshot,
                                                            quarter=self.quarter, today=self.ws.today)
        return self._figures[number]

    def behind(self, number: str) -> tuple[Behind, ...]:
        """Return the records behind an indicator's figure, each once."""
        figure = self.figure(number)
        found: dict[str, Behind] = {}
        for taken in figure.taken if figure else ():
            own, before = self._behind(taken), found.get(taken.record.key)
            if before and own.value and own.value != before.value:  # one record in two draws
                own = replace(own, value=f"{before.value}；{own.value}" if before.value else own.value)
            found[own.key] = before if before and not own.value else own
        return tuple(found.values())

    def _behind(self, taken: Taken) -> Behind:
        from pairing_desktop.formspec import period as periods

        form = self.ws.catalogue.form(taken.form)
        entry = self.snapshot.entry(taken.record.key)
        name = self.snapshot.name(form.id, entry) if entry else ""
        when = periods.title(taken.record.period) if taken.record.period else ""
        label = " ".join(dict.fromkeys(word for word in (name, when) if word)) or form.short
        figure = isinstance(taken.value, int | Decimal) and not isinstance(taken.value, bool)
        return Behind(form.id, taken.record.key, f"{form.short}：{label}", _shown(taken.value) if figure else "",
                      taken.left_out)

    def _candidates(self, draw: Draw) -> Sequence[Entry]:
        form = self.ws.catalogue.form(draw.form)
        if form.kind == "quarterly":
            return self._sheets(draw)
        if form.kind == "yearly":
            return self.snapshot.entries(form.id, str(self.year))
        return [e for e in self.snapshot.entries(form.id) if happened(form, e.payload, self.quarter)]

    def _sheets(self, draw: Draw) -> Sequence[Entry]:
        """Return the last sheet of each subject, of the year or of each year of the term."""
        years = [self.year]
        if self.term == "三年":
            years = [y for y in sorted(self.ws.about.years) if y <= self.year]
        found: dict[tuple[str, int], Entry] = {}
        for year in years:
            for number in (1, 2, 3, 4):
                quarter = f"{year}Q{number}"
                if quarter <= self.quarter:
                    for entry in self.snapshot.entries(draw.form, quarter):
                        found[entry.subject, year if draw.each_year else 0] = entry
        return list(found.values())


def _shown(value: Value) -> str:
    """Return a figure as people read it."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return "" if value is None else str(value)
