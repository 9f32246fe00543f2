"""文件 → 合并另一份数据文件: which one, what it would do, then doing it in the background and opening ours anew."""

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop.errors import Trouble
from pairing_desktop.services import half_said
from pairing_desktop.ui import ask, jobs, turns

if TYPE_CHECKING:
    from pairing_desktop.progress import Progress
    from pairing_desktop.services.merging_plan import Choices, Outcome, Plan, Side
    from pairing_desktop.ui.desk import Desk

TITLE = "合并另一份数据文件"


def merge_file(desk: "Desk") -> None:
    """Ask for another clerk's data file and show what merging it would do."""
    if desk.workspace.readonly:
        ask.dialogs.tell(desk, "不能合并", "数据文件是只读的，这里只能看。")
        return
    if not desk.leave():
        return
    other = ask.dialogs.open_file(desk, f"{TITLE}：选另一位填报人的", "数据文件 (*.pairing)")
    if other is not None:
        _compare(desk, other)


def go_on(desk: "Desk", file: str) -> None:
    """Show again what merging a file would do, with the sides that were chosen when the power went."""
    other = Path(file)
    if not desk.workspace.readonly and other.is_file() and desk.leave():
        _compare(desk, other)


def _compare(desk: "Desk", other: Path) -> None:
    from pairing_desktop.services import merging_files

    fork = desk.workspace.fork()
    job = jobs.run(desk, "比较两个数据文件", lambda progress: merging_files.preview(fork, other, progress),
                   lambda plan: _shown(desk, other, plan))
    job.ended.connect(fork.close)


def _shown(desk: "Desk", other: Path, plan: "Plan") -> None:
    from pairing_desktop.ui.merge_file_dialog import MergeFileDialog

    if plan.nothing:
        ask.dialogs.tell(desk, "没有要合并的", f"{plan.file} 的内容这里都有了，什么都没有改。")
        return
    half, known = _half(desk, other), {(one.key, line.field) for one in plan.rows for line in one.conflicts}
    kept: list[tuple[str, str, Side]] = json.loads(half.words or "[]")
    dialog = MergeFileDialog(plan, desk, choices={(key, field): side for key, field, side in kept
                                                  if (key, field) in known})
    dialog.chosen.connect(lambda: _keep(half, dialog.choices))
    half_said.stands(desk.workspace, half_said.MERGE, str(other))
    taken = ask.dialogs.run(dialog)
    half_said.stands(desk.workspace, half_said.MERGE)
    half.drop()
    if taken and desk.leave():
        _carried_out(desk, other, plan, dialog.choices)


def _half(desk: "Desk", other: Path) -> "half_said.HalfSaid":
    """Return where the choices are kept: of the file as it is now, for in another one they may mean something else."""
    found = other.stat()
    return half_said.merging(desk.workspace, f"{other.name}|{found.st_size}|{found.st_mtime_ns}")


def _keep(half: "half_said.HalfSaid", choices: "Choices") -> None:
    with suppress(Trouble):
        half.keep(json.dumps([[*place, side] for place, side in choices.items()]))


def _carried_out(desk: "Desk", other: Path, plan: "Plan", choices: "Choices") -> None:
    """Merge; then every page reads the data file anew, as if it were opened just now.

    Meanwhile nothing is typed: it would be saved over what comes in.
    """
    from pairing_desktop.services import merging_files

    fork, typing = desk.workspace.fork(), (desk.stack, desk.navigation, desk.top)
    for part in typing:
        part.setEnabled(False)

    def free() -> None:
        fork.close()
        for part in typing:
            part.setEnabled(True)

    def work(progress: "Progress") -> "Outcome":
        return merging_files.merge(fork, other, plan, choices, progress)

    def done(outcome: "Outcome") -> None:
        kept = f"一边删除、另一边还用到的 {outcome.kept} 条没有删除。" if outcome.kept else ""
        ask.dialogs.tell(desk, f"已合并“{plan.file}”",
                         f"{kept}修改痕迹里记了这次合并。合并前的备份在：\n{outcome.backup}\n"
                         "合并不能撤销；要回到合并以前，用“文件 → 从备份恢复”。")
        turns.later(desk, lambda: desk.takeOverWanted.emit(str(desk.workspace.path)))

    jobs.run(desk, TITLE, work, done).ended.connect(free)
