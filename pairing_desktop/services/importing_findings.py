"""What the checks found of an imported row, at the cell it is found at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pairing_desktop import errors
from pairing_desktop.services.importing_plan import Column, Row, RowFinding
from pairing_desktop.services.importing_shown import label_of

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.formspec.finding import Finding
    from pairing_desktop.services.importing_cells import Candidate


def kept(form: Form, row: Row, candidate: Candidate, columns: Mapping[str, Column]) -> Iterator[RowFinding]:
    """Yield a query for each cell that was not understood where the record keeps what it has, if nobody chose that."""
    for name in () if row.decided else sorted(row.left & candidate.state.raw.keys()):
        said = errors.problem("importing.kept", text=candidate.state.raw[name][:20]).message
        yield RowFinding(row.number, name, "query", said, label_of(form, name),
                         columns[name].place if name in columns else -1)


def told(form: Form, columns: Mapping[str, Column], number: int, candidate: Candidate, finding: Finding) -> RowFinding:
    """Return a finding at the row and column of the sheet; a sub-table's at its own line, with or without a column."""
    path, line = finding.path, finding.path.rpartition("/")[0]
    message = candidate.refusals.get(path, finding.message) if finding.rule == "typed" else finding.message
    if finding.remedy and finding.rule != "typed":
        message = f"{message}，{finding.remedy}"
    if not line:
        found = columns.get(path)
        return RowFinding(number, path, finding.level, message, label_of(form, path), found.place if found else -1)
    name = f"{path.partition('/')[0]}.{path.rpartition('/')[2]}"
    if path in candidate.places:
        sheet, row, column = candidate.places[path]
        return RowFinding(row, name, finding.level, message, form.field(path).plain_label, column, sheet)
    row_at = next((place for other, place in candidate.places.items() if other.startswith(f"{line}/")), None)
    sheet, row = row_at[:2] if row_at else ("", number)
    return RowFinding(row, name, finding.level, message, label_of(form, name), -1, sheet)
