"""Reading a PDF beside other work: the same text as pypdfium2's own reading, and no thread left behind."""

import threading

import msgspec
import pypdfium2
import pytest

from pairing_desktop.errors import BadContent
from pairing_desktop.exchange import agreement_pdf, coordinates
from pairing_desktop.exchange.packet_parts import PDF
from pairing_desktop.exchange.text_layer import text_layer
from tests.exchange.house import House


def test_each_page_reads_as_pypdfium2_reads_it(house: House) -> None:
    document = pypdfium2.PdfDocument(house.files()[PDF])
    for number, page in enumerate(document):
        with text_layer(document, number) as layer:
            assert layer.text == page.get_textpage().get_text_range()
            [left], [right], [bottom], [top] = layer.boxes([0])
        assert (left, bottom, right, top) == pytest.approx(page.get_textpage().get_charbox(0))
    with pytest.raises(pypdfium2.PdfiumError), text_layer(document, len(document)):
        pass
    document.close()


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
