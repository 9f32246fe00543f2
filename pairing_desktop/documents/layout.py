"""Forms and records laid out as documents: the one door for services. Knows no form by name."""

from collections.abc import Iterable, Sequence

from pairing_desktop.documents.assessment import scoring_document
from pairing_desktop.documents.blanks import ROSTER_ROWS, blank_record
from pairing_desktop.documents.cards import card_document, card_values
from pairing_desktop.documents.cover import cover
from pairing_desktop.documents.model import CardRows, Cell, Document, Placed, Table
from pairing_desktop.documents.rosters import roster_documents
from pairing_desktop.documents.statistical import statistical_document
from pairing_desktop.documents.views import (
    CoverData,
    FormLine,
    LayoutContext,
    QueryLine,
    RecordView,
    RoleLine,
    WaiverLine,
)
from pairing_desktop.formspec.definition import Form, PrintLayout

FIELDS_ON_A_ROSTER = 12

__all__ = [
    "CoverData", "FormLine", "LayoutContext", "QueryLine", "RecordView", "RoleLine", "WaiverLine", "cover",
    "form_documents", "form_values", "values",
]


def form_documents(form: Form, records: Sequence[RecordView], context: LayoutContext) -> list[Document]:
    """Lay out a form's records: one document a card or sheet, one for a roster; none if there are no records.

    A ``blank`` context prints the form once, empty, whatever the records.
    A form without print hints gets a card if it has tables, long texts or more than 12 fields, a roster otherwise.
    """
    if context.blank:
        records = _blank(form)
    if not records:
        return []
    match _layout(form):
        case "roster":
            return roster_documents(form, records, context)
        case "statistical":
            return [statistical_document(form, record, context) for record in records]
        case "scoring":
            return [scoring_document(form, record, context) for record in records]
        case _:
            return [card_document(form, record, context) for record in records]


def form_values(form: Form, records: Sequence[RecordView], context: LayoutContext) -> list[Placed]:
    """Return the values that a form's documents show; cards are not laid out for it."""
    if _layout(form) != "card":
        return values(form_documents(form, records, context))
    return list(card_values(form, records, context))


def values(documents: Iterable[Document]) -> list[Placed]:
    """Return the values that the documents' tables and cards show."""
    found: list[Cell] = []
    for document in documents:
        for block in document.blocks:
            if isinstance(block, Table):
                for row in block.rows:
                    found += filter(None, row.cells)
            elif isinstance(block, CardRows):
                found += [pair.cell for line in block.rows for pair in line.pairs]
    return [(cell.path, cell) for cell in found if cell.path]


def _blank(form: Form) -> list[RecordView]:
    count = form.print.blank_rows or ROSTER_ROWS[form.print.landscape] if _layout(form) == "roster" else 1
    return [blank_record(form)] * count


def _layout(form: Form) -> str:
    if form.print == PrintLayout():
        wide = len(form.fields) > FIELDS_ON_A_ROSTER or any(f.type in ("table", "long_text") for f in form.fields)
        return "card" if wide else "roster"
    return form.print.layout
