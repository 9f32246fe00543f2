"""What was found wrong with the open record, field by field, and what of it a new record does not scold for yet."""

from collections.abc import Collection, Sequence

from pairing_desktop.formspec.finding import Finding
from pairing_desktop.ui.severity import ANSWERED, severity


class RecordFindings:
    """The findings of one record; the worst come first, those with an answer last."""

    def __init__(self, findings: Sequence[Finding] = (), *, new: bool) -> None:
        self.new = new
        """Whether the record has no revision yet: it doesn't scold for what the clerk has not come to."""
        self.visited: set[str] = set()
        self._blanks_told = False
        self.take(findings)

    def take(self, findings: Sequence[Finding]) -> None:
        """Take what was found instead."""
        self.all = tuple(findings)
        self._at: dict[str, list[Finding]] = {}
        for finding in sorted(self.all, key=severity):
            self._at.setdefault(finding.path, []).append(finding)

    def tell_blanks(self) -> None:
        """Tell of a new record too what is asked for and blank: the clerk asked what is wrong with it."""
        self._blanks_told = True

    @property
    def paths(self) -> Collection[str]:
        """Return the fields and cells where anything was found."""
        return self._at.keys()

    def at(self, path: str) -> list[Finding]:
        """Return the findings to show at a field."""
        found = self._at.get(path)
        return [finding for finding in found if not self._too_early(finding)] if found else []

    def first(self, path: str) -> Finding | None:
        """Return the first of a field's findings: it gives the field its colour."""
        return next(iter(self.at(path)), None)

    def level(self, path: str) -> str:
        """Return the level of a field's first finding, "" where none waits for anything."""
        first = self.first(path)
        return first.level if first and not (first.explanation or first.waiver) else ""

    def levels(self) -> dict[str, str]:
        """Return the worst level that waits at each field, a table's cells together."""
        found: dict[str, str] = {}
        for path in self._at:
            finding = self.first(path)
            if finding is not None and severity(finding) < ANSWERED and found.get(head_of(path)) != "error":
                found[head_of(path)] = finding.level
        return found

    def counts(self) -> tuple[int, int]:
        """Return errors and queries that still wait."""
        waiting = [f for f in self.all if not f.explanation and not f.waiver]
        errors = sum(f.level == "error" for f in waiting)
        return errors, len(waiting) - errors

    def _too_early(self, finding: Finding) -> bool:
        early = self.new and not self._blanks_told
        return early and finding.rule == "required" and finding.path not in self.visited


def head_of(path: str) -> str:
    """Return the field that a path begins with."""
    return path.replace("/", ".").split(".", maxsplit=1)[0]
