"""What services hand over to be laid out: records as stored, what surrounds them, and all that the cover says."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from pairing_desktop.documents.code import CODED
from pairing_desktop.formspec.definition import Form


class RecordView(Struct, frozen=True, kw_only=True):
    """A record as it goes on paper: payloads as stored, the earlier ones where there are any."""

    key: str
    form: str
    label: str
    payload: Mapping[str, Any]
    previous: Mapping[str, Any] | None = None
    """The same subject's sheet of the quarter before."""
    year_ago: Mapping[str, Any] | None = None
    subject_label: str = ""
    """Name of the record that a quarterly sheet hangs on."""


def _no_label(form: str, key: str) -> str:
    return f"{form}:{key}"


def _no_record(form: str, key: str) -> tuple[Form, Mapping[str, Any]] | None:  # noqa: ARG001  # knows none
    return None


class LayoutContext(Struct, frozen=True, kw_only=True):
    """What surrounds the records: whose, when, and how references read."""

    county: str
    county_name: str
    bureau: str
    period: str
    """``2024Q2`` or ``2024``."""
    partner_name: str = ""
    partner_bureau: str = ""
    leads: bool = True
    resolve: Callable[[str, str], str] = _no_label
    """(form id, record key) → the label that a reference prints."""
    target: Callable[[str, str], tuple[Form, Mapping[str, Any]] | None] = _no_record
    """(form id, record key) → the form and payload of a referenced record, for those of its fields that are printed."""
    submission: int = 1
    """0 for a form printed by itself."""
    people: Mapping[str, str] = field(default_factory=dict)
    """Post as printed (单位负责人, 审核人, 填表人, 联系电话) → name; left blank when absent."""
    waived: frozenset[str] = frozenset()
    """Paths ``<form>/<record key>/<field path>`` reported as 特殊情况, printed red."""
    blank: bool = False
    """Printed empty, to be filled in by hand."""
    coded: int = CODED
    """How the codes of stamped sheets are made."""
    shown: dict[tuple[object, ...], Any] = field(default_factory=dict)
    """What values show, remembered by ``printing``, which keeps the fields: they are known by their addresses."""


class FormLine(Struct, frozen=True, kw_only=True):
    """A line of the cover's summary."""

    number: str
    title: str
    kind: str
    """台账 事项 季报 年报."""
    records: int
    change: str = "—"
    """Against the replaced submission: 未变, 修改2, 新增4."""
    countersigned: str = "—"
    errors: int = 0
    queries: int = 0


class QueryLine(Struct, frozen=True, kw_only=True):
    """A query with its explanation."""

    form: str
    """Two-digit number and title."""
    place: str
    message: str
    left: str
    right: str
    explanation: str


class WaiverLine(Struct, frozen=True, kw_only=True):
    """An error reported as 特殊情况: why, and the head's consent with its date."""

    form: str
    place: str
    message: str
    reason: str
    consent: str


class RoleLine(Struct, frozen=True, kw_only=True):
    """Who has to sign: ``role`` as in the certificate (preparer, reviewer, head), ``label`` as printed."""

    role: str
    label: str


class CoverData(Struct, frozen=True, kw_only=True):
    """All that the cover says."""

    county: str
    county_name: str
    bureau: str
    period: str
    partner_name: str
    submission: int
    identity: str
    """SHA-256 of data.json, hexadecimal."""
    finalised_at: datetime | None
    forms: Sequence[FormLine]
    queries: Sequence[QueryLine] = ()
    waivers: Sequence[WaiverLine] = ()
    roles: Sequence[RoleLine] = (
        RoleLine(role="preparer", label="填表人"),
        RoleLine(role="reviewer", label="审核人"),
        RoleLine(role="head", label="单位负责人"),
    )
    partner_bureau: str = ""
    pairing: str = ""
    """南湖—遂昌; empty is made of the two names."""
    reason: str = ""
    replaces: str = ""
    """Identity of the replaced submission."""
    replaces_number: int = 0
    stamping: str = ""
    """Which stamped sheets a resubmission leaves as they were; empty in the first."""
    remark: str = ""
