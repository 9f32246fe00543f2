"""The shipped forms: clean, complete, and worded for a clerk."""

import ast
import re
from collections.abc import Iterator

import pytest

from pairing_desktop import paths
from pairing_desktop.formspec.catalogue import load_texts, read_folder
from pairing_desktop.formspec.definition import Field, Form
from tests import shipped

FORMS = shipped.forms()
EACH_FORM = pytest.mark.parametrize("form", FORMS.forms, ids=lambda form: form.id)
FACTS_ONLY_AN_AUTHORITY_GIVES = ("number", "maker", "approver", "document", "valid_until")
RULES_OF_THE_DOMAIN = {*map(str, range(1, 22)), "20a"}
COMPUTED = ("contract_sum ==", "improvement ==", "invest ==", "investment ==", "rate ==", "leading_share ==",
            "total ==", "granted ==", "paid_out ==", "used ==", "budget ==")
ELSEWHERE = {"1", "6", "10", "12", "17"}
"""Also met by field types and computed fields; here at least one rule each all the same."""


def fields(form: Form) -> Iterator[tuple[str, Field]]:
    """Yield every field and column with its path."""
    for field in form.fields:
        yield field.id, field
        for column in field.columns:
            yield f"{field.id}.{column.id}", column


def test_the_annexes_are_numbered_in_the_order_of_the_cover() -> None:
    assert [(form.id, form.head.annex) for form in sorted(FORMS.forms, key=lambda form: int(form.head.annex))] == [
        ("bureau", "1"), ("pairing", "2"), ("enterprise", "3"), ("diagnosis", "4"), ("lean_project", "5"),
        ("lean_progress", "6"), ("park", "7"), ("park_progress", "8"), ("cooperation_project", "9"),
        ("cooperation_progress", "10"), ("chain_link", "11"), ("investment_lead", "12"), ("digital_service", "13"),
        ("factor_exchange", "14"), ("exchange_activity", "15"), ("financing", "16"), ("fund_use", "17"),
        ("county_indicators", "18"), ("quarter_summary", "19"), ("assessment", "20"),
    ]


def test_the_navigation_stands_in_the_order_of_a_clerks_work() -> None:
    assert [(form.group, form.short) for form in FORMS.forms] == [
        *(("台账", short) for short in ("单位与人员", "联合体基本情况", "企业名录", "产业合作园区")),
        *(("填报", short) for short in (
            "企业精益诊断", "精益标杆项目", "标杆项目进展", "产业合作项目", "合作项目进展", "产业链对接协作",
            "招商信息", "数字化改造帮扶", "要素互惠", "交流培训与挂职", "投融资对接", "园区建设季报", "专项资金季报",
            "县域指标季报", "季度工作小结", "年度考核自评")),
    ]


def test_joint_forms_are_those_of_both_counties() -> None:
    assert {form.id for form in FORMS.forms if form.joint} == {
        "pairing", "park", "park_progress", "cooperation_project", "cooperation_progress", "factor_exchange",
        "fund_use", "assessment",
    }


@EACH_FORM
def test_joint_sheets_are_stamped(form: Form) -> None:
    assert form.print.stamped or not form.joint


@EACH_FORM
def test_no_official_number_is_invented(form: Form) -> None:
    assert form.head.kind == "worksheet"
    assert not any(getattr(form.head.marks, mark) for mark in FACTS_ONLY_AN_AUTHORITY_GIVES)
    assert not form.head.notice


@EACH_FORM
def test_every_field_has_one_sentence_of_help(form: Form) -> None:
    for path, field in fields(form):
        assert field.help.endswith("。"), path
        assert field.help.count("。") == 1, path
        assert len(field.help) <= 80, path


@EACH_FORM
def test_every_figure_typed_has_a_unit_and_marks(form: Form) -> None:
    for path, field in fields(form):
        if field.type in ("decimal", "whole") and not field.compute and "." not in path and field.unit != "年":
            assert field.unit, path
            assert field.marks or field.id == "experts", path


OF_THE_FORM = {"experts", "full", "weight", "score", "benchmark", "share", "recorded", "bonus", "deduction", "pages",
               "province_score"}
"""Scores, weights and shares that are decided and not measured, and what counts the paper itself."""


@EACH_FORM
def test_every_figure_has_a_source_and_a_status_and_may_have_a_note(form: Form) -> None:
    """A figure of a plan or a promise carries its nature and may carry a qualifier; it has no status."""
    for path, field in fields(form):
        if not field.is_number or field.compute or field.unit == "年" or field.id in OF_THE_FORM:
            continue
        planned = field.nature not in ("", "实际")
        assert {"source", "note", "qualifier" if planned else "status"} <= set(field.marks), path
        assert not planned or field.nature in ("预计", "协议", "达产后", "目标"), path


@EACH_FORM
def test_every_rule_says_what_to_do(form: Form) -> None:
    for rule in form.rules:
        assert rule.remedy, rule.id
        assert not rule.message.endswith("。"), rule.id


@EACH_FORM
def test_notes_say_who_fills_scope_and_when(form: Form) -> None:
    text = "".join(form.notes)
    assert "填报" in text
    assert "以省厅通知为准" in text
    assert "主要审核关系：" in text
    assert re.search(r"[\w）][＝≥≤≠][\w（]", text), "the main checks as formulas"
    assert all(note.endswith("。") for note in form.notes)


@EACH_FORM
def test_line_codes_run_without_a_gap(form: Form) -> None:
    codes = [field.code for field in form.fields if field.code]
    assert codes == [f"{number:02d}" for number in range(1, len(codes) + 1)]


@EACH_FORM
def test_columns_fill_the_page_and_no_more(form: Form) -> None:
    serial = 10.0
    for table in form.tables:
        grid = [column for column in table.columns if not column.detail]
        assert sum(column.width for column in grid) <= 170, table.id
        assert all(column.width for column in grid), table.id
    if form.print.columns:
        assert sum(column.width for column in form.print.columns) + serial <= (267 if form.print.landscape else 170)


def is_identity(check: str) -> bool:
    """Tell whether a check sets two values equal: a sum and its parts, a record and its own, a count and its list."""
    tree = ast.parse(check, mode="eval").body
    equal = isinstance(tree, ast.Compare) and isinstance(tree.ops[0], ast.Eq)
    return equal and not re.search(r"\b(given|blank)\(", check)


@EACH_FORM
def test_identity_and_arithmetic_cannot_be_waived(form: Form) -> None:
    for rule in form.rules:
        recomputed = rule.level == "error" and (rule.check.startswith(COMPUTED) or is_identity(rule.check))
        assert not (recomputed and rule.waivable), rule.id


WHOLE_AND_PART = {
    "park_progress": {
        "plant_within", "revenue_within", "invest_since_start", "invest_year_quarter", "producing_within",
        "above_within",
    },
    "lean_progress": {"paid_year", "own_year"},
    "diagnosis": {"score_limit", "benchmark_limit"},
    "cooperation_project": {"moved", "fixed_within", "tax_within"},
    "cooperation_progress": {"fixed_within", "invest_since_start", "invest_year_quarter"},
    "factor_exchange": {"item_sides"},
    "exchange_activity": {"people_parts"},
    "county_indicators": {"leading_within", "share_range"},
}
"""Not of the form a == b, and no true figures either: a part beyond its whole, two sides that are one."""


@pytest.mark.parametrize("form_id", WHOLE_AND_PART)
def test_a_part_beyond_its_whole_cannot_be_waived(form_id: str) -> None:
    waivable = {rule.id for rule in FORMS.form(form_id).rules if rule.waivable}
    assert not waivable & WHOLE_AND_PART[form_id]
    assert {rule.id for rule in FORMS.form(form_id).rules} >= WHOLE_AND_PART[form_id]


def test_land_beyond_the_plan_may_be_true() -> None:
    land = [rule for rule in FORMS.form("park_progress").rules if rule.id.startswith("land_") and rule.level == "error"]
    assert len(land) == 6
    assert all(rule.waivable for rule in land)


@pytest.mark.parametrize(("form_id", "rule_id"), [
    ("pairing", "mountain_county"), ("pairing", "industrial_county"), ("enterprise", "class_digits"),
    ("enterprise", "class_division"), ("lean_project", "growth_only"),
])
def test_what_a_county_or_a_class_is_cannot_be_waived(form_id: str, rule_id: str) -> None:
    """Identity; and a growth beside values that it does not follow from: who has the values lets it be computed."""
    assert (rule_id, False) in [(rule.id, rule.waivable) for rule in FORMS.form(form_id).rules]


@pytest.mark.parametrize(("form_id", "rule_id"), [
    ("factor_exchange", "done_within"), ("factor_exchange", "paid_within"), ("digital_service", "paid_within"),
    ("lean_project", "paid_within"), ("fund_use", "paid_within"), ("fund_use", "used_within"),
])
def test_more_done_or_paid_than_agreed_may_be_true(form_id: str, rule_id: str) -> None:
    """Neither is a part of the other: more land than agreed was handed over, money was advanced before the grant."""
    assert (rule_id, True) in [(rule.id, rule.waivable) for rule in FORMS.form(form_id).rules]


@pytest.mark.parametrize("form_id", ["lean_progress", "park_progress", "cooperation_progress", "fund_use",
                                     "county_indicators"])
def test_clerks_enter_the_year_to_date_and_the_quarter_is_computed(form_id: str) -> None:
    form = FORMS.form(form_id)
    quarters = [field for field in form.fields if field.quarter_of]
    assert quarters
    for field in quarters:
        assert field.compute == f"this_quarter({field.quarter_of})"
        assert form.by_id[field.quarter_of].cumulative
        assert form.by_id[field.quarter_of].unit == field.unit


def test_the_diagnosis_has_its_twelve_dimensions_and_its_baseline() -> None:
    form = FORMS.form("diagnosis")
    assert [row["dimension"] for row in form.field("scores").rows] == [
        "战略", "营销", "研发", "计划", "采购", "生产现场", "质量", "设备", "仓储", "成本", "人员", "数字化"]
    assert sum(int(row["weight"]) for row in form.field("scores").rows) == 100
    assert [row["indicator"] for row in form.field("baseline").rows] == [
        "设备综合效率（OEE）", "一次合格率", "准交率", "库存周转天数", "生产周期", "人均产值"]
    assert {choice.label for choice in form.field("problems.waste").choices} == {
        "等待", "搬运", "不良", "过度加工", "库存", "动作", "过量生产"}


def test_the_assessment_begins_with_the_sample_set_marked_as_one() -> None:
    form = FORMS.form("assessment")
    assert "示例指标体系" in form.field("indicator_set").default
    assert "示例指标体系只供试填" in form.notes[0]
    assert not form.field("indicators").rows


def test_funds_are_told_by_the_tracks_of_the_programme() -> None:
    form = FORMS.form("fund_use")
    tracks = {choice.code: choice.label for choice in FORMS.form("pairing").field("targets.track").choices}
    assert {choice.code: choice.label for choice in form.field("tracks.track").choices} == tracks
    assert [row["track"] for row in form.field("tracks").rows] == list(tracks)


def test_a_new_quarter_begins_without_the_events_and_words_of_the_last() -> None:
    quarterly = [form for form in FORMS.forms if form.kind == "quarterly"]
    stay = {(form.id, path) for form in quarterly for path, field in fields(form)
            if form.field(path.partition(".")[0]).carry and field.carry and not field.compute
            and (field.type in ("long_text", "attachment", "date") or field.plain_label in ("备注", "说明"))}
    assert stay == {("lean_progress", "kpis.note"), ("fund_use", "documents.granted_on"),
                    ("fund_use", "documents.arrived_on"), ("fund_use", "documents.note")}
    year = {(form.id, path) for form in quarterly for path, field in fields(form) if field.of_year}
    assert year == {("fund_use", path) for path in
                    ("budget_start", "budget", "carried_in", "tracks.budget", "documents")}
    to_date = [FORMS.form("fund_use").field(f"tracks.{name}").carry for name in ("granted", "paid_out", "used")]
    assert to_date == [False] * 3


def test_thresholds_say_where_they_come_from() -> None:
    assert all(limit.title and limit.source for limit in FORMS.limits.values())


def test_changed_thresholds_are_what_notes_and_findings_say() -> None:
    texts = read_folder(paths.forms())
    changed = {name: f"7{place}.5" for place, name in enumerate(FORMS.limits)}
    texts["thresholds.yaml"] = "".join(
        f"{name}: {{value: '{value}', title: 界限}}\n" for name, value in changed.items()).encode()
    forms = load_texts(texts)
    for rule in (rule for form in forms.forms for rule in form.rules):
        for name in re.findall(r"limit\.(\w+)", rule.check):
            assert changed[name] in rule.message or rule.right == f"limit.{name}", rule.id
    said = "".join(f"{form.notes}{[field.help for field in form.fields]}" for form in forms.forms)
    named = {"execution": "低于{}%写明原因", "growth": "增幅超过{}%", "overrun": "计划总投资×{}",
             "above_scale_revenue": "≥{}万元"}
    assert all(words.format(changed[name]) in said for name, words in named.items())
    old = {"execution": "90 ?%", "growth": "50 ?%", "overrun": "×1\\.1", "above_scale_revenue": "2000 ?万元"}
    assert not [words for words in old.values() if re.search(words, said)]


def test_every_rule_of_the_domain_that_touches_these_forms_is_written() -> None:
    written = {rule.number for form in FORMS.forms for rule in form.rules}
    assert written >= RULES_OF_THE_DOMAIN
