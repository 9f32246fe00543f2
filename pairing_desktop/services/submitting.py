"""A quarter's way out of the house once it is finalised: signatures collected, submitted, exported again.

Preview and 定稿 are in ``finalising``, where a quarter stands in ``standing``; all are here by name.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.errors import BadContent, Trouble, problem, trouble
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import locking, reviewing, trusting, writing
from pairing_desktop.services.altering import told_by_cause
from pairing_desktop.services.finalising import (
    Finalised,
    Part,
    Rehearsal,
    finalise,
    preview,
    preview_form,
    read_back,
    rehearse,
    undo_finalise,
)
from pairing_desktop.services.standing import (
    STATES,
    QuarterState,
    Submission,
    quarters,
    reasons,
    said_of,
    state,
    submissions,
)
from pairing_desktop.services.workspace import ROLE_LABELS, Workspace

if TYPE_CHECKING:
    from pairing_desktop.exchange.packet import Packet
    from pairing_desktop.signing.trust import Trust
    from pairing_desktop.store.submissions import Submission as Stored

__all__ = [
    "STATES", "Collected", "Finalised", "Part", "QuarterState", "Rehearsal", "Submission", "Submitted", "collect",
    "export", "finalise", "preview", "preview_form", "quarters", "read_back", "reasons", "rehearse", "state",
    "submissions", "submit", "undo_finalise",
]


OTHER_KEYS = frozenset({"signing.untrusted", "signing.revoked", "signing.wrong_use", "signing.weak_key"})
"""What a signature stays faulty with: only another key helps, on a packet finalised anew."""


class Collected(Struct, frozen=True):
    """A packet taken back (回收签名): who has signed, who is missing, whether it may be submitted."""

    quarter: str
    number: int
    identity: str
    signed_roles: tuple[str, ...]
    missing_roles: tuple[str, ...]
    sealed: bool


class Submitted(Struct, frozen=True):
    """A submission recorded; ``files`` are the signed workbook and PDF put beside the packet.

    ``warnings`` say what was not looked at: without a root certificate, whether the signers are who they say.
    """

    quarter: str
    number: int
    identity: str
    packet: Path
    files: tuple[Path, ...]
    at: datetime
    warnings: tuple[str, ...] = ()


def collect(ws: Workspace, packet: Path, progress: Progress = silent) -> Collected:
    """Take a packet back from a signer (回收签名) and remember who has signed; submits nothing.

    A copy that has come back from elsewhere takes the place of the one that was finalised, so that no unsigned file
    lies there under the packet's name; an older copy than that takes no signature away.
    BadContent: not the packet that was finalised, or changed since.
    """
    from pairing_desktop.store import submissions as table

    ws.writable()
    opened, begun = _ours(ws, packet, progress, trusting.known(ws))
    signed = tuple(s.role for s in opened.signed)
    code = "signed" if opened.sealed else "signing" if signed else "finalised"
    home, there = _home(ws, begun, packet, opened)
    if there and not {s.fingerprint for s in there.signed} <= {s.fingerprint for s in opened.signed}:
        return collect(ws, home, progress)
    brought = {} if home == packet else {home.name: packet.read_bytes()}
    with writing.together(home.parent, brought, grows=brought), ws.store.begin() as tx:
        if (begun.state, list(signed)) != (code, _roles(begun)):
            table.set_state(tx, begun.id, code, at=ws.clock(), who=ws.who, detail=json.dumps({"roles": signed}))
        ws.store.set_meta(f"packet/{begun.id}", writing.named(home))
    missing = tuple(r for r in opened.roles if r not in signed)
    return Collected(begun.period, begun.number, opened.identity, signed, missing, opened.sealed)


def _roles(begun: Stored) -> list[str]:
    return list(said_of(begun).get("roles", []))


def _home(ws: Workspace, begun: Stored, packet: Path, opened: Packet) -> tuple[Path, Packet | None]:
    """Return where the packet was finalised to, and what lies there; where it lies now if that is the one.

    A renamed packet stays as it is called, and another packet of the name is left alone.
    """
    from pairing_desktop.exchange.packet import open_packet

    where = ws.store.meta(f"packet/{begun.id}")
    home = writing.place(where) if where else packet
    if not home.exists():
        elsewhere = home.parent.is_dir() and not home.parent.samefile(packet.parent)
        return (home if elsewhere else packet), None
    if home.samefile(packet):
        return packet, opened
    try:
        there = open_packet(home)
    except Trouble:
        return packet, opened
    return (home, there) if there.identity == opened.identity else (packet, opened)


def submit(ws: Workspace, packet: Path, progress: Progress = silent) -> Submitted:
    """Record a fully signed packet as submitted: keeps its bytes, locks the quarter, puts .xlsx and .pdf beside it.

    All three go where the quarter was finalised to, in place of the unsigned ones. Without a root kept in the data file
    or on this PC the signers' certificates stay unproved.

    BadContent: another packet than the one finalised, not intact, or a role's signature missing.
    """
    from pairing_desktop.store import attachments
    from pairing_desktop.store import submissions as table

    ws.writable()
    known = trusting.known(ws)
    opened, begun = _ours(ws, packet, progress, known)
    if not opened.sealed:
        lacking = [ROLE_LABELS.get(r, r) for r in opened.roles if r not in {s.role for s in opened.signed}]
        raise BadContent(problem("services.not_sealed", file=packet.name, roles="、".join(lacking)))
    at, (home, _) = ws.clock(), _home(ws, begun, packet, opened)
    files = _signed_files(begun.packet_name, opened)
    brought = {} if home == packet else {home.name: packet.read_bytes()}
    unproved = trusting.unproved(ws)
    warnings = (str(unproved),) if unproved else ()
    written = {**files, **brought}
    with writing.together(home.parent, written, grows=written) as places, ws.store.begin() as tx:
        digest = attachments.add(tx, packet, name=begun.packet_name, at=at)
        said = {"roles": [s.role for s in opened.signed], "sha256": digest, "warnings": list(warnings)}
        table.set_state(tx, begun.id, "submitted", at=at, who=ws.who, detail=json.dumps(said))
        ws.store.set_meta(f"packet/{begun.id}", writing.named(home))
    ws.checkpoint()
    return Submitted(begun.period, begun.number, opened.identity, home, places[:len(files)], at, warnings)


def _signed_files(name: str, opened: Packet) -> dict[str, bytes]:
    from pairing_desktop.exchange import packet

    stem = name.removesuffix(".asice")
    return {f"{stem}.xlsx": opened.files[packet.WORKBOOK], f"{stem}.pdf": opened.files[packet.PDF]}


def _ours(ws: Workspace, path: Path, progress: Progress, trust: Trust | None) -> tuple[Packet, Stored]:
    """Open a packet that is the one last finalised here, and intact with every signature that it bears."""
    from pairing_desktop.exchange.packet import open_packet

    progress("核对报送包", 0, 0)
    with told_by_cause(path):
        opened = open_packet(path)
    if opened.data["county"] != ws.about.county:
        raise BadContent(problem("services.other_county", file=path.name, county=opened.data["county_name"]))
    begun = _begun(ws, opened, path.name)
    try:
        with told_by_cause(path):
            reviewing.intact(path, opened, trust=trust, now=ws.clock())
    except BadContent as error:
        if any(p.code in OTHER_KEYS for p in error.problems):
            raise BadContent(*error.problems, problem("services.sign_anew")) from error
        raise
    return opened, begun


def _begun(ws: Workspace, opened: Packet, name: str) -> Stored:
    from pairing_desktop.formspec import period as periods
    from pairing_desktop.store import submissions as table

    with ws.store.reading() as conn:
        found = table.submissions(conn, str(opened.data["period"]))
    ours = [s for s in found if s.identity == opened.identity]
    quarter = periods.title(str(opened.data["period"]))
    if not ours:
        live = [s for s in found if s.state != "undone"]
        code = "services.not_this_packet" if live else "services.never_final"
        raise BadContent(problem(code, file=name, quarter=quarter))
    if ours[-1].state == "undone":
        raise BadContent(problem("services.undone", file=name))
    if ours[-1].state == "submitted":
        waiting = next((s for s in reversed(found) if s.state in locking.ON_ITS_WAY), None)
        if waiting:
            raise trouble("services.sent_before", file=name, quarter=quarter, number=ours[-1].number,
                          other=waiting.packet_name)
        raise trouble("services.already_sent", file=name, quarter=quarter, number=ours[-1].number)
    return ours[-1]


def export(ws: Workspace, quarter: str, number: int, out_dir: Path) -> tuple[Path, ...]:
    """Write a submitted packet and its .xlsx and .pdf again."""
    from pairing_desktop.exchange import packet
    from pairing_desktop.formspec import period as periods
    from pairing_desktop.signing import container
    from pairing_desktop.store import attachments
    from pairing_desktop.store import submissions as table

    with ws.store.reading() as conn:
        found = [s for s in table.submissions(conn, quarter) if s.number == number and "sha256" in said_of(s)]
        if not found:
            raise trouble("services.not_stored", quarter=periods.title(quarter), number=number)
        content = attachments.content(conn, said_of(found[-1])["sha256"])
    name = found[-1].packet_name
    inside = container.read(content, name=name).files
    stem = name.removesuffix(".asice")
    files = {name: content, f"{stem}.xlsx": inside[packet.WORKBOOK], f"{stem}.pdf": inside[packet.PDF]}
    with writing.together(out_dir, files) as places:
        return places
