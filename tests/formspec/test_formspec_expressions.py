"""What expressions mean: blanks, 无, three-valued logic, tables, other records, earlier sheets, qualifiers."""

import ast
import gc
import weakref
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pairing_desktop.formspec.compiling import Surroundings, compile_expression
from pairing_desktop.formspec.definition import Form
from pairing_desktop.formspec.draft import Draft
from pairing_desktop.formspec.expressions import evaluator
from pairing_desktop.formspec.functions import CONTEXT
from pairing_desktop.formspec.lookup import Known, MemoryLookup
from pairing_desktop.formspec.scope import Identity, Scope, Stored
from pairing_desktop.formspec.values import Payload
from tests.formspec.writing import fields, load, one, payload

SHEET = fields(
    "{id: a, label: 甲, type: decimal}",
    "{id: b, label: 乙, type: decimal}",
    "{id: n, label: 数, type: whole}",
    "{id: start, label: 始, type: date}",
    "{id: end, label: 止, type: date}",
    "{id: word, label: 字, type: text}",
    "{id: flag, label: 是否, type: yes_no}",
    "{id: stage, label: 阶段, type: choice, choices: [预诊断, 诊断, 完成]}",
    "{id: tags, label: 标签, type: choices, choices: [小巨人, 专精特新]}",
    "{id: county, label: 县, type: county}",
    "{id: firm, label: 企业, type: reference, form: firm}",
    "{id: t, label: 表, type: table, columns: [{id: name, label: 名, type: text}, {id: v, label: 值, type: decimal}]}",
    more="subject: firm",
)
FIRM = fields(
    "{id: title, label: 名, type: text}",
    "{id: revenue, label: 收入, type: decimal}",
    "{id: big, label: 规上, type: yes_no}",
    "{id: since, label: 起, type: date}",
    form="firm",
    kind="register",
    more="name: title",
)
CATALOGUE = load(SHEET, FIRM, thresholds="growth: {value: '50', title: 增幅}")
FORM = CATALOGUE.form("sheet")

RECORD = payload(
    a="10",
    b="4",
    n=3,
    start="2024-04-01",
    end="2024-06-30",
    word="竹产业园",
    flag=True,
    stage="诊断",
    tags=["小巨人"],
    county="331123",
    firm="f1",
    t=[
        {"id": "1", "values": {"name": "甲", "v": "1.5"}},
        {"id": "2", "values": {"name": "乙", "v": "无"}},
        {"id": "3", "values": {"name": "甲"}},
        {"id": "4", "values": {"name": "丙", "v": "2"}},
    ],
)
LOOKUP = MemoryLookup(
    [
        Known("firm", "f1", payload(title="双彩", revenue="2000", big=True, since="2021-01-01"), label="双彩"),
        Known("firm", "f2", payload(title="示例", revenue="500", big=True)),
        Known("firm", "f3", payload(title="示例")),
        Known("sheet", "s0", payload(a="7", stage="预诊断"), period="2024Q1", subject="f1"),
        Known("sheet", "s9", payload(a="8"), period="2023Q2", subject="f1"),
        Known("sheet", "s1", RECORD, period="2024Q2", subject="f1"),
    ],
    period="2024Q2",
)


def value(text: str, record: Payload = RECORD, *, period: str = "2024Q2", table: str = "", row: int = 0) -> Any:
    around = Surroundings(
        FORM, lambda form, name: CATALOGUE.form(form).by_id.get(name), CATALOGUE.__contains__, limits={"growth": "50"}
    )
    found = compile_expression(text, around, table=table)
    form = _knowing(FORM, around)
    scope = Scope(form, Stored(form.by_id, record), LOOKUP, Identity("s1", period, "f1", date(2024, 7, 11)))
    if table:
        scope.enter(table, scope.rows(table)[row])
    with localcontext(CONTEXT):
        return evaluator(scope)(found.tree)


def _knowing(form: Form, around: Surroundings) -> Form:
    import msgspec

    return msgspec.structs.replace(form, foreign=around.used_foreign)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b", 14),
        ("a - b * 2", 2),
        ("a / b", Decimal("2.5")),
        ("-a", -10),
        ("a / 3 * 3 == a", False),
        ("n / 2", Decimal("1.5")),
        ("1.1 * a", Decimal("11.0")),
        ("0.1 + 0.2 == 0.3", True),
        ("a / 0", None),
        ("a / (b - 4)", None),
        ("a > b", True),
        ("a < b", False),
        ("0 <= a <= 100", True),
        ("0 <= a <= 5", False),
        ("a == 10", True),
        ("n == 3.0", True),
        ("start <= end", True),
        ("days(start, end)", 90),
        ("year(start)", 2024),
        ("month(end)", 6),
        ("flag", True),
        ("not flag", False),
        ("flag == (a > 5)", True),
        ('stage == "诊断"', True),
        ('stage in ("预诊断", "诊断")', True),
        ('stage not in ("预诊断",)', True),
        ('"小巨人" in tags', True),
        ('"专精特新" in tags', False),
        ("n in (1, 2)", False),
        ("a if flag else b", 10),
        ("a if a < b else b", 4),
        ('word + "（示例）"', "竹产业园（示例）"),
        ("length(word)", 4),
        ('starts(word, "竹")', True),
        ('match(word, "竹.*园")', True),
        ('digits("C20")', "20"),
        ("rank(stage)", 2),
        ("abs(b - a)", 6),
        ("min(a, b)", 4),
        ("max(a, b, 100)", 100),
        ("round(2.345, 2)", Decimal("2.35")),
        ("round(-2.345, 2)", Decimal("-2.35")),
        ("round(2.5)", 3),
        ("round(a, 2)", 10),
        ("sum(t.v)", Decimal("3.5")),
        ("sum(a, b, t.v)", Decimal("17.5")),
        ("count(t)", 4),
        ("count(t.v)", 2),
        ("max(t.v)", 2),
        ("count(distinct(t.name))", 3),
        ('sum(rows(t, name="甲").v)', Decimal("1.5")),
        ('count(rows(t, name="甲"))', 2),
        ('count(rows(t, name="没有"))', 0),
        ('sum(rows(t, name=("没有", "甲")).v)', Decimal("1.5")),
        ('sum(rows(t, name="没有").v)', None),
        ("count(tags)", 1),
        ("growth(a, b)", 150),
        ("growth(b, 0)", None),
        ("growth(b, -1)", None),
        ("firm.revenue", 2000),
        ("firm.revenue >= 2000", True),
        ("year(firm.since)", 2021),
        ("subject.title", "双彩"),
        ("subject", "f1"),
        ("county.mountain26", True),
        ("county.city", "丽水市"),
        ('county == "331123"', True),
        ('count(records("firm"))', 3),
        ('count(records("firm", big=True))', 2),
        ('sum(records("firm", big=flag).revenue)', 2500),
        ('count(records("firm", title="示例"))', 2),
        ('count(records("firm", key=firm))', 1),
        ('count(records("sheet"))', 1),
        ('count(records("sheet", period="2024Q1"))', 1),
        ('count(distinct(records("firm").title))', 2),
        ('count(records("firm", revenue=500))', 1),
        ("previous(a)", 7),
        ("year_ago(a)", 8),
        ("previous(b)", None),
        ('previous(stage) == "预诊断"', True),
        ("rank(stage) >= rank(previous(stage))", True),
        ("this_quarter(a)", 3),
        ("limit.growth", 50),
        ("quarter", 2),
        ("period_year", 2024),
        ("report_date", date(2024, 6, 30)),
        ("period_start", date(2024, 4, 1)),
        ("today", date(2024, 7, 11)),
        ("key", "s1"),
        ("period", "2024Q2"),
        ("given(a) and blank(previous(b))", True),
        ('is_phone("0578-8123456、13812345678")', True),
        ('is_phone("０５７８－８１２３４５６")', True),
        ('is_phone("123")', False),
        ('is_phone("8123456转12")', True),
        ('organisation_code("91350100M000100Y43")', True),
        ('organisation_code("x")', None),
        ('class_code("2041")', True),
        ('class_code("204")', False),
    ],
)
def test_means(text: str, expected: Any) -> None:
    found = value(text)
    assert found == expected
    assert (found is None) == (expected is None)


EMPTY = payload()


@pytest.mark.parametrize(
    "text",
    [
        "a + 1",
        "a > 1",
        "a == a",
        "-a",
        "abs(a)",
        "round(a, 1)",
        "not flag",
        'stage == "诊断"',
        '"小巨人" in tags',
        "sum(t.v)",
        "min(a, b)",
        "year(start)",
        "days(start, end)",
        "firm.revenue",
        "county.mountain26",
        "a if flag else 1",
        "length(word)",
        "previous(a) - a",
        "this_quarter(a)",
        'count(records("firm", title=word))',
        "0 <= a <= 100",
        "rank(stage)",
        "is_phone(word)",
        "growth(a, b)",
        'word + "x"',
        "count(rows(t, name=word))",
        "count(tags)",
    ],
)
def test_a_blank_makes_blank(text: str) -> None:
    assert value(text, EMPTY) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count(t)", 0),
        ("blank(a)", True),
        ("given(a)", False),
        ("blank(t.v)", True),
        ("sum(a, 5)", 5),
        ("sum(a, b)", None),
        ("a > 1 and 2 > 1", None),
        ("a > 1 and 2 < 1", False),
        ("a > 1 or 2 > 1", True),
        ("a > 1 or 2 < 1", None),
        ("not (a > 1)", None),
        ("2 > 1 and not (1 > 2)", True),
    ],
)
def test_three_values_of_logic(text: str, expected: Any) -> None:
    assert value(text, EMPTY) is expected or value(text, EMPTY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sum(a, b)", 4),
        ("a + b", 4),
        ("b - a", 4),
        ("a * b", 0),
        ("a / b", 0),
        ("b / a", None),
        ("a / a", None),
        ("-a", 0),
        ("a == 0", True),
        ("0 == a", True),
        ("a == a", True),
        ("b <= a", False),
        ("a < b", True),
        ("0 <= a < b", True),
        ("a == n", None),
        ("a + n", None),
        ("a in (0, 1)", True),
        ('0 in rows(t, name="甲").v', False),
        ("abs(a - b)", 4),
        ("round(a, 2)", 0),
        ("abs(a)", 0),
        ("growth(a, b)", -100),
        ("growth(b, a)", None),
        ("min(a, b)", 0),
        ("max(a, b)", 4),
        ("given(a)", True),
        ("blank(a)", False),
        ("this_quarter(a)", -7),
    ],
)
def test_nothing_to_report_counts_as_zero(text: str, expected: Any) -> None:
    assert value(text, payload(a="无", b="4")) == expected


def test_zero_is_not_blank() -> None:
    assert value("given(a)", payload(a="0")) is True
    assert value("a == 0", payload(a="0")) is True


def test_rows_see_their_columns_first() -> None:
    assert value("name", table="t", row=3) == "丙"
    assert value("v * a", table="t", row=3) == 20
    assert value("v <= sum(t.v)", table="t", row=0) is True


def test_the_first_quarter_is_the_year_to_date() -> None:
    assert value("this_quarter(a)", period="2024Q1") == 10
    assert value("this_quarter(a)", period="2024Q4") is None


def test_without_a_period_its_names_are_blank() -> None:
    assert [value(name, period="") for name in ("quarter", "report_date", "period", "period_year")] == [None] * 4


def test_stored_json_of_another_type_is_blank() -> None:
    assert value("a", payload(a=10)) is None


NUMBERS = ["a", "b", "n", "1", "0", "2.5", "sum(t.v)", "previous(a)", "firm.revenue"]
TESTS = ["flag", "a > b", "start <= end", "blank(a)", 'stage == "诊断"']


@st.composite
def sums(draw: st.DrawFn, depth: int = 3) -> str:
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(NUMBERS))
    left, right = draw(sums(depth=depth - 1)), draw(sums(depth=depth - 1))
    test = draw(st.sampled_from(TESTS))
    return draw(
        st.sampled_from(
            [
                f"({left} + {right})",
                f"({left} - {right})",
                f"({left} * {right})",
                f"({left} / {right})",
                f"round({left}, 2)",
                f"min({left}, {right})",
                f"({left} if {test} else {right})",
                f"growth({left}, {right})",
                f"abs({left})",
            ]
        )
    )


@given(sums(), st.sampled_from(["a", "b", "n", "start", "flag", "stage", "firm", "t"]))
def test_any_sum_ends_in_a_number_or_blank(text: str, missing: str) -> None:
    """Whatever compiles evaluates: with any field blank, to a figure or to nothing, never to an exception."""
    less = {name: v for name, v in RECORD["values"].items() if name != missing}
    for record in (RECORD, payload(**less), EMPTY):
        assert isinstance(value(text, record), int | Decimal | None)


INHERITING = one(
    fields(
        "{id: a, label: 甲, type: decimal, marks: [qualifier]}",
        "{id: b, label: 乙, type: decimal, marks: [qualifier]}",
        *(
            f"{{id: c{place}, label: 丙, type: decimal, compute: '{text}'}}"
            for place, text in enumerate(
                (
                    "a - b",
                    "b - a",
                    "a + b",
                    "a / b",
                    "b / a",
                    "round(a, 1)",
                    "-a",
                    "sum(a, b)",
                    "a if b > 1 else b",
                    "b if b > 1 else a",
                    "growth(a, b)",
                    "growth(b, a)",
                    "b * 2",
                    "sum(t.v)",
                )
            )
        ),
        "{id: t, label: 表, type: table, columns: [{id: v, label: 值, type: decimal, marks: [qualifier]}]}",
    )
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("99以上", ["以上", "约", "以上", "以上", "约", "以上", "约", "以上", "以上", "", "以上", "约", "", ""]),
        ("约99", ["约", "约", "约", "约", "约", "约", "约", "约", "约", "", "约", "约", "", ""]),
        ("99", [""] * 14),
    ],
)
def test_a_qualifier_is_inherited(typed: str, expected: list[str]) -> None:
    draft = Draft(INHERITING)
    draft.type("a", typed)
    draft.type("b", "65.2")
    assert [draft.marks(f"c{place}").get("qualifier", "") for place in range(14)] == expected


def test_different_qualifiers_leave_about() -> None:
    draft = Draft(INHERITING)
    draft.type("a", "99以上")
    draft.type("b", "近65")
    assert draft.marks("c2")["qualifier"] == "约"
    row = draft.add_row("t")
    draft.type(f"t/{row}/v", "5以上")
    assert draft.shown("c13") == "5以上"


def test_what_evaluated_a_record_is_freed_without_the_collector() -> None:
    scope = Scope(FORM, Stored(FORM.by_id, RECORD), LOOKUP, Identity("s1", "2024Q2", "f1", date(2024, 7, 11)))
    freed = weakref.ref(scope)
    gc.disable()
    try:
        evaluate = evaluator(scope)
        evaluate(ast.Constant(1))
        del scope, evaluate
        assert freed() is None
    finally:
        gc.enable()
