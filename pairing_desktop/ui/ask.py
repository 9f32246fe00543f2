"""The one place that asks and tells: every dialog of the window is shown from here, so that a test can answer.

Callers write ``ask.dialogs.confirm(self, ...)``; a test replaces ``ask.dialogs`` by an object with the same methods.
"""

from pathlib import Path

from PySide6.QtWidgets import QDialog, QWidget

from pairing_desktop.errors import Trouble


class Dialogs:
    """The dialogs a person sees. Each method returns the answer, or ``None``/``False`` when it was dismissed."""

    def confirm(self, parent: QWidget | None, title: str, consequence: str, *, yes: str, no: str = "取消", danger: bool = False) -> bool:
        """Ask once, with the consequence in words; ``yes`` names the act (not 是)."""
        raise NotImplementedError

    def reason(self, parent: QWidget | None, title: str, why: str, *, yes: str = "确定", initial: str = "", limit: int = 200) -> str | None:
        """Ask for some sentences (a reason, an explanation); never returns an empty text."""
        raise NotImplementedError

    def text(self, parent: QWidget | None, title: str, label: str, *, yes: str = "确定", initial: str = "", hint: str = "") -> str | None:
        """Ask for one line."""
        raise NotImplementedError

    def password(self, parent: QWidget | None, title: str, label: str, *, problem: str = "") -> str | None:
        """Ask for a password; ``problem`` says why the last one did not do."""
        raise NotImplementedError

    def open_file(self, parent: QWidget | None, title: str, kinds: str, *, folder: Path | None = None) -> Path | None:
        """Let the user pick one existing file; ``kinds`` is Qt's filter such as ``数据文件 (*.pairing)``."""
        raise NotImplementedError

    def save_file(self, parent: QWidget | None, title: str, kinds: str, *, suggested: Path) -> Path | None:
        """Let the user name a file to write."""
        raise NotImplementedError

    def folder(self, parent: QWidget | None, title: str, *, start: Path | None = None) -> Path | None:
        """Let the user pick a folder."""
        raise NotImplementedError

    def tell(self, parent: QWidget | None, title: str, text: str, *, detail: str = "") -> None:
        """Tell one thing that needs to be read."""
        raise NotImplementedError

    def trouble(self, parent: QWidget | None, error: Trouble, *, title: str = "没有办成") -> None:
        """Tell expected trouble: each problem in words with its remedy; a list when there are several."""
        raise NotImplementedError

    def bug(self, parent: QWidget | None, error: BaseException) -> None:
        """Tell a fault of the program; the details can be copied."""
        raise NotImplementedError

    def run(self, dialog: QDialog) -> bool:
        """Show a dialog that a page has built (wizard, waiver); return whether it was accepted."""
        raise NotImplementedError


dialogs = Dialogs()
