"""The one form of ``data.json``: which members a packet's or a joint part's data has, and of which type each is.

Whatever reads the data afterwards may rely on it: what is named here is there in its type, and nothing else is there,
for a member that no page shows would be signed unseen. Members that only the questions behind the signatures need may
be absent; whoever needs one says so. What fields a form has, the catalogue knows (``services.data_fields``).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from pairing_desktop.errors import Problem, problem
from pairing_desktop.formspec.period import Quarter

Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, Meta(ge=0)]
Number = Annotated[int, Meta(ge=1)]
Moment = Annotated[datetime, Meta(tz=True)]
"""A time that says of which zone it is: one without means another moment on each PC."""
YEARS = range(1900, 9999)
"""Those that quarters lie in; the end of the last year that there is comes in no zone further east."""
FormId = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$")]
Changed = Annotated[str, Meta(pattern="^(未变|新增[0-9]+|修改[0-9]+|新增[0-9]+ 修改[0-9]+)$")]
"""What of a form's records is other than in the submission replaced."""
Link = Literal["workspace", "revision", "submission", "submission_event", "restore", "merge"]
"""What a history is made of (``store.journal``)."""


_Named = TypeVar("_Named")


class _Strict(Struct, frozen=True, forbid_unknown_fields=True):
    """An object that has no other members than those named."""


class Payload(_Strict, frozen=True):
    """What was entered in a record or in a row of one; members that hold nothing are left out."""

    values: dict[str, Any] | UnsetType = UNSET
    raw: dict[str, str] | UnsetType = UNSET
    marks: dict[str, dict[str, str]] | UnsetType = UNSET


class Form(_Strict, frozen=True):
    """A form by which records were entered."""

    id: str
    digest: str | UnsetType = UNSET
    version: int | UnsetType = UNSET
    title: str | UnsetType = UNSET
    short: str | UnsetType = UNSET
    kind: str | UnsetType = UNSET
    joint: bool | UnsetType = UNSET


class Record(_Strict, frozen=True):
    """A record as it is sent."""

    form: str
    key: str
    label: str
    payload: Payload
    revision: str | UnsetType = UNSET
    number: Number | UnsetType = UNSET
    natural_key: str | UnsetType = UNSET
    subject: str | UnsetType = UNSET
    period: str | UnsetType = UNSET
    late: bool | UnsetType = UNSET


class Other(_Strict, frozen=True):
    """A record that does not travel again: counted by rules (``payload``), only referred to (``aside``), or named."""

    form: str
    key: str
    label: str
    subject: str | UnsetType = UNSET
    period: str | UnsetType = UNSET
    payload: Payload | UnsetType = UNSET
    aside: Payload | UnsetType = UNSET


class Earlier(_Strict, frozen=True):
    """A record's earlier figures."""

    record: str
    previous: Payload | UnsetType = UNSET
    year_ago: Payload | UnsetType = UNSET


class Person(_Strict, frozen=True):
    """Who stands on the cover."""

    role: str
    label: str
    name: str
    phone: str


class Surroundings(_Strict, frozen=True):
    """What paper shows and rules ask for, and no record says."""

    leads: bool | UnsetType = UNSET
    side: str | UnsetType = UNSET
    partner_bureau: str | UnsetType = UNSET
    people: list[Person] | UnsetType = UNSET
    forms: list[str] | UnsetType = UNSET
    changes: dict[FormId, Changed] | UnsetType = UNSET
    codes: list[str] | UnsetType = UNSET
    earlier: list[Earlier] | UnsetType = UNSET
    others: list[Other] | UnsetType = UNSET


class Attached(_Strict, frozen=True):
    """A file that a record holds."""

    sha256: Digest
    name: str
    size: Count | UnsetType = UNSET
    travels: bool | UnsetType = UNSET
    record: str | UnsetType = UNSET
    pages: Count | UnsetType = UNSET


class Replaced(_Strict, frozen=True):
    """The submission that this one replaces."""

    identity: Digest
    submission: Number


class Joint(_Strict, frozen=True):
    """What a packet says of its joint part: carried with both signatures, missing for a reason, not needed."""

    state: Literal["signed", "missing", "none"]
    identity: str | UnsetType = UNSET
    records: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    answer: str | UnsetType = UNSET
    sheets: Count | UnsetType = UNSET
    disputes: Count | UnsetType = UNSET


JOINT_SAYS = {"identity": ("signed",), "records": ("signed",), "reason": ("missing",), "answer": ("missing",),
              "sheets": ("missing",), "disputes": ("missing",)}
"""In which states each is said."""


class Since(_Strict, frozen=True):
    """Where the history stood when the last submission went out."""

    identity: Digest
    seq: Count
    head: Digest


class History(_Strict, frozen=True):
    """The journal's end, and its links since the last submission."""

    seq: Count
    head: Digest
    since: Since | UnsetType | None = UNSET
    entries: list[tuple[Link, Digest]] | UnsetType = UNSET
    merges: list[tuple[Count, str]] | UnsetType = UNSET


class Finding(_Strict, frozen=True):
    """What a rule found."""

    form: str
    record: str
    path: str
    rule: str
    number: str
    level: Literal["error", "query"]
    left: str
    right: str
    difference: str
    message: str
    place: str


class _Answer(_Strict, frozen=True, kw_only=True):
    """What was answered to a finding, and to which values."""

    form: str
    record: str
    path: str
    rule: str
    left: str
    right: str
    message: str
    place: str
    who: str
    at: Moment
    period: str | UnsetType = UNSET


class Explanation(_Answer, frozen=True):
    """Why a query is as it should be (说明)."""

    text: str


class Waiver(_Answer, frozen=True):
    """Why something travels with an error, and who agreed (特殊情况报送)."""

    reason: str
    consent_by: str


class Sheet(_Strict, frozen=True):
    """The definition by which a computed sheet was worked out."""

    id: str
    digest: str
    version: int


class _Said(_Strict, frozen=True, kw_only=True):
    """What packets and joint parts both say."""

    format: str
    county: Annotated[str, Meta(pattern="^[0-9]{6}$")]
    period: str
    forms: list[Form] | UnsetType = UNSET
    records: list[Record] | UnsetType = UNSET
    program: Annotated[str, Meta(max_length=60)] | UnsetType = UNSET
    sample: bool | UnsetType = UNSET
    county_name: str | UnsetType = UNSET
    bureau: str | UnsetType = UNSET
    partner: str | UnsetType = UNSET
    partner_name: str | UnsetType = UNSET
    surroundings: Surroundings | UnsetType = UNSET
    waivers: list[Waiver] | UnsetType = UNSET


class PacketData(_Said, frozen=True, kw_only=True):
    """The data of a packet."""

    roles: list[str]
    finalised_at: Moment | UnsetType = UNSET
    submission: Number | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    replaces: Replaced | UnsetType | None = UNSET
    sheets: list[Sheet] | UnsetType = UNSET
    findings: list[Finding] | UnsetType = UNSET
    explanations: list[Explanation] | UnsetType = UNSET
    attachments: list[Attached] | UnsetType = UNSET
    joint: Joint | UnsetType = UNSET
    history: History | UnsetType = UNSET


class JointData(_Said, frozen=True, kw_only=True):
    """The data of a joint part; it is no submission of its own: ``submission`` is 0."""

    partner: Annotated[str, Meta(pattern="^[0-9]{6}$")]
    records: Annotated[list[Record], Meta(min_length=1)]
    made_at: Moment | UnsetType = UNSET
    submission: Annotated[int, Meta(ge=0, le=0)] | UnsetType = UNSET


def problems(data: Mapping[str, Any], shape: type[_Said]) -> Iterator[Problem]:
    """Yield where data has not its form; the first place tells, for what is misread there tells nothing of the rest."""
    try:
        found = msgspec.convert(data, shape)
    except msgspec.ValidationError as error:
        yield problem("exchange.data_malformed", reason=_place(str(error)))
        return
    except RecursionError:
        yield problem("exchange.data_malformed", reason="层次过深")
        return
    yield from _twice(found)
    yield from _about_times(found)
    if isinstance(found, PacketData):
        yield from _about_number(found)
        yield from _about_replaced(found)
        yield from _about_joint(found.joint)


def _twice(data: _Said) -> Iterator[Problem]:
    """Yield the first of each kind that is written twice: whoever looks it up would see only one of them."""
    records, around = data.records or (), data.surroundings or Surroundings()
    for record in _again((record.key, record) for record in records):
        yield problem("exchange.record_twice", record=record.label[:40])
    for form in _again((form.id, form) for form in data.forms or ()):
        yield problem("exchange.form_twice", form=form.title or form.id)
    travel = {record.key for record in records}
    others = around.others or ()
    named = {
        "不随包的记录": [(other.key, other.label) for other in others],
        "上期数": [(each.record, each.record) for each in around.earlier or ()],
        "要填的表式": [(form, form) for form in around.forms or ()],
        "表码": [(code, code) for code in around.codes or ()],
        "汇总表": [(sheet.id, sheet.id) for sheet in getattr(data, "sheets", UNSET) or ()],
    }
    for what, each in named.items():
        for name in _again((key, name) for key, name in each):
            yield problem("exchange.member_twice", what=what, name=name[:40])
    for other in others:
        if other.key in travel:
            yield problem("exchange.member_twice", what="随包和不随包的记录", name=other.label[:40])


def _again(named: Iterable[tuple[str, _Named]]) -> list[_Named]:
    """Return the first whose name stood before, alone; nothing where each has its own."""
    met: set[str] = set()
    for name, each in named:
        if name in met:
            return [each]
        met.add(name)
    return []


def _about_times(data: _Said) -> Iterator[Problem]:
    """Yield a period that is no quarter, and a moment of finalising that not every time zone has."""
    try:
        Quarter.parse(data.period)
    except ValueError:
        yield problem("exchange.data_malformed", reason="period 的写法不对")
    at = getattr(data, "finalised_at", UNSET)
    if at is not UNSET and at.year not in YEARS:
        yield problem("exchange.data_malformed", reason="finalised_at 的写法不对")


def _about_number(data: PacketData) -> Iterator[Problem]:
    """Yield a submission that is not the one after what it replaces."""
    if data.submission is UNSET:
        return
    before = data.replaces.submission if isinstance(data.replaces, Replaced) else 0
    if data.submission != before + 1:
        named = f"第{before}次" if before else "空的"
        yield problem("exchange.submission_number", number=data.submission, before=named)


def _about_replaced(data: PacketData) -> Iterator[Problem]:
    """Yield what a submission that replaces none says of the one replaced: no page shows it."""
    around = data.surroundings
    if isinstance(data.replaces, Replaced) or not isinstance(around, Surroundings):
        return
    for name in ("changes", "codes"):
        if getattr(around, name):
            yield problem("exchange.data_malformed", reason=f"没有取代哪一次报送，surroundings.{name} 却不是空的")


def _about_joint(said: Joint | UnsetType) -> Iterator[Problem]:
    """Yield what a packet says of its joint part besides what its state leaves to be said: nothing looks at that."""
    for name, states in JOINT_SAYS.items():
        if isinstance(said, Joint) and getattr(said, name) is not UNSET and said.state not in states:
            yield problem("exchange.data_malformed", reason=f"joint 里有不该有的内容 {name}")


_RECORD = re.compile(r"^records\[(\d+)\]")
_UNKNOWN = re.compile(r"unknown field `([^`]{1,60})`")
_LACKING = re.compile(r"missing required field `([^`]{1,60})`")


def _place(message: str) -> str:
    """Return in words where the library found data of another form: records[3].payload."""
    at = message.replace(" - at `key` in `$", " - at `$").rsplit(" - at `$", 1)
    where = at[1].rstrip("`").lstrip(".")[:80] if len(at) > 1 else ""
    where = _RECORD.sub(lambda found: f"第 {int(found[1]) + 1} 条记录", where)
    inside = f"{where} 里" if where else ""
    if unknown := _UNKNOWN.search(message):
        return f"{inside}有不认识的内容 {unknown[1]}"
    if lacking := _LACKING.search(message):
        return f"{inside}缺少 {lacking[1]}"
    return f"{where or '内容'} 的写法不对"
