"""Asking for a verdict. The root certificate to trust is chosen by a person, never taken from the sender's files."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from pairing_desktop.progress import Progress
from pairing_desktop.services.trusting import PC_ROOT, list_beside
from pairing_desktop.settings import Settings
from pairing_desktop.ui import ask, jobs

if TYPE_CHECKING:
    from pairing_desktop.exchange.verdict import Verdict
    from pairing_desktop.formspec.catalogue import Catalogue
    from pairing_desktop.formspec.indicators import IndicatorSet
    from pairing_desktop.services.reviewing import PacketView

ROOT = PC_ROOT
CERTIFICATES = "根证书 (*.pem *.cer *.crt);;所有文件 (*)"


class Verifier(QObject):
    """Knows the root certificate last trusted, asks for one when there is none, verifies in the background."""

    arrived = Signal(object)  # a Verdict
    all_arrived = Signal(list)  # a Verdict for each of several files

    def __init__(self, page: QWidget, settings: Settings, clock: Callable[[], datetime]) -> None:
        super().__init__(page)
        self._page, self._settings, self._clock = page, settings, clock
        self.views: Mapping[str, PacketView] = {}
        """What the good packets among the files last verified hold, by file."""

    def root(self) -> Path | None:
        """Return the root certificate last trusted, if it is still there."""
        name = self._settings.get(ROOT, "")
        return Path(name) if name and Path(name).is_file() else None

    def choose_root(self) -> Path | None:
        """Let a person choose the root certificate to trust."""
        chosen = ask.dialogs.open_file(self._page, "选择省里下发的根证书", CERTIFICATES)
        if chosen is not None:
            self._settings.set(ROOT, str(chosen))
        return chosen

    def start(self, file: Path) -> None:
        """Verify one file; ``arrived`` brings the verdict."""
        self._run([file], None, lambda verdicts: self.arrived.emit(verdicts[0]))

    def start_all(self, files: Sequence[Path], *, data_file: Path | None = None) -> None:
        """Verify files together, by the forms of a data file if they are its; ``all_arrived`` brings the verdicts."""
        self._run(files, data_file, self.all_arrived.emit)

    def _run(self, files: Sequence[Path], data_file: Path | None, done: "Callable[[list[Verdict]], object]") -> None:
        root, now = self.root() or self.choose_root(), self._clock()
        if root is None:
            return
        crl = list_beside(root)

        def work(progress: Progress) -> "tuple[list[Verdict], dict[str, PacketView]]":
            from pairing_desktop.services import reviewing

            forms, indicators = own(data_file, now)
            verdicts = reviewing.verify_files(files, trust=root, crl=crl, now=now, progress=progress, forms=forms,
                                              indicators=indicators)
            return verdicts, {v.file: view for v in verdicts if (view := described(v)) is not None}

        def shown(found: "tuple[list[Verdict], dict[str, PacketView]]") -> None:
            verdicts, self.views = found
            done(verdicts)

        jobs.run(self._page, "核验", work, shown)


def described(verdict: "Verdict") -> "PacketView | None":
    """Return what a good packet holds; None for any other file."""
    from pairing_desktop.errors import Trouble
    from pairing_desktop.services import reviewing

    if verdict.kind != "packet" or not verdict.valid:
        return None
    try:
        return reviewing.describe_packet(Path(verdict.file))
    except Trouble:
        return None


def own(data_file: Path | None, now: datetime) -> "tuple[Catalogue | None, tuple[IndicatorSet, ...]]":
    """Return the forms and indicators of a data file; none, for the program's own, where none can be read."""
    from pairing_desktop.errors import Trouble
    from pairing_desktop.services import assessing_set, workspace

    if data_file is None:
        return None, ()
    try:
        with workspace.open_workspace(data_file, write=False, now=now) as ws:
            return ws.catalogue, assessing_set.own_sets(ws)
    except Trouble:
        return None, ()
