"""The revisions of a PDF: how one is appended, and what one may hold after a signature.

After a signature a revision may do one thing: put the next signature into its field. pyHanko's own analysis allows much
more and follows every path through the document, which takes a second for 100 pages and, in a file made for it, for
ever; here only the objects of the later revisions are looked at. This module imports pyHanko; import it where needed.
"""

import hashlib
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

MAY_CHANGE = {"/V", "/AP"}
"""What signing changes in a field: its value and its picture."""


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


def only_signatures_after(reader: PdfFileReader, revision: int, signed: dict[int, generic.IndirectObject]) -> bool:
    """Return whether every revision after that one signs one field and does nothing else.

    ``signed``: the field whose signature covers a revision, by revision.
    """
    later = range(revision + 1, reader.xrefs.total_revisions)
    return all(n in signed and _only_signs(reader, n, signed[n]) for n in later)


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
