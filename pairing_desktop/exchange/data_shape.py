"""The one form of ``data.json``: which members a packet's or a joint part's data has, and of which type each is.

Whatever reads the data afterwards may rely on it: what is named here is there in its type, and nothing else is there,
for a member that no page shows would be signed unseen. Members that only the questions behind the signatures need may
be absent; whoever needs one says so. What fields a form has, the catalogue knows (``services.data_fields``). Data are
held against it in ``data_faults``.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, Meta(ge=0)]
Number = Annotated[int, Meta(ge=1)]
Moment = Annotated[datetime, Meta(tz=True)]
"""A time that says of which zone it is: one without means another moment on each PC."""
FormId = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$")]
Changed = Annotated[str, Meta(pattern="^(未变|新增[0-9]+|修改[0-9]+|新增[0-9]+ 修改[0-9]+)$")]
"""What of a form's records is other than in the submission replaced."""
Link = Literal["workspace", "revision", "submission", "submission_event", "restore", "merge"]
"""What a history is made of (``store.journal``)."""


class _Strict(Struct, frozen=True, forbid_unknown_fields=True):
    """An object that has no other members than those named."""


class Payload(_Strict, frozen=True):
    """What was entered in a record or in a row of one; members that hold nothing are left out."""

    values: dict[str, Any] | UnsetType = UNSET
    raw: dict[str, str] | UnsetType = UNSET
    marks: dict[str, dict[str, str]] | UnsetType = UNSET


class Row(Payload, frozen=True, kw_only=True):
    """A row of a table in a record; paths name it by its id."""

    id: Annotated[str, Meta(pattern=r"^[^/#@\s]{1,60}$")]


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
    size: Count
    travels: bool
    record: str
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


class Said(_Strict, frozen=True, kw_only=True):
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


class PacketData(Said, frozen=True, kw_only=True):
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


class JointData(Said, frozen=True, kw_only=True):
    """The data of a joint part; it is no submission of its own: ``submission`` is 0."""

    partner: Annotated[str, Meta(pattern="^[0-9]{6}$")]
    records: Annotated[list[Record], Meta(min_length=1)]
    made_at: Moment | UnsetType = UNSET
    submission: Annotated[int, Meta(ge=0, le=0)] | UnsetType = UNSET
