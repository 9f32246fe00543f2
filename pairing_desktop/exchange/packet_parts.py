"""What a packet consists of: its data, its numbered manifests with their signatures, and what each must cover.

Building, signing and verifying all read a packet through here; nothing here judges trust.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pairing_desktop.errors import BadContent, Problem, Trouble, problem
from pairing_desktop.exchange import data_faults, data_shape
from pairing_desktop.signing import cades, identity, manifest
from pairing_desktop.signing.container import META
from pairing_desktop.signing.identity import ROLE_NAMES, ROLES
from pairing_desktop.signing.manifest import Manifest

DATA, PDF, WORKBOOK, BASE = "data.json", "report.pdf", "workbook.xlsx", "base.json"
JOINT = "joint.asice"
ATTACHMENTS, PAPER = "attachments/", "paper/"
PAPER_KINDS = (".pdf", ".jpg", ".jpeg", ".png")
"""What the scan of a signed approval sheet may be."""
FORMAT = "pairing-desktop/packet/1"
GROWING = (PDF, WORKBOOK)
"""Files inside that grow by signatures until the seal, so that only the seal covers them."""

MAX_SIGNATURES = 16
"""More are nobody's relay; what stands under further numbers is stray."""

_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}")
_SCAN = re.compile(rf"{PAPER}signature(\d{{3}})(\.pdf|\.jpe?g|\.png)")
_MAX_EXACT = 2**53

PIECES = 2
"""Levels of a packet's data that are written apart: its members, and the records, findings and files in them."""


class SignedManifest(Struct, frozen=True):
    """The n-th manifest with its signature, as far as each could be read."""

    number: int
    manifest: Manifest | None
    cms: cades.Cms | None
    digest: bytes
    """SHA-256 of the manifest as it stands."""

    @property
    def names(self) -> tuple[str, str]:
        """The names of the manifest and of its signature."""
        return manifest.names(self.number)


class Said(Struct, frozen=True):
    """What a packet's data says: read once, for signatures and for what is asked behind them."""

    data: Mapping[str, Any]
    """Empty when it cannot be used."""
    problems: tuple[Problem, ...] = ()
    """Why not."""


def about_file(code: str, *, name: str, **place: object) -> Problem:
    """Return a problem of one file of a packet; the sentence calls the joint part what the screen calls it."""
    if name != JOINT:
        return problem(code, name=name, **place)
    said = problem(code, name="会签件", **place)
    return replace(said, message=said.message.replace(" 会签件", "会签件").replace("会签件 ", "会签件"),
                   place={**said.place, "name": name})


def shown(role: str) -> str:
    """Return a role as the screen calls it."""
    return ROLE_NAMES.get(role, role or "（无角色）")


def attachment_path(sha256: str, name: str) -> str:
    """Return where an attachment stands in the packet: ``attachments/<sha256><ASCII suffix of its name>``."""
    suffix = re.search(r"\.[^.]*$", name)
    kept = suffix.group().lower() if suffix and _SUFFIX.fullmatch(suffix.group()) else ""
    return f"{ATTACHMENTS}{sha256}{kept}"


def said(files: Mapping[str, bytes]) -> Said:
    """Read a packet's data. Never raises on what the files hold."""
    try:
        if DATA not in files:
            raise BadContent(about_file("exchange.file_absent", name=DATA))
        return Said(parse_data(files[DATA]))
    except Trouble as error:
        return Said({}, error.problems)


def parse_data(content: bytes) -> dict[str, Any]:
    """Return the data of a packet. Raises ``BadContent`` unless it is canonical JSON (RFC 8785) of our format."""
    data = parse_object(content)
    problems = tuple(_about_data(data))
    if problems:
        raise BadContent(*problems)
    return data


def parse_object(content: bytes) -> dict[str, Any]:
    """Return an object written as canonical JSON (RFC 8785) without fractions. Raises ``BadContent``."""
    try:
        data = _DECODER.decode(content.decode())
    except (ValueError, RecursionError) as error:
        raise BadContent(problem("exchange.data_malformed", reason="不是 JSON，或有重名、小数、过大的整数")) from error
    if not isinstance(data, dict):
        raise BadContent(problem("exchange.data_malformed", reason="不是对象"))
    if not _canonical(data, content):
        raise BadContent(problem("exchange.data_not_canonical"))
    return data


def canonical(data: Mapping[str, Any]) -> bytes:
    """Return the canonical form (RFC 8785) of an object with ASCII names and no fractions.

    That is the standard library's sorted form, ten times as fast. It is written record by record: one call for a whole
    county would hold the interpreter, and with it the window, for a third of a second.
    """
    return b"".join(piece.encode() for piece in _pieces(data, PIECES))


def _pieces(value: Any, depth: int) -> Iterator[str]:  # noqa: ANN401  # JSON
    """Yield a value's text in pieces, the members of ``depth`` levels apart."""
    if depth and isinstance(value, Mapping):
        members = ((f"{_ENCODER.encode(name)}:", value[name]) for name in sorted(value))
        yield from _joined("{}", members, depth)
    elif depth and isinstance(value, list | tuple):
        yield from _joined("[]", (("", one) for one in value), depth)
    else:
        yield _ENCODER.encode(value)


def _joined(brackets: str, members: Iterable[tuple[str, Any]], depth: int) -> Iterator[str]:
    comma = brackets[0]
    for begin, value in members:
        yield comma + begin
        yield from _pieces(value, depth - 1)
        comma = ","
    yield brackets[1] if comma == "," else brackets


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse(text: str) -> float:
    """Refuse binary fractions: decimals travel as strings."""
    raise ValueError(text)


def _int(text: str) -> int:
    value = int(text) if len(text) < 20 else _MAX_EXACT
    if not -_MAX_EXACT < value < _MAX_EXACT:
        raise ValueError(text)
    return value


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_refuse, parse_constant=_refuse, parse_int=_int)


def _canonical(data: dict[str, Any], content: bytes) -> bool:
    """Return whether the bytes are the RFC 8785 form of the data."""
    try:
        if content == canonical(data):
            return True
        import rfc8785

        return content == rfc8785.dumps(data)
    except (ValueError, RecursionError):
        return False


def _about_data(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what the packet itself needs and does not find; the forms' contents are the services' business."""
    if data.get("format") != FORMAT:
        code = "newer_format" if str(data.get("format", "")).startswith("pairing-desktop/packet/") else "data_malformed"
        yield problem(f"exchange.{code}", format=str(data.get("format"))[:60], reason="格式标识不对")
        return
    shape = tuple(data_faults.problems(data, data_shape.PacketData))
    yield from shape
    if any(p.code == "exchange.data_malformed" for p in shape):
        return
    roles = data["roles"]
    if not roles or any(r not in ROLES for r in roles) or len(set(roles)) < len(roles):
        yield problem("exchange.roles_malformed")


def digests(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the SHA-256 of every file."""
    return {name: hashlib.sha256(content).digest() for name, content in files.items()}


def signed_manifests(files: Mapping[str, bytes]) -> list[SignedManifest]:
    """Return the manifests, 1 to n without a gap, each with its signature."""
    found = []
    for number in range(1, MAX_SIGNATURES + 1):
        if not any(name in files for name in manifest.names(number)):
            break
        found.append(_signed_manifest(number, files))
    return found


def _signed_manifest(number: int, files: Mapping[str, bytes]) -> SignedManifest:
    name, signature = manifest.names(number)
    content = files.get(name, b"")
    try:
        listed: Manifest | None = manifest.read(content, name=name)
    except Trouble:
        listed = None
    try:
        cms: cades.Cms | None = cades.read(files.get(signature, b""))
    except ValueError:
        cms = None
    if listed is not None and listed.signature != signature:
        listed = None
    if cms is not None and cms.signed_at is None:
        cms = None
    return SignedManifest(number, listed, cms, hashlib.sha256(content).digest())


def paper_path(number: int, kind: str) -> str:
    """Return where the scan stands for which the n-th signature vouches: ``paper/signature003.pdf``."""
    return f"{PAPER}signature{number:03}{kind}"


def papers(files: Iterable[str]) -> dict[int, str]:
    """Return the scans of approval sheets signed on paper, by the number of the signature that vouches for each."""
    found = ((_SCAN.fullmatch(name), name) for name in files if name.startswith(PAPER))
    return {int(scan.group(1)): name for scan, name in found if scan}


def place(signed: SignedManifest, roles: Sequence[str], scans: Mapping[int, str]) -> str:
    """Return the role in whose place a bureau's certificate signs; "" for any other, or without a scan."""
    if signed.cms is None or signed.number not in scans or signed.number > len(roles):
        return ""
    return roles[signed.number - 1] if identity.of(signed.cms.certificate).role == identity.BUREAU else ""


def stray(files: Iterable[str], count: int) -> list[str]:
    """Return the files under ``META-INF/`` and ``paper/`` that belong to none of the ``count`` signatures."""
    names = list(files)
    own = {name for number in range(1, count + 1) for name in manifest.names(number)}
    scans = [name for name in names if name.startswith(PAPER)]
    own.update(name for number, name in papers(scans).items() if number <= count)  # one scan a signature
    found = [name for name in names if name.startswith(META) and name not in own]
    return found + [name for name in scans if name not in own]


def to_cover(files: Iterable[str], number: int, *, count: int, seal: bool) -> set[str]:
    """Return what the n-th manifest of ``count`` has to cover: what no longer changes; the seal all but itself."""
    names = list(files)
    later = {name for n in range(number, count + 1) for name in manifest.names(n)}
    later.update(name for n, name in papers(names).items() if n > number)
    return {name for name in names if name not in later and (seal or name not in GROWING)}
