"""A real desktop for tests: a window manager on an X server without a screen, keys and clipboard from outside."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import outside_tools

ROOT = Path(__file__).resolve().parents[2]
NEEDED = {"Xvfb": "xvfb", "openbox": "openbox", "xdotool": "xdotool", "xclip": "xclip"}


class Desktop:
    """An X server with a window manager. What is typed goes to the window that has the focus, as from a keyboard."""

    def __init__(self, display: str, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb",
                            "PAIRING_DESKTOP_CONFIG": str(folder / "settings")}
        self.programs: list[subprocess.Popen[bytes]] = []

    def start(self, *words: str | Path) -> subprocess.Popen[bytes]:
        """Start a program on this desktop."""
        with (self.folder / "programs.log").open("ab") as log:
            program = subprocess.Popen([str(w) for w in words], env=self.environment, stdout=log, stderr=log)
        self.programs.append(program)
        return program

    def window(self, *words: str | Path, ready: str) -> subprocess.Popen[bytes]:
        """Start pairing-desktop; wait until its window has the focus and these words in its title."""
        program = self.start(sys.executable, "-m", "pairing_desktop", *words)
        self.until(lambda: ready in self.title(), "the window did not open its file")
        return program

    def run(self, *words: str, text: str = "") -> str:
        """Run a tool; return what it printed."""
        done = subprocess.run(words, env=self.environment, input=text, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def title(self) -> str:
        """Return the title of the window that has the focus."""
        return self.run("xdotool", "getwindowfocus", "getwindowname")

    def press(self, *keys: str) -> None:
        """Press keys, one after another, as fast as a quick hand."""
        self.run("xdotool", "key", "--clearmodifiers", "--delay", "15", *keys)

    def type(self, text: str) -> None:
        """Type Latin text; Chinese comes through the clipboard, as from an input method's other window."""
        if text.isascii():
            self.run("xdotool", "type", "--delay", "10", text)
        else:
            self.copy(text)
            self.press("ctrl+v")

    def copy(self, text: str) -> None:
        """Put text on the clipboard, from another program."""
        command = ("xclip", "-selection", "clipboard", "-in")
        subprocess.run(command, env=self.environment, input=text.encode(), check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def clipboard(self) -> str:
        """Return what the program under test copied."""
        return self.run("xclip", "-selection", "clipboard", "-out")

    def picture(self, path: Path) -> None:
        """Save what the screen shows, to look at."""
        from PIL import ImageGrab

        ImageGrab.grab(xdisplay=self.environment["DISPLAY"]).save(path)

    def until(self, holds: Callable[[], object], otherwise: str, seconds: float = 120) -> None:
        """Wait for a state that somebody outside can see; the limit only ends a test that hangs."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, f"{otherwise} (focus: {self.title()!r}); {self._log()}"
            time.sleep(0.05)

    def _log(self) -> str:
        log = self.folder / "programs.log"
        return log.read_text(encoding="utf-8", errors="replace")[-2000:]

    def stop(self) -> None:
        """Stop every program."""
        for program in reversed(self.programs):
            if program.poll() is None:
                program.send_signal(signal.SIGKILL)
            program.wait()


@contextmanager
def desktop(folder: Path, size: str = "1366x768") -> Iterator[Desktop]:
    """Open a desktop of its own; everything on it is gone at the end."""
    for program, package in NEEDED.items():
        outside_tools.need(program, package)
    read, write = os.pipe()
    server = subprocess.Popen(("Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-nolisten", "tcp",
                               "-noreset"),  # or it would begin anew when the first of two tools is done
                              pass_fds=(write,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    made = Desktop(f":{number}", folder)
    try:
        made.start("openbox")
        made.until(lambda: made.run("xdotool", "get_num_desktops"), "the window manager did not start")
        yield made
    finally:
        made.stop()
        server.kill()
        server.wait()
