"""The joint part on its way: 核对稿 out to the partner, answered, taken in again, countersigned, taken into the packet.

Making and taking in need the data file; looking at it, answering it and signing it do not.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pairing_desktop import __version__
from pairing_desktop.errors import BadContent, Trouble, problem, trouble
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import checking, countersigning, internal, key_keeping, scope, trusting, writing
from pairing_desktop.services.countersigning import Kept, Standing, standing
from pairing_desktop.services.key_keeping import KeyPlace
from pairing_desktop.services.lookup import Entry, Snapshot
from pairing_desktop.services.workspace import CHINA, ROLE_LABELS, Workspace, county_name

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.documents.model import Document
    from pairing_desktop.exchange.joint import Dispute, JointPart
    from pairing_desktop.formspec.catalogue import Catalogue
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.signing.trust import Trust

__all__ = [
    "Field", "JointView", "Made", "Place", "Sheet", "Standing", "Taken", "answer", "before_finalising", "content",
    "describe", "is_joint", "make", "sign_joint", "standing", "take_in",
]

UNSEEN = frozenset({"signing.untrusted", "signing.revocation_unchecked", "signing.crl_stale",
                    "exchange.joint_unsigned", "exchange.joint_disputed"})
"""What is no fault of a joint part under way while no root is at hand."""
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Made:
    """A joint part written out. ``again``: nothing in it changed since it was signed, so it is the signed one."""

    quarter: str
    path: Path
    sheets: int
    size: int
    again: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """A joint part taken in: what the partner says, who has signed, and what was changed here meanwhile."""

    quarter: str
    standing: Standing
    disputes: int
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a joint sheet, as shown."""

    path: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A joint record to be agreed on; ``disputed`` holds the partner's words by path."""

    form: str
    key: str
    title: str
    label: str
    fields: tuple[Field, ...]
    disputed: dict[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """A head's place: whose county, and who has signed."""

    county: str
    county_name: str
    name: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class JointView:
    """What the partner sees of a joint part. ``answer``: "", confirmed or disputed."""

    path: Path
    identity: str
    county_name: str
    partner_name: str
    bureau: str
    quarter: str
    quarter_title: str
    made_at: datetime
    sample: bool
    sheets: tuple[Sheet, ...]
    answer: str
    answered_by: str
    places: tuple[Place, ...]
    complete: bool
    pdf: bytes
    size: int


# At home

def make(ws: Workspace, quarter: str, out_dir: Path, *, progress: Progress = silent) -> Made:
    """Write the quarter's joint part (核对稿) for the partner: COUNTY-QUARTER-joint.asice.

    When nothing in it changed since both signed, the signed one is written again. Trouble: no partner, no joint sheet.
    """
    from pairing_desktop.exchange import joint
    from pairing_desktop.store import attachments

    ws.writable()
    scope.require_quarter(ws, quarter)
    if not out_dir.is_dir():
        raise trouble("services.no_folder", folder=out_dir)
    if not ws.about.partner:
        raise trouble("joining.no_partner")
    with ws.store.reading() as conn:
        data, now = _data(ws, quarter, conn)
        stand = countersigning.of_records(ws, quarter, now)
    if stand.code == "none":
        raise trouble("joining.nothing", quarter=_title(quarter))
    name = f"{ws.about.county}-{quarter}-joint.asice"
    if stand.code == "signed" and stand.kept:
        path = writing.write(out_dir / name, content(ws, stand.kept.sha256))
        return Made(quarter, path, len(now), path.stat().st_size, again=True)
    progress("生成核对稿", 0, 2)
    text = internal.canonical_data(data)
    made = joint.build(text, draw(data, ws.catalogue))
    progress("生成核对稿", 1, 2)
    part = joint.open_joint(made, name=name)
    with writing.together(out_dir, {name: made}) as (path,), ws.store.begin() as tx:
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
                signed=tuple(s.county for s in part.signed), complete=part.complete, at=internal.stamp(at))


def _data(ws: Workspace, quarter: str, conn: Connection) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what a joint part says: the joint records, what their sheets show beside them, and nothing else."""
    from pairing_desktop.exchange.joint import FORMAT

    about, snapshot = ws.about, Snapshot(ws, quarter, conn)
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


def draw(data: Mapping[str, Any], catalogue: Catalogue) -> bytes:
    """Draw the joint sheets, a cover before them."""
    from pairing_desktop.documents.joint_cover import joint_cover
    from pairing_desktop.documents.layout import form_documents
    from pairing_desktop.documents.pdf import write_pdf
    from pairing_desktop.exchange.joint import records_digest
    from pairing_desktop.services import papers

    views, around = papers.views_of(data), papers.context_of(data, catalogue)
    pages: list[Document] = []
    for form in papers.by_annex(f for f in catalogue.forms if f.joint):
        pages += form_documents(form, views.get(form.id, []), around)
    title = f"{data['county_name']}—{data['partner_name']}{_title(data['period'])}"
    lines = [(f.title, [v.label for v in views[f.id]])
             for f in papers.by_annex(c for c in catalogue.forms if c.joint and views.get(c.id))]
    cover = joint_cover(title=title, county=data["county_name"], partner=data["partner_name"], bureau=data["bureau"],
                        period=_title(data["period"]), made=datetime.fromisoformat(data["made_at"]).astimezone(CHINA),
                        lines=lines, digest=records_digest(data["records"]))
    footers = [dataclasses.replace(p, footer_note=p.footer_note.replace("第0次报送", "会签件")) for p in pages]
    return write_pdf([cover, *footers], title=f"{title}会签件",
                     watermark=papers.SAMPLE if data["sample"] else "").pdf


def take_in(ws: Workspace, path: Path, *, quarter: str = "", progress: Progress = silent) -> Taken:
    """Take a joint part back: answered, or signed by one or both. What the partner disputes shows at its fields.

    BadContent: another pair's or quarter's, changed on the way, or a signature that does not hold.
    """
    from pairing_desktop.exchange import joint
    from pairing_desktop.store import attachments

    ws.writable()
    progress("核对会签件", 0, 0)
    bytes_ = _bytes(path)
    part = joint.open_joint(bytes_, name=path.name)
    _must_be_ours(ws, part, path.name, quarter)
    _must_be_whole(bytes_, path.name, trusting.of(ws), ws.clock())
    period = str(part.data["period"])
    last = countersigning.kept(ws, period)
    if last and last.complete and not part.complete and last.records == part.records:
        raise trouble("joining.signed_already", quarter=_title(period))
    with ws.store.begin() as tx:
        digest = attachments.add(tx, bytes_, name=path.name, at=ws.clock())
        countersigning.keep(ws, period, _kept(part, digest, path, ws.clock()))
    with ws.store.reading() as conn:
        _, now = _data(ws, period, conn)
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


def _bytes(path: Path) -> bytes:
    from pairing_desktop.errors import system_reason

    try:
        return path.read_bytes()
    except OSError as error:
        raise trouble("exchange.file_missing", file=path.name, reason=system_reason(error)) from error


def _must_be_ours(ws: Workspace, part: JointPart, name: str, quarter: str) -> None:
    if part.counties != (ws.about.county, ws.about.partner):
        names = "、".join(county_name(c) or c for c in part.counties)
        raise BadContent(problem("joining.other_pair", file=name, counties=names))
    if quarter and part.data["period"] != quarter:
        raise BadContent(problem("joining.other_quarter", file=name, said=_title(str(part.data["period"])),
                                 quarter=_title(quarter)))


def _must_be_whole(file: bytes, name: str, trust: Trust | None, at: datetime) -> None:
    """Raise ``BadContent`` when anything but trust (without a root) and missing signatures speaks against it."""
    from pairing_desktop.exchange.verifying import verify
    from pairing_desktop.signing.trust import JUDGEMENTS, Trust

    verdict = verify(file, trust or Trust((), (), at), name=name)
    unasked = UNSEEN | JUDGEMENTS if trust is None else UNSEEN - {"signing.untrusted"}
    against = [p for p in verdict.problems if p.code not in unasked]
    if against:
        raise BadContent(*against)


def before_finalising(ws: Workspace, quarter: str, *, joint: Path | None, reason: str) -> None:
    """Take the named joint part in, and the reason why there is none, before the quarter is frozen.

    BadContent: it is not signed by both, or not about what the records say now (each difference is named).
    """
    if joint is not None:
        taken = take_in(ws, joint, quarter=quarter)
        if taken.standing.code == "changed":
            said = [problem("joining.differs", what=words) for words in taken.changed[:SHOWN]]
            raise BadContent(problem("joining.changed", file=joint.name), *said)
        if taken.standing.code != "signed":
            raise BadContent(problem("joining.not_signed", file=joint.name, state=taken.standing.word))
    if reason.strip():
        stand = standing(ws, quarter)
        if stand.code not in ("none", "signed"):
            checking.explain(ws, countersigning.unsigned(ws, quarter, stand), reason)


def content(ws: Workspace, sha256: str) -> bytes:
    """Return a joint part's bytes."""
    from pairing_desktop.store import attachments

    with ws.store.reading() as conn:
        return attachments.content(conn, sha256)


# Without a data file

def is_joint(path: Path) -> bool:
    """Tell whether a file is a joint part; False for what cannot be read."""
    from pairing_desktop.exchange import joint

    try:
        return joint.is_joint_file(path)
    except Trouble:
        return False


def describe(path: Path, *, forms: Catalogue | None = None) -> JointView:
    """Open a joint part and say what it holds, by ``forms`` (default: those that came with the program).

    BadContent: cut short, changed on the way, or its PDF says something else than its data.
    """
    from pairing_desktop.exchange import joint
    from pairing_desktop.exchange.packet_parts import PDF
    from pairing_desktop.services import asking, joint_agreeing

    part = joint.open_joint(path)
    seen = joint_agreeing.agreement(part.files, forms or asking.shipped())
    if any(p.code == "joining.pdf_differs" for p in seen.problems):
        raise BadContent(*seen.problems)
    data, said = part.data, part.answer or {}
    _must_be_whole(_bytes(path), path.name, None, datetime.fromisoformat(data["made_at"]))
    signed = {s.county: s for s in part.signed}
    places = tuple(Place(c, county_name(c), signed[c].name, signed[c].signed_at) if c in signed
                   else Place(c, county_name(c)) for c in part.counties)
    return JointView(
        path=path, identity=part.identity, county_name=data.get("county_name", ""),
        partner_name=data.get("partner_name", ""), bureau=data.get("bureau", ""), quarter=data["period"],
        quarter_title=_title(data["period"]), made_at=datetime.fromisoformat(data["made_at"]),
        sample=bool(data.get("sample")), sheets=tuple(_sheets(part, forms)), answer=said.get("answer", ""),
        answered_by=said.get("name", ""), places=places, complete=part.complete, pdf=part.files[PDF],
        size=path.stat().st_size,
    )


def _sheets(part: JointPart, forms: Catalogue | None) -> Iterator[Sheet]:
    """Yield the records as the forms of this program show them; a form it does not know by its paths alone."""
    from pairing_desktop.services import asking

    known = {f.id: f for f in (forms or asking.shipped()).forms}
    titles = {f["id"]: f["title"] for f in part.data["forms"]}
    labels = {r["key"]: r["label"] for r in (*part.data["surroundings"]["others"], *part.data["records"])}
    said: dict[tuple[str, str], dict[str, str]] = {}
    for each in part.disputes:
        said.setdefault((each.form, each.key), {})[each.path] = each.words
    for r in part.data["records"]:
        fields = tuple(_fields(known.get(r["form"]), r["payload"], labels))
        yield Sheet(r["form"], r["key"], titles.get(r["form"], r["form"]), r["label"], fields,
                    said.get((r["form"], r["key"]), {}))


def _fields(form: Form | None, payload: dict[str, Any], labels: dict[str, str]) -> Iterator[Field]:
    if form is None:
        for name, value in payload.get("values", {}).items():
            yield Field(name, name, str(value))
        return
    from pairing_desktop.services import past

    for change in past.changes(form, {}, payload, lambda _form, key: labels.get(key, "")):
        yield Field(change.path, change.label.replace("\n", ""), change.after)


def answer(path: Path, *, name: str, now: datetime, disputes: Sequence[Dispute] = ()) -> JointView:
    """Write the partner's answer into the file: 确认, or 有异议 at some fields. Trouble: signed already, no words."""
    from pairing_desktop.exchange import joint

    joint.answer(path, name=name, now=now, disputes=tuple(disputes))
    return describe(path)


def sign_joint(path: Path, place: KeyPlace, password: str, *, now: datetime) -> JointPart:
    """Countersign with a head's key, of either county. Trouble: wrong password, no head, another county, disputed."""
    from pairing_desktop.exchange import joint

    with key_keeping.opened(place, password, now=now) as key:
        return joint.sign(path, key, now=now)


def head_of(county: str) -> str:
    """Return how a county's head is called."""
    return f"{county_name(county) or county}{ROLE_LABELS['head']}"
