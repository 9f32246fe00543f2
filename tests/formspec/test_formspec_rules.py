"""Findings: what every field must be, the form's own rules, how a finding reads and when its explanation lapses."""

from typing import Any

import pytest

from pairing_desktop.formspec.draft import Draft
from pairing_desktop.formspec.lookup import Known, MemoryLookup
from pairing_desktop.formspec.rules import Finding, check
from pairing_desktop.formspec.values import Payload
from tests.formspec.writing import fields, load, one, payload, source

PROJECT = source(
    """
sections:
  - id: money
    title: 资金
    fields:
      - {id: firm, label: 企业, type: reference, form: firm, required: true}
      - {id: total, label: 合同额, type: decimal, unit: 万元, min: '0', marks: [qualifier, note]}
      - {id: subsidy, label: 补助, type: decimal, unit: 万元}
      - {id: own, label: 自筹, type: decimal, unit: 万元}
      - {id: share, label: 占比, type: percent, compute: 'round(subsidy / total * 100, 2)'}
      - {id: start, label: 开始, type: date}
      - {id: end, label: 结束, type: date}
      - {id: code, label: 信用代码, type: credit_code}
      - {id: words, label: 说明, type: text, max_length: 6}
      - id: kpis
        label: 成效指标
        type: table
        columns:
          - {id: name, label: 指标, type: text, required: true}
          - {id: before, label: "改进\\n前", type: percent}
          - {id: after, label: 改进后, type: percent}
rules:
  - id: parts
    number: '5'
    level: error
    check: total == subsidy + own
    at: total
    waivable: false
    remedy: 请核改
    message: 合同额应等于补助＋自筹 {right}，差 {difference}
  - {id: order, number: '14', level: error, check: start <= end, left: end, right: start, at: end,
     message: '结束 {left} 早于开始 {right}，差 {difference}'}
  - {id: better, number: '17', level: query, table: kpis, check: after >= before, at: kpis.after,
     message: '{name}由 {before} 变为 {after}，请说明'}
  - {id: some, level: query, when: given(total), check: count(kpis) >= 1, at: kpis.name,
     message: '{firm}没有指标（{kpis} 行）'}
  - {id: once, number: '19', level: error, check: 'count(records("project", firm=firm)) <= 1', at: firm,
     message: '{firm}登记了 {left} 次'}
  - {id: jump, number: '11', level: query, check: 'abs(growth(total, previous(total))) <= limit.growth', at: total,
     left: total, right: previous(total), message: '{left}，上季 {right}，{growth}，超过 {limit.growth}%'}
  - {id: known, level: error, when: firm.ready, check: total <= firm.limit, at: total, message: '超过 {right} 万元'}
""",
    form="project",
    kind="event",
    more="name: firm",
)
FIRM = fields(
    "{id: title, label: 名, type: text}",
    "{id: ready, label: 备, type: yes_no}",
    "{id: limit, label: 限, type: decimal}",
    form="firm",
    kind="register",
    more="name: title",
)
CATALOGUE = load(PROJECT, FIRM, thresholds="growth: {value: '50', title: 增幅}")
FORM = CATALOGUE.form("project")
GOOD: dict[str, Any] = {
    "firm": "f1",
    "total": "66",
    "subsidy": "40",
    "own": "26",
    "share": "60.61",
    "kpis": [{"id": "r1", "values": {"name": "合格率", "before": "65.2", "after": "99"}}],
}


def found(record: Payload, *more: Known, **options: Any) -> list[Finding]:
    lookup = MemoryLookup(
        [
            Known("firm", "f1", payload(title="双彩", ready=True, limit="1000"), label="双彩"),
            Known("project", "p1", record, label="双彩"),
            *more,
        ]
    )
    return check(FORM, record, lookup, record_key="p1", period="2024Q2", **options)


def changed(**values: Any) -> Payload:
    return payload(**{name: v for name, v in {**GOOD, **values}.items() if v is not None})


def test_a_good_record_has_no_findings() -> None:
    assert found(payload(**GOOD)) == []


def test_a_finding_says_where_what_and_by_how_much() -> None:
    assert found(changed(total="68", share="58.82")) == [
        Finding(
            form="project",
            record="p1",
            path="total",
            rule="parts",
            number="5",
            level="error",
            left="68.00",
            right="66.00",
            difference="2.00",
            message="合同额应等于补助＋自筹 66.00，差 2.00",
            remedy="请核改",
            waivable=False,
            place="双彩 · 合同额",
            period="2024Q2",
        )
    ]


def test_a_blank_side_means_that_a_rule_does_not_apply() -> None:
    assert found(changed(own=None)) == []
    assert found(changed(own="无", total="40", share="100")) == []


@pytest.mark.parametrize(("total", "own", "difference"), [("无", "26", "66.00"), ("66", "无", "26.00")])
def test_nothing_to_report_switches_no_rule_off(total: str, own: str, difference: str) -> None:
    (broken,) = [one for one in found(changed(total=total, own=own)) if one.rule == "parts"]
    assert (broken.difference, broken.waivable) == (difference, False)
    assert "无" in (broken.left, broken.right) or own == "无"


def test_dates_show_as_dates() -> None:
    (finding,) = found(changed(start="2024-05-03", end="2024-05-01"))
    assert (finding.left, finding.right, finding.difference) == ("2024-05-01", "2024-05-03", "2 天")
    assert finding.message == "结束 2024-05-01 早于开始 2024-05-03，差 2 天"


def test_a_rule_of_a_table_speaks_of_its_row() -> None:
    rows = [
        {"id": "r1", "values": {"name": "合格率", "before": "65.2", "after": "99"}},
        {
            "id": "r2",
            "values": {"name": "准交率", "before": "99", "after": "65.2"},
            "marks": {"before": {"qualifier": "以上"}},
        },
    ]
    (finding,) = found(changed(kpis=rows))
    assert finding.path == "kpis/r2/after"
    assert finding.place == "双彩 · 成效指标 · 准交率 · 改进后"
    assert finding.message == "准交率由 99以上 变为 65.20，请说明"
    assert (finding.left, finding.right, finding.difference) == ("65.20", "99.00", "33.80")


def test_a_rule_about_a_whole_table_points_to_it() -> None:
    (finding,) = found(changed(kpis=None))
    assert (finding.path, finding.message) == ("kpis", "双彩没有指标（0 行）")


def test_a_rule_counts_other_records() -> None:
    (finding,) = found(payload(**GOOD), Known("project", "p2", payload(**GOOD)))
    assert (finding.rule, finding.message) == ("once", "双彩登记了 2 次")


def test_a_rule_reads_the_record_referred_to() -> None:
    (finding,) = found(changed(total="2000", own="1960", share="2"))
    assert (finding.rule, finding.message) == ("known", "超过 1,000.00 万元")


def test_a_rule_compares_with_the_earlier_sheet() -> None:
    earlier = Known("project", "p0", payload(total="30"), period="2024Q1", subject="s")
    (finding,) = found(payload(**GOOD), earlier, subject="s")
    assert (finding.rule, finding.message) == ("jump", "66.00，上季 30.00，增长 120.00%，超过 50%")


BUILT_IN: list[tuple[dict[str, Any], str, str, str, str]] = [
    ({"firm": None}, "required", "firm", "error", "必须填写，请补填"),
    ({"kpis": [{"id": "r1", "values": {}}]}, "required", "kpis/r1/name", "error", "必须填写，请补填，没有就填“无”"),
    ({"firm": "无"}, "typed", "firm", "error", "保存的内容不合这一项的类型，请重新填写"),
    ({"total": 66, "share": None}, "typed", "total", "error", "保存的内容不合这一项的类型，请重新填写"),
    (
        {"total": "-1", "subsidy": None, "own": None, "share": None},
        "limits",
        "total",
        "error",
        "不应小于 0.00万元，现为 -1.00万元，请核改",
    ),
    (
        {"subsidy": "40.001", "own": "25.999"},
        "limits",
        "subsidy",
        "error",
        "最多保留 2 位小数，现为 40.001，请四舍五入后填写",
    ),
    (
        {"code": "91350100M000100Y44"},
        "limits",
        "code",
        "error",
        "统一社会信用代码的校验位不对，有一位写错，请对照营业执照逐位核对",
    ),
    ({"words": "七个字的文字啊"}, "limits", "words", "error", "最多 6 个字，现有 7 个，请删减"),
    ({"words": "12\u202e"}, "glyph", "words", "error", "看不见的字符（U+202E） 在打印字体里没有，请换用通用汉字或符号"),
    ({"words": "☑完成"}, "glyph", "words", "error", "符号（U+2611） 在打印字体里没有，请换用通用汉字或符号"),
    ({"share": "61"}, "computed", "share", "error", "计算项存为 61.00，按现有数据应为 60.61，请打开这张表重新保存"),
    ({"share": None}, "computed", "share", "error", "计算项存为 空白，按现有数据应为 60.61，请打开这张表重新保存"),
]


@pytest.mark.parametrize(("values", "rule", "path", "level", "message"), BUILT_IN, ids=[row[1] for row in BUILT_IN])
def test_what_every_field_must_be(  # one row of the table
    values: dict[str, Any],
    rule: str,
    path: str,
    level: str,
    message: str,
) -> None:
    findings = found(changed(**values))
    mine = [f for f in findings if f.rule == rule]
    assert [(f.path, f.level, f.message, f.waivable) for f in mine][:1] == [
        (path, level, message, rule == "limits" and path != "code")
    ]
    assert all(f.rule in (rule, "limits") for f in findings)


def test_a_doubtful_organisation_code_is_a_query() -> None:
    from stdnum.cn import uscc

    body = "91350100M000100Y5"
    (finding,) = found(changed(code=body + uscc.calc_check_digit(body)))
    assert (finding.rule, finding.level) == ("doubt", "query")


def test_what_was_not_understood_is_an_error_with_its_reason() -> None:
    record = {"values": {**changed(total=None, share=None)["values"]}, "raw": {"total": "约12a"}}
    (finding,) = [f for f in found(record) if f.path == "total"]
    assert (finding.rule, finding.level, finding.left) == ("typed", "error", "约12a")
    assert finding.message == "“约12a”不是数字，请只填数字，没有就填“无”或留空"
    assert not any(f.rule == "parts" for f in found(record)), (
        "a field that is not understood is no arithmetic error too"
    )


def test_notes_and_raw_text_must_be_printable() -> None:
    record = {**changed(), "marks": {"total": {"note": "见☑"}}}
    assert [(f.rule, f.path) for f in found(record)] == [("glyph", "total")]


def test_findings_come_in_the_forms_order() -> None:
    findings = found(changed(firm=None, total="68", share="1", start="2024-05-03", end="2024-05-01", words="☑"))
    assert [f.rule for f in findings] == ["required", "glyph", "computed", "parts", "order"]


def test_an_explanation_lapses_when_a_value_changes() -> None:
    (first,) = found(changed(total="68", share="58.82"))
    (same,) = found(changed(total="68", share="58.82", words="别的"))
    (other,) = found(changed(total="69", share="57.97"))
    assert first.identity == same.identity
    assert first.identity != other.identity


def test_a_record_of_an_older_version_is_checked_under_its_new_names() -> None:
    form = one(
        fields(
            "{id: money, label: 金额, type: decimal, required: true}",
            "{id: t, label: 表, type: table, columns: [{id: new, label: 新, type: whole, required: true}]}",
            more="renames: {amount: money, t.old: t.new}",
        )
    )
    old = payload(amount="5", t=[{"id": "1", "values": {"old": 3}}])
    assert check(form, old, MemoryLookup(), record_key="k") == []
    assert Draft(form, old).value("t/1/new") == 3


def test_expected_and_actual_figures_are_not_added() -> None:
    column = "{id: v, label: 值, type: decimal, nature: 预计, marks: [nature]}"
    form = one(fields(f"{{id: t, label: 表, type: table, columns: [{column}]}}",
                      "{id: all, label: 合计, type: decimal, nature: 预计, compute: sum(t.v)}"))
    draft = Draft(form)
    rows = [draft.add_row("t"), draft.add_row("t")]
    for row in rows:
        draft.type(f"t/{row}/v", "5")
    assert check(form, draft.payload(), MemoryLookup(), record_key="k") == []
    draft.mark(f"t/{rows[0]}/v", nature="实际")
    finding, = check(form, draft.payload(), MemoryLookup(), record_key="k")
    assert (finding.rule, finding.path, finding.level) == ("nature", "all", "error")
    assert finding.message == "把实际、预计的数加在了一起，请分开填写，预计数与实际数不能相加"


def test_a_required_table_wants_a_row() -> None:
    form = one(fields("{id: t, label: 表, type: table, required: true, columns: [{id: a, label: 甲, type: text}]}"))
    (finding,) = check(form, payload(), MemoryLookup(), record_key="k")
    assert (finding.path, finding.message) == ("t", "“表”至少填一行，请补填，确实没有的按说明处理")
