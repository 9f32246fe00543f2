"""Does a joint part's PDF say what its data says? As of a packet: drawn again, or read again value by value.

The partner looks at the PDF and signs data; a PDF that shows something else would deceive it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from pairing_desktop.errors import BadContent, Problem, Trouble, problem

if TYPE_CHECKING:
    from pairing_desktop.documents.model import Document
    from pairing_desktop.exchange.asked import Asked
    from pairing_desktop.exchange.coordinates import Coordinates
    from pairing_desktop.formspec.catalogue import Catalogue

UNASKED = "unasked"


def agreement(files: Mapping[str, bytes], catalogue: Catalogue, *, appearance: bool = True) -> Asked:
    """Return whether PDF and data agree. ``state``: appearance (the same renderer draws the same) or text.

    ``appearance``: draw it again too, where this version drew it; one without coordinates is always drawn again.
    Where the forms are others, nothing is asked, and a warning says so.
    """
    from pairing_desktop.exchange import joint_parts, packet_parts
    from pairing_desktop.exchange.agreement import capped
    from pairing_desktop.exchange.asked import Asked
    from pairing_desktop.exchange.packet_parts import DATA, PDF
    from pairing_desktop.services import agreeing, data_fields, joining, strange_data

    try:
        data = joint_parts.parse(files.get(DATA, b""))
        unknown = strange_data.forms(data, catalogue)
        if unknown is not None and any(p.code != "agreement.unknown_form" for p in unknown.problems):
            return unknown
        if unknown is not None:
            return Asked(state=UNASKED, warnings=(problem("agreement.joint_older"),))
        if PDF not in files:
            raise BadContent(packet_parts.about_file("exchange.file_absent", name=PDF))
        found = _asked(files, data, joining.documents(data, catalogue), catalogue, appearance=appearance)
        unseen = (*data_fields.strange(data, catalogue), *data_fields.misnamed(data, catalogue),
                  *data_fields.sheets_twice(data, catalogue), *agreeing.misnamed_counties(data),
                  *data_fields.not_joint(data, catalogue))
        return replace(found, problems=(*found.problems, *capped(unseen)))
    except Trouble as error:
        return Asked(error.problems)
    except strange_data.MISFITS as error:
        return Asked((problem("agreement.data_malformed", what=strange_data.lacking(error)),))


def said_otherwise(joint: Mapping[str, Any], data: Mapping[str, Any], catalogue: Catalogue) -> Iterator[Problem]:
    """Yield what a joint part shows beside its records, and the packet that carries it says otherwise.

    It was signed before, and a firm renamed or an earlier quarter corrected since explains it, so that it is a notice.
    """
    from pairing_desktop.services.agreeing import EARLIER

    around, own = joint.get("surroundings", {}), data["surroundings"]
    if joint.get("bureau") != data["bureau"]:
        yield problem("agreement.joint_bureau", said=str(joint.get("bureau"))[:40], wanted=data["bureau"][:40])
    records, earlier = {r["key"]: r for r in joint["records"]}, {e["record"]: e for e in own["earlier"]}
    for each in around.get("earlier", ()):
        now, record = earlier.get(each["record"], {}), records.get(each["record"])
        for side in EARLIER:
            if record is not None and each.get(side) != now.get(side):
                yield problem("agreement.joint_earlier", form=catalogue.form(record["form"]).short,
                              record=record["label"][:40], side=EARLIER[side])
    labels = {r["key"]: r["label"] for r in (*own["others"], *data["records"])}
    for each in around.get("others", ()):
        if labels.get(each["key"], each["label"]) != each["label"]:
            yield problem("agreement.joint_name", said=each["label"][:40], wanted=labels[each["key"]][:40])


def _asked(files: Mapping[str, bytes], data: Mapping[str, Any], documents: list[Document], catalogue: Catalogue, *,
           appearance: bool) -> Asked:
    from pairing_desktop.documents.renderer import renderer
    from pairing_desktop.exchange import coordinates
    from pairing_desktop.exchange.agreement import capped
    from pairing_desktop.exchange.asked import Asked
    from pairing_desktop.exchange.packet_parts import PDF
    from pairing_desktop.services import agreeing, joining

    places = coordinates.read(files) if coordinates.COORDINATES in files else None
    if places is None or (appearance and places.renderer == renderer()):
        if joining.drawn(data, documents)[0] == files[PDF]:
            return Asked(state="appearance")
        named = _differences(files[PDF], places, documents, data, catalogue) if places else []
        return Asked(capped([problem("joining.pdf_differs"), *named]), "appearance")
    differing = capped(_differences(files[PDF], places, documents, data, catalogue))
    if not appearance:
        return Asked(differing, "text")
    return Asked(differing, "text",
                 tuple(agreeing.strange_words(places, documents, data, agreeing.namer(data, catalogue))))


def _differences(pdf: bytes, places: Coordinates, documents: list[Document], data: Mapping[str, Any],
                 catalogue: Catalogue) -> list[Problem]:
    """Return where a PDF read again is not what the data says, by form, record and field."""
    from pairing_desktop.documents.layout import values
    from pairing_desktop.exchange import agreement_pdf
    from pairing_desktop.exchange.agreement import Wanted
    from pairing_desktop.services import agreeing

    first, others = agreeing.expected(values(documents))
    wanted, seen = Wanted(first, others, agreeing.namer(data, catalogue)), set[str]()
    found = [*agreement_pdf.active(pdf), *agreement_pdf.around(pdf)]
    found += agreement_pdf.compared(lambda: agreement_pdf.extract(pdf, places.pdf), places.pdf, wanted, seen)
    return found + list(agreeing.left_out("pdf_left_out", first.keys() - seen, wanted))
