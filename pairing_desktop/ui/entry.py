"""The record under the clerk's hands, as all widgets that show it see it: one draft, its findings, its way to disk.

Widgets never write the draft themselves. They ask the entry, and show again when it says that it changed.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec.draft import Draft
from pairing_desktop.formspec.finding import Finding
from pairing_desktop.formspec.undo import History
from pairing_desktop.formspec.values import Understood, Value
from pairing_desktop.services import catching_up, checking, entering
from pairing_desktop.services.entering import OpenRecord, Saved
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import jobs
from pairing_desktop.ui.check_turns import CheckInTurns
from pairing_desktop.ui.record_findings import RecordFindings

Paths = frozenset[str] | None
"""Which fields, cells and tables look different; None for everything."""


class Entry(QObject):
    """The opened record. Every change goes to disk as a draft row at once; ``save`` makes a revision of it."""

    shown = Signal()
    """Another record is open: forget where one was, show everything anew."""

    changed = Signal(object)
    """The draft changed: the ``Paths`` to show again."""

    checked = Signal(object)
    """The findings were worked out anew: the ``Paths`` to show again."""

    counted = Signal()
    """They stand at their fields: lists, counts and marks elsewhere follow, a turn later where somebody types."""

    kept = Signal(object)
    """What is typed is on disk: the aware UTC moment."""

    troubled = Signal(object)
    """It could not be written: the ``Trouble``. What was typed is still here."""

    rescued = Signal()
    """What could not be written is on disk now."""

    passed = Signal()
    """Enter went on behind the last field."""

    refused = Signal(str)
    """Somebody typed where nothing can be typed: the path."""

    unchanged = Signal()
    """What was being typed was taken back, or is what stood there: nothing of it is left to undo."""

    def __init__(self, workspace: Workspace, opened: OpenRecord, quarter: str, parent: QObject | None = None, *,
                 history: History | None = None) -> None:
        super().__init__(parent)
        self.workspace, self.history = workspace, history or History()
        self.form = opened.draft.form
        self._check = CheckInTurns(workspace, self)
        self._check.found.connect(self._show_findings)
        self._check.told.connect(self.counted)
        self._take(opened, quarter)

    def _take(self, opened: OpenRecord, quarter: str) -> None:
        self.opened, self.quarter, self._label = opened, quarter, opened.label
        self.draft: Draft = opened.draft
        self.draft.history = self.history
        self.found = RecordFindings(opened.findings, new=opened.revision == 0)
        self._notes: dict[str, tuple[str, str]] = {}
        """How a field's text was understood, and that text."""
        self.focus = opened.focus
        self.safe = True
        """Whether what is typed is on disk."""
        self._on_disk: Mapping[str, object] | None = None
        """What was put on disk last, None for whatever was there at opening."""
        self._half = ""
        self._check.stop()
        if opened.recovered:
            self._check.start(self.draft)
        self._seen, self._marked = self.draft.glimpse(), self._marks()

    def show(self, opened: OpenRecord, quarter: str) -> None:
        """Take another record of the same form into the same widgets (the one before was left)."""
        self._take(opened, quarter)
        self.shown.emit()
        self.changed.emit(None)

    @property
    def read_only(self) -> bool:
        """Tell whether nothing can be typed."""
        return bool(self.opened.locked) or self.workspace.readonly

    @property
    def is_new(self) -> bool:
        """Tell whether the record has no revision yet."""
        return self.found.new

    @property
    def title(self) -> str:
        """Return what names the record now."""
        name = self.draft.shown(self.form.name) if self.form.name else ""
        return name or self._label or f"新的{self.form.short}"

    def locked(self, path: str) -> bool:
        """Tell whether a field can't be typed into."""
        return self.read_only or self.draft.locked(path)

    # Typing

    def type(self, path: str, text: str) -> None:
        """Take a field's text when it is left."""
        self.found.visited.add(path)
        recovered = self.draft.half_typed.pop(path, None) is not None  # understood by now, on disk only as typed
        undone = self._drop_half(path) or recovered
        if self.read_only or text == self.draft.text(path):
            self._stay(undone=undone)
            return
        answer = self.draft.type(path, text)
        self._taken(path, answer.note if isinstance(answer, Understood) else "")

    def _stay(self, *, undone: bool) -> None:
        if undone:
            self.keep()
        if undone or self.is_new:  # what is asked for and empty is only told where one has been
            self._check.start(self.draft)
        self.unchanged.emit()

    def type_half(self, path: str, text: str) -> None:
        """Put a half-typed field on disk; nothing is shown again, and it is one step with what follows."""
        if self.read_only:
            return
        self._drop_half(path)
        if text != self.draft.text(path):
            self.draft.type_half(path, text)
            self._half = path
        self.keep()

    def type_many(self, texts: Iterable[tuple[str, str]], name: str) -> None:
        """Take several fields' texts as one step of undo (a pasted block)."""
        self._drop_half("")
        texts = list(texts)
        with self.draft.batch(name, texts[0][0] if texts else ""):
            taken = self._type_each(texts)
        self._changed()
        if texts and not taken:
            self.refused.emit(texts[0][0])

    def _type_each(self, texts: Iterable[tuple[str, str]]) -> int:
        """Type into what is not locked; return how many that are."""
        taken = 0
        for path, text in texts:
            if not self.locked(path):
                self.found.visited.add(path)
                self.draft.type(path, text)
                taken += 1
        return taken

    def paste(self, table: str, first: int, columns: Sequence[str], block: Sequence[Sequence[str]]) -> Generator[int]:
        """Lay a block over a table's cells from a row on; missing rows are added, locked cells passed over.

        Yields how many rows are laid; closed before the end it leaves no trace.
        """
        self._drop_half("")
        before, whole, taken = self.draft.history.last(self.draft.place), False, 0
        try:
            with self.draft.batch("粘贴", self.focus if self.focus.startswith(f"{table}/") else ""):
                for place, cells in enumerate(block):
                    if first + place >= len(self.draft.rows(table)):
                        self.draft.add_row(table)
                    row = self.draft.rows(table)[first + place]
                    taken += self._type_each((f"{table}/{row}/{column}", cell)
                                             for column, cell in zip(columns, cells, strict=False))
                    yield place + 1
            yield len(block)  # computing the rows, putting them on disk and showing them are turns of their own
            self.keep()
            yield len(block)
            whole = True
            if not taken:
                self.refused.emit(f"{table}/{row}/{columns[0]}")
        finally:
            if not whole and self.draft.history.last(self.draft.place) is not before:
                self.draft.take_back()
            self._changed()

    def set(self, path: str, value: Value, note: str = "") -> None:
        """Take a value that was chosen, not typed; ``note`` says under it what became of what was given."""
        self.found.visited.add(path)
        undone = self._drop_half(path)
        if self.read_only or value == self.draft.value(path):
            self._stay(undone=undone)
            return
        self.draft.set(path, value)
        self._taken(path, note)

    def _taken(self, path: str, note: str) -> None:
        self._set_note(path, note)
        for filled in entering.fill_beside(self.workspace, self.draft, path):
            self._set_note(filled, f"按{self.form.field(path).plain_label}填入")
        self._changed()

    def _set_note(self, path: str, words: str) -> None:
        self._notes[path] = (words, self.draft.text(path))

    def note(self, path: str) -> str:
        """Return how what stands in a field was understood, "" where that text came by another way (undo, a row)."""
        words, text = self._notes.get(path, ("", ""))
        return words if words and text == self.draft.text(path) else ""

    def mark(self, path: str, marks: dict[str, str]) -> None:
        """Set the words beside a figure."""
        if not self.read_only:
            self._drop_half(path)
            self.draft.mark(path, **marks)
            self._changed()

    def mark_half(self, path: str, marks: dict[str, str]) -> None:
        """Put half-typed words beside a figure on disk: one step with what follows, or taken back."""
        self._drop_half(path)
        if {name: word for name, word in marks.items() if word} != self.draft.marks(path):
            self.draft.mark(path, **marks)
            self._half = path
        self.keep()

    def take_back_half(self, path: str) -> None:
        """Forget what was half typed."""
        if self._drop_half(path):
            self._changed()

    def _drop_half(self, path: str) -> bool:
        half, self._half = self._half, ""
        if half and half == path:
            self.draft.take_back()
            return True
        return False

    # Rows

    def add_row(self, table: str, at: int | None = None) -> str:
        """Insert a row; return its id."""
        row = self.draft.add_row(table, at)
        self._changed()
        return row

    def remove_rows(self, table: str, rows: Iterable[str]) -> None:
        """Remove rows."""
        with self.draft.together("删除行"):
            for row in rows:
                self.draft.remove_row(table, row)
        self._changed()

    # Undo

    def undo(self) -> str:
        """Undo this record's last change; return its name, "" where there is none or nothing can be changed."""
        self._half = ""
        name = "" if self.read_only else self.draft.undo()
        self._changed()
        return name

    def redo(self) -> str:
        """Redo one change; return its name."""
        name = "" if self.read_only else self.draft.redo()
        self._changed()
        return name

    def carry_forward(self) -> int:
        """Fill blank fields with last quarter's figures; return how many."""
        filled = entering.copy_previous(self.workspace, self.draft)
        self._changed()
        return len(filled)

    def copy_from(self, key: str) -> int:
        """Fill blank fields from another record; return how many."""
        filled = entering.copy_from(self.workspace, self.draft, key)
        self._changed()
        return len(filled)

    def catch_up(self) -> bool:
        """Take what was written to the record elsewhere under what is typed here; tell whether there was anything."""
        if not catching_up.catch_up(self.workspace, self.draft):
            return False
        self._changed()
        return True

    # Disk and checks

    def _changed(self) -> None:
        self.keep()
        self.changed.emit(self._differing())
        self._check.start(self.draft)

    def _differing(self) -> Paths:
        """Return what looks different since this was asked before."""
        paths, marks = self.draft.differing(self._seen), self._marks()
        others = {path for path, mark in (*marks.items(), *self._marked.items())
                  if marks.get(path) != self._marked.get(path)}
        self._seen, self._marked = self.draft.glimpse(), marks
        return paths | others

    def _marks(self) -> dict[str, tuple[list[Finding], str]]:
        """Return what stands under each field."""
        return {path: (self.found.at(path), self.note(path)) for path in (*self.found.paths, *self._notes)}

    def keep(self) -> None:
        """Put what is typed on disk now; what is as it was saved needs no draft row."""
        state = self.draft.payload()
        if self.safe and state == self._on_disk:
            return  # a row begun, or a field typed again as it was
        try:
            if self.draft.dirty:
                at = self.workspace.clock()
                told = jobs.here(self, partial(self._flushed, at))
                entering.autosave(self.workspace, self.draft, self.focus, told, state)
            else:
                entering.discard(self.workspace, self.draft)
            again, self.safe, self._on_disk = not self.safe, True, state
            if again:
                self.rescued.emit()
        except Trouble as trouble:
            self._lost(trouble)

    def _flushed(self, at: datetime, trouble: Trouble | None) -> None:
        """Hear that the disk has what was written, or why not; a key does not wait for that."""
        if trouble is None:
            self.kept.emit(at)
        else:
            self._lost(trouble)

    def _lost(self, trouble: Trouble) -> None:
        self.safe = False
        self.troubled.emit(trouble)

    def save(self, why: str = "") -> Saved:
        """Make a revision; Trouble passes through, the draft stays on disk then."""
        self._half = ""
        saved = entering.save(self.workspace, self.draft, why)
        self.found.new, self._on_disk = self.found.new and not saved.revision, None
        self.opened = replace(self.opened, recovered=False)
        self._take_findings(saved.findings)
        if saved.label and saved.label != self._label:
            self._label = saved.label
            self.changed.emit(frozenset([self.form.name]))
        self.kept.emit(saved.at)
        return saved

    def _take_findings(self, findings: Sequence[Finding]) -> None:
        self._check.stop()
        self._show_findings(findings)
        self.counted.emit()

    def _show_findings(self, findings: Sequence[Finding]) -> None:
        self.found.take([self._as_typed(finding) for finding in findings])
        self.checked.emit(self._differing())

    def _as_typed(self, finding: Finding) -> Finding:
        """Say of a name that no record has which one it is nearly: rules read no list of names, typing does."""
        why = self.draft.raw_problem(finding.path) if finding.rule == "typed" else ""
        return replace(finding, message=why) if why else finding

    def discard(self) -> None:
        """Forget what was typed since the last revision, and that it could be undone."""
        self.history.forget(self.draft.place)
        entering.discard(self.workspace, self.draft)

    def check(self) -> None:
        """Work out the findings of what is typed now."""
        self._take_findings(self._check.now(self.draft))

    def save_checks(self) -> None:
        """Leave the check to the saving that follows: it checks the record anyway, among all others as they are."""
        self._check.stop()

    def settle(self) -> None:
        """Have the findings of what is typed now, where a key asks for them that came before the check was through."""
        if self._check.busy:
            self.check()

    def explain(self, finding: Finding, text: str) -> None:
        """Answer a query; blank text takes the answer back."""
        checking.explain(self.workspace, finding, text)
        self.check()

    def tell_blanks(self) -> None:
        """Show of a new record too what is asked for and blank: the clerk asked what is wrong with it."""
        self.found.tell_blanks()
        self.checked.emit(self._differing())
        self.counted.emit()

    @property
    def saved_at(self) -> datetime | None:
        """Return when the record was last saved."""
        return self.opened.saved_at
