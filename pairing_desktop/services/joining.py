"""The joint part on its way: 核对稿 out to the partner, answered, taken in again, countersigned, taken into the packet.

Making and taking in need the data file; looking at it, answering it and signing it do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

from pairing_desktop import __version__
from pairing_desktop.errors import BadContent, problem, trouble
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import checking, countersigning, internal, replacing, scope, trusting, writing
from pairing_desktop.services.countersigning import Kept, Standing, standing
from pairing_desktop.services.joint_viewing import (
    Field,
    JointView,
    Place,
    Sheet,
    answer,
    describe,
    file_content,
    head_of,
    is_joint,
    must_be_whole,
    sign_joint,
    stray_disputes,
)
from pairing_desktop.services.lookup import Entry, Snapshot
from pairing_desktop.services.workspace import CHINA, Workspace, county_name

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.documents.model import Document
    from pairing_desktop.exchange.joint import JointPart
    from pairing_desktop.formspec.catalogue import Catalogue

__all__ = [
    "Field", "JointView", "Made", "Place", "Sheet", "Standing", "Taken", "answer", "before_finalising", "content",
    "describe", "head_of", "is_joint", "make", "sign_joint", "standing", "take_in",
]

SHOWN = 20


class Made(Struct, frozen=True):
    """A joint part written out. ``again``: nothing in it changed since it was signed, so it is the signed one."""

    quarter: str
    path: Path
    sheets: int
    size: int
    again: bool


class Taken(Struct, frozen=True):
    """A joint part taken in: what the partner says, who has signed, and what was changed here meanwhile."""

    quarter: str
    standing: Standing
    disputes: int
    changed: tuple[str, ...]


# At home

def make(ws: Workspace, quarter: str, out_dir: Path, *, progress: Progress = silent) -> Made:
    """Write the quarter's joint part (核对稿) for the partner: COUNTY-QUARTER-joint.asice.

    When nothing in it changed since both signed, the signed one is written again. Trouble: no partner, no joint sheet,
    an answered or signed one stands there that was not taken in.
    """
    from pairing_desktop.exchange import joint, packet_parts
    from pairing_desktop.store import attachments

    ws.writable()
    scope.require_quarter(ws, quarter)
    writing.must_have_room(out_dir)
    if not ws.about.partner:
        raise trouble("joining.no_partner")
    with ws.store.reading() as conn:
        data, now = _data(ws, quarter, conn)
        stand = countersigning.of_records(ws, quarter, now)
    if stand.code == "none":
        raise trouble("joining.nothing", quarter=_title(quarter))
    name = f"{ws.about.county}-{quarter}-joint.asice"
    if stand.code == "signed" and stand.kept:
        signed = content(ws, stand.kept.sha256)
        replacing.joint_part(ws, out_dir / name, signed)
        with writing.room(out_dir):
            path = writing.write(out_dir / name, signed, grows=True)
        return Made(quarter, path, len(now), path.stat().st_size, again=True)
    progress("生成核对稿", 0, 2)
    text = packet_parts.canonical(data)
    made = joint.build(text, *drawn(data, documents(data, ws.catalogue)))
    progress("生成核对稿", 1, 2)
    part = joint.open_joint(made, name=name)
    replacing.joint_part(ws, out_dir / name, made)
    with (writing.room(out_dir), writing.together(out_dir, {name: made}, grows=(name,)) as (path,),
          ws.store.begin() as tx):
        digest = attachments.add(tx, made, name=name, at=ws.clock())
        countersigning.keep(ws, quarter, _kept(part, digest, path, ws.clock()))
    return Made(quarter, path, len(now), len(made), again=False)


def _title(quarter: str) -> str:
    from pairing_desktop.formspec import period

    return period.title(quarter)


def _kept(part: JointPart, digest: str, path: Path, at: datetime) -> Kept:
    said = part.answer or {}
    return Kept(identity=part.identity, records=part.records, sha256=digest, path=writing.named(path),
                answer=said.get("answer", ""), disputes=tuple(dict(d) for d in said.get("disputes", ())),
                signed=tuple(s.county for s in part.signed), complete=part.complete, at=internal.stamp(at),
                forms=_forms(part))


def _forms(part: JointPart) -> dict[str, str]:
    """Return the digests of the forms by which a joint part was made."""
    return {f["id"]: f.get("digest", "") for f in part.data.get("forms", ())}


def _data(ws: Workspace, quarter: str, conn: Connection) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what a joint part says: the joint records, what their sheets show beside them, and nothing else."""
    from pairing_desktop.exchange.joint import FORMAT

    about, snapshot = ws.about, Snapshot(ws, quarter, conn, as_sent=True)
    held = countersigning.entries(ws, snapshot, conn)
    found = countersigning.records(ws, held, snapshot)
    phones = [{"role": p.role, "label": p.label, "name": p.name, "phone": p.phone} for p in ws.people]
    around = {
        "leads": about.leads, "partner_bureau": about.partner_bureau, "people": phones,
        "earlier": list(_earlier(ws, held, snapshot)), "others": list(_named(ws, held, snapshot)),
    }
    data = {
        "format": FORMAT, "program": f"pairing-desktop {__version__}", "sample": about.sample,
        "made_at": internal.stamp(ws.clock()), "county": about.county, "county_name": about.county_name,
        "bureau": about.bureau, "partner": about.partner, "partner_name": about.partner_name, "period": quarter,
        "forms": [{"id": f.id, "version": f.version, "digest": f.digest, "title": f.title, "short": f.short}
                  for f in countersigning.forms(ws) if held.get(f.id)],
        "records": found, "surroundings": around, "waivers": [], "submission": 0,
    }
    return data, found


def _earlier(ws: Workspace, held: dict[str, list[Entry]], snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    from pairing_desktop.services.freezing import public

    for form in countersigning.forms(ws):
        for entry in held[form.id] if form.kind != "register" else ():
            around = (form.id, entry.key, snapshot.quarter, entry.subject)
            found = {"previous": snapshot.previous(*around), "year_ago": snapshot.year_ago(*around)}
            payloads = {name: public(form, payload) for name, payload in found.items() if payload is not None}
            if payloads:
                yield {"record": entry.key, **payloads}


def _named(ws: Workspace, held: dict[str, list[Entry]], snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """Yield by name alone what joint records refer to: of a firm no more than the joint sheet itself prints."""
    from pairing_desktop.services import surroundings

    known = {e.key for entries in held.values() for e in entries}
    forms = {f.id: f for f in ws.catalogue.forms}
    for form_id, entries in held.items():
        for entry in entries:
            for key in surroundings.references(forms[form_id], entry):
                target = snapshot.entry(key) if key not in known else None
                if target and target.form in forms:
                    known.add(key)
                    yield {"form": target.form, "key": key, "label": snapshot.name(target.form, target)}


def documents(data: Mapping[str, Any], catalogue: Catalogue) -> list[Document]:
    """Lay out what a joint part's data says: a cover, then the joint sheets; making and verifying draw the same."""
    from pairing_desktop.documents.joint_cover import joint_cover
    from pairing_desktop.documents.layout import form_documents
    from pairing_desktop.exchange.joint import records_digest
    from pairing_desktop.services import papers

    views, around = papers.views_of(data), papers.context_of(data, catalogue)
    pages: list[Document] = []
    for form in papers.by_annex(f for f in catalogue.forms if f.joint):
        pages += form_documents(form, views.get(form.id, []), around)
    lines = [(f.title, [v.label for v in views[f.id]])
             for f in papers.by_annex(c for c in catalogue.forms if c.joint and views.get(c.id))]
    cover = joint_cover(title=_pair(data), county=data["county_name"], partner=data["partner_name"],
                        bureau=data["bureau"], period=_title(data["period"]), lines=lines,
                        made=datetime.fromisoformat(data["made_at"]).astimezone(CHINA),
                        digest=records_digest(data["records"]))
    return [cover, *(structs.replace(p, footer_note=p.footer_note.replace("第0次报送", "会签件")) for p in pages)]


def _pair(data: Mapping[str, Any]) -> str:
    return f"{data['county_name']}—{data['partner_name']}{_title(data['period'])}"


def drawn(data: Mapping[str, Any], pages: Sequence[Document]) -> tuple[bytes, bytes]:
    """Return the PDF of a joint part's documents, and where each value stands in it, as a packet tells it."""
    from pairing_desktop.documents import coordinates
    from pairing_desktop.documents.pdf import write_pdf
    from pairing_desktop.services import papers

    places = coordinates.Recorder()
    pdf = write_pdf(pages, title=f"{_pair(data)}会签件", watermark=papers.SAMPLE if data["sample"] else "",
                    places=places).pdf
    return pdf, coordinates.together(places.text(), coordinates.Recorder().text())


def take_in(ws: Workspace, path: Path, *, quarter: str = "", carried: bool = False,
            progress: Progress = silent) -> Taken:
    """Take a joint part back: answered, or signed by one or both. What the partner disputes shows at its fields.

    ``carried``: it has to be one that a packet can carry now. What is refused leaves the last one as it is.
    BadContent: another pair's or quarter's, changed on the way, a signature that does not hold, or of other data while
    the last one is of the data as they are.
    """
    from pairing_desktop.exchange import joint
    from pairing_desktop.exchange.joint_parts import records_digest
    from pairing_desktop.store import attachments

    ws.writable()
    progress("核对会签件", 0, 0)
    bytes_ = file_content(path)
    part = joint.open_joint(bytes_, name=path.name)
    _must_be_ours(ws, part, path.name, quarter)
    if stray := tuple(stray_disputes(part.disputes, part.data["records"], ws.catalogue)):
        raise BadContent(*stray)
    must_be_whole(bytes_, path.name, trusting.known(ws), ws.clock())
    period = str(part.data["period"])
    last = countersigning.kept(ws, period)
    if last and last.complete and not part.complete and last.records == part.records:
        raise trouble("joining.signed_already", quarter=_title(period))
    with ws.store.reading() as conn:
        _, now = _data(ws, period, conn)
    if carried:
        _must_fit(ws, part, path.name, now)
    if last and part.records != last.records == records_digest(now):
        raise BadContent(problem("joining.of_other_data", file=path.name, quarter=_title(period)))
    with ws.store.begin() as tx:
        digest = attachments.add(tx, bytes_, name=path.name, at=ws.clock())
        countersigning.keep(ws, period, _kept(part, digest, path, ws.clock()))
    stand = countersigning.of_records(ws, period, now)
    _outdate(ws, period)
    return Taken(period, stand, len(part.disputes), _changed(ws, part, now))


def _outdate(ws: Workspace, quarter: str) -> None:
    """Let the next look at the findings check anew: rule 20a asks about what was just taken in."""
    from pairing_desktop.services import kept

    with ws.shared.lock:
        kept.of(ws, quarter).stale = True


def _changed(ws: Workspace, part: JointPart, now: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    from pairing_desktop.exchange.joint_parts import differences

    return tuple(countersigning.difference_words(ws.catalogue, differences(part.data["records"], now)))


def changed_since(ws: Workspace, stand: Standing, now: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Return what was changed since the kept joint part was made."""
    from pairing_desktop.exchange import joint

    if stand.kept is None:
        return ()
    return _changed(ws, joint.open_joint(content(ws, stand.kept.sha256)), now)


def _must_be_ours(ws: Workspace, part: JointPart, name: str, quarter: str) -> None:
    if part.counties != (ws.about.county, ws.about.partner):
        names = "、".join(county_name(c) or c for c in part.counties)
        raise BadContent(problem("joining.other_pair", file=name, counties=names))
    if quarter and part.data["period"] != quarter:
        raise BadContent(problem("joining.other_quarter", file=name, said=_title(str(part.data["period"])),
                                 quarter=_title(quarter)))
    if not countersigning.by_our_forms(ws, _forms(part)):
        raise BadContent(problem("joining.other_forms", file=name))


def _must_fit(ws: Workspace, part: JointPart, name: str, now: Sequence[dict[str, Any]]) -> None:
    """Raise ``BadContent`` unless it is signed by both and says what the records say now; each difference is named."""
    from pairing_desktop.exchange.joint_parts import records_digest

    if part.records != records_digest(now):
        said = [problem("joining.differs", what=words) for words in _changed(ws, part, now)[:SHOWN]]
        raise BadContent(problem("joining.changed", file=name), *said)
    if not part.complete:
        answered = "disputed" if part.disputes else "confirmed" if part.answer else "sent"
        state = countersigning.WORDS["signing" if part.signed else answered]
        raise BadContent(problem("joining.not_signed", file=name, state=state))


def before_finalising(ws: Workspace, quarter: str, *, joint: Path | None, reason: str) -> None:
    """Take the named joint part in, and the reason why there is none, before the quarter is frozen.

    BadContent: it is not signed by both, or not about what the records say now (each difference is named).
    """
    if joint is not None:
        take_in(ws, joint, quarter=quarter, carried=True)
    if reason.strip():
        stand = standing(ws, quarter)
        if stand.code not in ("none", "signed"):
            checking.explain(ws, countersigning.unsigned(ws, quarter, stand), reason)


def content(ws: Workspace, sha256: str) -> bytes:
    """Return a joint part's bytes."""
    from pairing_desktop.store import attachments

    with ws.store.reading() as conn:
        return attachments.content(conn, sha256)
