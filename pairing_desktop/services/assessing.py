"""The yearly assessment (考核评价): the form filled by its indicator set, scored, and what it still lacks.

What was drawn from records stays beside what the clerk fills in, and a rule asks when the two differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.formspec.indicators import THREE_YEARS, YEARLY
from pairing_desktop.services import entering
from pairing_desktop.services.assessing_drawing import Behind, Drawing
from pairing_desktop.services.assessing_set import indicator_set, own_sets
from pairing_desktop.services.lookup import Snapshot
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.draft import Draft as Typing
    from pairing_desktop.formspec.indicators import Indicator, IndicatorSet, Term
    from pairing_desktop.formspec.values import Value

FORM = "assessment"
TABLE = "indicators"
BY_HAND = "定性"


class Line(Struct, frozen=True):
    """One indicator as it stands; figures as shown, "" for blank."""

    number: str
    level1: str
    level2: str
    label: str
    nature: str
    unit: str
    weight: str
    target: str
    wanted: str
    actual: str
    drawn: str
    score: str
    rating: str
    done: str
    reason: str
    measures: str
    evidence: str
    needed: str
    records: tuple[Behind, ...]
    by_records: bool
    """Whether the set draws the figure from records."""
    missed: bool
    """Below its full score."""

    @property
    def lacking(self) -> tuple[str, ...]:
        """Return what is still owed, in the words of the form."""
        owed = []
        if self.nature != BY_HAND and not self.actual:
            owed.append("完成值")
        if self.nature == BY_HAND:
            owed += [word for word, text in (("自评得分", self.score), ("完成情况", self.done)) if not text]
        if self.missed:
            owed += [word for word, text in (("未达标原因", self.reason), ("改进措施", self.measures)) if not text]
        if not self.evidence and any(digit in "123456789" for digit in self.score):
            owed.append("佐证材料")
        return tuple(owed)


class Assessment(Struct, frozen=True):
    """A year's assessment as it stands. ``key`` is "" while nothing was saved."""

    key: str
    year: int
    term: Term
    as_of: str
    indicator_set: str
    example: bool
    lines: tuple[Line, ...]
    weight_total: Decimal
    score_total: Decimal
    bonus: Decimal
    deduction: Decimal
    total: Decimal
    grade: str
    """By the set's own bands, once everything is scored, else ""; the province announces the final one."""
    grades_source: str

    @property
    def missed(self) -> tuple[Line, ...]:
        """Return the indicators below their full score."""
        return tuple(line for line in self.lines if line.missed)


NEEDED = ("number", "level1", "level2", "indicator", "nature", "unit", "weight", "target", "actual", "score", "scoring",
          "recorded", "recorded_from", "rating", "wanted", "done", "reason", "measures", "needed", "evidence")
"""Columns of the form that this module fills and reads."""


def usable(ws: Workspace) -> bool:
    """Tell whether the data file's own form is one that an indicator set can fill: files keep the forms they have."""
    if FORM not in ws.catalogue:
        return False
    table = ws.catalogue.form(FORM).by_id.get(TABLE)
    return table is not None and set(NEEDED) <= table.column_by_id.keys()


def sheet_of(ws: Workspace, year: int, term: Term) -> entering.OpenRecord:
    """Open a year's form of a term: its own words tell the term, ``subject`` keeps the two apart.

    The yearly one stands by itself as any other sheet does; the other has its term's name, and so has a yearly one
    where an older file's only form is of three years.
    """
    saved = Snapshot(ws, "").entries(FORM, str(year))
    own = next((e for e in saved if e.payload.get("values", {}).get("term", YEARLY) == term), None)
    alone = term == YEARLY and all(e.subject for e in saved)
    return entering.open_record(ws, form=FORM, quarter=f"{year}Q4", key=own.key if own else None,
                                subject=own.subject if own else "" if alone else term)


def open_assessment(ws: Workspace, year: int, term: Term = YEARLY) -> entering.OpenRecord:
    """Open the year's form of a term; a new one is filled from the set, ready to be saved."""
    opened = sheet_of(ws, year, term)
    if not opened.draft.rows(TABLE) and not opened.locked:
        fill(ws, opened.draft, Drawing(ws, year, term))
    return opened


def begin(ws: Workspace, draft: Typing) -> None:
    """Let a new form begin with the set's indicators and figures, as other new records with their defaults.

    Forms that the set does not know leave it blank: nothing is drawn from what is not there.
    """
    term: Term = "三年" if draft.subject == THREE_YEARS else "年度"
    known = {form.id for form in ws.catalogue.forms}
    if usable(ws) and _read_by_set(ws, term) <= known:
        fill(ws, draft, Drawing(ws, int(draft.period[:4]), term))
        draft.mark_saved()


def _read_by_set(ws: Workspace, term: Term) -> set[str]:
    """Return the forms that the set in force draws from; the shipped one's are those of the shipped programme."""
    found = next((one for one in own_sets(ws) if one.term == term), None)
    return {draw.form for one in found.indicators for draw in one.draws} if found else {""}


def fill(ws: Workspace, draft: Typing, drawing: Drawing) -> list[str]:
    """Bring a form up to the set and the records, in one step of undo; return the numbers whose figure changed.

    A figure that the clerk changed by hand stays. Indicators that the set no longer has go, their words with them.
    """
    changed = []
    with draft.batch("按指标体系取数"):
        _head(ws, draft, drawing.set)
        rows = {str(draft.value(f"{TABLE}/{row}/number")): row for row in draft.rows(TABLE)}
        for place, one in enumerate(drawing.set.indicators):
            row = rows.pop(one.id, None) or draft.add_row(TABLE, place)
            path = f"{TABLE}/{row}"
            for name, text in _fixed(one).items():
                draft.type(f"{path}/{name}", text)
            if _draw(draft, path, drawing, one.id):
                changed.append(one.id)
        for row in rows.values():
            draft.remove_row(TABLE, row)
    return changed


def _fixed(one: Indicator) -> dict[str, str]:
    """Return what the set says of an indicator, by the form's columns."""
    return {"number": one.id, "level1": one.level1, "level2": one.level2, "indicator": one.label,
            "nature": one.nature, "unit": one.unit, "weight": one.weight, "target": one.target,
            "scoring": one.scoring, "wanted": one.wanted, "needed": one.evidence}


def outdated(draft: Typing, drawing: Drawing) -> tuple[str, ...]:
    """Return the numbers of indicators that the set or the records tell otherwise now than when last drawn."""
    columns = draft.form.by_id[TABLE].column_by_id
    rows = {str(draft.value(f"{TABLE}/{row}/number")): row for row in draft.rows(TABLE)}

    def differs(one: Indicator) -> bool:
        path = f"{TABLE}/{rows[one.id]}"
        figure = drawing.figure(one.id)
        drawn = figure.value if figure is not None else None
        return draft.value(f"{path}/recorded") != drawn or any(
            columns[name].converter.parse(text).value != draft.value(f"{path}/{name}")
            for name, text in _fixed(one).items())

    known = {one.id: one for one in drawing.set.indicators}
    gone = [number for number in rows if number not in known]
    return (*(n for n, one in known.items() if n not in rows or differs(one)), *gone)


def _head(ws: Workspace, draft: Typing, found: IndicatorSet) -> None:
    draft.type("indicator_set", found.title[:40])
    draft.type("term", found.term)
    if draft.value("pairing") is None:
        pairs = Snapshot(ws, "").entries("pairing")
        if len(pairs) == 1:
            draft.set("pairing", pairs[0].key)


def _draw(draft: Typing, path: str, drawing: Drawing, number: str) -> bool:
    """Put what the records give beside the figure; take it as the figure unless the clerk gave another."""
    from pairing_desktop.formspec import period as periods

    figure = drawing.figure(number)
    before, actual = draft.value(f"{path}/recorded"), draft.value(f"{path}/actual")
    if figure is None:
        draft.set(f"{path}/recorded", None)
        draft.type(f"{path}/recorded_from", "")
        return False
    draft.set(f"{path}/recorded", figure.value)
    draft.mark(f"{path}/recorded", qualifier=figure.qualifier)
    behind = [one for one in drawing.behind(number) if not one.left_out]
    forms = "、".join(dict.fromkeys(drawing.ws.catalogue.form(b.form).short for b in behind))
    draft.type(f"{path}/recorded_from", f"截至{periods.title(drawing.quarter)}，" +
               (f"{forms} {len(behind)} 条" if behind else "没有相应记录"))
    if actual is not None and actual != before:
        return False
    draft.set(f"{path}/actual", figure.value)
    draft.mark(f"{path}/actual", qualifier=figure.qualifier)
    return figure.value != before


def rate(ws: Workspace, draft: Typing, row: str, label: str) -> None:
    """Grade a 定性 indicator: its score follows, and can be changed afterwards."""
    found = indicator_set(ws, term_of(draft))
    indicator = found.indicator(str(draft.value(f"{TABLE}/{row}/number")))
    score = found.rated(indicator, label) if indicator else None
    with draft.together(f"评“{label}”"):
        draft.type(f"{TABLE}/{row}/rating", label)
        if score is not None:
            draft.set(f"{TABLE}/{row}/score", score)


def term_of(draft: Typing) -> Term:
    """Return what a form assesses by its own words."""
    return "三年" if draft.value("term") == THREE_YEARS else "年度"


def look(ws: Workspace, year: int, term: Term = YEARLY, *, draft: Typing | None = None,
         drawing: Drawing | None = None) -> Assessment:
    """Return a year's assessment as it stands: of a draft being typed, else as saved, else as it would begin."""
    drawing = drawing or Drawing(ws, year, term)
    key = draft.key or "" if draft else ""
    if draft is None:
        opened = sheet_of(ws, year, term)
        draft, key = opened.draft, opened.key if opened.revision else ""
        if not draft.rows(TABLE):
            fill(ws, draft, drawing)
    numbers = {name: _decimal(draft.value(name))
               for name in ("weight_total", "score_total", "bonus", "deduction", "total")}
    lines = tuple(_lines(draft, drawing))
    whole = bool(lines) and all(line.score for line in lines)
    return Assessment(key=key, year=year, term=drawing.term, as_of=drawing.quarter,
                      indicator_set=str(draft.value("indicator_set") or ""), example=drawing.set.example, lines=lines,
                      grade=drawing.set.grade(numbers["total"]) if whole else "",
                      grades_source=drawing.set.grades_source, **numbers)


def _decimal(value: Value) -> Decimal:
    return Decimal(value) if isinstance(value, int | Decimal) else Decimal(0)


def _lines(draft: Typing, drawing: Drawing) -> Iterable[Line]:
    for row in draft.rows(TABLE):
        def text(name: str, row: str = row) -> str:
            return draft.shown(f"{TABLE}/{row}/{name}")

        score, weight = draft.value(f"{TABLE}/{row}/score"), draft.value(f"{TABLE}/{row}/weight")
        missed = isinstance(score, int | Decimal) and isinstance(weight, int | Decimal) and score < weight
        number = text("number")
        yield Line(number=number, level1=text("level1"), level2=text("level2"), label=text("indicator"),
                   nature=text("nature"), unit=text("unit"), weight=text("weight"), target=text("target"),
                   wanted=text("wanted"), actual=text("actual"), drawn=text("recorded"), score=text("score"),
                   rating=text("rating"), done=text("done"), reason=text("reason"), measures=text("measures"),
                   evidence=text("evidence"), needed=text("needed"), records=drawing.behind(number),
                   by_records=drawing.figure(number) is not None, missed=bool(missed))
