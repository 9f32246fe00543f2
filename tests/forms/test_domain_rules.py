"""The domain's list of rules, each at the level that it has there, and where the program meets it."""

import pytest

from pairing_desktop.services import countersigning, deadlines
from tests import shipped
from tests.forms.rule_cases import CASES

FORMS = shipped.forms()
LISTED = {
    "1": "EQ", "2": "E", "3": "E", "4": "EQ", "5": "E", "6": "Q", "7": "Q", "8": "EQ", "9": "EQ", "10": "", "11": "Q",
    "12": "E", "13": "EQ", "14": "EQ", "15": "Q", "16": "EQ", "17": "E", "18": "E", "19": "EQ", "20": "Q", "20a": "Q",
    "21": "E",
}
"""domain.md, rules 1–21: E error, Q query; 10 and half of 6 are computed."""
BUILT_IN = {"1": "EQ"}
"""Levels met by what every credit code must be (``formspec.builtin``: check digit an error, inner code a query)."""
OF_SERVICES = {deadlines.NUMBER: deadlines.LATE, countersigning.NUMBER: countersigning.UNSIGNED}
"""Rules about a quarter and not about a record: tests/services/test_deadlines, test_joining."""
PLAUSIBLE = ("7", "11", "15", "20", "20a")
"""Only ever asked: a true figure must be able to pass."""


def levels(number: str) -> set[str]:
    written = {{"error": "E", "query": "Q"}[rule.level] for form in FORMS.forms for rule in form.rules
               if rule.number == number}
    return written | set(BUILT_IN.get(number, ""))


@pytest.mark.parametrize("number", LISTED)
def test_a_rule_of_the_domain_is_met_at_its_levels(number: str) -> None:
    assert levels(number) >= set(LISTED[number])
    own = [(form.id, rule.id) for form in FORMS.forms for rule in form.rules if rule.number == number]
    assert own
    assert all(rule in CASES[form] for form, rule in own), "each has a passing and a failing case"


@pytest.mark.parametrize("number", PLAUSIBLE)
def test_what_is_only_implausible_never_blocks(number: str) -> None:
    assert "E" not in levels(number)


def test_the_same_project_in_two_counties_is_the_provinces_to_find() -> None:
    """A county's file holds one side only: within it name and code are compared, across counties the notes say who."""
    form = FORMS.form("cooperation_project")
    assert {rule.id for rule in form.rules if rule.number == "19"} == {"same_code", "same_name"}
    assert any("两县各报一次的由省厅汇总时查重" in note for note in form.notes)


def test_what_concerns_a_quarter_is_numbered_like_the_domain() -> None:
    assert set(OF_SERVICES) <= set(LISTED)
