"""What the menu 数据 does: import a spreadsheet, take the last import back, give out a collection workbook."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop.errors import Trouble
from pairing_desktop.services import importing, importing_pasted, resuming
from pairing_desktop.ui import ask, jobs, moments, turns

if TYPE_CHECKING:
    from collections.abc import Callable

    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.progress import Progress
    from pairing_desktop.services.importing import Outcome
    from pairing_desktop.ui.desk import Desk
    from pairing_desktop.ui.entry_page import EntryPage
    from pairing_desktop.ui.import_wizard import ImportWizard

ROWS = 2
"""The head and a row; and as many columns, for one alone is more often a text than a table."""

HOW = "要把记录贴进来，请在 Excel、WPS 里连同表头那一行一起复制，再在列表里按 Ctrl+V。"


def do(desk: "Desk", what: str) -> None:
    """Do one of the menu's tasks for the form that is shown, or the first."""
    acts: dict[str, Callable[[Desk, Form], object]] = {
        "import_sheet": import_sheet, "undo_import": undo_last, "collection": save_collection,
        "paste_rows": paste_rows, "collection_filled": partial(save_collection, with_records=True),
    }
    if desk.leave():
        acts[what](desk, _form(desk))


def _form(desk: "Desk") -> "Form":
    page = desk.entry_page()
    offered = importing.importable(desk.workspace)
    return page.form if page is not None and page.form in offered else offered[0]


def import_sheet(desk: "Desk", form: "Form", file: Path | None = None, step: str = "") -> None:
    """Show the wizard, with a file at a step if it was there; that it is open is known after a power cut."""
    from pairing_desktop.services import half_said, importing_writing
    from pairing_desktop.ui.import_wizard import ImportWizard

    before = importing_writing.last_import(desk.workspace)
    wizard = ImportWizard(desk.workspace, form=form.id, quarter=desk.quarter, parent=desk)
    wizard.changed.connect(lambda changed: _changed(desk, changed, before))
    wizard.moved.connect(partial(_stands, wizard))
    _stands(wizard)
    if file is not None:
        wizard.go_on_at(file, step)
    ask.dialogs.run(wizard)
    half_said.stands(desk.workspace, half_said.IMPORT)
    if wizard.source is not None and importing_pasted.is_pasted(wizard.source.path):
        half_said.importing(desk.workspace, wizard.form, wizard.source.path.name).drop()
    if file is not None:
        importing_pasted.forget(file)


def paste_rows(desk: "Desk", form: "Form") -> None:
    """Import the rows on the clipboard as if they were a spreadsheet's; say how they are to be copied."""
    from pairing_desktop.ui import clipboard_block

    block = clipboard_block.taken()
    if len(block) < ROWS or max(map(len, block)) < ROWS:
        what = "剪贴板里没有几行几列的表格。" if block else clipboard_block.no_text() or "剪贴板里没有文字。"
        ask.dialogs.tell(desk, "没有粘贴", what + HOW)
        return
    try:
        file = importing_pasted.write(block, moments.local(desk.workspace.clock()))
    except Trouble as trouble:
        ask.dialogs.trouble(desk, trouble, title="没有粘贴")
        return
    import_sheet(desk, form, file)


def _stands(wizard: "ImportWizard") -> None:
    from pairing_desktop.services import half_said

    file = str(wizard.source.path) if wizard.source is not None else ""
    place = () if wizard.step == "result" else (wizard.form, wizard.step, file)
    half_said.stands(wizard.workspace, half_said.IMPORT, *place)


def go_on(desk: "Desk", about: str) -> None:
    """Show the wizard again as a power cut left it; without the file, which may be gone, as it begins."""
    form, step, name = about.split("|", 2)
    known = {one.id: one for one in importing.importable(desk.workspace)}
    if form in known and desk.leave():
        file = Path(name) if name and Path(name).is_file() else None
        import_sheet(desk, known[form], file, step)


def _changed(desk: "Desk", form: str, before: str) -> None:
    """Show what became of many records; a record is opened anew a turn later, for that takes as long as all else."""
    page = desk.entry_page()
    entry = page.entry if page is not None else None
    desk.undoing.follow_imports(before)
    if page is not None:
        page.close_record()
    desk.signals.recordChanged.emit(form, "")
    if page is not None:
        key = entry.opened.key if entry is not None and not entry.is_new else ""
        turns.later(page, partial(_open_again, page, key, entry.draft.subject if entry is not None else ""))


def _open_again(page: "EntryPage", key: str, subject: str) -> None:
    """Open the record that one was at; the first one where there is none, or it went with an import taken back."""
    if page.entry is None and (resuming.is_there(page.workspace, key) if key else subject):
        page.open(key, subject)
    if page.entry is None:
        page.list.refresh()  # read before the import was taken back, it may begin with a record that is gone
        page.show_first()


def undo_last(desk: "Desk", _form: "Form") -> None:
    """Take back the last import that still stands, after asking once."""
    from pairing_desktop.services import importing_writing

    last = importing_writing.described(desk.workspace)
    if last is None:
        ask.dialogs.tell(desk, "没有可撤销的导入", "还没有从表格导入过，或者都已经撤销了。")
        return
    what = (f"{last.form}：新增 {last.created:,} 条、修改 {last.changed:,} 条。"
            "新增的会删除，改过的恢复原样，历史里都留有记录。")
    if not ask.dialogs.confirm(desk, f"撤销从“{last.file}”的导入？", what, yes="撤销导入"):
        return
    workspace = desk.workspace.fork()

    def done(outcome: "Outcome") -> None:
        _changed(desk, last.form_id, last.name)
        desk.signals.told.emit(f"已撤销从“{last.file}”的导入：{outcome.created + outcome.changed:,} 条")

    job = jobs.run(desk, "撤销导入", lambda progress: importing_writing.undo(workspace, last.name, progress), done)
    job.ended.connect(workspace.close)
    desk.undoing.wait_for(job)


def save_collection(desk: "Desk", form: "Form", *, with_records: bool = False) -> None:
    """Write the form's collection workbook where the clerk says, blank or with what is there."""
    from pairing_desktop.services import collecting

    name = collecting.suggested_name(desk.workspace, form.id, desk.quarter)
    path = ask.dialogs.save_file(desk, f"导出“{form.short}”采集表", "Excel 工作簿 (*.xlsx)",
                                 suggested=desk.workspace.path.with_name(name))
    if path is None:
        return
    workspace, quarter = desk.workspace.fork(), desk.quarter

    def work(progress: "Progress") -> None:
        collecting.save(workspace, form.id, path, quarter=quarter, with_records=with_records, progress=progress)

    def done(_none: None) -> None:
        desk.signals.told.emit(f"采集表已存到 {path}，发给企业或乡镇填好后用“数据 → 导入表格”收回")

    jobs.run(desk, "导出采集表", work, done).ended.connect(workspace.close)
