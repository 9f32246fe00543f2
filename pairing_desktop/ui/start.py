"""Opens the window: first paint first, everything heavy after it; and the last resort when something breaks."""

import os
import sys
import traceback
from types import TracebackType
from typing import TYPE_CHECKING

from pairing_desktop import garbage

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from PySide6.QtGui import QPalette
    from PySide6.QtWidgets import QApplication

    from pairing_desktop.settings import Settings
    from pairing_desktop.ui.window import MainWindow

MISSING = (
    "打不开窗口：系统里缺少 Qt 需要的组件（{library}）。\n"
    "在 Debian、Ubuntu、统信 UOS 或麒麟上，请让管理员运行：\n"
    "  sudo apt-get install libegl1 libgl1 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libxcb-cursor0 libxcb-icccm4 "
    "libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libxcb-xkb1\n"
    "命令行功能（check、finalise、sign、verify、demo 等）不需要这些组件，可以照常使用。"
)
NO_DISPLAY = (
    "打不开窗口：没有图形桌面（环境变量 DISPLAY 和 WAYLAND_DISPLAY 都没有设置）。\n"
    "请在图形桌面里运行；只用命令行时，运行 pairing-desktop --help 看有哪些命令。"
)


VERDICT = 2000
"""Milliseconds after the first page until what a verdict's page takes is imported: by then the list stands."""

SETTLED = 3000
"""Milliseconds after the first page until the garbage collector runs again: importing makes much and drops little."""

ROOMY = (1400, 840)
"""A screen with less room than this (pixels, without its bars) is filled by the window."""


def open_window(file: str | None, *, watch: "Callable[[QApplication, MainWindow], object] | None" = None) -> int:
    """Show the window, with a data file or packet if one is named; return the exit code.

    ``watch`` gets the window before it is painted (the benchmark measures through it).
    """
    if no_display():
        return _refuse(NO_DISPLAY)
    garbage.hold()
    try:
        from PySide6.QtWidgets import QApplication

        load_platform()
    except (ImportError, OSError) as error:
        return _refuse(MISSING.format(library=missing_library(error)))
    app = QApplication(sys.argv[:1])
    window = show_window(app, file)
    if watch is not None:
        watch(app, window)
    code = app.exec()
    del window
    return code


def _refuse(words: str) -> int:
    """Tell on the terminal why there is no window to tell it in."""
    garbage.resume()
    print(words, file=sys.stderr)  # noqa: T201
    return 2


def show_window(app: "QApplication", file: str | None) -> "MainWindow":
    """Show the empty window; once it has been painted, colours, fonts, pages and the file follow."""
    from pairing_desktop.settings import Settings
    from pairing_desktop.ui.window import MainWindow

    app.setApplicationName("pairing-desktop")
    settings = Settings()
    window = MainWindow(settings, _now, lambda: _follow(app, window, settings, file))
    app.setPalette(_ground(app, settings))  # a palette of the window's own would outlive a switch to light or dark
    sys.excepthook = LastResort(window)
    room = window.screen().availableSize()
    if not settings.get("window.place", "") and (room.width() < ROOMY[0] or room.height() < ROOMY[1]):
        window.showMaximized()  # an office screen of 1366 × 768 has a task bar and a title bar
    else:
        window.show()
    if file is not None:
        from pairing_desktop.services import ahead

        ahead.opening()
    return window


def _ground(app: "QApplication", settings: "Settings") -> "QPalette":
    """Return the colour of the window's first paint, before there is a style sheet."""
    import tomllib

    from PySide6.QtGui import QColor, QPalette

    from pairing_desktop import paths

    looks = settings.get("looks", "system")
    dark = app.palette().window().color().lightness() < 128 if looks == "system" else looks == "dark"
    with paths.resource("palette.toml").open("rb") as file:
        return QPalette(QColor(tomllib.load(file)["dark" if dark else "light"]["window"]))


def _follow(app: "QApplication", window: "MainWindow", settings: "Settings", file: str | None) -> None:
    from PySide6.QtCore import QTimer

    from pairing_desktop.services import ahead
    from pairing_desktop.ui import accessible
    from pairing_desktop.ui.theme import Theme

    accessible.install()
    translate(app)
    window.begin(Theme(app, settings), file)
    QTimer.singleShot(VERDICT, ahead.verdict)
    QTimer.singleShot(SETTLED, garbage.resume)


def _now() -> "datetime":
    from pairing_desktop.services.workspace import system_clock

    return system_clock()


def translate(app: "QApplication") -> None:
    """Let Qt's own words (file dialogs, context menus) be Chinese."""
    from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator

    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    translator = QTranslator(app)
    if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)


def no_display() -> bool:
    """Tell whether this is a Linux without any screen to show a window on."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def load_platform() -> None:
    """Load what Qt needs on X11 before Qt does, which would end the program with English words.

    OSError names the library.
    """
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM") or not os.environ.get("DISPLAY"):
        return
    import ctypes
    from pathlib import Path

    import PySide6

    plugin = Path(PySide6.__file__).parent / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    if plugin.is_file():
        ctypes.CDLL(str(plugin))


def missing_library(error: ImportError | OSError) -> str:
    """Return the name of the library that an import or a plugin missed: libEGL.so.1."""
    words = str(error).split(":", maxsplit=1)[0].strip()
    return words if ".so" in words else (getattr(error, "name", "") or words)


class LastResort:
    """What Python calls for an error nobody expected: told in Chinese, with details to copy, once at a time."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._telling = False

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Tell it; Ctrl+C in a terminal ends the program as ever."""
        if issubclass(kind, KeyboardInterrupt):
            self._window.close()
            return
        traceback.print_exception(kind, error, trace)
        if self._telling:
            return
        from pairing_desktop.ui import jobs

        self._telling = True
        try:
            jobs.tell_failure(self._window, error)
        finally:
            self._telling = False
