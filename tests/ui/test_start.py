"""Starting: painted before anything heavy is imported; what is missing is told in plain words; nothing is swallowed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pairing_desktop.ui import start

pytestmark = pytest.mark.gui

HEAVY = ("sqlalchemy", "openpyxl", "reportlab", "pyhanko", "lxml", "yaml", "alembic", "pypdfium2", "pypinyin", "PIL")

PAINT = """
import sys
from PySide6 import QtCore, QtWidgets
from pairing_desktop.ui.start import show_window

class Seen(QtCore.QObject):
    def eventFilter(self, watched, event):
        if event.type() == QtCore.QEvent.Type.Paint:
            print(" ".join(sorted(name for name in sys.modules if "." not in name)))
            print("services" if "pairing_desktop.services" in sys.modules else "nothing else")
            sys.stdout.flush()
            app.quit()
        return False

app, seen = QtWidgets.QApplication([]), Seen()
window = show_window(app, None)
window.installEventFilter(seen)
app.exec()
"""


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    done = subprocess.run([sys.executable, "-c", PAINT], capture_output=True, text=True, timeout=60, check=True,
                          env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    modules, ours = done.stdout.splitlines()[:2]
    assert not set(modules.split()) & set(HEAVY)
    assert ours == "nothing else"


VERDICT = """
import sys
import pairing_desktop.ui.shown_again  # which every window has
import pairing_desktop.ui.start_page  # which stands on screen
from pairing_desktop.services import ahead

ahead.verdict()
ahead.through()
known = set(sys.modules)
import pairing_desktop.ui.verdict_desk
print("\\n".join(set(sys.modules) - known))
"""


def test_what_a_verdicts_page_takes_was_imported_ahead() -> None:
    """The window's thread imports the page alone: no library, nothing of services or floors below."""
    done = subprocess.run([sys.executable, "-c", VERDICT], capture_output=True, text=True, timeout=60, check=True)
    new = set(done.stdout.split())
    assert "pairing_desktop.ui.verdict_desk" in new
    assert not {name for name in new if not name.startswith(("pairing_desktop.ui.", "PySide6", "shiboken6"))}


LIST = """
import sys
from PySide6 import QtCore, QtWidgets
from pairing_desktop.ui.record_table import RecordTable
from pairing_desktop.ui.start import show_window

paint = RecordTable.paintEvent

def painted(self, event):
    paint(self, event)
    print("wizard" if "QWizard" in vars(QtWidgets) else "only its own")
    print("sqlalchemy" if "sqlalchemy" in sys.modules else "no sqlalchemy")
    sys.stdout.flush()
    app.quit()

RecordTable.paintEvent = painted
app = QtWidgets.QApplication([])
window = show_window(app, sys.argv[1])
app.exec()
"""


def test_the_first_list_does_not_wait_for_what_it_has_no_use_for(prepared: Path, tmp_path: Path) -> None:
    """Asking a view that Qt made for its viewport makes every class of QtWidgets, a twentieth of the whole start."""
    file = Path(shutil.copy(prepared, tmp_path))
    left = {f"page.{file}": "enterprise"}
    (Path(os.environ["PAIRING_DESKTOP_CONFIG"]) / "settings.json").write_text(json.dumps(left), encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", LIST, file], capture_output=True, text=True, timeout=60,
                          check=True, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    assert done.stdout.splitlines()[:2] == ["only its own", "no sqlalchemy"]


def test_a_missing_library_is_told_in_plain_words(monkeypatch: pytest.MonkeyPatch,
                                                  capsys: pytest.CaptureFixture[str]) -> None:
    class Refuses:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "PySide6.QtWidgets":
                raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory", name=name)

    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    for name in [n for n in sys.modules if n.startswith("PySide6.QtWidgets")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Refuses(), *sys.meta_path])
    assert start.open_window(None) == 2
    told = capsys.readouterr().err
    assert "libEGL.so.1" in told
    assert "apt-get install" in told
    assert "Traceback" not in told


def test_a_missing_plugin_library_is_told_in_plain_words(monkeypatch: pytest.MonkeyPatch,
                                                         capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("PySide6")

    def refuse(_path: str) -> None:
        raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")

    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("ctypes.CDLL", refuse)
    assert start.open_window(None) == 2
    assert "libxcb-cursor.so.0" in capsys.readouterr().err


def test_no_desktop_is_told_in_plain_words(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert start.open_window(None) == 2
    assert "没有图形桌面" in capsys.readouterr().err


def test_a_bug_reaches_the_last_resort(qtbot: Any, answers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from PySide6.QtWidgets import QMainWindow

    window = QMainWindow()
    qtbot.addWidget(window)
    answers.answers["bug"] = None
    error = ZeroDivisionError("一除以零")
    start.LastResort(window)(ZeroDivisionError, error, None)  # type: ignore[arg-type]
    assert answers.asked == [("bug", (error,))]
    assert "一除以零" in capsys.readouterr().err


def test_qts_own_words_are_chinese(qapp: Any) -> None:
    from PySide6.QtCore import QCoreApplication

    start.translate(qapp)
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"


def test_only_the_bundled_face_is_used(theme: object) -> None:
    from PySide6.QtGui import QFontInfo

    from pairing_desktop.ui.theme import face

    for weight, style in ((400, "Regular"), (500, "Medium"), (600, "SemiBold")):
        found = QFontInfo(face(14, weight))
        assert found.family() == "Noto Sans SC"
        assert found.styleName() == style
