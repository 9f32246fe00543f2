"""Computed sheets: a strict loader, and figures that keep natures, qualifiers and their records apart."""

from decimal import Decimal
from typing import Any

import pytest

from pairing_desktop.errors import Problem
from pairing_desktop.formspec import summary_compiling
from pairing_desktop.formspec.lookup import Known
from pairing_desktop.formspec.summary_values import Computed, Records, Shown, compute
from tests.formspec import writing

FIRM = writing.fields("{id: name, label: 名称, type: text}", "{id: code, label: 代码, type: credit_code}",
                      form="firm", kind="register", more="name: name")
VISIT = writing.fields(
    "{id: firm, label: 企业, type: reference, form: firm}",
    "{id: state, label: 状态, type: choice, choices: [在谈, 已成]}",
    "{id: planned, label: 计划, type: decimal, nature: 预计, marks: [nature, qualifier]}",
    "{id: spent, label: 支出, type: decimal, marks: [nature, qualifier]}",
    "{id: secret, label: 内部, type: decimal, private: true}",
    "{id: rows, label: 明细, type: table, columns: [{id: item, label: 项, type: text}, "
    "{id: cost, label: 费用, type: decimal, marks: [nature, qualifier]}]}",
    form="visit", kind="event", more="name: firm")
CATALOGUE = writing.load(FIRM, VISIT)

HEAD = "id: s\nversion: 1\ntitle: 汇总\nshort: 汇总\norder: 1\nblocks:\n"
ITEM = (HEAD + "  - id: b\n    columns: [{{id: now, title: 数}}]\n    items:\n"
        "      - {{label: 数, figures: [{figure}]{more}}}\n")


def problems(text: str) -> list[Problem]:
    found: list[Problem] = []
    summary_compiling.compiled({"s.yaml": text.encode()}, CATALOGUE, found)
    return found


def sheet(text: str, *records: Known, quarter: str = "2024Q2") -> Computed:
    found: list[Problem] = []
    code = summary_compiling.compiled({"s.yaml": text.encode()}, CATALOGUE, found)
    assert found == []
    return compute(code.sheets[0], Records(records, code, quarter))


def item(figure: str, *records: Known, more: str = "") -> Shown:
    """Return the one figure of a sheet of one line."""
    return sheet(ITEM.format(figure=figure, more=more), *records).parts[0].lines[0].cells[-1]


def visit(key: str, marks: dict[str, Any] | None = None, rows: list[dict[str, Any]] | None = None,
          **values: Any) -> Known:
    payload: dict[str, Any] = {"values": {**values, **({"rows": rows} if rows else {})}, "marks": marks or {}}
    return Known("visit", key, payload, label=f"走访{key}")


def firm(key: str, name: str, code: str | None = None) -> Known:
    return Known("firm", key, writing.payload(name=name, **({"code": code} if code else {})), label=name)


@pytest.mark.parametrize(("text", "said"), [
    (HEAD.replace("short:", "shrot:") + "  []\n", "shrot"),
    (ITEM.format(figure="{form: vist}", more=""), "vist"),
    (ITEM.format(figure="{form: visit, where: stat == '已成'}", more=""), "stat"),
    (ITEM.format(figure="{form: visit, where: state == '已完'}", more=""), "已完"),
    (ITEM.format(figure="{form: visit, where: spent}", more=""), "spent"),
    (ITEM.format(figure="{form: visit, sum: planned}", more=""), "预计"),
    (ITEM.format(figure="{form: visit, sum: spent}", more=", nature: 打算"), "打算"),
    (ITEM.format(figure="{form: visit, sum: secret}", more=""), "secret"),
    (ITEM.format(figure="{form: visit, table: rowz, sum: cost}", more=""), "rowz"),
    (ITEM.format(figure="{form: visit, column: noww}", more=""), "noww"),
    (HEAD + "  - {id: b, columns: [{id: a, title: 甲, value: spent, compute: a}], form: visit}\n", "value"),
    (HEAD + "  - {id: b, columns: [{id: a, title: 甲}]}\n", "items"),
    ("- 1\n", "s.yaml"),
    ("a: [", "s.yaml"),
])
def test_what_is_wrong_is_told_with_its_place(text: str, said: str) -> None:
    found = problems(text)
    assert found
    assert any(said in str(p) for p in found), [str(p) for p in found]
    assert all("s.yaml" in str(p) for p in found)


def test_a_slip_is_answered_with_what_was_meant() -> None:
    assert "visit" in str(problems(ITEM.format(figure="{form: vist}", more=""))[0])
    assert "short" in str(problems(HEAD.replace("short:", "shrot:") + "  []\n")[0])


def test_all_faults_are_told_at_once() -> None:
    figures = "{form: vist}, {form: visit, where: stat == 1}"
    assert len(problems(ITEM.format(figure=figures, more=""))) == 2


def test_a_firm_is_counted_once_by_code_and_by_name_where_there_is_none() -> None:
    known = [firm("a", "甲", "91350100M000100Y43"), firm("a2", "甲公司", "91350100M000100Y43"), firm("b", "乙"),
             firm("b2", "乙"), firm("c", "丙")]
    visits = [visit(str(n), firm=f.key) for n, f in enumerate(known)]
    distinct = "{form: visit, distinct: firm.code if given(firm.code) else firm.name}"
    shown = item(distinct, *known, *visits)
    assert (shown.text, [b.label for b in shown.behind]) == ("3", ["走访0", "走访2", "走访4"])


def test_another_nature_is_left_out_and_told() -> None:
    records = [visit("1", spent="5"), visit("2", spent="7", marks={"spent": {"nature": "预计"}}), visit("3")]
    shown = item("{form: visit, sum: spent}", *records)
    assert (shown.held, [b.key for b in shown.behind], [b.key for b in shown.left_out]) == (Decimal(5), ["1"], ["2"])
    whole = sheet(ITEM.format(figure="{form: visit, sum: spent}", more=""), *records)
    assert whole.remarks == ("数：另有 1 项性质不同，未计入（走访2 7.00）",)


@pytest.mark.parametrize(("qualifiers", "text"), [
    (["", ""], "3.00"), (["约", ""], "约3"), (["以上", ""], "3以上"), (["以上", "以上"], "3以上"),
    (["以上", "近"], "约3"),
])
def test_a_sum_inherits_qualifiers(qualifiers: list[str], text: str) -> None:
    records = [visit(str(n), spent=str(n), marks={"spent": {"qualifier": q}} if q else {})
               for n, q in enumerate(qualifiers, start=1)]
    assert item("{form: visit, sum: spent}", *records).text == text


def test_nothing_is_a_dash_and_nil_is_zero() -> None:
    assert item("{form: visit, sum: spent}", visit("1")).text == "—"
    assert item("{form: visit, sum: spent}", visit("1", spent="无")).text == "0.00"
    assert item("{form: visit}").text == "0"


def test_rows_of_a_table_are_added_and_point_to_their_cell() -> None:
    rows = [{"id": "r1", "values": {"item": "a", "cost": "1.5"}}, {"id": "r2", "values": {"item": "b", "cost": "2"}}]
    shown = item("{form: visit, table: rows, where: item == 'b', sum: cost}", visit("1", rows=rows))
    assert shown.held == Decimal(2)
    assert [(b.key, b.path) for b in shown.behind] == [("1", "rows/r2/cost")]


def test_records_that_lack_the_value_are_told_with_their_field() -> None:
    some = item("{form: visit, sum: spent}", visit("1", spent="5"), visit("2"))
    assert (some.text, [(b.key, b.path, b.text) for b in some.lacking]) == ("5.00", [("2", "spent", "未填")])
    none = item("{form: visit, sum: spent}", visit("1"))
    assert (none.text, [b.key for b in none.lacking], none.why) == ("—", ["1"], "")
    assert item("{form: visit, sum: spent}").why == "没有符合这一项的记录。"


EACH = HEAD + """
  - id: b
    form: visit
    total: 合计
    columns:
      - {id: name, title: 企业, value: firm}
      - {id: planned, title: 计划, value: planned, nature: 预计, total: true}
      - {id: spent, title: 支出, value: spent, total: true}
      - {id: rate, title: 比率, compute: 'round(spent / planned * 100, 2)'}
"""


def test_a_line_for_each_record_with_a_rate_and_a_total() -> None:
    known = sheet(EACH, firm("a", "甲"), visit("1", firm="a", planned="8", spent="2"),
                  visit("2", firm="a", planned="0", spent="1"), visit("3", spent="3"))
    assert [[c.text for c in line.cells] for line in known.parts[0].lines] == [
        ["甲", "8.00", "2.00", "25.00"], ["甲", "0.00", "1.00", "—"], ["—", "—", "3.00", "—"],
        ["合计", "8.00", "6.00", "75.00"]]
    total = known.parts[0].lines[-1]
    assert (total.kind, [b.key for b in total.cells[2].behind]) == ("total", ["1", "2", "3"])


def test_a_blank_of_a_line_points_to_its_field_and_so_do_its_rate_and_the_total() -> None:
    part = sheet(EACH, visit("1", planned="8"), visit("2", planned="4", spent="2")).parts[0]
    blank, rate, total, total_rate = (part.lines[n].cells[c] for n, c in ((0, 2), (0, 3), (2, 2), (2, 3)))
    own = [("1", "spent")]
    assert [(b.key, b.path) for b in blank.lacking] == own
    assert ([(b.key, b.path) for b in rate.lacking], [b.key for b in rate.behind]) == (own, ["1"])
    assert ([(b.key, b.path) for b in total.lacking], total.text) == (own, "2.00")
    assert all(b.key for b in (*total_rate.behind, *total_rate.lacking))


def test_a_total_of_nothing_opens_no_record_without_a_name() -> None:
    rate = sheet(EACH, visit("1"), visit("2")).parts[0].lines[-1].cells[3]
    assert (rate.text, rate.behind, [b.key for b in rate.lacking]) == ("—", (), ["1", "2", "1", "2"])


def test_a_figure_that_stands_in_another_column_says_so() -> None:
    text = EACH.replace("value: spent, total", "value: spent, when: state == '已成', total")
    cell = sheet(text, visit("1", spent="2", state="在谈")).parts[0].lines[0].cells[2]
    assert (cell.text, cell.lacking) == ("—", ())
    assert "其他列" in cell.why


def test_a_total_leaves_another_nature_out() -> None:
    known = sheet(EACH, visit("1", spent="2"), visit("2", spent="5", marks={"spent": {"nature": "目标"}}))
    lines = known.parts[0].lines
    assert (lines[1].cells[2].text, lines[2].cells[2].text) == ("5.00（目标）", "2.00")
    assert known.remarks == ("合计“支出”：另有 1 项性质不同，未计入（走访2 5.00（目标））",)


def goals(choice: str = "by") -> dict[str, bytes]:
    """Return the form of targets; ``choice`` names what a target is compared with."""
    return writing.fields(
        "{id: content, label: 内容, type: text}", "{id: value, label: 目标, type: decimal, nature: 目标}",
        "{id: unit, label: 单位, type: text}",
        f"{{id: {choice}, label: 对照, type: choice, choices: [{{code: visits, label: 走访}}, "
        "{code: money, label: 支出}, {code: none, label: 不对照}]}",
        form="goal", kind="event", more="name: content")


COMPARED = HEAD + """
  - id: b
    form: goal
    columns:
      - {id: content, title: 内容, value: content}
      - {id: target, title: 目标, value: value, nature: 目标}
      - {id: recorded, title: 实际, measure: figure, as_given: true}
      - {id: rate, title: 完成率, compute: 'round(recorded / target * 100, 2)'}
      - {id: how, title: 口径, measure: label}
    measures:
      - {id: visits, label: 走访次数, units: [次], when: 'match(content, ".*走访.*")', form: visit}
      - {id: money, label: 支出合计, units: [万元], form: visit, sum: spent}
    measured_by: by
    measured_in: unit
"""


def goal(**values: Any) -> Known:
    return Known("goal", "g", writing.payload(**values), label="目标")


@pytest.mark.parametrize(("values", "shown"), [
    ({"content": "走访企业", "unit": "次"}, ["2", "50.00", "走访次数（程序推定）"]),
    ({"content": "走访企业", "unit": "次", "by": "visits"}, ["2", "50.00", "走访次数"]),
    ({"content": "走访企业", "unit": "万元", "by": "money"}, ["7", "175.00", "支出合计"]),
    ({"content": "走访企业", "unit": "亿元", "by": "money"},
     ["7", "—", "支出合计（万元，与目标的“亿元”不同，不算完成率）"]),
    ({"content": "走访企业", "unit": "次", "by": "none"}, ["—", "—", "不对照，由填报单位自行说明"]),
    ({"content": "别的", "unit": "次"}, ["—", "—", "没有对应口径，请自行说明"]),
])
def test_a_line_names_what_it_is_compared_with_or_it_is_guessed_and_said(values: dict[str, str],
                                                                        shown: list[str]) -> None:
    catalogue = writing.load(FIRM, VISIT, goals())
    code = summary_compiling.compiled({"s.yaml": COMPARED.encode()}, catalogue, [])
    records = [goal(value="4", **values), visit("1", spent="2"), visit("2", spent="5")]
    [line] = compute(code.sheets[0], Records(records, code, "2024Q2")).parts[0].lines
    assert [cell.text for cell in line.cells[2:]] == shown


def test_the_choices_and_the_measures_are_the_same() -> None:
    found: list[Problem] = []
    text = COMPARED.replace("id: money", "id: spending")
    summary_compiling.compiled({"s.yaml": text.encode()}, writing.load(FIRM, VISIT, goals()), found)
    assert [p.code for p in found] == ["formspec.load.measure"] * 2
    assert ("money" in str(found[0]), "spending" in str(found[1])) == (True, True)


def test_forms_of_an_earlier_version_name_no_measure_and_are_guessed() -> None:
    earlier = writing.load(FIRM, VISIT, goals("other"))
    strict: list[Problem] = []
    summary_compiling.compiled({"s.yaml": COMPARED.encode()}, earlier, strict)
    lenient: list[Problem] = []
    code = summary_compiling.compiled({"s.yaml": COMPARED.encode()}, earlier, lenient, earlier=True)
    assert (["by" in str(p) for p in strict], lenient) == ([True], [])
    [line] = compute(code.sheets[0], Records([goal(content="走访", value="1")], code, "2024Q2")).parts[0].lines
    assert line.cells[4].text == "走访次数（程序推定）"


def test_sheets_that_do_not_fit_the_forms_are_left_out(tmp_path: Any) -> None:
    (tmp_path / "sheets").mkdir()
    for name, form in (("one", "visit"), ("two", "elsewhere")):
        text = ITEM.format(figure=f"{{form: {form}}}", more="").replace("id: s\n", f"id: {name}\n")
        (tmp_path / "sheets" / f"{name}.yaml").write_text(text, encoding="utf-8")
    assert list(summary_compiling.fitting(tmp_path, CATALOGUE).by_id) == ["one"]
