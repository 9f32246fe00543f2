"""Answers to questions that reach behind the signatures: equal values, history, rules."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pairing_desktop.errors import Problem
from pairing_desktop.signing.verdict import as_json

if TYPE_CHECKING:
    from pairing_desktop.exchange.verdict import Verdict

NAMES = ("agreement", "history", "rules")


class Asked(Struct, frozen=True):
    """One answer: yes unless there is a problem. ``state`` says which yes, in one of the question's own words."""

    problems: tuple[Problem, ...] = ()
    state: str = ""
    """unknown: other forms or sheets than ours, not judged ·
    agreement: appearance, text · history: first, continued, claimed, restarted, contradictory · rules: same."""
    warnings: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Return whether the answer is yes."""
        return not self.problems

    def to_json(self) -> dict[str, object]:
        """Return the member of ``verify --json``."""
        return {"ok": self.ok, "state": self.state, "problems": [as_json(p) for p in self.problems]}


def answered(verdict: "Verdict", asked: Mapping[str, Asked]) -> "Verdict":
    """Return a packet's verdict with further answers: it stays valid only when each is yes."""
    from pairing_desktop.exchange.verdict import distinct

    problems = distinct([*verdict.problems, *(p for a in asked.values() for p in a.problems)])
    warnings = distinct([*verdict.warnings, *(w for a in asked.values() for w in a.warnings)])
    good = verdict.valid and all(a.ok for a in asked.values())
    return replace(verdict, verdict="valid" if good else "invalid", problems=problems, warnings=warnings,
                   answers={**verdict.answers, **asked})
