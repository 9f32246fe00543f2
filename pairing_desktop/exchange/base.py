"""``base.json``: what PDF and workbook were when finalised, so that none of another packet can take their place.

Both grow by signatures until the seal, so that earlier manifests cannot cover them whole. They cover this small file
instead: of the PDF the length and SHA-256 of its unsigned base revision (signatures are only appended), of the workbook
one SHA-256 over name, content type and digest of every part that a signature would cover. Canonical JSON (RFC 8785).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from pairing_desktop.errors import Problem, Trouble, problem
from pairing_desktop.exchange.packet_parts import BASE, PDF, WORKBOOK


def of(files: Mapping[str, bytes]) -> bytes:
    """Return the file for a packet being built. Raises ``Trouble`` when the workbook cannot be read."""
    from pairing_desktop.signing import ooxml_signature

    pdf = files[PDF]
    content = {
        PDF: {"sha256": hashlib.sha256(pdf).hexdigest(), "size": len(pdf)},
        WORKBOOK: {"sha256": ooxml_signature.base_digest(files[WORKBOOK]).hex()},
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def problems(files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Yield which of PDF and workbook did not grow from what was finalised. Never raises on what they contain."""
    if any(name not in files for name in (BASE, PDF, WORKBOOK)):
        return  # told elsewhere, as missing
    said = _read(files[BASE])
    if said is None:
        yield problem("exchange.base_malformed")
        return
    size, digest, parts = said
    if len(files[PDF]) < size or hashlib.sha256(memoryview(files[PDF])[:size]).hexdigest() != digest:
        yield problem("exchange.base_differs", name=PDF)
    if _parts_digest(files[WORKBOOK]) != parts:
        yield problem("exchange.base_differs", name=WORKBOOK)


def _read(content: bytes) -> tuple[int, str, str] | None:
    """Return size and digest of the PDF and the workbook's digest; None unless it is exactly as ``of`` writes it."""
    try:
        data: Any = json.loads(content)
        size, digest, parts = data[PDF]["size"], data[PDF]["sha256"], data[WORKBOOK]["sha256"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if type(size) is not int or size < 0 or not isinstance(digest, str) or not isinstance(parts, str):
        return None
    again = {PDF: {"sha256": digest, "size": size}, WORKBOOK: {"sha256": parts}}
    exact = json.dumps(again, sort_keys=True, separators=(",", ":")).encode()
    return (size, digest, parts) if exact == content else None


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
    return [*([PDF] if one[:2] != other[:2] else []), *([WORKBOOK] if one[2] != other[2] else [])]
