"""Reading a PDF beside other work: the same text as pypdfium2's own reading, and no thread left behind."""

import threading

import msgspec
import pypdfium2
import pytest

from pairing_desktop.documents import faces
from pairing_desktop.documents.coordinates import Recorder
from pairing_desktop.documents.model import Cell, Column, Document, Row, Table, Text
from pairing_desktop.documents.pdf import write_pdf
from pairing_desktop.errors import BadContent
from pairing_desktop.exchange import agreement_pdf, coordinates
from pairing_desktop.exchange.agreement import Named, Wanted
from pairing_desktop.exchange.packet_parts import PDF
from pairing_desktop.exchange.text_layer import Room, text_layer
from tests.exchange.house import House


def test_each_page_reads_as_pypdfium2_reads_it(house: House) -> None:
    document, room = pypdfium2.PdfDocument(house.files()[PDF]), Room()
    for number, page in enumerate(document):
        with text_layer(document, number, room) as layer:
            assert layer.text == page.get_textpage().get_text_range()
            [left], [right], [bottom], [top] = layer.boxes([0])
        assert (left, bottom, right, top) == pytest.approx(page.get_textpage().get_charbox(0))
    with pytest.raises(pypdfium2.PdfiumError), text_layer(document, len(document), room):
        pass
    document.close()


@pytest.mark.parametrize("first", [
    "甲   乙", "甲\u00a0乙", "甲\u2003乙", "甲\u3000乙", "㛃䶮", "𬳽", "𬳽𬱖", "甲 𬳽\u2003乙", "𬳽-" * 40])
def test_values_are_found_in_their_boxes_behind_white_space_and_rare_characters(first: str) -> None:
    """PDFium counts a character beyond the basic plane twice."""
    texts = (first, f"丙{first[0]}", "戊")
    row = Row(tuple(Cell(text=text, path=f"form/record/{number}") for number, text in enumerate(texts)))
    places = Recorder()
    table = Table(columns=(Column(width=90), Column(width=40), Column(width=40)), rows=(row,))
    drawn = write_pdf([Document(form="form", title="示例表", blocks=(table,))], title="示例", places=places)
    layer = coordinates.pdf_layer(places.text())
    assert agreement_pdf.extract(drawn.pdf, layer).moved == [[]]
    [page] = layer.pages
    values = [(number, place) for number, place in enumerate(page) if not isinstance(place, int)]
    assert len(values) == len(texts)
    for number, (path, characters, x, *box) in values:
        aside = [*page[:number], (path, characters, x - 9_000, *box), *page[number + 1:]]
        moved = agreement_pdf.extract(drawn.pdf, coordinates.PdfLayer([aside], layer.records, layer.words)).moved
        assert moved == [[path]]


@pytest.mark.parametrize("said", ["D873", "DCFD", "FFFE"])
def test_a_glyph_that_says_it_is_no_character_moves_no_other(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a pair stays in the text, where it differs from the data; PDFium leaves a non-character out."""
    pages = [Document(form="form", title="示例表", blocks=(Text(text="甲𬳽乙"),))]
    honest, to_unicode = write_pdf(pages, title="示例").pdf, faces._to_unicode
    monkeypatch.setattr(faces, "_to_unicode", lambda said_by: to_unicode(said_by).replace(b"D873DCFD", said.encode()))
    (text, box), (plain, wanted) = (text_and_box(pdf, "乙") for pdf in (write_pdf(pages, title="示例").pdf, honest))
    assert text == plain.replace("𬳽", "" if said == "FFFE" else "\ufffd")
    assert box == wanted


def text_and_box(pdf: bytes, character: str) -> tuple[str, list[list[float]]]:
    document = pypdfium2.PdfDocument(pdf)
    with text_layer(document, 0, Room()) as layer:
        text, box = layer.text, layer.boxes([layer.text.index(character)])
    document.close()
    return text, box


def test_what_is_read_beside_is_what_is_read_alone(house: House) -> None:
    files = house.files()
    with agreement_pdf.reading(files) as beside:
        places, extracted = beside.places(), beside.extracted()
    assert extracted.texts
    assert places == coordinates.read(files)
    assert extracted == agreement_pdf.extract(files[PDF], places.pdf)


def test_an_error_while_reading_beside_is_raised_where_it_is_asked_for(house: House) -> None:
    layer = coordinates.PdfLayer(pages=[[7]], records=[], words=["one"])  # a word that the table has not
    places = coordinates.Coordinates(layer, "", coordinates.SheetLayer([], [], []))
    files = {**house.files(), coordinates.COORDINATES: msgspec.json.encode(places)}
    with agreement_pdf.reading(files) as beside, pytest.raises(IndexError):
        beside.extracted()
    with agreement_pdf.reading({PDF: b""}) as beside, pytest.raises(BadContent):
        beside.places()
    assert "reading" not in {thread.name.partition("_")[0] for thread in threading.enumerate()}


def test_what_nobody_waits_for_is_read_no_further(house: House) -> None:
    files, over = house.files(), threading.Event()
    over.set()
    assert agreement_pdf.extract(files[PDF], coordinates.read(files).pdf, over).texts == []


def told(*texts: str, sizes: tuple[tuple[int, int], ...]) -> int:
    """Return how many differences pages have of a row of two cells, the second of which goes on."""
    pages = [[("0/name", first, 0, 0, 9, 9), ("0/long", second, 9, 0, 9, 9)] for first, second in sizes]
    said = {"firm/k/name": "甲公司", "firm/k/long": "一二三四五"}
    values = {path: Cell(text=text, path=path) for path, text in said.items()}
    wanted = Wanted(values, {}, lambda path: Named("企业", "甲公司", path))
    read = agreement_pdf.Extracted(list(texts), [[] for _ in texts], [])
    layer = coordinates.PdfLayer(pages=pages, records=["firm/k"], words=[])
    return len(list(agreement_pdf.compared(lambda: read, layer, wanted, set())))


def test_a_row_that_goes_on_says_its_other_values_once() -> None:
    """In a narrow column a long value takes several pages of its row; the name stands on the first."""
    assert told("甲公司一二", "三四", "五", sizes=((3, 2), (0, 2), (0, 1))) == 0
    assert told("一二", "三四五", sizes=((0, 2), (0, 3))) >= 1, "the name stands nowhere"
    assert told("甲公司一二三四五", "", sizes=((3, 5), (0, 0))) >= 1, "nothing goes on that could leave them blank"
