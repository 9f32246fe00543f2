"""How grave a finding is: its order among others, and the name of its mark."""

from pairing_desktop.formspec.finding import Finding

ANSWERED = 2
"""Severity of what was explained or waived."""


def severity(finding: Finding) -> int:
    """Order findings: open errors, open queries, answered ones."""
    if finding.explanation or finding.waiver:
        return ANSWERED
    return 0 if finding.level == "error" else 1


def mark_name(finding: Finding) -> str:
    """Return the name of a finding's mark."""
    if finding.waiver:
        return "waived"
    return "explained" if finding.explanation else finding.level
