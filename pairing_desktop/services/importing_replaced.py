"""Figures that a row gives and the program computes otherwise: a clerk should hear of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pairing_desktop import errors
from pairing_desktop.services.importing_plan import RowFinding

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.services.importing_cells import Candidate


def guarded(form: Form) -> frozenset[str]:
    """Return what the program computes unless a condition leaves it to people (growth given by the firm)."""
    columns = {f"{table.id}.{c.id}" for table in form.tables for c in table.columns if c.compute_when}
    return frozenset(columns | {f.id for f in form.fields if f.compute_when})


def replaced(
    form: Form, among: frozenset[str], number: int, candidate: Candidate, payload: Mapping[str, Any],
) -> Iterator[RowFinding]:
    """Yield a query for each value of ``among`` that a row gives and ``payload`` holds otherwise."""
    for path, value in candidate.state.values.items() if among else ():
        table, _, rest = path.partition("/")
        name = f"{table}.{rest.rpartition('/')[2]}" if rest else path
        now = _at(payload, path) if name in among else None
        field = form.field(path)
        if now is None or field.converter.load(now) == value:
            continue
        show = field.converter.show
        said = errors.problem("importing.replaced", given=show(value), now=show(field.converter.load(now)))
        sheet, row, column = candidate.places.get(path, ("", number, -1))
        yield RowFinding(row, name, "query", said.message, field.plain_label, column, sheet)


def _at(payload: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401  # JSON
    """Return a stored value by its path, None where there is none."""
    table, _, rest = path.partition("/")
    held = payload.get("values", {}).get(table)
    if not rest:
        return held
    number, _, column = rest.partition("/")
    return next((row.get("values", {}).get(column) for row in held or () if row["id"] == number), None)
