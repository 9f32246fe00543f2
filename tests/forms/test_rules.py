"""Every rule of every shipped form holds in its passing case and is broken in its failing one."""

from typing import Any

import pytest

from pairing_desktop.formspec.definition import Form
from pairing_desktop.formspec.expressions import evaluator
from pairing_desktop.formspec.lookup import Known, MemoryLookup
from pairing_desktop.formspec.rules import Finding, check
from pairing_desktop.formspec.scope import Identity, Scope, Stored
from tests import shipped
from tests.forms.case_makers import Values
from tests.forms.rule_cases import BASE, CASES, PERIOD, SUBJECT, WORLD

FORMS = shipped.forms()
RULES = [(form.id, rule.id) for form in FORMS.forms for rule in form.rules]
OWN = "self"


def stored(form: Form, values: Values) -> dict[str, Any]:
    """Return the payload of plain values: blanks left out, table rows with ids."""
    tables = {table.id for table in form.tables}
    members = {name: value for name, value in values.items() if value is not None}
    for name in tables & members.keys():
        members[name] = [{"id": f"r{place}", "values": {n: v for n, v in row.items() if v is not None}}
                         for place, row in enumerate(members[name])]
    return {"values": members}


class World:
    """The record of a case with everything around it."""

    def __init__(self, form_id: str, changes: Values) -> None:
        self.form = FORMS.form(form_id)
        changes = dict(changes)
        earlier = {name: changes.pop(name) for name in ("previous", "year_ago") if name in changes}
        also = changes.pop("also", {})
        self.payload = stored(self.form, BASE[form_id] | changes)
        subject = SUBJECT.get(form_id, "")
        period = PERIOD if self.form.kind == "quarterly" else ""
        self.identity = Identity(key=OWN, period=PERIOD, subject=subject)
        self.lookup = MemoryLookup(period=PERIOD)
        for other, records in WORLD.items():
            if other != form_id:
                for key, values in records.items():
                    self._put(other, key, values)
        for other, more in also.items():
            for place, values in enumerate(more):
                self._put(other, f"also{place}", values)
        for name, values in earlier.items():
            when = {"previous": "2024Q1", "year_ago": "2023Q2"}[name]
            self.lookup.put(Known(form_id, name, stored(self.form, values), period=when, subject=subject))
        self.lookup.put(Known(form_id, OWN, self.payload, "本记录", period, subject))

    def _put(self, form_id: str, key: str, values: Values) -> None:
        form = FORMS.form(form_id)
        self.lookup.put(Known(form_id, key, stored(form, values), label=str(values.get("name", key))))

    def findings(self, rule: str) -> list[Finding]:
        """Return what the rule finds."""
        subject = self.identity.subject
        found = check(self.form, self.payload, self.lookup, record_key=OWN, period=PERIOD, subject=subject)
        return [finding for finding in found if finding.rule == rule]

    def answers(self, rule_id: str) -> list[object]:
        """Return what the rule's condition says wherever it applies: true, false, or None for blank."""
        compiled = next(rule for rule in self.form.program.rules if rule.rule.id == rule_id)
        scope = Scope(self.form, Stored(self.form.by_id, self.payload), self.lookup, self.identity)
        evaluate = evaluator(scope)

        def answer() -> list[object]:
            applies = compiled.when is None or evaluate(compiled.when.tree) is True
            return [evaluate(compiled.check.tree)] if applies else []

        if not compiled.rule.table:
            return answer()
        answers = []
        for row in scope.rows(compiled.rule.table):
            scope.enter(compiled.rule.table, row)
            answers += answer()
        return answers


@pytest.mark.parametrize(("form", "rule", "field"), [
    ("county_indicators", "manufacturing_growth_limit", "manufacturing_growth"),
    ("county_indicators", "output_growth_limit", "output_growth"),
])
@pytest.mark.parametrize(("value", "word"), [("-60", "同比下降 60.00%，超过 50%"), ("60", "同比增长 60.00%，超过 50%")])
def test_a_fall_is_not_told_as_a_negative_rise(form: str, rule: str, field: str, value: str, word: str) -> None:
    (finding,) = World(form, {field: value}).findings(rule)
    assert word in finding.message


@pytest.mark.parametrize("rule", ["code_missing", "industry_missing", "scale_missing"])
def test_a_record_without_a_name_is_not_called_blank(rule: str) -> None:
    (finding,) = World("enterprise", {"name": None, "credit_code": None, "industry": None, "above_scale": None}
                       ).findings(rule)
    assert finding.message.startswith("这条记录")


def test_every_rule_has_its_cases() -> None:
    assert {(form, rule) for form in CASES for rule in CASES[form]} == set(RULES)


@pytest.mark.parametrize(("form", "rule"), RULES)
def test_a_rule_applies_and_passes(form: str, rule: str) -> None:
    world = World(form, CASES[form][rule][0])
    assert world.findings(rule) == []
    assert True in world.answers(rule), "the passing case does not even apply"


@pytest.mark.parametrize(("form", "rule"), RULES)
def test_a_rule_finds_what_breaks_it(form: str, rule: str) -> None:
    world = World(form, CASES[form][rule][1])
    findings = world.findings(rule)
    assert len(findings) == 1
    finding, definition = findings[0], next(one for one in world.form.rules if one.id == rule)
    assert finding.level == definition.level
    assert finding.number == definition.number
    assert finding.waivable == definition.waivable
    assert finding.path.split("/")[0] == definition.at.split(".")[0]
    assert "{" not in finding.message
    assert "空白" not in finding.message
    assert "None" not in finding.message


def _told(form: str, changes: Values) -> set[str]:
    world = World(form, changes)
    found = check(world.form, world.payload, world.lookup, record_key=OWN, period=PERIOD,
                  subject=world.identity.subject)
    return {one.rule for one in found if one.rule not in ("required", "computed") and not one.rule.endswith("_missing")}


@pytest.mark.parametrize(("form", "changes", "rule"), [
    ("park_progress", {"tax": "0.4", "previous": {"tax": "400"}}, "tax_ratio"),
    ("park_progress", {"tax": "40", "previous": {"tax": "400"}}, "tax_falls"),
    ("park_progress", {"plant_built": "50", "plant_let": "100", "let_rate": "200"}, "plant_within"),
    ("county_indicators", {"output": "50", "leading_output": "100", "leading_share": "200"}, "leading_within"),
    ("county_indicators", {"leading_share": "521"}, "share_range"),
])
def test_one_slip_is_told_once(form: str, changes: Values, rule: str) -> None:
    assert _told(form, changes) == {rule}


def _indicators(**values: str) -> list[Values]:
    return [{"indicator": name, "unit": "%", "value": value, "before": value} for name, value in values.items()]


@pytest.mark.parametrize(("rows", "wrong"), [
    (_indicators(合格率="95", 产品不良率="20"), True),
    (_indicators(一次合格率="95", 不合格率="5"), False),
    (_indicators(合格率="95", 终检不良率="1"), False),
    (_indicators(合格率="101"), True),
    (_indicators(设备综合效率="101"), True),
    (_indicators(产出量增长率="111.3", 计划完成率="120", 销售利润率="-3"), False),
])
@pytest.mark.parametrize(
    ("form", "table"), [("diagnosis", "baseline"), ("lean_project", "kpis"), ("lean_progress", "kpis")])
def test_a_share_of_a_whole_stays_within_it_and_other_percentages_need_not(
        form: str, table: str, rows: list[Values], wrong: bool) -> None:
    world = World(form, {table: rows})
    found = check(world.form, world.payload, world.lookup, record_key=OWN, period=PERIOD,
                  subject=world.identity.subject)
    assert [one.number for one in found if one.number == "12"] == ["12"] * wrong
