"""Checks of a record and of a quarter, and the answers given to what they find."""

from collections.abc import Callable, Sequence

import pytest
from msgspec import structs

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec.rules import Finding
from pairing_desktop.services import answers, checking, entering, internal, standing, workspace
from pairing_desktop.services.workspace import Workspace
from tests.services import small
from tests.services.small import QUARTER


def only(findings: Sequence[Finding], rule: str) -> Finding:
    found = [f for f in findings if f.rule == rule]
    assert len(found) == 1, findings
    return found[0]


def test_a_record_is_checked_as_it_is_typed(ws: Workspace) -> None:
    opened = entering.open_record(ws, form="visit", quarter=QUARTER)
    opened.draft.type("cost", "3")
    opened.draft.type("paid", "5")
    found = only(checking.check_record(ws, opened.draft), "cost_paid")
    assert (found.level, found.left, found.right, found.difference) == ("error", "3.00", "5.00", "2.00")
    assert found.place.endswith("费用")
    assert entering.list_records(ws, "visit", quarter=QUARTER).total == 0  # nothing was written


def test_doubles_are_seen_while_typing_and_in_the_whole(ws: Workspace) -> None:
    small.put(ws, "firm", name="甲公司", code="91350100M000100Y43", revenue="1")
    opened = entering.open_record(ws, form="firm", quarter=QUARTER)
    opened.draft.type("name", "甲公司")
    assert only(checking.check_record(ws, opened.draft), "twice").left == "2"
    entering.save(ws, opened.draft)
    report = checking.check_quarter(ws, QUARTER)
    assert [f.rule for f in report.findings if f.level == "error"].count("twice") == 2


def test_a_filled_quarter_passes(ws: Workspace) -> None:
    small.fill(ws)
    report = checking.check_quarter(ws, QUARTER)
    assert report.passes
    assert report.records == 5
    assert standing.state(ws, QUARTER).code == "passed"


def test_sheets_not_begun_are_findings(ws: Workspace) -> None:
    keys = small.fill(ws)
    other = small.put(ws, "park", name="乙园").key
    report = checking.check_quarter(ws, QUARTER)
    assert [(f.form, f.path, f.rule, f.message) for f in report.findings] == [
        ("sheet", other, "absent", "乙园本期的园区季报还没有填")]
    assert not report.passes
    assert checking.kept_findings(ws, QUARTER, "sheet", keys["sheet"]) == []
    assert entering.counts(ws, QUARTER)["sheet"].errors == 1
    small.put(ws, "sheet", subject=other, total="1")
    assert entering.counts(ws, QUARTER)["sheet"].errors == 0


def test_a_sheet_not_begun_is_no_special_case(ws: Workspace) -> None:
    small.put(ws, "park", name="竹产业园")
    missing = [f for f in checking.check_quarter(ws, QUARTER).findings if f.rule == "absent"]
    assert {f.form for f in missing} == {"sheet", "note"}
    for finding in missing:
        with pytest.raises(Trouble) as told:
            checking.waive(ws, finding, reason="不想填", consent_by="局长")
        assert told.value.problems[0].code == "services.not_waivable"
    assert not checking.check_quarter(ws, QUARTER).passes


def test_a_waiver_of_a_sheet_not_begun_from_an_older_program_is_worth_nothing(ws: Workspace) -> None:
    key = small.put(ws, "park", name="竹产业园").key
    said = {"form": "sheet", "record": "", "path": key, "rule": "absent", "left": "", "right": "", "reason": "不想填",
            "consent_by": "局长"}
    with ws.store.begin() as tx:
        internal.put(tx, answers.WAIVER, f"sheet||{key}|absent", said, who="张三", at=ws.clock())
    for quarter in (QUARTER, "2024Q3"):
        assert not [f for f in checking.check_quarter(ws, quarter).findings if f.waiver]


def test_an_answer_without_a_record_holds_for_its_quarter_alone(ws: Workspace) -> None:
    def found(quarter: str) -> Finding:
        opened = entering.open_record(ws, form="firm", quarter=quarter)
        opened.draft.key = None  # a draft that no list has given a key to
        opened.draft.type("revenue", "2000")
        return only(checking.check_record(ws, opened.draft), "small")

    assert checking.explain(ws, found(QUARTER), "订单集中交付").explanation == "订单集中交付"
    assert found(QUARTER).explanation == "订单集中交付"
    assert found("2024Q3").explanation == ""


def test_a_query_needs_words_and_they_lapse_with_the_value(ws: Workspace) -> None:
    keys = small.fill(ws)
    small.put(ws, "firm", key=keys["firm"], revenue="2000")
    found = only(checking.check_quarter(ws, QUARTER).findings, "small")
    assert standing.state(ws, QUARTER).code == "queries"
    answered = checking.explain(ws, found, " 订单集中交付 ")
    assert answered.explanation == "订单集中交付"
    assert entering.counts(ws, QUARTER)["firm"].mark == "explained"
    assert standing.state(ws, QUARTER).code == "passed"
    assert checking.check_quarter(ws, QUARTER).passes
    saved = small.put(ws, "firm", key=keys["firm"], revenue="3000")
    assert only(saved.findings, "small").explanation == ""
    back = small.put(ws, "firm", key=keys["firm"], revenue="2000")
    assert only(back.findings, "small").explanation == "订单集中交付"
    checking.explain(ws, found, "")
    assert not checking.check_quarter(ws, QUARTER).passes


def test_explanations_are_read_from_the_file_again(ws: Workspace) -> None:
    key = small.put(ws, "firm", name="甲公司", revenue="2000").key
    opened = entering.open_record(ws, form="firm", key=key, quarter=QUARTER)
    checking.explain(ws, only(checking.check_record(ws, opened.draft), "small"), "属实")
    path = ws.path
    ws.close()
    with workspace.open_workspace(path, now=small.Now()()) as again:
        opened = entering.open_record(again, form="firm", key=key, quarter=QUARTER)
        assert only(checking.check_record(again, opened.draft), "small").explanation == "属实"
        assert only(list(opened.findings), "small").explanation == "属实"


def test_an_error_passes_as_a_special_case_only_with_consent(ws: Workspace) -> None:
    keys = small.fill(ws)
    small.put(ws, "sheet", key=keys["sheet"], total="120")
    found = only(checking.check_quarter(ws, QUARTER).findings, "limit")
    with pytest.raises(Trouble, match="同意人"):
        checking.waive(ws, found, reason="确实超过", consent_by=" ")
    waived = checking.waive(ws, found, reason="确实超过", consent_by="局长")
    assert waived.waiver == "确实超过"
    report = checking.check_quarter(ws, QUARTER)
    assert (report.passes, report.errors, report.waived) == (True, 0, 1)
    checking.waive(ws, found, reason="", consent_by="")
    assert not checking.check_quarter(ws, QUARTER).passes


@pytest.mark.parametrize(("values", "rule"), [
    ({"cost": "1", "paid": "2"}, "cost_paid"), ({"cost": "十块a"}, "typed"), ({"day": ""}, "required"),
])
def test_identity_arithmetic_and_form_cannot_be_waived(ws: Workspace, values: dict[str, str], rule: str) -> None:
    keys = small.fill(ws)
    saved = small.put(ws, "visit", key=keys["visit"], **values)
    with pytest.raises(Trouble) as told:
        checking.waive(ws, only(saved.findings, rule), reason="x", consent_by="局长")
    assert told.value.problems[0].code == "services.not_waivable"


def test_an_error_is_not_answered_by_words(ws: Workspace) -> None:
    keys = small.fill(ws)
    saved = small.put(ws, "sheet", key=keys["sheet"], total="120")
    with pytest.raises(Trouble) as told:
        checking.explain(ws, only(saved.findings, "limit"), "属实")
    assert told.value.problems[0].code == "services.only_query_explained"


def test_cumulative_figures_against_last_quarter(ws: Workspace) -> None:
    keys = small.fill(ws)
    saved = small.put(ws, "sheet", quarter="2024Q3", subject=keys["park"], total="40")
    assert only(saved.findings, "falls").right == "50.00"


def test_events_after_the_quarter_do_not_count_in_it(ws: Workspace) -> None:
    keys = small.fill(ws)
    small.put(ws, "visit", firm="甲公司", day="2024-07-06", cost="1", paid="3")
    report = checking.check_quarter(ws, QUARTER)
    assert report.passes
    assert keys["visit"]


def test_the_check_says_how_far_it_is(ws: Workspace) -> None:
    small.fill(ws)
    told: list[tuple[str, int, int]] = []
    tell: Callable[[str, int, int], None] = lambda *words: told.append(words)  # noqa: E731
    checking.check_quarter(ws, QUARTER, tell)
    assert told[:3] == [("检查文件结构", 0, 0), ("核对各次修改", 0, 5), ("审核", 0, 5)]
    assert told[-1] == ("审核", 5, 5)


@pytest.mark.parametrize(("quarter", "code"), [
    ("2024Q5", "services.no_quarter"), ("2024", "services.no_quarter"), ("二季度", "services.no_quarter"),
    ("2031Q1", "services.quarter_outside"),
])
def test_a_quarter_that_does_not_exist(ws: Workspace, quarter: str, code: str) -> None:
    with pytest.raises(Trouble) as told:
        checking.check_quarter(ws, quarter)
    assert told.value.problems[0].code == code


def test_findings_stay_stable_under_their_identity(ws: Workspace) -> None:
    key = small.put(ws, "firm", name="甲公司", revenue="2000").key
    first = checking.check_quarter(ws, QUARTER).findings
    small.put(ws, "firm", key=key, phone="13800000000")
    again = checking.check_quarter(ws, QUARTER).findings
    assert [structs.replace(f) for f in first] == list(again)
