"""The revisions of a PDF: how one is appended, and what one may hold after a signature.

After a signature a revision may do one thing: put the next signature into its field. pyHanko's own analysis allows much
more and follows every path through the document, which takes a second for 100 pages and, in a file made for it, for
ever; here only the objects of the later revisions are looked at. This module imports pyHanko; import it where needed.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

MAY_CHANGE = {"/V", "/AP"}
"""What signing changes in a field: its value and its picture."""


PART = 1 << 18
"""Bytes that are searched at once."""
_GAP = rb"(?:[\s\0]|%[^\r\n]*+[\r\n])++"
_REFERS = re.compile(_GAP + rb"[+.\d-]++" + _GAP + b"R")
"""What follows the number of the object that is referred to."""
_NO_NUMBER = re.compile(rb"[^+.\d-]")


class Appender(IncrementalPdfFileWriter):  # type: ignore[misc, unused-ignore]
    """Appends a revision that depends on the file and what is added alone: no clock, no chance, no metadata touched."""

    def _update_meta(self) -> None:
        """Leave title, producer and dates as the report's writer set them."""

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> generic.ArrayObject:
        """Return the document's identifier: the first half stays, the second is the digest of what stood before."""
        prev.stream.seek(0)
        digest = hashlib.sha256(prev.stream.read()).digest()[:16]
        first = prev.trailer["/ID"][0].original_bytes if "/ID" in prev.trailer else digest
        return generic.ArrayObject([generic.ByteStringObject(first), generic.ByteStringObject(digest)])


def only_signatures_after(reader: PdfFileReader, revision: int, end: int,
                          signed: Mapping[int, generic.IndirectObject], ahead: Sequence[tuple[int, int]]) -> bool:
    """Return whether every revision after that one, which ends there, signs one field and does nothing else.

    ``signed``: the field whose signature covers a revision, by revision. ``ahead``: what ``references_ahead`` found:
    an object that nobody made yet could be a page's, so whoever makes it later would draw on what was signed.
    """
    size = _size(reader, revision)
    if any(at < end and number >= size for at, number in ahead):
        return False
    later = range(revision + 1, reader.xrefs.total_revisions)
    return all(n in signed and _only_signs(reader, n, signed[n]) for n in later)


def references_ahead(reader: PdfFileReader, pdf: bytes, revision: int) -> list[tuple[int, int]]:
    """Return where the file refers to objects that come after that revision, and to which; it is read once.

    The bytes are looked through as they are: objects are plain in a file without compressed cross-references, and
    pyHanko takes a second to parse all those of 100 pages.
    """
    least, most = _size(reader, revision), _size(reader, reader.xrefs.total_revisions - 1)
    number = re.compile(rb"(\d{%d,}+)[+.\d-]*+(?=[\s\0%%])" % len(str(least)))
    found = ((match.start(), int(match[1][:20])) for start, end in _parts(pdf) for match in
             number.finditer(pdf, start, end) if _REFERS.match(pdf, match.end()))
    return [(at, number) for at, number in found if least <= number < most]


def _parts(pdf: bytes) -> Iterator[tuple[int, int]]:
    """Yield where parts of a file begin and end, behind no number: one search through all of it keeps the window."""
    start = 0
    while start < len(pdf):
        edge = _NO_NUMBER.search(pdf, start + PART)
        end = edge.end() if edge else len(pdf)
        yield start, end
        start = end


def _size(reader: PdfFileReader, revision: int) -> int:
    """Return the number over all objects' numbers in a revision."""
    return int(reader.trailer.flatten(revision)["/Size"])


def _only_signs(reader: PdfFileReader, revision: int, field: generic.IndirectObject) -> bool:
    """Return whether a revision changes that field's value and picture, adds new objects, and nothing else."""
    xrefs, trailer = reader.xrefs, reader.trailer
    before, after = trailer.flatten(revision - 1), trailer.flatten(revision)
    refs = xrefs.explicit_refs_in_revision(revision)
    changed = [ref.idnum for ref in refs if ref.idnum < int(before["/Size"])]
    if changed != [field.idnum] or any(ref.generation for ref in refs) or xrefs.refs_freed_in_revision(revision):
        return False
    if not _same(before, after, besides={"/Size", "/Prev", "/ID"}):
        return False
    was = reader.get_historical_resolver(revision - 1).get_object(field.reference)
    now = reader.get_historical_resolver(revision).get_object(field.reference)
    return "/V" not in was and _same(was, now, besides=MAY_CHANGE)


def _same(old: generic.DictionaryObject, new: generic.DictionaryObject, *, besides: set[str]) -> bool:
    names = (set(old) | set(new)) - besides
    return all(name in old and name in new and _spelled(old, name) == _spelled(new, name) for name in names)


def _spelled(within: generic.DictionaryObject, name: str) -> bytes:
    """Return an entry as it would be written; a reference stays a reference."""
    out = BytesIO()
    value: Any = within.raw_get(name)
    value.write_to_stream(out, None)
    return out.getvalue()
