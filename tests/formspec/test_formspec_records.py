"""What services ask of a stored record; periods; the faces' characters; the lookup in memory."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from pairing_desktop import paths
from pairing_desktop.formspec import period as periods
from pairing_desktop.formspec import records, reference
from pairing_desktop.formspec.coverage import covered, missing_glyphs
from pairing_desktop.formspec.lookup import Known, MemoryLookup
from pairing_desktop.formspec.period import Quarter
from pairing_desktop.formspec.pinyin import initials, natural, sort_text
from pairing_desktop.formspec.scope import Identity
from tests.formspec.coverage_tool import bitmap
from tests.formspec.writing import fields, load, payload

EVENT = fields(
    "{id: firm, label: 企业, type: reference, form: firm}",
    "{id: day, label: 日期, type: date}",
    "{id: sum, label: 金额, type: decimal, marks: [qualifier]}",
    "{id: accepted, label: 验收, type: date}",
    "{id: stage, label: 阶段, type: choice, choices: [乙, 甲]}",
    form="event",
    kind="event",
    more="name: firm\ndate: day\nclosed: given(accepted)\nnatural_key: [firm, day]\n"
    "list: {columns: [firm, day, sum, stage]}",
)
FIRM = fields(
    "{id: title, label: 名, type: text}",
    "{id: code, label: 代码, type: credit_code}",
    form="firm",
    kind="register",
    more="name: title\nnatural_key: [code]\nlist: {columns: [title, code]}",
)
SHEET = fields("{id: n, label: 数, type: whole}", form="sheet", more="subject: firm")
CATALOGUE = load(EVENT, FIRM, SHEET)
EVENT_FORM, FIRM_FORM, SHEET_FORM = (CATALOGUE.form(name) for name in ("event", "firm", "sheet"))


def label(form: str, key: str) -> str:
    return {"f1": "双彩新材料"}.get(key, "") if form == "firm" else ""


def test_names() -> None:
    assert records.record_label(EVENT_FORM, payload(firm="f1"), label) == "双彩新材料"
    assert records.record_label(EVENT_FORM, payload(), label, period="2024Q2") == "event"
    assert records.record_label(FIRM_FORM, {"raw": {"title": "x"}}, label) == "x"
    assert records.record_label(SHEET_FORM, payload(n=1), label, subject="f1", period="2024Q2") == "双彩新材料"
    assert records.record_label(SHEET_FORM, payload(n=1), label, period="2024Q2") == "2024年二季度"


def test_natural_keys_are_whole_or_none() -> None:
    assert records.natural_key(FIRM_FORM, payload(code="91350100M000100Y43")) == "91350100M000100Y43"
    assert records.natural_key(FIRM_FORM, payload(title="双彩")) == ""
    assert records.natural_key(EVENT_FORM, payload(firm="f1", day="2024-05-01")) == "f1|2024-05-01"
    assert records.natural_key(EVENT_FORM, payload(firm="f1")) == ""


def test_dates_and_closing() -> None:
    assert records.event_date(EVENT_FORM, payload(day="2024-05-01")) == date(2024, 5, 1)
    assert records.event_date(EVENT_FORM, {"raw": {"day": "五月"}}) is None
    assert records.event_date(FIRM_FORM, payload()) is None
    who = Identity("k")
    assert records.is_closed(EVENT_FORM, payload(accepted="2024-05-01"), MemoryLookup(), who)
    assert not records.is_closed(EVENT_FORM, payload(), MemoryLookup(), who)
    assert not records.is_closed(FIRM_FORM, payload(), MemoryLookup(), who)


def test_search() -> None:
    record = {
        "values": {"firm": "f1", "day": "2024-05-01", "sum": "12.5", "stage": "甲"},
        "marks": {"sum": {"qualifier": "约"}},
    }
    assert records.shown_field(EVENT_FORM, record, "sum", label) == "约12.5"
    text = records.search_text(EVENT_FORM, record, label)
    for part in ("双彩", "scxcl", "shuangcaixincailiao"):
        assert part in text
    assert "91350100m000100y43" in records.search_text(FIRM_FORM, payload(title="A", code="91350100M000100Y43"), label)


@pytest.mark.parametrize("text", [
    "遂昌县", "示例竹木纺00001有限公司", "A公司（重庆）", "𬳽公司ABC-12 厂", "银行行长", "长兴—常山", "〇一", "，。",
])
def test_a_text_sorts_as_the_library_reads_it(text: str) -> None:
    assert sort_text(text).partition("\u0001")[0] == " ".join(lazy_pinyin(text)).lower()


def test_numbers_in_a_text_stand_in_the_order_of_their_size() -> None:
    names = ["第1厂", "第2厂", "第010厂", "第10厂", "第11厂", "第100厂", "第100厂2期", "第100厂12期", "第一厂"]
    assert sorted(set(names), key=lambda name: natural(sort_text(name))) == names
    assert sorted(["2024-10", "2024-9", "2023-12"], key=natural) == ["2023-12", "2024-9", "2024-10"]
    assert natural("甲乙") == "甲乙"


NUMBERED = st.text(st.sampled_from("012甲:a"), max_size=6)


@given(one=NUMBERED, other=NUMBERED)
def test_unlike_texts_have_unlike_places(one: str, other: str) -> None:
    assert (natural(one) == natural(other)) == (one == other)


def test_pinyin() -> None:
    assert initials("遂昌县 No.1（示例）") == "scxno1sl"
    assert sort_text("ABC") == "abc"
    assert sort_text("安吉") < sort_text("景宁") < sort_text("遂昌")
    assert sort_text("") == ""


def test_quarters() -> None:
    second = Quarter.parse("2024Q2")
    assert (second.title, second.start, second.end) == ("2024年二季度", date(2024, 4, 1), date(2024, 6, 30))
    assert [str(q) for q in (second.previous.previous, second.next, second.year_ago)] == ["2023Q4", "2024Q3", "2023Q2"]
    assert Quarter.of(date(2024, 12, 31)) == Quarter(2024, 4)
    assert Quarter(2023, 4) < Quarter(2024, 1)
    assert (periods.title("2024"), periods.previous("2024"), periods.year_ago("2024")) == ("2024年度", "2023", "2023")
    assert (periods.title("x"), periods.previous("x"), periods.bounds("x")) == ("x", "", None)
    assert periods.bounds("2024") == (date(2024, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize("text", ["2024Q5", "2024Q0", "24Q1", "2024q1", "0000Q1", "9999Q4", ""])
def test_no_quarter(text: str) -> None:
    with pytest.raises(ValueError, match="quarter"):
        Quarter.parse(text)


@given(st.integers(1901, 9990), st.integers(1, 4))
def test_quarters_follow_each_other(year: int, number: int) -> None:
    quarter = Quarter(year, number)
    assert quarter.next.previous == quarter == quarter.previous.next
    assert Quarter.of(quarter.start) == Quarter.of(quarter.end) == quarter
    assert (quarter.next.start - quarter.end).days == 1
    assert periods.bounds(str(quarter)) == (quarter.start, quarter.end)


def test_reference_data() -> None:
    assert len(reference.counties()) == 90
    county = reference.county("331123")
    assert county is not None
    assert (county.name, county.city, county.mountain26) == ("遂昌县", "丽水市", True)
    assert reference.county("000000") is None
    division = reference.industry("C20")
    assert division is not None
    assert "木" in division.name
    assert {i.code for i in reference.industries()} >= {"B06", "C13", "C43", "D46"}


def test_coverage_matches_the_faces() -> None:
    assert paths.resource("fonts", "coverage.bin").read_bytes() == bitmap(), (
        "run: python -m tests.formspec.coverage_tool"
    )
    assert sum(map(covered, map(chr, range(0x20000)))) > 30_000


def test_missing_glyphs() -> None:
    assert missing_glyphs("遂昌县（示例）“约”①㎡‰≥≤→·•—…√□×÷\n第二行") == ""
    assert missing_glyphs("☑完成☒☑") == "☑☒"
    assert missing_glyphs("oﬃce") == "ﬃ"
    assert missing_glyphs("") == ""
    assert missing_glyphs("\u200b\x07") == "\u200b\x07"


def test_the_lookup_finds_by_equal_values() -> None:
    lookup = MemoryLookup(
        [
            Known("firm", "f1", payload(title="甲", tags=["a", "b"]), label="甲"),
            Known("firm", "f2", payload(title="甲")),
            Known("sheet", "s1", payload(n=1), period="2024Q1", subject="f1"),
            Known("sheet", "s2", payload(n=2), period="2024Q2", subject="f1"),
            Known("sheet", "s3", payload(n=3), period="2023Q2", subject="f1"),
        ],
        period="2024Q2",
    )
    assert len(list(lookup.records("firm", title="甲"))) == 2
    assert len(list(lookup.records("firm", tags=["a", "b"]))) == 1
    assert list(lookup.records("sheet")) == [payload(n=2)]
    assert list(lookup.records("sheet", subject="f1", period="2024Q1")) == [payload(n=1)]
    assert list(lookup.records("none")) == []
    assert lookup.previous("sheet", "", "2024Q2", "f1") == payload(n=1)
    assert lookup.year_ago("sheet", "", "2024Q2", "f1") == payload(n=3)
    assert lookup.previous("sheet", "", "2024Q2", "f2") is None
    assert (lookup.label("firm", "f1"), lookup.label("firm", "f9"), lookup.target("firm", "f9")) == ("甲", "", None)
    lookup.put(Known("firm", "f2", payload(title="乙")))
    assert len(list(lookup.records("firm", title="甲"))) == 1
