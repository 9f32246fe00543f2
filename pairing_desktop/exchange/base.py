"""``base.json``: what PDF, workbook and data were when finalised, so that none of another packet can take their place.

Both grow by signatures until the seal, so that earlier manifests cannot cover them whole. They cover this small file
instead: of the PDF the length and SHA-256 of its unsigned base revision (signatures are only appended), of the workbook
one SHA-256 over name, content type and digest of every part that a signature would cover. Of the data the SHA-256: the
first signer's program sees that nobody changed it since (packets made before it was kept say nothing of it). Canonical
JSON (RFC 8785).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from pairing_desktop.errors import Problem, Trouble, problem
from pairing_desktop.exchange.packet_parts import BASE, DATA, PDF, WORKBOOK


class _Base(Struct, frozen=True):
    """What such a file says: length and digest of the PDF, digests of the workbook's parts and of the data."""

    pdf: tuple[int, str]
    workbook: str
    data: str = ""

    def written(self) -> bytes:
        size, digest = self.pdf
        content: dict[str, dict[str, object]] = {
            PDF: {"sha256": digest, "size": size}, WORKBOOK: {"sha256": self.workbook},
            **({DATA: {"sha256": self.data}} if self.data else {})}
        return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def of(files: Mapping[str, bytes]) -> bytes:
    """Return the file for a packet being built. Raises ``Trouble`` when the workbook cannot be read."""
    from pairing_desktop.signing import ooxml_signature

    return _Base(
        (len(files[PDF]), hashlib.sha256(files[PDF]).hexdigest()), ooxml_signature.base_digest(files[WORKBOOK]).hex(),
        hashlib.sha256(files[DATA]).hexdigest() if DATA in files else "",
    ).written()


def problems(files: Mapping[str, bytes], *, signed: bool) -> Iterator[Problem]:
    """Yield which of PDF and workbook did not grow from what was finalised. Never raises on what they contain.

    Of a packet that is not ``signed`` also whether its data is another; later the signatures say that.
    """
    if any(name not in files for name in (BASE, PDF, WORKBOOK)):
        return  # told elsewhere, as missing
    said = _read(files[BASE])
    if said is None:
        yield problem("exchange.base_malformed")
        return
    size, digest = said.pdf
    if len(files[PDF]) < size or hashlib.sha256(memoryview(files[PDF])[:size]).hexdigest() != digest:
        yield problem("exchange.base_differs", name=PDF)
    if _parts_digest(files[WORKBOOK]) != said.workbook:
        yield problem("exchange.base_differs", name=WORKBOOK)
    if said.data and not signed and hashlib.sha256(files.get(DATA, b"")).hexdigest() != said.data:
        yield problem("exchange.base_differs", name=DATA)


def _read(content: bytes) -> _Base | None:
    """Return what the file says; None unless it is exactly as ``of`` writes it."""
    try:
        data: Any = json.loads(content)
        size, digest, parts = data[PDF]["size"], data[PDF]["sha256"], data[WORKBOOK]["sha256"]
        whole = data[DATA]["sha256"] if DATA in data else ""
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if type(size) is not int or size < 0 or not all(isinstance(text, str) for text in (digest, parts, whole)):
        return None
    found = _Base((size, digest), parts, whole)
    return found if found.written() == content else None


def _parts_digest(workbook: bytes) -> str:
    from pairing_desktop.signing import ooxml_signature

    try:
        return ooxml_signature.base_digest(workbook).hex()
    except Trouble:
        return ""


def differing(said: bytes, again: bytes) -> list[str]:
    """Return which of PDF and workbook one such file says otherwise than another; both when it says nothing."""
    one, other = _read(said), _read(again)
    if one is None or other is None:
        return [PDF, WORKBOOK]
    return [*([PDF] if one.pdf != other.pdf else []), *([WORKBOOK] if one.workbook != other.workbook else [])]
