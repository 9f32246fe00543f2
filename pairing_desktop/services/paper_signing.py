"""纸质签批: the approval sheet to print, and the scan of it taken into the packet under the bureau's certificate."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.errors import Problem, Trouble, problem, system_reason, trouble
from pairing_desktop.services import attachment_kinds, key_keeping, reviewing, stamping, writing
from pairing_desktop.services.altering import told_by_cause
from pairing_desktop.services.key_keeping import KeyPlace
from pairing_desktop.services.workspace import CHINA, ROLE_LABELS

if TYPE_CHECKING:
    from pairing_desktop.documents.approval_slip import SlipData
    from pairing_desktop.exchange.packet import Signed
    from pairing_desktop.signing.trust import Trust

NAME = "报送签批单"


class Scan(Struct, frozen=True):
    """An approval sheet signed on paper, as it stands in a packet."""

    name: str
    content: bytes
    sha256: str


def slip(packet: Path, *, role: str) -> bytes:
    """Return the approval sheet of a packet as PDF, for a role to sign by hand. Trouble: the packet is sealed."""
    from pairing_desktop.documents.approval_slip import SlipData

    seen = reviewing.describe_packet(packet)
    if seen.sealed:
        raise trouble("joining.slip_sealed")
    data = SlipData(
        bureau=seen.bureau or seen.county_name, county=seen.county, county_name=seen.county_name,
        partner_name=seen.partner_name, period=seen.quarter, period_title=seen.quarter_title, number=seen.number,
        identity=seen.identity, finalised_at=seen.finalised_at.astimezone(CHINA), role=role,
        label=ROLE_LABELS.get(role, role), forms=tuple((f.title, f.records, f.errors, f.queries) for f in seen.forms),
        attachments=len(seen.attachments), reason=seen.reason,
        joint={"signed": "已会签", "missing": seen.joint_missing}.get(seen.joint, "没有共有表"),
        signed=tuple((p.label, p.name) for p in seen.places if p.signed),
    )
    return drawn(data, sample=seen.sample)


def drawn(data: SlipData, *, sample: bool = False) -> bytes:
    """Return the sheet as a PDF of one page: what is stamped and scanned has no second one."""
    from pairing_desktop.documents.approval_slip import approval_slip
    from pairing_desktop.documents.pdf import write_pdf

    title, watermark = f"{data.county_name}{data.period_title}{NAME}", "示例数据" if sample else ""
    made = write_pdf([approval_slip(data)], title=title, watermark=watermark)
    return made.pdf if made.pages == 1 else write_pdf([approval_slip(data, dense=True)], title=title,
                                                      watermark=watermark).pdf


def write_slip(packet: Path, to: Path, *, role: str = "head") -> Path:
    """Write the approval sheet to a file."""
    writing.must_spare(to, read=(packet,), endings=(".pdf",))
    return writing.write(to, slip(packet, role=role))


def scan_of(packet: Path) -> Scan:
    """Return the scan in a packet, the last when there are several. Trouble: the packet cannot be read, holds none."""
    from pairing_desktop.exchange import packet_parts
    from pairing_desktop.signing import container

    files = container.read(packet).files
    names = packet_parts.papers(files)
    if not names:
        raise trouble("joining.scan_absent", file=packet.name)
    name = names[max(names)]
    return Scan(f"{NAME}{Path(name).suffix}", files[name], hashlib.sha256(files[name]).hexdigest())


def sign(packet: Path, place: KeyPlace, password: str, *, role: str, scan: Path, now: datetime,
         trust: Trust | None = None) -> Signed:
    """Take the scan in and sign in the role's place with the bureau's certificate.

    Trouble: another key than the bureau's, not that role's turn, no scan, wrong password, no root of
    ``trust`` issued the certificate.
    """
    from pairing_desktop.exchange import packet as packets

    try:
        content = scan.read_bytes()
    except OSError as error:
        raise trouble("joining.scan_missing", file=scan.name, reason=system_reason(error)) from error
    attachment_kinds.judge(scan.name, content)
    with key_keeping.opened(place, password, now=now) as key:
        stamp = stamping.stamp(key.identity, key.fingerprint, role=role, at=now, paper=True)
        with told_by_cause(packet):
            return packets.sign(packet, key, now=now, stamp=stamp, trust=trust,
                                paper=packets.Paper(role, scan.suffix, content))


def about_scans(files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Yield what is wrong with the scans in a packet, by the rule by which they are taken in."""
    from pairing_desktop.exchange import packet, packet_parts

    for name in packet_parts.papers(files).values():
        try:
            attachment_kinds.judge(Path(name).name, files[name])
        except Trouble as error:
            yield problem("exchange.paper_unreadable", scan=name, reason=error.problems[0].message)
        if len(files[name]) > packet.MAX_SCAN:
            yield problem("exchange.paper_large", limit=packet.MAX_SCAN >> 20)
