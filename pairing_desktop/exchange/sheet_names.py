"""What a workbook's signatures say of its sheets, by the names that people see instead of the parts' own."""

from collections.abc import Mapping

from msgspec.structs import replace

from pairing_desktop.errors import Problem
from pairing_desktop.signing.verdict import WorkbookVerdict

SHEET = "sheet"
"""Where a problem's place names the sheet."""
_CHANGED = "signing.workbook_part_changed"
_NAMES_PARTS = {_CHANGED, "signing.workbook_doctype"}
_NAMING = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"}
"""Parts that give sheets their names: once one of them was altered, the names prove nothing."""


def spoken(found: WorkbookVerdict, workbook: bytes) -> WorkbookVerdict:
    """Return the verdict with sheets called by their names, where these are as they were signed."""
    problems = (*found.problems, *(p for s in found.signatures for p in s.problems))
    told = [p for p in problems if p.code in _NAMES_PARTS]
    if not told or _NAMING & {p.place.get("name", "") for p in told if p.code == _CHANGED}:
        return found
    from pairing_desktop.exchange import agreement_sheet

    try:
        names = agreement_sheet.opened(workbook).sheet_names
    except ValueError:
        return found
    signatures = tuple(replace(s, problems=tuple(_named(p, names) for p in s.problems)) for s in found.signatures)
    return replace(found, signatures=signatures, problems=tuple(_named(p, names) for p in found.problems))


def _named(found: Problem, names: Mapping[str, str]) -> Problem:
    part = found.place.get("name", "")
    if found.code not in _NAMES_PARTS or part not in names:
        return found
    said = found.message.replace(f" {part} ", f"“{names[part]}”表")
    return replace(found, message=said, place={**found.place, SHEET: names[part]})
