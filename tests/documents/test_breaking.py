"""The line breaker's properties."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pairing_desktop.documents.breaking import CLOSING, HANG, OPENING, break_lines


def measure(text: str) -> float:
    """Give CJK and full-width marks one em, everything else 555/1000, as the bundled face does for digits."""
    return sum(1000 if ord(c) > 0x2000 else 555 for c in text)


WORDS = ["有限公司", "股份有限公司", "12,480.00", "万元", "2024年7月11日", "+111.3%", "91000000MA0000157", "01≥02",
         "科技", "双彩", "（", "）", "《", "》", "，", "。", "、", "“", "”", "99以上", " ", "遂", "𬳽", "约", "OEE",
         "合格率", "%", "；"]
texts = st.lists(st.sampled_from(WORDS), max_size=30).map("".join)
widths = st.integers(min_value=8, max_value=40).map(lambda em: em * 1000)


def _runs_of_marks(text: str) -> bool:
    marks = CLOSING + OPENING + " "
    run = 0
    for c in text:
        run = run + 1 if c in marks else 0
        if run >= 4:
            return True
    return False


@settings(max_examples=500, deadline=None)
@given(text=texts, width=widths)
def test_joined_lines_equal_the_text(text: str, width: int) -> None:
    assert "".join(break_lines(text, width, measure)) == text


@settings(max_examples=500, deadline=None)
@given(text=texts, width=widths)
def test_no_line_is_wider_than_its_cell_and_half_an_em(text: str, width: int) -> None:
    for line in break_lines(text, width, measure):
        assert measure(line.rstrip()) <= width + HANG


@settings(max_examples=500, deadline=None)
@given(text=texts.filter(lambda t: not _runs_of_marks(t)), width=widths)
def test_no_line_starts_with_a_closing_mark_or_ends_with_an_opening_one(text: str, width: int) -> None:
    lines = break_lines(text, width, measure)
    assert all(line[0] not in CLOSING for line in lines[1:] if line)
    assert all(line.rstrip()[-1:] not in OPENING or not line.rstrip() for line in lines[:-1])


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=60), width=st.integers(1000, 20000))
def test_any_text_survives(text: str, width: int) -> None:
    assert "".join(break_lines(text, width, measure)) == text.replace("\n", "")


@pytest.mark.parametrize(("text", "em", "lines"), [
    ("本年累计投资为上年同期的1.86倍（增幅超过50%）", 8.5, ("本年累计投资为上", "年同期的1.86倍", "（增幅超过50%）")),
    ("增长+111.3%", 5, ("增长", "+111.3%")),
    ("在2024年7月11日完成", 7, ("在", "2024年7月11日", "完成")),
    ("代码91000000MA0000157", 10, ("代码", "91000000MA0000157")),
    ("遂昌示例竹业有限公司", 8, ("遂昌示例竹业", "有限公司")),
    ("丽水市遂昌县示例九生态竹木综合利用科技发展股份有限公司", 17,
     ("丽水市遂昌县示例九生态竹木综合利用", "科技发展股份有限公司")),
    ("审核关系：01≥02≥03≥04；05=06+07", 9, ("审核关系：", "01≥02≥03≥04；", "05=06+07")),
    ("前两项：01至03≥上季数", 8, ("前两项：01至", "03≥上季数")),
    ("工业大县税收分享（协议）", 7, ("工业大县税收", "分享（协议）")),
    ("规上\n起始年", 10, ("规上", "起始年")),
    ("一二三四五六七八九", 8, ("一二三四五六七", "八九")),
])
def test_what_stays_together(text: str, em: float, lines: tuple[str, ...]) -> None:
    assert break_lines(text, em * 1000, measure) == lines


def test_twenty_thousand_strings_break_only_where_allowed() -> None:
    """The mocks' fuzz: only runs of four or more marks in narrow columns may fail, and none of these has one."""
    random.seed(2)
    for _ in range(20_000):
        text = "".join(random.choices(WORDS, k=random.randint(1, 14)))  # noqa: S311  # not a secret
        width = random.randint(8, 30) * 1000  # noqa: S311
        if _runs_of_marks(text):
            continue
        lines = break_lines(text, width, measure)
        assert "".join(lines) == text
        assert all(line[:1] not in CLOSING or not line for line in lines[1:]), (text, width, lines)
