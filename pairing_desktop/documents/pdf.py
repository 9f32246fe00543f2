"""Documents drawn as a PDF: reportlab's canvas, our own tables, one pass; pages are counted sheet by sheet."""

from collections.abc import Iterable, Sequence, Sized
from io import BytesIO

from pairing_desktop.documents.charts import PAPER, draw
from pairing_desktop.documents.code import qr_operators
from pairing_desktop.documents.coordinates import Recorder
from pairing_desktop.documents.drawing import Page, PageCanvas, watermark_operators
from pairing_desktop.documents.furniture import BOX_HEIGHT
from pairing_desktop.documents.measuring import Measurer
from pairing_desktop.documents.model import CellMap, Document, Rendered
from pairing_desktop.documents.paging import pages_of
from pairing_desktop.documents.pictures import picture_operators, texts_of
from pairing_desktop.documents.sheet import FOOT_BASELINE, Sheet, sheet_for
from pairing_desktop.documents.strips import MM, Box, Strip
from pairing_desktop.progress import Progress, silent

QR_SIZE = 15 * MM
QR_FROM_EDGE = 8 * MM
FOOT_NOTE = 7.0


def write_pdf(
    documents: Iterable[Document], *, title: str, watermark: str = "", progress: Progress = silent,
    places: Recorder | None = None,
) -> Rendered:
    """Draw ``documents`` one after another; the same documents always give the same bytes.

    ``places`` takes where each value and each word stands.

    Raises Trouble ``documents.glyph`` naming a character that the bundled faces lack, ValueError for a document whose
    columns do not add up to its text width, Cancelled from ``progress``.
    """
    buffer = BytesIO()
    writer = _Writer(PageCanvas(buffer, title=title), watermark, places or Recorder())
    total = len(documents) if isinstance(documents, Sized) else 0
    held: list[Document] = []
    for number, document in enumerate(documents):
        progress("生成PDF", number, total)
        if not document.follows:
            writer.add(held)
            held.clear()
        held.append(document)
    writer.add(held)
    writer.canvas.save()
    return Rendered(pdf=buffer.getvalue(), pages=writer.pages, cells=writer.cells,
                    signature_places=writer.places)


class _Writer:
    """What grows while documents are drawn."""

    def __init__(self, canvas: PageCanvas, watermark: str, recorder: Recorder) -> None:
        self.canvas = canvas
        self.recorder = recorder
        self.watermark = watermark
        self.measurer = Measurer()
        self.pages = 0
        self.form = ""
        self.cells = CellMap()
        self.places: dict[str, tuple[int, tuple[float, float, float, float]]] = {}

    def add(self, documents: Sequence[Document]) -> None:
        """Draw a document and those that follow it, each on pages of its own, counted through."""
        laid = [(document, pages_of(document, sheet_for(document), self.measurer)) for document in documents]
        total, before = sum(len(pages) for _, pages in laid), 0
        for document, pages in laid:
            self._add(document, pages, before, total)
            before += len(pages)

    def _add(self, document: Document, pages: list[list[Strip]], before: int, total: int) -> None:
        sheet = sheet_for(document)
        self._outline(document)
        for number, strips in enumerate(pages, before + 1):
            self.pages += 1
            self.canvas.setPageSize((sheet.width, sheet.height))
            page = Page(self.canvas, self.measurer, self.pages, self.recorder)
            self._draw_watermark(sheet)
            page.stack(strips, sheet.height - sheet.top)
            _foot(page, document, sheet, f"第{number}页 共{total}页")
            page.finish()
            self._extras(strips, sheet, document)
            self.recorder.close()
            for cell in page.cells:
                self.cells.add(cell)
            self.canvas.showPage()

    def _draw_watermark(self, sheet: Sheet) -> None:
        """Lay the watermark under the page; its outlines are in the file once for each size."""
        if not self.watermark:
            return
        name = f"mark{int(sheet.width)}"
        if not self.canvas.hasForm(name):
            self.canvas.beginForm(name, 0, 0, sheet.width, sheet.height)
            self.canvas.operators(watermark_operators(self.watermark, sheet.width, sheet.height))
            self.canvas.endForm()
        self.canvas.doForm(name)

    def _outline(self, document: Document) -> None:
        """Add bookmarks: one a form, under it one a record."""
        entries = [(document.title, 0)] if document.form != self.form else []
        entries += [(document.label, 1)] if document.label else []
        self.form = document.form
        for title, level in entries:
            key = f"p{self.pages + 1}-{level}"
            self.canvas.bookmarkPage(key)
            self.canvas.addOutlineEntry(title, key, level=level, closed=True)

    def _extras(self, strips: list[Strip], sheet: Sheet, document: Document) -> None:
        """Draw pictures, signature rooms and the code."""
        y = sheet.height - sheet.top
        for strip in strips:
            if strip.drawing:
                drawing, x, width, height = strip.drawing
                picture = draw(drawing.picture, width=width, height=height, ink=PAPER)
                self.canvas.operators(picture_operators(picture, self.canvas, x, y - height))
                for text in texts_of(picture):
                    self.recorder.box("", text, x=x, y=y - height, width=width, height=height)
            for place in strip.places:
                rect = (place.x, y - BOX_HEIGHT, place.x + place.width, y)
                self.places[place.role] = (self.pages, rect)
                inside = place.width - 2, BOX_HEIGHT - 2
                dashes = f"{place.x + 1:.2f} {y - BOX_HEIGHT + 1:.2f} {inside[0]:.2f} {inside[1]:.2f} re S"
                self.canvas.operators([f"q 0.6 G 0.45 w [2 2] 0 d {dashes} Q"])
            y -= strip.height
        if document.code:
            x = sheet.width - sheet.right - QR_SIZE
            self.canvas.operators(qr_operators(document.code_text or document.code, x, QR_FROM_EDGE, QR_SIZE))


def _foot(page: Page, document: Document, sheet: Sheet, count: str) -> None:
    """Write the foot of a page: note left, pages centred, code right."""
    x, width = sheet.left, sheet.text_width
    room = (width - page.measurer.width(count, 8.5)) / 2 - 2 * MM
    note = _shortened(document.footer_note, room, page.measurer)
    page.box(Box(x, width, (note,), FOOT_NOTE, ink="grey", text=note), FOOT_BASELINE + 4, 4)
    page.box(Box(x, width, (count,), 8.5, align="centre", text=count), FOOT_BASELINE + 4, 4)
    if document.code:
        left = width - QR_SIZE - 1.5 * MM
        code, promise = f"表码 {document.code}", "内容未变，表码不变"
        page.box(Box(x, left, (code,), 7, align="right", text=code), FOOT_BASELINE + 7, 4)
        page.box(Box(x, left, (promise,), 5.6, align="right", ink="grey", text=promise), FOOT_BASELINE - 4, 4)


def _shortened(text: str, room: float, measurer: Measurer) -> str:
    """Return a foot note cut with … where it would run into the page's number."""
    while text and measurer.width(text, FOOT_NOTE) > room:
        text = text.removesuffix("…")[:-1] + "…"
    return text
