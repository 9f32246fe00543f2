"""Long work on the one background thread; its result comes back to the window's thread as plain data.

There is one worker thread for the whole program, because a workspace's fork is never used by two at once; it lives
only while there is work. Work that is asked for meanwhile waits its turn. All bookkeeping happens on the window's
thread, so that nothing needs a lock; the work itself only touches its own arguments and ``progress``.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import count
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QToolButton, QWidget

from pairing_desktop import garbage, turns
from pairing_desktop.errors import Trouble
from pairing_desktop.progress import Cancelled, Progress
from pairing_desktop.services import ahead
from pairing_desktop.ui.elided import Elided
from pairing_desktop.ui.turns import later

T = TypeVar("T")

TELL_EVERY = 0.05
"""Seconds between two tellings of the same step: the window is told often enough, not for every record."""

SAID = 8000
"""Milliseconds for which it stands there that work was cancelled."""

AWAY = 60_000
"""Milliseconds between two looks whether the window is left alone."""


@contextmanager
def _giving_way() -> Iterator[None]:
    """Keep the window painting while the work holds the interpreter."""
    with turns.short(), garbage.young_only():
        try:
            yield
        finally:
            garbage.set_apart()


class Job(QObject):
    """One piece of work. Its signals arrive on the window's thread."""

    stepped = Signal(str, int, int)  # step, done, total
    through = Signal()  # the work is over, before its result or error is told: nothing runs behind a dialog
    stopped = Signal()  # cancelled: nothing was changed
    ended = Signal()  # after done, failed or cancelled

    def __init__(self, title: str, work: Callable[[Progress], Any],
                 arrived: Callable[[Any, BaseException | None], None]) -> None:
        super().__init__()
        self.title = title
        self._work = work
        self._arrived = arrived
        self._stop = threading.Event()
        self._dropped = False
        self._told = ("", -1, 0.0)

    def cancel(self) -> None:
        """Ask the work to stop at its next step; work that waits its turn never begins.

        Work that was through all the same is through: what it wrote is written, so its result arrives.
        """
        self._stop.set()

    def drop(self) -> None:
        """Stop it because nobody is there any more to take a result."""
        self._dropped = True
        self.cancel()

    def tell(self, step: str, done: int, total: int) -> None:
        """Be the work's ``Progress``: pass the step on and stop when asked to (runs on the worker thread)."""
        if self._stop.is_set():
            raise Cancelled
        now = time.monotonic()
        if (step, total) != self._told[:2] or now - self._told[2] > TELL_EVERY or done == total:
            self._told = (step, total, now)
            self.stepped.emit(step, done, total)

    def perform(self) -> tuple[Any, BaseException | None]:
        """Do the work and return its result or its error (runs on the worker thread)."""
        try:
            self.tell(self.title, 0, 0)
            return self._work(self.tell), None
        except BaseException as error:  # noqa: BLE001  # every error goes to the window's thread, none is lost
            return None, error

    def arrive(self, result: object, error: BaseException | None) -> None:
        """Hand result or error to whoever asked."""
        try:
            if isinstance(error, Cancelled):
                self.stopped.emit()
                return
            self.through.emit()
            if not self._dropped:
                self._arrived(result, error)
        finally:
            self.ended.emit()


class Worker(QObject):
    """The background thread's keeper, a child of the application: one job at a time, in the order asked for."""

    started = Signal(Job)
    called = Signal(int, object)
    """See ``here``: the call's number, and with what."""

    _finished = Signal(object, object, object)

    def __init__(self, application: QCoreApplication) -> None:
        super().__init__(application)
        self._waiting: deque[Job] = deque()
        self._thread: threading.Thread | None = None
        self._current: Job | None = None
        self._while_working = ExitStack()
        self._away = QTimer(self)
        self._away.setInterval(AWAY)
        self._away.timeout.connect(self._sweep)
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._expected: dict[int, tuple[QObject, Callable[[Any], object]]] = {}
        self._numbers = count()
        self.called.connect(self._call, Qt.ConnectionType.QueuedConnection)
        application.aboutToQuit.connect(self.stop)

    @property
    def busy(self) -> bool:
        """Whether anything runs or waits."""
        return self._current is not None or bool(self._waiting)

    def add(self, job: Job) -> None:
        """Take a job; it starts when those before it are through."""
        self._waiting.append(job)
        self._next()

    def _next(self) -> None:
        if self._current is not None or not self._waiting:
            return
        job = self._current = self._waiting.popleft()
        self._while_working.enter_context(_giving_way())
        later(self, partial(self._begin, job))  # what the button changed is painted first

    def _begin(self, job: Job) -> None:
        self._thread = threading.Thread(target=self._run, args=(job,), name=f"job: {job.title}")
        self._thread.start()

    def _run(self, job: Job) -> None:
        ahead.through()
        self._finished.emit(job, *job.perform())

    @Slot(object, object, object)
    def _deliver(self, job: Job, result: object, error: BaseException | None) -> None:
        if self._thread is not None:
            self._thread.join()
        self._thread = self._current = None
        self._while_working.close()
        self._away.start()
        try:
            job.arrive(result, error)
        finally:
            self._next()

    def expect(self, whose: QObject, call: Callable[[Any], object]) -> Callable[[Any], None]:
        """Hold a call until another thread asks for it by its number; see ``here``."""
        number = next(self._numbers)
        self._expected[number] = (whose, call)
        return partial(self.called.emit, number)

    @Slot(int, object)
    def _call(self, number: int, what: object) -> None:
        whose, call = self._expected.pop(number)
        if shiboken6.isValid(whose):
            call(what)

    @Slot()
    def _sweep(self) -> None:
        """Collect what work left behind once another program's window is in front."""
        if QGuiApplication.applicationState() != Qt.ApplicationState.ApplicationActive and not self.busy:
            self._away.stop()
            garbage.sweep()

    @Slot()
    def stop(self) -> None:
        """Stop everything and wait for the thread: nothing runs on after a window or a data file is closed."""
        self._waiting.clear()
        if self._current is not None:
            self._current.drop()
        if self._thread is not None:
            self._thread.join()
        self._while_working.close()


def worker() -> Worker:
    """Return the application's worker; it is made on first use."""
    application = QCoreApplication.instance()
    if application is None:
        raise RuntimeError("background work needs an application")
    found = application.findChild(Worker, "", Qt.FindChildOption.FindDirectChildrenOnly)
    return found or Worker(application)


def here(whose: QObject, call: Callable[[T], object]) -> Callable[[T], None]:
    """Return what another thread may call once to have ``call`` done on this one, unless ``whose`` is gone by then.

    The other thread never holds ``whose``: were it the last that does, a widget or timer would die on it.
    """
    return worker().expect(whose, call)


class JobBar(QWidget):
    """Progress bar, step name and cancel for a status bar or a page; hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._before: QWidget | None = None
        """What had the cursor when the work began."""
        self._step = Elided(self)
        self._step.setProperty("kind", "hint")
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._bar.setMinimumWidth(48)
        self._bar.setMaximumWidth(160)
        self._bar.setAccessibleName("后台工作进度")
        self._cancel = QToolButton(self)
        self._cancel.setText("取消")
        self._cancel.setAccessibleName("取消后台工作")
        self._cancel.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._cancel.clicked.connect(self.cancel)
        self._said = QTimer(self)
        self._said.setSingleShot(True)
        self._said.setInterval(SAID)
        self._said.timeout.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (self._step, self._bar, self._cancel):
            row.addWidget(part)
        self.hide()

    def follow(self, job: Job) -> None:
        """Show this job until it ends."""
        self._job, self._before = job, self.window().focusWidget()
        job.stepped.connect(self._show)
        job.stopped.connect(partial(self._tell_stopped, job))
        job.through.connect(partial(self._forget, job))
        self._said.stop()
        self._show(job.title, 0, 0)
        self._cancel.setEnabled(True)
        self._bar.show()
        self._cancel.show()
        self.show()

    @Slot(str, int, int)
    def _show(self, step: str, done: int, total: int) -> None:
        self._step.setText(step if not total else f"{step} {done}/{total}")
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    @Slot()
    def cancel(self) -> None:
        """Ask the work that is shown to stop, as its button does."""
        if self._job is not None:
            self._job.cancel()
            if self._cancel.hasFocus() and self._before is not None and shiboken6.isValid(self._before):
                self._before.setFocus()  # else the cursor goes to whatever button comes next
            self._cancel.setEnabled(False)
            self._step.setText("正在停止…")

    def _tell_stopped(self, job: Job) -> None:
        if shiboken6.isValid(self) and self._job is job:
            self._job = None
            self._step.setText(f"已取消：{job.title}，没有改动任何内容")
            self._bar.hide()
            self._cancel.hide()
            self._said.start()

    def _forget(self, job: Job) -> None:
        if shiboken6.isValid(self) and self._job is job:
            self._job = None
            self.hide()


def _upward(widget: QWidget | None) -> Iterator[QWidget]:
    while widget is not None:
        yield widget
        widget = widget.parentWidget()


def _nearest_bar(parent: QWidget) -> JobBar | None:
    return next((bar for place in _upward(parent) if (bar := place.findChild(JobBar)) is not None), None)


def run(
    parent: QWidget,
    title: str,
    work: Callable[[Progress], T],
    done: Callable[[T], object],
    failed: Callable[[BaseException], object] | None = None,
    *,
    quiet: bool = False,
) -> Job:
    """Do ``work`` in the background and call ``done(result)`` or ``failed(error)`` on this thread.

    Cancelling calls neither (``job.ended`` tells, and the bar says so); work that was through all the same calls
    ``done``. A closed ``parent`` drops the result. Without ``failed`` trouble is told in a dialog. Progress shows in
    the nearest ``JobBar`` upward of ``parent``, unless ``quiet``.
    """

    def arrived(result: T, error: BaseException | None) -> None:
        if not shiboken6.isValid(parent):
            return
        if error is None:
            done(result)
        elif failed is not None:
            failed(error)
        else:
            tell_failure(parent, error)

    job = Job(title, work, arrived)
    if not quiet and (bar := _nearest_bar(parent)) is not None:
        bar.follow(job)
    worker().add(job)
    return job


def tell_failure(parent: QWidget, error: BaseException) -> None:
    """Tell expected trouble in words and remedies, anything else as a fault of the program."""
    from pairing_desktop.ui import ask  # the dialogs are not needed before something is told

    if isinstance(error, Trouble):
        ask.dialogs.trouble(parent, error)
    else:
        ask.dialogs.bug(parent, error)
