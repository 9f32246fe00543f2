"""A form's pages as they will be printed, and the printer: the PDF itself, at 300 dots an inch."""

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from pairing_desktop.progress import Progress
from pairing_desktop.ui import ask, jobs
from pairing_desktop.ui.cards import button
from pairing_desktop.ui.preview import Drawn, Preview, draw

DOTS = 300
A4_INCHES = (8.27, 11.69)


class PrintDialog(QDialog):
    """Look, then print or save."""

    def __init__(self, title: str, pdf: bytes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"打印：{title}")
        self.resize(760, 680)
        self.pdf = pdf
        self.preview = Preview(title, self)
        self.send = button("打印…", kind="primary", icon="print", action=self._send)
        self.buttons = foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.setContentsMargins(16, 8, 16, 12)
        foot.addStretch(1)
        close = button("关闭", action=self.reject)
        close.setAutoDefault(False)
        self.send.setDefault(True)
        foot.addWidget(close)
        foot.addWidget(self.send)
        self.whole = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.preview, 1)
        column.addLayout(foot)
        if pdf:
            self.preview.show_pdf(pdf)

    def _send(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        printer.setFullPage(True)
        dialog = QPrintDialog(printer, self)
        if ask.dialogs.run(dialog):
            print_pdf(self, self.pdf, printer, self.accept)


def print_pdf(parent: QWidget, pdf: bytes, printer: QPrinter, done: Callable[[], object]) -> None:
    """Draw the pages in the background, then hand them to the printer one after another."""

    def pages(progress: Progress) -> list[Drawn]:
        drawn = [draw(pdf, 0, round(A4_INCHES[0] * DOTS))]
        for number in range(1, drawn[0].pages):
            progress("准备打印", number, drawn[0].pages)
            drawn.append(draw(pdf, number, round(A4_INCHES[0] * DOTS)))
        return drawn

    def send(drawn: list[Drawn]) -> None:
        painter = QPainter()
        for number, page in enumerate(drawn):
            image = QImage(page.pixels, page.width, page.height, page.stride, QImage.Format.Format_RGB32)
            wide = page.width > page.height
            turn = QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
            printer.setPageOrientation(turn)
            if number == 0:
                painter.begin(printer)
            else:
                printer.newPage()
            painter.drawImage(QRectF(printer.pageLayout().fullRectPixels(printer.resolution())), image)
        painter.end()
        done()

    jobs.run(parent, "准备打印", pages, send)
