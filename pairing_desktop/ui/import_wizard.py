"""Taking records in from a spreadsheet, in four steps: file and head, columns, dry run, result."""

from collections.abc import Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from pairing_desktop.formspec import period
from pairing_desktop.progress import Progress
from pairing_desktop.services import importing, importing_lacking, importing_pasted, importing_resumed
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, import_reading, jobs, turns
from pairing_desktop.ui.cards import Surface, button, column, row, rule, say, words
from pairing_desktop.ui.import_columns_pane import ColumnsPane
from pairing_desktop.ui.import_deciding import Deciding
from pairing_desktop.ui.import_result_pane import ResultPane
from pairing_desktop.ui.import_review_pane import ReviewPane
from pairing_desktop.ui.import_sheet_pane import SheetPane
from pairing_desktop.ui.jobs import JobBar
from pairing_desktop.ui.stepper import Step, Stepper

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from pairing_desktop.services.importing import Layout, Outcome, Plan, Source
    from pairing_desktop.services.importing_lacking import Lacking
    from pairing_desktop.services.importing_preview import Shown

KINDS = "表格 (*.xlsx *.xlsm *.xls *.et *.ods *.csv *.txt);;所有文件 (*)"
STEPS = (("sheet", "选表格和表头"), ("columns", "对应各列"), ("review", "预演"), ("result", "导入"))
SIZE = (1120, 660)


class ImportWizard(QDialog):
    """``changed``: records were written or taken back (its form)."""

    changed = Signal(str)

    moved = Signal()
    """Another file or step is shown."""

    def __init__(self, workspace: Workspace, *, form: str, quarter: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace, self.quarter = workspace, quarter
        self.source: Source | None = None
        self.layout_: Layout | None = None
        self.plan: Plan | None = None
        self.step = "sheet"
        self._busy = False
        self._wanted = ""
        """The step at which one goes on once the file is read."""
        self._agreed: tuple[Path, str] | None = None
        """The sheet of another quarter that is imported all the same."""
        self.setWindowTitle("导入表格")
        self.setMinimumSize(360, 300)
        room = self.screen().availableGeometry()
        self.resize(min(SIZE[0], room.width() - 32), min(SIZE[1], room.height() - 64))
        self.stepper = Stepper([Step(name, title) for name, title in STEPS], self)
        self.stepper.setAccessibleName("导入步骤")
        self.sheet = SheetPane(importing.importable(workspace), self)
        self.columns = ColumnsPane(self)
        self.review = ReviewPane(workspace, self)
        self.ending = ResultPane(self)
        self._laid: Layout | None = None
        """The layout whose columns are made and not shown yet."""
        self.stack = QStackedWidget(self)
        for pane in (self.sheet, self.columns, self.review, self.ending):
            self.stack.addWidget(pane)
        self.sheet.show_form(form)
        self._lay_out()
        self._connect()
        self._show("sheet")
        self._lead()

    def _lay_out(self) -> None:
        head = Surface("surface")
        head.setLayout(row(self.stepper, spacing=0))
        self.bar = JobBar(self)
        self.said = words("", tone="text2", wrap=True)
        self.back = button("上一步", action=self.go_back)
        self.next = button("下一步", kind="primary", action=self.go_on)
        self.shut = button("取消", action=self.reject)
        foot = Surface("bar")
        line = row(self.said, self.bar, self.back, self.next, self.shut)
        line.setStretch(0, 1)
        line.setContentsMargins(24, 10, 24, 10)
        foot.setLayout(line)
        self.setLayout(column(head, rule(), self.stack, rule(), foot, spacing=0))

    def _connect(self) -> None:
        self.stepper.chosen.connect(self._step_wanted)
        self.sheet.fileWanted.connect(self.choose_file)
        self.reading = import_reading.Reading(self)
        self.columns.changed.connect(self._columns_changed)
        self.deciding = Deciding(self)
        self.review.again.connect(self._dry_run)
        self.review.refusedWanted.connect(self.save_refused)
        self.ending.undoWanted.connect(self.undo)
        self.ending.refusedWanted.connect(self.save_refused)

    @property
    def busy(self) -> bool:
        """Tell whether long work is under way."""
        return self._busy

    def show_decided(self, plan: "Plan") -> None:
        """Go on with a plan in which a row is decided."""
        self.plan = plan
        self.review.show_decided(plan)
        self._ready()

    @property
    def form(self) -> str:
        """Return the form that is imported into."""
        return self.sheet.form

    # Steps

    def _show(self, step: str) -> None:
        names = [name for name, _ in STEPS]
        self.step = step
        here = names.index(step)
        self.stack.setCurrentIndex(here)
        stands = [Step(name, title, stand="done" if n < here else "now" if n == here else "ahead")
                  for n, (name, title) in enumerate(STEPS)]
        self.stepper.show_steps(stands, step)
        self._ready()
        self.moved.emit()

    def _lead(self) -> None:
        """Put the focus on what is done next; a button that is at rest would hand it on to the one that leaves all."""
        sheet, columns, review = self.sheet, self.columns, self.review
        fits = self.layout_ is not None and bool(self.layout_.targets)
        leads: dict[str, QWidget] = {
            "sheet": self.next if fits else sheet.sheets if self.source else sheet.choose,
            "columns": self.next if columns.ready else next(iter(columns.inputs), self.back),
            "review": review.list if review.list.isVisible() else self.next,
            "result": self.shut}
        leads[self.step].setFocus(Qt.FocusReason.OtherFocusReason)

    def _step_wanted(self, name: str) -> None:
        names = [n for n, _ in STEPS]
        if self.step != "result" and not self._busy and names.index(name) < names.index(self.step):
            self._show(name)
            self._lead()

    def go_back(self) -> None:
        """Go back a step."""
        names = [name for name, _ in STEPS]
        self._show(names[max(names.index(self.step) - 1, 0)])
        self._lead()

    def go_on(self) -> None:
        """Go on: to the columns, the dry run, the import."""
        if self.step == "sheet":
            self._show_columns()
        elif self.step == "columns":
            self._dry_run()
        elif self.step == "review":
            self._import()

    def _ready(self) -> None:
        """Tell what the buttons do now."""
        step, free = self.step, not self._busy
        self.back.setVisible(step in ("columns", "review"))
        self.back.setEnabled(free)
        self.next.setVisible(step != "result")
        self.shut.setText("关闭" if step == "result" else "取消")
        texts = {"sheet": "下一步", "columns": "预演", "review": "导入"}
        self.next.setText(texts.get(step, ""))
        said = ""
        if step == "sheet":
            ready = self.layout_ is not None and not self._headless
            said = "" if self.source else "先选一个表格文件。"
        elif step == "columns":
            ready = self.columns.ready
            said = "" if ready else "至少要有一列对应填报项，且同一项只能对应一列。"
        else:
            counts: Mapping[str, int] = self.review.counts if step == "review" else {}
            number = counts.get("new", 0) + counts.get("changed", 0)
            ready = number > 0 and not self.workspace.readonly
            self.next.setText(f"导入 {number:,} 行" if step == "review" else "")
            said = self._before_import(number, counts.get("refused", 0)) if step == "review" else ""
        self.next.setEnabled(ready and free)
        say(self.said, said if free else "")

    def _before_import(self, number: int, refused: int) -> str:
        if self.workspace.readonly:
            return "数据文件是只读的，只能预演。"
        if not number:
            return "没有可以导入的行。"
        rest = f"拒收的 {refused:,} 行不导入，" if refused else ""
        kind = self.workspace.catalogue.form(self.form).kind
        into = f"导入到{period.title(self.quarter)}。" if kind == "quarterly" else ""
        return f"{into}现在什么都还没有改。{rest}导入后可以整批撤销。"

    def run(self, title: str, work: Any, done: Any) -> jobs.Job:  # noqa: ANN401  # jobs.run's own types
        """Do long work with the buttons at rest."""
        if self.focusWidget() in (self.next, self.back, self.sheet.choose):
            self.stack.setFocus()
        self._busy = True
        self._ready()
        workspace = self.workspace.fork()

        def ended() -> None:
            workspace.close()
            self._busy = False
            self._ready()
            if self.focusWidget() in (self.stack, None):
                self._lead()

        job = jobs.run(self, title, lambda progress: work(workspace, progress), done)
        job.ended.connect(ended)
        return job

    # File, sheet, head

    def choose_file(self) -> None:
        """Let the clerk pick a spreadsheet."""
        start = importing_pasted.home(self.source, self.workspace)
        path = ask.dialogs.open_file(self, "选择要导入的表格", KINDS, folder=start)
        if path is not None:
            self.open_sheet(path)

    @property
    def _headless(self) -> bool:
        return importing_pasted.headless(self.source, self.layout_)

    def open_sheet(self, path: Path) -> None:
        """Read a spreadsheet."""
        self.reading.open(path)

    def go_on_at(self, path: Path, step: str) -> None:
        """Go on where a power cut ended it; what was chosen for the file comes with it."""
        self._wanted = step
        self.reading.open(path)

    def _go_on(self) -> None:
        wanted, self._wanted = self._wanted, ""
        if wanted in ("columns", "review"):
            self._show_columns()
        if wanted == "review" and self.columns.ready:
            self._dry_run()

    def show_layout(self, layout: "Layout", shown: "Shown", before: str = "") -> None:
        """Show how the sheet is read; ``before`` is to be known of what was chosen earlier."""
        self.layout_, self._shown = layout, shown
        marks = self.source.marks if self.source else None
        when = f"，{period.title(self.quarter)}" if marks and marks.period else ""
        note = f"这是本程序发出的采集表“{marks.title}”{when}，各列自动对上。" if marks else ""
        note = import_reading.NO_HEAD if self._headless else note
        self.sheet.show_rows(shown, layout, before + (note or import_reading.note_of(layout)))
        self._ready()
        self.moved.emit()
        turns.later(self, partial(turns.later, self, self._lay_columns))  # in the next turn the rows are painted
        turns.later(self, self._go_on)

    # Columns, dry run, import

    def _lay_columns(self) -> None:
        """Make what the next step shows, if it is not made already of what was read last."""
        layout = self.layout_
        if layout is None or layout is self._laid or self.step != "sheet":
            return
        self._laid = layout
        targets = importing.targets_of(self.workspace, self.form)
        self.columns.show_layout(layout, targets, self._shown, self._lacking(layout))
        way = [*self.columns.inputs[-1:], self.back, self.next, self.shut]
        for before, after in pairwise(way):  # what is made anew comes last: after 取消, by which the wizard is left
            self.setTabOrder(before, after)

    def _lacking(self, layout: "Layout") -> "list[Lacking]":
        """Return what is to be typed once for all rows, with what was typed for this file before."""
        if self.source is None:
            return []
        given = importing_resumed.given(self.workspace, self.source.path, self.form, layout)
        return [replace(one, text=given.get(one.target.id, one.text))
                for one in importing_lacking.lacking(self.workspace, self.source, layout, form=self.form)]

    def _columns_changed(self) -> None:
        """Keep what is chosen: it comes back with the file, should the wizard be left or the program end."""
        if self.source is not None and self.layout_ is not None:
            columns = self.columns
            importing_resumed.keep_layout(self.workspace, self.source, self.form, self.layout_, chosen=columns.chosen,
                                          given=columns.given, rough=columns.rough)
        self._ready()

    def _show_columns(self) -> None:
        if self.layout_ is None:
            return
        self._lay_columns()
        self._show("columns")
        self._lead()

    def _of_quarter(self, source: "Source", layout: "Layout") -> bool:
        """Ask, once for a sheet, whether one that says another quarter is to be imported into the one that is open."""
        told = importing.quarter_told(self.workspace, source, layout, form=self.form)
        if told in ("", self.quarter) or self._agreed == (source.path, layout.sheet):
            return True
        other, here = period.title(told), period.title(self.quarter)
        if not ask.dialogs.confirm(self, f"表上写的是{other}", f"现在要导入到{here}，{here}已填的数会换成表里的。"
                                   f"要导入到{other}的，先在窗口上换到那个季度。", yes=f"导入到{here}", danger=True):
            return False
        self._agreed = source.path, layout.sheet
        return True

    def _dry_run(self) -> None:
        source, layout, form, quarter = self.source, self.layout_, self.form, self.quarter
        if source is None or layout is None or not self._of_quarter(source, layout):
            return
        chosen, rough, keep = self.columns.chosen, self.columns.rough, self.review.keep.isChecked()
        given, why = self.columns.given, self.review.reason.text().strip()

        def work(workspace: Workspace, progress: Progress) -> "Plan":
            made = importing.layout_of(workspace, source, form=form, sheet=layout.sheet, head=layout.head,
                                       way=layout.way, also=layout.way.also, columns=chosen, rough=rough,
                                       quarter=quarter)
            plan = importing.dry_run(workspace, source, made, form=form, quarter=quarter, keep_errors=keep, why=why,
                                     given=given, progress=progress)
            return self.deciding.take_up(workspace, plan)

        def done(plan: "Plan") -> None:
            self.plan = plan
            self.deciding.keep(plan)
            self.review.show_plan(plan)
            self._show("review")

        self.run("预演", work, done)

    def _import(self) -> None:
        from pairing_desktop.services import importing_writing

        plan = self.plan
        if plan is None:
            return

        def done(outcome: "Outcome") -> None:
            importing_resumed.drop(self.workspace, plan.file, plan.form, plan.layout)
            self.ending.show_outcome(outcome, plan)
            self._show("result")
            turns.later(self, lambda: self.changed.emit(plan.form))

        self.run("导入", lambda workspace, progress: importing_writing.carry_out(workspace, plan, progress), done)

    # Result

    def undo(self) -> None:
        """Take the whole import back."""
        from pairing_desktop.services import importing_writing

        outcome, plan = self.ending.outcome, self.plan
        if outcome is None or plan is None:
            return

        def done(_outcome: "Outcome") -> None:
            self.ending.show_undone()
            self.changed.emit(plan.form)

        self.run("撤销导入", lambda workspace, progress: importing_writing.undo(workspace, outcome.id, progress), done)

    def save_refused(self) -> None:
        """Save the refused rows as a workbook of their own."""
        from pairing_desktop.services import importing_refused

        source, plan = self.source, self.plan
        if source is None or plan is None:
            return
        suggested = importing_pasted.home(source, self.workspace) / f"{source.path.stem}_拒收.xlsx"
        path = ask.dialogs.save_file(self, "另存拒收的行", "Excel 工作簿 (*.xlsx)", suggested=suggested)
        if path is None:
            return

        def work(_workspace: Workspace, progress: Progress) -> Path:
            return importing_refused.save(source, plan, path, progress)

        shown = self.review if self.step == "review" else self.ending
        self.run("另存拒收的行", work, shown.say_saved)

    def reject(self) -> None:
        """Close, unless work is under way: that is cancelled first."""
        if self._busy:
            self.bar.cancel()
            return
        super().reject()

    def closeEvent(self, event: "QCloseEvent") -> None:
        """Let nothing run on behind a closed window."""
        if self._busy:
            event.ignore()
            self.reject()
        else:
            super().closeEvent(event)
