"""Two data files of one county beside each other: which records of the other are new, went on, or are one of ours.

A record's state is known to a file when it stands on its line of revisions, or when a merge reckoned with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

from pairing_desktop.services import answers, carrying, merging_fields
from pairing_desktop.services.lookup import Snapshot, decode, upgraded
from pairing_desktop.services.merging_plan import SUBJECT, WHOLE, Choices, Line, State
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.store.asking import Reader
    from pairing_desktop.store.records import Record, Revision

KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OURS_STAYS = ("@setting", "@person")
"""What a data file made apart says of itself does not become ours."""


SAYING = ("text", "reason", "value", "name")
"""What a record of the data file's own says, by the members that it may have."""


class Held(Struct, frozen=True):
    """A state of a record, its payload in the present version of the form; keys that became others are those."""

    live: bool
    payload: Mapping[str, Any]
    subject: str
    at: datetime
    who: str


class Item(Struct, frozen=True):
    """One record of the other file that ours does not know as it stands.

    ``placed`` revisions of theirs are on our line already, the rest goes on from there; None: none can be placed.
    ``stays`` is the record that the outcome is written to, ``goes`` the one that becomes its alias.
    """

    key: str
    form: str
    state: State
    placed: int | None
    stays: str
    theirs: Held
    goes: str = ""
    ours: Held | None = None
    bases: tuple[Held | None, Held | None] = (None, None)
    """What ours and theirs go back to: one state of one record; of a sheet in two, what carrying wrote of each."""
    label: str = ""
    subject: str = ""
    period: str = ""
    lines: tuple[Line, ...] = ()


class Side(Struct, frozen=True):
    """One file while it is compared: its lines of revisions, and what it reckoned with besides."""

    ws: Workspace
    conn: Connection
    lines: Mapping[str, Sequence[str]]
    taken: Mapping[str, set[str]]
    snapshot: Snapshot
    sent: frozenset[str]
    """Records that went out with a submission."""

    def knows(self, key: str, digest: str) -> bool:
        """Tell whether a state of a record is known here."""
        return digest in self.lines.get(key, ()) or digest in self.taken.get(key, ())


def side(ws: Workspace, conn: Connection) -> Side:
    """Return a file as it stands."""
    from pairing_desktop.store import merges, submissions

    sent = {key for one in submissions.submissions(conn) if one.state == "submitted" for key, _ in one.pinned}
    return Side(ws, conn, merges.lines(conn), merges.taken(conn), Snapshot(ws, "", conn), frozenset(sent))


class Comparison:
    """What the other file has and ours does not know; ``alias`` are the records that are others by now."""

    def __init__(self, ours: Side, theirs: Side) -> None:
        self.ours, self.theirs = ours, theirs
        from pairing_desktop.store import records

        self.alias = records.stand_ins(ours.conn)
        self._forms: dict[str, Form] = {form.id: form for form in ours.ws.catalogue.forms}
        fresh = self._fresh()
        self.alias |= {key: of for key, of in records.stand_ins(theirs.conn).items()
                       if key in fresh and key not in self.alias}
        self._pairs = self._twins([record for record in fresh.values() if record.key not in ours.lines])
        self.items = tuple(self._item(record) for record in fresh.values())
        self.same = frozenset(item.key for item in self.items if item.state == "both" and not item.lines)
        """Records that both files changed to the same; nothing is written of them."""

    def ours_alone(self) -> int:
        """Return the number of our records that the other file does not know as they stand."""
        own = {form.id for form in self.ours.ws.catalogue.forms}
        united = {key for item in self.items if item.ours is not None for key in (item.stays, item.goes)}
        unknown = [key for key, line in self.ours.lines.items()
                   if key not in united and not self.theirs.knows(key, line[-1])]
        return sum(record.form in own for record in _records(self.ours.conn, unknown))

    def _fresh(self) -> dict[str, Record]:
        """Return the other file's records whose present state ours does not know."""
        unknown = [key for key, line in self.theirs.lines.items() if not self.ours.knows(key, line[-1])]
        return {record.key: record for record in _records(self.theirs.conn, unknown)}

    # One firm entered twice

    def _twins(self, new: Sequence[Record]) -> dict[str, str]:
        """Return by their record the one of ours that is the same; until no further ones are found.

        A sheet is the same as one for the same subject and period, everything else by its natural key.
        """
        own = [record for record in _records(self.ours.conn, sorted(self.ours.lines.keys() - self.theirs.lines.keys()))
               if record.state == "live"]
        left = [record for record in new if record.state == "live"]
        pairs: dict[str, str] = {}
        while True:
            known = {self._identity(r): r for r in reversed(own) if r.key not in pairs.values()}
            known.pop(None, None)
            found = {}
            for record in left:
                same = known.pop(self._identity(record), None) if record.key not in pairs else None
                if same is not None:
                    found[record.key] = same.key
            if not found:
                return pairs
            pairs |= found
            for key, twin in found.items():
                stays = self._stays(key, twin)
                self.alias[key if stays == twin else twin] = stays

    def _identity(self, record: Record) -> tuple[str, str, str] | None:
        form = self._forms.get(record.form)
        if form is not None and form.kind in ("quarterly", "yearly"):
            return record.form, self.now(record.subject), record.period
        if not record.natural_key or (record.form not in self._forms and not record.form.startswith("@")):
            return None
        return record.form, self.now(record.natural_key), ""

    def _stays(self, key: str, twin: str) -> str:
        """Return which of two is kept: the one that was sent, else the one entered first."""
        sent = [each for each, where in ((twin, self.ours), (key, self.theirs)) if each in where.sent]
        return sent[0] if sent else min(key, twin)

    def now(self, text: str) -> str:
        """Return a text in which keys of records that are others by now are those."""
        return KEY.sub(lambda found: self._end(found[0]), text) if self.alias else text

    def _end(self, key: str) -> str:
        while key in self.alias:
            key = self.alias[key]
        return key

    # What became of one

    def _item(self, record: Record) -> Item:
        key, ours = record.key, self.ours.lines.get(record.key)
        new = Item(key, record.form, "new", 0, key, self._held(record), label=record.label,
                   subject=self.now(record.subject), period=record.period)
        if ours is None:
            twin = self._pairs.get(key, "")
            if not twin:
                return new
            stays, bases = self._stays(key, twin), (self._began(self.ours, twin), self._began(self.theirs, key))
            return self._with_lines(structs.replace(new, state="twin", stays=stays, ours=self._own(twin), bases=bases,
                                                    goes=key if stays == twin else twin))
        line = self.theirs.lines[key]
        if list(line[:len(ours)]) == list(ours):
            own = self._own(key)
            return self._with_lines(structs.replace(new, state="theirs", placed=len(ours), ours=own, bases=(own, own)))
        stays, base = self._end(key), self._base(key)
        made = self._with_lines(structs.replace(new, state="both", placed=None, stays=stays, ours=self._own(stays),
                                                goes=key if stays != key else "", bases=(base, base)))
        plain = made.lines and not any(one.conflict or one.together for one in made.lines)
        return structs.replace(made, state="theirs") if plain and self.theirs.knows(key, ours[-1]) else made

    def _own(self, key: str) -> Held | None:
        found = _records(self.ours.conn, [key])
        return self._held(found[0]) if found else None

    def _base(self, key: str) -> Held | None:
        """Return the last state that both files know: sooner one that a merge reckoned with than one on both lines."""
        from pairing_desktop.store import records

        found = []
        for here, there in ((self.theirs, self.ours), (self.ours, self.theirs)):
            line = here.lines[key]
            number = next((n for n in range(len(line), 0, -1) if there.knows(key, line[n - 1])), 0)
            state = records.revision(here.conn, key, number) if number else None
            if state is not None:
                found.append((line[number - 1] not in there.lines[key], state.at, state))
        last = max(found, key=lambda one: one[:2])[2] if found else None
        return self._state(last, live=last.action != "delete", at=last.at) if last else None

    def _began(self, where: Side, key: str) -> Held | None:
        """Return what carrying wrote of a sheet: nobody typed it, so that it wins over nothing that was."""
        from pairing_desktop.store import records

        first = records.revision(where.conn, key, 1)
        carried = first is not None and first.form in self._forms and first.why.startswith(carrying.MARK)
        return self._state(first, live=True, at=first.at) if first is not None and carried else None

    def _held(self, found: Record) -> Held:
        return self._state(found, live=found.state == "live", at=found.updated_at)

    def _state(self, found: Record | Revision, *, live: bool, at: datetime) -> Held:
        """Return a state with the keys that are others by now."""
        form = self._forms.get(found.form)
        payload = decode(self.now(found.payload) if form is not None or found.form in answers.KINDS else found.payload)
        if form is not None:
            payload = dict(upgraded(form, payload, found.form_digest))
        return Held(live, payload, self.now(found.subject), at, found.who)

    def _with_lines(self, item: Item) -> Item:
        return structs.replace(item, lines=tuple(self._lines(item)))

    def _lines(self, item: Item) -> Iterator[Line]:
        """Yield what differs between ours and theirs, and whose is proposed: the only one, else the newer."""
        ours, theirs, base, form = item.ours, item.theirs, item.bases[0], self._forms.get(item.form)
        if ours is None:
            return
        newer = theirs.at > ours.at
        if form is None or not (ours.live and theirs.live):
            yield from _whole(item.form, base, ours, theirs, newer=newer)
            return

        def shown(field: str) -> tuple[str, str]:
            if field == SUBJECT:
                return self.label(form.subject, ours.subject), self.label(form.subject, theirs.subject)
            first, second = (merging_fields.cell(form, held.payload, field, self.label) for held in (ours, theirs))
            return first, second

        yield from merging_fields.hanging(base.subject if base else None, ours.subject, theirs.subject, newer=newer,
                                          shown=shown)
        yield from merging_fields.compared(form, _payloads(item), ours.payload, theirs.payload, newer=newer,
                                           shown=shown)

    def label(self, form: str, key: str) -> str:
        """Return a record's name, of whichever file has it."""
        return self.ours.snapshot.label(form, key) or self.theirs.snapshot.label(form, key)


def outcome(item: Item, choices: Choices) -> Held | None:
    """Return what becomes of ``stays``; None where it stays as ours."""
    if item.ours is None or (item.state == "theirs" and item.placed is not None):
        return item.theirs
    takes = {line.field for line in item.lines
             if (choices.get((item.key, line.field), "theirs" if line.takes else "ours") == "theirs"
                 if line.conflict else line.takes)}
    if not takes:
        return None
    if WHOLE in takes:
        return item.theirs
    payload = merging_fields.taken(item.ours.payload, item.theirs.payload, takes)
    for line in item.lines:
        if line.together:
            made = merging_fields.united(line.field, _payloads(item), item.ours.payload, item.theirs.payload, takes)
            payload.setdefault("values", {})[line.field] = made
    subject = item.theirs.subject if SUBJECT in takes else item.ours.subject
    return structs.replace(item.ours, payload=payload, subject=subject)


def _payloads(item: Item) -> merging_fields.Bases:
    ours, theirs = item.bases
    return ours.payload if ours else None, theirs.payload if theirs else None


def _whole(form: str, base: Held | None, ours: Held, theirs: Held, *, newer: bool) -> Iterator[Line]:
    """Yield a record that differs as a whole: deleted on one side, or one of the data file's own."""
    before, own, other = ((held.live, held.payload) if held else None for held in (base, ours, theirs))
    if other in (own, before):
        return
    conflict = own != before
    yield Line(WHOLE, "整条", _said(ours), _said(theirs), conflict=conflict,
               takes=newer and form not in OURS_STAYS if conflict else True)


def _said(held: Held) -> str:
    """Return a record of the data file's own in a few words; of others that it is there."""
    if not held.live:
        return "已删除"
    return str(next((held.payload[name] for name in SAYING if held.payload.get(name)), "没有删除"))


def _records(conn: Reader, keys: Sequence[str]) -> list[Record]:
    from pairing_desktop.store import records

    return records.among(conn, keys, state=None)
