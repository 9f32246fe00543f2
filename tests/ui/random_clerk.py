"""A clerk who does what the dice say in a real window, in a process of its own, to be killed at any moment.

``python -m tests.ui.random_clerk FILE SEED`` opens the file as the program does and works until it is killed. Each
line on standard output is JSON: ``doing`` before an act, with what it may change; ``done`` after it, with where the
clerk is then and what the open record holds; ``at`` once after opening.
"""

import faulthandler
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QElapsedTimer, QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from pairing_desktop.ui import ask
from pairing_desktop.ui.desk import Desk
from pairing_desktop.ui.entry_page import EntryPage
from pairing_desktop.ui.jobs import worker
from pairing_desktop.ui.line_input import LineInput
from pairing_desktop.ui.long_input import LongInput
from pairing_desktop.ui.start import show_window

FORMS = ("enterprise", "diagnosis", "lean_project", "exchange_activity")
WORDS = ("双彩𬳽材料", "竹产业园㛃", "3.31", "20251332", "约12", "65.2%", "1亿", "zd", "示例 咨询机构", "=1+1", "0")
IMPORTED = 60
HANGS = 600_000
"""Milliseconds after which what is waited for will never come."""


class NobodyAsked:
    """Stands in for the dialogs: none is expected, whatever is asked ends the clerk with words."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def asked(*words: object, **_more: object) -> None:
            say("asked", name=name, words=[str(w) for w in words[1:]])
            sys.exit(3)

        return asked


def say(what: str, **more: object) -> None:
    sys.stdout.write(json.dumps({"what": what, **more}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def rest(milliseconds: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop, loop.quit)
    loop.exec()


def until(holds: Callable[[], object], otherwise: str) -> None:
    clock = QElapsedTimer()
    clock.start()
    while not holds():
        rest(10)
        if clock.elapsed() > HANGS:
            say("stuck", otherwise=otherwise)
            sys.exit(4)


class RandomClerk:
    """Acts on the desk by key events to what has the focus, as a hand does."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.dice = desk, random.Random(seed)  # noqa: S311  # not for secrets
        self.sheets = 0

    @property
    def page(self) -> EntryPage:
        page = self.desk.entry_page()
        assert page is not None
        return page

    def state(self) -> dict[str, object]:
        page = self.desk.entry_page()
        if page is None or page.entry is None or page.record is None:
            return {"page": self.desk.page}
        entry = page.entry
        return {"page": page.form.id, "key": entry.opened.key, "path": page.record.current, "new": entry.is_new,
                "dirty": entry.draft.dirty, "payload": entry.draft.payload(), "text": self.text()}

    def text(self) -> str:
        """Return what stands in the field that one is in."""
        widget = self._focus()
        return (widget.text() if isinstance(widget, LineInput) else
                widget.toPlainText() if isinstance(widget, LongInput) else "")

    # acts: name, what of the record may change, whether the place may

    def act(self) -> None:
        acts: list[tuple[int, Callable[[], None]]] = [
            (30, self.type_and_leave), (12, self.type_half), (14, self.move), (5, self.save), (5, self.step),
            (5, self.new), (4, self.other_form), (5, self.undo), (3, self.take_in), (20, self.pause),
        ]
        self.dice.choices([a for _, a in acts], [weight for weight, _ in acts])[0]()
        say("done", **self.state())

    def doing(self, name: str, *, touches: str = "", moves: bool = False) -> None:
        say("doing", name=name, touches=touches, moves=moves)

    def key(self, key: Qt.Key, control: bool = False) -> None:
        held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        widget = self._focus()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(widget, QKeyEvent(kind, key, held))
        rest(self.dice.choice((0, 0, 5, 30)))

    def _focus(self) -> QWidget:
        return QApplication.focusWidget() or self.desk

    def write(self, text: str) -> None:
        for sign in text:
            widget = self._focus()
            if sign.isascii():
                QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, sign))
            else:
                event = QInputMethodEvent()
                event.setCommitString(sign)
                QApplication.sendEvent(widget, event)
            rest(self.dice.choice((0, 0, 0, 15)))

    def _in_a_field(self) -> bool:
        record = self.page.record
        if record is None:
            return False
        if not isinstance(self._focus(), LineInput | LongInput) and not record.isAncestorOf(self._focus()):
            record.start()
        return bool(record.current) and self.page.entry is not None and not self.page.entry.locked(record.current)

    def _current(self) -> str:
        return self.page.record.current if self.page.record is not None else ""

    def type_and_leave(self) -> None:
        if self._in_a_field():
            self.doing("type", touches=self._current(), moves=True)
            self.write(self.dice.choice(WORDS))
            self.key(Qt.Key.Key_Tab)

    def type_half(self) -> None:
        """Type and stay until it is kept, as the program promises within two seconds."""
        if not self._in_a_field():
            return
        path, entry = self._current(), self.page.entry
        assert entry is not None
        self.doing("half", touches=path)
        self.write("9" + self.dice.choice(WORDS))
        if isinstance(self._focus(), LineInput | LongInput):
            text = self.text()
            until(lambda: entry.draft.text(path) == text, "half a field was not kept")

    def move(self) -> None:
        if self._in_a_field():
            self.doing("move", moves=True, touches=self._current())
            for _ in range(self.dice.randrange(1, 6)):
                self.key(self.dice.choice((Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)))

    def leave_field(self) -> None:
        """Leave what may be half typed: it is understood then, and once the record is left nobody tells of it."""
        page = self.desk.entry_page()
        if page is not None and page.entry is not None:
            self.doing("leave", touches=self._current())
            page.commit()
            say("done", **self.state())

    def save(self) -> None:
        self.doing("save", touches=self._current())  # what was half typed is understood by it
        self.page.save()

    def step(self) -> None:
        self.leave_field()
        self.doing("step", moves=True)
        self.page.step(self.dice.choice((-1, 1)))
        rest(20)

    def new(self) -> None:
        self.leave_field()
        self.doing("new", moves=True)
        self.page.new()
        rest(20)

    def other_form(self) -> None:
        self.leave_field()
        self.doing("form", moves=True)
        self.desk.show_page(self.dice.choice(FORMS))
        until(lambda: self.page.entry is not None or not self.page.list.model.rowCount(), "no record was shown")

    def undo(self) -> None:
        """Undo what was done last, in whatever record that was: it is opened for it."""
        last = self.page.undoing.history.last()
        say("doing", name="undo", touches="*", moves=True, of=last[0].key if last else "")
        self.page.undo()

    def pause(self) -> None:
        rest(self.dice.randrange(0, 200))

    def take_in(self) -> None:
        """Import a sheet with the wizard, all the way."""
        from openpyxl import Workbook

        from pairing_desktop.ui.import_wizard import ImportWizard

        self.leave_field()
        self.page.leave()
        self.sheets += 1
        name = f"导入{self.dice.randrange(10**9)}"
        book = Workbook()
        sheet: Any = book.active
        for row in (["企业名称", "所在县（市、区）"], *([f"{name}第{n}家", "遂昌县"] for n in range(IMPORTED))):
            sheet.append(row)
        path = self.desk.workspace.path.with_name(f"{name}.xlsx")
        book.save(path)
        wizard = ImportWizard(self.desk.workspace, form="enterprise", quarter=self.desk.quarter, parent=self.desk)
        wizard.show()
        say("doing", name="import", touches="", moves=False, firms=name)
        wizard.open_sheet(path)
        for step in ("columns", "review", "result"):
            until(lambda: not worker().busy, "the wizard stood still")
            rest(10)
            wizard.go_on()
            until(lambda step=step: wizard.step == step, f"no step {step}")
        until(lambda: not worker().busy, "the import did not end")
        wizard.close()
        wizard.deleteLater()
        self.desk.activateWindow()  # as a window manager does when what stood before it is gone
        until(self.desk.isActiveWindow, "the window did not come to the front again")
        say("imported", firms=name)


def main(file: Path, seed: int) -> None:
    """Open the file and work."""
    ask.dialogs = NobodyAsked()  # type: ignore[assignment]
    app = QApplication([])
    window = show_window(app, str(file))

    def begin() -> None:
        desk = window.desk
        assert desk is not None
        page = desk.entry_page()
        if page is not None:
            until(lambda: page.entry is not None or not page.list.model.rowCount(), "no record was shown")
        say("at", **desk_state(desk))
        clerk = RandomClerk(desk, seed)
        if page is None:
            clerk.other_form()
        while True:
            faulthandler.dump_traceback_later(60)  # where it stands still, for clerk.log
            clerk.act()

    def wait() -> None:
        QTimer.singleShot(0 if window.desk is not None else 20, window, begin if window.desk is not None else wait)

    wait()
    app.exec()


def desk_state(desk: Desk) -> dict[str, object]:
    return RandomClerk(desk, 0).state()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
