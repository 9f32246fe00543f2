"""Type, undo, keep, save, crash, delete, bring back, in any order: what was typed is there, and history only grows."""

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pairing_desktop.services import entering, workspace
from pairing_desktop.store import journal
from tests.services import small
from tests.services.small import QUARTER

TEXTS = st.sampled_from(["", "0", "无", "12", "约12.50", "12a", "1,234.5", "甲公司", " 乙 ", "９９以上", "双彩😀"])
FIELDS = st.sampled_from(["name", "revenue", "code"])


class Clerk(RuleBasedStateMachine):
    """One record under a clerk's hands, and a model of what it should read."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="填报 ")
        self.clock = small.Now()
        self.ws = small.make(Path(self.folder.name), clock=self.clock)
        self.key = small.put(self.ws, "firm", name="甲公司").key
        self.past = 1
        self.open()

    def open(self) -> None:
        self.opened = entering.open_record(self.ws, form="firm", key=self.key, quarter=QUARTER)
        self.draft = self.opened.draft

    def shown(self) -> list[tuple[str, dict[str, str]]]:
        return [(self.draft.text(f), self.draft.marks(f)) for f in ("name", "revenue", "code")]

    @rule(field=FIELDS, text=TEXTS)
    def type(self, field: str, text: str) -> None:
        self.draft.type(field, text)

    @rule()
    def undo(self) -> None:
        self.draft.undo()

    @rule()
    def redo(self) -> None:
        self.draft.redo()

    @rule()
    def leave_the_field(self) -> None:
        entering.autosave(self.ws, self.draft, "name")

    @rule()
    def save(self) -> None:
        saved = entering.save(self.ws, self.draft)
        assert saved.revision == self.past + saved.changed
        self.past = saved.revision
        assert not self.draft.dirty

    @rule()
    def crash_and_reopen(self) -> None:
        entering.autosave(self.ws, self.draft)
        before = self.shown(), self.draft.dirty
        path = self.ws.path
        self.ws.close()
        self.ws = workspace.open_workspace(path, who="张三", now=self.clock(), clock=self.clock)
        self.open()
        assert (self.shown(), self.draft.dirty) == before
        assert self.opened.recovered == before[1]

    @precondition(lambda self: self.past > 1)
    @rule()
    def bring_the_first_back(self) -> None:
        entering.discard(self.ws, self.draft)
        self.past = entering.restore(self.ws, self.key, 1, quarter=QUARTER).revision
        self.open()
        assert self.draft.text("name") == "甲公司"

    @rule()
    def delete_and_bring_back(self) -> None:
        entering.discard(self.ws, self.draft)
        entering.delete(self.ws, self.key)
        assert entering.list_records(self.ws, "firm", quarter=QUARTER).total == 0
        self.past = entering.restore(self.ws, self.key, quarter=QUARTER).revision
        self.open()

    @invariant()
    def history_only_grows(self) -> None:
        assert [p.number for p in entering.history(self.ws, self.key)] == list(range(self.past, 0, -1))
        with self.ws.store.reading() as conn:
            assert journal.verify(conn) == []

    def teardown(self) -> None:
        self.ws.close()
        self.folder.cleanup()


Clerk.TestCase.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
test_clerk = Clerk.TestCase
