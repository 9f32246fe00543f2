"""Every page and dialog as a picture: ``python -m tests.gallery DIR [--scale 2] [--dark] [--only NAME] [--size WxH]``.

Pictures are drawn offscreen with the real widgets over the real sample; look at them after every change to the screen.
The scenes stand in ``tests/gallery_scenes.py``.
"""

import argparse
import atexit
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPixmap
    from PySide6.QtWidgets import QApplication, QWidget

    from tests.gallery_scenes import Stage


class Nobody:
    """Stands in for ``ask.dialogs``: a scene that asks somebody would wait for ever, so it is told of instead.

    ``leaving``: the picture is drawn, and whatever was typed for it may go.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.leaving = False

    def __getattr__(self, name: str) -> "Callable[..., bool]":
        def told(*words: object, **_more: object) -> bool:
            if self.leaving:
                return True
            self.asked.append(f"{name}: {' '.join(word for word in words if isinstance(word, str))}")
            raise AssertionError(self.asked[-1])

        return told


def settle(app: "QApplication") -> None:
    """Wait until background work is through and everything is painted."""
    from PySide6.QtTest import QTest

    from pairing_desktop.ui.jobs import worker

    for _ in range(3):
        QTest.qWait(150)  # lets the timers that gather resizes fire
        while worker().busy:
            app.processEvents()
    app.processEvents()


def seen(widget: "QWidget") -> "QPixmap":
    """Return what is on the screen: the window, with the menus and cards that are open over it."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QApplication

    picture = widget.grab()
    over = [one for one in QApplication.topLevelWidgets()
            if one.isVisible() and one is not widget and one.windowType() == Qt.WindowType.Popup]
    with QPainter(picture) as painter:
        for popup in over:
            painter.drawPixmap(popup.pos() - widget.mapToGlobal(widget.rect().topLeft()), popup.grab())
    for popup in over:
        popup.close()
    return picture


def shoot(stage: "Stage", name: str, size: tuple[int, int], out: Path, nobody: Nobody) -> None:
    """Draw one scene into ``out/name.png``; ``nobody`` is who the dialogs ask."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QDialog, QMenu

    from pairing_desktop.ui.focus_ring import FocusRing
    from pairing_desktop.ui.window import MainWindow
    from tests.gallery_scenes import SCENES

    scene = SCENES[name](stage)
    widget = scene.widget
    if not isinstance(widget, MainWindow | QMenu):
        FocusRing(widget)
    if isinstance(widget, QDialog):
        if not widget.testAttribute(Qt.WidgetAttribute.WA_Resized):
            widget.adjustSize()
    else:
        widget.resize(*scene.room(size))
    widget.show()
    if not isinstance(widget, QDialog):
        widget.setFocus()
    settle(stage.app)
    if scene.then is not None:
        scene.then()
        settle(stage.app)
    seen(widget).save(str(out / f"{name}.png"))
    nobody.leaving = True
    widget.close()
    nobody.leaving = False
    widget.deleteLater()
    stage.app.processEvents()
    stage.close()


def screen(width: float, height: float) -> None:
    """Let Qt draw for a screen of so many pixels: dialogs are never larger than it."""
    one = {"name": "", "x": 0, "y": 0, "width": round(width), "height": round(height), "logicalDpi": 96,
           "logicalBaseDpi": 96, "dpr": 1}
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
        json.dump({"synchronousWindowSystemEvents": False, "windowFrameMargins": False, "screens": [one]}, file)
    atexit.register(Path(file.name).unlink)
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={file.name}"


def main() -> int:
    """Draw the pictures asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.gallery", description=__doc__)
    parser.add_argument("dir", type=Path)
    parser.add_argument("--scale", default="1", help="2 draws as on a screen at 200 %%")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--only", default="", help="scenes whose name holds this")
    parser.add_argument("--size", default="1366x768", help="the window's size in logical pixels")
    wanted = parser.parse_args()
    width, height = (int(n) for n in wanted.size.split("x"))
    screen(width * float(wanted.scale), height * float(wanted.scale))
    os.environ["QT_SCALE_FACTOR"] = wanted.scale
    from PySide6.QtWidgets import QApplication

    from pairing_desktop.settings import Settings
    from pairing_desktop.ui import ask, start
    from pairing_desktop.ui.theme import LATER_FACES, Theme, load_faces
    from tests import (  # noqa: F401  # put their scenes on the list
        gallery_import,
        gallery_joint,
        gallery_keys,
        gallery_long,
        gallery_popups,
        gallery_window,
    )
    from tests.gallery_scenes import SCENES, Stage

    chosen = [name for name in SCENES if any(part in name for part in wanted.only.split(","))]
    if not chosen:
        parser.error(f"no scene's name holds {wanted.only!r}; there are: {', '.join(SCENES)}")
    app = QApplication(sys.argv[:1])
    start.translate(app)
    wanted.dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PAIRING_DESKTOP_CONFIG"] = folder
        looks = Settings(Path(folder) / "looks.json")
        looks.set("looks", "dark" if wanted.dark else "light")
        Theme(app, looks)
        load_faces(LATER_FACES)
        stage = Stage(app, Path(folder))
        ask.dialogs = nobody = Nobody()  # type: ignore[assignment]
        for name in chosen:
            shoot(stage, name, (width, height), wanted.dir, nobody)
    for question in nobody.asked:
        print(f"a scene asked a question that nobody answers: {question}", file=sys.stderr)
    return 1 if nobody.asked else 0


if __name__ == "__main__":
    sys.exit(main())
