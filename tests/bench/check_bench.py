"""Checking a county's quarter with every rule, and one typed value, against bare simpleeval and what is promised.

The sample's records are copied until there are 1,000 enterprises and 720 others, each copy with a name, code and
references of its own. The floor evaluates as many expressions, parsed beforehand, with simpleeval alone.
"""

import copy
import time
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from pairing_desktop.formspec import expressions, rules
from pairing_desktop.formspec.catalogue import Catalogue
from pairing_desktop.formspec.draft import Draft
from pairing_desktop.formspec.expressions import Evaluate
from pairing_desktop.formspec.lookup import Known, MemoryLookup
from pairing_desktop.formspec.remembering import Memo
from pairing_desktop.formspec.scope import Scope

COUNTS = {"enterprise": 1000, "diagnosis": 500, "lean_project": 100, "lean_progress": 100, "park_progress": 20}
QUARTER = "2024Q2"
PROMISE = 1.0
"""Seconds for the whole quarter."""
FRAME = 0.016
"""Seconds until a field that was left shows what follows from it."""
ROWS = 100
BOUND = 6.0
"""Times bare simpleeval: names are looked up in records, and every field is checked for what it must be."""
Line = Mapping[str, Any]


@cache
def _county() -> tuple[Catalogue, tuple[Known, ...], tuple[Known, ...]]:
    """Return the forms, all records, and those that are checked."""
    from tests.forms.sampling import Sample

    sample = Sample()
    for quarter in ("2024Q1", QUARTER):
        sample.enter(quarter)
    of = {form: [one for (kind, _), one in sample.records.items() if kind == form] for form, _ in sample.records}
    rest = [one for form, found in of.items() if form not in COUNTS for one in found]
    checked: list[Known] = []
    earlier: list[Known] = []
    for form, count in COUNTS.items():
        now = [one for one in of[form] if one.period in ("", QUARTER)]
        for n in range(count):
            original, number = now[n % len(now)], n // len(now)
            checked.append(_copy(original, number))
            earlier += [_copy(one, number) for one in of[form]
                        if one.period and one.period != QUARTER and one.subject == original.subject]
    return sample.catalogue, (*rest, *earlier, *checked), tuple(checked)


def _copy(known: Known, number: int) -> Known:
    """Return a record under a key of its own, pointing to the records of the same copy."""
    from stdnum.cn import uscc

    payload = copy.deepcopy(dict(known.payload))
    values = payload["values"]
    for name in ("enterprise", "diagnosis"):
        if isinstance(values.get(name), str):
            values[name] += f"#{number}"
    for row in values.get("firms", ()):
        row["values"]["enterprise"] += f"#{number}"
    if known.form == "enterprise":
        values["name"] += str(number)
        if number and "credit_code" in values:
            body = f"{values['credit_code'][:8]}{number:02}{values['credit_code'][10:17]}"
            values["credit_code"] = body + uscc.calc_check_digit(body)
    if known.form == "lean_project":
        values["contract_no"] = f"{values.get('contract_no', '')}-{number}"
    subject = f"{known.subject}#{number}" if known.subject else ""
    return Known(known.form, f"{known.key}#{number}", payload, known.label, known.period, subject)


def _check(catalogue: Catalogue, records: tuple[Known, ...], lookup: MemoryLookup) -> int:
    found, memos = 0, {form: Memo() for form in COUNTS}
    for one in records:
        found += len(rules.check(catalogue.form(one.form), one.payload, lookup, record_key=one.key, period=QUARTER,
                                 subject=one.subject, label=one.label, memo=memos[one.form]))
    return found


def _evaluations() -> int:
    """Return how many expressions one check of everything evaluates."""
    catalogue, everything, checked = _county()
    counted = 0

    def counting(scope: Scope) -> Evaluate:
        evaluate = expressions.evaluator(scope)

        def one(tree: Any) -> Any:
            nonlocal counted
            counted += 1
            return evaluate(tree)

        return one

    vars(rules)["evaluator"] = counting
    try:
        _check(catalogue, checked, MemoryLookup(everything, period=QUARTER))
    finally:
        vars(rules)["evaluator"] = expressions.evaluator
    return counted


def _bare(times: int) -> None:
    from simpleeval import SimpleEval

    names = {"whole": Decimal(12480), "part": Decimal("4260.5"), "rest": Decimal("8219.5")}
    bare = SimpleEval(names=names)
    texts = ("whole == part + rest", "whole >= part")
    parsed = [(text, bare.parse(text)) for text in texts]
    for n in range(times):
        text, tree = parsed[n % len(parsed)]
        bare.eval(text, previously_parsed=tree)


def _best(work: Callable[[], object], times: int = 3) -> float:
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


@cache
def quarter() -> Line:
    """Check 1,720 records."""
    catalogue, everything, checked = _county()
    evaluations = _evaluations()
    found = _check(catalogue, checked, MemoryLookup(everything, period=QUARTER))
    ours = _best(lambda: _check(catalogue, checked, MemoryLookup(everything, period=QUARTER)))
    floor = _best(lambda: _bare(evaluations))
    return {"name": "check.quarter", "ours": ours, "floor": floor, "ratio": ours / floor, "bound": BOUND, "unit": "s",
            "records": len(checked), "evaluations": evaluations, "findings": found}


def seconds() -> Line:
    """Check 1,720 records in the seconds promised."""
    measured = quarter()
    return {**measured, "name": "check.seconds", "floor": PROMISE, "ratio": measured["ours"] / PROMISE, "bound": 1.0}


def typed() -> Line:
    """Type a figure into any form with a hundred rows more in every table: the slowest field's time for one value."""
    catalogue, everything, _ = _county()
    lookup = MemoryLookup(everything, period=QUARTER)
    slowest = 0.0
    for form in catalogue.forms:
        draft = Draft(form, None, "new", QUARTER, lookup=lookup)
        for table in form.tables:
            with draft.together("行"):
                for _ in range(ROWS):
                    draft.add_row(table.id)
        slowest = max([slowest, *(_typing(draft, path) for path in _figures(draft))])
    return {"name": "check.typed", "ours": slowest, "floor": FRAME, "ratio": slowest / FRAME, "bound": 1.0,
            "unit": "s"}


def _typing(draft: Draft, path: str) -> float:
    def both() -> None:
        for text in ("12.5", "13.5"):
            draft.type(path, text)

    return _best(both) / 2


def _figures(draft: Draft) -> Iterator[str]:
    for field in draft.form.fields:
        if field.type == "decimal" and not field.compute:
            yield field.id
        for column in field.columns:
            if column.type == "decimal":
                yield from (f"{field.id}/{row}/{column.id}" for row in draft.rows(field.id)[:1])


BENCHMARKS: dict[str, Callable[[], Line]] = {"check.quarter": quarter, "check.seconds": seconds, "check.typed": typed}
