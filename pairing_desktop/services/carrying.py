"""Opening a quarter from an earlier one (结转上期): what is made, what stays, what is cleared; and taking it back.

Registers and events live on by themselves: parks, projects, people need no carrying. What a quarter needs anew are its
sheets, one for each park or project that goes on: fields that carry come along, what belongs to the period (flows,
events, words; across a year the year's own figures) stays blank, and nothing that was already begun is touched.
Explanations never come along; ``suggestion`` offers the old words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pairing_desktop.errors import trouble
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import entering, locking, scope
from pairing_desktop.services.lookup import Entry, Snapshot
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.formspec.definition import Field, Form
    from pairing_desktop.formspec.draft import Draft
    from pairing_desktop.formspec.finding import Finding
    from pairing_desktop.store.records import Record

MARK = "结转自"


class Sheet(Struct, frozen=True):
    """A sheet that carrying makes. ``carried`` and ``cleared`` name its fields."""

    form: str
    title: str
    subject: str
    label: str
    carried: tuple[str, ...]
    cleared: tuple[str, ...]


class Kept(Struct, frozen=True):
    """Records of a form that live on without carrying; ``over`` counts those that ended (办结)."""

    form: str
    title: str
    records: int
    over: int = 0


class Plan(Struct, frozen=True):
    """What carrying would do. ``begun`` are sheets already there; ``ended`` those whose subject goes on no more.

    ``passed_over`` are later quarters that are filled as well: what they say is newer.
    """

    source: str
    target: str
    sheets: tuple[Sheet, ...]
    begun: tuple[str, ...]
    ended: tuple[str, ...]
    kept: tuple[Kept, ...]
    passed_over: tuple[str, ...] = ()


class Carried(Struct, frozen=True):
    """What carrying made: keys of the new sheets."""

    source: str
    target: str
    keys: tuple[str, ...]


class Undone(Struct, frozen=True):
    """What taking back removed, and the labels of sheets that stay because somebody worked on them."""

    removed: int
    kept: tuple[str, ...]


def preview(ws: Workspace, *, source: str, target: str) -> Plan:
    """Return what carrying from one quarter to a later one would do; writes nothing.

    Trouble: no quarters of the programme, not in order, nothing filled in the earlier one.
    """
    _require(ws, source, target)
    before, after = Snapshot(ws, source, whole=True), Snapshot(ws, target, whole=True)
    forms = [form for form in ws.forms if form.kind == "quarterly"]
    sheets: list[Sheet] = []
    begun: list[str] = []
    ended: list[str] = []
    found = 0
    for form in forms:
        going = {key for key, _ in scope.subjects(ws, form, after)}
        there = {entry.subject for entry in after.entries(form.id, target)}
        for entry in before.entries(form.id, source):
            found += 1
            label = f"{form.short}：{before.name(form.id, entry)}" if entry.subject else form.short
            if entry.subject in there:
                begun.append(label)
            elif entry.subject not in going:
                ended.append(label)
            else:
                sheets.append(_sheet(form, entry, label, new_year=_new_year(source, target)))
    if not found:
        raise trouble("carrying.nothing", quarter=_title(source))
    passed_over = tuple(quarter for quarter in sources(ws, target) if quarter > source)
    return Plan(source, target, tuple(sheets), tuple(begun), tuple(ended), tuple(_kept(ws, after)), passed_over)


def _require(ws: Workspace, source: str, target: str) -> None:
    for quarter in (source, target):
        scope.require_quarter(ws, quarter)
    if source >= target:
        raise trouble("carrying.order", source=_title(source), target=_title(target))


def _title(quarter: str) -> str:
    from pairing_desktop.formspec import period as periods

    return periods.title(quarter)


def _new_year(source: str, target: str) -> bool:
    return source[:4] != target[:4]


def _sheet(form: Form, entry: Entry, label: str, *, new_year: bool) -> Sheet:
    """Return what would come along of a sheet, and which filled fields and columns would not."""
    values = entry.payload.get("values", {})
    carried: list[str] = []
    cleared: list[str] = []
    for field in form.fields:
        if field.id in values and not (field.compute and not field.compute_when):
            comes = field.carries(new_year=new_year)
            (carried if comes else cleared).append(field.plain_label)
            cleared += _columns(field, values[field.id], new_year=new_year) if comes else ()
    return Sheet(form.id, form.short, entry.subject, label, tuple(carried), tuple(cleared))


def _columns(table: Field, rows: Any, *, new_year: bool) -> Iterator[str]:  # noqa: ANN401  # a stored value
    """Yield a carried table's filled columns that do not come along."""
    for column in table.columns:
        if not column.carries(new_year=new_year) and any(column.id in row.get("values", {}) for row in rows):
            yield f"{table.plain_label}的{column.plain_label}"


def _kept(ws: Workspace, after: Snapshot) -> Iterator[Kept]:
    for form in ws.catalogue.forms:
        if form.kind in ("register", "event"):
            entries = after.entries(form.id)
            over = sum(scope.closed(form, e, after) for e in entries) if form.kind == "event" else 0
            if entries:
                yield Kept(form.id, form.short, len(entries), over)


def carry(ws: Workspace, *, source: str, target: str, progress: Progress = silent) -> Carried:
    """Make the sheets that ``preview`` tells of: all of them or, on any trouble or when cancelled, none.

    Trouble: as ``preview``; the quarter is locked; the file is only read.
    """
    ws.writable()
    plan = preview(ws, source=source, target=target)
    for form in {sheet.form for sheet in plan.sheets}:
        lock = locking.of(ws, ws.catalogue.form(form), "", target, label=_title(target))
        if lock.locked or lock.needs_reason:
            raise trouble("carrying.locked", quarter=_title(target), why=lock.locked or "已经报送")
    before = Snapshot(ws, source, whole=True)
    drafts, made = [_carried(ws, sheet, before, source, target) for sheet in plan.sheets], []
    with ws.store.begin() as tx:
        for place, draft in enumerate(drafts):
            progress("结转上期", place, len(drafts))
            made.append(entering.save_among(ws, tx, draft, f"{MARK}{_title(source)}").key)
    return Carried(source, target, tuple(made))


def _carried(ws: Workspace, sheet: Sheet, before: Snapshot, source: str, target: str) -> Draft:
    opened = entering.open_record(ws, form=sheet.form, quarter=target, subject=sheet.subject)
    earlier = before.sheet(sheet.form, sheet.subject, source)
    if earlier is not None:
        opened.draft.carry(earlier.payload, new_year=_new_year(source, target))
    return opened.draft


def carried(ws: Workspace, target: str) -> tuple[Record, ...]:
    """Return the quarter's sheets that were made by carrying and not touched since."""
    from pairing_desktop.store import records

    found = []
    with ws.store.reading() as conn:
        for form in ws.catalogue.forms:
            if form.kind == "quarterly":
                for record in records.select(conn, form=form.id, period=target):
                    first = records.revision(conn, record.key, record.revision)
                    if record.revision == 1 and first is not None and first.why.startswith(MARK):
                        found.append(record)
    return tuple(found)


def undo(ws: Workspace, target: str) -> Undone:
    """Take back what was carried into a quarter; sheets that somebody worked on since stay and are named."""
    from pairing_desktop.store import records

    ws.writable()
    scope.require_quarter(ws, target)
    untouched = carried(ws, target)
    with ws.store.reading() as conn:
        worked = [record.label for form in ws.catalogue.forms if form.kind == "quarterly"
                  for record in records.select(conn, form=form.id, period=target)
                  if record.revision > 1 and _first_why(conn, record).startswith(MARK)]
    for record in untouched:
        entering.delete(ws, record.key, why=f"撤销结转到{_title(target)}")
    return Undone(len(untouched), tuple(worked))


def _first_why(conn: Connection, record: Record) -> str:
    from pairing_desktop.store import records

    first = records.revision(conn, record.key, 1)
    return first.why if first else ""


def offered(ws: Workspace, target: str) -> str:
    """Return the quarter that could be carried into an untouched one, "" when there is nothing to offer."""
    from pairing_desktop.formspec import period as periods
    from pairing_desktop.store import drafts, records

    forms = {form.id for form in ws.forms if form.kind == "quarterly"}
    source = periods.previous(target)
    if int(source[:4]) not in ws.about.years:
        return ""
    with ws.store.glancing() as conn:  # a window that was just opened has not loaded SQLAlchemy yet
        there, before = (forms & records.counts(conn, period=quarter).keys() for quarter in (target, source))
        begun = any(draft.period == target and draft.form in forms for draft in drafts.drafts(conn))
    return source if before and not there and not begun else ""


def sources(ws: Workspace, target: str) -> tuple[str, ...]:
    """Return the earlier quarters of the programme in which a sheet was filled in, the latest first."""
    from pairing_desktop.store import records

    forms = {form.id for form in ws.forms if form.kind == "quarterly"}
    quarters = [f"{year}Q{number}" for year in sorted(ws.about.years, reverse=True) for number in (4, 3, 2, 1)]
    with ws.store.reading() as conn:
        return tuple(q for q in quarters if q < target and forms & records.counts(conn, period=q).keys())


class Suggested(Struct, frozen=True):
    """A query that waits for words, and those that were said to it before its quarter."""

    finding: Finding
    text: str


def suggestion(ws: Workspace, finding: Finding, quarter: str, snapshot: Snapshot | None = None) -> str:
    """Return what was said to the same finding before this quarter: words to start from, never an answer."""
    from pairing_desktop.formspec import period as periods
    from pairing_desktop.services import answers

    form = ws.catalogue.form(finding.form) if finding.form in ws.catalogue else None
    if form is None or not finding.record or form.kind != "quarterly":
        return answers.earlier(answers.given(ws), finding)
    snapshot = snapshot or Snapshot(ws, quarter)
    entry = snapshot.entry(finding.record)
    sheet = snapshot.sheet(form.id, entry.subject, periods.previous(quarter)) if entry else None
    return answers.earlier(answers.given(ws), finding, sheet=sheet.key) if sheet else ""


def suggestions(ws: Workspace, findings: Iterable[Finding], quarter: str) -> tuple[Suggested, ...]:
    """Return the queries that wait for words and have some of before, in order; a waiver needs consent each time."""
    from pairing_desktop.services import answers

    if not answers.given(ws).explanations:
        return ()
    snapshot = Snapshot(ws, quarter)
    waiting = [f for f in findings if f.level == "query" and not f.explanation]
    found = (Suggested(f, suggestion(ws, f, quarter, snapshot)) for f in waiting)
    return tuple(one for one in found if one.text)
