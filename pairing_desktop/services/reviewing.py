"""Looking at a packet, signing it, verifying it: none of them needs a data file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from pairing_desktop.errors import BadContent, problem
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import key_keeping, stamping, trusting, writing
from pairing_desktop.services.altering import ANY_TIME, UNASKED, told_by_cause
from pairing_desktop.services.key_keeping import KeyPlace
from pairing_desktop.services.workspace import ROLE_LABELS, county_name
from pairing_desktop.signing.verdict import SignatureVerdict

if TYPE_CHECKING:
    from pairing_desktop.exchange.packet import Packet, Signed, Verdict
    from pairing_desktop.formspec.catalogue import Catalogue
    from pairing_desktop.formspec.indicators import IndicatorSet
    from pairing_desktop.services.asking import Asking
    from pairing_desktop.signing.trust import Trust

__all__ = [
    "Answer", "FormCount", "KeyView", "PacketView", "Place", "SignatureVerdict", "describe_key", "describe_packet",
    "intact", "save_verdict", "sign_packet", "verify_files",
]

class FormCount(Struct, frozen=True):
    """How many records of a form a packet holds."""

    form: str
    title: str
    records: int
    errors: int
    queries: int


class Answer(Struct, frozen=True):
    """A finding that travels with the packet: an explained query, or a waived error (``waiver``)."""

    form: str
    place: str
    message: str
    level: str
    text: str
    consent_by: str = ""
    waiver: bool = False


class Place(Struct, frozen=True):
    """A place for a signature: ``signed`` with whose name, when (claimed) and which certificate.

    ``paper``: signed on paper, the bureau's certificate vouches (纸质签批).
    """

    role: str
    label: str
    signed: bool
    name: str = ""
    county: str = ""
    at: datetime | None = None
    fingerprint: str = ""
    paper: bool = False
    issued: bool | None = None
    """Whether a root at hand issued the certificate; None: no root is at hand, nobody looked."""


class PacketView(Struct, frozen=True):
    """What a signer sees before signing. ``next_role`` is "" when all have signed."""

    path: Path
    identity: str
    county: str
    county_name: str
    partner_name: str
    bureau: str
    quarter: str
    quarter_title: str
    number: int
    replaces: str
    reason: str
    finalised_at: datetime
    forms: tuple[FormCount, ...]
    answers: tuple[Answer, ...]
    attachments: tuple[tuple[str, int], ...]  # name, bytes
    places: tuple[Place, ...]
    next_role: str
    sealed: bool
    size: int
    sample: bool
    pdf: bytes
    workbook: bytes
    joint: str = "none"
    """none: no joint sheets; signed: countersigned by both heads; missing: with ``joint_reason``."""
    joint_reason: str = ""
    joint_disputes: int = 0
    """Places that the partner does not agree with, where it did not countersign."""

    @property
    def joint_missing(self) -> str:
        """Return in words that the partner did not countersign, what it disputes, and the reason given."""
        disputed = f"，对方有异议 {self.joint_disputes} 处" if self.joint_disputes else ""
        return f"对方未会签{disputed}：{self.joint_reason}"


class KeyView(Struct, frozen=True):
    """Whose key it is, shown before signing."""

    role: str
    label: str
    name: str
    county: str
    county_name: str
    valid_until: datetime
    fingerprint: str


def describe_packet(path: Path, *, trust: Trust | None = None) -> PacketView:
    """Open a packet and say what it holds; with a ``trust`` also whether its roots issued the signers' certificates.

    ``Altered`` when it was packed again, or a file added, changed or removed.
    """
    opened = unaltered(path)
    try:
        return _described(path, opened, trust)
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # data.json is of no shape of ours
        raise BadContent(problem("exchange.data_malformed", reason="内容不全")) from error


def unaltered(path: Path) -> Packet:
    """Open a packet under way. ``Altered`` when it was packed again, or a file added, changed or removed."""
    from pairing_desktop.exchange import packet

    with told_by_cause(path):
        opened = packet.open_packet(path)
        intact(path, opened, trust=None, now=ANY_TIME)
    return opened


def _described(path: Path, opened: Packet, trust: Trust | None) -> PacketView:
    from pairing_desktop.exchange import packet
    from pairing_desktop.formspec import period as periods

    data = opened.data
    replaces = data.get("replaces") or {}
    known = None if data.get("sample") else trust  # samples are signed with sample keys
    travelling = {a["sha256"]: (a["name"], a.get("size", 0)) for a in data.get("attachments", ()) if a.get("travels")}
    return PacketView(
        path=path, identity=opened.identity, county=data["county"], county_name=data.get("county_name", ""),
        partner_name=data.get("partner_name", ""), bureau=data.get("bureau", ""), quarter=data["period"],
        quarter_title=periods.title(data["period"]), number=data.get("submission", 1),
        replaces=replaces.get("identity", ""), reason=data.get("reason", ""),
        finalised_at=datetime.fromisoformat(data["finalised_at"]), forms=_forms(data), answers=_answers(data),
        attachments=tuple(travelling.values()), places=_places(opened, known), next_role=opened.next_role or "",
        sealed=opened.sealed, size=path.stat().st_size, sample=bool(data.get("sample")),
        pdf=opened.files[packet.PDF], workbook=opened.files[packet.WORKBOOK],
        joint=(data.get("joint") or {}).get("state", "none"),
        joint_reason=(data.get("joint") or {}).get("reason", ""),
        joint_disputes=(data.get("joint") or {}).get("disputes", 0),
    )


def _forms(data: Any) -> tuple[FormCount, ...]:  # noqa: ANN401  # JSON
    records = Counter(r["form"] for r in data.get("records", ()))
    levels = Counter((f["form"], f["level"]) for f in data.get("findings", ()))
    return tuple(FormCount(f["id"], f.get("title", f["id"]), records[f["id"]], levels[f["id"], "error"],
                           levels[f["id"], "query"]) for f in data.get("forms", ()))


def _answers(data: Any) -> tuple[Answer, ...]:  # noqa: ANN401  # JSON
    waived = [Answer(w["form"], w["place"], w["message"], "error", w["reason"], w["consent_by"], waiver=True)
              for w in data.get("waivers", ())]
    said = [Answer(e["form"], e["place"], e["message"], "query", e["text"]) for e in data.get("explanations", ())]
    return (*waived, *said)


def _places(opened: Packet, trust: Trust | None) -> tuple[Place, ...]:
    from pairing_desktop.exchange import issuers

    signed = {s.role: s for s in opened.signed}
    found = []
    for role in opened.roles:
        label, who = ROLE_LABELS.get(role, role), signed.get(role)
        found.append(Place(role, label, True, who.name, who.county, who.signed_at, who.fingerprint,
                           who.paper, issuers.issued(who.certificate, trust) if trust else None) if who
                     else Place(role, label, False))
    return tuple(found)


def intact(path: Path, opened: Packet, *, trust: Trust | None, now: datetime) -> None:
    """Raise ``BadContent`` when anything but trust and missing signatures speaks against a packet under way.

    With a ``trust`` its words count too: a foreign or revoked certificate is refused.
    """
    from pairing_desktop.exchange import packet
    from pairing_desktop.signing.trust import JUDGEMENTS, Trust

    if not opened.signed:
        return
    verdict = packet.verify(path, trust or Trust((), (), now), name=path.name, roles=opened.roles)
    unasked = UNASKED | JUDGEMENTS if trust is None else UNASKED - {"signing.untrusted"}
    against = [p for p in verdict.problems if p.code not in unasked]
    if against:
        raise BadContent(*against)


def describe_key(place: KeyPlace, password: str, *, now: datetime, packet: Path | None = None,
                 joint: Path | None = None, trust: Trust | None = None) -> KeyView:
    """Open a key file or a token. Trouble: wrong password, not a key, expired, not one of this program's roles.

    ``packet``, ``joint``: also what signing it would refuse the key for, before anybody is asked to sign.
    """
    from pairing_desktop.exchange import joint as joints
    from pairing_desktop.exchange import packet as packets

    with key_keeping.opened(place, password, now=now) as key:
        if packet is not None:
            with told_by_cause(packet):
                packets.allowed(packet, key, now=now, trust=trust)
        if joint is not None:
            joints.allowed(joint, key, now=now)
        who = key.identity
        role = ROLE_LABELS.get(who.role, who.role_name)
        return KeyView(who.role, role, who.name, who.county, county_name(who.county),
                       key.certificate.not_valid_after_utc, key.fingerprint)


def sign_packet(path: Path, place: KeyPlace, password: str, *, now: datetime, progress: Progress = silent,
                trust: Trust | None = None) -> Signed:
    """Add the key's signature to the packet in place: PDF with visible stamp, workbook, manifest; the last seals.

    Trouble: wrong password, expired key, another county's key, a role that has signed already or whose turn it isn't,
    a certificate that no root of ``trust`` issued (without one: another authority than the earlier signers').
    """
    from pairing_desktop.exchange import packet

    progress("打开密钥", 0, 2)
    with key_keeping.opened(place, password, now=now) as key:
        who = key.identity
        stamp = stamping.stamp(who, key.fingerprint, role=who.role, at=now)
        progress("签名", 1, 2)
        with told_by_cause(path):
            return packet.sign(path, key, now=now, stamp=stamp, trust=trust)


def verify_files(paths: Sequence[Path], *, trust: Path | None, crl: Path | None = None, now: datetime,
                 progress: Progress = silent, earlier: Sequence[Path] = (), forms: Catalogue | None = None,
                 indicators: Sequence[IndicatorSet] = (), appearance: bool = True) -> list[Verdict]:
    """Return a verdict a file, in order (packets; workbooks, PDFs by themselves); an unreadable file has one too.

    Packets are asked whether all in them says the same, by ``forms`` and ``indicators`` (default: those that came with
    the program), and whether they continue each other and those ``earlier``. ``appearance``: draw them again as well.
    """
    from pairing_desktop.exchange import packet
    from pairing_desktop.services import asking

    roots = trusting.from_files(trust, crl, at=now)
    own = asking.Asking(forms or asking.shipped(), appearance=appearance, progress=progress, indicators=indicators)
    ask = _beside(own, paths, earlier, roots).about
    found = []
    for number, path in enumerate(paths):
        progress("核验签名", number, len(paths))
        found.append(packet.verify(path, roots, ask=ask))
    progress("核验签名", len(paths), len(paths))
    return found


def _beside(own: Asking, paths: Sequence[Path], earlier: Sequence[Path], roots: Trust) -> Asking:
    """Let a verifier know the other packets at hand."""
    from pairing_desktop.services import asking

    several = len(paths) + len(earlier) > 1
    beside, _ = asking.other_packets(paths, roots) if several else ([], [])
    before, refused = asking.other_packets(earlier, roots)
    return replace(own, earlier=(*before, *beside), refused=refused)


def save_verdict(verdicts: Sequence[Verdict], to: Path) -> Path:
    """Write the verdicts as the JSON that ``verify --json`` prints."""
    import json

    from pairing_desktop.services import verdict_told

    lines = [json.dumps(verdict_told.as_json(v), ensure_ascii=False) for v in verdicts]
    return writing.write(to, ("\n".join(lines) + "\n").encode(), endings=(".json",))
