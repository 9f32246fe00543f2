"""Lists, choices and the navigation's counts: pages out of the index, never a whole form."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from pairing_desktop.errors import trouble
from pairing_desktop.services import kept, naming, scope
from pairing_desktop.services.lookup import Snapshot, decode
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.formspec.rules import Finding
    from pairing_desktop.store.asking import Reader
    from pairing_desktop.store.drafts import SavedDraft
    from pairing_desktop.store.index import IndexRow

MARKS = ("error", "query", "explained", "ok", "empty")
"""What a list or the navigation shows: hard findings, queries to explain, all explained, clean, nothing there."""


class Line(Struct, frozen=True):
    """One record in a list: ``cells`` follow the columns asked for; ``key`` is "" for a sheet not begun yet."""

    key: str
    label: str
    cells: tuple[str, ...]
    mark: str  # one of MARKS
    subject: str = ""
    unsaved: bool = False  # a draft with typed text waits


class Page(Struct, frozen=True):
    """A page of a list. ``missing``: subjects (a park, a project) whose sheet of the quarter isn't begun yet."""

    total: int
    lines: tuple[Line, ...]
    missing: tuple[Line, ...] = ()


class Count(Struct, frozen=True):
    """A form in the navigation: ``unexplained`` queries wait for words; ``filled`` of ``expected`` sheets begun."""

    records: int
    errors: int = 0
    queries: int = 0
    unexplained: int = 0
    clean: int = 0  # checked records without an error or an unexplained query
    filled: int = 0
    expected: int = 0
    mark: str = "empty"  # one of MARKS
    apart: bool = False  # it goes with another quarter's packet: what is wrong with it stops this one not


def form_of(ws: Workspace, form: str) -> Form:
    """Return a form by id, or raise ``Trouble``."""
    try:
        return ws.catalogue.form(form)
    except KeyError:
        raise trouble("services.no_form", form=form) from None


FINDINGS = {"error": "强制", "query": "核实", "none": "无问题"}
"""What a list may be narrowed to by its records' findings."""

Place = tuple[float | None, str]
"""A value's place in order."""

Filters = Mapping[str, Collection[Place]]
"""By field: the values, as ``list_values`` tells them, any of which a record is to have."""


def list_records(ws: Workspace, form: str, *, quarter: str, find: str = "", filters: Filters | None = None,
                 sort: Sequence[tuple[str, bool]] = (), columns: Sequence[str] = (), subject: str = "",
                 finding: str = "", offset: int = 0, limit: int = 200) -> Page:
    """Return a page of a form's records, with the cells of ``columns`` (default: the form's list columns).

    ``sort`` is (field, descending) pairs, default the form's own. A quarterly form lists that quarter's sheets,
    registers and events list all. ``find`` is name, code, pinyin or initials; ``finding`` is of ``FINDINGS``.
    """
    from pairing_desktop.store import drafts, index

    spec = form_of(ws, form)
    chosen = tuple(columns) or spec.list.columns
    with ws.store.glancing() as conn:
        snapshot = Snapshot(ws, quarter, conn)
        found = index.page(conn, form, subject=subject, sort=tuple(sort) or own_order(spec), offset=offset,
                           limit=limit,
                           **narrowed(ws, conn, spec, quarter, find=find, filters=filters, finding=finding))
        waiting = {d.record: d for d in drafts.drafts(conn) if d.form == form}
        checked = kept.of(ws, quarter)
        lines = [_line(spec, row, chosen, snapshot, mark=_mark(checked, form, row.key), unsaved=row.key in waiting)
                 for row in found.rows]
        whole = not (offset or find or filters or finding)
        new = _new_lines(conn, spec, waiting, chosen, snapshot) if whole else []
        missing = _missing_lines(ws, spec, chosen, snapshot, new) if whole else []
    return Page(found.total + len(new), (*new, *lines), tuple(missing))


def order(ws: Workspace, form: str, *, quarter: str, find: str = "", filters: Filters | None = None,
          sort: Sequence[tuple[str, bool]] = (), finding: str = "",
          stretch: tuple[int, int] | None = None) -> Sequence[str]:
    """Return the keys of a whole list, or of a ``stretch`` of it (offset, length); ``lines`` then reads them."""
    from pairing_desktop.store import index

    spec = form_of(ws, form)
    part: dict[str, Any] = {"offset": stretch[0], "limit": stretch[1]} if stretch else {}
    with ws.store.glancing() as conn:
        return index.order(conn, form, sort=tuple(sort) or own_order(spec), **part,
                           **narrowed(ws, conn, spec, quarter, find=find, filters=filters, finding=finding))


def read_texts(ws: Workspace) -> None:
    """Read what a search will look through, in the background before one is asked."""
    with ws.store.glancing() as conn:
        ws.store.texts.follow(conn)


def lines(ws: Workspace, form: str, keys: Sequence[str], *, quarter: str, columns: Sequence[str]) -> tuple[Line, ...]:
    """Return the lines of these records, in this order; those deleted meanwhile are left out."""
    from pairing_desktop.store import drafts, index

    spec = form_of(ws, form)
    with ws.store.glancing() as conn:
        snapshot = Snapshot(ws, quarter, conn)
        waiting = {d.record for d in drafts.drafts(conn) if d.form == form}
        checked = kept.of(ws, quarter)
        return tuple(_line(spec, row, columns, snapshot, mark=_mark(checked, form, row.key), unsaved=row.key in waiting)
                     for row in index.rows(conn, keys))


def narrowed(ws: Workspace, conn: Reader, form: Form, quarter: str, *, find: str = "", filters: Filters | None = None,
             finding: str = "") -> dict[str, Any]:
    """Return which of a form's records are meant, as the index is asked for them."""
    asked: dict[str, Any] = {"period": naming.stored_period(form, quarter), "filters": filters,
                             "find": ws.store.texts.find(conn, form.id, find)}
    if finding:
        marks = {key: {mark_of([f]) for f in found}
                 for key, found in kept.of(ws, quarter).by_form.get(form.id, {}).items() if not key.startswith("+")}
        if finding == "none":
            asked["without"] = [key for key, found in marks.items() if found & {"error", "query"}]
        else:
            asked["among"] = [key for key, found in marks.items() if finding in found]
    return asked


def own_order(form: Form) -> tuple[tuple[str, bool], ...]:
    """Return how a form's records are sorted unless told otherwise."""
    name = form.list.sort
    return ((name.lstrip("-"), name.startswith("-")),) if name else ()


def _line(form: Form, row: IndexRow, columns: Sequence[str], snapshot: Snapshot, *, mark: str, unsaved: bool) -> Line:
    payload = decode(row.payload)
    name = naming.label(form, payload, subject=row.subject, period=row.period, resolve=snapshot.label)
    cells = tuple(naming.cell(form, payload, column, snapshot.label) for column in columns)
    return Line(row.key, name, cells, mark, row.subject, unsaved)


def _new_lines(conn: Reader, form: Form, waiting: Mapping[str, SavedDraft], columns: Sequence[str],
               snapshot: Snapshot) -> list[Line]:
    """Return the records that were typed and never saved, a power cut ago."""
    from pairing_desktop.store import records

    lines = []
    for draft in waiting.values():
        if form.kind in scope.SHEETS and draft.period != snapshot.quarter:
            continue
        if records.get(conn, draft.record) is None:
            payload = decode(draft.payload)
            name = naming.label(form, payload, subject=draft.subject, period=draft.period, resolve=snapshot.label)
            cells = tuple(naming.cell(form, payload, column, snapshot.label) for column in columns)
            lines.append(Line(draft.record, name, cells, "empty", draft.subject, unsaved=True))
    return lines


def _missing_lines(ws: Workspace, form: Form, columns: Sequence[str], snapshot: Snapshot,
                   new: Sequence[Line]) -> list[Line]:
    if form.kind != "quarterly" or form not in ws.forms:
        return []
    begun = {*(e.subject for e in snapshot.entries(form.id, snapshot.quarter)), *(line.subject for line in new)}
    blank = ("",) * max(len(columns) - 1, 0)
    return [Line("", name or form.short, ((name or form.short), *blank)[:len(columns)], "empty", key)
            for key, name in scope.subjects(ws, form, snapshot) if key not in begun]


def _mark(checked: kept.Kept, form: str, record: str) -> str:
    """Return a record's mark; what nobody has checked isn't clean."""
    findings = checked.by_form.get(form, {}).get(record, [])
    return mark_of(findings) if findings or checked.knows(form, record) else "empty"


def mark_of(findings: Sequence[Finding]) -> str:
    """Return the mark of a record with these findings."""
    if any(f.level == "error" and not f.waiver for f in findings):
        return "error"
    if any(f.level == "query" and not f.explanation for f in findings):
        return "query"
    return "explained" if findings else "ok"


def label(ws: Workspace, form: str, key: str) -> str:
    """Return what names a record, "" when there is none."""
    return Snapshot(ws, "").label(form, key)


def counts(ws: Workspace, quarter: str) -> dict[str, Count]:
    """Return the navigation's counts and marks by form id, from kept findings: fast enough for every save."""
    from pairing_desktop.store import records

    last = f"{quarter[:4]}Q4"  # a year's sheet is checked with it, and goes with it
    with ws.store.glancing() as conn:
        stored = {period: records.counts(conn, period=period or None) for period in ("", quarter, quarter[:4])}
        snapshot = Snapshot(ws, quarter, conn)
        found = {}
        for form in ws.catalogue.forms:
            number = stored[naming.stored_period(form, quarter)].get(form.id, 0)
            expected = 0
            if form.kind == "quarterly" and form in ws.forms:
                expected = max(number, scope.expected(ws, form, snapshot))
            apart = form.kind == "yearly" and quarter != last
            checked = kept.of(ws, last if apart and number else quarter)
            count = _count(number, expected, checked.by_form.get(form.id, {}), known=checked.known(form.id, number))
            found[form.id] = replace(count, apart=True) if apart else count
    return found


def recounted(count: Count, before: Sequence[Finding], now: Sequence[Finding], *, listed: bool) -> Count:
    """Return a form's count with one record's kept findings replaced; ``listed``: the record is among those counted."""
    def more(of: Callable[[Finding], bool]) -> int:
        return sum(map(of, now)) - sum(map(of, before))

    errors = max(0, count.errors + more(lambda f: f.level == "error" and not f.waiver))
    queries = max(0, count.queries + more(lambda f: f.level == "query"))
    unexplained = max(0, count.unexplained + more(lambda f: f.level == "query" and not f.explanation))
    was, is_ = (mark_of(found) in ("error", "query") for found in (before, now))
    clean = max(0, count.clean + (was - is_ if listed else 0))
    rest = ("explained" if queries else "ok") if count.records and clean >= count.records else "empty"
    return replace(count, errors=errors, queries=queries, unexplained=unexplained, clean=clean,
                   mark="error" if errors else "query" if unexplained else rest)


def _count(number: int, expected: int, findings: Mapping[str, Sequence[Finding]], *, known: int) -> Count:
    marks = [mark_of(f) for record, f in findings.items() if not record.startswith("+")]
    bad = sum(m in ("error", "query") for m in marks)
    flat = [f for found in findings.values() for f in found]
    mark = mark_of(flat) if number or flat else "empty"
    if mark in ("ok", "explained") and (known < number or not number):
        mark = "empty"
    return Count(
        records=number,
        errors=sum(f.level == "error" and not f.waiver for f in flat),
        queries=sum(f.level == "query" for f in flat),
        unexplained=sum(f.level == "query" and not f.explanation for f in flat),
        clean=max(known - bad, 0), filled=number, expected=expected, mark=mark,
    )
