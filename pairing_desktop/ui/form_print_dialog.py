"""One form on paper: this record, the quarter's records or an empty form; looked at, printed, or saved."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.services import form_printing
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, jobs
from pairing_desktop.ui.cards import Surface, button, row, words
from pairing_desktop.ui.print_dialog import PrintDialog

ONE, ALL, BLANK = "one", "all", "blank"


class FormPrintDialog(PrintDialog):
    """Choose what of a form to print; the preview follows."""

    def __init__(self, ws: Workspace, form: str, *, quarter: str, key: str = "", parent: QWidget | None = None) -> None:
        self.form = ws.catalogue.form(form)
        super().__init__(self.form.title, b"", parent)
        self._ws = ws
        self._quarter = quarter
        self._key = key
        self._asked = 0
        self.choice = ONE if key else ALL
        self.export = button("存为工作簿…", icon="arrow_export", action=self._export)
        self.buttons.insertWidget(0, self.export)
        self.whole.insertWidget(0, self._choices())
        self.export.setAutoDefault(False)
        self.choices[self.choice].setFocus()  # Enter prints, once the pages stand
        self.choose(self.choice)

    def _choices(self) -> Surface:
        self.choices = {BLANK: QRadioButton("空白表"), ALL: QRadioButton("本季全部记录"), ONE: QRadioButton("只这一条")}
        self._group = QButtonGroup(self)
        for name, choice in self.choices.items():
            self._group.addButton(choice)
            choice.setAccessibleName(f"打印{choice.text()}")
            choice.clicked.connect(partial(self.choose, name))
        self.choices[ONE].setVisible(bool(self._key))
        self.choices[self.choice].setChecked(True)
        top = Surface("plain")
        choices = (self.choices[name] for name in (ONE, ALL, BLANK))
        line = row(words("打印", role="label"), *choices, None, spacing=16)
        line.setContentsMargins(16, 8, 16, 0)
        top.setLayout(line)
        return top

    @property
    def wanted(self) -> form_printing.Wanted:
        """Return what is chosen."""
        return form_printing.Wanted(form=self.form.id, quarter=self._quarter, blank=self.choice == BLANK,
                                    record=self._key if self.choice == ONE else "")

    def choose(self, choice: str) -> None:
        """Lay out what is chosen, in the background."""
        self.choice = choice
        self._asked += 1
        self._able(ready=False)
        self.preview.wait()
        fork = self._ws.fork()
        work = partial(form_printing.drawn, fork, self.wanted, "pdf")
        show, failed = partial(self._show, self._asked), partial(self._failed, self._asked)
        job = jobs.run(self, "排版", work, show, failed, quiet=True)
        job.ended.connect(fork.close)

    def _show(self, asked: int, pdf: bytes) -> None:
        if asked == self._asked:
            self.pdf = pdf
            self.preview.show_pdf(pdf)
            self._able(ready=True)

    def _failed(self, asked: int, error: BaseException) -> None:
        if asked != self._asked:
            return
        if not isinstance(error, Trouble):
            ask.dialogs.bug(self, error)
        self.pdf = b""
        self.preview.explain(str(error) if isinstance(error, Trouble) else "没有排出版面")

    def _able(self, *, ready: bool) -> None:
        self.setWindowTitle(f"{'打印' if ready else '正在排版'}：{self.form.title}")
        self.send.setEnabled(ready)
        self.export.setEnabled(ready)

    def _export(self) -> None:
        """Write what is chosen as a workbook."""
        name = f"{self.form.title}{'（空白）' if self.choice == BLANK else self._quarter}.xlsx"
        to = ask.dialogs.save_file(self, "存为工作簿", "Excel 工作簿 (*.xlsx)", suggested=self._ws.path.with_name(name))
        if to is None:
            return
        fork = self._ws.fork()

        def done(path: Path) -> None:
            ask.dialogs.tell(self, "已存为工作簿", f"写在 {path}。")

        job = jobs.run(self, "存为工作簿", partial(form_printing.write, fork, self.wanted, to), done)
        job.ended.connect(fork.close)
