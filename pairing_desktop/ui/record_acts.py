"""What a page does with its open record on the clerk's word, beside opening and saving it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from pairing_desktop.ui import ask, turns

if TYPE_CHECKING:
    from pairing_desktop.ui.entry_page import EntryPage


def tell_state(page: "EntryPage", *, deleted: str, drop: Callable[[], object]) -> None:
    """Say above the form what stands in the way, or what came back."""
    if page.record is None or page.entry is None:
        return
    banner, opened = page.record.banner, page.entry.opened
    if page.workspace.readonly:
        banner.say("")  # the desk says so above every page
    elif opened.locked:
        banner.say(f"{opened.locked}，不能修改。要改请先撤销定稿。", act="去报送页",
                   action=partial(page.signals.showPage.emit, "submit"))
    elif deleted:
        banner.say(f"已{deleted}。", tone="accent", act="撤销删除", action=page.undoing.undo)
    elif opened.recovered and opened.focus:
        banner.say("上次没有保存完的内容已经找回，核对后按 Ctrl+S 保存。", tone="query", act="放弃找回的内容",
                   action=drop)
    elif opened.recovered:
        banner.say("这条记录有还没保存的修改，已经找回。", tone="query", act="放弃这些修改",
                   action=drop)
    elif opened.needs_reason:
        banner.say(f"{opened.needs_reason}。", tone="query")
    else:
        banner.say("")


def let_go(page: "EntryPage | None") -> bool:
    """Ask whether what cannot be written may be lost, so that nobody is kept in a window that cannot save."""
    entry = page.entry if page is not None else None
    return entry is not None and not entry.safe and ask.dialogs.confirm(
        page, "有内容还没有存盘，仍要关闭？",
        f"“{entry.title}”里最后输入的内容写不进磁盘，关闭就没有了；以前存过的都在。腾出空间后点“再存一次”就能保住。",
        yes="不存了，关闭", no="先不关", danger=True)


def through(page: "EntryPage") -> None:
    """Go to the list after the form's last field, where the next record is one key away; then save what is on disk."""
    if page.entry is None:
        return
    page.list.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
    page.entry.save_checks()
    turns.later(page, partial(page.keeping.save_through, page.entry.opened.key))


def carry_forward(page: "EntryPage") -> None:
    """Fill blank fields from last quarter."""
    if page.entry is not None:
        filled = page.entry.carry_forward()
        page.signals.told.emit(f"结转了 {filled} 项，请逐项核对" if filled else "没有可结转的空项")


def _above(page: "EntryPage") -> str:
    return page.list.above(new=page.entry.is_new) if page.entry is not None else ""


def copy_above(page: "EntryPage") -> None:
    """Copy the focused field from the record above in the list (Ctrl+D)."""
    key, path = _above(page), page.record.current if page.record else ""
    if page.entry is None or not key or not path or "/" in path:
        return
    from pairing_desktop.services import entering

    other = entering.open_record(page.workspace, form=page.form.id, key=key, quarter=page.quarter)
    if not page.entry.locked(path):
        page.entry.type(path, other.draft.text(path))


def copy_all_above(page: "EntryPage") -> None:
    """Copy every blank field from the record above in the list."""
    key = _above(page)
    if page.entry is not None and key and not page.entry.read_only:
        filled = page.entry.copy_from(key)
        page.signals.told.emit(f"从上一条带来 {filled} 项")


def show_help(page: "EntryPage", commands: Sequence[tuple[str, str]] = ()) -> None:
    """Show the form's notes, the focused field's help, and every key (F1)."""
    from pairing_desktop.ui.help_sheet import HelpSheet

    lines = [page.form.help, ""]
    if page.record is not None and page.record.current:
        field = page.form.field(page.record.current)
        lines += [f"【{field.plain_label}】{field.help}", ""]
    lines += [f"{n}. {note}" for n, note in enumerate(page.form.notes, 1)]
    ask.dialogs.run(HelpSheet(page, page.form.title, "\n".join(lines).strip(), commands))
