"""A window that a power cut ended: the next start shows the same packet, verdict or data file, where one was in it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

pytest.importorskip("PySide6")


from pairing_desktop.services import demo, joining, left_open, submitting, trusting
from pairing_desktop.services.left_open import FOLDER, Holding, Left
from pairing_desktop.settings import Settings
from pairing_desktop.ui.joint_page import JointPage
from pairing_desktop.ui.sign_page import SignPage
from pairing_desktop.ui.verdict_desk import VerdictDesk
from pairing_desktop.ui.window import MainWindow
from tests.services import small
from tests.services.small import QUARTER
from tests.services.test_joining import JOINT_FORMS
from tests.ui.conftest import Answers, keys
from tests.ui.script import idle

pytestmark = pytest.mark.gui


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> small.Laid:
    return small.lay(tmp_path_factory.mktemp("laid"), **JOINT_FORMS)


@pytest.fixture
def files(tmp_path: Path, laid: small.Laid) -> Iterator[tuple[Path, Path]]:
    """Return a packet and a joint part; nobody holds the data file."""
    with laid.copy(tmp_path, clock=small.Now()) as ws:
        small.fill(ws)
        joint = joining.make(ws, QUARTER, tmp_path).path
        packet = submitting.finalise(ws, QUARTER, tmp_path, no_joint_reason="对方出差").packet
    return packet, joint


@pytest.fixture
def windows(qtbot: Any, settings: Settings, theme: Any, answers: Answers) -> Iterator[Any]:
    """Return how a window is started; all are closed at the end."""
    made: list[MainWindow] = []

    def start(of: Settings, file: Path | None = None) -> MainWindow:
        window = MainWindow(of, small.Now())
        qtbot.addWidget(window)
        made.append(window)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        window.begin(theme, str(file) if file else None)
        idle(qtbot)
        return window

    answers.answers["confirm"] = True
    yield start
    for window in made:
        window.close()


def kept(window: MainWindow, settings: Settings) -> Left | None:
    """Return what is on disk, once it is what the window shows."""
    found = [left_open._read(path) for path in (settings.path.parent / FOLDER).glob("*.json")]
    page = window.lone_page()
    return found[0] if found and page is not None and found[0] is not None and found[0].spot == page.spot() else None


def cut(settings: Settings, folder: Path) -> Settings:
    """Return the settings as a power cut leaves them: nobody holds what the window wrote."""
    to = folder / "nach"
    shutil.copytree(settings.path.parent / FOLDER, to / FOLDER, ignore=shutil.ignore_patterns("*.lock"))
    if settings.path.exists():
        shutil.copyfile(settings.path, to / settings.path.name)
    return Settings(to / settings.path.name)


def test_a_packet_is_shown_again_where_one_was(qtbot: Any, windows: Any, files: tuple[Path, Path], settings: Settings,
                                               tmp_path: Path) -> None:
    window = windows(settings, files[0])
    page = cast("SignPage", window.stack.currentWidget())
    page.panel.key.setFocus()
    page.panel.key.clear()
    keys(qtbot, page.panel.key, "/a.p12")
    page.panel.password.setFocus()
    keys(qtbot, page.panel.password, "secret")
    qtbot.waitUntil(lambda: kept(window, settings) is not None)
    assert "secret" not in str(kept(window, settings))
    after = cut(settings, tmp_path)
    again = windows(after)
    found = again.stack.currentWidget()
    assert isinstance(found, SignPage)
    assert (found.packet, found.panel.key.text(), found.panel.password.text()) == (files[0], "/a.p12", "")
    assert again.focusWidget() is found.panel.password
    found.closeRequested.emit()
    assert again.stack.currentWidget() is again.start
    again.close()
    third = windows(after)
    assert third.stack.currentWidget() is third.start, "closed in order there is nothing to come back to"


def test_a_verdict_is_shown_again(qtbot: Any, windows: Any, files: tuple[Path, Path], settings: Settings,
                                  keys: demo.Keys, tmp_path: Path) -> None:
    settings.set(trusting.PC_ROOT, str(keys.root))
    window = windows(settings)
    window.verify(files)
    idle(qtbot)
    page = cast("VerdictDesk", window.stack.currentWidget())
    page.judge(str(files[0]))
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.verdict)
    qtbot.waitUntil(lambda: kept(window, settings) is not None)
    after = cut(settings, tmp_path)
    again = windows(after)
    found = again.stack.currentWidget()
    assert isinstance(found, VerdictDesk)
    qtbot.waitUntil(lambda: found.stack.currentWidget() is found.verdict)
    assert found.verdict is not None
    assert (found.files, found.verdict.verdict.file) == (files, str(files[0]))
    found.verdict.closeRequested.emit()
    assert [Path(v.file) for v in found.verdicts] == list(files)


def test_a_code_half_typed_is_there_again(qtbot: Any, windows: Any, settings: Settings, tmp_path: Path) -> None:
    window = windows(settings)
    window.verify()
    page = cast("VerdictDesk", window.stack.currentWidget())
    page.code.setFocus()
    keys(qtbot, page.code, "7K2M-9X")
    qtbot.waitUntil(lambda: kept(window, settings) is not None)
    again = windows(cut(settings, tmp_path))
    found = again.stack.currentWidget()
    assert isinstance(found, VerdictDesk)
    assert found.code.text() == "7K2M-9X"
    assert again.focusWidget() is found.code


def test_a_joint_part_is_shown_again_over_the_data_file(qtbot: Any, windows: Any, files: tuple[Path, Path],
                                                        settings: Settings, tmp_path: Path) -> None:
    data = tmp_path / small.FILE
    window = windows(settings, data)
    window.open(str(files[1]))
    idle(qtbot)
    page = cast("JointPage", window.stack.currentWidget())
    page.name.setFocus()
    keys(qtbot, page.name, "南湖区")
    number = page.fields.sheets.rows.rowCount() - 1
    page.fields.sheets.selectRow(number)
    qtbot.waitUntil(lambda: kept(window, settings) is not None)
    after = cut(settings, tmp_path)
    window.close()
    again = windows(after, data)
    assert again.desk is not None
    assert again.desk.workspace.path == data
    found = again.stack.currentWidget()
    assert isinstance(found, JointPage)
    assert found.file == files[1]
    assert found.name.text() == "南湖区"
    assert found.fields.sheets.currentIndex().row() == number


def test_a_window_that_stands_is_not_taken_for_one_that_was_cut(tmp_path: Path) -> None:
    stands, cut_off = Holding(tmp_path), Holding(tmp_path)
    stands.keep(Left(packet="甲.asice"))
    assert left_open.found(tmp_path) is None
    cut_off.keep(Left(data_file="乙.pairing"))
    assert cut_off._lock is not None
    cut_off._lock.release()  # as the system does for a process that is gone
    assert left_open.found(tmp_path, "丙.pairing") is None
    assert left_open.found(tmp_path, "乙.pairing") == Left(data_file="乙.pairing")
    assert left_open.found(tmp_path) is None, "it is told once"
    stands.drop()
    assert not [*(tmp_path / FOLDER).iterdir()]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"packet": 7}', '{"verified": "甲"}'])
def test_what_is_no_window_s_is_no_hindrance(tmp_path: Path, text: str) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "a.json").write_text(text, encoding="utf-8")
    assert left_open.found(tmp_path) is None
    assert not [*(tmp_path / FOLDER).iterdir()]


PROGRAM = """
import sys
from PySide6.QtCore import QTimer
from pairing_desktop.ui.start import open_window

def watch(app, window):
    def look():
        page = window.stack.currentWidget()
        if type(page).__name__ in sys.argv[2:]:
            print(type(page).__name__, window.windowTitle().split(" — ")[0], flush=True)
            timer.stop()
    timer = window.timer = QTimer(interval=50)
    timer.timeout.connect(look)
    timer.start()

open_window(sys.argv[1] or None, watch=watch)
"""


def program(settings: Settings, file: str, *pages: str) -> subprocess.Popen[str]:
    """Start the program as a person does; it says which of the pages it shows."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PAIRING_DESKTOP_CONFIG": str(settings.path.parent)}
    return subprocess.Popen([sys.executable, "-c", PROGRAM, file, *pages], stdout=subprocess.PIPE, text=True,
                            env=environment)


@pytest.mark.parametrize("which", ["packet", "data"])
def test_a_program_that_is_killed_shows_the_same_when_it_is_started_again(
        qtbot: Any, files: tuple[Path, Path], settings: Settings, tmp_path: Path, which: str) -> None:
    file, page = (files[0], "SignPage") if which == "packet" else (tmp_path / small.FILE, "Desk")
    wrote = settings.path.parent / FOLDER
    for start in (str(file), ""):
        with program(settings, start, page, "StartPage") as running:
            assert running.stdout is not None
            try:
                assert running.stdout.readline().startswith(f"{page} ")
                assert left_open.found(settings.path.parent) is None, "it is held, or not written yet"
                qtbot.waitUntil(lambda: any(str(file) in one.read_text(encoding="utf-8")
                                            for one in wrote.glob("*.json")))
            finally:
                running.kill()
    assert left_open.found(settings.path.parent) is not None
