"""Pictures, the visible signature, and the code."""

import random
import xml.etree.ElementTree as ET

import pypdfium2
import pytest
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

from pairing_desktop.documents.charts import draw, screen_ink, to_svg
from pairing_desktop.documents.code import CHARACTERS, LONGEST, code_text, qr_modules, sheet_code
from pairing_desktop.documents.faces import face
from pairing_desktop.documents.model import (
    BarGroup,
    Bars,
    Document,
    Drawing,
    Funnel,
    Picture,
    Quarters,
    Radar,
    Series,
)
from pairing_desktop.documents.overview_charts import NAMES, NORMAL, Change, Spent, changes, investments
from pairing_desktop.documents.pdf import write_pdf
from pairing_desktop.documents.stamp import BOX_HEIGHT, HEAD, MM, short_fingerprint, signature_stamp

RADAR = Radar(axes=("战略", "营销", "研发"), series=(Series(name="得分", values=(6.5, None, 4.0)),
                                              Series(name="标杆分", values=(7.5, 8.0, 7.0))))
PASSED = BarGroup(name="合格率", bars=(("基期", 65.2, "65.2"), ("对比期", 99, "99以上")))
BARS = Bars(panels=(("前后值（%）", (PASSED,)),))
FUNNEL = Funnel(stages=(("预诊断", 58), ("诊断", 40), ("标杆", 10)))
QUARTERS = Quarters(bars=(("一季度", 10.0, "10"), ("二季度", None, ""), ("三季度", 30.0, "30")),
                    caption="完成投资（万元）")


def test_the_names_of_a_funnel_keep_off_the_frame() -> None:
    size = 7.5
    long = Funnel(stages=(("标杆建设", 10), ("诊断", 40)))
    shapes = draw(long, width=400, height=120, ink=screen_ink("light"), size=size).contents
    starts = [s.x - face("sans").width(s.text) * size / 1000 for s in shapes if getattr(s, "textAnchor", "") == "end"]
    assert min(starts) >= size * 0.9


@pytest.mark.parametrize("picture", [RADAR, BARS, FUNNEL, QUARTERS])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_svg_is_in_the_palettes_colours(picture: Picture, theme: str) -> None:
    svg = to_svg(picture, width=400, height=260, theme=theme)
    ET.fromstring(svg)  # noqa: S314  # our own
    assert screen_ink(theme).now in svg
    assert "Noto Sans SC" in svg


@pytest.mark.parametrize("picture", [RADAR, BARS, FUNNEL, QUARTERS])
def test_what_the_screen_says_the_paper_says(picture: Picture) -> None:
    spoken = {e.text for e in ET.fromstring(to_svg(picture, width=400, height=260)).iter() if e.text and e.text.strip()}  # noqa: S314
    document = Document(form="x", title="图", blocks=(Drawing(picture=picture, height=60),))
    pdf = pypdfium2.PdfDocument(write_pdf([document], title="图").pdf)
    text = pdf[0].get_textpage().get_text_range()
    pdf.close()
    assert all(word in text for word in spoken)


def test_a_missing_score_leaves_a_gap() -> None:
    shapes = ET.fromstring(to_svg(RADAR, width=400, height=260))  # noqa: S314
    ink = screen_ink("light").now
    solid = [e for e in shapes.iter() if e.get("stroke") == ink]
    assert all(e.tag.endswith("line") for e in solid)


def test_nothing_at_all_is_drawn_without_trouble() -> None:
    assert to_svg(Funnel(stages=()), width=100, height=100)
    assert to_svg(Quarters(bars=()), width=100, height=100)
    assert to_svg(Bars(panels=()), width=100, height=100)


def test_the_visible_signature_is_small_and_says_that_it_is_no_seal() -> None:
    pdf = signature_stamp(kind="填表人数字签名", name="示例 甲", post="统计负责人", county="遂昌县 331123",
                          time="2024-07-11 16:58:20", fingerprint="a41c07f9" + "0" * 28 + "5d2e")
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage().get_text_range()
    width, height = document[0].get_size()
    document.close()
    assert (width * 25.4 / 72, height * 25.4 / 72) == (pytest.approx(54), pytest.approx(25.5))
    assert len(pdf) < 40_000
    for words in ("填表人数字签名", "不是公章", "示例 甲", "统计负责人", "遂昌县 331123", "自报", "A41C 07F9 … 5D2E"):
        assert words in text


@pytest.mark.parametrize(("name", "post"), [
    ("遂昌县经济和信息化局企业科统计岗", "统计负责人（代理）"),
    ("示例" * 10, "甲" * 30), ("示例·" * 7, "单位负责人"), ("乙" * 30, "单位证书代签"), ("乙" * 30, "甲" * 30),
    ("甲", "乙" * 20), ("乙" * 30, ""), ("甲", ""),
])
def test_a_long_name_and_post_stay_inside_the_box_and_can_be_read(name: str, post: str) -> None:
    pdf = signature_stamp(kind="单位负责人数字签名", name=name, post=post, county="景宁畲族自治县 331127",
                          time="2024-07-11 16:58:20", fingerprint="ab" * 20)
    page = pypdfium2.PdfDocument(pdf)
    layer = page[0].get_textpage()
    characters = [n for n in range(layer.count_chars()) if layer.get_text_range(n, 1).strip()]
    boxes = [layer.get_charbox(n) for n in characters]
    sizes = {pypdfium2.raw.FPDFText_GetFontSize(layer, n) for n in characters}
    text = "".join(layer.get_text_range().split())
    width = page[0].get_width()
    page.close()
    assert max(box[2] for box in boxes) <= width
    assert min(box[1] for box in boxes) >= 0
    assert min(sizes) >= 5.7
    assert name in text
    assert post in text


@pytest.mark.parametrize("post", ["党组书记、局长", "党组书记、局长（兼县经济开发区管理委员会主任）", "甲" * 30])
def test_a_long_name_keeps_off_the_rule_over_it(post: str) -> None:
    """Less than a millimetre between them looks as if they touched on paper."""
    pdf = signature_stamp(kind="单位负责人数字签名", name="古丽娜尔·阿卜杜热合曼·买买提", post=post,
                          county="遂昌县 331123", time="2024-07-11 16:58:20", fingerprint="ab" * 20)
    page = pypdfium2.PdfDocument(pdf)
    layer = page[0].get_textpage()
    top = max(layer.get_charbox(n)[3] for n in range(layer.count_chars()) if layer.get_text_range(n, 1) in "古丽娜")
    page.close()
    assert BOX_HEIGHT - HEAD - top >= 1.0 * MM


def test_the_stamp_is_always_the_same() -> None:
    words = {"kind": "填表人数字签名", "name": "甲", "post": "乙", "county": "丙", "time": "2024",
             "fingerprint": "ab" * 20}
    assert signature_stamp(**words) == signature_stamp(**words)


def test_a_fingerprint_is_shortened_with_or_without_colons() -> None:
    assert short_fingerprint("a4:1c:07:f9:00:5d:2e") == "A41C 07F9 … 5D2E"


def test_our_codes_are_reportlabs() -> None:
    random.seed(1)
    for _ in range(60):
        text = "A" + "".join(random.choices(CHARACTERS, k=random.randint(0, LONGEST - 1)))  # noqa: S311  # no secret
        encoder = QRCode(3, QRErrorCorrectLevel.M)
        encoder.addData(text)
        encoder.makeImpl(test=False, maskPattern=0)
        assert qr_modules(text) == [[bool(m) for m in row] for row in encoder.modules], text


def test_code_text_fits_whatever_the_form_is_called() -> None:
    text = code_text(form="a_very_long_form_name_indeed_longer_than_the_code", county="331123", period="2024Q2",
                     code=sheet_code(b"x"))
    assert len(text) <= LONGEST
    assert text.endswith(sheet_code(b"x").replace("-", ""))
    assert qr_modules(text)


def test_too_long_a_text_is_refused() -> None:
    with pytest.raises(ValueError, match="62"):
        qr_modules("A" * 62)


def test_less_than_nothing_hangs_below_the_zero_line() -> None:
    items = (Spent("2023Q4", 800, -1850, "-1,050"), Spent("2024Q1", 500, 2500, "3,000"))
    drawn = ET.fromstring(investments(items, ("基础设施", "产业"), width=520, height=260))  # noqa: S314  # our own
    space = "{http://www.w3.org/2000/svg}"
    words = {text.text: float(text.get("y", 0)) for text in drawn.iter(f"{space}text")}
    zero = words["0"] - 4
    _, _, *bars = ((float(bar.get("y", 0)), float(bar.get("height", 0))) for bar in drawn.iter(f"{space}rect"))
    assert [top + long <= zero + 0.01 for top, long in bars] == [True, False, True, True]
    assert bars[1][0] == pytest.approx(zero, abs=0.01)
    assert words["-1,050"] > zero > words["3,000"]
    assert words["-2,000"] > zero


def test_firms_that_begin_alike_stay_apart_where_their_names_have_no_room() -> None:
    items = [Change(f"示例{name}竹木综合利用科技", "一次合格率", "+11.5 百分点", 84.0, 95.5, "84", "95.5", percent=True)
             for name in ("一号", "二号")]
    for width in (250, 360, 600):
        said = {e.text for e in ET.fromstring(changes(items, width=width, height=120)).iter()  # noqa: S314  # our own
                if e.text and "一次合格率" in e.text}
        assert all(face("sans").width(text) * NORMAL / 1000 <= width * NAMES for text in said)
        assert len(said) == 1 or width > 250, said
    assert said == {f"{one.firm} 一次合格率" for one in items}
