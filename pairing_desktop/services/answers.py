"""What was answered to findings: explanations of queries (说明) and waivers of errors (特殊情况报送).

An answer is bound to the finding's quarter, place, rule and values; when a value changes it lapses by itself. What was
said in an earlier quarter is a suggestion (``earlier``), never an answer.
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
KINDS = (EXPLANATION, WAIVER)


class Answers(Struct, frozen=True):
    """All answers given, by the place and rule they answer."""

    explanations: dict[str, dict[str, Any]]
    waivers: dict[str, dict[str, Any]]


def name_of(finding: Finding) -> str:
    """Return the natural key of an answer: the finding's place, its quarter where the record is of none, and rule."""
    record = f"{finding.record}@{finding.period}" if finding.period else finding.record
    return f"{finding.form}|{record}|{finding.path}|{finding.rule}"


def earlier(answers: Answers, finding: Finding, *, sheet: str = "") -> str:
    """Return what was last said to the same finding before its quarter: explanation, or waiver's reason; else "".

    ``sheet`` is the record of the quarter before, where the finding is in a quarterly sheet. Rows of a table are
    others in another quarter: their columns are compared. Before answers had a quarter they were named without one.
    """
    wanted = (finding.form, sheet or finding.record, _column(finding.path), finding.rule)
    said = []
    given, word = (answers.explanations, "text") if finding.level == "query" else (answers.waivers, "reason")
    for name, answer in given.items():
        form, place, path, rule = name.split("|")
        record, _, period = place.partition("@")
        before = bool(sheet) or not period or period < finding.period
        if before and (form, record, _column(path), rule) == wanted and name != name_of(finding):
            said.append((period, answer["at"], str(answer[word])))
    return max(said, default=("", "", ""))[2]


def _column(path: str) -> str:
    """Return a path without its row."""
    parts = path.split("/")
    return "/".join((parts[0], parts[-1])) if len(parts) == 3 else path


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
