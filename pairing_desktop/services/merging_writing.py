"""Writing what a comparison of two data files came to, inside one transaction.

First what is placed as it is, then what was sent and cannot be placed (a submission pins it), then the outcome of each
record that both have, one revision each; in the end what points to a record that is another one by now points to that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from pairing_desktop.progress import Progress
from pairing_desktop.services import answers, entering, internal, naming
from pairing_desktop.services.lookup import Entry, Snapshot, decode, upgraded
from pairing_desktop.services.merging_plan import Choices
from pairing_desktop.services.merging_sides import KEY, Comparison, Held, Item, outcome
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.store.attachments import Attachment
    from pairing_desktop.store.records import Record
    from pairing_desktop.store.submissions import Submission

EVERY = 50
"""Records between two words of progress."""


class Written(Struct):
    """What was written: ``touched`` records, digests ``taken`` by record, deleted records ``kept`` for their users."""

    touched: set[str] = field(default_factory=set)
    taken: dict[str, tuple[str, ...]] = field(default_factory=dict)
    came: dict[str, int] = field(default_factory=dict)
    """How many of what came in."""
    kept: int = 0


class Writer:
    """Writes one merge of ``file``."""

    def __init__(self, ws: Workspace, found: Comparison, file: str, progress: Progress) -> None:
        """Take a comparison made in the writing transaction."""
        self.ws, self.found, self.file, self.progress = ws, found, file, progress
        self.tx, self.there = found.ours.conn, found.theirs.conn
        self.at = ws.clock()
        self.done = Written()
        self._forms = {form.id: form for form in ws.catalogue.forms}
        self._snapshot = Snapshot(ws, "", self.tx)

    # As they are

    def place(self) -> None:
        """Add the revisions that go on from the end of our lines, in the order in which they were made."""
        from pairing_desktop.store import merges

        begins = {item.key: item.placed for item in self.found.items if item.placed is not None}
        stand = []
        for done, row in enumerate(merges.revisions(self.there, sorted(begins))):
            if not done % EVERY:
                self.progress("并入记录", done, 0)
            if row["number"] > begins[row["record"]]:
                merges.place(self.tx, row)
            if row["alias_of"]:
                stand.append((row["record"], row["alias_of"]))
            self.done.came["revisions"] = self.done.came.get("revisions", 0) + (
                row["number"] > begins[row["record"]])
        for key, of in dict(stand).items():
            self._stand_for(key, of)
        self.done.touched |= begins.keys()

    def _stand_for(self, key: str, of: str) -> None:
        from pairing_desktop.store import records

        record, target = records.get(self.tx, key), records.get(self.tx, of)
        if record and target and record.state != "live":
            records.alias(self.tx, key, of=of)

    def attach(self, coming: Sequence[Attachment]) -> None:
        """Take attachments that are not here over, by digest."""
        from pairing_desktop.store import attachments

        for done, one in enumerate(coming):
            self.progress("并入附件", done, len(coming))
            attachments.add(self.tx, attachments.content(self.there, one.sha256), name=one.name, at=self.at)
        self.done.came["attachments"] = len(coming)

    # What went out

    def submit(self, sent: Sequence[Submission]) -> None:
        """Record the other file's submissions; what they took stands on our lines, as it was or once more."""
        from pairing_desktop.store import merges, submissions

        known = {one.id: one for one in submissions.submissions(self.tx)}
        for one in sent:
            if one.id in known:
                last = one.events[-1]
                submissions.set_state(self.tx, one.id, last.state, at=last.at, who=last.who, why=last.why,
                                      detail=last.detail)
                continue
            self.done.came["submissions"] = self.done.came.get("submissions", 0) + 1
            merges.add_submission(self.tx, one, [(key, self._sent_as(key, number, one)) for key, number in one.pinned])

    def _sent_as(self, key: str, number: int, one: Submission) -> int:
        """Return our revision that says what went out; without one it is added, and ours stands on top of it again."""
        from pairing_desktop.store import records

        then = records.revision(self.there, key, number)
        own = records.revisions(self.tx, key)
        if then is None:
            raise KeyError((key, number))
        same = [r for r in own if r.digest == then.digest] or [
            r for r in own if (r.payload, r.subject, r.action == "delete") == (then.payload, then.subject, False)]
        if same:
            return same[-1].number
        why = f"合并“{self.file}”：{one.period}第{one.number}次报送时的内容"
        made = records.put(self.tx, key=key, form=then.form, payload=then.payload, form_digest=then.form_digest,
                           period=then.period, subject=then.subject, natural_key=then.natural_key, label=then.label,
                           who=self.ws.who, at=self.at, why=why, action="change")
        if own[-1].action == "delete":
            records.delete(self.tx, key=key, who=self.ws.who, at=self.at, why=why)
        else:
            records.restore(self.tx, key=key, number=own[-1].number, who=self.ws.who, at=self.at, why=why)
        self.done.touched.add(key)
        return made.number

    # What both have

    def unite(self, choices: Choices) -> None:
        """Write the outcome of each record that both files have, and let the one that goes stand for the other."""
        from pairing_desktop.store import records

        for done, item in enumerate(self.found.items):
            if not done % EVERY:
                self.progress("合并两边的修改", done, len(self.found.items))
            if item.placed is None or item.goes:
                self._settle(item, outcome(item, choices))
            if item.goes:
                gone = records.get(self.tx, item.goes)
                if gone is not None and gone.state == "live":
                    stays = records.get(self.tx, item.stays)
                    label = stays.label if stays else item.label
                    records.delete(self.tx, key=item.goes, who=self.ws.who, at=self.at,
                                   why=f"合并“{self.file}”：并入{label}（{item.stays}）")
                records.alias(self.tx, item.goes, of=item.stays)
                self.done.touched.add(item.goes)
            self._take(item)

    def _take(self, item: Item) -> None:
        """Remember which of their states are reckoned with and stand on no line of ours."""
        own = set(self.found.ours.lines.get(item.key, ()))
        theirs = self.found.theirs
        placed = item.placed is not None
        digests = dict.fromkeys([*(() if placed else theirs.lines[item.key]), *sorted(theirs.taken.get(item.key, ()))])
        known = own | self.found.ours.taken.get(item.key, set())
        if left := tuple(digest for digest in digests if digest not in known):
            self.done.taken[item.key] = left

    def _settle(self, item: Item, wanted: Held | None) -> None:
        from pairing_desktop.store import records

        now = records.get(self.tx, item.stays)
        if wanted is None and item.stays in self.found.ours.lines:
            return
        wanted = wanted or item.ours
        if now is None or wanted is None:
            return
        why = f"合并“{self.file}”：{item.theirs.who}{'另外登记过' if item.state == 'twin' else '也改过'}"
        if not wanted.live:
            if now.state == "live":
                records.delete(self.tx, key=item.stays, who=self.ws.who, at=self.at, why=why)
                self.done.touched.add(item.stays)
            return
        self._put(now, wanted.payload, wanted.subject, why=why)

    def _put(self, now: Record, payload: Mapping[str, Any], subject: str, *, why: str, natural: str = "") -> None:
        """Add a revision, computed as any other, unless the record says the same."""
        from pairing_desktop.formspec.draft import Draft
        from pairing_desktop.store import records

        form, label, digest = self._forms.get(now.form), now.label, now.form_digest
        natural = natural or now.natural_key
        if form is not None:
            snapshot = Snapshot(self.ws, self._quarter(form, now.period), self.tx)
            payload = Draft(form, payload, now.key, snapshot.quarter, subject, lookup=snapshot,
                            today=self.ws.today).payload()
            label = naming.label(form, payload, subject=subject, period=now.period, resolve=snapshot.label)
            natural = naming.natural_key(form, payload, subject=subject, period=now.period)
            digest = form.digest
        text = internal.canonical(payload)
        if (now.state, now.payload, now.subject, now.natural_key) == ("live", text, subject, natural):
            return
        records.put(self.tx, key=now.key, form=now.form, payload=text, form_digest=digest, period=now.period,
                    subject=subject, natural_key=natural, label=label, who=self.ws.who, at=self.at, why=why,
                    action="change")
        self.done.touched.add(now.key)

    def _quarter(self, form: Form, period: str) -> str:
        """Return the quarter in which a record is computed: a sheet's own, else the present one."""
        from pairing_desktop.formspec.period import Quarter

        return {"quarterly": period, "yearly": f"{period}Q4"}.get(form.kind) or str(Quarter.of(self.ws.today))

    # What points to them

    def repoint(self) -> None:
        """Let all that is live point to records that are; what is deleted and still pointed to comes back."""
        from pairing_desktop.store import records

        self.progress("核对引用", 0, 0)
        pointing = {r.key: r for r in records.select(self.tx) if r.form in self._forms or r.form in answers.KINDS}
        for record in pointing.values():
            said = (record.payload, record.subject, record.natural_key)
            now = tuple(map(self.found.now, said))
            if now != said:
                self._repoint(record, *now)
        self._keep(pointing)
        users = [key for key, r in pointing.items() if not self.done.touched.isdisjoint(
            {r.subject, *KEY.findall(r.payload)})]
        self.index({*self.done.touched, *users})

    def _repoint(self, record: Record, payload: str, subject: str, natural: str) -> None:
        form = self._forms.get(record.form)
        found = decode(payload)
        if form is not None:
            found = dict(upgraded(form, found, record.form_digest))
        self._put(record, found, subject, natural=natural, why=f"合并“{self.file}”：所指的记录已并入另一条")

    def _keep(self, pointing: Mapping[str, Record]) -> None:
        """Bring back what this merge deleted, or what came in with it points to, where something live points to it."""
        from pairing_desktop.store import records

        waiting = list(pointing.values())
        while waiting:
            users: dict[str, set[str]] = {}
            for record in waiting:
                for key in {self.found.now(k) for k in (record.subject, *KEY.findall(record.payload)) if k}:
                    users.setdefault(key, set()).add(record.key)
            gone = [r for r in records.among(self.tx, sorted(users), state=None)
                    if r.state != "live" and r.form in self._forms and not r.alias_of
                    and (r.key in self.done.touched or not self.done.touched.isdisjoint(users[r.key]))]
            waiting = []
            for record in gone:
                number = next((v.number for v in reversed(records.revisions(self.tx, record.key))
                               if v.action != "delete"), 0)
                if number:
                    records.restore(self.tx, key=record.key, number=number, who=self.ws.who, at=self.at,
                                    why=f"合并“{self.file}”：还有记录用到它，不删除")
                    self.done.touched.add(record.key)
                    self.done.kept += 1
                    back = records.get(self.tx, record.key)
                    waiting += [back] if back else []

    def index(self, keys: set[str]) -> None:
        """Bring lists and search up to date."""
        from pairing_desktop.store import drafts, index, records

        found = records.among(self.tx, sorted(keys), state=None)
        for done, record in enumerate(found):
            if not done % EVERY:
                self.progress("更新列表", done, len(found))
            form = self._forms.get(record.form)
            if record.state != "live":
                index.remove(self.tx, record.key)
                drafts.drop_draft(self.tx, record.key)
            elif form is not None:
                payload = upgraded(form, decode(record.payload), record.form_digest)
                entry = Entry(record.key, form.id, record.subject, record.period, record.label, record.natural_key,
                              record.revision, record.digest, record.updated_at, payload)
                entering.index(self.tx, form, entry, self._snapshot)
