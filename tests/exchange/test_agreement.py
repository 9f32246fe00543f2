"""Workbook and PDF say what the data says: each way to make them differ is told by form, record, field and values."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pairing_desktop.documents.layout import values
from pairing_desktop.documents.model import Cell
from pairing_desktop.documents.pdf import write_pdf
from pairing_desktop.documents.stamp import signature_stamp
from pairing_desktop.errors import BadContent
from pairing_desktop.exchange import agreement_sheet, packet
from pairing_desktop.exchange.coordinates import COORDINATES
from pairing_desktop.exchange.packet_parts import DATA
from pairing_desktop.services import agreeing, key_keeping, papers, stamping, submitting, verdict_words
from pairing_desktop.signing import pdf_signature
from tests.exchange.house import BASE, Files, House, with_data, with_part

SHEET, STYLES, BOOK = "xl/worksheets/sheet2.xml", "xl/styles.xml", "xl/workbook.xml"
"""The second sheet is the firms' roster."""


def codes(asked: Any) -> set[str]:
    return {p.code for p in asked.problems}


def replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


def revenue(value: str) -> Callable[[dict[str, Any]], object]:
    def change(data: dict[str, Any]) -> None:
        firm = next(r for r in data["records"] if r["form"] == "firm")
        firm["payload"]["values"]["revenue"] = value
    return change


def test_a_packet_of_our_own_agrees_in_appearance_too(house: House) -> None:
    found = house.ask(house.files())["agreement"]
    assert (found.problems, found.state) == ((), "appearance")
    [verdict] = house.verify(house.packet)
    assert (verdict.verdict, verdict.problems) == ("valid", ())
    said = verdict.to_json()
    for name in ("agreement", "history", "rules"):
        assert said[name] == {"ok": True, "problems": [], "state": {
            "agreement": "appearance", "history": "first", "rules": "same"}[name]}


def test_a_packet_is_read_back_before_anybody_signs_it(house: House, tmp_path: Path) -> None:
    path = tmp_path / house.packet.name
    path.write_bytes(house.unsigned)
    submitting.read_back(house.ws, path)
    files = with_data(house.files(), revenue("1.00"))
    path.write_bytes(packet.build(files[DATA], {n: c for n, c in files.items() if n not in (DATA, BASE)}))
    with pytest.raises(BadContent) as told:
        submitting.read_back(house.ws, path)
    first, *others = told.value.problems
    assert first.code == "services.packet_reads_otherwise"
    assert {("agreement.workbook_differs", "营业收入"), ("agreement.pdf_differs", "营业收入")} <= {
        (p.code, p.place.get("field")) for p in others}


def test_what_is_compared_without_drawing_is_what_would_be_drawn(house: House) -> None:
    data = json.loads(house.files()[DATA])
    drawn = values(papers.laid_out(data, house.ws.catalogue, identity="ab" * 32))
    firsts, others = zip(*map(agreeing.expected, (papers.values(data, house.ws.catalogue), drawn)), strict=True)
    first, again = ({path: said(cell) for path, cell in each.items()} for each in firsts)
    assert first == again != {}
    further, once_more = ({path: [said(cell) for cell in ways] for path, ways in each.items()} for each in others)
    assert further == once_more


def said(cell: Cell) -> tuple[object, ...]:
    return cell.text, cell.value, cell.number_format, cell.qualifier


def test_a_changed_figure_that_everybody_signed_is_named(house: House, tmp_path: Path) -> None:
    """The data says otherwise than paper, base and coordinates fit, all signatures are good: only reading tells."""
    files = with_data(house.files(), revenue("92.5"))
    path = house.resigned(files, tmp_path / "changed.asice")
    [verdict] = house.verify(path)
    assert verdict.verdict == "invalid"
    assert verdict.answers["signatures"] is True
    assert verdict.answers["integrity"] is True
    agreement = verdict.to_json()["agreement"]
    assert isinstance(agreement, dict)
    assert agreement["ok"] is False
    told = {p.code: p.message for p in verdict.problems}
    for code, where in (("agreement.workbook_differs", "工作簿"), ("agreement.pdf_differs", "PDF ")):
        assert told[code].startswith(f"{where}与数据不一致：企业，甲公司，营业收入。")
        assert "“12.5" in told[code]
        assert "“92.5" in told[code]
    assert "agreement.appearance" in told


WORKBOOKS: dict[str, tuple[str, Callable[[str], str], str]] = {
    "another value": (SHEET, replaced("<v>12.5</v>", "<v>92.5</v>"), "workbook_differs"),
    "another text": (SHEET, replaced("甲公司", "乙公司"), "workbook_differs"),
    "a word of the template": (SHEET, replaced("企业名录", "企业清单"), "workbook_words"),
    "the foot of the page": (SHEET, replaced("&amp;C&amp;9", "作废&amp;C&amp;9"), "workbook_words"),
    "a cell more": (SHEET, replaced("</row></sheetData>", '<c r="Z99" s="1" t="n"><v>7</v></c></row></sheetData>'),
                    "workbook_outside"),
    "a number format of its own": (STYLES, replaced('formatCode="#,##0.00_ "', 'formatCode="&quot;99&quot;"'),
                                   "workbook_format"),
    "a format that shows nothing": (STYLES, replaced('formatCode="#,##0.00_ "', 'formatCode=";;;"'),
                                    "workbook_format"),
    "white letters": (STYLES, replaced('<name val="宋体"/><sz val="9"/>',
                                       '<name val="宋体"/><color rgb="FFFFFFFF"/><sz val="9"/>'), "workbook_style"),
    "a font of signs": (STYLES, replaced('<name val="宋体"/>', '<name val="Wingdings"/>'), "workbook_style"),
    "tiny letters": (STYLES, replaced('<name val="宋体"/><sz val="9"/>', '<name val="宋体"/><sz val="1"/>'),
                     "workbook_style"),
    "huge letters": (STYLES, replaced('<name val="宋体"/><sz val="9"/>', '<name val="宋体"/><sz val="300"/>'),
                     "workbook_style"),
    "columns too narrow for figures": (SHEET, lambda t: re.sub(' width="[0-9.]+"', ' width="0.6"', t),
                                       "workbook_hidden"),
    "columns too narrow, a wide one behind them": (SHEET, lambda t: re.sub(
        ' width="[0-9.]+"', ' width="0.6"', t).replace("</cols>", '<col min="50" max="60" width="90"/></cols>'),
        "workbook_hidden"),
    "margins that leave no page": (SHEET, lambda t: re.sub('(<pageMargins [^>]*left=")[0-9.]+', r"\g<1>7", t, count=1),
                                   "workbook_foreign"),
    "a hidden row": (SHEET, lambda t: t.replace(' customHeight="1"', ' customHeight="1" hidden="1"', 4),
                     "workbook_hidden"),
    "a row of no height": (SHEET, lambda t: re.sub(' ht="[0-9.]+"', ' ht="0.1"', t, count=3), "workbook_hidden"),
    "a hidden column": (SHEET, replaced("<col ", '<col hidden="1" '), "workbook_hidden"),
    "a row of no form, in a sheet of no height": (SHEET, lambda t: re.sub(
        '<row r="5"[^>]*>', "<row>", t, count=1), "workbook_hidden"),
    "rows left out of what is printed": (BOOK, lambda t: re.sub(
        r"(<definedName name=._xlnm.Print_Area. localSheetId=.1.>[^<]*)\$[0-9]+<", r"\1$5<", t), "workbook_unprinted"),
    "columns left out of what is printed": (BOOK, lambda t: re.sub(
        r"(Print_Area. localSheetId=.1.>[^<]*:\$)[A-Z]+", r"\1B", t), "workbook_unprinted"),
    "what is printed of another sheet": (BOOK, lambda t: re.sub(
        r"(Print_Area. localSheetId=.1.>)'[^']+'", r"\1'00 封面'", t), "workbook_style"),
    "what is printed said twice": (BOOK, lambda t: re.sub(
        r"(<definedName name=._xlnm.Print_Area. localSheetId=.1.>[^<]*</definedName>)", r"\1\1", t),
        "workbook_style"),
    "a name of its own": (BOOK, replaced(
        "</definedNames>", '<definedName name="a">1</definedName></definedNames>'), "workbook_style"),
    "a hidden sheet": (BOOK, replaced('state="visible"', 'state="veryHidden"'), "workbook_hidden_sheet"),
    "zeros not shown": (SHEET, replaced("<sheetView ", '<sheetView showZeros="0" '), "workbook_foreign"),
    "a merge over other cells": (SHEET, lambda t: re.sub("ref=.A2:[A-Z]+2.", 'ref="A2:D6"', t), "workbook_hidden"),
    "a merge from its last cell": (SHEET, lambda t: re.sub("ref=.A2:[A-Z]+2.", 'ref="D6:A2"', t), "workbook_hidden"),
    "a merge of a row with naughts": (SHEET, lambda t: re.sub("ref=.A2:", 'ref="A02:', t), "workbook_foreign"),
    "a merge that is more than one": (SHEET, lambda t: re.sub("ref=.A2:", 'x="" ref="A2:', t), "workbook_foreign"),
    "letters upside down": (STYLES, replaced("<alignment ", '<alignment textRotation="180" '), "workbook_style"),
    "another calendar": (BOOK, replaced("<workbookPr/>", '<workbookPr date1904="1"/>'), "workbook_style"),
    "a renamed sheet": (BOOK, lambda t: t.replace('name="01 ', 'name="09 '), "workbook_sheets"),
    "a formula": (SHEET, replaced("<v>12.5</v>", "<f>10+2.5</f><v>12.5</v>"), "workbook_foreign"),
    "a rule that paints": (SHEET, replaced("<printOptions", '<conditionalFormatting sqref="A1"/><printOptions'),
                           "workbook_foreign"),
    "a drawing": (SHEET, replaced("</worksheet>", '<drawing xmlns:r="x" r:id="rId1"/></worksheet>'),
                  "workbook_foreign"),
    "letters of the background's colour": (STYLES, replaced(
        '<name val="宋体"/><sz val="9"/>', '<name val="宋体"/><color theme="0"/><sz val="9"/>'), "workbook_style"),
    "letters of a palette's white": (STYLES, replaced(
        '<name val="宋体"/><sz val="9"/>', '<name val="宋体"/><color indexed="9"/><sz val="9"/>'), "workbook_style"),
    "letters struck through": (STYLES, replaced('<name val="宋体"/>', '<strike/><name val="宋体"/>'), "workbook_style"),
    "a cell painted black": (STYLES, replaced(
        "<fill><patternFill/></fill>", '<fill><patternFill patternType="solid"/></fill>'), "workbook_style"),
    "a value repeated over its cell": (STYLES, replaced('horizontal="right"', 'horizontal="fill"'), "workbook_style"),
    "a line across cells": (STYLES, replaced(
        "<diagonal/>", '<diagonal style="thick"><color rgb="FF000000"/></diagonal>'), "workbook_style"),
    "a format that stands twice": (STYLES, replaced(
        "</numFmts>", '<numFmt numFmtId="165" formatCode=";;;"/></numFmts>'), "workbook_style"),
    "a format of the cell's style": (STYLES, replaced(
        '<cellStyleXfs count="1"><xf numFmtId="0"', '<cellStyleXfs count="1"><xf numFmtId="165"'), "workbook_style"),
    "another foot on even pages": (SHEET, replaced(
        "<oddFooter>", "<evenFooter>作废</evenFooter><oddFooter>"), "workbook_foreign"),
    "columns of no width by default": (SHEET, replaced(
        "<sheetFormatPr ", '<sheetFormatPr defaultColWidth="0" '), "workbook_foreign"),
    "a pane that hides the rest": (SHEET, lambda t: re.sub(
        "<selection ", '<pane ySplit="9000" state="frozen"/><selection ', t, count=1), "workbook_foreign"),
    "a word beside the cell": (SHEET, replaced(
        "<printOptions", '<dataValidations count="1"><dataValidation sqref="A4" prompt="实为 99" type="list"/>'
                         "</dataValidations><printOptions"), "workbook_foreign"),
    "a cell that stands twice": (SHEET, lambda t: re.sub(
        '(<c r="[A-Z]+[0-9]+" s="[0-9]+" t="n"><v>12.5</v></c>)', lambda m: m[1].replace("12.5", "92.5") + m[1], t,
        count=1), "workbook_foreign"),
    "a cell of no kind": (SHEET, lambda t: re.sub(
        '<c r="([A-Z]+[0-9]+)" s="([0-9]+)" t="n"><v>12.5</v></c>', r'<c r="\1" s="\2"><v>12.5</v></c>', t, count=1),
        "workbook_foreign"),
    "tabs not shown": (BOOK, replaced('showSheetTabs="1"', 'showSheetTabs="0"'), "workbook_style"),
    "a book opened as an icon": (BOOK, replaced('visibility="visible"', 'visibility="hidden"'), "workbook_style"),
    "a book with links to another": (BOOK, replaced("</sheets>", "</sheets><externalReferences/>"), "workbook_style"),
    "no sheet at all": (SHEET, lambda t: "<worksheet/>", "workbook_unreadable"),
    "broken XML": (STYLES, lambda t: t[:-20], "workbook_unreadable"),
    "a number that is none": (SHEET, replaced("<v>12.5</v>", "<v>abc</v>"), "workbook_unreadable"),
    "a DOCTYPE in a sheet": (SHEET, replaced(
        "<worksheet", '<!DOCTYPE worksheet [<!ATTLIST row hidden CDATA "1">]><worksheet'), "workbook_unreadable"),
    "a DOCTYPE in the styles": (STYLES, replaced("<styleSheet", "<!DOCTYPE styleSheet><styleSheet"),
                                "workbook_unreadable"),
    "a DOCTYPE in the book's own part": (BOOK, replaced("<workbook", "<!DOCTYPE workbook><workbook"),
                                         "workbook_unreadable"),
    "a number with a blank before it": (SHEET, replaced("<v>12.5</v>", "<v> 12.5</v>"), "workbook_unreadable"),
}


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_workbook_that_says_or_shows_otherwise(house: House, name: str) -> None:
    part, change, code = WORKBOOKS[name]
    found = house.ask(with_part(house.files(), part, change), appearance=False)["agreement"]
    assert f"agreement.{code}" in codes(found)


def backwards(said: dict[str, Any]) -> None:
    """Name the workbook's cells from the last to the first."""
    for _, cells in said["workbook"]["pages"]:
        cells.reverse()


@pytest.mark.parametrize("name", [
    "another value", "another text", "a word of the template", "a cell more", "a number format of its own"])
def test_cells_are_compared_in_whatever_order_they_are_named(house: House, name: str) -> None:
    files = with_coordinates(house.files(), backwards)
    assert house.ask(files, appearance=False)["agreement"].problems == ()
    part, change, _ = WORKBOOKS[name]
    in_order, turned = (house.ask(with_part(each, part, change), appearance=False)["agreement"]
                        for each in (house.files(), files))
    assert codes(turned) == codes(in_order) != set()


def test_a_workbook_that_shows_otherwise_is_invalid_however_signed(house: House, tmp_path: Path) -> None:
    part, change, _ = WORKBOOKS["a number format of its own"]
    [verdict] = house.verify(house.resigned(with_part(house.files(), part, change), tmp_path / "a.asice"))
    assert verdict.verdict == "invalid"
    assert {p.code for p in verdict.problems} == {"agreement.workbook_format", "agreement.appearance"}


def drawn(house: House, change: Callable[[dict[str, Any]], object] = lambda data: None, *, watermark: str = "",
          twice: bool = False, identity: str = "ab" * 32) -> Files:
    """Return the files with a PDF drawn of other data, or twice, or with another watermark."""
    files = house.files()
    documents = papers.laid_out(json.loads(with_data(files, change)[DATA]), house.ws.catalogue, identity=identity)
    made = write_pdf([*documents, *(documents[-1:] if twice else ())], title="x", watermark=watermark)
    places = {role: (page - 1, rect) for role, (page, rect) in made.signature_places.items()}
    return {**files, packet.PDF: pdf_signature.prepare_fields(made.pdf, places)}


def with_coordinates(files: Files, change: Callable[[dict[str, Any]], object]) -> Files:
    said = json.loads(files[COORDINATES])
    change(said)
    return {**files, COORDINATES: json.dumps(said, ensure_ascii=False).encode()}


def move(said: dict[str, Any]) -> None:
    """Let the first value stand a hand's breadth further up."""
    place = next(p for page in said["pdf"]["pages"] for p in page if isinstance(p, list) and p[1])
    place[3] += 1000


def forget(said: dict[str, Any]) -> None:
    """Leave a value of the workbook out."""
    cells = next(cells for _, cells in said["workbook"]["pages"] if any(isinstance(w, str) for _, w in cells))
    cells.remove(next(c for c in cells if isinstance(c[1], str)))


def share(said: dict[str, Any]) -> None:
    """Name one cell of the workbook for two values, which happen to be the same."""
    cells = next(cells for _, cells in said["workbook"]["pages"] if any(isinstance(w, str) for _, w in cells))
    cells.append(next(c for c in cells if isinstance(c[1], str) and not c[1].endswith("#qualifier")))


def behind(house: House, words: bytes) -> Files:
    """Return the files with something more in the PDF's first revision."""
    files = house.files()
    return {**files, packet.PDF: files[packet.PDF] + b"\n99999 0 obj\n" + words + b"\nendobj\n"}


PDFS: dict[str, tuple[Callable[[House], Files], str]] = {
    "another figure": (lambda h: drawn(h, revenue("92.5")), "pdf_differs"),
    "a longer figure": (lambda h: drawn(h, revenue("1234567.5")), "pdf_differs"),
    "another identity on the cover": (drawn, "pdf_words"),
    "a page more": (lambda h: drawn(h, twice=True), "pdf_pages"),
    "no PDF": (lambda h: {**h.files(), packet.PDF: b"%PDF-1.7 nothing"}, "pdf_unreadable"),
    "a figure outside its cell": (lambda h: with_coordinates(h.files(), move), "pdf_moved"),
    "a value that the coordinates forget": (lambda h: with_coordinates(h.files(), forget), "workbook_left_out"),
    "one cell named for two values": (lambda h: with_coordinates(h.files(), share), "workbook_differs"),
    "no coordinates": (lambda h: {n: c for n, c in h.files().items() if n != COORDINATES}, "no_coordinates"),
    "coordinates of nothing": (lambda h: {**h.files(), COORDINATES: b"{}"}, "coordinates_malformed"),
    "coordinates without end": (lambda h: {**h.files(), COORDINATES: b"[" * 100_000}, "coordinates_malformed"),
    "coordinates of other records": (lambda h: with_coordinates(h.files(), lambda s: s["pdf"].update(records=[])),
                                     "data_malformed"),
    "forms that nobody knows": (lambda h: with_data(h.files(), lambda d: d["forms"][0].update(digest="00")),
                                "unknown_form"),
    "computed sheets of another program": (
        lambda h: with_data(h.files(), lambda d: d["sheets"].append({"id": "later", "version": 1, "digest": "00"})),
        "unknown_sheet"),
    "no word of computed sheets": (lambda h: with_data(h.files(), lambda d: d.pop("sheets")), "data_malformed"),
    "a county called otherwise": (lambda h: with_data(h.files(), lambda d: d.update(county_name="景宁畲族自治县")),
                                  "county_name"),
    "a layer to hide values": (lambda h: behind(h, b"<< /OCProperties << /OCGs [] >> >>"), "pdf_active"),
    "a script, its name disguised": (lambda h: behind(h, b"% stream\n<< /Open#41ction << >> >>\nendstream"),
                                     "pdf_active"),
    "objects packed away": (lambda h: behind(h, b"<< /Type /ObjStm >>"), "pdf_active"),
    "data without what surrounds it": (lambda h: with_data(h.files(), lambda d: d.pop("surroundings")),
                                       "data_malformed"),
}


@pytest.mark.parametrize("name", PDFS)
def test_a_report_or_map_that_says_otherwise(house: House, name: str) -> None:
    make, code = PDFS[name]
    assert f"agreement.{code}" in codes(house.ask(make(house), appearance=False)["agreement"])


@pytest.mark.parametrize("change", [
    lambda d: d["forms"][0].update(digest="00"), lambda d: d["sheets"].append({"id": "x", "version": 1, "digest": "0"}),
])
def test_what_this_program_does_not_know_is_set_aside_and_not_judged(
    house: House, tmp_path: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    """A packet of another version of forms or computed sheets: its signatures hold, its values cannot be judged."""
    path = house.resigned(with_data(house.files(), change), tmp_path / "later.asice")
    [verdict] = house.verify(path)
    assert verdict.answers["signatures"] is True
    assert {p.code for p in verdict.problems} <= {"agreement.unknown_form", "agreement.unknown_sheet"}
    said = verdict_words.headline(verdict, 0)
    assert (said.title, said.tone) == ("先隔离，不能判断", "query")
    asked = {q.text: q.answer for q in verdict_words.questions(verdict)}
    assert asked["Excel、PDF 与数据是否一致"] == "无法核对"


def test_what_only_looks_otherwise_is_seen_by_drawing_again(house: House) -> None:
    """Another watermark leaves the text layer as it is."""
    files = house.files()
    data = json.loads(files[DATA])
    documents = papers.laid_out(data, house.ws.catalogue, identity=hashlib.sha256(files[DATA]).hexdigest())
    made = write_pdf(documents, title=papers.title_of(data), watermark="内部资料")
    places = {role: (page - 1, rect) for role, (page, rect) in made.signature_places.items()}
    changed = {**files, packet.PDF: pdf_signature.prepare_fields(made.pdf, places)}
    rebuilt = dict(house_files(changed))
    assert house.ask(rebuilt, appearance=False)["agreement"].ok
    assert codes(house.ask(rebuilt)["agreement"]) == {"agreement.appearance"}


def test_a_stamp_that_says_otherwise_than_its_certificate_is_told(house: House, tmp_path: Path) -> None:
    """Its words stand on the cover and in no text layer; the page under them is as it was."""
    [good] = house.verify(house.packet)
    assert "agreement.stamp_otherwise" not in {w.code for w in good.warnings}
    path, now = tmp_path / "lie.asice", house.ws.clock()
    path.write_bytes(house.unsigned)
    lie = signature_stamp(kind="审核人数字签名", name="全县合计 999 万元", post="省经信厅核准", county="遂昌县 331123",
                          time="2024-07-20 10:00:00", fingerprint="ab" * 20)
    for role in ("preparer", "reviewer", "head"):
        with key_keeping.opened(house.keys.files[role], house.keys.passwords[role], now=now) as key:
            own = stamping.stamp(key.identity, key.fingerprint, role=role, at=now)
            packet.sign(path, key, now=now, stamp=lie if role == "reviewer" else own)
    [verdict] = house.verify(path)
    told = [w for w in verdict.warnings if w.code == "agreement.stamp_otherwise"]
    assert [w.place["role"] for w in told] == ["审核人"]


def house_files(files: Files) -> Files:
    """Return the files with a base that fits them."""
    from pairing_desktop.exchange import base
    from pairing_desktop.exchange.packet_parts import BASE

    return {**files, BASE: base.of(files)}


def test_another_renderer_leaves_the_text_layer(house: House) -> None:
    files = with_coordinates(house.files(), lambda s: s.update(renderer="0.0.9-0000"))
    found = house.ask(files)["agreement"]
    assert (found.ok, found.state) == (True, "text")
    assert [w.code for w in found.warnings] == ["agreement.other_renderer"]


def test_words_that_this_renderer_would_not_draw_are_told(house: House) -> None:
    def change(said: dict[str, Any]) -> None:
        said["renderer"] = "0.0.9-0000"
        said["pdf"]["words"].append("总投资 9 亿元")

    found = house.ask(with_coordinates(house.files(), change))["agreement"]
    assert [w.code for w in found.warnings] == ["agreement.other_renderer", "agreement.strange_words"]
    assert "总投资 9 亿元" in found.warnings[1].message


def test_two_values_exchanged_on_paper_and_in_the_map_are_told(house: House) -> None:
    """Who says to be another renderer is not drawn again: two figures could stand under each other's labels."""
    def swap(data: dict[str, Any]) -> None:
        values = next(r for r in data["records"] if r["form"] == "visit")["payload"]["values"]
        values["cost"], values["paid"] = values["paid"], values["cost"]

    def exchange(said: dict[str, Any]) -> None:
        said["renderer"] = "0.0.9-0000"
        for page in said["pdf"]["pages"]:
            for place in page:
                if isinstance(place, list) and "/" in place[0]:
                    ends = {"/cost": "/paid", "/paid": "/cost"}
                    end = next((e for e in ends if place[0].endswith(e)), "")
                    place[0] = place[0].removesuffix(end) + ends.get(end, "")

    files = with_coordinates(drawn(house, swap, identity=house_identity(house)), exchange)
    found = house.ask(files)["agreement"]
    assert "agreement.strange_places" in {w.code for w in found.warnings}, (found.problems, found.warnings)


def house_identity(house: House) -> str:
    return hashlib.sha256(house.files()[DATA]).hexdigest()


def test_a_workbook_with_a_part_twice_is_not_read(house: House) -> None:
    """One reader would take the first, another the last."""
    files = house.files()
    held = io.BytesIO(files[packet.WORKBOOK])
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr(SHEET.upper(), archive.read(SHEET))
    files = {**files, packet.WORKBOOK: held.getvalue()}
    assert "agreement.workbook_unreadable" in codes(house.ask(files, appearance=False)["agreement"])


def test_a_workbook_that_unpacks_to_too_much_is_not_read(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agreement_sheet, "MAX_UNPACKED", 10_000)
    assert "agreement.workbook_unreadable" in codes(house.ask(house.files(), appearance=False)["agreement"])
