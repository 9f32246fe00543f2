"""What was answered to findings: explanations of queries (说明) and waivers of errors (特殊情况报送).

An answer is bound to the finding's place, rule and values; when a value changes the answer lapses by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

from pairing_desktop.services import internal
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.rules import Finding
    from pairing_desktop.store.asking import Reader

EXPLANATION, WAIVER = "@explanation", "@waiver"


class Answers(Struct, frozen=True):
    """All answers given, by the place and rule they answer."""

    explanations: dict[str, dict[str, Any]]
    waivers: dict[str, dict[str, Any]]


def name_of(finding: Finding) -> str:
    """Return the natural key of an answer: the finding's place and rule; without a record, the quarter too."""
    return "|".join((finding.form, finding.record or f"@{finding.period}", finding.path, finding.rule))


def given(ws: Workspace, conn: Reader | None = None) -> Answers:
    """Return the answers; read once and kept until one is added."""
    with ws.shared.lock:
        kept = ws.shared.kept.get("answers")
    if kept is None:
        kept = _read(ws, conn)
        with ws.shared.lock:
            ws.shared.kept["answers"] = kept
    found: Answers = kept
    return found


def _read(ws: Workspace, conn: Reader | None) -> Answers:
    if conn is not None:
        return Answers(internal.by_name(conn, EXPLANATION), internal.by_name(conn, WAIVER))
    with ws.store.glancing() as fresh:
        return Answers(internal.by_name(fresh, EXPLANATION), internal.by_name(fresh, WAIVER))


def forget(ws: Workspace) -> None:
    """Read the answers again at the next question."""
    with ws.shared.lock:
        ws.shared.kept.pop("answers", None)


def applied(findings: Iterable[Finding], answers: Answers) -> list[Finding]:
    """Return findings with the answers that still hold: queries their explanation, errors their waiver."""
    return [_with_answer(finding, answers) for finding in findings]


def holds(answer: dict[str, Any] | None, finding: Finding) -> bool:
    """Tell whether an answer was given to these very values."""
    return answer is not None and (answer["left"], answer["right"]) == (finding.left, finding.right)


def _with_answer(finding: Finding, answers: Answers) -> Finding:
    name = name_of(finding)
    explanation, waiver = answers.explanations.get(name), answers.waivers.get(name)
    if finding.level == "query" and explanation and holds(explanation, finding):
        return structs.replace(finding, explanation=explanation["text"])
    if finding.level == "error" and finding.waivable and waiver and holds(waiver, finding):
        return structs.replace(finding, waiver=waiver["reason"], consent_by=waiver["consent_by"])
    return finding
