"""The steps of a quarter's way as background work: each asks what it must, works on a fork, tells what came of it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct, field
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from pairing_desktop.formspec.rules import Finding
from pairing_desktop.progress import Cancelled, Progress
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, jobs, moments
from pairing_desktop.ui.preview import Spot
from pairing_desktop.ui.sign_panel import SignSheet

if TYPE_CHECKING:
    from pairing_desktop.services.submitting import Collected, Finalised, QuarterState, Submitted

T = TypeVar("T")
PACKETS = "报送包 (*.asice *.zip);;所有文件 (*)"


class Paper(Struct, frozen=True):
    """A quarter's PDF, and where values stand on it: page from 1 and rectangle, by form/record/path.

    ``issued``: by role that has signed, whether a root at hand issued the certificate; None: no root is at hand.
    """

    pdf: bytes
    places: Mapping[str, tuple[int, tuple[float, float, float, float]]] = field(default_factory=dict)
    issued: Mapping[str, bool | None] = field(default_factory=dict)

    def spot(self, finding: Finding) -> Spot | None:
        """Return where a finding's value stands, or at least the page on which its record begins."""
        colour = "error" if finding.level == "error" else "query_mark"
        record = f"{finding.form}/{finding.record}/"
        if (exact := self.places.get(record + finding.path)) is not None:
            return Spot(exact[0], exact[1], colour)
        page = min((place[0] for path, place in self.places.items() if path.startswith(record)), default=0)
        return Spot(page) if page and finding.record else None


class QuarterWork(QObject):
    """Owns no widget; ``moved`` says that the quarter's state changed and which step comes next."""

    checked = Signal(object)  # a Report
    checkOver = Signal()  # noqa: N815  # done, failed or cancelled
    drawn = Signal(str, object)  # the quarter, its Paper
    undrawn = Signal(str, object)  # the quarter, the error that came instead (``Cancelled`` too)
    measured = Signal(object)  # a Rehearsal
    unmeasured = Signal()  # cancelled
    moved = Signal(str)  # the step to open
    stayed = Signal()  # a step was not done
    told = Signal(str)

    def __init__(self, page: QWidget, workspace: Workspace) -> None:
        super().__init__(page)
        self._page, self._ws = page, workspace

    def run(self, title: str, work: Callable[[Workspace, Progress], T], done: Callable[[T], None],
            failed: Callable[[BaseException], None] | None = None) -> jobs.Job:
        """Do ``work`` on a fork of the data file; trouble is told unless ``failed`` takes it."""

        def inside(progress: Progress) -> T:
            with self._ws.fork() as own:
                return work(own, progress)

        def told(error: BaseException) -> None:
            self.stayed.emit()
            jobs.tell_failure(self._page, error)

        job = jobs.run(self._page, title, inside, done, failed or told)
        job.ended.connect(self.stayed)
        return job

    def check(self, quarter: str) -> None:
        """Run all rules of a quarter."""
        from pairing_desktop.services import checking

        job = self.run("审核", lambda ws, progress: checking.check_quarter(ws, quarter, progress), self.checked.emit)
        job.ended.connect(self.checkOver)

    def draw(self, quarter: str, packet: Path | None) -> None:
        """Draw the quarter's PDF as it would be finalised now; what was finalised is shown from its packet."""
        from pairing_desktop.services import finalising, reviewing, trusting

        def work(ws: Workspace, progress: Progress) -> Paper:
            if packet is not None:
                progress("打开报送包", 0, 0)
                seen = reviewing.describe_packet(packet, trust=trusting.known(ws))
                return Paper(seen.pdf, issued={p.role: p.issued for p in seen.places if p.signed})
            made = finalising.draft(ws, quarter, progress)
            return Paper(made.pdf, {c.path: (c.page, (c.x, c.y, c.width, c.height)) for c in made.cells})

        job = self.run("打开报送包" if packet else "排版预览", work, lambda paper: self.drawn.emit(quarter, paper),
                       lambda error: self.undrawn.emit(quarter, error))
        job.stopped.connect(lambda: self.undrawn.emit(quarter, Cancelled()))

    def measure(self, quarter: str) -> None:
        """Measure what finalising would write."""
        from pairing_desktop.services import submitting

        job = self.run("估算大小", lambda ws, progress: submitting.rehearse(ws, quarter, progress), self.measured.emit)
        job.stopped.connect(self.unmeasured)

    def finalise(self, state: "QuarterState", folder: Path, reason: str, *, retyped: int = 0) -> jobs.Job | None:
        """Freeze the quarter and write its packet; None when the clerk thought better of it.

        ``retyped``: how many explanations were typed over and not saved.
        """
        from pairing_desktop.services import half_said, submitting

        quarter = state.quarter
        words = "定稿后这个季度的数据不能再改，报送包写到所选文件夹。报送之前可以撤销定稿。"
        if retyped:
            words += f"\n有 {retyped} 处说明改过、还没有保存，定稿用的是已保存的说明。"
        if left := half_said.unsaved_settings(self._ws):
            words += f"\n设置里的{'、'.join(left)}改过、还没有保存，定稿用的是已保存的。"
        if not ask.dialogs.confirm(self._page, f"定稿 {state.quarter_title}？", words, yes="定稿"):
            return None

        def work(ws: Workspace, progress: Progress) -> "Finalised":
            return submitting.finalise(ws, quarter, folder, reason=reason, progress=progress)

        def done(made: "Finalised") -> None:
            self.moved.emit("sign")
            size = moments.size(made.size)
            aside = f"；撤销前签过名的改名为 {made.aside[0].name}" if made.aside else ""
            said = f"已定稿 {made.packet.name}，{made.pages} 页，{size}，用时 {made.seconds:.1f} 秒{aside}"
            self.told.emit(f"{said}；正在读回核对")
            self.read_back(made.packet, said)

        return self.run("定稿", work, done)

    def read_back(self, packet: Path, said: str) -> None:
        """Read what was just finalised as its receiver does, while the first signer gets ready; add it to ``said``."""
        from pairing_desktop.services import submitting

        job = self.run("读回核对", lambda ws, progress: submitting.read_back(ws, packet, progress),
                       lambda _none: self.told.emit(f"{said}；读回核对一致"))
        job.stopped.connect(lambda: self.told.emit(f"{said}；读回核对已取消"))

    def collect(self, path: Path | None, folder: Path) -> None:
        """Take a packet back from a signer; ``None`` asks which."""
        from pairing_desktop.services import submitting

        packet = path or ask.dialogs.open_file(self._page, "回收签名", PACKETS, folder=folder)
        if packet is None:
            return

        def done(got: "Collected") -> None:
            from pairing_desktop.services.workspace import ROLE_LABELS

            self.moved.emit("sign")
            missing = "、".join(ROLE_LABELS.get(role, role) for role in got.missing_roles)
            self.told.emit(f"已回收签名，还差{missing}" if missing else "签名齐全，可以报送")

        self.run("核对签名", lambda ws, progress: submitting.collect(ws, packet, progress), done)

    def sign_here(self, packet: Path) -> None:
        """Let the person at this PC sign, then take the signature in."""
        if ask.dialogs.run(SignSheet(self._page, packet, self._ws.clock)):
            self.collect(packet, packet.parent)

    def undo(self, quarter: str) -> None:
        """Take a 定稿 back."""
        from pairing_desktop.services import half_said, submitting

        half = half_said.reason(self._ws, "撤销定稿", quarter)
        why = ask.dialogs.reason(
            self._page, "撤销定稿？", "数据恢复可改，已经写出的报送包和上面的签名作废，改好后要重新定稿、重新签名。",
            yes="撤销定稿", half=half,
        )
        if why is not None:
            half.drop()
            self.run("撤销定稿", lambda ws, _progress: submitting.undo_finalise(ws, quarter, why),
                     lambda _state: self.moved.emit("check"))

    def submit(self, packet: Path) -> None:
        """Record the signed packet as submitted."""
        from pairing_desktop.services import submitting, trusting

        words = "报送后这个季度锁定，之后要改须写明原因并再次报送。"
        if unproved := trusting.unproved(self._ws):
            words += f"\n{unproved}"
        if not ask.dialogs.confirm(self._page, "报送这个季度？", words, yes="报送"):
            return

        def done(sent: "Submitted") -> None:
            self.moved.emit("submit")
            self.told.emit(f"第 {sent.number} 次报送已完成")

        self.run("报送", lambda ws, progress: submitting.submit(ws, packet, progress), done)

    def export(self, quarter: str, number: int) -> None:
        """Write a submitted packet again."""
        from pairing_desktop.services import submitting

        folder = ask.dialogs.folder(self._page, "导出到", start=self._ws.path.parent)
        if folder is not None:
            self.run("导出报送包", lambda ws, _progress: submitting.export(ws, quarter, number, folder),
                     lambda files: self.told.emit(f"已导出 {len(files)} 个文件"))
