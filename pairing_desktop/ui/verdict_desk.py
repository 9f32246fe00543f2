"""Where files are verified and codes looked up: drop any file, or type what stands on a stamped sheet."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.progress import Progress
from pairing_desktop.services import verdict_several, verdict_words
from pairing_desktop.services.left_open import Left
from pairing_desktop.services.workspace import system_clock
from pairing_desktop.settings import Settings
from pairing_desktop.ui import ask, jobs, turns
from pairing_desktop.ui.cards import Card, Surface, button, clear, column, picture, row, rule, say, scrolled, words
from pairing_desktop.ui.jobs import JobBar
from pairing_desktop.ui.lone_page import LonePage
from pairing_desktop.ui.marks import MARKS
from pairing_desktop.ui.panes import Pane, Panes
from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable
from pairing_desktop.ui.text_line import TextLine
from pairing_desktop.ui.verdict_page import Banner, VerdictPage
from pairing_desktop.ui.verifying import Verifier

if TYPE_CHECKING:
    from pairing_desktop.exchange.verdict import Verdict
    from pairing_desktop.services.sheet_codes import Looked

KINDS = "报送包、会签件、工作簿、PDF (*.asice *.zip *.p7m *.xlsx *.pdf);;所有文件 (*)"
SUFFIXES = (".asice", ".zip", ".p7m", ".xlsx", ".pdf")
TONES = {"match": ("ok", "相符"), "replaced": ("query", "已被替代"), "unknown": ("error", "查不到")}
TOGETHER = "可以一次拖几个。把上一次和这一次的报送包一起拖来，能证明修改痕迹首尾相接。"


class VerdictDesk(LonePage):
    """Files at the left, a code at the right; a verdict opens over both."""

    def __init__(self, settings: Settings, parent: QWidget | None = None, *, data_file: Path | None = None,
                 clock: Callable[[], datetime] = system_clock) -> None:
        super().__init__(parent)
        self._clock, self.data_file = clock, data_file
        self.verdicts: list[Verdict] = []
        self.verdict = None
        self.files: tuple[Path, ...] = ()
        self.setAcceptDrops(True)
        self.verifier = Verifier(self, settings, clock)
        self.verifier.all_arrived.connect(self._show)
        self.view = QWidget(self)
        self.view.setLayout(self._laid_out())
        self.stack = QStackedLayout(self)
        self.stack.addWidget(self.view)
        self._say_root()

    def _laid_out(self) -> QVBoxLayout:
        back = button("", kind="plain", icon="arrow_left", tip="返回", action=self.closeRequested.emit)
        self.root = words("", role="label")
        other = button("更换根证书…", kind="link", action=self._other_root)
        head = Surface("surface")
        line = row(back, words("核验", role="pane"), None, self.root, other)
        line.setContentsMargins(16, 0, 16, 0)
        head.setLayout(line)
        head.setFixedHeight(48)
        main, side = QWidget(), QWidget()
        main.setLayout(column(self._drop(), self._results(), None, spacing=12, margins=(16, 16, 12, 16)))
        side.setLayout(column(self._code(), None, margins=(0, 16, 16, 16)))
        panes = Panes((Pane("文件", scrolled(main, "核验文件"), least=520),
                       Pane("表码", scrolled(side, "查表码"), width=372)))
        foot = row(JobBar(), None)
        foot.setContentsMargins(16, 0, 16, 6)
        whole = column(head, rule(), panes, foot, spacing=0)
        whole.setStretch(2, 1)
        return whole

    def _drop(self) -> Card:
        card = Card("核验文件")
        self.choose = button("选择文件…", kind="primary", icon="folder_open", action=self._choose)
        text = column(words("把报送包、会签件、工作簿或 PDF 拖到这里", role="lead"),
                      words(TOGETHER, role="hint", wrap=True), spacing=4)
        line = row(picture("shield_checkmark", 40, "accent"), text, self.choose, spacing=16)
        line.setStretch(1, 1)
        card.body.addLayout(line)
        return card

    def _results(self) -> Card:
        self.results = Card("结论", "双击或按回车看逐项核验")
        self.sum = column(spacing=0)
        self.results.body.addLayout(self.sum)
        columns = (Column("", 36), Column("文件", 240), Column("种类", 100), Column("结论", 112), Column("说明"))
        self.table = RowsTable("核验结论", columns, row_height=44)
        self.table.opened.connect(self._open)
        self.results.body.addWidget(self.table)
        self.results.hide()
        return self.results

    def _code(self) -> Card:
        card = Card("查表码")
        where = "盖章页右下角有 12 位表码和二维码。输入表码，或用扫码枪扫。"
        card.body.addWidget(words(where, role="label", wrap=True))
        self.code = TextLine()
        self.code.setAccessibleName("表码")
        self.code.setPlaceholderText("如 7K2M-9XQ4-1B0C")
        self.code.setMaxLength(80)
        self.code.returnPressed.connect(self._look_up)
        self.look = button("查", kind="primary", action=self._look_up)
        line = row(self.code, self.look)
        line.setStretch(0, 1)
        card.body.addLayout(line)
        self.file = words("", role="hint", wrap=True)
        card.body.addWidget(self.file)
        card.body.addWidget(button("选择数据文件…", kind="link", action=self._choose_data))
        self.answer = words("", role="verdict")
        self.reason = words("", role="lead", wrap=True, select=True)
        self.answer.hide()
        self.reason.hide()
        card.body.addWidget(self.answer)
        card.body.addWidget(self.reason)
        self._say_data()
        return card

    # Files

    def _say_root(self) -> None:
        root = self.verifier.root()
        say(self.root, f"信任的根证书：{root.name}" if root else "还没有选根证书")

    def _other_root(self) -> None:
        if self.verifier.choose_root() is not None:
            self._say_root()

    def _choose(self) -> None:
        if (path := ask.dialogs.open_file(self, "核验哪个文件", KINDS)) is not None:
            self.verify([path])

    def verify(self, files: Sequence[Path]) -> None:
        """Verify files together: packets among them are each other's history."""
        self.files = tuple(file.resolve() for file in files)
        self.verifier.start_all(within(files), data_file=self.data_file)

    def _show(self, verdicts: "list[Verdict]") -> None:
        self._say_root()
        self.verdicts = verdicts
        self.table.show_rows([_row(v) for v in verdicts])
        self.table.fit()
        clear(self.sum)
        if len(verdicts) > 1:
            self.sum.addWidget(Banner(verdict_several.summary(verdicts)))
        self.results.show()
        if len(verdicts) == 1:
            self._open(verdicts[0])
        else:
            self.arrived.emit()

    def _open(self, verdict: "Verdict") -> None:
        if self.verdict is not None:
            self.stack.removeWidget(self.verdict)
            self.verdict.deleteLater()
        page = self.verdict = VerdictPage(verdict, view=self.verifier.views.get(verdict.file), clock=self._clock)
        page.openRequested.connect(lambda: self._unseal(Path(verdict.file)))
        page.closeRequested.connect(lambda: self.stack.setCurrentWidget(self.view))
        self.stack.addWidget(page)
        turns.later(page, lambda: self._lay_over(page))  # making it and showing it take as long again

    def _lay_over(self, page: VerdictPage) -> None:
        self.stack.setCurrentWidget(page)
        self.arrived.emit()

    def left(self) -> Left:
        """Return the files that are verified, and where one is."""
        return Left(verified=tuple(map(str, self.files)), spot=self.spot())

    def spot(self) -> dict[str, Any]:
        """Return where one is, and in which data file codes are looked up."""
        return {**super().spot(), "data_file": str(self.data_file or "")}

    def go_on(self, spot: dict[str, Any]) -> None:
        """Go there again; before any file was chosen there is nothing to wait for."""
        if self.data_file is None and Path(spot.get("data_file", "")).is_file():
            self.data_file = Path(spot["data_file"])
            self._say_data()
        super().go_on(spot)
        if not self.files:
            self.arrived.emit()

    def judge(self, file: str) -> None:
        """Open the verdict on one of the files again."""
        if (verdict := next((v for v in self.verdicts if v.file == file), None)) is not None:
            self._open(verdict)

    def _unseal(self, file: Path) -> None:
        """Open an encrypted packet with a key, and verify what was in it."""
        from pairing_desktop.ui import sealed

        if (packet := sealed.opened(self, file)) is not None:
            self.stack.setCurrentWidget(self.view)
            self.verify([packet])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take any files and folders: what cannot be verified is told so."""
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Verify the files that were let go here."""
        if files := _dropped(event):
            event.acceptProposedAction()
            self.stack.setCurrentWidget(self.view)
            self.verify(files)

    # Codes

    def _say_data(self) -> None:
        name = self.data_file.name if self.data_file else ""
        say(self.file, f"在数据文件 {name} 里查" if name else "先选一个数据文件，在它里面查")

    def _choose_data(self) -> None:
        if (path := ask.dialogs.open_file(self, "在哪个数据文件里查", "数据文件 (*.pairing)")) is not None:
            self.data_file = path
            self._say_data()
            self.code.setFocus()

    def _look_up(self) -> None:
        typed = self.code.text()
        if not typed.strip():
            return
        if self.data_file is None:
            self._choose_data()
        file, now = self.data_file, self._clock()
        if file is None:
            return

        def work(_progress: Progress) -> "Looked":
            from pairing_desktop.services import sheet_codes, workspace

            with workspace.open_workspace(file, write=False, now=now, clock=self._clock) as ws:
                return sheet_codes.look_up(ws, typed)

        jobs.run(self, "查表码", work, self._tell, self._refuse)

    def _tell(self, found: "Looked") -> None:
        tone, word = TONES[found.status]
        self.code.setText(found.code)
        self.code.selectAll()
        self._answer(word, found.text, tone)

    def _refuse(self, error: BaseException) -> None:
        if not isinstance(error, Trouble):
            ask.dialogs.bug(self, error)
            return
        self.code.selectAll()
        self._answer("看不懂", str(error.problems[0]), "error")

    def _answer(self, word: str, text: str, tone: str) -> None:
        say(self.answer, word, tone=tone)
        say(self.reason, text)
        self.answer.setAccessibleName(f"{word}。{text}")
        self.answer.show()
        self.reason.show()


def _row(verdict: "Verdict") -> Row:
    said = verdict_words.headline(verdict, len(verdict_words.remarks(verdict)))
    mark = MARKS[said.tone]
    what, stop, then = said.text.partition("。")
    return Row((
        Cell(icon=mark.icon, icon_colour=mark.colour, filled=mark.filled), Cell(Path(verdict.file).name, weight=500),
        Cell(verdict_words.KINDS.get(verdict.kind, "其他"), colour="text2"),
        Cell(said.title.split("，")[0], tip=said.title, weight=600, colour={"ok": "text"}.get(said.tone, said.tone)),
        Cell(what + stop, detail=then, colour="text2", tip=said.text),
    ), verdict)


def _dropped(event: QDropEvent) -> list[Path]:
    """Return the local files and folders being dragged."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def within(files: Sequence[Path]) -> list[Path]:
    """Return the files, in place of a folder those in it that can be verified; a folder without any stays."""
    found: list[Path] = []
    for file in files:
        inside = sorted(f for f in file.glob("*") if f.suffix.lower() in SUFFIXES) if file.is_dir() else []
        found += inside or [file]
    return found
