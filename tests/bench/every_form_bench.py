"""A sample of every printed form, filled and empty, against bare reportlab drawing the same strings.

Ours lays the records out and draws them; the floor gets the strings wrapped and measured beforehand and draws them as
LongTables on as many pages. Ours goes first, so that it finds nothing warm that the floor then lacks.
"""

from collections.abc import Callable
from typing import Any

from pairing_desktop import paths
from pairing_desktop.documents.layout import form_documents
from pairing_desktop.documents.model import Document
from pairing_desktop.documents.pdf import write_pdf
from pairing_desktop.formspec.catalogue import Catalogue, load
from tests.bench.documents_bench import BOUND, Line, _seconds, _story, bare_pdf
from tests.documents.records import context, views_of

RECORDS = {"roster": 40}
"""Records of a form; a card or sheet is printed once a record."""
CARDS = 3


def _documents(catalogue: Catalogue) -> list[Document]:
    made: list[Document] = []
    for form in catalogue.forms:
        made += form_documents(form, views_of(form, RECORDS.get(form.print.layout, CARDS)), context())
        made += form_documents(form, [], context(blank=True))
    return made


def every_form() -> Line:
    """Lay out and draw every form as PDF, against the floor."""
    catalogue = load(paths.forms())
    made: dict[str, Any] = {}

    def ours() -> None:
        made["documents"] = _documents(catalogue)
        made["pages"] = write_pdf(made["documents"], title="示例").pages

    def floor() -> None:
        made["floor_pages"] = bare_pdf(made["story"], made["documents"])[1]

    seconds = _seconds(ours)
    made["story"] = _story(made["documents"])
    bare = _seconds(floor)
    return {"name": "documents.every_form", "ours": round(seconds, 4), "floor": round(bare, 4),
            "ratio": round(seconds / bare, 4), "bound": BOUND, "unit": "s", "forms": len(catalogue.forms),
            "pages": made["pages"], "floor_pages": made["floor_pages"]}


BENCHMARKS: dict[str, Callable[[], Line]] = {"documents.every_form": every_form}
