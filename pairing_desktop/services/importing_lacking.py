"""What a sheet says nowhere and every record needs: the county, the year, the park that a quarterly sheet is of.

It is typed once for all rows of the sheet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.errors import Trouble, problem
from pairing_desktop.services import choosing, importing, listing, starting
from pairing_desktop.services import importing_quarters as quarters
from pairing_desktop.services import importing_ways as ways
from pairing_desktop.services.importing_alike import year_of
from pairing_desktop.services.importing_columns import year_of_figures
from pairing_desktop.services.importing_plan import SUBJECT, TICKED, Layout, Target
from pairing_desktop.services.importing_shown import label_of
from pairing_desktop.services.importing_within import table_of

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Field, Form
    from pairing_desktop.formspec.values import Value
    from pairing_desktop.services.importing import Source
    from pairing_desktop.services.importing_references import References
    from pairing_desktop.services.importing_ways import Seen
    from pairing_desktop.services.workspace import Workspace

FEW = 8
"""Records that a box names to choose from."""
_LAST_YEAR = re.compile("上一?年|去年")
"""Heads' figures of the year before the title's: 上年度营业收入."""


class Lacking(Struct, frozen=True):
    """A field that must be filled and has no column: its target, and what it is likely to be in every row."""

    target: Target
    text: str = ""
    choices: tuple[str, ...] = ()
    """What it may be, where that is chosen."""


def lacking(ws: Workspace, source: Source, layout: Layout, *, form: str) -> tuple[Lacking, ...]:
    """Return what the sheet says nowhere and every record, or row of a sub-table, needs.

    A county's own table of firms never names the county: it is filled in beforehand, no other field's is.
    """
    spec = listing.form_of(ws, form)
    wanted = importing.targets_of(ws, form)
    first = ways.seen(importing.sheet_of(source, layout.sheet), wanted, layout.way, layout.head)
    year = _year(source, layout, first)
    own = starting.own_county(spec)
    found = [_subject(ws, spec, first)] if spec.subject and SUBJECT not in layout.targets else []
    for field in spec.fields:
        yearly = year_of_figures(field)
        if field.id in layout.targets or field.computed or field.type in ("table", "attachment"):
            continue
        figure = field.is_number and spec.kind == "quarterly"  # no two records have the same
        if yearly or (field.required and not field.default and not figure):
            text = ws.about.county_name if field.id == own else year if yearly else ""
            found.append(_lacking(spec, field.id, field, text))
    read = {table_of(target) for target in layout.targets}
    headed = {table_of(c.target) for c in layout.columns if c.row}  # the head says what their rows are called
    for table in spec.tables:
        for column in table.columns if table.id in read else ():
            given = any(name.partition(TICKED)[0] == f"{table.id}.{column.id}" for name in layout.targets)
            if column.required and not (given or column.default or column.computed) and (
                    table.id not in headed or column is not table.columns[0]):
                found.append(_lacking(spec, f"{table.id}.{column.id}", column))
    return tuple(found)


def _lacking(form: Form, name: str, field: Field, text: str = "") -> Lacking:
    return Lacking(Target(name, label_of(form, name), field.unit), text, tuple(c.label for c in field.choices))


def _subject(ws: Workspace, form: Form, first: Seen) -> Lacking:
    """Return which record the sheet hangs on: the one that its title names."""
    label = ws.catalogue.form(form.subject).short
    known = [one.label for one in choosing.choices(ws, form.subject, limit=choosing.OPTIONS)]
    title = "".join([*quarters.lines_above(first.sheet, first.head), first.sheet.name])
    named = [one for one in known if one in title]
    best = max(named, key=len, default="")
    return Lacking(Target(SUBJECT, label), best if all(one in best for one in named) else "", tuple(known[:FEW]))


def _year(source: Source, layout: Layout, first: Seen) -> str:
    """Return the year that the heads of what is read, the title or the file's name tell, "" for none."""
    read = [c.head for c in layout.columns if c.target]
    own = max(map(year_of, read), default="")
    above = quarters.year_above(first.sheet, first.head, source.path.stem)
    return own or (str(int(above) - 1) if above and any(map(_LAST_YEAR.search, read)) else above)


def said(ws: Workspace, form: Form, given: Mapping[str, str]) -> dict[str, str]:
    """Return what is typed once, by label."""
    subject = ws.catalogue.form(form.subject).short if form.subject else ""
    return {subject if name == SUBJECT else label_of(form, name): text for name, text in given.items()}


def understood(ws: Workspace, form: Form, given: Mapping[str, str], references: References, quarter: str,
               ) -> tuple[dict[str, Value], str]:
    """Return the values of typed text, and the record that all hangs on; Trouble names all that is not understood."""
    from pairing_desktop.formspec.values import NotUnderstood

    values: dict[str, Value] = {}
    refused = []
    for (name, text), label in zip(given.items(), said(ws, form, given), strict=True):
        field = None if name == SUBJECT else form.field(name)
        record = form.subject if field is None else field.form
        try:
            answer = (references.find(record, text.strip()) if field is None or field.type == "reference"
                      else field.converter.parse(text, period=quarter))
        except NotUnderstood as told:
            refused.append(problem("importing.given", label=label, why=told.message))
        else:
            values[name] = answer.value
    if refused:
        raise Trouble(*refused)
    subject = str(values.pop(SUBJECT, None) or "")
    return {name: value for name, value in values.items() if value is not None}, subject
