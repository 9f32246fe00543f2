"""Workbook signatures: two people, every way to tamper that we could think of, and what outside tools say."""

import base64
import os
import random
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from msgspec.structs import replace

from pairing_desktop.errors import Trouble
from pairing_desktop.signing import authority, ooxml_signature, ooxml_xml, opc, opc_zip
from pairing_desktop.signing.keys import Key
from pairing_desktop.signing.opc_zip import CONTENT_TYPES, Entry
from pairing_desktop.signing.verdict import WorkbookVerdict
from tests.outside_tools import need
from tests.signing import people
from tests.signing.people import World

SEED, COUNT = (int(n) for n in os.environ.get("PAIRING_TAMPER", "2024 200").split())
SHEET, WORKBOOK, SIG1, SIG2 = (
    "xl/worksheets/sheet1.xml", "xl/workbook.xml", "_xmlsignatures/sig1.xml", "_xmlsignatures/sig2.xml")
RELS, BOOK_RELS = "_rels/.rels", "xl/_rels/workbook.xml.rels"
Files = dict[str, bytes]


@pytest.fixture(scope="session")
def both(world: World) -> bytes:
    return people.signed_workbook(world, "preparer", "head")


def codes(verdict: WorkbookVerdict) -> set[str]:
    return {p.code for p in (*verdict.problems, *(p for s in verdict.signatures for p in s.problems))}


def unpacked(content: bytes) -> Files:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Files) -> bytes:
    """Return a zip in the strict form, by someone who knows it."""
    return opc_zip.write(opc_zip.entry(n, c) if c else Entry(n, b"", 0, 0, 0) for n, c in files.items())


def zipped(files: Files) -> bytes:
    """Return a zip as any zip program writes it."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


# --- signing -------------------------------------------------------------------------------------------------------

def test_preparer_and_head(world: World, both: bytes, now: datetime) -> None:
    verdict = ooxml_signature.verify(both, world.trust)
    assert (verdict.good, verdict.whole, verdict.problems) == (True, True, ())
    assert [(s.role, s.where, s.signed_at) for s in verdict.signatures] == [
        ("preparer", SIG1, now), ("head", SIG2, now)]
    assert all(set(s.covers) == set(unpacked(people.small_workbook())) - {
        CONTENT_TYPES, "docProps/core.xml", "docProps/app.xml"} for s in verdict.signatures)
    kinds = {type(world.keys[s.role].private).__name__ for s in verdict.signatures}
    assert len(kinds) == 2  # RSA and ECDSA


def test_parts_stay_as_they_are(both: bytes) -> None:
    before, after = unpacked(people.small_workbook()), unpacked(both)
    same = {n for n in before if not n.endswith(".rels") and n != CONTENT_TYPES}
    assert {n: after[n] for n in same} == {n: before[n] for n in same}
    shown = [openpyxl.load_workbook(BytesIO(content)) for content in (people.small_workbook(), both)]
    values = [[[cell.value for cell in row] for sheet in book for row in sheet] for book in shown]
    assert values[0] == values[1]


@pytest.mark.parametrize("role", ["preparer", "head"])
def test_one_signature(world: World, role: str) -> None:
    verdict = ooxml_signature.verify(people.signed_workbook(world, role), world.trust)
    assert verdict.good
    assert [s.role for s in verdict.signatures] == [role]


def test_the_same_input_gives_the_same_bytes(world: World) -> None:
    assert people.signed_workbook(world, "head") == people.signed_workbook(world, "head")


@pytest.mark.parametrize(("before", "role", "code"), [
    ((), "reviewer", "signing.workbook_role"),
    (("preparer",), "preparer", "signing.workbook_taken"),
    (("head",), "preparer", "signing.workbook_late"),
    (("preparer", "head"), "head", "signing.workbook_taken"),
])
def test_who_may_not_sign(world: World, before: tuple[str, ...], role: str, code: str) -> None:
    with pytest.raises(Trouble) as error:
        ooxml_signature.sign(people.signed_workbook(world, *before), world.keys[role], now=world.now)
    assert [p.code for p in error.value.problems] == [code]


def test_nobody_signs_after_others_than_expected(world: World, both: bytes) -> None:
    one, first = people.signed_workbook(world, "preparer"), world.keys["preparer"].fingerprint
    head = world.keys["head"]
    assert ooxml_signature.verify(ooxml_signature.sign(one, head, now=world.now, after=[first]), world.trust).good
    for content, after in ((one, []), (one, ["00"]), (people.small_workbook(), [first])):
        with pytest.raises(Trouble) as error:
            ooxml_signature.sign(content, head, now=world.now, after=after)
        assert error.value.problems[0].code == "signing.workbook_broken"
    ooxml_signature.check_before(one, [first])
    ooxml_signature.check_before(people.small_workbook(), [])
    for content, after in ((one, []), (both, [first]), (people.small_workbook(), [first])):
        with pytest.raises(Trouble):
            ooxml_signature.check_before(content, after)


def test_nobody_signs_on_top_of_a_broken_signature(world: World) -> None:
    one = people.signed_workbook(world, "preparer")
    for change in ({SHEET: unpacked(one)[SHEET] + b" "}, {SIG1: unpacked(one)[SIG1] + b" "}, {"xl/x.xml": b"<x/>"}):
        with pytest.raises(Trouble) as error:
            ooxml_signature.sign(packed({**unpacked(one), **change}), world.keys["head"], now=world.now)
        assert error.value.problems[0].code == "signing.workbook_broken"


def types_edit(old: bytes, new: bytes) -> Callable[[Files], None]:
    return edit(CONTENT_TYPES, old, new)


UNSIGNABLE: dict[str, Callable[[Files], None]] = {
    "no types": lambda f: f.pop(CONTENT_TYPES) and None,
    "no relationships": lambda f: f.pop(RELS) and None,
    "a doctype": lambda f: f.update({RELS: b"<!DOCTYPE x>" + f[RELS]}),
    "an entity": lambda f: f.update({CONTENT_TYPES: b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
                                     + f[CONTENT_TYPES].replace(b"</Types>", b"&e;</Types>")}),
    "broken XML": lambda f: f.update({RELS: f[RELS][:-5]}),
    "a part without a type": lambda f: f.update({"xl/what.odd": b"x"}),
    "a strange name": lambda f: f.update({"xl/名.xml": b"x"}),
    "a doubled Id": lambda f: f.update({BOOK_RELS: re.sub(rb'Id="[^"]*"', b'Id="rId1"', f[BOOK_RELS])}),
    "a target to escape": lambda f: f.update({BOOK_RELS: f[BOOK_RELS].replace(b"styles.xml", b"a&amp;b")}),
    "an unknown element": lambda f: f.update({RELS: f[RELS].replace(b"</Relationships>", b"<x/></Relationships>")}),
    "properties elsewhere": lambda f: f.update({RELS: f[RELS].replace(b"docProps/app.xml", b"docProps/app2.xml")}),
    "a capital ending": lambda f: f.update({"xl/x.RELS": b"x"}),
}


@pytest.mark.parametrize("name", UNSIGNABLE)
def test_what_cannot_be_signed(world: World, name: str) -> None:
    files = unpacked(people.small_workbook())
    UNSIGNABLE[name](files)
    with pytest.raises(Trouble):
        ooxml_signature.sign(zipped(files), world.keys["head"], now=world.now)


@pytest.mark.parametrize("content", [b"", b"PK", b"PK a workbook", b"hello" * 100, b"PK\x05\x06" + bytes(18)])
def test_what_is_no_workbook(world: World, content: bytes) -> None:
    with pytest.raises(Trouble):
        ooxml_signature.sign(content, world.keys["head"], now=world.now)
    assert not ooxml_signature.verify(content, world.trust).good


def test_a_long_remark_is_cut_and_a_strange_one_tamed(world: World) -> None:
    key, workbook = world.keys["head"], people.small_workbook()
    for remark in ("长" * 400, "a<b>&\"'\r\n\0"):
        signed = ooxml_signature.sign(workbook, key, now=world.now, comments=remark)
        assert ooxml_signature.verify(signed, world.trust).good


# --- the XML is what others canonicalise ---------------------------------------------------------------------------

@pytest.mark.parametrize("where", [SIG1, SIG2])
def test_digests_are_those_of_canonical_xml(both: bytes, where: str) -> None:
    """lxml, asked of the file parsed anew, canonicalises to the very bytes that were digested."""
    import hashlib

    tree = etree.fromstring(unpacked(both)[where])
    found = {e.get("Id"): e for e in tree.iter() if e.get("Id")}
    assert len([e for e in tree.iter() if e.get("Id")]) == len(found)
    space = {"d": ooxml_xml.DSIG}
    for reference in tree.findall("d:SignedInfo/d:Reference", space):
        target = found[(reference.get("URI") or "")[1:]]
        canonical = etree.tostring(etree.fromstring(etree.tostring(target)), method="c14n")
        digest = base64.b64encode(hashlib.sha256(canonical).digest()).decode()
        assert digest == reference.findtext("d:DigestValue", namespaces=space)


def test_relationships_are_transformed_as_the_standard_says(both: bytes) -> None:
    import hashlib

    files = unpacked(both)
    for part in (RELS, BOOK_RELS):
        root = etree.fromstring(files[part])
        kept = sorted((e for e in root if e.get("Type") not in opc.UNSIGNED_LINKS), key=lambda e: str(e.get("Id")))
        made = etree.Element(root.tag, nsmap={None: opc.LINKS_NS})
        for each in kept:
            etree.SubElement(made, each.tag, {"TargetMode": "Internal", **dict(each.attrib)})
        canonical = etree.tostring(etree.fromstring(etree.tostring(made)), method="c14n")
        assert opc.read(both).digest(part) == hashlib.sha256(canonical).digest()


# --- tampering, by someone who keeps the strict form ---------------------------------------------------------------

def put(name: str, content: bytes) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        files[name] = content
    return change


def drop(*names: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        for name in names:
            del files[name]
    return change


def rename(old: str, new: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        files[new] = files.pop(old)
    return change


def edit(name: str, old: bytes, new: bytes) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        assert old in files[name], (old, files[name][:2000])
        files[name] = files[name].replace(old, new, 1)
    return change


def add_sheet(files: Files) -> None:
    """Add a sheet that the book lists, with its type: the signature covers neither."""
    name = "xl/worksheets/sheet9.xml"
    files[name] = files[SHEET]
    media = b"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    override = b'<Override PartName="/' + name.encode() + b'" ContentType="' + media + b'"/>'
    files[CONTENT_TYPES] = files[CONTENT_TYPES].replace(
        b'<Override PartName="/xl/worksheets/sheet2.xml"', b'<Override PartName="/xl/worksheets/sheet2.xml"', 1
    ).replace(b"</Types>", override + b"</Types>")


FORM, CHANGED = "signing.signature_form", "signing.workbook_part_changed"
TYPES, LINKS, STRAY = "signing.workbook_types", "signing.workbook_links", "signing.workbook_stray"
PROPERTIES = "signing.workbook_properties"
DOCTYPE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Signature '
TAMPERED: dict[str, tuple[Callable[[Files], None], str]] = {
    "a value changed": (edit(SHEET, b"1024.5", b"1924.5"), CHANGED),
    "a byte added": (edit(SHEET, b"<sheetData>", b"<sheetData> "), CHANGED),
    "a name of a sheet changed": (edit(WORKBOOK, b'name="01 ', b'name="09 '), CHANGED),
    "a style changed": (edit("xl/styles.xml", b"Calibri", b"Calibro"), CHANGED),
    "a part removed": (drop("xl/theme/theme1.xml"), "signing.workbook_part_gone"),
    "a part renamed": (rename(SHEET, "xl/worksheets/sheet3.xml"), "signing.workbook_uncovered"),
    "a part added": (put("xl/extra.xml", b"<x/>"), "signing.workbook_uncovered"),
    "a sheet added": (add_sheet, "signing.workbook_uncovered"),
    "macros added": (put("xl/vbaProject.bin", b"x"), "signing.workbook_uncovered"),
    "custom properties added": (put("docProps/custom.xml", b"<x/>"), "signing.workbook_uncovered"),
    "an entity in the properties": (edit("docProps/core.xml", b"<cp:coreProperties ", (
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><cp:coreProperties ')), PROPERTIES),
    "properties that use an entity": (edit("docProps/core.xml", b"openpyxl", b"&e;"), PROPERTIES),
    "properties that are no XML": (put("docProps/app.xml", b"junk"), PROPERTIES),
    "properties left open": (edit("docProps/core.xml", b"</cp:coreProperties>", b""), PROPERTIES),
    "properties within properties": (edit("docProps/core.xml", b"openpyxl", b"<a>openpyxl</a>"), PROPERTIES),
    "a comment in the properties": (edit("docProps/core.xml", b"openpyxl", b"<!-- x -->"), PROPERTIES),
    "blanks for properties": (lambda f: f.update({"docProps/core.xml": f["docProps/core.xml"] + b" " * (7 << 20)}),
                              PROPERTIES),
    "no properties": (put("docProps/core.xml", b""), PROPERTIES),
    "two sheets exchanged": (
        lambda f: f.update({SHEET: f["xl/worksheets/sheet2.xml"], "xl/worksheets/sheet2.xml": f[SHEET]}), CHANGED),
    "a content type changed": (types_edit(b"spreadsheetml.worksheet+xml", b"spreadsheetml.chartsheet+xml"),
                               "signing.workbook_part_type"),
    "a book turned into one with macros": (
        types_edit(b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                   b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"), "signing.workbook_part_type"),
    "a default type added": (types_edit(b"<Override", b'<Default Extension="bin" ContentType="a/b"/><Override'), TYPES),
    "an override for nothing": (
        types_edit(b"</Types>", b'<Override PartName="/xl/z.xml" ContentType="a/b"/></Types>'), TYPES),
    "a comment in the types": (types_edit(b"<Override", b"<!-- --><Override"), TYPES),
    "a doctype in the types": (types_edit(b"<Types ", b"<!DOCTYPE Types><Types "), TYPES),
    "the types in another encoding": (
        lambda f: f.update({CONTENT_TYPES: f[CONTENT_TYPES].decode().encode("utf-16")}), TYPES),
    "no types": (drop(CONTENT_TYPES), TYPES),
    "a relationship redirected": (edit(BOOK_RELS, b"/xl/worksheets/sheet1.xml", b"/xl/worksheets/sheet2.xml"), CHANGED),
    "a relationship's type changed": (edit(BOOK_RELS, b"relationships/styles", b"relationships/styler"), CHANGED),
    "a relationship removed": (lambda f: f.update({BOOK_RELS: re.sub(
        rb'<Relationship Id="rId1"[^>]*/>', b"", f[BOOK_RELS])}), CHANGED),
    "a relationship added": (
        edit(BOOK_RELS, b"</Relationships>", b'<Relationship Id="s" Type="t" Target="u"/></Relationships>'), CHANGED),
    "a relationship made external": (
        edit(BOOK_RELS, b'Target="styles.xml"/>', b'Target="styles.xml" TargetMode="External"/>'), CHANGED),
    "a relationship added at the root": (
        edit(RELS, b"</Relationships>", b'<Relationship Id="s" Type="t" Target="u"/></Relationships>'), CHANGED),
    "a second root document": (edit(RELS, b"</Relationships>", (
        b'<Relationship Id="s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        b'extended-properties" Target="docProps/app.xml"/></Relationships>')), LINKS),
    "the properties redirected": (edit(RELS, b'Target="docProps/app.xml"', b'Target="xl/workbook.xml"'), LINKS),
    "a relationship as a property": (lambda f: f.update({RELS: f[RELS].replace(
        b"relationships/officeDocument", b"relationships/extended-properties")}), CHANGED),
    "spelled relationships": (edit(RELS, b"<Relationship ", b"<Relationship  "), LINKS),
    "an entity in relationships": (edit(RELS, b"<Relationships ", b"<!DOCTYPE x []><Relationships "), LINKS),
    "relationships added to a sheet": (put("xl/worksheets/_rels/sheet1.xml.rels", (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>')),
        "signing.workbook_uncovered"),
    "the origin gone": (drop("_xmlsignatures/origin.sigs"), LINKS),
    "something in the origin": (put("_xmlsignatures/origin.sigs", b"x"), LINKS),
    "the way to the signatures gone": (lambda f: f.update({RELS: re.sub(
        rb'<Relationship Id="rIdSignatures"[^>]*/>', b"", f[RELS])}), LINKS),
    "the way to one signature gone": (lambda f: f.update({opc.ORIGIN_LINKS: re.sub(
        rb'<Relationship Id="rId2"[^>]*/>', b"", f[opc.ORIGIN_LINKS])}), LINKS),
    "the first signature gone": (drop(SIG1), STRAY),
    "the second signature gone, not its traces": (drop(SIG2), LINKS),
    "a file among the signatures": (put("_xmlsignatures/more.xml", b"<x/>"), STRAY),
    "the signatures' folder in capitals": (put("_XMLSIGNATURES/sig1.xml", b"<x/>"), STRAY),
    "two signatures exchanged": (lambda f: f.update({SIG1: f[SIG2], SIG2: f[SIG1]}), "signing.workbook_order"),
    "a signature doubled": (lambda f: f.update({SIG2: f[SIG1]}), "signing.same_key"),
    "a doctype": (edit(SIG1, b"<Signature ", DOCTYPE), FORM),
    "a comment": (edit(SIG1, b"<Manifest>", b"<Manifest><!-- x -->"), FORM),
    "white space": (edit(SIG1, b"<Manifest>", b"<Manifest> "), FORM),
    "a doubled Id": (edit(SIG1, b"<KeyInfo>", b'<Object Id="idPackageObject"></Object><KeyInfo>'), FORM),
    "an object more": (edit(SIG1, b"</Signature>", b"<Object></Object></Signature>"), FORM),
    "another digest": (edit(SIG1, b"xmlenc#sha256", b"xmlenc#sha512"), FORM),
    "a weak digest": (edit(SIG1, b"2001/04/xmlenc#sha256", b"2000/09/xmldsig#sha1"), FORM),
    "another algorithm": (edit(SIG1, b"ecdsa-sha256", b"ecdsa-sha1"), FORM),
    "HMAC": (edit(SIG1, b"xmldsig-more#ecdsa-sha256", b"xmldsig-more#hmac-sha256"), FORM),
    "another canonicalisation": (
        edit(SIG1, b"TR/2001/REC-xml-c14n-20010315", b"2006/12/xml-c14n11"), FORM),
    "a transform more": (edit(SIG1, b"</Transforms>", (
        b'<Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"></Transform></Transforms>')), FORM),
    "a reference taken out": (lambda f: f.update({SIG1: re.sub(
        rb'<Reference URI="/xl/worksheets/sheet1.*?</Reference>', b"", f[SIG1])}), FORM),
    "a reference elsewhere": (edit(SIG1, b'URI="/xl/styles.xml', b'URI="http://x/styles.xml'), FORM),
    "a relationship left out of the transform": (lambda f: f.update({SIG1: re.sub(
        rb"<mdssi:RelationshipReference[^>]*></mdssi:RelationshipReference>", b"", f[SIG1], count=1)}), FORM),
    "a digest changed": (lambda f: f.update({SIG1: re.sub(
        rb"<DigestValue>.", b"<DigestValue>_", f[SIG1])}), FORM),
    "another time": (lambda f: f.update({SIG1: f[SIG1].replace(b"2024-07-11", b"2024-07-10")}), FORM),
    "another remark": (edit(SIG1, "填表人".encode(), "审核人".encode()), FORM),
    "the certificate of another": (lambda f: f.update({SIG1: re.sub(
        rb"<X509Certificate>.*?</X509Certificate>",
        re.findall(rb"<X509Certificate>.*?</X509Certificate>", f[SIG2])[0], f[SIG1])}), FORM),
    "a signature value changed": (lambda f: f.update({SIG1: re.sub(
        rb"(?<=<SignatureValue>).", lambda m: b"A" if m[0] != b"A" else b"B", f[SIG1])}), "signing.signature_wrong"),
    "an empty signature value": (lambda f: f.update({SIG1: re.sub(
        rb"<SignatureValue>.*?</SignatureValue>", b"<SignatureValue></SignatureValue>", f[SIG1])}),
        "signing.signature_wrong"),
    "a huge signature": (put(SIG1, b"<" * (5 << 20)), FORM),
    "a signature that is empty": (put(SIG1, b""), FORM),
    "a signature that is no text": (put(SIG1, b"\xff\xfe\0"), FORM),
    "a signature without end": (put(SIG1, b"<Manifest>" + b'<Reference URI="/' * 100_000), FORM),
    "an upper traversal": (put("../evil.xml", b"x"), "signing.workbook_name"),
    "an absolute name": (put("/xl/x.xml", b"x"), "signing.workbook_name"),
    "a name in capitals": (put("XL/WORKBOOK.XML", b"x"), "signing.workbook_twice"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_workbook_that_was_tampered_with(world: World, both: bytes, name: str) -> None:
    change, code = TAMPERED[name]
    files = unpacked(both)
    change(files)
    verdict = ooxml_signature.verify(packed(files), world.trust)
    assert not verdict.good
    assert code in codes(verdict)
    with pytest.raises(Trouble):
        ooxml_signature.check_before(packed(files), [world.keys[r].fingerprint for r in ("preparer", "head")])


def test_packing_again_changes_nothing_by_itself(world: World, both: bytes) -> None:
    """The table above rests on this: only what it changes is told."""
    assert ooxml_signature.verify(packed(unpacked(both)), world.trust).good


def test_forged_digests_need_a_signature(world: World, both: bytes) -> None:
    """Someone who lists the changed part in a manifest that fits, without the key, has no signature that holds."""
    files = unpacked(both)
    files[SHEET] = files[SHEET].replace(b"1024.5", b"1924.5")
    package = opc.read(packed(files))
    old = ooxml_xml.read(files[SIG1])
    references = tuple(replace(r, digest=package.digest(r.part)) for r in old.references)
    files[SIG1] = ooxml_xml._spell(replace(old, references=references), old.signature)
    verdict = ooxml_signature.verify(packed(files), world.trust)
    assert verdict.signatures[0].intact
    assert not verdict.signatures[0].valid
    assert "signing.signature_wrong" in codes(verdict)


def test_a_signature_that_leaves_a_part_out(world: World) -> None:
    """A program that forgets a part makes no good signature, however well it signs."""
    one = people.signed_workbook(world, "preparer")
    files, found = unpacked(one), ooxml_xml.read(unpacked(one)[SIG1])
    for kept in (found.references[:-1], (*found.references, found.references[0]),
                 tuple(replace(r, links=r.links[:1]) if r.links and len(r.links) > 1 else r for r in found.references)):
        files[SIG1] = ooxml_xml.make(kept, world.keys["preparer"], signed_at=world.now)
        verdict = ooxml_signature.verify(packed(files), world.trust)
        assert verdict.signatures[0].valid
        assert not verdict.good


def signed_over(world: World, change: Callable[[Files], None], *roles: str) -> bytes:
    """Return a workbook that its own people signed with a program that signs anything."""
    files = unpacked(people.signed_workbook(world, *roles))
    change(files)
    package = opc.read(packed(files))
    for number, role in enumerate(roles, 1):
        held = ooxml_xml.read(files[opc.signature_name(number)]).references
        covered = tuple(replace(r, digest=package.digest(r.part)) for r in held)
        files[opc.signature_name(number)] = ooxml_xml.make(covered, world.keys[role], signed_at=world.now)
    return packed(files)


def in_front(part: str, what: bytes) -> Callable[[Files], None]:
    """Put something between a part's declaration, if it has one, and its root element."""
    return lambda f: f.update({part: re.sub(rb"<(?=[A-Za-z])", lambda m: what + m[0], f[part], count=1)})


def encoded(part: str, codec: str, said: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        text = re.sub(r"^<\?xml[^>]*>", "", files[part].decode())
        files[part] = (f'<?xml version="1.0" encoding="{said}"?>' + text).encode(codec)
    return change


DEFAULTS = b'<!DOCTYPE worksheet [<!ATTLIST row hidden CDATA "1">]>'
"""Hides each row where a reader heeds it."""
PROLOGS: dict[str, Callable[[Files], None]] = {
    "in a sheet": in_front(SHEET, DEFAULTS),
    "in a sheet, behind a remark": in_front(SHEET, b"<!-- < --><?x?>" + DEFAULTS),
    "in a sheet, far down": in_front(SHEET, b" " * 5000 + DEFAULTS),
    "in the workbook's own part": in_front(WORKBOOK, b'<!DOCTYPE workbook SYSTEM "http://example.org/a.dtd">'),
    "in the styles": in_front("xl/styles.xml", b"<!DOCTYPE styleSheet>"),
    "in the theme": in_front("xl/theme/theme1.xml", b"<!DOCTYPE x [<!ENTITY e 'x'>]>"),
    "in small letters": in_front(SHEET, DEFAULTS.replace(b"DOCTYPE", b"doctype")),
    "in UTF-16": encoded(SHEET, "utf-16", "UTF-16"),
    "in UTF-16 without its mark": encoded(SHEET, "utf-16-be", "UTF-16"),
    "in UTF-7": encoded(SHEET, "ascii", "UTF-7"),
    "in UTF-32": encoded(SHEET, "utf-32-be", "UTF-32"),
    "in EBCDIC": encoded(SHEET, "cp037", "cp037"),
    "no XML at all": lambda f: f.update({SHEET: b"x" + f[SHEET]}),
    "no XML but an empty part": lambda f: f.update({"xl/styles.xml": b""}),
}


@pytest.mark.parametrize("name", PROLOGS)
def test_a_part_that_readers_take_in_differently_is_told_whoever_signed_it(world: World, name: str) -> None:
    verdict = ooxml_signature.verify(signed_over(world, PROLOGS[name], "preparer", "head"), world.trust)
    assert all(s.good for s in verdict.signatures)
    assert (verdict.whole, verdict.good, codes(verdict)) == (True, False, {"signing.workbook_doctype"})
    with pytest.raises(Trouble) as error:
        ooxml_signature.sign(signed_over(world, PROLOGS[name], "preparer"), world.keys["head"], now=world.now)
    assert error.value.problems[0].code == "signing.workbook_broken"
    files = unpacked(people.small_workbook())
    PROLOGS[name](files)
    with pytest.raises(Trouble, match="文档类型声明"):
        ooxml_signature.sign(zipped(files), world.keys["preparer"], now=world.now)


@pytest.mark.parametrize("change", [
    lambda f: f.update({SHEET: b'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\r\n<!-- a -->' + re.sub(
        rb"^<\?xml[^>]*>", b"", f[SHEET])}),
    lambda f: f.update({SHEET: b"\xef\xbb\xbf" + f[SHEET]}),
])
def test_a_part_as_other_programs_begin_it_is_as_good(world: World, change: Callable[[Files], None]) -> None:
    assert ooxml_signature.verify(signed_over(world, change, "preparer", "head"), world.trust).good


# --- tampering with the zip ----------------------------------------------------------------------------------------

def test_a_workbook_zipped_again(world: World, both: bytes) -> None:
    assert codes(ooxml_signature.verify(zipped(unpacked(both)), world.trust)) == {"signing.workbook_repacked"}


def test_a_workbook_saved_again_has_lost_its_signatures(world: World, both: bytes) -> None:
    out = BytesIO()
    openpyxl.load_workbook(BytesIO(both)).save(out)
    assert codes(ooxml_signature.verify(out.getvalue(), world.trust)) == {"signing.workbook_unsigned"}
    assert codes(ooxml_signature.verify(people.small_workbook(), world.trust)) == {"signing.workbook_unsigned"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", [SHEET, SIG1, CONTENT_TYPES])
def test_a_name_that_stands_twice(world: World, both: bytes, name: str) -> None:
    out = BytesIO(both)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, unpacked(both)[name])
    assert "signing.workbook_twice" in codes(ooxml_signature.verify(out.getvalue(), world.trust))


@pytest.mark.parametrize("more", [b"\0", b"PK\x05\x06", b"x" * 100])
def test_a_tail_or_a_head(world: World, both: bytes, more: bytes) -> None:
    assert not ooxml_signature.verify(both + more, world.trust).good
    assert not ooxml_signature.verify(more + both, world.trust).good


def test_something_between_the_parts(world: World, both: bytes) -> None:
    """A gap in which another local header hides: readers that walk would see it, those of the directory not."""
    entries = opc_zip.read(both)
    hidden = opc_zip.write(entries)
    start = hidden.index(b"PK\x01\x02")
    gap = b"PK\x03\x04 hidden"
    size = len(hidden) - 22 - start
    end = hidden[-22:-10] + size.to_bytes(4, "little") + (start + len(gap)).to_bytes(4, "little") + b"\0\0"
    moved = hidden[:start] + gap + hidden[start:-22] + end
    assert zipfile.ZipFile(BytesIO(moved)).testzip() is None
    assert codes(ooxml_signature.verify(moved, world.trust)) == {"signing.workbook_repacked"}


def test_a_part_that_unpacks_to_other_than_it_says(world: World, both: bytes) -> None:
    entries = {e.name: e for e in opc_zip.read(both)}
    sheet = entries[SHEET]
    for wrong in (replace(sheet, size=sheet.size + 1), replace(sheet, size=1), replace(sheet, crc=sheet.crc ^ 1),
                  replace(sheet, packed=sheet.packed[:-3]), replace(sheet, packed=sheet.packed + b"x"),
                  replace(sheet, method=0), replace(sheet, packed=b"")):
        content = opc_zip.write([*(e for e in entries.values() if e is not sheet), wrong])
        assert CHANGED in codes(ooxml_signature.verify(content, world.trust))


def test_a_bomb_is_refused_quickly(world: World, both: bytes) -> None:
    entries = opc_zip.read(both)
    piece = opc_zip.entry("xl/bomb.bin", bytes(64 << 20))
    assert len(piece.packed) < 100_000
    honest = opc_zip.write([*entries, *(replace(piece, name=f"xl/bomb{n}.bin") for n in range(20))])
    assert codes(ooxml_signature.verify(honest, world.trust)) == {"signing.workbook_unreadable"}
    lying = opc_zip.write([*entries, replace(piece, size=100)])
    assert "signing.workbook_uncovered" in codes(ooxml_signature.verify(lying, world.trust))
    small = opc_zip.write([*(e for e in entries if e.name != SIG1), replace(piece, name=SIG1)])
    assert FORM in codes(ooxml_signature.verify(small, world.trust))


@pytest.mark.parametrize("length", [0, 1, 20, 1000, -1000, -22, -21, -1])
def test_a_workbook_cut_short(world: World, both: bytes, length: int) -> None:
    verdict = ooxml_signature.verify(both[:length], world.trust)
    assert not verdict.good
    assert verdict.problems


@pytest.mark.parametrize("seed", range(4))
def test_one_changed_byte_is_told_or_means_nothing(world: World, both: bytes, seed: int) -> None:
    """Never an exception; what passes is in what Office leaves unsigned, and every signed part is as it was."""
    source = random.Random(SEED + seed)  # noqa: S311
    whole = unpacked(both)
    for _ in range(COUNT // 4):
        changed = bytearray(both)
        changed[source.randrange(len(both))] ^= 1 << source.randrange(8)
        verdict = ooxml_signature.verify(bytes(changed), world.trust)
        assert not verdict.good or unpacked(bytes(changed)) == whole
        assert verdict.good == (not codes(verdict))


def test_large_patches_of_noise_never_raise(world: World, both: bytes) -> None:
    source = random.Random(SEED)  # noqa: S311
    for _ in range(COUNT // 2):
        start, length = source.randrange(len(both)), source.randrange(1, 400)
        noise = both[:start] + source.randbytes(length) + both[start + source.randrange(400):]
        assert not ooxml_signature.verify(noise, world.trust).good


def test_what_office_leaves_unsigned(world: World, both: bytes) -> None:
    """The properties of the document: the packet's digest tells."""
    files = unpacked(both)
    edit("docProps/core.xml", b"openpyxl", b"another")(files)
    assert ooxml_signature.verify(packed(files), world.trust).good


# --- the wrong people ----------------------------------------------------------------------------------------------

def forged(both: bytes, key: Key, now: datetime) -> bytes:
    """Return the workbook with the second signature made anew by another key."""
    files = unpacked(both)
    files[SIG2] = ooxml_xml.make(ooxml_xml.read(files[SIG2]).references, key, signed_at=now)
    return packed(files)


def test_the_wrong_people(world: World, both: bytes, now: datetime) -> None:
    stranger = authority.create(now=now).issue(people.person("head"), now=now, algorithm="ecdsa")
    cases = [(stranger, "signing.untrusted"), (world.keys["reviewer"], "signing.workbook_role"),
             (world.issue("preparer"), "signing.workbook_order"),
             (people.reissued(world, "preparer", "head"), "signing.same_key")]
    for key, code in cases:
        assert codes(ooxml_signature.verify(forged(both, key, now), world.trust)) == {code}


def test_a_revoked_signer(world: World, both: bytes) -> None:
    verdict = ooxml_signature.verify(both, world.revoke("head").trust)
    assert codes(verdict) == {"signing.revoked"}
    assert [s.revoked for s in verdict.signatures] == [False, True]


def test_three_signatures_are_too_many(world: World, both: bytes, now: datetime) -> None:
    package = opc.read(both)
    signature = ooxml_xml.make(ooxml_xml.read(unpacked(both)[SIG1]).references, world.issue("head"), signed_at=now)
    third = opc.write(opc.with_signature(package, signature))
    assert {"signing.workbook_many", "signing.workbook_order"} <= codes(ooxml_signature.verify(third, world.trust))


# --- second opinions -----------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def today() -> World:
    """Return an authority of the real present: outside programs ask the real clock."""
    return people.world(datetime.now(UTC).replace(microsecond=0))


def outside(shared: Path, folder: Path, of: World, content: bytes, *only: str) -> tuple[int, str]:
    for program, package in (("xmlsec1", "xmlsec1"), ("soffice", "libreoffice-calc"), ("certutil", "libnss3-tools")):
        need(program, package)
    (folder / "root.pem").write_bytes(of.authority.root_pem)
    (folder / "root.crl.pem").write_bytes(of.authority.crl_pem(now=of.now))
    (folder / "book.xlsx").write_bytes(content)
    done = subprocess.run(
        [sys.executable, shared / "verify" / "outside.py", folder / "book.xlsx", "--ca", folder / "root.pem",
         "--crl", folder / "root.crl.pem", *only], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


@pytest.mark.outside
@pytest.mark.parametrize("roles", [("preparer",), ("head",), ("preparer", "head")])
def test_outside_tools_agree(shared: Path, tmp_path: Path, today: World, roles: tuple[str, ...]) -> None:
    """Preparer's key is ECDSA P-256, head's RSA."""
    code, said = outside(shared, tmp_path, today, people.signed_workbook(today, *roles))
    assert code == 0, said
    assert said.count("valid  ") == 2, said


SEEN_OUTSIDE = ("a value changed", "a relationship redirected", "a signature value changed", "another time")


@pytest.mark.outside
@pytest.mark.parametrize("tool", ["xmlsec1", "libreoffice"])
@pytest.mark.parametrize("name", SEEN_OUTSIDE)
def test_outside_tools_tell_tampering(shared: Path, tmp_path: Path, today: World, name: str, tool: str) -> None:
    files = unpacked(people.signed_workbook(today, "preparer", "head"))
    day = f"{today.now:%Y-%m-%d}".encode()
    files[SIG1] = files[SIG1].replace(day, b"2024-07-11")
    if name != "another time":
        files = unpacked(people.signed_workbook(today, "preparer", "head"))
        TAMPERED[name][0](files)
    code, said = outside(shared, tmp_path, today, packed(files), "--only", tool)
    assert (code, "INVALID" in said) == (1, True), said


@pytest.mark.outside
def test_outside_tools_know_a_revoked_certificate(shared: Path, tmp_path: Path, today: World) -> None:
    revoked = today.revoke("head")
    content = people.signed_workbook(today, "preparer", "head")
    code, said = outside(shared, tmp_path, revoked, content, "--only", "libreoffice")
    assert code == 1, said
