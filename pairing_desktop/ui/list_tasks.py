"""What is done to many records of a list: change a field, delete, take it back, export, copy."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec.definition import Form
from pairing_desktop.progress import Progress
from pairing_desktop.services import listing
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, jobs
from pairing_desktop.ui.list_model import HEAD_WORDS, LABEL, ListModel, texts
from pairing_desktop.ui.undoing import Undoing

if TYPE_CHECKING:
    from pairing_desktop.services.mass import Done

PAIR = 2
"""Records that a merge makes one of."""

CONFIRM = 1
"""More records than this are only deleted after a question."""


AT_ONCE, PART = 1000, 500
"""Rows that are copied before the next key, and read at once of those that are not."""


class ListTasks(QObject):
    """Long ones run in the background.

    ``leave`` saves what is open before anything is asked, ``put_away`` closes it before anything is done; False when it
    has to stay.
    """

    changed = Signal()
    """Records were changed, deleted or brought back: read everything anew."""

    merged = Signal(str)
    """Two records became the one of this key."""

    ended = Signal()
    """Work is over, whatever became of it."""

    told = Signal(str)
    """One line for the status bar."""

    def __init__(self, workspace: Workspace, form: Form, model: ListModel, page: QWidget) -> None:
        super().__init__(page)
        self.workspace, self.form, self._model, self._page = workspace, form, model, page
        self.leave: Callable[[], bool] = lambda: True
        self.put_away: Callable[[], bool] = lambda: True
        self.undoing = Undoing(workspace, page)
        """Where what was done is remembered, to be taken back."""

    @property
    def quarter(self) -> str:
        """The quarter on screen."""
        return self._model.quarter

    def change(self, keys: list[str], field: str = "") -> None:
        """Ask what a field becomes, show what that does, do it; what is said is kept until it is done or given up."""
        from pairing_desktop.services import half_changed

        if not self._ready(keys):
            return
        half_changed.begin(self.workspace, half_changed.Chosen(self.form.id, self.quarter, tuple(keys)))
        if not self._change(keys, field):
            half_changed.end(self.workspace)

    def _change(self, keys: list[str], field: str) -> bool:
        """Let a bulk change be filled in and begin it; False when it was given up."""
        from pairing_desktop.services import half_changed, mass
        from pairing_desktop.ui.bulk_dialog import BulkDialog

        dialog = BulkDialog(self.workspace, self.form, keys, quarter=self.quarter, parent=self._page, field=field,
                            half=half_changed.boxes(self.workspace))
        if not ask.dialogs.run(dialog) or dialog.preview is None or not dialog.keys:
            return False
        if not dialog.text and (lost := mass.clearing(self.form, dialog.field)) and not ask.dialogs.confirm(
                self._page, f"清空 {len(dialog.keys)} 条的内容", f"{lost}。清空后可以按 Ctrl+Z 一次撤销。",
                yes=f"清空 {len(dialog.keys)} 条", danger=True):
            return False
        why = self._reason("批量修改已报送的内容", dialog.preview.needs_reason, "修改")
        if why is None:
            return False
        name, text, wanted, quarter = dialog.field, dialog.text, dialog.keys, self.quarter
        return self._run("批量修改", lambda ws, progress: mass.change(
            ws, self.form.id, wanted, name, text, quarter=quarter, why=why, progress=progress),
            partial(half_changed.end, self.workspace))

    def delete(self, keys: list[str]) -> None:
        """Delete records; one undo brings all back."""
        from pairing_desktop.services import mass

        if not self._ready(keys):
            return
        fork, quarter = self.workspace.fork(), self.quarter

        def look(_progress: Progress) -> str:
            mass.must_be_free(fork, self.form.id, keys)
            return mass.needs_reason(fork, self.form.id, keys, quarter=quarter)

        def failed(error: BaseException) -> None:
            if isinstance(error, Trouble):
                ask.dialogs.trouble(self._page, error, title="没有删除")
            else:
                jobs.tell_failure(self._page, error)

        job = jobs.run(self._page, "删除记录", look, partial(self._delete, keys, quarter), failed, quiet=True)
        job.ended.connect(fork.close)

    def _delete(self, keys: list[str], quarter: str, needed: str) -> None:
        """Ask before several go, and why what was sent goes; then delete."""
        from pairing_desktop.services import mass

        title, consequence = f"删除 {len(keys)} 条{self.form.short}", "删除后可以按 Ctrl+Z 一次撤销。"
        if len(keys) > CONFIRM and not ask.dialogs.confirm(self._page, title, consequence, yes="删除", danger=True):
            return
        why = self._reason("删除已报送的记录", needed, "删除")
        if why is not None:
            self._run("删除记录", lambda ws, progress: mass.delete(
                ws, self.form.id, keys, quarter=quarter, why=why, progress=progress))

    def merge(self, keys: list[str]) -> None:
        """Show two records of the register side by side and make one of them; one undo brings both back."""
        from pairing_desktop.services import merging
        from pairing_desktop.ui.merge_dialog import MergeDialog

        if len(keys) != PAIR:
            self.told.emit("先选中重复的两条（Ctrl+单击，或 Ctrl+↓ 移动、Ctrl+空格选）")
            return
        if not self._ready(keys):
            return
        try:
            pair = merging.compare(self.workspace, self.form.id, *keys, quarter=self.quarter)
        except Trouble as trouble:
            ask.dialogs.trouble(self._page, trouble, title="没有合并")
            return
        dialog = MergeDialog(self.form, pair, self._page)
        if not ask.dialogs.run(dialog):
            return
        why = self._reason("合并涉及已报送的记录", pair.needs_reason, "合并")
        if why is not None:
            stays, goes, take, quarter = dialog.stays, dialog.goes, dialog.take, self.quarter
            self._run("合并重复记录", lambda ws, _progress: merging.merge(
                ws, self.form.id, stays, goes, take=take, quarter=quarter, why=why),
                lambda: self.merged.emit(stays))

    def _ready(self, keys: list[str]) -> bool:
        if not keys:
            self.told.emit("先选中要处理的记录（Shift+↓ 或 Ctrl+A）")
        elif self.workspace.readonly:
            self.told.emit("数据文件是只读的，这里只能看")
        else:
            return self.leave()
        return False

    def _reason(self, title: str, needed: str, yes: str) -> str | None:
        if not needed:
            return ""
        from pairing_desktop.services import half_said

        half = half_said.reason(self.workspace, title, self.form.id)
        why = ask.dialogs.reason(self._page, title, f"{needed}。原因随下一次报送一起上报。", yes=yes, half=half)
        if why is not None:
            half.drop()
        return why

    def _run(self, title: str, work: "Callable[[Workspace, Progress], Done]",
             then: "Callable[[], object]" = lambda: None) -> bool:
        """Begin work in the background; False when what is open has to stay."""
        if not self.put_away():
            return False
        fork = self.workspace.fork()

        def arrived(done: "Done") -> None:
            self.undoing.remember_many(done)
            self.changed.emit()
            then()
            self.told.emit(f"{done.name}：{len(done.steps)} 条，按 Ctrl+Z 撤销")

        job = jobs.run(self._page, title, lambda progress: work(fork, progress), arrived)
        job.ended.connect(fork.close)
        self.undoing.wait_for(job)
        job.ended.connect(self.ended)
        return True

    def copy(self, rows: Sequence[int]) -> None:
        """Put rows on the clipboard with their heads, as Excel reads them."""
        from pairing_desktop.ui.clipboard_block import Block  # a copy waits for it, the first list does not

        model = self._model
        places = range(1, model.columnCount())
        head = [str(model.headerData(n, Qt.Orientation.Horizontal, HEAD_WORDS)) for n in places]
        fields = [model.field_at(n) for n in places]
        codes = {n for n, field in enumerate(fields) if field is None or not (field.is_number or field.type == "date")}
        if len(rows) <= AT_ONCE:
            Block.of([head, *(texts(line, model.columns) for row in rows if (line := model.line(row)))], codes).put()
            return
        held, columns, quarter, fork = model.held(rows), model.columns, self.quarter, self.workspace.fork()
        fields_read = [name for name in columns if name != LABEL]

        def work(progress: Progress) -> Block:
            block = [head]
            for start in range(0, len(held), PART):
                progress("复制", start, len(held))
                part = held[start:start + PART]
                keys = [each for each in part if isinstance(each, str)]
                read = iter(listing.lines(fork, self.form.id, keys, quarter=quarter, columns=fields_read))
                block += [texts(next(read) if isinstance(each, str) else each, columns) for each in part]
            return Block.of(block, codes)

        def done(block: Block) -> None:
            block.put()
            self.told.emit(f"已复制 {len(held):,} 行，可以粘贴到表格里")

        jobs.run(self._page, "复制", work, done).ended.connect(fork.close)

    def export(self) -> None:
        """Write what is seen, all pages of it, as a plain workbook."""
        from pairing_desktop.services import list_export

        suggested = self.workspace.path.parent / f"{self.form.short}列表.xlsx"
        to = ask.dialogs.save_file(self._page, "导出列表", "Excel 工作簿 (*.xlsx)", suggested=suggested)
        if to is None:
            return
        to = to if to.suffix.lower() == ".xlsx" else to.with_name(f"{to.name}.xlsx")
        asked, fork = self._model.asked(), self.workspace.fork()
        columns = ["" if name == LABEL else name for name in self._model.columns]

        def work(progress: Progress) -> Path:
            keys = listing.order(fork, self.form.id, **asked)
            return list_export.write(fork, self.form.id, to, quarter=asked["quarter"], columns=columns, keys=keys,
                                     progress=progress)

        job = jobs.run(self._page, "导出列表", work, lambda path: self.told.emit(f"列表已存到 {path}"))
        job.ended.connect(fork.close)
