"""A joint part looked at, answered and countersigned at anybody's desk: no data file is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pairing_desktop.errors import BadContent, Problem, Trouble, all_or_raise, problem, system_reason, trouble
from pairing_desktop.services import key_keeping
from pairing_desktop.services.altering import told_by_cause
from pairing_desktop.services.key_keeping import KeyPlace
from pairing_desktop.services.workspace import ROLE_LABELS, county_name

if TYPE_CHECKING:
    from pairing_desktop.exchange.joint import Dispute, JointPart
    from pairing_desktop.formspec.catalogue import Catalogue
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.signing.trust import Trust

UNSEEN = frozenset({"signing.untrusted", "signing.revocation_unchecked", "signing.crl_stale",
                    "exchange.joint_unsigned", "exchange.joint_disputed", "exchange.joint_unanswered"})
"""What is no fault of a joint part under way while no root is at hand."""


class Field(Struct, frozen=True):
    """A field of a joint sheet, as shown."""

    path: str
    label: str
    text: str


class Sheet(Struct, frozen=True):
    """A joint record to be agreed on; ``disputed`` holds the partner's words by path."""

    form: str
    key: str
    title: str
    label: str
    fields: tuple[Field, ...]
    disputed: dict[str, str]


class Place(Struct, frozen=True):
    """A head's place: whose county, and who has signed."""

    county: str
    county_name: str
    name: str = ""
    at: datetime | None = None


class JointView(Struct, frozen=True):
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
    from pairing_desktop.services import asking, joint_agreeing, strange_data

    with told_by_cause(path):
        part = joint.open_joint(path)
    seen = joint_agreeing.agreement(part.files, forms or asking.shipped())
    if seen.problems:
        raise BadContent(*seen.problems)
    try:
        return _view(path, part, forms)
    except strange_data.MISFITS as error:  # data that is not as our program writes it
        raise BadContent(problem("exchange.data_malformed", reason="内容不全")) from error


def _view(path: Path, part: JointPart, forms: Catalogue | None) -> JointView:
    from pairing_desktop.exchange.packet_parts import PDF
    from pairing_desktop.formspec import period as periods

    data, said = part.data, part.answer or {}
    must_be_whole(file_content(path), path.name, None, datetime.fromisoformat(data["made_at"]))
    signed = {s.county: s for s in part.signed}
    places = tuple(Place(c, county_name(c), signed[c].name, signed[c].signed_at) if c in signed
                   else Place(c, county_name(c)) for c in part.counties)
    return JointView(
        path=path, identity=part.identity, county_name=data.get("county_name", ""),
        partner_name=data.get("partner_name", ""), bureau=data.get("bureau", ""), quarter=data["period"],
        quarter_title=periods.title(data["period"]), made_at=datetime.fromisoformat(data["made_at"]),
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


def _fields(form: Form | None, payload: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[Field]:
    if form is None:
        for name, value in payload.get("values", {}).items():
            yield Field(name, name, str(value))
        return
    from pairing_desktop.services import past

    for change in past.changes(form, {}, payload, lambda _form, key: labels.get(key, "")):
        yield Field(change.path, change.label.replace("\n", ""), change.after)


def answer(path: Path, *, name: str, now: datetime, disputes: Sequence[Dispute] = ()) -> JointView:
    """Write the partner's answer into the file: 确认, or 有异议 at some fields.

    Trouble: signed already, nobody answers, no words, a record or field that is not there.
    """
    from pairing_desktop.exchange import joint
    from pairing_desktop.services import asking

    all_or_raise(stray_disputes(disputes, joint.open_joint(path).data["records"], asking.shipped()))
    joint.answer(path, name=name, now=now, disputes=tuple(disputes))
    return describe(path)


def stray_disputes(disputes: Iterable[Dispute], records: Iterable[Mapping[str, Any]],
                   forms: Catalogue) -> Iterator[Problem]:
    """Yield disputes about a field that the form has not, or a row that the record has not; "" is the whole record."""
    held = {(r["form"], r["key"]): r for r in records}
    for each in disputes:
        record = held.get((each.form, each.key))
        form = forms.form(each.form) if each.form in forms else None
        if record and each.path and not _has(form, record["payload"].get("values", {}), each.path):
            yield problem("exchange.joint_no_field", record=record["label"], path=each.path)


def _has(form: Form | None, values: Mapping[str, Any], path: str) -> bool:
    """Tell whether a path is a field's, a row's or a cell's; of a form that is not known what has a value is there."""
    name, *rest = path.split("/")
    field = form.by_id.get(name) if form else None
    if (form and field is None) or (form is None and name not in values):
        return False
    if not rest:
        return True
    rows = values.get(name, ())
    row = next((r for r in rows if r["id"] == rest[0]), None) if isinstance(rows, list) else None
    columns = field.column_by_id if field else (row or {}).get("values", {})
    return row is not None and (len(rest) == 1 or (len(rest) == 2 and rest[1] in columns))


def sign_joint(path: Path, place: KeyPlace, password: str, *, now: datetime,
               forms: Catalogue | None = None) -> JointPart:
    """Countersign with a head's key, of either county.

    Trouble: wrong password, no head, another county, disputed, or a PDF that shows something else than the data.
    """
    from pairing_desktop.exchange import joint

    describe(path, forms=forms)
    with key_keeping.opened(place, password, now=now) as key:
        return joint.sign(path, key, now=now)


def head_of(county: str) -> str:
    """Return how a county's head is called."""
    return f"{county_name(county) or county}{ROLE_LABELS['head']}"


def file_content(path: Path) -> bytes:
    """Return a file's bytes. Trouble: it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise trouble("exchange.file_missing", file=path.name, reason=system_reason(error)) from error


def must_be_whole(file: bytes, name: str, trust: Trust | None, at: datetime) -> None:
    """Raise ``BadContent`` when anything but trust (without a root) and missing signatures speaks against it."""
    from pairing_desktop.exchange.verifying import verify
    from pairing_desktop.signing.trust import JUDGEMENTS, Trust

    verdict = verify(file, trust or Trust((), (), at), name=name)
    unasked = UNSEEN | JUDGEMENTS if trust is None else UNSEEN - {"signing.untrusted"}
    against = [p for p in verdict.problems if p.code not in unasked]
    if against:
        raise BadContent(*against)
