"""无 in a figure counts as 0: no rule of the shipped forms falls silent because of it, nor because of a gap between."""

from typing import Any, TypeAlias

import pytest

from pairing_desktop.formspec.draft import Draft
from pairing_desktop.formspec.rules import check
from pairing_desktop.formspec.values import NotUnderstood
from tests.forms.rule_cases import PERIOD
from tests.forms.test_rules import FORMS, World

Values: TypeAlias = dict[str, Any]

FOUND: list[tuple[str, str, Values]] = [
    ("lean_project", "contract_parts", {"contract_sum": "无", "subsidy": "60", "own_money": "60"}),
    ("lean_project", "contract_parts", {"contract_sum": "100", "subsidy": "无", "own_money": "60"}),
    ("lean_project", "paid_within", {"subsidy": "无", "paid": "5"}),
    ("lean_project", "pass_and_defect",
     {"kpis": [{"indicator": "一次合格率", "after": "90"}, {"indicator": "不良率", "after": "无"}]}),
    ("lean_project", "pass_and_defect_before",
     {"kpis": [{"indicator": "一次合格率", "before": "90"}, {"indicator": "不良率", "before": "无"}]}),
    ("lean_progress", "pass_and_defect",
     {"kpis": [{"indicator": "一次合格率", "value": "90"}, {"indicator": "不良率", "value": "无"}]}),
    ("diagnosis", "pass_and_defect",
     {"baseline": [{"indicator": "一次合格率", "value": "90"}, {"indicator": "不良率", "value": "无"}]}),
    ("enterprise", "scale_since", {"above_scale": True, "above_scale_since": "无"}),
    ("park_progress", "plant_within", {"plant_built": "无", "plant_let": "10"}),
    ("park_progress", "invest_since_start", {"invest_total": "无", "invest": "10"}),
    ("park_progress", "tax_falls", {"tax": "无", "previous": {"tax": "10"}}),
]


@pytest.mark.parametrize(("form", "rule", "values"), FOUND)
def test_nothing_to_report_is_checked_as_zero(form: str, rule: str, values: Values) -> None:
    (finding,) = World(form, values).findings(rule)
    assert "空白" not in finding.message


def test_nothing_to_report_has_no_unit() -> None:
    (finding,) = World("enterprise", {"above_scale": True, "revenue": "无"}).findings("scale_revenue")
    assert finding.message == "规上工业企业营业收入 无，低于 2,000.00 万元"


def test_nothing_to_report_breaks_nothing_that_zero_would_not() -> None:
    assert World("enterprise", {"above_scale": False, "above_scale_since": "无"}).findings("scale_only") == []
    assert World("lean_project", {"contract_sum": "60", "subsidy": "无", "own_money": "60"}).findings(
        "contract_parts") == []
    assert World("park_progress", {"land_built": "无", "tax": "5"}).findings("tax_per_mu_blank") == []


LAND = {"land_planned": "100", "land_available": "100", "land_supplied": "100", "land_built": "100"}


@pytest.mark.parametrize("gap", [(), ("land_available",), ("land_supplied",), ("land_available", "land_supplied")])
@pytest.mark.parametrize("filling", [None, "无"])
def test_no_gap_in_the_middle_hides_land_built_beyond_the_plan(gap: tuple[str, ...], filling: str | None) -> None:
    values = LAND | {"land_built": "200"} | dict.fromkeys(gap, filling)
    world = World("park_progress", values)
    found = [one for one in check(world.form, world.payload, world.lookup, record_key="self", period=PERIOD)
             if one.number == "9" and one.level == "error"]
    assert found
    assert all(one.waivable for one in found)
    if filling is None:
        assert [one.path for one in found] == ["land_built"]
        assert found[0].difference == "100.00"


@pytest.mark.parametrize(
    ("form", "path"),
    [("enterprise", "credit_code"), ("enterprise", "industry"), ("enterprise", "above_scale"),
     ("enterprise", "county"), ("enterprise", "park"), ("lean_project", "start"), ("lean_project", "stage"),
     ("lean_project", "enterprise"), ("park", "pairing")],
)
def test_what_is_owed_cannot_be_written_off(form: str, path: str) -> None:
    draft = Draft(FORMS.form(form), None, "self", PERIOD, find=lambda form, text: [("f", "无锡示例企业")])
    assert isinstance(draft.type(path, "无"), NotUnderstood)
    world = World(form, {})
    found = check(draft.form, draft.payload(), world.lookup, record_key="self", period=PERIOD)
    assert [(one.rule, one.level) for one in found if one.path == path] == [("typed", "error")]
    empty = check(draft.form, {}, world.lookup, record_key="self", period=PERIOD)
    assert not any("无" in one.message for one in empty if one.path == path)
