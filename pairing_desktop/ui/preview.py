"""The real PDF on screen: pages turned and enlarged, drawn by PDFium in the background."""

from collections import OrderedDict
from contextlib import closing
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from pairing_desktop import pdfium
from pairing_desktop.progress import Progress
from pairing_desktop.ui import ask, jobs
from pairing_desktop.ui.cards import Surface, button, column, row, say, words
from pairing_desktop.ui.theme import colours, palettes

ZOOMS = (1.0, 1.25, 1.5, 2.0, 3.0)
"""Multiples of the width that fits."""
KEPT = 12
"""Pages kept as pictures."""
MARGIN = 16
NOTE_SIDE = 40
"""Pixels left and right of the words that stand where a document would."""


class Drawn(Struct, frozen=True):
    """A page as PDFium drew it: 32-bit pixels, and what the document says about itself."""

    pixels: bytes
    width: int
    height: int
    stride: int
    pages: int
    title: str
    points: float  # width of the page in points


class Spot(Struct, frozen=True):
    """A place to show: page from 1, and x, y, width, height in points from the page's lower left corner."""

    page: int
    rect: tuple[float, float, float, float] | None = None
    colour: str = "query_mark"


def draw(data: bytes, number: int, width: int) -> Drawn:
    """Draw page ``number`` (from 0; the last one when there are fewer) ``width`` pixels wide."""
    with pdfium.opened(data) as document:
        document.init_forms()  # or the signatures' stamps are not drawn
        pages = len(document)
        number = min(number, pages - 1)
        heads = [(item.get_title(), item.get_dest()) for item in document.get_toc()]
        before = [title for title, dest in heads if dest is not None and (dest.get_index() or 0) <= number]
        with closing(document[number]) as page:
            points = page.get_width()
            with closing(page.render(scale=width / points, prefer_bgrx=True)) as bitmap:
                return Drawn(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, pages,
                             before[-1] if before else "", points)


class Sheet(QWidget):
    """Paints the page's picture at the size asked for, with a hair line around and a frame around a spot."""

    def __init__(self) -> None:
        super().__init__()
        self.image: QImage | None = None
        self.frame: QRectF | None = None  # share of width and height
        self.colour = "query_mark"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_image(self, image: QImage, size: QSize, frame: QRectF | None, colour: str) -> None:
        """Show a page, with a frame on it."""
        self.image, self.frame, self.colour = image, frame, colour
        self.setFixedSize(size)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw page and frame."""
        if self.image is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self.rect(), self.image)
            painter.setPen(QColor(colours().line2))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
            if self.frame is not None:
                wide, high = self.width(), self.height()
                f = self.frame
                painter.setPen(QPen(palettes()[False].named(self.colour), 2))
                painter.drawRect(QRectF(f.x() * wide, f.y() * high, f.width() * wide, f.height() * high))


class Pages(QScrollArea):
    """The pages one below the other; a screen reader is told of a document (``accessible.ROLES``)."""


class Preview(QWidget):
    """Shows one PDF (bytes); until there is one, ``wait`` or ``explain`` say why."""

    pageShown = Signal(int)  # noqa: N815  # from 1

    def __init__(self, name: str = "报表预览", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.name = name
        self.data = b""
        self.number = 0
        self.pages = 0
        self._zoom = 0
        self.spot: Spot | None = None
        self._drawn: OrderedDict[tuple[int, int], Drawn] = OrderedDict()
        self._asked: tuple[int, int] | None = None
        self._later = QTimer(self, singleShot=True, interval=120)
        self._later.timeout.connect(self._ask)
        self._build()
        self.explain("还没有可预览的报表")

    def _build(self) -> None:
        self.where = words("", role="strong")
        self.total = words("", role="hint")
        self.title = words("", role="label")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        kind = "plain"
        self.smaller = button("", kind=kind, icon="zoom_out", tip="缩小", action=lambda: self.zoom(-1))
        self.larger = button("", kind=kind, icon="zoom_in", tip="放大", action=lambda: self.zoom(+1))
        self.back = button("", kind=kind, icon="chevron_left", tip="上一页", action=lambda: self.turn(-1))
        self.on = button("", kind=kind, icon="chevron_right", tip="下一页", action=lambda: self.turn(+1))
        self.save = button("", kind=kind, icon="arrow_download", tip="另存为 PDF", action=self._save)
        self.send = button("", kind=kind, icon="print", tip="打印", action=self._print)
        self.tools = (self.smaller, self.larger, self.back, self.on, self.save, self.send)
        head = Surface("plain")
        line = row(self.where, self.total, self.title, *self.tools, spacing=6)
        line.setStretch(2, 1)
        line.setContentsMargins(16, 0, 8, 0)
        head.setLayout(line)
        head.setFixedHeight(48)
        self.note = words("", role="label", wrap=True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note.setContentsMargins(NOTE_SIDE, 0, NOTE_SIDE, 0)
        self.sheet = Sheet()
        self.area = Pages()
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.area.setAccessibleName(f"{self.name}页面")
        self.area.setWidget(self.sheet)
        self.area.viewport().installEventFilter(self)
        self.setLayout(column(head, self.note, self.area, spacing=0))

    def wait(self, text: str = "正在排版…") -> None:
        """Say that a document is on its way; the old one stays visible, if there is one."""
        if self.data:
            say(self.title, text)
        else:
            self.explain(text)

    def explain(self, text: str) -> None:
        """Say why there is nothing to see."""
        self.data, self.pages = b"", 0
        self._drawn.clear()
        say(self.note, text)
        self._enable()

    def show_pdf(self, data: bytes) -> None:
        """Show a document, at the page shown before if it has so many."""
        self.data = data
        self._drawn.clear()
        self._asked = None
        self._ask()

    def show_spot(self, spot: Spot | None) -> None:
        """Turn to a page and frame a place on it; ``None`` takes the frame away and stays."""
        self.spot = spot
        if spot is not None:
            self.number = spot.page - 1
        self._ask()

    def turn(self, pages: int) -> None:
        """Turn forward or back."""
        number = max(0, min(self.number + pages, self.pages - 1))
        if number != self.number:
            self.number = number
            self.area.verticalScrollBar().setValue(0)
            self._ask()

    def zoom(self, steps: int) -> None:
        """Enlarge or shrink by a step; the smallest fits the width."""
        self._zoom = max(0, min(self._zoom + steps, len(ZOOMS) - 1))
        self._ask()

    def _wide(self) -> int:
        return max(200, round((self.width() - 2 * MARGIN) * ZOOMS[self._zoom]))

    def _ask(self) -> None:
        if not self.data or not self.isVisible():
            return
        ratio = self.devicePixelRatioF()
        key = (self.number, round(self._wide() * ratio))
        if key in self._drawn:
            self._show(key)
        elif key != self._asked:
            self._asked = key
            data = self.data

            def work(_progress: Progress) -> Drawn:
                return draw(data, *key)

            jobs.run(self, "画预览页", work, lambda drawn: self._arrived(data, key, drawn), self._failed, quiet=True)

    def _arrived(self, data: bytes, key: tuple[int, int], drawn: Drawn) -> None:
        if data is not self.data:
            return
        self._asked = None
        self.pages = drawn.pages
        number = min(key[0], drawn.pages - 1)
        if self.number == key[0]:
            self.number = number
        self._drawn[(number, key[1])] = drawn
        while len(self._drawn) > KEPT:
            self._drawn.popitem(last=False)
        self._ask()

    def _failed(self, error: BaseException) -> None:
        self._asked = None
        self.explain("这份 PDF 画不出来，请重新审核后再看" if self.pages else "这份 PDF 已损坏，无法显示")
        if not isinstance(error, RuntimeError | ValueError):
            ask.dialogs.bug(self, error)

    def _show(self, key: tuple[int, int]) -> None:
        drawn = self._drawn[key]
        image = QImage(drawn.pixels, drawn.width, drawn.height, drawn.stride, QImage.Format.Format_RGB32)
        ratio = self.devicePixelRatioF()
        size = QSize(round(drawn.width / ratio), round(drawn.height / ratio))
        frame = self._frame(drawn)
        self.sheet.show_image(image, size, frame, self.spot.colour if self.spot else "query_mark")
        if frame is not None:
            x, y = frame.center().x() * size.width(), frame.center().y() * size.height()
            self.area.ensureVisible(round(x), round(y), 80, 120)
        say(self.where, f"第 {self.number + 1} 页")
        say(self.total, f"共 {self.pages} 页")
        say(self.title, drawn.title)
        self.sheet.setAccessibleName(f"{drawn.title} 第 {self.number + 1} 页，共 {self.pages} 页")
        self._enable()
        self.pageShown.emit(self.number + 1)

    def _frame(self, drawn: Drawn) -> QRectF | None:
        if self.spot is None or self.spot.rect is None or self.spot.page != self.number + 1:
            return None
        x, y, width, height = self.spot.rect
        across = drawn.points
        down = across * drawn.height / drawn.width
        return QRectF(x / across, (down - y - height) / down, width / across, height / down)

    def _enable(self) -> None:
        there = bool(self.data) and self.pages > 0
        self.note.setVisible(not there)
        self.area.setVisible(there)
        for label in (self.where, self.total, self.title):
            label.setVisible(there)
        for tool in self.tools:
            tool.setVisible(there)
        self.back.setEnabled(self.number > 0)
        self.on.setEnabled(self.number + 1 < self.pages)
        self.smaller.setEnabled(self._zoom > 0)
        self.larger.setEnabled(self._zoom + 1 < len(ZOOMS))

    def _print(self) -> None:
        from PySide6.QtGui import QPageSize
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        from pairing_desktop.ui.print_dialog import print_pdf

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        printer.setFullPage(True)
        if ask.dialogs.run(QPrintDialog(printer, self)):
            print_pdf(self, self.data, printer, lambda: None)

    def _save(self) -> None:
        path = ask.dialogs.save_file(self, "另存为 PDF", "PDF 文件 (*.pdf)", suggested=Path.home() / "报表预览.pdf")
        if path is None:
            return
        from pairing_desktop.services import writing

        data = self.data
        jobs.run(self, "另存为 PDF", lambda _progress: writing.write(path, data), lambda _path: None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw again at the new width, a moment after the last change."""
        super().resizeEvent(event)
        self._later.start()

    def showEvent(self, event: object) -> None:
        """Draw now if a document came while hidden."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._later.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn pages with Page Up and Page Down."""
        steps = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
        if (step := steps.get(Qt.Key(event.key()))) is not None:
            self.turn(step)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Enlarge with Ctrl and the wheel."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)
