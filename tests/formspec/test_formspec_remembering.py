"""A memory of rules says what the rules say, for every record of the sample and for what differs by type alone."""

from collections.abc import Iterator

from msgspec.structs import replace

from pairing_desktop.formspec import rules
from pairing_desktop.formspec.lookup import Known, MemoryLookup
from pairing_desktop.formspec.remembering import Memo, Retyped
from pairing_desktop.formspec.values import Payload
from tests.forms.sampling import Sample
from tests.formspec import writing
from tests.formspec.writing import payload

STEPS = 25
"""About how often a record is typed into."""


def test_with_and_without_memory_are_the_same() -> None:
    sample = Sample()
    sample.enter("2024Q2")
    known = [one for _, one in sample.records.items()]
    lookup = MemoryLookup(known, period="2024Q2")
    memos: dict[str, Memo] = {}
    for again in range(2):
        for one in known:
            form = sample.catalogue.form(one.form)
            where = {"record_key": one.key, "period": "2024Q2", "subject": one.subject}
            payload = dict(one.payload)
            if again:  # one field after the other left out
                values = dict(payload["values"])
                values.pop(next(iter(values)), None)
                payload["values"] = values
            plain = rules.check(form, payload, lookup, **where)
            kept = rules.check(form, payload, lookup, **where, memo=memos.setdefault(one.form, Memo()))
            assert kept == plain


def test_values_that_are_equal_but_for_their_type_stay_apart() -> None:
    sample = Sample()
    form = sample.catalogue.form("enterprise")
    lookup, memo = MemoryLookup([]), Memo()
    for values in ({"above_scale": True, "above_scale_since": 1}, {"above_scale": False, "above_scale_since": 2019},
                   {"above_scale_since": 0, "above_scale": True}, {"above_scale": True, "above_scale_since": 2019}):
        payload = {"values": values}
        assert rules.check(form, payload, lookup, record_key="k", period="2024Q2", memo=memo) == rules.check(
            form, payload, lookup, record_key="k", period="2024Q2")


def test_what_a_rule_only_asks_for_is_known_of_any_sound_value_and_of_no_other() -> None:
    """given(credit_code), given(revenue) or given(staff): values that no two records share, blank, 无, damaged ones."""
    sample = Sample()
    form = sample.catalogue.form("enterprise")
    lookup, memo = MemoryLookup([]), Memo()
    asked = []
    for credit_code, revenue, staff, year in (
        ("913300000000000010", "2000", 5, 2023), ("913300000000000029", "2001", 6, None), ("", "无", None, None),
        (None, None, 7, 2023), (None, None, None, None), ("x", "一万", None, None),
        ([], {}, None, 2022), (0, 0, 0, None),
    ):
        values = {"name": f"甲{credit_code}", "credit_code": credit_code, "revenue": revenue, "staff": staff,
                  "figures_year": year, "county": "331123"}
        payload = {"values": {name: value for name, value in values.items() if value is not None}}
        plain = rules.check(form, payload, lookup, record_key="k", period="2024Q2")
        assert rules.check(form, payload, lookup, record_key="k", period="2024Q2", memo=memo) == plain
        asked.append({finding.rule for finding in plain})
    assert any("code_missing" in found for found in asked)
    assert any("code_missing" not in found for found in asked)
    assert any("figures_of_year" in found for found in asked)


def test_a_rule_that_looks_through_a_reference_is_asked_where_there_is_one() -> None:
    form = Sample().catalogue.form("enterprise")
    park = Known("park", "p", {"values": {"name": "园", "host": "331123"}})
    lookup, memo = MemoryLookup([park], period="2024Q2"), Memo()
    found = []
    for reference, county in ((None, "331123"), (park.key, "331123"), (park.key, "330402"), (None, "330402")):
        values = {"name": "甲", "county": county, **({"park": reference} if reference else {})}
        plain = rules.check(form, {"values": values}, lookup, record_key="k", period="2024Q2")
        assert rules.check(form, {"values": values}, lookup, record_key="k", period="2024Q2", memo=memo) == plain
        found.append("park_county" in {one.rule for one in plain})
    assert found.count(True) == 1


def test_a_record_that_is_typed_is_found_what_it_would_be_anew() -> None:
    """Every field and cell left out in turn and put back, marked, not understood; rows gone and moved."""
    sample = Sample()
    sample.enter("2024Q2")
    known = [one for _, one in sample.records.items()]
    first = {one.form: one for one in reversed(known)}
    for record in map(first.__getitem__, ("enterprise", "diagnosis", "lean_project", "park_progress")):
        form, lookup = sample.catalogue.form(record.form), MemoryLookup(known, period="2024Q2")
        memo, typed = Retyped(), record
        every = list(_typed(record.payload))
        for now in (record.payload, *every[::len(every) // STEPS + 1], record.payload):
            lookup.put(replace(typed, payload=now))
            where = {"record_key": record.key, "period": "2024Q2", "subject": record.subject}
            assert rules.check(form, now, lookup, **where, memo=memo) == rules.check(
                form, now, lookup, **where), (record.form, now)


def test_of_a_record_that_is_typed_what_others_said_is_asked_again_once_they_may_have_changed() -> None:
    sample = Sample()
    sample.enter("2024Q2")
    known = [one for _, one in sample.records.items()]
    differ = 0
    for record in {one.form: one for one in reversed(known)}.values():
        form, memo = sample.catalogue.form(record.form), Retyped()
        where = {"record_key": record.key, "period": "2024Q2", "subject": record.subject}
        among = rules.check(form, record.payload, MemoryLookup(known, period="2024Q2"), **where, memo=memo)
        memo.forget_others()
        alone = MemoryLookup([record], period="2024Q2")
        now = rules.check(form, record.payload, alone, **where, memo=memo)
        assert now == rules.check(form, record.payload, alone, **where), record.form
        differ += now != among
    assert differ > 1, "other records count in some forms"


def _typed(payload: Payload) -> Iterator[Payload]:
    values = payload["values"]
    for name, value in values.items():
        less = {other: kept for other, kept in values.items() if other != name}
        yield {**payload, "values": less}
        yield {**payload, "values": less, "raw": {name: "约12a"}}
        yield {**payload, "marks": {name: {"nature": "预期", "note": "😀"}}}
        yield payload
        for place, row in enumerate(value if isinstance(value, list) and value and isinstance(value[0], dict) else ()):
            others = [kept for kept in value if kept is not row]
            yield {**payload, "values": {**values, name: others}}
            yield {**payload, "values": {**values, name: [*others, row]}}
            for changed in _typed(row):
                yield {**payload, "values": {**values, name: [*value[:place], changed, *value[place + 1:]]}}


def test_a_rule_that_counts_records_of_the_form_itself_is_asked_whatever_was_typed() -> None:
    """Its own state counts though the rule reads nothing but the name of it."""
    twice = ("{id: twice, number: '1', level: error, at: name, message: 重复, remedy: 改, "
             "check: 'count(records(\"sheet\", name=name, state=\"在用\")) <= 1'}")
    form = writing.one(writing.fields("{id: name, label: 名称, type: text}", "{id: state, label: 状态, type: text}",
                                      kind="register", more="name: name", rules=(twice,)))
    other, memo, found = Known("sheet", "o", payload(name="甲", state="在用")), Retyped(), []
    for state in ("停用", "在用", "停用"):
        typed = payload(name="甲", state=state)
        lookup = MemoryLookup([other, Known("sheet", "k", typed)])
        found.append([finding.rule for finding in rules.check(form, typed, lookup, record_key="k", memo=memo)])
    assert found == [[], ["twice"], []]
