"""The PDF: what its text layer says, where things stand, that it is always the same."""

import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest

from pairing_desktop.documents.measuring import Measurer
from pairing_desktop.documents.model import (
    CardRow,
    CardRows,
    Cell,
    Column,
    Document,
    Heading,
    Pair,
    Rendered,
    Row,
    SignaturePlace,
    SignaturePlaces,
    StampCell,
    StampRow,
    Table,
    Text,
)
from pairing_desktop.documents.paging import pages_of
from pairing_desktop.documents.pdf import write_pdf
from pairing_desktop.documents.sheet import sheet_for
from pairing_desktop.documents.strips import MM, Strip
from pairing_desktop.documents.tables import card_strips
from pairing_desktop.errors import Trouble
from pairing_desktop.formspec.coverage import covered
from tests.documents import samples
from tests.outside_tools import need

MARKS = (("表　　号", "示例1表"), ("制定机关", "示例机关"), ("批准/备案机关", "示例局"), ("文　　号", "示例号"),
         ("有效期至", "2025年12月"))


@pytest.fixture(scope="module")
def drawn() -> Rendered:
    return write_pdf([make() for make in samples.ALL], title="遂昌县2024年二季度", watermark="草稿，未定稿")


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def page_text(rendered: Rendered, page: int) -> str:
    document = pypdfium2.PdfDocument(rendered.pdf)
    try:
        return str(document[page - 1].get_textpage().get_text_range())
    finally:
        document.close()


def test_the_text_layer_of_every_placed_cell_is_the_cells_text(drawn: Rendered) -> None:
    document = pypdfium2.PdfDocument(drawn.pdf)
    layers = {n + 1: document[n].get_textpage() for n in range(len(document))}
    assert len(drawn.cells) > 300
    for cell in drawn.cells:
        found = layers[cell.page].get_text_bounded(cell.x, cell.y, cell.x + cell.width, cell.y + cell.height)
        assert bare(found) == bare(cell.text), cell
    document.close()


@pytest.mark.outside
def test_every_font_is_embedded(drawn: Rendered, tmp_path: Path) -> None:
    program = need("pdffonts", "poppler-utils")
    (tmp_path / "a.pdf").write_bytes(drawn.pdf)
    lines = subprocess.run([program, tmp_path / "a.pdf"], capture_output=True, text=True, check=True).stdout
    fonts = lines.splitlines()[2:]
    assert {line.split()[0].split("+")[1] for line in fonts} == {
        "NotoSansSC-Regular", "NotoSansSC-Medium", "NotoSerifSC-Bold"}
    assert all(re.search(r"Identity-H\s+yes yes yes", line) for line in fonts), lines


def test_the_same_documents_give_the_same_bytes() -> None:
    first, second = (write_pdf([make() for make in samples.ALL], title="示例").pdf for _ in range(2))
    assert first == second


def test_a_stamped_sheets_bytes_do_not_depend_on_what_was_drawn_before_it() -> None:
    before = write_pdf([samples.roster(5)], title="示例")
    again = [write_pdf([samples.lean_card()], title="示例").pdf for _ in range(2)]
    assert before.pdf
    assert again[0] == again[1]


def test_rare_characters_can_be_copied() -> None:
    document = Document(form="x", title="𬳽㛃䶮", blocks=(Text(text="遂昌𬳽㛃䶮竹业"),))
    text = page_text(write_pdf([document], title="示例"), 1)
    assert "遂昌𬳽㛃䶮竹业" in text
    assert text.count("𬳽㛃䶮") == 2


def test_every_character_that_can_be_drawn_is_read_as_itself() -> None:
    drawable = [c for c in map(chr, range(0x30000)) if covered(c) and not c.isspace()]
    blocks = tuple(Text(text="".join(drawable[start:start + 40])) for start in range(0, len(drawable), 40))
    document = pypdfium2.PdfDocument(write_pdf([Document(form="x", title="示例", blocks=blocks)], title="示例").pdf)
    pages = [bare(page.get_textpage().get_text_range()) for page in document]
    document.close()
    assert "".join(re.sub(r"^示例(（续）)?|第\d+页共\d+页$", "", page) for page in pages) == "".join(drawable)


def test_letters_cast_in_one_which_are_read_as_several_are_not_drawn() -> None:
    with pytest.raises(Trouble) as caught:
        write_pdf([Document(form="x", title="示例", blocks=(Text(text="oﬃce"),))], title="示例")
    assert "ﬃ" in str(caught.value)


@pytest.mark.parametrize("mark", ["\u0300", "\u20de", "\u302a", "\u3099"])
def test_marks_that_stand_over_another_character_are_not_drawn(mark: str) -> None:
    """Doubled or first in a text, they are read elsewhere or not at all; with their letter in one they are drawn."""
    with pytest.raises(Trouble) as caught:
        write_pdf([Document(form="x", title="示例", blocks=(Text(text=f"甲{mark}"),))], title="示例")
    assert f"U+{ord(mark):04X}" in str(caught.value)


def test_of_a_long_text_only_what_stands_around_a_missing_glyph_is_quoted() -> None:
    with pytest.raises(Trouble) as refused:
        Measurer().width(f"{'前' * 200}😀{'后' * 200}", 10)
    assert refused.value.problems[0].place["text"] == f"…{'前' * 10}😀{'后' * 10}…"


def test_a_missing_glyph_is_named_with_its_text() -> None:
    document = Document(form="x", title="示例", blocks=(Text(text="笑脸😀公司"),))
    with pytest.raises(Trouble) as caught:
        write_pdf([document], title="示例")
    assert "😀" in str(caught.value)
    assert "笑脸😀公司" in str(caught.value)


@pytest.mark.parametrize("make", samples.ALL)
def test_no_text_is_wider_than_its_box(make: type[Document]) -> None:
    document = make()
    measurer = Measurer()
    for page in pages_of(document, sheet_for(document), measurer):
        for strip in page:
            for box in strip.boxes:
                room = box.width - 2 * box.pad - box.indent + 0.5 * box.size + 0.01
                for line in box.lines:
                    assert measurer.width(line.rstrip(), box.size, box.face) <= room, (line, box)


@pytest.mark.parametrize("make", samples.ALL)
def test_every_page_keeps_to_its_text_height(make: type[Document]) -> None:
    document = make()
    sheet = sheet_for(document)
    for page in pages_of(document, sheet, Measurer()):
        assert sum(strip.height for strip in page) <= sheet.text_height + 0.1


def is_data(strip: Strip) -> bool:
    return strip.frame is not None and not strip.tail and not strip.is_head and bool(strip.boxes)


def sheets_of(rows: int) -> list[Document]:
    """Return sheets that end in a stamp room and in signature places after ``rows`` rows."""
    table = Table(columns=(Column(width=85), Column(width=85)), head=(samples.words("甲", "乙"),),
                  rows=tuple(Row((Cell(text=f"第{n}行"), Cell(text="值"))) for n in range(rows)), look="statistical")
    places = SignaturePlaces(places=tuple(SignaturePlace(role=r, label=r) for r in ("a", "b", "c", "d")))
    return [
        Document(form="x", title="表", blocks=(table, Heading(text="二、盖章"), StampRow(cells=(StampCell(),))),
                 notes=("注一", "注二")),
        Document(form="x", title="表", blocks=(table, places), notes=("注一",) * 3),
        Document(form="x", title="表", blocks=(table,), foot=samples.FOOT, notes=("注一",) * 4),
    ]


@pytest.mark.parametrize("rows", range(1, 60, 2))
def test_signatures_never_stand_on_a_page_without_data(rows: int) -> None:
    for document in sheets_of(rows):
        pages = pages_of(document, sheet_for(document), Measurer())
        assert all(any(is_data(strip) for strip in page) for page in pages)


@pytest.mark.parametrize("rows", range(6, 60, 3))
def test_two_rows_stand_before_a_break_and_four_after(rows: int) -> None:
    document = sheets_of(rows)[2]
    pages = pages_of(document, sheet_for(document), Measurer())
    counts = [sum(map(is_data, page)) for page in pages]
    assert sum(counts) == rows
    assert all(count >= 2 for count in counts[:-1])
    assert counts[-1] >= 4


def test_a_table_of_one_row_stays_where_it_fits() -> None:
    """Its only row is no first of two: what follows the table may begin the next page without it."""
    def table(rows: int) -> Table:
        return Table(columns=(Column(width=170),), rows=tuple(Row((Cell(text=f"第{n}行"),)) for n in range(rows)))

    document = Document(form="x", title="表", blocks=(
        table(18), Heading(text="二"), table(1), Heading(text="三"), table(4), Heading(text="四、盖章"),
        StampRow(cells=(StampCell(),))), notes=("注",) * 16)
    pages = pages_of(document, sheet_for(document), Measurer())
    assert [sum(map(is_data, page)) for page in pages] == [19, 4]


def test_a_later_page_says_so_and_repeats_the_head() -> None:
    rendered = write_pdf([samples.roster(60)], title="示例")
    last = page_text(rendered, rendered.pages)
    assert rendered.pages > 2
    assert "企业名录（续）" in last
    assert "统一社会信用代码" in last
    assert f"第{rendered.pages}页 共{rendered.pages}页" in last


def test_pages_are_counted_within_each_document() -> None:
    rendered = write_pdf([samples.park_quarterly(), samples.lean_card()], title="示例")
    assert "第1页 共2页" in page_text(rendered, 1)
    assert "第1页 共1页" in page_text(rendered, 3)


def test_columns_must_add_up_to_the_text_width() -> None:
    table = Table(columns=(Column(width=100), Column(width=60)), rows=(samples.words("a", "b"),))
    with pytest.raises(ValueError, match="160"):
        write_pdf([Document(form="x", title="表", blocks=(table,))], title="示例")


@pytest.mark.parametrize("marks", [(), MARKS])
def test_a_statistical_head_needs_all_marks(marks: tuple[tuple[str, str], ...]) -> None:
    text = page_text(write_pdf([samples.park_quarterly(marks=marks)], title="示例"), 1)
    assert ("附件8" in text) is not bool(marks)
    assert ("示例1表" in text) is bool(marks)


def test_signature_places_are_returned_inside_their_page() -> None:
    rendered = write_pdf([samples.signatures()], title="示例")
    assert list(rendered.signature_places) == ["preparer", "reviewer", "head"]
    for page, (x0, y0, x1, y1) in rendered.signature_places.values():
        assert page == 1
        assert (x1 - x0) * 25.4 / 72 == pytest.approx(54)
        assert (y1 - y0) * 25.4 / 72 == pytest.approx(25.5)
        assert 0 < x0 < x1 < 596
        assert 0 < y0 < y1 < 842


def test_title_language_and_outline(drawn: Rendered) -> None:
    document = pypdfium2.PdfDocument(drawn.pdf)
    assert document.get_metadata_value("Title") == "遂昌县2024年二季度"
    entries = [(item.level, item.get_title()) for item in document.get_toc()]
    assert (0, "园区建设进展季报") in entries
    assert (1, "双彩") in entries
    assert b"/Lang" in drawn.pdf
    document.close()


def test_a_watermark_is_seen_but_not_in_the_text_layer(drawn: Rendered) -> None:
    assert all("草稿" not in page_text(drawn, n + 1) for n in range(drawn.pages))
    blank = Document(form="x", title="", blocks=())
    shades = []
    for words in ("", "草稿，未定稿"):
        document = pypdfium2.PdfDocument(write_pdf([blank], title="示例", watermark=words).pdf)
        shades.append(sorted(v for _, v in document[0].render(scale=0.5).to_pil().convert("L").getcolors()))
        document.close()
    assert len(shades[1]) > len(shades[0])
    assert any(220 < shade < 240 for shade in shades[1])


def test_a_long_text_runs_over_pages() -> None:
    text = "竹产业链协作情况说明。" * 600
    card = CardRows(rows=(CardRow(pairs=(Pair(label="说明", cell=Cell(text=text, path="x/k/words")),)),))
    rendered = write_pdf([Document(form="x", title="长文", blocks=(card,))], title="示例")
    assert rendered.pages > 1
    assert bare("".join(c.text for c in rendered.cells)) == text


def test_a_ticked_box_takes_the_width_of_a_box() -> None:
    measurer = Measurer()
    assert measurer.width("□√诊断", 9) == measurer.width("□诊断", 9)
    rendered = write_pdf([samples.diagnosis_card()], title="示例")
    assert "□√诊断" in page_text(rendered, 1)


def test_rules_do_not_cross_spanned_cells() -> None:
    head = (Row((Cell(text="合并", rows=2), Cell(text="上", columns=2))), Row((None, Cell(text="左"), Cell(text="右"))))
    table = Table(columns=(Column(width=70), Column(width=50), Column(width=50)), head=head,
                  rows=(samples.words("1", "2", "3"),))
    document = Document(form="x", title="表", blocks=(table,))
    strips = [s for s in pages_of(document, sheet_for(document), Measurer())[0] if s.is_head]
    first, second = strips
    assert first.keep
    assert first.rules[0][0] == pytest.approx(first.edges[0])
    assert len(second.edges) == 2
    tall = first.boxes[0]
    assert tall.height == pytest.approx(first.height + second.height)


def test_breaks_prefer_a_group_that_leaves_the_page_full() -> None:
    document = samples.park_quarterly()
    pages = pages_of(document, sheet_for(document), Measurer())
    first_rows = [next(s for s in page if is_data(s)).boxes[0].text for page in pages]
    assert first_rows == ["一、土地（期末数）", "五、经济效益"]


@pytest.mark.parametrize(("before", "page_ends_after"), [(18, 24), (22, 22), (25, 25)])
def test_a_table_is_not_torn_where_the_page_is_full_enough_before_it(before: int, page_ends_after: int) -> None:
    def table(rows: int) -> Table:
        return Table(columns=(Column(width=170),), look="statistical",
                     rows=tuple(Row((Cell(text=f"第{n}行"),)) for n in range(rows)))

    document = Document(form="x", title="表", blocks=(table(before), Text(text="附表"), table(10)))
    first, _ = pages_of(document, sheet_for(document), Measurer())
    assert sum(map(is_data, first)) == page_ends_after


def test_heads_side_by_side_stand_on_one_line_where_their_columns_can_differ() -> None:
    def heads(*labels: str) -> tuple[tuple[str, ...], ...]:
        row = CardRow(label="资金", pairs=tuple(Pair(label=label, cell=Cell(text="1")) for label in labels))
        upper = card_strips(CardRows(rows=(row,)), Measurer(), left=0, width=170 * MM)[0]
        assert upper.boxes[-1].x + upper.boxes[-1].width == pytest.approx(170 * MM)
        return tuple(box.lines for box in upper.boxes[1:])

    long = "其中：专项资金补助（协议）"
    assert heads("合同额（协议）", long, "其中：已支付补助", "其中：企业自筹") == (
        ("合同额（协议）",), (long,), ("其中：已支付补助",), ("其中：企业自筹",))
    assert max(map(len, heads(long, long, long, long))) == 2


def test_strips_of_a_page_do_not_overlap() -> None:
    for make in samples.ALL:
        document = make()
        for page in pages_of(document, sheet_for(document), Measurer()):
            assert all(a.height > 0 for a, _ in pairwise(page))
