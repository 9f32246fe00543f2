"""A workbook that nobody signed yet, brought into the spelling of ``opc``: the one place that parses its XML.

The parser follows nothing: no DTD, no entity, no network, no huge trees.
"""

import posixpath
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pairing_desktop.errors import Trouble, trouble
from pairing_desktop.signing import opc, opc_zip
from pairing_desktop.signing.opc import LEFT_OUT, LINKS_NS, LINKS_TYPE, ROOT_LINKS, TYPES_NS, UNSIGNED_LINKS, Link
from pairing_desktop.signing.opc_zip import CONTENT_TYPES, Entry

if TYPE_CHECKING:
    from lxml.etree import _Element

_LINK_ATTRIBUTES = {"Id", "Type", "Target", "TargetMode"}


def parsed(content: bytes) -> opc.Package:
    """Return an unsigned package as ``opc.write`` can spell it.

    Raises ``Trouble`` when it is no workbook, or one that could not be signed as Office does.
    """
    found = opc_zip.read(content)
    problems = tuple(opc.about_names(each.name for each in found))
    if problems:
        raise Trouble(*problems)
    entries = {each.name: each for each in found}
    types_part = entries.pop(CONTENT_TYPES, None)
    if types_part is None or ROOT_LINKS not in entries:
        raise trouble("signing.workbook_unreadable", reason="不是 Excel 工作簿")
    for name in LEFT_OUT.keys() & entries.keys():
        if not opc.allowed_properties(entries[name]):
            raise _not_signable(name, "不是应有的内容")
    package = opc.Package(entries, _types(types_part, entries), _all_links(entries))
    for name in opc.about_prologs(package.entries, package.types):
        raise _not_signable(name, "夹带了文档类型声明，或换了文字编码")
    return package


def _root(each: Entry, name: str) -> "_Element":
    """Return the root element of a small part. Raises ``Trouble``."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, remove_comments=False)
    try:
        root = etree.fromstring(each.content(), parser)
    except (ValueError, etree.XMLSyntaxError) as error:
        raise _not_signable(each.name, "读不出来") from error
    info: Any = root.getroottree().docinfo  # the stubs leave ``doctype`` out
    if info.doctype or root.tag != name:
        raise _not_signable(each.name, "不是应有的内容")
    return root


def _not_signable(name: str, reason: str) -> Trouble:
    return trouble("signing.workbook_unreadable", reason=f"{name} {reason}")


def _types(each: Entry, names: Mapping[str, Entry]) -> dict[str, str]:
    """Return each part's content type: by its Override, else by the Default of its ending."""
    defaults: dict[str, str] = {}
    overrides: dict[str, str] = {}
    for child in _root(each, f"{{{TYPES_NS}}}Types"):
        media = child.get("ContentType", "")
        if child.tag == f"{{{TYPES_NS}}}Default":
            defaults[child.get("Extension", "").lower()] = media
        elif child.tag == f"{{{TYPES_NS}}}Override":
            overrides[child.get("PartName", "").removeprefix("/")] = media
        else:
            raise _not_signable(each.name, "有不认识的内容")
    found = {n: overrides.get(n, defaults.get(posixpath.splitext(n)[1][1:].lower(), "")) for n in names}
    found.update({n: LINKS_TYPE for n in names if n.endswith(".rels")})
    for name, media in found.items():
        if not opc.allowed_type(media) or LEFT_OUT.get(name, media) != media:
            raise _not_signable(name, "的类型不对")
    return found


def _all_links(entries: Mapping[str, Entry]) -> dict[str, tuple[Link, ...]]:
    found = {}
    for name, each in entries.items():
        if name.endswith(".rels"):
            links = tuple(sorted(_links(each)))
            if len({link.id for link in links}) < len(links) or not all(map(opc.allowed_link, links)):
                raise _not_signable(name, "里的关联不合规定")
            found[name] = links
    return found


def _links(each: Entry) -> Iterator[Link]:
    for child in _root(each, f"{{{LINKS_NS}}}Relationships"):
        if child.tag != f"{{{LINKS_NS}}}Relationship" or not set(child.attrib) <= _LINK_ATTRIBUTES or len(child):
            raise _not_signable(each.name, "有不认识的内容")
        target, kind = child.get("Target", ""), child.get("Type", "")
        if each.name == ROOT_LINKS and kind in UNSIGNED_LINKS:
            target = target.removeprefix("/")
        yield Link(child.get("Id", ""), kind, target, child.get("TargetMode", "Internal") == "External")
