"""The loader: each fault in a form file is one problem that names file, line and place; all are told at once."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pairing_desktop import paths
from pairing_desktop.errors import Trouble
from pairing_desktop.formspec import catalogue, grammar
from pairing_desktop.formspec.catalogue import Catalogue, load_texts
from pairing_desktop.formspec.doc import reference_text
from pairing_desktop.formspec.strict import COMPUTED
from tests import shipped
from tests.formspec.writing import fields, load, one, problems, source

GOOD = "{id: money, label: 金额, type: decimal, unit: 万元}"
COLUMNS = "[{id: name, label: 名, type: text}, {id: after, label: 后, type: decimal}]"
KPIS = f"{{id: kpis, label: 指标, type: table, columns: {COLUMNS}}}"
INNER = "{id: b, label: 乙, type: table, columns: [{id: c, label: 丙, type: text}]}"
CODED = "{id: b, code: '1', label: 乙, type: whole}"
STAGE = "{id: stage, label: 阶段, type: choice, choices: [预诊断, 诊断]}"


def rule(check: str, **more: str) -> str:
    words = {"id": "r", "level": "error", "at": "money", "message": "错", "check": check, **more}
    return "{" + ", ".join(f"{name}: '{text}'" for name, text in words.items()) + "}"


FIELD_FAULTS: list[tuple[str, str, str]] = [
    ("{id: a, label: 甲, type: decimal, scal: 2}", "unknown_key", "没有“scal”这个键，是不是“scale”"),
    ("{id: a, label: 甲, type: decimal, unit: 亩, unit: 元}", "twice", "“unit”写了两次"),
    ("{id: a, type: decimal}", "missing", "缺少“label”"),
    ("{id: a, label: 甲, type: decimals}", "wants_word", "“decimals”不在"),
    ("{id: a, label: 甲, type: decimal, scale: two}", "wants_number", "“two”应是数字"),
    ("{id: a, label: 甲, type: decimal, scale: 12}", "scale", "小数位数 12 应在 0 至 8 之间"),
    ("{id: a, label: 甲, type: decimal, max: nan}", "wants_number", "“nan”应是数字"),
    ("{id: a, label: 甲, type: decimal, min: low}", "wants_number", "“low”应是数字"),
    ("{id: a, label: 甲, type: decimal, required: maybe}", "wants_flag", "“maybe”应是 true 或 false"),
    ("{id: a, label: 甲, type: decimal, marks: qualifier}", "wants_list", "这里应是列表"),
    ("{id: a, label: 甲, type: decimal, marks: [qualfier]}", "mark", "没有“qualfier”这种标注，是不是“qualifier”"),
    ("{id: a, label: 甲, type: decimal, nature: 估计}", "wants_word", "“估计”不在 实际、预计"),
    ("{id: a, label: [甲], type: decimal}", "wants_value", "这里应是一个值"),
    ("{id: a, label: 甲, type: whole, scale: 2}", "no_use", "whole 用不着“scale”"),
    ("{id: a, label: 甲, type: text, scale: 0}", "no_use", "text 用不着“scale”"),
    ("{id: a, label: 甲, type: decimal, min: '5', max: '4'}", "bounds", "最小值 5 大于最大值 4，什么数都填不进"),
    ("{id: a, label: 甲, type: text, max_length: 0}", "least", "“max_length”写的是 0，应不小于 1"),
    ("{id: a, label: 甲, type: text, max_length: -3}", "least", "“max_length”写的是 -3，应不小于 1"),
    ("{id: a, label: 甲, type: text, width: -1}", "least", "“width”写的是 -1，应不小于 0"),
    ("{id: a, label: 甲, type: text, width: 800}", "most", "“width”写的是 800，应不大于 267"),
    ("{id: a, label: 甲, type: text, indent: -1}", "least", "“indent”写的是 -1，应不小于 0"),
    ("{id: a, label: '', type: text}", "missing", "缺少“label”"),
    ("{id: 1a, label: 甲, type: decimal}", "bad_id", "“1a”不能作名称"),
    ("{id: if, label: 甲, type: decimal}", "bad_id", "“if”不能作名称"),
    ("{id: 金额, label: 甲, type: decimal}", "bad_id", "“金额”不能作名称"),
    ("{id: Name, label: 甲, type: decimal}", "bad_id", "“Name”不能作名称"),
    ("{id: a, label: 甲😀, type: text}", "glyph", "😀 在打印字体里没有"),
    ("{id: a, label: 甲, type: text, unit: 亩}", "no_use", "text 用不着“unit”"),
    ("{id: a, label: 甲, type: text, cumulative: true}", "no_use", "text 用不着“cumulative”"),
    ("{id: a, label: 甲, type: decimal, compute: money, required: true}", "no_use", "compute 用不着“required”"),
    ("{id: a, label: 甲, type: text, max_length: 2, default: 一二三}", "default", "最多 2 个字"),
    ("{id: a, label: 甲, type: text, choices: [是]}", "no_use", "text 用不着“choices”"),
    ("{id: a, label: 甲, type: text, blank_rows: 4}", "no_use", "text 用不着“blank_rows”"),
    ("{id: a, label: 甲, type: text, max: '5'}", "no_use", "text 用不着“max”"),
    ("{id: a, label: 甲, type: choice}", "needs", "choice 需要“choices”"),
    ("{id: a, label: 甲, type: choice, choices: [是, 是]}", "repeated", "“是”重复"),
    ("{id: a, label: 甲, type: choice, choices: [{code: x, label: ''}]}", "empty_choice", "选项的代码和名称不能为空"),
    ("{id: a, label: 甲, type: choices, choices: [甲、乙]}", "separator", "多选项的名称“甲、乙”里不能有顿号"),
    ("{id: a, label: 甲, type: choice, choices: [是, 否], default: 也许}", "default", "“也许”填不进这一项：没有“也许”"),
    ("{id: a, label: 甲, type: table}", "needs", "table 需要“columns”"),
    ("{id: a, label: 甲, type: reference}", "needs", "reference 需要“form”"),
    ("{id: a, label: 甲, type: reference, form: enterprize}", "form", "没有“enterprize”这种表"),
    (
        f"{{id: a, label: 甲, type: table, columns: [{INNER}]}}",
        "in_row",
        "表格的列不能是 table",
    ),
    (
        "{id: a, label: 甲, type: table, columns: [{id: b, label: 乙, type: whole}], rows: [{b: 多}]}",
        "default",
        "“多”填不进",
    ),
    (
        "{id: a, label: 甲, type: table, columns: [{id: b, label: 乙, type: whole}], rows: [{c: '1'}]}",
        "unknown_key",
        "没有“c”这个键",
    ),
    ("{id: a, label: 甲, type: decimal, compute_when: 'true'}", "needs", "compute_when 需要“compute”"),
    ("{id: a, label: 甲, type: decimal, quarter_of: monney}", "no_field", "没有字段“monney”，是不是“money”"),
    ("{id: a, label: 甲, type: decimal, quarter_of: money}", "not_cumulative", "“money”不是累计数"),
    ("{id: money, label: 甲, type: decimal}", "repeated", "“money”重复"),
    ("{id: a, code: '01', label: 甲, type: decimal}\n      - {id: b, code: '01', label: 乙, type: decimal}",
     "repeated_code", "“乙”的代码 01 与“甲”的相同"),
    (f"{{id: a, label: 甲, type: table, columns: [{CODED}, {CODED.replace('id: b', 'id: c')}]}}", "repeated_code",
     "“乙”的代码 1 与“乙”的相同"),
]


@pytest.mark.parametrize(("line", "code", "words"), FIELD_FAULTS, ids=[fault[1] for fault in FIELD_FAULTS])
def test_a_fault_in_a_field_is_one_problem(line: str, code: str, words: str) -> None:
    found = problems(fields(GOOD, line))
    assert [problem.code for problem in found] == [f"formspec.load.{code}"]
    assert words in found[0].message
    assert found[0].message.startswith("sheet.yaml 第 ")
    assert found[0].remedy
    assert int(found[0].place["line"]) >= 13


def test_a_misspelt_type_hides_no_other_fault_of_its_field() -> None:
    found = problems(fields(GOOD, "{id: a, label: 甲, type: decimall, min: low, marks: [qualfier]}"))
    assert sorted(problem.code.rpartition(".")[2] for problem in found) == ["mark", "wants_number", "wants_word"]


EXPRESSION_FAULTS: list[tuple[str, str, str]] = [
    ("monney > 0", "name", "没有“monney”这个字段，是不是“money”"),
    ("money >", "syntax", "表达式“money >”看不懂"),
    ("money ** 2 > 1", "syntax", "看不懂"),
    ("money ＞ 1", "syntax", "看不懂，是不是“money > 1”"),
    ("（money ≥ 1）and money ＝ 2", "syntax", "看不懂，是不是“(money >= 1)and money == 2”"),
    ("count(records(“firm”)) > 0", "syntax", '看不懂，是不是“count(records("firm")) > 0”'),
    ("[x for x in (1, 2)] == 1", "syntax", "看不懂"),
    ("money.__class__ == 1", "attribute", "看不懂“money.__class__”"),
    ("().__class__ == 1", "attribute", "看不懂"),
    ("(lambda: 1)() == 1", "syntax", "看不懂"),
    ('__import__("os") == 1', "function", "没有函数“__import__”"),
    ("money == stage", "kinds", "不能拿数字同文字比"),
    ('stage == "诊段"', "code", "“stage”没有选项“诊段”，是不是“诊断”"),
    ('stage in ("诊断", "验收")', "code", "没有选项“验收”"),
    ("money + stage > 1", "kind", "“stage”是文字，应是数字"),
    ("sum(kpis.afterr) > 1", "name", "没有“kpis.afterr”这个字段，是不是“after”"),
    ("kpis > 1", "kinds", "不能拿表格同数字比"),
    ("kpis.after > 1", "kinds", "不能拿一列数字同数字比"),
    ("summ(kpis.after) > 1", "function", "没有函数“summ”，是不是“sum”"),
    ("round() > 1", "arguments", "“round”的参数不对"),
    ("sum(money, start=1) > 1", "arguments", "“sum”的参数不对"),
    ("previous(money + 1) > 1", "arguments", "“previous”的参数不对"),
    ("previous(monney) > 1", "name", "没有“monney”这个字段"),
    ("this_quarter(stage) > 1", "kind", "应是数字"),
    ('count(records("shet")) > 1', "form", "没有“shet”这种表，是不是“sheet”"),
    ('count(records("sheet", stge="诊断")) > 1', "foreign", "表“sheet”没有字段“stge”，是不是“stage”"),
    ('count(records("sheet", stage="诊段")) > 1', "code", "没有选项“诊段”"),
    ('count(records("sheet", money=stage)) > 1', "kinds", "不能拿数字同文字比"),
    ("count(rows(stage)) > 1", "arguments", "“rows”的参数不对"),
    ('count(rows(kpis, nme="x")) > 1', "name", "没有“kpis.nme”这个字段，是不是“name”"),
    ('subject == "x"', "no_subject", "本表没有所属的表"),
    ("money > limit.growht", "limit", "没有界限“growht”，是不是“growth”"),
    ("money + 1", "result", "得出的是数字，不合这里的用处"),
    ("money and stage", "kind", "“money”是数字，应是是否"),
    ('match(stage, "[")', "pattern", "match 的第二项应是写对的正则式"),
    ("rank(money) > 1", "arguments", "“rank”的参数不对"),
    ("money > 1 " + "or money > 1 " * 60, "long", "表达式超过 600 个字符"),
    ("x" * 50 + " > 1", "name", "没有“xxx"),
    ("not " * 60 + "money > 1", "syntax", "看不懂"),
    ("1 == 1", "constant", "没有读任何字段，结果总是一样"),
    ("round(limit.growth) > 1", "constant", "没有读任何字段"),
    ("-" * 400 + "money > 1", "syntax", "看不懂"),
]


@pytest.mark.parametrize(
    ("check", "code", "words"), EXPRESSION_FAULTS, ids=[fault[0][:40] for fault in EXPRESSION_FAULTS]
)
def test_a_fault_in_an_expression_is_one_problem(check: str, code: str, words: str) -> None:
    found = problems(fields(GOOD, KPIS, STAGE, rules=(rule(check),)), thresholds="growth: {value: '50', title: 增幅}")
    assert [problem.code for problem in found] == [f"formspec.load.expression.{code}"]
    assert words in found[0].message
    assert found[0].place["line"] == "18"


RULE_FAULTS: list[tuple[dict[str, str], str]] = [
    ({"at": "monney"}, "expression.at"),
    ({"at": "kpis.afterr"}, "expression.at"),
    ({"table": "kpi"}, "expression.table"),
    ({"table": "money"}, "expression.table"),
    ({"message": "{monney}"}, "expression.template_name"),
    ({"message": "{left"}, "expression.template"),
    ({"message": "{left:>99999999}"}, "expression.template"),
    ({"message": "{left!r}"}, "expression.template"),
    ({"level": "warning"}, "wants_word"),
    ({"when": "money"}, "expression.result"),
    ({"left": "monney"}, "expression.name"),
    ({"left": "monney", "message": "{left}"}, "expression.name"),
    ({"check": "given(money)", "message": "{right}"}, "expression.template_side"),
    ({"check": "given(money)", "message": "{difference}"}, "expression.template_side"),
    ({"check": ""}, "missing"),
    ({"message": ""}, "missing"),
]


@pytest.mark.parametrize(("more", "code"), RULE_FAULTS, ids=str)
def test_a_fault_in_a_rule_is_one_problem(more: dict[str, str], code: str) -> None:
    found = problems(fields(GOOD, KPIS, rules=(rule(**{"check": "money > 0", **more}),)))
    assert [problem.code for problem in found] == [f"formspec.load.{code}"]


FORM_FAULTS: list[tuple[str, str]] = [
    ("icon: lnik", "icon"),
    ("subject: sheet", "no_use"),
    ("print: {columns: [{field: money, width: -4}]}", "least"),
    ("print: {layout: card, blank_rows: 0}", "least"),
    ("print: {layout: card, blank_rows: 100000}", "most"),
    ("name: titel", "no_field"),
    ("natural_key: [monney]", "no_field"),
    ("date: money", "date_type"),
    ("subject: park", "form"),
    ("list: {columns: [monney]}", "no_field"),
    ("list: {columns: [kpis]}", "table_column"),
    ("list: {columns: [money, money]}", "column_twice"),
    ("list: {sort: -kpis}", "table_unsorted"),
    ("natural_key: [kpis]", "table_key"),
    ("list: {sort: -monney}", "no_field"),
    ("print: {layout: roster}", "needs"),
    ("print: {layout: brochure}", "wants_word"),
    ("print: {columns: [{field: monney}]}", "no_field"),
    ("closed: money", "expression.result"),
    ("head: {kind: letter}", "wants_word"),
    ("renames: {old: monney}", "no_field"),
    ("subjet: park", "unknown_key"),
    ("fills: [X]", "wants_word"),
    ("print: {pictures: [{kind: radar, table: kpi, name: name, value: after}]}", "no_field"),
    ("print: {pictures: [{kind: radar, table: kpis, name: name, value: afterr}]}", "no_field"),
    ("digest: abc", "unknown_key"),
]


@pytest.mark.parametrize(("line", "code"), FORM_FAULTS, ids=[fault[0] for fault in FORM_FAULTS])
def test_a_fault_in_the_form_is_one_problem(line: str, code: str) -> None:
    found = problems(
        fields(GOOD, KPIS, kind="register", more=f"{line}\n" + ("" if line.startswith("name") else "name: money"))
    )
    assert [problem.code for problem in found] == [f"formspec.load.{code}"]


def test_a_title_fits_one_line_and_a_section_holds_something() -> None:
    text = fields(GOOD)["sheet.yaml"].decode().replace("title: sheet 表", f"title: {'表' * 29}")
    empty = "  - {id: none, title: 空, fields: []}\n"
    found = problems({"sheet.yaml": (text + empty).encode()})
    assert [problem.code.rpartition(".")[2] for problem in found] == ["long_title", "no_fields"]
    assert "“空”" in found[1].message


def test_all_problems_of_all_files_at_once() -> None:
    found = problems(
        fields("{id: a, label: 甲, type: decimal, scal: 2}", "{id: b, type: text}", rules=(rule("c > 0", at="a"),)),
        fields("{id: a, label: 甲, type: whole, compute: b}", form="other"),
    )
    assert [(p.place["file"], p.place["line"], p.code.rpartition(".")[2]) for p in found] == [
        ("sheet.yaml", "14", "unknown_key"),
        ("sheet.yaml", "15", "missing"),
        ("sheet.yaml", "17", "name"),
        ("other.yaml", "14", "name"),
    ]


def test_the_line_is_right_though_fields_before_it_could_not_be_read() -> None:
    inner = "{id: x, label: 子, type: wholly}, {id: y, label: 丑, type: whole, unit: 人, choices: [1]}"
    found = problems(fields(
        "{id: a, label: 甲, type: txet}", GOOD, "{id: b, label: 乙, type: decimal, scale: -1}",
        "{id: c, label: 丙, type: wohle}", f"{{id: d, label: 丁, type: table, columns: [{inner}]}}",
        "{id: e, label: 戊, type: choice}",
    ))
    told = {(p.place["line"], p.place["path"], p.code.rpartition(".")[2]) for p in found}
    assert {("16", "fields.b.scale", "scale"), ("18", "fields.d.y", "no_use"), ("19", "fields.e", "needs")} <= told


def test_a_form_that_adds_expected_to_actual_figures() -> None:
    plan = "{id: plan, label: 计划, type: decimal, nature: 预计}"
    found = problems(fields(GOOD, plan, "{id: both, label: 合, type: decimal, compute: money + plan}"))
    assert [problem.code for problem in found] == ["formspec.load.expression.natures"]
    assert problems(fields(GOOD, plan, "{id: share, label: 比, type: decimal, compute: money / plan}")) == ()


def test_computed_fields_that_need_each_other() -> None:
    found = problems(
        fields("{id: a, label: 甲, type: decimal, compute: b + 1}", "{id: b, label: 乙, type: decimal, compute: a}")
    )
    assert found[0].message.endswith("计算项互相依赖：a → b → a") or found[0].message.endswith(
        "计算项互相依赖：b → a → b"
    )
    assert len(found) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xff\xfe", "utf8"),
        (b"a: [", "yaml"),
        (b"- a", "wants_mapping"),
        (b"", "wants_mapping"),
        (b"a: &x [*x]\nb: *y", "yaml"),
        (b"version: 1", "missing"),
    ],
)
def test_a_file_that_is_no_form(data: bytes, code: str) -> None:
    found = problems(fields(GOOD), {"broken.yaml": data})
    assert {problem.code for problem in found} == {f"formspec.load.{code}"}
    assert {problem.place["file"] for problem in found} == {"broken.yaml"}
    assert not any("—" in problem.message for problem in found), "a line without a path is place enough"


def test_an_alias_that_holds_itself() -> None:
    body = "sections:\n  - id: s\n    title: 甲\n    fields: &f\n      - {id: t, label: 表, type: table, columns: *f}\n"
    found = problems(source(body))
    assert [(problem.code, problem.place["line"]) for problem in found] == [("formspec.load.alias", "13")]


def bomb() -> bytes:
    """Return eight lists of nine aliases each: forty million values in ten lines, under a key that no form has."""
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    return "\n".join(lines).encode()


def test_aliases_that_multiply_are_refused_before_they_are_followed() -> None:
    found = problems(fields(GOOD), {"bomb.yaml": bomb()})
    assert [(problem.code, problem.place["line"]) for problem in found] == [
        ("formspec.load.alias", str(line)) for line in range(1, 9)]
    assert str(found[0]).startswith("bomb.yaml 第 1 行：这里的内容在别处用别名（*）引用")


@pytest.mark.parametrize("width", ["nan", "inf", "1e9", "wide"])
def test_a_width_that_is_no_number(width: str) -> None:
    found = problems(fields(f"{{id: a, label: 甲, type: text, width: {width}}}"))
    assert [problem.code for problem in found] == ["formspec.load.wants_number"]


WHOLE = {
    **fields(
        GOOD,
        KPIS,
        STAGE,
        "{id: share, label: 占比, type: percent, compute: 'round(money / 3, 2)', marks: [note]}",
        rules=(rule("sum(kpis.after) <= money * limit.growth"), rule('stage == "诊断"', id="s", when="given(money)")),
        kind="register",
        more="name: money\nhead: {kind: worksheet, annex: '1'}\nlist: {columns: [money, stage]}",
    ),
    "thresholds.yaml": "growth: {value: '50', title: 增幅}\n".encode(),
}


@given(st.data())
def test_a_damaged_form_is_trouble_and_nothing_else(data: st.DataObject) -> None:
    """Whatever is cut, doubled or written over in a form file: it loads, or every problem names its place."""
    name = data.draw(st.sampled_from(sorted(WHOLE)))
    lines = WHOLE[name].decode().splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        column = data.draw(st.integers(0, len(lines[at])))
        noise = data.draw(
            st.sampled_from(["", "x", ": ", "[", "}", "&a *a", "'", "\t", "\x00", "0", "- ", "\n", "无", "{", "#"])
        )
        end = data.draw(st.integers(column, len(lines[at])))
        lines[at] = lines[at][:column] + noise + lines[at][end:]
    try:
        load_texts({**WHOLE, name: "".join(lines).encode()})
    except Trouble as trouble:
        found = trouble.problems
    else:
        return
    assert all(problem.place.get("file") and int(problem.place["line"]) >= 1 for problem in found)


def test_a_file_must_be_called_after_its_form() -> None:
    data = fields(GOOD)["sheet.yaml"]
    assert [p.code for p in problems({"other.yaml": data})] == ["formspec.load.file_name"]
    twice = problems({"other.yaml": data, "sheet.yaml": data})
    assert {p.code for p in twice} == {"formspec.load.file_name", "formspec.load.repeated"}


def test_a_threshold_by_another_name_is_told_once_at_its_line() -> None:
    rules = (rule("money <= limit.growth"), rule("money >= limit.growth", id="s"))
    found = problems(fields(GOOD, rules=rules), thresholds="over: {value: '1', title: 超}\n"
                                                           "growht: {value: '50', title: 增幅}")
    assert [(p.code.rpartition(".")[2], p.place["line"]) for p in found] == [("limit_name", "2")]
    assert "“growht”这个界限，表里要的是“growth”" in found[0].message


def test_thresholds_are_numbers() -> None:
    found = problems(fields(GOOD), thresholds="growth: {value: many, title: 增幅}\nover: {valu: '1', title: 超}")
    assert [p.code.rpartition(".")[2] for p in found] == ["limit", "unknown_key", "missing"]


def test_a_folder_without_forms(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="没有表式文件"):
        catalogue.load(tmp_path)
    with pytest.raises(Trouble, match="没有表式文件"):
        catalogue.load(tmp_path / "none")


def test_what_only_looks_like_a_form_file_is_told_beside_the_faults_of_the_rest(tmp_path: Path) -> None:
    lines = (GOOD, "{id: other, label: 别的, type: reference, form: foo}", "{id: a, label: 甲, type: txet}")
    (tmp_path / "sheet.yaml").write_bytes(fields(*lines)["sheet.yaml"])
    (tmp_path / "foo.yml").write_bytes(fields(GOOD, form="foo")["foo.yaml"])
    (tmp_path / "bar.yaml").mkdir()
    (tmp_path / "sheets").mkdir()
    with pytest.raises(Trouble) as refused:
        catalogue.load(tmp_path)
    told = [str(problem) for problem in refused.value.problems]
    assert told[:2] == [
        "bar.yaml：这是文件夹，不是表式文件。请移走，或改成不以 .yaml 结尾的名称。",
        "foo.yml：表式文件要以 .yaml 结尾，这个文件没有读。请改名为 foo.yaml，不是表式的请移走。",
    ]
    assert [problem.code for problem in refused.value.problems[2:]] == ["formspec.load.wants_word"]


def test_scalars_are_read_as_written() -> None:
    form = one(fields("{id: a, label: 甲, type: text, code: 02, default: no, required: yes}"))
    assert (form.by_id["a"].code, form.by_id["a"].default, form.by_id["a"].required) == ("02", "no", True)


def test_compiled_and_back_is_the_same() -> None:
    found = shipped.forms()
    again = Catalogue.from_compiled(found.compile())
    assert again == found
    assert again.compile() == found.compile()
    assert again.digest == found.digest
    for form in again.forms:
        assert len(form.program.rules) == len(form.rules)


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"format": "x", "forms": [], "limits": {}}'])
def test_refuses_compiled_bytes_that_are_none(data: bytes) -> None:
    with pytest.raises(Trouble, match="表式无法读取"):
        Catalogue.from_compiled(data)


def test_the_digest_changes_with_the_form_and_with_its_limits_only() -> None:
    checked = fields(GOOD, rules=(rule("money <= limit.growth"),))
    limits = "growth: {value: '50', title: 增幅}\nother: {value: '1', title: 别的}"
    before = one(checked, thresholds=limits).digest
    assert one(checked, thresholds=limits).digest == before
    assert one(checked, thresholds=limits.replace("'1'", "'2'")).digest == before
    assert one(checked, thresholds=limits.replace("50", "60")).digest != before
    assert (
        one(fields(GOOD.replace("金额", "金 额"), rules=(rule("money <= limit.growth"),)), thresholds=limits).digest
        != before
    )


def test_a_form_carries_what_its_expressions_read_of_others() -> None:
    firm = fields(
        "{id: title, label: 名, type: text}",
        "{id: revenue, label: 收入, type: decimal}",
        form="firm",
        kind="register",
        more="name: title",
    )
    sheet = fields(
        GOOD,
        "{id: firm, label: 企业, type: reference, form: firm}",
        rules=(rule("money <= firm.revenue"), rule('count(records("firm")) > 0', id="s")),
    )
    assert one(sheet, firm).foreign == {"firm": {"revenue": "decimal"}}


def test_forms_stand_in_their_order() -> None:
    later, early = source("sections: []", form="later"), source("sections: []", form="early")
    assert [form.id for form in load(later, early).forms] == ["later", "early"]


def test_forms_that_nobody_could_tell_apart_are_told() -> None:
    first, second = source("sections: []", form="first"), source("sections: []", form="second")
    own = second["second.yaml"].decode().split("\n")
    head = {line.partition(":")[0]: line for line in first["first.yaml"].decode().split("\n") if ":" in line}
    same = "\n".join(head[name] if (name := line.partition(":")[0]) in ("title", "short", "order") else line
                     for line in own)
    told = problems(first, {"second.yaml": same.encode()})
    assert [(p.place["path"], p.place["line"]) for p in told] == [("title", "4"), ("short", "5"), ("order", "7")]
    assert "second.yaml 第 4 行 title：“title”写的“first 表”与 first 的相同" in str(told[0])


def test_choices_get_initials_and_percents_their_unit() -> None:
    form = one(fields(STAGE, "{id: share, label: 占比, type: percent}"))
    assert [choice.initials for choice in form.by_id["stage"].choices] == ["yzd", "zd"]
    assert form.by_id["share"].unit == "%"


def test_the_grammar_in_words_is_complete() -> None:
    for struct, keys in grammar.documented().items():
        names = {info.encode_name for info in msgspec.structs.fields(struct)} - set(COMPUTED)
        assert names == set(keys), struct


def test_the_field_reference_is_up_to_date() -> None:
    text = reference_text(shipped.forms())
    assert (paths.forms() / "README.md").read_text(encoding="utf-8") == text, "run: pairing-desktop forms doc"
    for form in shipped.forms().forms:
        assert f"## {form.title} `{form.id}`" in text


def test_start_up_imports_stay_light() -> None:
    code = (
        "import sys\n"
        "from pairing_desktop.formspec import catalogue, draft, records, rules, lookup, fieldtypes, reference\n"
        "heavy = {'yaml', 'simpleeval', 'pypinyin', 'stdnum', 'rfc8785', 'PySide6', 'sqlalchemy'} & set(sys.modules)\n"
        "sys.exit(','.join(sorted(heavy)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


PARK = source("""
sections:
  - id: only
    title: 唯一
    fields:
      - {id: title, label: 名, type: text}
      - {id: area, label: 面积, type: decimal, unit: 亩}
""", form="park", kind="register", more="name: title")
HOME = fields(
    "{id: home, label: 园区, type: reference, form: park}",
    "{id: money, label: 金额, type: decimal}",
    "{id: share, label: 占比, type: percent, compute: home.area * 2}",
    rules=(rule("money <= subject.area"), rule('money == count(records("park", title="x"))', id="s")),
    form="pairing", more="subject: park",
)


def broken(files: dict[str, bytes], *swaps: tuple[str, str]) -> dict[str, bytes]:
    """Return files with texts in them replaced."""
    changed = {}
    for name, data in files.items():
        text = data.decode()
        for old, new in swaps:
            assert old in text
            text = text.replace(old, new)
        changed[name] = text.encode()
    return changed


def told(*files: dict[str, bytes], thresholds: str = "") -> list[str]:
    return [problem.code.removeprefix("formspec.load.") for problem in problems(*files, thresholds=thresholds)]


@pytest.mark.parametrize(
    ("swaps", "codes"),
    [
        ([("kind: register", "kind: registr"), ("sections:", "section:")], ["wants_word", "unknown_key", "missing"]),
        ([("id: park", "di: park")], ["unknown_key", "missing"]),
        ([("sections:", "sections: ]")], ["yaml"]),
        ([("kind: register", "kind: registr")], ["wants_word"]),
        ([("short: park\n", "")], ["missing"]),
        ([("short: park\n", "short: ''\n")], ["missing"]),
        ([("id: area, label: 面积, type: decimal", "id: area, label: 面积, type: decimals")], ["wants_word"]),
        ([("    title: 唯一\n", "")], ["missing"]),
        ([("    fields:", "    feilds:")], ["unknown_key", "missing"]),
    ],
)
def test_a_broken_file_is_no_advice_elsewhere(swaps: list[tuple[str, str]], codes: list[str]) -> None:
    assert problems(PARK, HOME) == ()
    assert told(broken(PARK, *swaps), HOME) == codes
    assert told(HOME, broken(PARK, *swaps)) == told(broken(PARK, *swaps), HOME)


def test_a_form_that_no_file_has_is_told_beside_a_broken_one() -> None:
    other = broken(HOME, ("form: park", "form: pork"))
    assert told(broken(PARK, ("sections:", "section:")), other) == ["unknown_key", "missing", "form", "expression.form"]


@pytest.mark.parametrize(
    "swap", [("kind: quarterly", "kind: quartely"), ("short: sheet\n", ""), ("group: 台账", "group: 台帐")]
)
def test_faults_of_expressions_are_told_beside_faults_of_structure(swap: tuple[str, str]) -> None:
    form = fields(GOOD, rules=(rule("monney > 1"), rule("money >", id="s", level="errr")))
    assert told(form) == ["wants_word", "expression.name", "expression.syntax"]
    assert Counter(told(broken(form, swap))) - Counter(told(form)) in ({"wants_word": 1}, {"missing": 1})
    assert not Counter(told(form)) - Counter(told(broken(form, swap)))


def test_a_field_that_was_not_read_is_not_missed_in_its_form() -> None:
    form = fields(
        GOOD, "{id: lost, label: 丢, type: zahl}", "{id: x, label: 算, type: decimal, compute: lost + monny}",
        rules=(rule("lost > 1"), rule("money > lots", id="s"), rule("previous(lost) > 1", id="t", at="lost")),
        more="list: {columns: [lost, mony]}",
    )
    assert told(form) == ["wants_word", "no_field", "expression.name"]


def test_words_take_the_thresholds_from_the_data() -> None:
    words = "上限 {limit.most} 万元"
    noted = fields(
        f'{{id: money, label: 金额, type: decimal, help: "{words}"}}',
        "{id: rows, label: 行, type: table, columns: [{id: one, label: 一, type: text, help: '{limit.most} 字'}]}",
        rules=(f"{{id: r, level: query, check: money > 1, at: money, message: '{{left}}{words}', remedy: '{words}'}}",),
        more='notes: ["' + words + '"]',
    )
    for value in ("50", "30"):
        form = one(noted, thresholds=f"most: {{value: '{value}', title: 上限}}")
        assert (form.notes, form.field("money").help) == ((f"上限 {value} 万元",), f"上限 {value} 万元")
        assert form.field("rows.one").help == f"{value} 字"
        assert (form.rules[0].message, form.rules[0].remedy) == (f"{{left}}上限 {value} 万元", f"上限 {value} 万元")


def test_words_that_name_no_threshold_are_told_once() -> None:
    form = fields(
        "{id: money, label: 金额, type: decimal, help: '{limit.moost}'}",
        rules=("{id: r, level: query, check: money > 1, at: money, message: '{limit.most}', remedy: '{left}'}",),
        more='notes: ["{limt.most}"]',
    )
    found = problems(form, thresholds="mst: {value: '1', title: 上限}")
    assert [problem.code.rpartition(".")[2] for problem in found] == ["no_limit", "no_limit", "brace", "brace"]
    assert "不存在，是不是“mst”" in found[0].message
    assert told(form, thresholds="moost: ]") == ["yaml", "brace", "brace"]


def test_thresholds_that_were_not_read_are_not_missed() -> None:
    form = fields(GOOD, rules=(rule("money < limit.most"),))
    for bad in ("much", "-5", "五十", "５０", "1e3", "5%"):
        assert told(form, thresholds=f"most: {{value: {bad}, title: 上限}}") == ["limit"], bad
    assert told(form, thresholds="most: ]") == ["yaml"]
    assert told(form, thresholds="least: {value: '1', title: 下限}") == ["expression.limit"]


def test_a_field_that_was_not_read_is_not_missed_in_another_form() -> None:
    """What is printed beside a reference is a field of the form referred to: one mistyped type is one fault."""
    other = fields("{id: town, label: 园区, type: reference, form: sheet}", form="other", kind="event",
                   more="name: town\nprint: {layout: card, beside: [{after: town, field: lost}]}")
    assert told(fields(GOOD, "{id: lost, label: 丢, type: text}"), other) == []
    assert told(fields(GOOD, "{id: lost, label: 丢, type: txet}"), other) == ["wants_word"]
    assert told(fields(GOOD), other) == ["no_field"]
