"""Strips drawn on a reportlab canvas: fills, rules, text, in raw operators, and the map of cells on the way.

Text is written in reading order, so that a copied page reads as it looks. Lengths are points.
"""

import zlib
from io import BytesIO
from itertools import pairwise
from math import cos, radians, sin

from reportlab import rl_config
from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.pdfdoc import PDFDocument
from reportlab.pdfgen.canvas import Canvas

from pairing_desktop.documents.coordinates import Recorder
from pairing_desktop.documents.faces import REMEMBERED, Codes, FaceName, face
from pairing_desktop.documents.measuring import TICKED, Measurer
from pairing_desktop.documents.model import PlacedCell
from pairing_desktop.documents.outlines import outline
from pairing_desktop.documents.strips import INNER, OUTER, UNDER_HEAD, Box, Frame, Strip

INKS = {"black": "0 g", "red": "0.722 0.11 0.129 rg", "grey": "0.45 g", "pale": "0.9 g", "blue": "0.102 0.278 0.498 rg"}
GREY_FILL = "0.9 g"
WATERMARK = 56.0
FACES: tuple[FaceName, ...] = ("sans", "medium", "serif")


def _ticked(line: str, codes: Codes) -> str:
    """Show a line whose ticks stand over their boxes: one em back before each."""
    parts = line.split(TICKED)
    shown = ["".join(codes[c] for c in parts[0])]
    for part in parts[1:]:
        shown[-1] += codes["□"]
        shown.append(codes["√"] + "".join(codes[c] for c in part))
    return "[" + " 1000 ".join(f"<{p}>" for p in shown) + "] TJ"


class PageCanvas(Canvas):
    """A canvas that takes raw operators and shows nothing of its own (no base font)."""

    def __init__(self, buffer: BytesIO, *, title: str) -> None:
        for name in FACES:
            face(name)
        rl_config.useA85 = 0  # ASCII85 makes a page a quarter larger and slow to write
        rl_config.canvas_basefontname = "pairing-sans"  # else an unembedded Helvetica is listed in the file
        super().__init__(buffer, invariant=1, pageCompression=1, pdfVersion=(1, 7), lang="zh-CN")
        self.setTitle(title)
        self.setAuthor("")
        self.setSubject("")
        self.setCreator("pairing-desktop")
        self.setProducer("pairing-desktop (reportlab)")
        self.setViewerPreference("DisplayDocTitle", "true")
        doc = self._pdf = self._document()
        self.codes: dict[FaceName, Codes] = {name: face(name).codes(doc) for name in FACES}
        self._shown: dict[FaceName, dict[str, str]] = {name: {} for name in FACES}
        self.fonts: dict[FaceName, str] = {name: face(name).getSubsetInternalName(0, doc) for name in FACES}

    def _document(self) -> PDFDocument:
        document: PDFDocument = self._doc  # type: ignore[attr-defined]  # unknown to the stub
        return document

    def showPage(self) -> None:  # noqa: N802  # reportlab's name
        """Close the page and keep it compressed: reportlab would keep a thousand pages as text until the end."""
        super().showPage()
        page = self._pdf.Pages.pages[-1]  # type: ignore[attr-defined]  # unknown to the stub
        packed = pdfdoc.PDFStream(content=zlib.compress(page.stream.encode("latin-1")))
        packed.dictionary["Filter"] = pdfdoc.PDFArray([pdfdoc.PDFName("FlateDecode")])
        page.Contents, page.stream = packed, ""

    def shown(self, line: str, name: FaceName) -> str:
        """Return the operator that shows a line; sheets repeat themselves, so it is remembered."""
        known = self._shown[name]
        found = known.get(line)
        if found is None:
            if len(known) > REMEMBERED:
                known.clear()
            codes = self.codes[name]
            found = f"<{''.join([codes[c] for c in line])}> Tj" if TICKED not in line else _ticked(line, codes)
            known[line] = found
        return found

    def operators(self, lines: list[str]) -> None:
        """Append raw content-stream operators."""
        self._code.extend(lines)  # type: ignore[attr-defined]  # the page's list, unknown to the stub


class Page:
    """One page being filled: operators by layer."""

    def __init__(self, canvas: PageCanvas, measurer: Measurer, number: int, places: Recorder | None = None) -> None:
        self.canvas = canvas
        self.measurer = measurer
        self.number = number
        self.places = places or Recorder()
        self.cells: list[PlacedCell] = []
        self._fills: list[str] = []
        self._rules: dict[float, list[str]] = {INNER: [], UNDER_HEAD: [], OUTER: []}
        self._text: list[str] = []
        self._state: tuple[FaceName, float, str, float] | None = None

    def finish(self) -> None:
        """Write the layers: fills, rules, text."""
        if self._fills:
            self.canvas.operators([GREY_FILL, *self._fills, "f"])
        for width, lines in self._rules.items():
            if lines:
                self.canvas.operators([f"0 G {width} w", *lines, "S"])
        if self._text:
            self.canvas.operators(["BT", *self._text, "ET"])

    def stack(self, strips: list[Strip], top: float) -> None:
        """Draw strips from ``top`` down, and the frames around those that belong together."""
        y = top
        run: list[tuple[Strip, float]] = []
        for strip in strips:
            if run and strip.frame is not run[0][0].frame:
                self._frame(run)
                run = []
            if strip.frame is not None:
                run.append((strip, y))
            for box in strip.boxes:
                self.box(box, y, strip.height)
            y -= strip.height
        if run:
            self._frame(run)

    def box(self, box: Box, y: float, height: float) -> None:
        """Draw a box whose strip hangs from ``y``."""
        top = y - box.top
        height = box.height or height
        if box.fill:
            self._fills.append(f"{box.x:.2f} {top - height:.2f} {box.width:.2f} {height:.2f} re")
        if box.path:
            self.cells.append(PlacedCell(self.number, box.x, top - height, box.width, height, box.path, box.text))
        self.places.box(box.path, "".join(box.lines), x=box.x, y=top - height, width=box.width, height=height)
        if not box.lines:
            return
        step = box.size * box.leading
        inside = len(box.lines) * step
        middle = (top - 1.0 if box.at_top else top - (height - inside) / 2) - step / 2
        for line in box.lines:
            if line:
                self.text(line, self._start(box, line), middle - 0.37 * box.size, box)
            middle -= step

    def _start(self, box: Box, line: str) -> float:
        if box.align == "left":
            return box.x + box.pad + box.indent
        shown = line.rstrip()
        wide = self.measurer.width(shown, box.size, box.face) + box.spacing * max(0, len(shown) - 1)
        if box.align == "right":
            return box.x + box.width - box.pad - wide
        return box.x + (box.width - wide) / 2

    def text(self, line: str, x: float, y: float, style: Box) -> None:
        """Write one line with its left end at (x, y)."""
        state = (style.face, style.size, style.ink, style.spacing)
        if state != self._state:
            name, size, ink, spacing = state
            self._text.append(f"{self.canvas.fonts[name]} {size:g} Tf {spacing:g} Tc {INKS[ink]}")
            self._state = state
        self._text.append(f"1 0 0 1 {x:.2f} {y:.2f} Tm {self.canvas.shown(line, style.face)}")

    def rule(self, width: float, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draw a straight black rule."""
        self._rules[width].append(f"{x0:.2f} {y0:.2f} m {x1:.2f} {y1:.2f} l")

    def _frame(self, run: list[tuple[Strip, float]]) -> None:
        """Draw the rules of one framed part: inner, under the head, outline."""
        frame = run[0][0].frame
        if frame is None:
            return
        top = run[0][1]
        bottom = run[-1][1] - run[-1][0].height
        for (strip, y), (after, _) in pairwise(run):
            width = UNDER_HEAD if strip.is_head and not after.is_head else INNER
            for x0, x1 in strip.rules:
                self.rule(width, x0, y - strip.height, x1, y - strip.height)
        self._verticals(run)
        self._outline(frame, top, bottom)

    def _verticals(self, run: list[tuple[Strip, float]]) -> None:
        """Draw inner vertical rules, one line for as many rows as have it."""
        begun: dict[float, float] = {}
        for strip, y in run:
            for x in [x for x in begun if x not in strip.edges]:
                self.rule(INNER, x, begun.pop(x), x, y)
            for x in strip.edges:
                begun.setdefault(x, y)
        last, y = run[-1]
        for x, start in begun.items():
            self.rule(INNER, x, start, x, y - last.height)

    def _outline(self, frame: Frame, top: float, bottom: float) -> None:
        left, right = frame.x, frame.x + frame.width
        if frame.open_sides:
            self.rule(OUTER, left, top, right, top)
            self.rule(OUTER, left, bottom, right, bottom)
        else:
            self._rules[OUTER].append(f"{left:.2f} {bottom:.2f} {frame.width:.2f} {top - bottom:.2f} re")


def watermark_operators(text: str, width: float, height: float) -> list[str]:
    """Return pale words across a page, to lie under everything else; outlines, so the text layer holds none of it."""
    path, wide = outline(text, "medium")
    size, angle = WATERMARK / 1000, radians(40)
    x, y = width / 2 - wide * size / 2 * cos(angle), height / 2 - wide * size / 2 * sin(angle)
    turn = f"{size * cos(angle):.5f} {size * sin(angle):.5f} {-size * sin(angle):.5f} {size * cos(angle):.5f}"
    return [f"q {INKS['pale']} {turn} {x:.2f} {y:.2f} cm", *path, "f Q"]
