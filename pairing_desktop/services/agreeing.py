"""Whether workbook and PDF of a packet say what its data says: the data laid out again, and both read again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from pairing_desktop import garbage
from pairing_desktop.errors import BadContent, Problem, Trouble, problem
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import cover_facts, papers, stamping, summarising
from pairing_desktop.services.workspace import county_name, side_of

if TYPE_CHECKING:
    from pairing_desktop.documents.model import Cell, Document, Placed
    from pairing_desktop.exchange.agreement import Named, Wanted
    from pairing_desktop.exchange.agreement_pdf import Beside
    from pairing_desktop.exchange.asked import Asked
    from pairing_desktop.exchange.coordinates import Coordinates
    from pairing_desktop.formspec.catalogue import Catalogue
    from pairing_desktop.formspec.definition import Field, Form

EARLIER = {"previous": "上期", "year_ago": "上年同期"}
SHOWN_WORDS = 5


def agreement(files: Mapping[str, bytes], data: Mapping[str, Any], catalogue: Catalogue, beside: Beside, *,
              appearance: bool = True, progress: Progress = silent) -> Asked:
    """Return whether all that paper shows equals the data; ``beside`` reads the PDF.

    ``appearance``: draw everything again too, where the packet was drawn by this version. Raises ``BadContent`` for a
    packet without coordinates, PDF or workbook; KeyError, TypeError or ValueError for data that isn't as our program
    writes it.
    """
    from pairing_desktop.documents.layout import values
    from pairing_desktop.documents.renderer import renderer
    from pairing_desktop.exchange import agreement_pdf, agreement_workbook
    from pairing_desktop.exchange.agreement import Wanted, capped
    from pairing_desktop.exchange.asked import Asked
    from pairing_desktop.exchange.packet_parts import DATA, PDF, WORKBOOK, about_file

    absent = [about_file("exchange.file_absent", name=name) for name in (PDF, WORKBOOK) if name not in files]
    if absent:
        raise BadContent(*absent)
    places = beside.places()
    progress("核对工作簿、PDF 与数据", 0, 0)
    identity = hashlib.sha256(files[DATA]).hexdigest()
    documents: list[Document] = []
    if appearance:
        documents = papers.laid_out(data, catalogue, identity=identity)
    first, others = expected(values(documents) if appearance else papers.values(data, catalogue))
    wanted = Wanted(first, others, namer(data, catalogue))
    in_workbook: set[str] = set()
    in_pdf: set[str] = set()
    large = (documents, first, places.pdf.pages, vars(wanted))
    with garbage.let_go_apart(large):
        found = [*_about_names(data), *cover_facts.unstated(data, identity, places, catalogue)]
        found += agreement_pdf.active(files[PDF])
        found += agreement_workbook.read_again(files[WORKBOOK], places.workbook, wanted, in_workbook)
        found += left_out("workbook_left_out", first.keys() - in_workbook, wanted)
        garbage.let_go(places.workbook.pages)  # the PDF is still being read
        found += agreement_pdf.compared(beside.extracted, places.pdf, wanted, in_pdf)
        found += left_out("pdf_left_out", first.keys() - in_pdf, wanted)
        if not appearance or places.renderer != renderer():
            found += agreement_pdf.around(files[PDF])
        if not appearance:
            return Asked(capped(found), "text")
        if places.renderer != renderer():
            found += agreement_workbook.cut_off(files[WORKBOOK])
            return Asked(capped(found), "text", (*strange_words(places, documents, data, wanted.name),
                                                 *stamping.said_otherwise(files[PDF])))
        progress("按数据重新排版，核对外观", 0, 0)
        found += appearance_differs(files, data, documents)
        return Asked(capped(found), "appearance", tuple(stamping.drawn_otherwise(files[PDF])))


def _about_names(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield counties called otherwise than their codes, and a side that this one does not take."""
    yield from misnamed_counties(data)
    around = data["surroundings"]
    if (side_of(data["county"]) or (around["side"], around["leads"])) != (around["side"], around["leads"]):
        yield problem("agreement.county_side", name=data["county_name"][:30])


def misnamed_counties(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a county that is called otherwise than its code: certificates prove codes, people read names."""
    for code, shown in ((data["county"], data["county_name"]), (data["partner"], data["partner_name"])):
        name = county_name(code)
        if name and shown != name:
            yield problem("agreement.county_name", shown=str(shown)[:30], number=code, name=name)


def expected(values: Iterable[Placed]) -> tuple[dict[str, Cell], dict[str, tuple[Cell, ...]]]:
    """Return the cell of each value by its path, and further ones that show it in another way."""
    first: dict[str, Cell] = {}
    others: dict[str, tuple[Cell, ...]] = {}
    for path, cell in values:
        if path.count("/") < 2:
            continue
        known = first.setdefault(path, cell)
        if known is not cell and _said(known) != _said(cell):
            others[path] = (*others.get(path, ()), cell)
    return first, others


def _said(cell: Cell) -> tuple[object, ...]:
    return cell.text, cell.value, cell.number_format, cell.qualifier


def namer(data: Mapping[str, Any], catalogue: Catalogue) -> Any:  # noqa: ANN401  # Callable[[str], Named]
    """Return what names a value's path: form, record, field."""
    from pairing_desktop.exchange.agreement import Named

    labels = papers.labels_of(data)

    def name(path: str) -> Named:
        form_id, key, rest = path.split("/", 2)
        if form_id.startswith(summarising.PREFIX):
            return Named(*summarising.spoken(path.removesuffix("#qualifier"), catalogue))
        form = catalogue.form(form_id) if form_id in catalogue else None
        return Named(form.short if form else form_id, labels.get(key, ("", key))[1], _field(form, rest))

    return name


def _field(form: Form | None, rest: str) -> str:
    rest, _, earlier = rest.removesuffix("#qualifier").partition("@")
    parts = rest.split("/")
    field: Field | None = form.by_id.get(parts[0]) if form else None
    if field is None:
        return "（坐标表写错，没有这一项）"
    words = [field.plain_label]
    if len(parts) > 2 and parts[2] in field.column_by_id:
        words.append(field.column_by_id[parts[2]].plain_label)
    return " · ".join(words) + (f"（{EARLIER.get(earlier, earlier)}）" if earlier else "")


def left_out(code: str, paths: AbstractSet[str], wanted: Wanted) -> Iterator[Problem]:
    """Yield the data's values that the coordinates don't name: they would stand nowhere."""
    for path in filter(paths.__contains__, wanted.by_path) if paths else ():
        said = wanted.name(path)
        yield problem(f"agreement.{code}", form=said.form, record=said.record, field=said.field)


def strange_words(places: Coordinates, documents: list[Document], data: Mapping[str, Any],
                  name: Callable[[str], Named]) -> Iterator[Problem]:
    """Yield that the packet was drawn by another version, and what of it this one would draw otherwise.

    Words that it would not draw at all, and values that stand after another word or value than they would here: two
    labels may have been exchanged. A code is none of the template's words: another version may make it another way.
    """
    from pairing_desktop.documents.coordinates import Recorder
    from pairing_desktop.documents.pdf import write_pdf
    from pairing_desktop.exchange import coordinates

    yield problem("agreement.other_renderer")
    drawn = Recorder()
    try:
        write_pdf(documents, title=papers.title_of(data), places=drawn)
    except Trouble:
        return  # it drew a character that this one does not
    strange = [word for word in places.pdf.words if word not in drawn.words and not word.startswith(coordinates.CODE)]
    if strange:
        shown = "、".join(f"“{word[:20]}”" for word in strange[:SHOWN_WORDS])
        yield problem("agreement.strange_words", words=shown + (" 等" if len(strange) > SHOWN_WORDS else ""))
    elsewhere = coordinates.elsewhere(places.pdf, coordinates.pdf_layer(drawn.text()))
    if elsewhere:
        said = [name(path) for path in elsewhere[:SHOWN_WORDS]]
        shown = "、".join(f"{each.record} {each.field}" for each in said)
        yield problem("agreement.strange_places", places=shown + (" 等" if len(elsewhere) > SHOWN_WORDS else ""))


def appearance_differs(files: Mapping[str, bytes], data: Mapping[str, Any], documents: list[Document]) -> list[Problem]:
    """Return which of workbook and PDF, drawn again from the data, is not the base that the signers were given."""
    from pairing_desktop.documents.pdf import write_pdf
    from pairing_desktop.documents.workbook import write_workbook
    from pairing_desktop.exchange import agreement_redrawn, base
    from pairing_desktop.exchange.packet_parts import BASE, PDF, WORKBOOK
    from pairing_desktop.signing import pdf_signature

    title = papers.title_of(data)
    drawn = write_pdf(documents, title=title, watermark=papers.SAMPLE if data["sample"] else "")
    places = {role: (page - 1, rect) for role, (page, rect) in drawn.signature_places.items()}
    pdf = pdf_signature.prepare_fields(drawn.pdf, places)
    workbook = write_workbook(documents, title=title)
    differing = base.differing(files[BASE], base.of({PDF: pdf, WORKBOOK: workbook}))
    found = [problem("agreement.appearance", what={PDF: " PDF ", WORKBOOK: "工作簿"}[name]) for name in differing]
    return [*found, *(agreement_redrawn.differences(files[WORKBOOK], workbook) if WORKBOOK in differing else ())]
