"""Freezing a quarter: preview, rehearsal, 定稿 and taking it back."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pairing_desktop.errors import BadContent, Problem, Trouble, problem, trouble
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import (
    attachment_limits,
    checking,
    freezing,
    joining,
    locking,
    naming,
    papers,
    replacing,
    scope,
    writing,
)
from pairing_desktop.services.attachment_limits import MEGA, Limits
from pairing_desktop.services.freezing import Content, Frozen
from pairing_desktop.services.standing import QuarterState, state
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.documents.model import Document, Rendered
    from pairing_desktop.store.submissions import Submission as Stored

SHOWN_FINDINGS = 20
SIGNATURES = 60_000
"""Bytes that three signatures add, about."""


class Part(Struct, frozen=True):
    """An attachment that a packet carries, and the record that holds it."""

    name: str
    size: int
    form: str
    record: str
    label: str


class Rehearsal(Struct, frozen=True):
    """What finalising would write, measured beforehand (bytes)."""

    size: int
    attachments: int
    records: int
    pages: int
    parts: tuple[Part, ...] = ()
    """The attachments that travel, the largest first."""
    limits: Limits = field(default_factory=attachment_limits.shipped)

    @property
    def too_large(self) -> bool:
        """Whether no packet may be so large."""
        return self.size > self.limits.packet_mb * MEGA

    @property
    def hard_to_send(self) -> bool:
        """Whether it is larger than what is sent at once."""
        return self.size > self.limits.send_mb * MEGA


class Finalised(Struct, frozen=True):
    """The files that finalising wrote."""

    quarter: str
    number: int
    identity: str
    packet: Path
    pdf: Path
    workbook: Path
    size: int
    pages: int
    seconds: float
    aside: tuple[Path, ...] = ()
    """What was signed before it was taken back and stood there, by the names that it has now."""


def preview(ws: Workspace, quarter: str, progress: Progress = silent) -> bytes:
    """Return the PDF as it would be finalised now, with the watermark 草稿，未定稿."""
    return draft(ws, quarter, progress).pdf


def draft(ws: Workspace, quarter: str, progress: Progress = silent) -> Rendered:
    """Return the same with the place of each value, so that a finding can be shown on its page."""
    frozen, content = _frozen(ws, quarter, progress=progress)
    pages = papers.documents(ws, frozen, content, final=False)
    del content
    return papers.draw_pdf(ws, frozen, _used_up(pages), final=False, progress=progress)


def preview_form(ws: Workspace, form: str, *, quarter: str, key: str = "") -> bytes:
    """Return the PDF of one form of the quarter, or of one record of it, for looking and printing."""
    from pairing_desktop.services import form_printing

    wanted = form_printing.Wanted(form=form, quarter=quarter, record=key)
    try:
        return form_printing.drawn(ws, wanted, "pdf")
    except Trouble as nothing:
        if nothing.problems[0].code == "printing.nothing":
            return b""
        raise


def rehearse(ws: Workspace, quarter: str, progress: Progress = silent) -> Rehearsal:
    """Measure what finalising would write, before it is done."""
    from pairing_desktop.documents import coordinates

    frozen, content = _frozen(ws, quarter, progress=progress)
    parts = _parts(frozen, content)
    pages = papers.documents(ws, frozen, content, final=False)
    del content
    in_pdf, in_workbook = coordinates.Recorder(), coordinates.Recorder()
    workbook = papers.draw_workbook(ws, frozen, pages, progress, in_workbook)
    drawn = papers.draw_pdf(ws, frozen, _used_up(pages), final=False, progress=progress, places=in_pdf)
    where = coordinates.together(in_pdf.text(), in_workbook.text())
    joint = len(joining.content(ws, frozen.joint)) if frozen.joint else 0
    size = sum(map(len, (frozen.data, drawn.pdf, workbook, where))) + sum(p.size for p in parts) + joint + SIGNATURES
    return Rehearsal(size, len(parts), len(frozen.pinned), drawn.pages, parts, attachment_limits.of(ws))


def _parts(frozen: Frozen, content: Content) -> tuple[Part, ...]:
    """Return what travels, each content once (it is stored once), the largest first."""
    held = {a.sha256: a for a in reversed(frozen.attached) if a.travels}
    of = {view.key: (form, view.label) for form, views in content.views.items() for view in views}
    parts = (Part(a.name, a.size, of[a.record][0], a.record, of[a.record][1]) for a in held.values())
    return tuple(sorted(parts, key=lambda part: (-part.size, part.name)))


def _frozen(ws: Workspace, quarter: str, *, reason: str = "", progress: Progress) -> tuple[Frozen, Content]:
    scope.require_quarter(ws, quarter)
    with ws.store.reading() as conn:
        number, replaced = _next(conn, quarter)
        frozen, content = freezing.freeze(ws, conn, quarter, number=number, replaced=replaced, reason=reason,
                                          progress=progress)
    checking.keep(ws, frozen.report, write=False)
    return frozen, content


def _next(conn: Connection, quarter: str) -> tuple[int, Stored | None]:
    """Return the number of the next 第N次报送 and the submission that it replaces."""
    done = [s for s in locking.all_submissions(conn) if s.period == quarter and s.state == "submitted"]
    return (done[-1].number + 1, done[-1]) if done else (1, None)


def finalise(ws: Workspace, quarter: str, out_dir: Path, *, reason: str = "", joint: Path | None = None,
             no_joint_reason: str = "", progress: Progress = silent) -> Finalised:
    """Freeze the quarter (定稿) and write COUNTY-QUARTER-rN.asice and beside it .xlsx and .pdf; all or nothing.

    ``joint``: the countersigned joint part, taken in first; the last one taken in goes in when none is named.
    ``no_joint_reason``: why the partner did not countersign (对方未会签).
    ``out_dir`` is made when its parent is there. A signed packet there whose 定稿 was taken back gets another name.
    BadContent: the check doesn't pass, or a receiver would turn the packet away.
    Trouble: already finalised; a second submission without ``reason``; no space; the data file is damaged anywhere;
    another packet stands there.
    """
    from pairing_desktop.formspec.fieldtypes.text import clean
    from pairing_desktop.store import verify

    start = time.perf_counter()
    ws.writable()
    scope.require_quarter(ws, quarter)
    writing.must_have_room(out_dir)
    with ws.store.reading() as conn:
        _may_begin(ws, conn, quarter)
        aside = replacing.packet(conn, out_dir / packet_name(ws, quarter, _next(conn, quarter)[0]), quarter)
        verify.must_be_sound(conn, ws.store.name, progress)
        reason = clean(reason, lines=True) or clean(_reasons(conn, quarter), lines=True)
    joining.before_finalising(ws, quarter, joint=joint, reason=no_joint_reason)
    frozen, content = _frozen(ws, quarter, reason=reason, progress=progress)
    _must_pass(ws, frozen)
    laid_out = papers.documents(ws, frozen, content, final=True)
    del content
    files, pages = _files(ws, frozen, laid_out, progress)
    _must_hold(ws, frozen, files[packet_name(ws, quarter, frozen.number)], progress)
    with (writing.room(out_dir),
          writing.together(out_dir, files, grows=files, kept=aside) as (packet, pdf, workbook),
          ws.store.begin() as tx):  # taken back if no commit
        _may_begin(ws, tx, quarter)
        _still_so(tx, frozen)
        _record(ws, tx, frozen, packet)
    return Finalised(quarter, frozen.number, frozen.identity, packet, pdf, workbook, len(files[packet.name]), pages,
                     time.perf_counter() - start, tuple(out_dir / name for name in aside.values()))


def _may_begin(ws: Workspace, conn: Connection, quarter: str) -> None:
    from pairing_desktop.formspec import period as periods
    from pairing_desktop.store import drafts, records

    waiting = [s for s in locking.all_submissions(conn) if s.period == quarter and s.state in locking.ON_ITS_WAY]
    if waiting:
        raise trouble("services.already_final", quarter=periods.title(quarter), number=waiting[-1].number)
    for draft in drafts.drafts(conn):
        if draft.period in ("", quarter):
            record = records.get(conn, draft.record)
            raise trouble("services.unsaved", form=ws.catalogue.form(draft.form).short,
                          label=record.label if record else "新建的一条记录")


def _reasons(conn: Connection, quarter: str) -> str:
    """Return why what was sent has been changed since, from the reasons given then; "" for a first submission."""
    from pairing_desktop.formspec import period as periods
    from pairing_desktop.store import records

    number, replaced = _next(conn, quarter)
    if replaced is None:
        return ""
    words = [r.why for key, sent in replaced.pinned for r in records.revisions(conn, key) if r.number > sent and r.why]
    if not words:
        raise trouble("services.resubmit_needs_reason", quarter=periods.title(quarter), number=number - 1)
    return "；".join(dict.fromkeys(words))


def _must_pass(ws: Workspace, frozen: Frozen) -> None:
    from pairing_desktop.formspec import period as periods

    quarter, report = periods.title(frozen.quarter), frozen.report
    if not frozen.pinned:
        raise trouble("services.nothing_to_send", quarter=quarter)
    if not report.passes:
        open_ = [f for f in report.findings if not f.waiver and not f.explanation]
        told = [finding_problem(naming.placed(ws.catalogue, f), f.message, f.remedy) for f in open_[:SHOWN_FINDINGS]]
        raise BadContent(problem("services.check_failed", quarter=quarter, errors=report.errors,
                                 unexplained=report.unexplained), *told)
    if frozen.replaced and set(frozen.pinned) == set(frozen.replaced.pinned) and not _answered_since(ws, frozen):
        raise trouble("services.nothing_changed", quarter=quarter, number=frozen.replaced.number)


def finding_problem(place: str, message: str, remedy: str) -> Problem:
    """Return a finding as a sentence."""
    said = problem("services.finding", place=place, message=message)
    return Problem(said.code, said.message, remedy, said.place)


def _answered_since(ws: Workspace, frozen: Frozen) -> bool:
    """Tell whether an answer to this quarter's findings was given since the submission before."""
    from pairing_desktop.services import answers

    given = answers.given(ws)
    since = frozen.replaced.at if frozen.replaced else frozen.at
    sent = {key for key, _revision in frozen.pinned}
    said = (*given.explanations.values(), *given.waivers.values())
    ours = (a for a in said if (a["period"] == frozen.quarter if "period" in a else a["record"] in sent))
    return any(datetime.fromisoformat(a["at"]) > since for a in ours)


def packet_name(ws: Workspace, quarter: str, number: int) -> str:
    """Return the packet's file name: 331123-2024Q2-r1.asice."""
    return f"{ws.about.county}-{quarter}-r{number}.asice"


def _files(ws: Workspace, frozen: Frozen, laid_out: list[Document],
           progress: Progress) -> tuple[dict[str, bytes], int]:
    """Draw everything and build the packet; returns packet, PDF and workbook by file name, and the pages.

    Takes the documents away from the caller's list: they are the largest thing in memory.
    """
    from pairing_desktop.documents import coordinates
    from pairing_desktop.exchange import packet
    from pairing_desktop.exchange.coordinates import COORDINATES
    from pairing_desktop.signing import pdf_signature

    in_pdf, in_workbook = coordinates.Recorder(), coordinates.Recorder()
    workbook = papers.draw_workbook(ws, frozen, laid_out, progress, in_workbook)
    drawn = papers.draw_pdf(ws, frozen, _used_up(laid_out), final=True, progress=progress, places=in_pdf)
    progress("装入报送包", 0, 0)
    places = {role: (page - 1, rect) for role, (page, rect) in drawn.signature_places.items()}
    pdf = pdf_signature.prepare_fields(drawn.pdf, places)
    contents = {packet.PDF: pdf, packet.WORKBOOK: workbook, **_attached(ws, frozen),
                COORDINATES: coordinates.together(in_pdf.text(), in_workbook.text())}
    if frozen.joint:
        contents[packet.JOINT] = joining.content(ws, frozen.joint)
    size = sum(map(len, contents.values())) + len(frozen.data)
    most = attachment_limits.of(ws).packet_mb
    if size > most * MEGA:
        raise trouble("services.too_large", size=f"{size / MEGA:.0f} MB", limit=f"{most} MB")
    name = packet_name(ws, frozen.quarter, frozen.number)
    stem = name.removesuffix(".asice")
    return {name: packet.build(frozen.data, contents), f"{stem}.pdf": pdf, f"{stem}.xlsx": workbook}, drawn.pages


def _must_hold(ws: Workspace, frozen: Frozen, packet: bytes, progress: Progress) -> None:
    """Read the packet as a receiver does: its container, and the rules run again on its data.

    Raises ``BadContent`` when it would be turned away: a fault of the program must show here, not at the province. What
    workbook and PDF show takes as long to read as to draw: see ``read_back``.
    """
    from pairing_desktop.services import rechecking
    from pairing_desktop.signing import container

    found = container.read(packet, name="")
    told = [*found.problems, *rechecking.rules(json.loads(frozen.data), ws.catalogue, progress).problems]
    if told:
        raise BadContent(problem("services.packet_disagrees"), *told)


def read_back(ws: Workspace, packet: Path, progress: Progress = silent) -> None:
    """Read a packet that was just written as a receiver does, workbook and PDF value by value, before anybody signs it.

    Raises ``BadContent``, told by its place, for what a receiver would turn it away for; ``Trouble`` when it cannot be
    read.
    """
    from pairing_desktop.exchange import packet_parts
    from pairing_desktop.services.asking import Asking
    from pairing_desktop.signing import container

    found = container.read(packet, name=packet.name)
    with Asking(ws.catalogue, appearance=False, progress=progress).about(found.files) as answers:
        asked = answers(packet_parts.said(found.files))
    told = [*found.problems, *(each for answer in asked.values() for each in answer.problems)]
    if told:
        raise BadContent(problem("services.packet_reads_otherwise", name=packet.name), *told)


def _used_up(documents: list[Document]) -> Iterator[Document]:
    """Yield documents in order and let go of each: what the workbook needs too is needed no more."""
    documents.reverse()
    while documents:
        yield documents.pop()


def _attached(ws: Workspace, frozen: Frozen) -> dict[str, bytes]:
    from pairing_desktop.exchange import packet
    from pairing_desktop.store import attachments

    with ws.store.reading() as conn:
        return {packet.attachment_path(a.sha256, a.name): attachments.content(conn, a.sha256)
                for a in frozen.attached if a.travels}


def _still_so(tx: Connection, frozen: Frozen) -> None:
    """Raise ``Trouble`` when somebody typed on while everything was drawn."""
    from pairing_desktop.formspec import period as periods
    from pairing_desktop.store import journal

    if journal.head(tx).head != frozen.head:
        raise trouble("services.changed_meanwhile", quarter=periods.title(frozen.quarter))


def _record(ws: Workspace, tx: Connection, frozen: Frozen, path: Path) -> None:
    from pairing_desktop.store import submissions as table

    made = table.create(tx, period=frozen.quarter, number=frozen.number, identity=frozen.identity,
                        replaces=frozen.replaced.identity if frozen.replaced else "", packet_name=path.name,
                        at=frozen.at, who=ws.who, why=frozen.reason, pinned=frozen.pinned)
    ws.store.set_meta(f"packet/{made.id}", writing.named(path))


def undo_finalise(ws: Workspace, quarter: str, why: str = "") -> QuarterState:
    """Take a 定稿 back, until it is submitted; its packet is worth nothing from then on."""
    from pairing_desktop.formspec import period as periods
    from pairing_desktop.store import submissions as table

    ws.writable()
    scope.require_quarter(ws, quarter)
    with ws.store.begin() as tx:
        begun = [s for s in locking.all_submissions(tx) if s.period == quarter]
        if not begun:
            raise trouble("services.not_final", quarter=periods.title(quarter))
        if begun[-1].state == "submitted":
            raise trouble("services.already_submitted", quarter=periods.title(quarter), number=begun[-1].number)
        table.set_state(tx, begun[-1].id, "undone", at=ws.clock(), who=ws.who, why=why.strip())
    return state(ws, quarter)
