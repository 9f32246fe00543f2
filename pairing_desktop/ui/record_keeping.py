"""What becomes of a page's open record: saved, left, deleted, given up; and what is told above the form of it."""

from functools import partial
from typing import TYPE_CHECKING

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec.undo import Place
from pairing_desktop.ui import ask, record_acts, turns

if TYPE_CHECKING:
    from pairing_desktop.services.entering import Saved
    from pairing_desktop.services.half_said import HalfSaid
    from pairing_desktop.ui.entry import Entry
    from pairing_desktop.ui.entry_page import EntryPage


class RecordKeeping:
    """A record becomes a revision when it is left or saved; until then it is a draft on disk."""

    def __init__(self, page: "EntryPage") -> None:
        self._page = page
        self._leaving = False
        self.deleted = ""
        """What was deleted last, as undo names it; "" once something else was done."""

    # Saving

    def leave(self) -> bool:
        """Save the open record before another is shown; False when it has to stay open.

        What can't be saved (no reason is given, a lock came meanwhile) stays a draft on disk and comes back later;
        only what is not even on disk keeps the record open. While a dialog asks, nothing else can leave it.
        """
        page, entry = self._page, self._page.entry
        if entry is None or page.record is None:
            return True
        if self._leaving:
            return False
        self._leaving = True
        try:
            page.record.commit()
            saved = not entry.draft.dirty or page.save()
        finally:
            self._leaving = False
        if saved:
            return True
        if entry.safe:
            page.signals.told.emit(f"“{entry.title}”的修改没有保存，留作草稿，下次打开还在")
        return entry.safe

    def save(self) -> bool:
        """Make a revision of what is typed; ask for the reason where one is needed."""
        if self._page.entry is None or self._page.entry.read_only:
            return True
        saved = self._revision(self._page.entry)
        if saved is not None:
            self._tell(saved, "" if saved.changed else "没有改动")
        return saved is not None

    def save_through(self, key: str) -> None:
        """Save a record whose last field was filled, then tell everybody of it: each in a turn of its own."""
        page, entry = self._page, self._page.entry
        if entry is None or entry.opened.key != key or entry.read_only:
            return  # a key came first that led to another record, and left this one saved
        saved = self._revision(entry)
        if saved is not None:
            turns.later(page, partial(self._tell, saved, "最后一项填完，已保存：按 ↓ 到下一条，Ctrl+N 新建"))
            return
        entry.check()  # saving would have
        if page.record is not None:
            page.record.jump(page.record.current)

    def _revision(self, entry: "Entry") -> "Saved | None":
        """Make a revision; None where it could not be made, which is told."""
        if self._page.record is not None:
            self._page.record.commit()
        if not entry.safe:
            entry.keep()  # nobody is asked for words that cannot be kept either
            if not entry.safe:
                return None
        why = self._why(entry) if entry.opened.needs_reason and entry.draft.dirty else ""
        if why is None:
            return None
        try:
            saved = entry.save(why)
        except Trouble as trouble:
            ask.dialogs.trouble(self._page, trouble, title="没有保存")
            return None
        if why:
            self._half_said(entry).drop()
        return saved

    def _why(self, entry: "Entry") -> str | None:
        """Ask why what was sent is changed."""
        ground = f"{entry.opened.needs_reason}。原因随下一次报送一起上报。"
        return ask.dialogs.reason(self._page, "修改已报送的内容", ground, yes="保存", half=self._half_said(entry))

    def _half_said(self, entry: "Entry") -> "HalfSaid":
        """Return the box that asks why what was sent is changed."""
        from pairing_desktop.services import half_said

        return half_said.reason(self._page.workspace, half_said.CHANGE, entry.opened.key)

    def _tell(self, saved: "Saved", words: str) -> None:
        self.deleted = ""
        if saved.changed:
            self._page.signals.recordChanged.emit(self._page.form.id, saved.key)
        self.tell_state()
        self._page.signals.told.emit(words)
        self._page.statusChanged.emit()

    # Above the form

    def tell_state(self) -> None:
        """Say what stands in the way, or what came back."""
        deleted = self.deleted if self._page.undoing.names()[0] == self.deleted else ""
        record_acts.tell_state(self._page, deleted=deleted, drop=self.give_up)

    def not_kept(self, trouble: Trouble) -> None:
        """Say that what is typed could not be put on disk."""
        page = self._page
        if page.record is not None:
            problem = trouble.problems[0]
            page.record.banner.say(f"没能存盘：{problem}内容还在窗口里，先不要关。", tone="error", act="再存一次",
                                   action=lambda: page.entry.keep() if page.entry else None)

    # Deleting

    def give_up(self) -> None:
        """Give up what came back, on the clerk's word: the record is as it was saved last."""
        page, entry = self._page, self._page.entry
        if entry is None or not ask.dialogs.confirm(
                page, "放弃没有保存的修改", "记录回到上次保存时的样子，找回的内容不再保留。", yes="放弃", danger=True):
            return
        key, subject, path = entry.opened.key, entry.draft.subject, page.record.current if page.record else ""
        entry.discard()
        new = entry.is_new
        page.close_record()
        page.list.refresh()
        if not new:
            page.open(key, subject)
        if page.record is not None and not page.record.jump(path):
            page.record.start()

    def delete(self) -> None:
        """Delete the open record; it can be brought back."""
        page, entry = self._page, self._page.entry
        if entry is None or entry.read_only:
            return
        why: str | None = ""
        if entry.opened.needs_reason:
            why = ask.dialogs.reason(page, "删除已报送的记录", f"{entry.opened.needs_reason}。", yes="删除",
                                     half=self._half_said(entry))
        if why is None:
            return
        key, saved = entry.opened.key, not entry.is_new
        try:
            self.deleted = self._delete(key, why) if saved else self._drop(entry)
        except Trouble as trouble:
            ask.dialogs.trouble(page, trouble, title="没有删除")
            return
        told = f"已{self.deleted}，按 Ctrl+Z 撤销" if saved else ""
        page.show_gone(key, f"{told}。" if told else "")
        page.signals.told.emit(told)

    def _delete(self, key: str, why: str) -> str:
        from pairing_desktop.services import mass

        page = self._page
        done = mass.delete(page.workspace, page.form.id, [key], quarter=page.quarter, why=why)
        page.undoing.remember_many(done)
        return done.name

    def _drop(self, entry: "Entry") -> str:
        """Give up what was typed and never saved."""
        from pairing_desktop.services import entering

        key = entry.opened.key
        if entry.draft.dirty:
            entering.delete(self._page.workspace, key)
        self._page.undoing.history.forget(Place(self._page.form.id, key))
        return ""
