"""Undo and redo across the records of a session: one order for typed fields, bulk changes, deletions, imports.

A typed field is undone in its record: where another one is open, the record comes back first, at that field.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec.undo import Act, History, Place, Step
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, jobs
from pairing_desktop.ui.jobs import Job

if TYPE_CHECKING:
    from pairing_desktop.services.importing import Outcome
    from pairing_desktop.services.importing_writing import Done as Import
    from pairing_desktop.services.mass import Done
    from pairing_desktop.ui.assess_page import AssessPage
    from pairing_desktop.ui.entry_page import EntryPage

One = tuple[Place, Act]


class ManyAct(Struct, frozen=True, eq=False):
    """A bulk change or a deletion, by which it is taken back."""

    done: "Done"

    @property
    def name(self) -> str:
        """Return what was done."""
        return self.done.name


class ImportAct(Struct, frozen=True, eq=False):
    """A whole import, by which it is taken back and made again."""

    made: "Import"

    @property
    def name(self) -> str:
        """Return what was done."""
        return f"导入{self.made.file}"


class Undoing(QObject):
    """One per window on a data file. ``page`` is where dialogs and progress appear."""

    told = Signal(str)
    """One line for the status bar."""

    manyChanged = Signal(str, str)  # noqa: N815  # Qt's manner
    """Records of this form changed by an undo; the second word is the one to show, "" for none."""

    ended = Signal()
    """Many were undone, or it was given up: what was put away for it comes back."""

    def __init__(self, workspace: Workspace, page: QWidget) -> None:
        super().__init__(page)
        self.workspace, self._page = workspace, page
        self.history = History()
        self.page_of: Callable[[Place, str], EntryPage | AssessPage | None] = lambda _place, _path: None
        """Shows the page (and the quarter) of a record's field; None when the open record could not be left."""
        self.put_away: Callable[[], bool] = lambda: True
        """Leaves the open record before many are changed; False when it has to stay."""
        self._working: Job | None = None

    def wait_for(self, job: Job) -> None:
        """Take nothing back while this writes to many records: it would go before what is being done."""
        self._working = job
        job.ended.connect(self._through)

    def _through(self) -> None:
        self._working = None

    def names(self, here: str = "") -> tuple[str, str]:
        """Return what undo and redo would do, with the record's name where it is not the one that is ``here``."""
        return self._name(self.history.last(), here), self._name(self.history.next(), here)

    def _name(self, one: One | None, here: str) -> str:
        if one is None:
            return ""
        place, act = one
        if isinstance(act, Step) and place.key != here:
            from pairing_desktop.services import searching

            labels = [hit.label for hit in searching.named(self.workspace, [place.key])]
            return f"{act.name} ・ {labels[0]}" if labels else act.name
        return act.name

    def remember_many(self, done: "Done") -> None:
        """Take a bulk change or a deletion."""
        if done.steps or done.typed:
            self.history.remember(Place(done.form, "", done.quarter), ManyAct(done))

    def follow_imports(self, before: str) -> None:
        """Take the import made just now (``before`` is the one that was the last), let go of those taken back."""
        from pairing_desktop.services import importing_writing

        last = importing_writing.described(self.workspace)
        known = {act.made.name: act for act in self.history.acts() if isinstance(act, ImportAct)}
        if last is not None and last.name not in known and last.name > before:
            self.history.remember(Place(last.form_id, ""), ImportAct(last))
        for name, act in known.items():
            if last is None or last.name < name:
                self.history.drop_act(act)

    # Undo, redo

    def undo(self) -> None:
        """Take back what was done last, wherever it was."""
        self._go(self.history.last(), back=True)

    def redo(self) -> None:
        """Do again what was undone last."""
        self._go(self.history.next(), back=False)

    def _go(self, one: One | None, *, back: bool) -> None:
        if self._working is not None:
            self.told.emit(f"正在{self._working.title}，完成后再{_word(back=back)}")
        elif one is None:
            self.told.emit("没有可撤销的" if back else "没有可恢复的")
        elif isinstance(one[1], Step):
            self._step(one, back=back)
        elif isinstance(one[1], ManyAct):
            self._many(one, one[1].done, back=back)
        elif isinstance(one[1], ImportAct):
            self._import(one, one[1], back=back)

    def _step(self, one: One, *, back: bool) -> None:
        place, act = one
        page = self.page_of(place, act.path if isinstance(act, Step) else "")
        if page is None:
            return
        if not page.open(place.key, place.subject) or page.entry is None:
            self.history.forget(place)  # the record is no more
            return
        if page.entry.read_only:
            self.told.emit(f"不能{_word(back=back)}{act.name}：{page.entry.opened.locked or '数据文件是只读的'}")
            return
        name = page.entry.undo() if back else page.entry.redo()
        page.show_changed(page.entry.draft.changed_at)
        self.told.emit(f"已{_word(back=back)}：{name}")

    def _many(self, one: One, done: "Done", *, back: bool) -> None:
        from pairing_desktop.services import mass

        if not self.put_away():
            return
        move = self.history.back if back else self.history.forward

        def arrived(inverse: "Done") -> None:
            move(one, instead=ManyAct(inverse))
            single = done.steps[0][0] if len(done.steps) == 1 else ""
            self.manyChanged.emit(done.form, single)
            self.told.emit(f"已{_word(back=back)}：{done.name}")

        if len(done.steps) <= 1:
            try:
                arrived(mass.undo(self.workspace, done))
            except Trouble as trouble:
                self._failed(one, trouble, back=back)
            return
        fork = self.workspace.fork()
        job = jobs.run(self._page, _word(back=back), lambda progress: mass.undo(fork, done, progress=progress),
                       arrived, partial(self._failed, one, back=back))
        job.ended.connect(fork.close)
        self.wait_for(job)
        job.ended.connect(self.ended)

    def _import(self, one: One, act: ImportAct, *, back: bool) -> None:
        from pairing_desktop.services import importing_writing

        if not self.put_away():
            return
        fork, word = self.workspace.fork(), _word(back=back)
        turn = importing_writing.undo if back else importing_writing.redo
        move = self.history.back if back else self.history.forward

        def arrived(_outcome: "Outcome") -> None:
            move(one)
            self.manyChanged.emit(act.made.form_id, "")
            self.told.emit(f"已{word}：{act.name}")

        job = jobs.run(self._page, f"{word}导入", lambda progress: turn(fork, act.made.name, progress), arrived,
                       partial(self._failed, one, back=back))
        job.ended.connect(fork.close)
        self.wait_for(job)
        job.ended.connect(self.ended)

    def _failed(self, one: One, error: BaseException, *, back: bool) -> None:
        """Tell it, and let go of it: what was done before can be undone all the same."""
        if isinstance(error, Trouble):
            self.history.drop(one)
            ask.dialogs.trouble(self._page, error, title=f"没有{_word(back=back)}")
        else:
            jobs.tell_failure(self._page, error)


def _word(*, back: bool) -> str:
    return "撤销" if back else "恢复"
