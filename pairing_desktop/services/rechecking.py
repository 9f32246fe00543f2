"""The rules run again on a packet's data alone: findings, explanations and waivers inside must be the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from pairing_desktop.errors import Problem, problem
from pairing_desktop.formspec.lookup import Known, MemoryLookup
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import countersigning, freezing, naming
from pairing_desktop.services.workspace import CHINA, filled_by, side_of

if TYPE_CHECKING:
    from pairing_desktop.exchange.asked import Asked
    from pairing_desktop.formspec.catalogue import Catalogue
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.formspec.rules import Finding
    from pairing_desktop.formspec.values import Payload

Key = tuple[str, str, str, str]
EVERY = 50
LEVELS = {"error": "强制性审核", "query": "核实性审核"}
KINDS = {"query": "说明", "error": "特殊情况报送"}


class DataLookup(MemoryLookup):
    """What rules may ask, answered from a packet's data alone."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        held = (*data["records"], *data["surroundings"]["others"])
        super().__init__((Known(r["form"], r["key"], r["payload"], r["label"], r["period"], r["subject"])
                          for r in held if "payload" in r), period=data["period"])
        self._aside = {r["key"]: (r["form"], r["aside"]) for r in held if "aside" in r}
        self._names = {r["key"]: (r["form"], r["label"]) for r in held}
        self._earlier = {e["record"]: e for e in data["surroundings"]["earlier"]}

    def previous(self, form_id: str, record_key: str, period: str, subject: str) -> Payload | None:  # noqa: ARG002
        """Return a record's earlier figures as they were frozen."""
        found: Payload | None = self._earlier.get(record_key, {}).get("previous")
        return found

    def year_ago(self, form_id: str, record_key: str, period: str, subject: str) -> Payload | None:  # noqa: ARG002
        """Return a record's figures of a year ago as they were frozen."""
        found: Payload | None = self._earlier.get(record_key, {}).get("year_ago")
        return found

    def target(self, form_id: str, key: str) -> Payload | None:
        """Return the record a reference points to; an event of a later quarter is named aside, and never counted."""
        form, payload = self._aside.get(key, ("", None))
        return payload if form == form_id else super().target(form_id, key)

    def label(self, form_id: str, key: str) -> str:
        """Return a record's name."""
        form, label = self._names.get(key, ("", ""))
        return label if form == form_id else ""


def rules(data: Mapping[str, Any], catalogue: Catalogue, progress: Progress = silent) -> Asked:
    """Return whether the rules, run on the data alone, find what the packet says, and everything is answered.

    Raises KeyError, TypeError or ValueError for data that isn't as our program writes it.
    """
    from pairing_desktop.exchange.agreement import capped
    from pairing_desktop.exchange.asked import Asked

    private = _private(catalogue)
    elsewhere = (countersigning.UNSIGNED, countersigning.DISPUTED)
    again = {_key(f): freezing.finding_of(f) for f in _findings(data, catalogue, progress)}
    inside = {_key_of(f): f for f in data["findings"]}
    found = [problem("agreement.rule_absent", place=f["place"], message=f["message"])
             for key, f in again.items() if inside.get(key) != f and not _hidden(key, private) and not _let_through(f)]
    found += [problem("agreement.rule_stray", place=f["place"], message=f["message"])
              for key, f in inside.items() if again.get(key) != f and not _hidden(key, private)
             and f["rule"] not in elsewhere]
    found += _twice(data)
    found += _about_joint(data, inside.values())
    found += _about_answers(data, inside, catalogue)
    return Asked(capped(found), "same")


def _about_joint(data: Mapping[str, Any], inside: Iterable[Mapping[str, str]]) -> Iterator[Problem]:
    """Yield a joint part that is missing without the query that asks why."""
    asked = any(f["rule"] == countersigning.UNSIGNED for f in inside)
    if (data.get("joint") or {}).get("state") == "missing" and not asked:
        yield problem("agreement.rule_absent", place="两县会签", message="两县共有表没有会签")


def _private(catalogue: Catalogue) -> set[tuple[str, str]]:
    return {(form.id, field.id) for form in catalogue.forms for field in form.fields if field.private}


def _hidden(key: Key, private: set[tuple[str, str]]) -> bool:
    """Tell whether a finding is about a field that stays in the county: nobody else can find it."""
    return (key[0], key[2].split("/")[0]) in private


def _let_through(said: Mapping[str, str]) -> bool:
    """Tell whether a finding is about nothing but marks over characters: programs of before drew those."""
    from pairing_desktop.formspec.coverage import MARKS

    left = said["left"]
    return said["rule"] == "glyph" and bool(left) and all(unicodedata.category(c) in MARKS for c in left)


def _key(finding: Finding) -> Key:
    return finding.form, finding.record, finding.path, finding.rule


def _key_of(said: Mapping[str, str]) -> Key:
    return said["form"], said["record"], said["path"], said["rule"]


def _twice(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield findings and answers that stand twice: one would be compared, and paper might print the other."""
    for name, kind in (("findings", "审核结果"), ("explanations", KINDS["query"]), ("waivers", KINDS["error"])):
        met: set[Key] = set()
        for each in data[name]:
            if _key_of(each) in met:
                yield problem("agreement.rule_twice", kind=kind, place=each["place"])
            met.add(_key_of(each))


def _findings(data: Mapping[str, Any], catalogue: Catalogue, progress: Progress) -> Iterator[Finding]:
    from pairing_desktop.formspec import rules as running

    lookup = DataLookup(data)
    today = datetime.fromisoformat(data["finalised_at"]).astimezone(CHINA).date()
    for number, record in enumerate(data["records"]):
        if number % EVERY == 0:
            progress("按数据重新审核", number, len(data["records"]))
        form = catalogue.form(record["form"])
        label = naming.label(form, record["payload"], subject=record["subject"], period="", resolve=lookup.label)
        yield from running.check(form, record["payload"], lookup, record_key=record["key"], period=data["period"],
                                 subject=record["subject"], label=label, today=today)
    yield from _absent(data, catalogue, lookup, today)


def _absent(data: Mapping[str, Any], catalogue: Catalogue, lookup: DataLookup, today: date) -> Iterator[Finding]:
    """Yield the sheets that the quarter wants and nobody has begun, whatever the packet says that its county fills."""
    from pairing_desktop.formspec.rules import Finding

    begun = {(r["form"], r["subject"]) for r in data["records"]}
    around = data["surroundings"]
    side, leads = side_of(data["county"]) or (around["side"], around["leads"])
    own = [form.id for form in filled_by(catalogue, side, leads=leads)]
    for form in map(catalogue.form, dict.fromkeys([*own, *around["forms"]])):
        if form.kind != "quarterly":
            continue
        for key, label in _subjects(form, data, catalogue, lookup, today):
            if (form.id, key) not in begun:
                yield Finding(form=form.id, record="", path=key, rule="absent", level="error", waivable=False,
                              place=label or form.short, message=f"本期的{form.short}还没有填")


def _subjects(form: Form, data: Mapping[str, Any], catalogue: Catalogue, lookup: DataLookup,
              today: date) -> Iterator[tuple[str, str]]:
    from pairing_desktop.formspec import records
    from pairing_desktop.formspec.scope import Identity

    if not form.subject:
        yield "", ""
        return
    over = catalogue.form(form.subject)
    for r in (*data["records"], *data["surroundings"]["others"]):
        if r["form"] == over.id and "payload" in r:
            who = Identity(r["key"], data["period"], r["subject"], today)
            if over.kind != "event" or not records.is_closed(over, r["payload"], lookup, who):
                yield r["key"], r["label"]


def _about_answers(data: Mapping[str, Any], inside: Mapping[Key, Mapping[str, str]],
                   catalogue: Catalogue) -> Iterator[Problem]:
    """Yield findings without an answer to these very values, errors that can't be waived, and answers to nothing."""
    given = {"query": {_key_of(e): e for e in data["explanations"]}, "error": {_key_of(w): w for w in data["waivers"]}}
    for key, finding in inside.items():
        answer = given[finding["level"]].pop(key, None)
        lapsed = answer is not None and any(answer[side] != finding[side] for side in ("left", "right"))
        text = (answer.get("text") or answer.get("reason") or "") if answer else ""
        if answer is None or lapsed or not text.strip() or not _waivable(finding, catalogue):
            yield problem("agreement.rule_unanswered", level=LEVELS[finding["level"]], place=finding["place"],
                          message=finding["message"])
        elif any(answer[member] != finding[member] for member in ("place", "message")):
            yield problem("agreement.rule_answer_differs", kind=KINDS[finding["level"]], place=finding["place"],
                          form=catalogue.form(finding["form"]).short, message=finding["message"],
                          said=_said(finding, answer))
    for level, left in given.items():
        for answer in left.values():
            yield problem("agreement.rule_stray_answer", kind=KINDS[level], place=answer["place"])


def _said(finding: Mapping[str, str], answer: Mapping[str, str]) -> str:
    """Return the finding as its answer quotes it; the place too where that differs."""
    moved = answer["place"] != finding["place"]
    return f"{answer['place']}，{answer['message']}" if moved else answer["message"]


def _waivable(finding: Mapping[str, str], catalogue: Catalogue) -> bool:
    """Tell whether a finding may travel: a query may; an error only if its rule can be waived."""
    from pairing_desktop.formspec import rules as running

    form = catalogue.form(finding["form"])
    return finding["level"] == "query" or running.waivable(form, finding["rule"], finding["path"])
