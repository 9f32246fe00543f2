"""Every field type: what is accepted as typed and how it is kept, and what is refused with which words."""

import re
from datetime import date, datetime
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest

from pairing_desktop.formspec.definition import Choice, Field
from pairing_desktop.formspec.fieldtypes import FieldType, credit_code_problem, field_type
from pairing_desktop.formspec.fieldtypes.choices import matching, options
from pairing_desktop.formspec.values import NIL, Attachment, NotUnderstood

STAGES = tuple(Choice(code=word, label=word) for word in ("预诊断", "诊断", "已完成"))
TRACKS = (
    Choice(code="1", label="产业项目合作"),
    Choice(code="2", label="深化产业链协作"),
    Choice(code="9", label="其他"),
)


def make(kind: str, **more: Any) -> FieldType:
    return field_type(Field(id="x", label="某项", type=kind, **more))  # type: ignore[arg-type]


MONEY = make("decimal", unit="万元", marks=("qualifier", "nature", "note"))
PLAIN = make("decimal")
AREA = make("decimal", unit="亩")
COUNT = make("whole", unit="人")
RATE = make("percent", unit="%")
DAY = make("date")
QUARTER = make("quarter")
STAGE = make("choice", choices=STAGES)
TRACK = make("choices", choices=TRACKS)
COUNTY = make("county")
INDUSTRY = make("choice", choices_from="industries")
FLAG = make("yes_no")
CODE = make("credit_code")
LINE = make("text", max_length=5)
LONG = make("long_text")
LINK = make("reference", form="enterprise")
KEY = "0190a5a0-0000-7000-8000-000000000001"

UNDERSTOOD: list[tuple[FieldType, str, Any]] = [
    (MONEY, "12480", Decimal(12480)),
    (MONEY, " 12,480.50 ", Decimal("12480.5")),
    (MONEY, "１２，４８０．５", Decimal("12480.5")),
    (MONEY, "1.2亿", Decimal(12000)),
    (MONEY, "1.2亿元", Decimal(12000)),
    (MONEY, "1亿2000万", Decimal(12000)),
    (MONEY, "-1亿2,000.5万元", Decimal("-12000.5")),
    (MONEY, "1234万5千", Decimal("1234.5")),
    (COUNT, "1万2千人", 12000),
    (MONEY, "1。5", Decimal("1.5")),
    (MONEY, "30万", Decimal(30)),
    (MONEY, "30 万元", Decimal(30)),
    (MONEY, "480000元", Decimal(48)),
    (MONEY, "3千万", Decimal(3000)),
    (MONEY, "0", Decimal(0)),
    (MONEY, "-0.00", Decimal(0)),
    (MONEY, "−3.50", Decimal("-3.5")),
    (MONEY, "＋3", Decimal(3)),
    (MONEY, ".5", Decimal("0.5")),
    (MONEY, "5.", Decimal(5)),
    (MONEY, "007", Decimal(7)),
    (MONEY, "0.123456789", Decimal("0.123456789")),
    (MONEY, "123456789012345", Decimal(123456789012345)),
    (MONEY, "¥1,234.50", Decimal("1234.5")),
    (MONEY, "￥ -1,234.50 ", Decimal("-1234.5")),
    (MONEY, "-¥500", Decimal(-500)),
    (MONEY, "(500)", Decimal(-500)),
    (MONEY, "¥（1,234.50）", Decimal("-1234.5")),
    (MONEY, "¥1.5亿元", Decimal(15000)),
    (MONEY, " ¥ -   ", None),
    (COUNT, "(5)", -5),
    (MONEY, "无", NIL),
    (MONEY, "", None),
    (MONEY, "—", None),
    (MONEY, "待补", None),
    (MONEY, "待统计局反馈", None),
    (AREA, "1.2万", Decimal(12000)),
    (AREA, "80亩", Decimal(80)),
    (AREA, "2.5公顷", Decimal("37.5")),
    (AREA, "0.1万公顷", Decimal(15000)),
    (make("decimal", unit="㎡"), "86400平方米", Decimal(86400)),
    (make("decimal", unit="㎡"), "8.64万平方米", Decimal(86400)),
    (make("decimal", unit="吨标准煤"), "1.2万吨标煤", Decimal(12000)),
    (make("decimal", unit="㎡"), "80㎡", Decimal(80)),
    (make("decimal", unit="㎡"), "80m2", Decimal(80)),
    (make("decimal", unit="百分点"), "33.8个百分点", Decimal("33.8")),
    (make("decimal", unit="万元/亩"), "30万", Decimal(30)),
    (COUNT, "１７８", 178),
    (COUNT, "178人", 178),
    (COUNT, "1.2万", 12000),
    (COUNT, "12.0", 12),
    (COUNT, "无", NIL),
    (RATE, "65.2", Decimal("65.2")),
    (RATE, "65.2％", Decimal("65.2")),
    (RATE, "+25.49%", Decimal("25.49")),
    (DAY, "20240331", date(2024, 3, 31)),
    (DAY, "2024-3-31", date(2024, 3, 31)),
    (DAY, "2024/3/31", date(2024, 3, 31)),
    (DAY, "2024.03.31", date(2024, 3, 31)),
    (DAY, "2024。3。31", date(2024, 3, 31)),
    (DAY, "2024、3、31", date(2024, 3, 31)),
    (DAY, "2024年3月31日", date(2024, 3, 31)),
    (DAY, "２０２４年３月３１日", date(2024, 3, 31)),
    (DAY, "2024-03-31 00:00:00", date(2024, 3, 31)),
    (DAY, "24.3.31", date(2024, 3, 31)),
    (DAY, "45382", date(2024, 3, 31)),
    (DAY, "3.31", date(2024, 3, 31)),
    (DAY, "3月31日", date(2024, 3, 31)),
    (DAY, "三月三十一日", date(2024, 3, 31)),
    (DAY, "二〇二四年十二月五日", date(2024, 12, 5)),
    (DAY, "2024-2-29", date(2024, 2, 29)),
    (QUARTER, "2024Q2", "2024Q2"),
    (QUARTER, "2024q2", "2024Q2"),
    (QUARTER, "2024年二季度", "2024Q2"),
    (QUARTER, "2024年第2季度", "2024Q2"),
    (QUARTER, "三季度", "2024Q3"),
    (STAGE, "诊断", "诊断"),
    (STAGE, "yzd", "预诊断"),
    (STAGE, "完成", "已完成"),
    (TRACK, "1、qt", ("1", "9")),
    (TRACK, "其他，产业项目合作", ("1", "9")),
    (COUNTY, "331123", "331123"),
    (COUNTY, "遂昌县", "331123"),
    (COUNTY, "遂昌", "331123"),
    (COUNTY, "scx", "331123"),
    (COUNTY, "SCX", "331123"),
    (INDUSTRY, "c20", "C20"),
    (FLAG, "是", True),
    (FLAG, "√", True),
    (FLAG, "Y", True),
    (FLAG, "0", False),
    (FLAG, "没有", False),
    (CODE, "91350100M000100Y43", "91350100M000100Y43"),
    (CODE, "９１３５０１００ m000100y43", "91350100M000100Y43"),
    (CODE, "待补", None),
    (LINE, "  一行\n字 ", "一行 字"),
    (LINE, "无", "无"),
    (LINE, "=1+1", "=1+1"),
    (LINE, "０５７８－８１２３４５６", "0578-8123456"),
    (LINE, "３号楼", "３号楼"),
    (LINE, "ﬁne oﬃce ﬀﬂﬄ", "fine office ffflffl"),
    (LINE, "e\u0301cole か\u3099", "école が"),
    (LINE, "-", "-"),
    (LONG, "两\r\n行\x00", "两\n行"),
    (LINK, KEY, KEY),
]


@pytest.mark.parametrize(("kind", "text", "value"), UNDERSTOOD, ids=lambda v: repr(v) if isinstance(v, str) else "")
def test_understands(kind: FieldType, text: str, value: Any) -> None:
    understood = kind.parse(text, period="2024Q2").value
    assert understood == value
    assert type(understood) is type(value)


REFUSED: list[tuple[FieldType, str, str]] = [
    (MONEY, "约12a", "“约12a”不是数字，请只填数字，没有就填“无”或留空"),
    (MONEY, "十二", "“十二”不是数字，请只填数字，没有就填“无”或留空"),
    (MONEY, "1e5", "“1e5”是缩写的数，后面的位数没有了，请写出全部数字；从表格里复制的，先把那一列拉宽"),
    (MONEY, "1.2E+03", "“1.2E+03”是缩写的数，后面的位数没有了，请写出全部数字；从表格里复制的，先把那一列拉宽"),
    (MONEY, "$500", "“$500”不是数字，请只填数字，没有就填“无”或留空"),
    (MONEY, "(约500)", "“(约500)”不是数字，请只填数字，没有就填“无”或留空"),
    (COUNT, "¥5", "“¥5”不是数字，请只填数字，没有就填“无”或留空"),
    (MONEY, ".", "“.”不是数字，请只填数字，没有就填“无”或留空"),
    (MONEY, "1.2.3", "“1.2.3”不是数字，请只填数字，没有就填“无”或留空"),
    (make("whole", unit="家", required=True), "若干", "“若干”不是数字，请只填数字，没有就填“无”"),
    (MONEY, "1,2", "“1,2”里的逗号不在千分位上，请去掉逗号，小数点用“.”"),
    (MONEY, "30亩", "这里的计量单位是万元，不认识“亩”，请换算后只填数字"),
    (MONEY, "1234567890123456", "“1234567890123456”超过 15 位有效数字，请核对，或换用更大的单位"),
    (AREA, "99以上", "这一项不能带“以上”，请只填数字，需要说明的写在备注里"),
    (AREA, "预计30", "这一项不能带“预计”，请只填数字，需要说明的写在备注里"),
    (COUNT, "12.5", "“12.5”不是整数，这一项请填整数"),
    (COUNT, "9999999999999999", "“9999999999999999”超过 15 位有效数字，请核对，或换用更大的单位"),
    (MONEY, "3万5", "这里的计量单位是万元，不认识“万5”，请换算后只填数字"),
    (MONEY, "1万2亿", "这里的计量单位是万元，不认识“万2亿”，请换算后只填数字"),
    (MONEY, "①", "“①”不是数字，请只填数字，没有就填“无”或留空"),
    (COUNT, "1000万亿", "“1000万亿”超过 15 位有效数字，请核对，或换用更大的单位"),
    (DAY, "2024-2-30", "2024年2月没有 30 日，请改正日期"),
    (DAY, "2023-2-29", "2023年2月没有 29 日，请改正日期"),
    (DAY, "2024-13-1", "没有 13 月，请改正日期"),
    (DAY, "1024-1-1", "1024 年不在 1949 至 2099 年之间，请核对年份"),
    (DAY, "2024年3月", "“2024年3月”没有写到日，请写成 2024-3-31 这样的完整日期"),
    (DAY, "24331", "“24331”不是日期，请写成 2024-3-31 或 20240331"),
    (DAY, "昨天", "“昨天”不是日期，请写成 2024-3-31 或 20240331"),
    (QUARTER, "2", "“2”不是季度，请写成 2024Q2 或 2024年二季度"),
    (QUARTER, "2024Q5", "“2024Q5”不是季度，请写成 2024Q2 或 2024年二季度"),
    (STAGE, "验收", "没有“验收”这一项，可选：预诊断、诊断、已完成"),
    (STAGE, "断", "“断”可以是预诊断、诊断，请写全，或从列表中选"),
    (TRACK, "1、7", "没有“7”这一项，可选：产业项目合作、深化产业链协作、其他"),
    (FLAG, "也许", "“也许”看不出是或否，请填“是”或“否”"),
    (CODE, "91350100M000100Y44", "统一社会信用代码的校验位不对，有一位写错，请对照营业执照逐位核对"),
    (CODE, "91350100M000100Y4", "统一社会信用代码应为 18 位，现为 17 位，请对照营业执照补齐，暂时没有就留空"),
    (CODE, "91350100M000100Y4Z", "第 18 位“Z”不是信用代码用的字符（不用 I、O、S、V、Z），请对照营业执照改正"),
    (LINK, "双彩", "没有找到“双彩”，请从“某项”的列表中选，或先在台账中登记"),
    (make("attachment"), "a.pdf", "附件不能直接输入，请用“添加附件”"),
    (make("table", columns=()), "x", "这是一张表，请逐行填写"),
]


@pytest.mark.parametrize(("kind", "text", "words"), REFUSED, ids=lambda v: repr(v) if isinstance(v, str) else "")
def test_refuses_in_one_line(kind: FieldType, text: str, words: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        kind.parse(text, period="2024Q2")
    assert refused.value.message == words
    assert "\n" not in words


def test_date_without_year_needs_a_period() -> None:
    with pytest.raises(NotUnderstood, match="没有写年份"):
        DAY.parse("3.31")
    with pytest.raises(NotUnderstood, match="没有写年份"):
        QUARTER.parse("二季度")
    assert DAY.parse("3.31", period="2023").value == date(2023, 3, 31)


@pytest.mark.parametrize(
    ("text", "value", "qualifier", "shown"),
    [
        ("99以上", 99, "以上", "99以上"),
        ("约 18", 18, "约", "约18"),
        ("超过20", 20, "超", "超20"),
        ("近６０００", 6000, "近", "近6,000"),
        ("大约1.2亿", 12000, "约", "约12,000"),
        ("30左右", 30, "左右", "30左右"),
    ],
)
def test_qualifier_stays_with_its_number(text: str, value: int, qualifier: str, shown: str) -> None:
    understood = MONEY.parse(text)
    assert (understood.value, understood.marks, understood.shown) == (value, {"qualifier": qualifier}, shown)


def test_says_how_it_understood() -> None:
    assert MONEY.parse("1.2亿").note == "按 12,000.00 万元记"
    assert MONEY.parse("1亿2000万").note == "按 12,000.00 万元记"
    assert MONEY.parse("30").note == ""
    assert MONEY.parse("预计30").marks == {"nature": "预计"}
    assert MONEY.parse("待补").marks == {"note": "待补"}
    assert COUNTY.parse("scx").note == "按“遂昌县”记"
    assert DAY.parse("3.31", period="2024Q1").note == "按“2024年3月31日”记"


SHOWN: list[tuple[FieldType, Any, str, str, str, Any]] = [
    (MONEY, Decimal(12480), "12,480.00", "12480", "12,480.00", "12480"),
    (MONEY, Decimal("0.125"), "0.125", "0.125", "0.125", "0.125"),
    (MONEY, Decimal("1E+3"), "1,000.00", "1000", "1,000.00", "1000"),
    (MONEY, NIL, "无", "无", "无", "无"),
    (MONEY, None, "", "", "", None),
    (make("percent", signed=True, unit="%"), Decimal("25.49"), "+25.49", "25.49", "+25.49", "25.49"),
    (make("percent", signed=True, unit="%"), Decimal("-3.5"), "-3.50", "-3.5", "-3.50", "-3.5"),
    (make("decimal", as_given=True), Decimal(99), "99", "99", "99", "99"),
    (COUNT, 12480, "12,480", "12480", "12,480", 12480),
    (make("whole", min_="2000", max_="2100"), 2023, "2023", "2023", "2023", 2023),
    (make("whole", unit="年"), 2023, "2023", "2023", "2023", 2023),
    (DAY, date(2024, 7, 1), "2024-07-01", "2024-07-01", "2024年7月1日", "2024-07-01"),
    (QUARTER, "2024Q2", "2024年二季度", "2024年二季度", "2024年二季度", "2024Q2"),
    (TRACK, ("1", "9"), "产业项目合作、其他", "产业项目合作、其他", "产业项目合作、其他", ["1", "9"]),
    (COUNTY, "331123", "遂昌县", "遂昌县", "遂昌县", "331123"),
    (COUNTY, "000000", "000000", "000000", "000000", "000000"),
    (FLAG, False, "否", "否", "否", False),
    (FLAG, True, "是", "是", "是", True),
]


@pytest.mark.parametrize(("kind", "value", "shown", "edited", "printed", "stored"), SHOWN)
def test_shows_edits_prints_and_stores(  # one row of the table
    kind: FieldType,
    value: Any,
    shown: str,
    edited: str,
    printed: str,
    stored: Any,
) -> None:
    assert (kind.show(value), kind.edit(value), kind.print(value), kind.store(value)) == (
        shown,
        edited,
        printed,
        stored,
    )
    assert kind.load(stored) == value


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        (MONEY, 0.1 + 0.2, Decimal("0.3")),
        (MONEY, 12480, Decimal(12480)),
        (MONEY, "12,480.00", Decimal(12480)),
        (MONEY, None, None),
        (MONEY, "无", NIL),
        (COUNT, 178.0, 178),
        (DAY, datetime(2024, 3, 31, 10, 30), date(2024, 3, 31)),  # noqa: DTZ001  # Excel knows no zone
        (DAY, date(2024, 3, 31), date(2024, 3, 31)),
        (DAY, 20240331, date(2024, 3, 31)),
        (DAY, 20240331.0, date(2024, 3, 31)),
        (LINE, 7.0, "7"),
        (LINE, 5, "5"),
        (CODE, "91350100M000100Y43", "91350100M000100Y43"),
        (FLAG, True, True),
        (COUNTY, 331123, "331123"),
    ],
)
def test_reads_cells(kind: FieldType, cell: object, value: Any) -> None:
    assert kind.from_cell(cell).value == value


@pytest.mark.parametrize("cell", [float("nan"), float("inf"), 1e22, 1e-30, True, "12a"])
def test_refuses_cells_that_are_no_number(cell: object) -> None:
    with pytest.raises(NotUnderstood):
        MONEY.from_cell(cell)


@pytest.mark.parametrize(
    ("kind", "value", "cell", "number_format"),
    [
        (MONEY, Decimal(12480), Decimal(12480), "#,##0.00_ "),
        (MONEY, Decimal("0.125"), Decimal("0.125"), "#,##0.000_ "),
        (MONEY, None, None, "#,##0.00_ "),
        (MONEY, NIL, "无", "@"),
        (make("percent", signed=True), Decimal(5), Decimal(5), "+#,##0.00_ ;-#,##0.00_ ;#,##0.00_ "),
        (COUNT, 178, 178, "#,##0_ "),
        (make("whole", unit="年"), 2023, 2023, "0_ "),
        (DAY, date(2024, 3, 31), date(2024, 3, 31), 'yyyy"年"m"月"d"日"'),
        (CODE, "91350100M000100Y43", "91350100M000100Y43", "@"),
        (STAGE, "诊断", "诊断", "@"),
    ],
)
def test_writes_cells(kind: FieldType, value: Any, cell: object, number_format: str) -> None:
    assert kind.to_cell(value) == (cell, number_format)


@pytest.mark.parametrize(
    ("kind", "stored"),
    [
        (MONEY, 12480),
        (MONEY, 1.5),
        (MONEY, "1e5"),
        (MONEY, "12a"),
        (MONEY, "１"),
        (COUNT, "12"),
        (COUNT, True),
        (COUNT, 1.0),
        (DAY, "2024-3-1"),
        (DAY, "2024-02-30"),
        (DAY, 20240301),
        (QUARTER, "2024Q9"),
        (FLAG, 1),
        (FLAG, "是"),
        (TRACK, "1"),
        (TRACK, [1]),
        (LINE, 5),
        (COUNTY, 331123),
        (make("attachment"), "a.pdf"),
        (make("attachment"), {"name": "a"}),
        (make("attachment"), {"sha256": "x", "name": "a", "size": 1, "travels": True}),
        (make("table"), []),
    ],
)
def test_refuses_stored_json_of_another_type(kind: FieldType, stored: Any) -> None:
    with pytest.raises(ValueError, match="x"):
        kind.load(stored)


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (make("decimal", min_="0"), Decimal(-1), "不应小于 0.00，现为 -1.00，请核改"),
        (make("percent", unit="%", max_="100"), Decimal(120), "不应大于 100.00%，现为 120.00%，请核改"),
        (MONEY, Decimal("1.234"), "最多保留 2 位小数，现为 1.234，请四舍五入后填写"),
        (MONEY, Decimal("1234567890123.456"), "“1,234,567,890,123.456”超过 15 位有效数字，请核对，或换用更大的单位"),
        (LINE, "超过五个字了", "最多 5 个字，现有 6 个，请删减"),
        (STAGE, "验收", "代码“验收”不在可选项中，请重新选择"),
        (TRACK, ("1", "7"), "代码“7”不在可选项中，请重新选择"),
        (CODE, "91350100M000100Y44", "统一社会信用代码的校验位不对，有一位写错，请对照营业执照逐位核对"),
        (MONEY, Decimal("1.23"), ""),
        (MONEY, NIL, ""),
        (MONEY, None, ""),
        (STAGE, "诊断", ""),
        (LINE, "五个字刚好", ""),
    ],
)
def test_limits(kind: FieldType, value: Any, words: str) -> None:
    assert kind.problem(value) == words


def test_credit_codes() -> None:
    assert credit_code_problem("91350100M000100Y43") == ""
    assert credit_code_problem("91350100M000100Y4Z") != ""
    assert CODE.doubt("91350100M000100Y43") == ""
    from stdnum.cn import uscc

    body = "91350100M000100Y5"
    odd = body + uscc.calc_check_digit(body)
    assert credit_code_problem(odd) == ""
    assert CODE.doubt(odd) == "信用代码第 9 至 17 位的组织机构代码校验不符，请对照营业执照核实"


def test_every_single_wrong_digit_of_a_credit_code_is_found() -> None:
    good = "91350100M000100Y43"
    for place in range(18):
        for character in "0123456789ABCDEFGHJKLMNPQRTUWXY":
            if character != good[place]:
                assert credit_code_problem(good[:place] + character + good[place + 1 :]), (place, character)


def test_a_choice_called_nothing_is_a_choice() -> None:
    kind = make("choice", choices=(Choice(code="无", label="无"), Choice(code="有", label="有")))
    assert kind.parse("无").value == "无"
    assert kind.load("无") == "无"


NO_NIL = [
    (DAY, "这一项不能填“无”，还没有就留空"),
    (QUARTER, "这一项不能填“无”，还没有就留空"),
    (CODE, "这一项不能填“无”，还没有就留空"),
    (STAGE, "这一项不能填“无”，请从列表中选，还没有就留空"),
    (TRACK, "这一项不能填“无”，请从列表中选，还没有就留空"),
    (COUNTY, "这一项不能填“无”，请从列表中选，还没有就留空"),
    (INDUSTRY, "这一项不能填“无”，请从列表中选，还没有就留空"),
    (LINK, "这一项不能填“无”，请从列表中选，还没有就留空"),
    (FLAG, "这一项不能填“无”，请填“是”或“否”，还不清楚就留空"),
]


@pytest.mark.parametrize(("kind", "words"), NO_NIL, ids=lambda v: v.field.type if isinstance(v, FieldType) else "")
def test_nothing_is_no_value_where_it_says_nothing(kind: FieldType, words: str) -> None:
    for text in ("无", " 无 "):
        with pytest.raises(NotUnderstood) as refused:
            kind.parse(text)
        assert refused.value.message == words
    with pytest.raises(ValueError, match="no "):
        kind.load("无")
    assert not kind.takes_nil


def test_nothing_never_stands_for_a_part_of_a_label() -> None:
    for name in ("choice", "choices"):
        kind = make(name, choices=(Choice(code="1", label="无偿援助"), Choice(code="2", label="有偿")))
        for text in ("无", "有偿、无") if name == "choices" else ("无",):
            with pytest.raises(NotUnderstood, match="不能填“无”"):
                kind.parse(text)


def test_every_combination_of_choices_has_its_place() -> None:
    """A list is narrowed to a value by its place: 甲、乙 is not 甲."""
    kind = make("choices", choices=tuple(Choice(code=str(n), label=f"第{n}种") for n in range(6)))
    every = [tuple(chosen) for most in range(1, 7) for chosen in combinations("012345", most)]
    places = [kind.sort_key(chosen) for chosen in every]
    assert len(set(places)) == len(every)
    firsts = [chosen[0] for _, chosen in sorted(zip(places, every, strict=True))]
    assert firsts == sorted(firsts)
    assert [kind.sort_key((code,)) for code in "012345"] == [(float(n), "") for n in range(6)]
    assert kind.sort_key(("0", "没有这一项"))[0] is None


def test_sort_keys_order_as_people_do() -> None:
    assert MONEY.sort_key(Decimal(9)) < MONEY.sort_key(Decimal(10))
    assert DAY.sort_key(date(2024, 1, 1)) < DAY.sort_key(date(2024, 1, 2))
    assert QUARTER.sort_key("2023Q4") < QUARTER.sort_key("2024Q1")
    names = sorted(["遂昌", "安吉", "缙云", "abc", "景宁"], key=LINE.sort_key)
    assert names == ["abc", "安吉", "缙云", "景宁", "遂昌"]
    assert MONEY.sort_key(None) == (None, "")
    assert [STAGE.sort_key(code)[0] for code in ("预诊断", "诊断", "没有这一项")] == [0.0, 1.0, None]


def test_attachment_shows_size_and_whether_it_travels() -> None:
    kind = make("attachment")
    value = Attachment("a" * 64, "照片.jpg", 1_300_000, travels=True)
    assert kind.show(value) == "照片.jpg（1.2 MB，上报）"
    assert kind.load(kind.store(value)) == value


def test_matching_lists_the_best_first() -> None:
    field = Field(id="x", label="县", type="county")
    assert [c.label for c in matching(options(field), "遂")] == ["遂昌县"]
    assert matching(options(field), "scx")[0].label == "遂昌县"
    assert len(matching(options(field), "")) == 90


def test_a_refusal_is_short_whatever_was_typed() -> None:
    industry = make("choice", choices_from="industries")
    for text in ("203x", "很" * 500):
        with pytest.raises(NotUnderstood) as refused:
            industry.parse(text)
        assert re.search(r"等 \d+ 项$", refused.value.message)
        assert len(refused.value.message) <= 75
    with pytest.raises(NotUnderstood) as refused:
        MONEY.parse("很" * 500)
    assert refused.value.message == f"“{'很' * 20}…”不是数字，请只填数字，没有就填“无”或留空"
