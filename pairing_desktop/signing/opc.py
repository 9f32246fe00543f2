"""An Open Packaging Conventions package (ECMA-376 part 2): parts, their content types, their relationships.

In one spelling: ``[Content_Types].xml`` with an Override for each part, relationships by Id. Reading takes types and
relationships out by pattern, writes them again and compares, so that no XML parser meets a stranger's file, and what is
not signed as a part by itself, the content types above all, has no room for anything but what the signatures say.
A workbook that nobody signed yet is brought into this spelling by ``opc_parsing``.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from pairing_desktop.errors import Problem, problem
from pairing_desktop.signing import opc_zip
from pairing_desktop.signing.opc_zip import CONTENT_TYPES, Entry

SIGNATURES = "_xmlsignatures/"
ORIGIN, ORIGIN_LINKS = SIGNATURES + "origin.sigs", SIGNATURES + "_rels/origin.sigs.rels"
ROOT_LINKS = "_rels/.rels"
MAX_SIGNATURES = 16
"""More are nobody's relay."""

_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
TYPES_NS, LINKS_NS = _PACKAGE + "content-types", _PACKAGE + "relationships"
_MEDIA = "application/vnd.openxmlformats-package."
LINKS_TYPE = _MEDIA + "relationships+xml"
ORIGIN_TYPE = _MEDIA + "digital-signature-origin"
SIGNATURE_TYPE = _MEDIA + "digital-signature-xmlsignature+xml"
LEFT_OUT = {
    "docProps/core.xml": _MEDIA + "core-properties+xml",
    "docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
}
"""Parts that Office leaves unsigned, with the only type that each may have."""
ORIGIN_LINK = _PACKAGE + "relationships/digital-signature/origin"
SIGNATURE_LINK = _PACKAGE + "relationships/digital-signature/signature"
UNSIGNED_LINKS = {
    _PACKAGE + "relationships/metadata/core-properties": "docProps/core.xml",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties": "docProps/app.xml",
    ORIGIN_LINK: ORIGIN,
}
"""Types of the root's relationships that Office leaves unsigned, with the only target that each may have."""

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PART = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*(?:_rels/\.rels|[A-Za-z0-9_-][A-Za-z0-9._-]*)")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*/[A-Za-z0-9][A-Za-z0-9.+-]*")
_LINK_ID = re.compile(r"[A-Za-z_][A-Za-z0-9._-]{0,63}")
_OVERRIDE = re.compile(r'<Override PartName="/([^"<>]*)" ContentType="([^"<>]*)"/>')
_LINK = re.compile(r'<Relationship Id="([^"<>]*)" Type="([^"<>]*)" Target="([^"<>]*)"( TargetMode="External")?/>')
_PLAIN = re.compile(r"[^&<>\"\x00-\x20\x7f]+")
"""Relationship targets and types that need no escape: xmlsec1's relationship transform, so LibreOffice's, has none."""
_ATTRIBUTES = r'(?:\s+[A-Za-z:]+="[^"<>&]*")*'
_TEXT = r"[^<&]*(?:&(?:amp|lt|gt|quot|apos|#[0-9]{1,7});[^<&]*)*"
_PROPERTIES = re.compile(
    rf"(?:<\?xml [^<>?]*\?>)?\s*<([A-Za-z:]+){_ATTRIBUTES}>"
    rf"(?:\s*<([A-Za-z:]+){_ATTRIBUTES}(?:/>|>{_TEXT}</\2>))*\s*</\1>\s*")
"""One element that holds simple ones: no document type, no entity of its own, no comment."""
MAX_PROPERTIES = 64 << 10
_XML_NAMES = (".xml", ".rels", ".vml")
_LOOKS_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<|\xff\xfe|\xfe\xff|\0+<|\x4c\x6f\xa7\x94")
"""How XML begins in any encoding: what is called otherwise may still be read as such."""
_PROLOG = re.compile(
    rb"(?:\xef\xbb\xbf)?+(?:<\?xml\s+version=[\"']1\.0[\"'](?:\s+encoding=[\"'](?i:utf-8|us-ascii)[\"'])?+"
    rb"(?:\s+standalone=[\"'](?:yes|no)[\"'])?+\s*\?>)?+(?:\s++|<!--.*?-->|<\?(?!xml\s).*?\?>)*+<[A-Za-z_]", re.DOTALL)
"""What may come before a part's root element: no document type, no other encoding than UTF-8."""


class Link(Struct, frozen=True, order=True):
    """A relationship."""

    id: str
    type: str
    target: str
    external: bool = False


_ORIGIN = Link("rIdSignatures", ORIGIN_LINK, ORIGIN)


class Package(Struct, frozen=True):
    """Parts as packed, with what types and relationships say; ``[Content_Types].xml`` is no part."""

    entries: Mapping[str, Entry]
    types: Mapping[str, str]
    links: Mapping[str, tuple[Link, ...]]
    """Relationship part → its relationships by Id."""
    problems: tuple[Problem, ...] = ()
    """Every way in which the package is not in the one spelling."""

    @property
    def signed_parts(self) -> tuple[str, ...]:
        """The parts that every signature has to cover, in order."""
        return tuple(sorted(n for n in self.entries if n not in LEFT_OUT and not n.startswith(SIGNATURES)))

    @property
    def signature_parts(self) -> tuple[str, ...]:
        """``_xmlsignatures/sig1.xml`` and on, as many as there are without a gap."""
        names: list[str] = []
        while len(names) < MAX_SIGNATURES and (name := signature_name(len(names) + 1)) in self.entries:
            names.append(name)
        return tuple(names)

    def signed_links(self, part: str) -> tuple[str, ...]:
        """Return the Ids of the relationships in a relationship part that a signature covers."""
        return tuple(link.id for link in self.links[part] if _signed(part, link))

    def digest(self, part: str) -> bytes:
        """Return the SHA-256 that a signature holds for a part. Raises ``ValueError`` when the part is damaged."""
        if part in self.links:
            return hashlib.sha256(_transformed(part, self.links[part])).digest()
        return self.entries[part].digest()


def signature_name(number: int) -> str:
    """Return the name of the n-th (from 1) signature."""
    return f"{SIGNATURES}sig{number}.xml"


def bears_signatures(content: bytes) -> bool:
    """Return whether a zip holds anything of signatures. Raises ``Trouble`` when it is no zip."""
    return any(e.name.lower().startswith(SIGNATURES) for e in opc_zip.read(content))


# --- writing -------------------------------------------------------------------------------------------------------

def write(package: Package) -> bytes:
    """Return the package in the one spelling."""
    spelled = [opc_zip.entry(name, _spell_links(links)) for name, links in package.links.items()]
    types = opc_zip.entry(CONTENT_TYPES, _spell_types(package.types))
    parts = [each for name, each in package.entries.items() if name not in package.links]
    return opc_zip.write([types, *spelled, *parts])


def with_signature(package: Package, signature: bytes) -> Package:
    """Return the package with one more signature, and with what leads there."""
    number = len(package.signature_parts) + 1
    name = signature_name(number)
    root = tuple(sorted({*package.links.get(ROOT_LINKS, ()), _ORIGIN}))
    links = {**package.links, ROOT_LINKS: root, ORIGIN_LINKS: _signature_links(number)}
    new = {name: opc_zip.entry(name, signature), ORIGIN: Entry(ORIGIN, b"", 0, 0, 0),
           ORIGIN_LINKS: Entry(ORIGIN_LINKS, b"", 0, 0, 0)}
    types = {name: SIGNATURE_TYPE, ORIGIN: ORIGIN_TYPE, ORIGIN_LINKS: LINKS_TYPE}
    return replace(package, entries={**package.entries, **new}, types={**package.types, **types}, links=links)


def _signature_links(count: int) -> tuple[Link, ...]:
    return tuple(sorted(Link(f"rId{n}", SIGNATURE_LINK, f"sig{n}.xml") for n in range(1, count + 1)))


def _signed(part: str, link: Link) -> bool:
    return part != ROOT_LINKS or link.type not in UNSIGNED_LINKS


def _transformed(part: str, links: Iterable[Link]) -> bytes:
    """Return what relationship transform and canonicalisation make of the signed ones (part 2, 13.2.4.24)."""
    inside = "".join(
        f'<Relationship Id="{link.id}" Target="{link.target}"'
        f' TargetMode="{"External" if link.external else "Internal"}" Type="{link.type}"></Relationship>'
        for link in sorted(links)
        if _signed(part, link)
    )
    return f'<Relationships xmlns="{LINKS_NS}">{inside}</Relationships>'.encode()


def _spell_links(links: Iterable[Link]) -> bytes:
    inside = "".join(
        f'<Relationship Id="{link.id}" Type="{link.type}" Target="{link.target}"'
        f'{" TargetMode=" + chr(34) + "External" + chr(34) if link.external else ""}/>'
        for link in sorted(links)
    )
    return f'{_HEAD}<Relationships xmlns="{LINKS_NS}">{inside}</Relationships>'.encode()


def _spell_types(types: Mapping[str, str]) -> bytes:
    inside = "".join(
        f'<Override PartName="/{name}" ContentType="{media}"/>'
        for name, media in sorted(types.items())
        if not name.endswith((".rels", ".sigs"))
    )
    defaults = f'<Default Extension="rels" ContentType="{LINKS_TYPE}"/>'
    if ORIGIN in types:
        defaults += f'<Default Extension="sigs" ContentType="{ORIGIN_TYPE}"/>'
    return f'{_HEAD}<Types xmlns="{TYPES_NS}">{defaults}{inside}</Types>'.encode()


# --- reading -------------------------------------------------------------------------------------------------------

def read(content: bytes) -> Package:
    """Read a package; whatever is readable is returned, with every fault of spelling as a problem.

    Raises ``Trouble`` when it is no zip, cut short, too large, or packed as Office never packs.
    """
    found = opc_zip.read(content)
    entries = {each.name: each for each in reversed(found)}
    types_part = entries.pop(CONTENT_TYPES, None)
    links = {name: _read_links(_small(each)) for name, each in entries.items() if name.endswith(".rels")}
    package = Package(entries, _read_types(_small(types_part), entries), links)
    problems = [*about_names(each.name for each in found), *_about_spelling(package, _small(types_part))]
    if not problems and opc_zip.write(found) != content:
        problems.append(problem("signing.workbook_repacked"))
    return replace(package, problems=tuple(problems))


def about_names(names: Iterable[str]) -> Iterator[Problem]:
    """Yield names that stand twice, capitals aside, and names that a package of ours never has."""
    seen: set[str] = set()
    for name in names:
        shown = "".join(c if c.isprintable() else "\ufffd" for c in name[:120])
        if name.lower() in seen:
            yield problem("signing.workbook_twice", name=shown)
        elif name != CONTENT_TYPES and not allowed_name(name):
            yield problem("signing.workbook_name", name=shown)
        seen.add(name.lower())


def allowed_name(name: str) -> bool:
    """Return whether a part may be called so: ASCII, nothing to escape, endings of the package's own as they are."""
    own = name.lower().endswith((".rels", ".sigs")) and not name.endswith((".rels", ".sigs"))
    return len(name) <= 160 and not own and _PART.fullmatch(name) is not None


def allowed_link(link: Link) -> bool:
    """Return whether a relationship is one that the one spelling can hold."""
    fixed = UNSIGNED_LINKS.get(link.type)
    plain = _LINK_ID.fullmatch(link.id) and _PLAIN.fullmatch(link.type) and _PLAIN.fullmatch(link.target)
    return plain is not None and (fixed is None or (link.target == fixed and not link.external))


def allowed_type(media: str) -> bool:
    """Return whether a content type needs no escape anywhere."""
    return len(media) <= 160 and _MEDIA_TYPE.fullmatch(media) is not None


def allowed_properties(each: Entry) -> bool:
    """Return whether a part that no signature covers is no more than a few plain properties of the document."""
    if each.size > MAX_PROPERTIES:
        return False
    try:
        return _PROPERTIES.fullmatch(each.content().decode()) is not None
    except ValueError:
        return False


def about_prologs(entries: Mapping[str, Entry], types: Mapping[str, str]) -> Iterator[str]:
    """Yield the parts that declare a document type, or are XML in another encoding than UTF-8.

    A document type can give elements attributes and names contents, which one reader takes in and another does not.
    """
    for name, each in entries.items():
        start = each.beginning()
        called = name.lower().endswith(_XML_NAMES) or types.get(name, "").endswith("xml")
        if (called or _LOOKS_XML.match(start)) and not _PROLOG.match(start):
            yield name


def _small(each: Entry | None) -> bytes:
    """Return a small part's content, nothing when it is not there or damaged: then its spelling is not the one."""
    try:
        return each.content() if each else b""
    except ValueError:
        return b""


def _read_types(content: bytes, entries: Iterable[str]) -> dict[str, str]:
    types = dict(_OVERRIDE.findall(content.decode("utf-8", "replace")))
    for name in entries:
        if name.endswith(".rels"):
            types[name] = LINKS_TYPE
        elif name.endswith(".sigs"):
            types[name] = ORIGIN_TYPE
    return types


def _read_links(content: bytes) -> tuple[Link, ...]:
    found = _LINK.findall(content.decode("utf-8", "replace"))
    return tuple(Link(name, kind, target, bool(mode)) for name, kind, target, mode in found)


def _about_spelling(package: Package, types: bytes) -> Iterator[Problem]:
    """Yield where types, relationships or the signatures' own parts are not as ``write`` gives them."""
    allowed = all(allowed_type(media) for media in package.types.values())
    fixed = all(package.types.get(n) == media for n, media in LEFT_OUT.items() if n in package.entries)
    if not (allowed and fixed) or set(package.types) != set(package.entries) or types != _spell_types(package.types):
        yield problem("signing.workbook_types")
    for name in sorted(LEFT_OUT.keys() & package.entries.keys()):
        if not allowed_properties(package.entries[name]):
            yield problem("signing.workbook_properties", name=name)
    for name, links in package.links.items():
        unsigned = [link.type for link in links if not _signed(name, link)]
        once = len({link.id for link in links}) == len(links) and len(set(unsigned)) == len(unsigned)
        if not once or not all(map(allowed_link, links)) or _small(package.entries[name]) != _spell_links(links):
            yield problem("signing.workbook_links", name=name)
    names = package.signature_parts
    own = {*names, ORIGIN, ORIGIN_LINKS}
    for name in sorted(n for n in package.entries if n.lower().startswith(SIGNATURES)):
        if name not in own or (name in names and package.types.get(name) != SIGNATURE_TYPE):
            yield problem("signing.workbook_stray", name=name)
    origin = package.entries.get(ORIGIN)
    leads = [link for link in package.links.get(ROOT_LINKS, ()) if link.type == ORIGIN_LINK]
    lead = leads == [_ORIGIN] and package.links.get(ORIGIN_LINKS) == _signature_links(len(names))
    if names and not (lead and origin and origin.size == 0):
        yield problem("signing.workbook_links", name=ORIGIN)
