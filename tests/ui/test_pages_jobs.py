"""Background work: its result comes back to the window's thread, it can be stopped, and no thread outlives it."""

import threading
import weakref
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

pytest.importorskip("PySide6")

from PySide6.QtCore import QObject
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from pairing_desktop.errors import Problem, Trouble
from pairing_desktop.progress import Cancelled, Progress
from pairing_desktop.services import ahead
from pairing_desktop.ui import jobs
from pairing_desktop.ui.print_dialog import print_pdf
from tests.ui.script import Script, idle

pytestmark = pytest.mark.gui


class Page(QWidget):
    """A page with a place for progress."""

    def __init__(self) -> None:
        super().__init__()
        self.bar = jobs.JobBar()
        layout = QHBoxLayout(self)
        layout.addWidget(self.bar)


@pytest.fixture
def page(qtbot: Any) -> Page:
    made = Page()
    qtbot.addWidget(made)
    made.show()
    return made


def workers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("job")]


def test_work_waits_for_what_is_being_imported_ahead(qtbot: Any, page: Page) -> None:
    done, begun = threading.Event(), list[bool]()
    thread = threading.Thread(target=done.wait, args=(30,), name=ahead.NAME)
    thread.start()
    jobs.run(page, "数数", lambda _progress: begun.append(done.is_set()), lambda _none: None)
    qtbot.waitUntil(lambda: bool(workers()))
    assert not begun
    done.set()
    idle(qtbot)
    assert begun == [True]


def test_the_result_arrives_on_the_windows_thread(qtbot: Any, page: Page) -> None:
    there: list[threading.Thread] = []
    here: list[tuple[int, threading.Thread]] = []

    def work(progress: Progress) -> int:
        there.append(threading.current_thread())
        progress("数一数", 1, 2)
        return 42

    jobs.run(page, "数数", work, lambda result: here.append((result, threading.current_thread())))
    idle(qtbot)
    assert here == [(42, threading.main_thread())]
    assert there[0] is not threading.main_thread()
    assert not workers()


def test_the_bar_shows_the_step_and_goes(qtbot: Any, page: Page) -> None:
    seen, go_on = threading.Event(), threading.Event()

    def work(progress: Progress) -> None:
        progress("审核", 3, 9)
        seen.set()
        go_on.wait(10)

    jobs.run(page, "审核", work, lambda _none: None)
    qtbot.waitUntil(seen.is_set)
    qtbot.waitUntil(lambda: "3/9" in page.bar._step.text())
    assert page.bar.isVisible()
    go_on.set()
    idle(qtbot)
    assert not page.bar.isVisible()


def test_cancelling_calls_neither(qtbot: Any, page: Page) -> None:
    began = threading.Event()
    called: list[object] = []

    def work(progress: Progress) -> None:
        began.set()
        while True:
            progress("做不完", 0, 0)

    other, begin = QPushButton("撤销", page), QPushButton("定稿", page)
    for button in (other, begin):
        button.show()
    begin.setFocus()
    job = jobs.run(page, "做不完", work, called.append, called.append)
    qtbot.waitUntil(began.is_set)
    page.bar._cancel.setFocus()
    with qtbot.waitSignal(job.ended):
        page.bar._cancel.click()
    assert page.focusWidget() is begin, "back on the button that began it, not on whatever comes next"
    idle(qtbot)
    assert called == []
    assert page.bar._step.text() == "已取消：做不完，没有改动任何内容"
    assert page.bar.isVisible()
    assert not page.bar._cancel.isVisible()
    assert not workers()


def test_what_was_said_of_one_goes_with_the_next(qtbot: Any, page: Page) -> None:
    hold, held = threading.Event(), threading.Event()

    def work(progress: Progress) -> None:
        hold.wait(10)
        progress("一", 0, 0)

    jobs.run(page, "一", work, lambda _none: None).cancel()
    hold.set()
    idle(qtbot)
    jobs.run(page, "二", lambda _progress: held.wait(10), lambda _none: None)
    assert page.bar._cancel.isVisible()
    held.set()
    idle(qtbot)
    assert not page.bar.isVisible()


def test_cancelled_too_late_it_is_done_and_told(qtbot: Any, page: Page) -> None:
    """What is written cannot be taken back by saying that it was cancelled."""
    written, go_on = threading.Event(), threading.Event()
    called: list[object] = []

    def work(_progress: Progress) -> int:
        written.set()
        go_on.wait(10)
        return 7

    job = jobs.run(page, "写", work, called.append)
    qtbot.waitUntil(written.is_set)
    job.cancel()
    go_on.set()
    idle(qtbot)
    assert called == [7]
    assert not page.bar.isVisible()


def test_work_waits_its_turn_and_may_be_cancelled_before_it_begins(qtbot: Any, page: Page) -> None:
    order: list[str] = []
    hold = threading.Event()
    jobs.run(page, "一", lambda _p: hold.wait(10), lambda _r: order.append("一"))
    second = jobs.run(page, "二", lambda _p: order.append("做了二"), lambda _r: order.append("二"))
    jobs.run(page, "三", lambda _p: None, lambda _r: order.append("三"))
    second.cancel()
    hold.set()
    idle(qtbot)
    assert order == ["一", "三"]


def test_trouble_is_told(qtbot: Any, page: Page, script: Script) -> None:
    script.answers = {"trouble": None}
    told = Trouble(Problem("ui.test", "磁盘满了", "请清理磁盘"))

    def work(_progress: Progress) -> None:
        raise told

    jobs.run(page, "写", work, lambda _none: None)
    idle(qtbot)
    assert script.asked == [("trouble", (page, told))]


def test_a_bug_is_told_as_one(qtbot: Any, page: Page, script: Script) -> None:
    script.answers = {"bug": None}
    jobs.run(page, "算", lambda _progress: 1 // 0, lambda _none: None)
    idle(qtbot)
    assert script.names() == ["bug"]


def test_a_closed_page_gets_no_result(qtbot: Any, qapp: Any) -> None:
    page = Page()
    hold, called = threading.Event(), []
    jobs.run(page, "慢", lambda _progress: hold.wait(10), called.append)
    page.deleteLater()
    qapp.sendPostedEvents(page, 52)  # QEvent.DeferredDelete
    hold.set()
    idle(qtbot)
    assert called == []


def test_what_was_through_when_it_was_stopped_is_not_handed_on(qtbot: Any, page: Page) -> None:
    began, go_on, called = threading.Event(), threading.Event(), []

    def work(_progress: Progress) -> int:
        began.set()
        go_on.wait(10)
        return 1

    job = jobs.run(page, "快", work, called.append)
    qtbot.waitUntil(began.is_set)
    go_on.set()
    workers()[0].join()
    jobs.worker().stop()
    with qtbot.waitSignal(job.ended):
        pass
    assert called == []


def test_closing_stops_the_thread(qtbot: Any, page: Page) -> None:
    began, stopped = threading.Event(), threading.Event()

    def work(progress: Progress) -> None:
        began.set()
        try:
            while True:
                progress("做不完", 0, 0)
        except Cancelled:
            stopped.set()
            raise

    jobs.run(page, "做不完", work, lambda _none: None)
    qtbot.waitUntil(began.is_set)
    jobs.worker().stop()
    assert stopped.is_set()
    assert not workers()
    idle(qtbot)


def test_a_cancelled_print_never_reaches_the_printer(qtbot: Any, page: Page, tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "三页.pdf"))
    for _ in range(3):
        canvas.showPage()
    canvas.save()
    printer, done = QPrinter(), list[bool]()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "打印.pdf"))
    pages = (tmp_path / "三页.pdf").read_bytes()
    print_pdf(page, pages, printer, lambda: done.append(True))
    page.bar._cancel.click()
    idle(qtbot)
    assert not done
    assert not (tmp_path / "打印.pdf").exists()
    print_pdf(page, pages, printer, lambda: done.append(True))
    idle(qtbot)
    assert done, "asked again it prints"
    assert (tmp_path / "打印.pdf").stat().st_size


def test_another_thread_never_holds_what_its_call_is_for(qtbot: Any) -> None:
    """It would be the last that does when a record was closed meanwhile, and a timer must not die on a thread."""
    heard: list[int] = []
    whose = QObject()
    gone = weakref.ref(whose)
    call = jobs.here(whose, heard.append)
    thread = threading.Thread(target=call, args=(7,))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: heard == [7])
    del whose
    assert gone() is None
    assert callable(call), "still held, as a thread that waits for its next wish holds the last one"


def test_work_begins_once_what_the_button_changed_can_be_painted(qtbot: Any, page: Page) -> None:
    job = jobs.run(page, "读", lambda _progress: None, lambda _none: None)
    assert not workers(), "painting and the work would share the interpreter"
    with qtbot.waitSignal(job.ended):
        pass
