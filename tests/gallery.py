"""Every page and dialog as a picture: ``python -m tests.gallery DIR [--scale 2] [--dark] [--only NAME] [--size 683x384]``.

Pictures are drawn offscreen with the real widgets over the real sample; look at them after every change to the screen.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

NOW = datetime(2024, 7, 11, 8, 42, tzinfo=UTC)


class Stage:
    """What the scenes share: a folder, settings of its own, the sample made once."""

    def __init__(self, app: "QApplication", folder: Path) -> None:
        self.app, self.folder = app, folder

    def settings(self) -> "Settings":
        from pairing_desktop.settings import Settings

        return Settings(self.folder / "settings.json")


Scene = Callable[[Stage], "QWidget"]
SCENES: dict[str, Scene] = {}


def scene(function: Scene) -> Scene:
    """Put a scene on the list under its function's name."""
    SCENES[function.__name__] = function
    return function


@scene
def start(stage: Stage) -> "QWidget":
    from pairing_desktop.ui.start_page import StartPage

    settings = stage.settings()
    here = stage.folder / "遂昌县2024.pairing"
    here.touch()
    settings.set("recent", [
        {"path": str(here), "at": (NOW - timedelta(hours=2)).isoformat(), "label": "遂昌县2024", "state": "填报中"},
        {"path": "D:/填报/遂昌县2023.pairing", "at": "2024-03-28T06:00:00+00:00", "label": "遂昌县2023"},
    ])
    return StartPage(settings, clock=lambda: NOW)


@scene
def start_first(stage: Stage) -> "QWidget":
    from pairing_desktop.settings import Settings
    from pairing_desktop.ui.start_page import StartPage

    return StartPage(Settings(stage.folder / "none.json"), clock=lambda: NOW)


def settle(app: "QApplication") -> None:
    """Wait until background work is through and everything is painted."""
    from pairing_desktop.ui.jobs import worker

    app.processEvents()
    while worker().busy:
        app.processEvents()
    app.processEvents()


def shoot(stage: Stage, name: str, size: tuple[int, int], out: Path) -> None:
    """Draw one scene into ``out/name.png``."""
    from PySide6.QtWidgets import QDialog

    widget = SCENES[name](stage)
    if isinstance(widget, QDialog):
        widget.adjustSize()
    else:
        widget.resize(*size)
    widget.show()
    settle(stage.app)
    widget.grab().save(str(out / f"{name}.png"))
    widget.close()
    widget.deleteLater()
    stage.app.processEvents()


def main() -> int:
    """Draw the pictures asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.gallery", description=__doc__)
    parser.add_argument("dir", type=Path)
    parser.add_argument("--scale", default="1")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--size", default="1366x768")
    wanted = parser.parse_args()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = wanted.scale
    from PySide6.QtWidgets import QApplication

    from pairing_desktop.settings import Settings
    from pairing_desktop.ui.theme import LATER_FACES, Theme, load_faces

    app = QApplication(sys.argv[:1])
    wanted.dir.mkdir(parents=True, exist_ok=True)
    width, height = (int(n) for n in wanted.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PAIRING_DESKTOP_CONFIG"] = folder
        looks = Settings(Path(folder) / "looks.json")
        looks.set("looks", "dark" if wanted.dark else "light")
        Theme(app, looks)
        load_faces(LATER_FACES)
        stage = Stage(app, Path(folder))
        for name in SCENES:
            if wanted.only in name:
                shoot(stage, name, (width, height), wanted.dir)
    return 0


if __name__ == "__main__":
    sys.exit(main())
