"""The verdict on a file that travels: every question answered by itself, in words a clerk can act on."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field

from pairing_desktop.errors import Problem, problem
from pairing_desktop.exchange.asked import Asked
from pairing_desktop.exchange.packet_parts import shown
from pairing_desktop.exchange.signatory import county_called
from pairing_desktop.signing.verdict import SignatureVerdict, as_json

LATER: Mapping[str, None] = {"agreement": None, "history": None, "rules": None}
"""Questions that need the forms (values read back from PDF and workbook equal the data; history; rules run again);
null means 'not asked', never 'yes'."""

_UNCHECKED = "signing.revocation_unchecked"
_AND = "”“"
"""Between two names of one notice."""


class Verdict(Struct, frozen=True):
    """Separate answers about one file; ``verdict`` sums them up."""

    file: str
    kind: str
    """``packet``, ``joint``, ``workbook``, ``pdf``, ``encrypted`` or ``unknown``."""
    verdict: str
    """``valid``, ``invalid`` or ``unreadable``."""
    signatures: tuple[SignatureVerdict, ...] = ()
    """A packet's manifests' signatures, or a PDF's or a workbook's own, in the order of signing."""
    countersigned: tuple[SignatureVerdict, ...] = ()
    """The heads' signatures on the joint part that a packet carries."""
    missing_roles: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Each a reason why the file is not valid."""
    warnings: tuple[Problem, ...] = ()
    """What could not be checked or is getting old; alone they leave the file valid."""
    answers: Mapping[str, object] = field(default_factory=dict)
    """integrity, coverage, signatures, roles, county, data, pdf, pdf_signers, workbook, workbook_signers: bool;
    revocation: checked, stale or unchecked; identity: the packet's, hex; agreement, history, rules: ``Asked``, or None
    where not asked."""

    @property
    def valid(self) -> bool:
        """Return whether everything was answered with yes."""
        return self.verdict == "valid"

    @property
    def exit_code(self) -> int:
        """Return 0 for valid, 1 for invalid, 2 for unreadable."""
        return {"valid": 0, "invalid": 1}.get(self.verdict, 2)

    def to_json(self) -> dict[str, object]:
        """Return all of it for a program to read; ``problems`` holds the warnings too, ``verdict`` tells."""
        return {
            "file": self.file,
            "kind": self.kind,
            "verdict": self.verdict,
            "signatures": [s.to_json() for s in self.signatures],
            "countersigned": [s.to_json() for s in self.countersigned],
            "missing_roles": list(self.missing_roles),
            "problems": [as_json(p) for p in (*self.problems, *self.warnings)],
            "answers": {name: a.to_json() if isinstance(a, Asked) else a for name, a in self.answers.items()},
            **{name: a.to_json() if isinstance(a := self.answers.get(name), Asked) else None for name in LATER},
        }


def summed(
    kind: str,
    *,
    name: str,
    signatures: tuple[SignatureVerdict, ...],
    missing: tuple[str, ...],
    problems: Iterable[Problem],
    answers: Mapping[str, object],
    warnings: Iterable[Problem] = (),
    countersigned: tuple[SignatureVerdict, ...] = (),
) -> Verdict:
    """Sum the answers up: valid only when there is no problem, nobody is missing and no answer is no."""
    found = distinct(problems)
    valid = not found and not missing and False not in answers.values()
    notices = _unchecked_once(distinct([*(w for s in signatures for w in s.warnings), *warnings]))
    return Verdict(
        file=name,
        kind=kind,
        verdict="valid" if valid else "invalid",
        signatures=signatures,
        countersigned=countersigned,
        missing_roles=missing,
        problems=found,
        warnings=notices,
        answers={**answers, **LATER},
    )


def _unchecked_once(notices: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return the notices with one for all certificates that no list was at hand for; a joint part's are one already."""
    unchecked = [p for p in notices if p.code == _UNCHECKED]
    if len(unchecked) < 2:
        return notices
    names = dict.fromkeys(name for p in unchecked for name in p.place["name"].split(_AND))
    return (problem(_UNCHECKED, name=_AND.join(names)), *(p for p in notices if p.code != _UNCHECKED))


def unreadable(kind: str, *, name: str, problems: Iterable[Problem]) -> Verdict:
    """Return the verdict on a file that could not be read."""
    return Verdict(name, kind, "unreadable", problems=tuple(problems), answers={"integrity": False, **LATER})


def missing_roles(required: Sequence[str], signatures: Iterable[SignatureVerdict]) -> tuple[str, ...]:
    """Return the roles in whose name nobody signed."""
    present = {s.role for s in signatures}
    return tuple(role for role in required if role not in present)


def about_missing(missing: Iterable[str]) -> list[Problem]:
    """Return one problem for each missing role."""
    return [problem("exchange.missing_role", role=shown(role)) for role in missing]


def about_counties(signatures: Iterable[SignatureVerdict]) -> list[Problem]:
    """Return the problem of a file whose readable signers are not of one county."""
    found = tuple(dict.fromkeys(s.county for s in signatures if s.county))
    return [problem("exchange.counties_differ", counties="、".join(map(county_called, found)))] if found[1:] else []


def all_problems(signatures: Iterable[SignatureVerdict]) -> list[Problem]:
    """Return the problems of all signatures in one list."""
    return [p for s in signatures for p in s.problems]


def distinct(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return each problem once: packet and PDF say the same of the same certificate."""
    return tuple({(p.code, p.message): p for p in problems}.values())


def revocation(signatures: Iterable[SignatureVerdict]) -> str:
    """Return ``checked``, ``stale`` (by a list past its next update) or ``unchecked`` for all signatures together.

    One that cannot be read has no certificate to look up.
    """
    said = [s for s in signatures if s.fingerprint]
    if not said or any(s.revoked is None for s in said):
        return "unchecked"
    return "stale" if any(w.code == "signing.crl_stale" for s in said for w in s.warnings) else "checked"
