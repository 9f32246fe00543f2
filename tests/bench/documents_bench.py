"""A county's packet on paper against the bare libraries: openpyxl write-only, reportlab LongTable.

1,000 enterprises, 400 diagnoses, 100 lean projects, 20 park quarters. The floor writes the same values into sheets
without style, and draws the same strings, wrapped beforehand, as LongTables with ready row heights on as many pages.
Seconds are the processor's, which other programs on the machine change least.
"""

import gc
import time
from collections.abc import Callable, Mapping
from io import BytesIO
from itertools import groupby, pairwise
from typing import Any

from pairing_desktop import paths
from pairing_desktop.documents.layout import form_documents
from pairing_desktop.documents.measuring import Measurer
from pairing_desktop.documents.model import Document, Table
from pairing_desktop.documents.paging import _strips
from pairing_desktop.documents.pdf import write_pdf
from pairing_desktop.documents.sheet import sheet_for
from pairing_desktop.documents.strips import Strip
from pairing_desktop.documents.workbook import write_workbook
from tests.documents.records import context, views_of

COUNTS = {"enterprise": 1000, "diagnosis": 400, "lean_project": 100, "park_progress": 20}
BOUND = 1.3
Line = Mapping[str, Any]


def _documents() -> list[Document]:
    from pairing_desktop.formspec.catalogue import load

    catalogue = load(paths.forms())
    made: list[Document] = []
    for form, count in COUNTS.items():
        definition = catalogue.form(form)
        made += form_documents(definition, views_of(definition, count), context())
    return made


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def _cells(documents: list[Document]) -> list[list[list[object]]]:
    """Return for each form the rows of values, without styles or merges."""
    sheets = []
    for _, group in groupby(documents, key=lambda d: (d.form, d.sheet)):
        rows: list[list[object]] = []
        for document in group:
            rows += [[document.annex], [document.title], [document.head_left, document.head_centre]]
            for block in document.blocks:
                if isinstance(block, Table):
                    for row in (*block.head, *block.rows):
                        rows.append([c and (c.text if c.value is None else c.value) for c in row.cells])
                else:
                    for card in getattr(block, "rows", ()):
                        rows.append([t for p in card.pairs for t in (p.label, p.cell.value or p.cell.text)])
            rows += [[note] for note in document.notes]
        sheets.append(rows)
    return sheets


def _bare_workbook(sheets: list[list[list[object]]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _story(documents: list[Document]) -> list[list[tuple[list[list[str]], list[float], list[float], bool]]]:
    """Return for each document its tables: wrapped strings, column widths, row heights, whether it has rules."""
    measurer = Measurer()
    story = []
    for document in documents:
        tables = []
        sheet = sheet_for(document)
        strips = _strips(document, sheet, measurer)
        for _, run in groupby(strips, key=lambda s: (id(s.frame), s.edges)):
            tables.append(_table(list(run), sheet.left, sheet.text_width))
        story.append(tables)
    return story


def _table(strips: list[Strip], left: float, width: float) -> tuple[list[list[str]], list[float], list[float], bool]:
    edges = sorted({left, *strips[0].edges, left + width})
    data = []
    for strip in strips:
        row = [""] * (len(edges) - 1)
        for box in strip.boxes:
            column = max(n for n, x in enumerate(edges[:-1]) if x <= box.x + 0.01)
            row[column] = "\n".join(box.lines)
        data.append(row)
    widths = [b - a for a, b in pairwise(edges)]
    return data, widths, [s.height for s in strips], strips[0].frame is not None


Story = list[list[tuple[list[list[str]], list[float], list[float], bool]]]


def _bare_pdf(story: Story, documents: list[Document]) -> int:
    return bare_pdf(story, documents)[1]


def bare_pdf(story: Story, documents: list[Document]) -> tuple[bytes, int]:
    """Return a PDF of LongTables and its number of pages."""
    from reportlab.lib.colors import black
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import BaseDocTemplate, Frame, LongTable, NextPageTemplate, PageBreak, PageTemplate

    pdfmetrics.registerFont(TTFont("bare", str(paths.resource("fonts", "NotoSansSC-Regular.ttf"))))
    buffer = BytesIO()
    templates = []
    for name, document in {("wide" if d.landscape else "tall"): d for d in documents}.items():
        s = sheet_for(document)
        frame = Frame(s.left, s.bottom - 3, s.text_width, s.text_height + 6, 0, 0, 0, 0)
        templates.append(PageTemplate(name, [frame], pagesize=(s.width, s.height)))
    file = BaseDocTemplate(buffer, pageTemplates=templates, invariant=1)
    flow: list[Any] = []
    for document, tables in zip(documents, story, strict=True):
        flow += [NextPageTemplate("wide" if document.landscape else "tall"), PageBreak()]
        for data, widths, heights, ruled in tables:
            style: list[Any] = [("FONT", (0, 0), (-1, -1), "bare", 8.5, 11.2), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                                ("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 0)]
            if ruled:
                style.append(("GRID", (0, 0), (-1, -1), 0.45, black))
            flow.append(LongTable(data, colWidths=widths, rowHeights=heights, style=style))
    file.build(flow)
    return buffer.getvalue(), int(file.page)


def documents() -> Line:
    """Lay out, draw the PDF and write the workbook, against both floors; the parts stand beside the whole."""
    floor_documents = _documents()
    sheets, story = _cells(floor_documents), _story(floor_documents)
    made: dict[str, Any] = {}
    seconds = {
        "layout": _seconds(lambda: made.update(documents=_documents())),
        "pdf": _seconds(lambda: made.update(pages=write_pdf(made["documents"], title="示例").pages)),
        "workbook": _seconds(lambda: write_workbook(made["documents"], title="示例")),
        "floor_pdf": _seconds(lambda: made.update(floor_pages=_bare_pdf(story, floor_documents))),
        "floor_workbook": _seconds(lambda: _bare_workbook(sheets)),
    }
    ours = seconds["layout"] + seconds["pdf"] + seconds["workbook"]
    floor = seconds["floor_pdf"] + seconds["floor_workbook"]
    return {"name": "documents", "ours": ours, "floor": floor, "ratio": ours / floor, "bound": BOUND, "unit": "s",
            **seconds, "pages": made["pages"], "floor_pages": made["floor_pages"]}


BENCHMARKS: dict[str, Callable[[], Line]] = {"documents": documents}
