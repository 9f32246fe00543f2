"""Checks of one record: findings from the form's rules and from what every field must be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from pairing_desktop.formspec.definition import Form, Level
from pairing_desktop.formspec.values import Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a check found. ``explanation`` and ``waiver`` are filled by whoever keeps them."""

    form: str
    record: str
    path: str
    rule: str
    number: str = ""
    level: Level
    left: str = ""
    right: str = ""
    difference: str = ""
    message: str
    remedy: str = ""
    waivable: bool = True
    explanation: str = ""
    waiver: str = ""
    place: str = ""
    """Readable: record · field."""

    @property
    def identity(self) -> tuple[str, str, str, str, str, str]:
        """Return what an explanation is bound to: it lapses when a value changes."""
        return (self.form, self.record, self.path, self.rule, self.left, self.right)


class Lookup(Protocol):
    """What rules may ask about other records. Implemented by services; ``lookup.MemoryLookup`` for tests and checks."""

    def previous(self, form_id: str, record_key: str, period: str, subject: str) -> Payload | None:
        """Return the same sheet one period earlier (for a quarterly form: same subject, period before ``period``)."""

    def year_ago(self, form_id: str, record_key: str, period: str, subject: str) -> Payload | None:
        """Return the same sheet a year earlier."""

    def records(self, form_id: str, **equal: object) -> Iterable[Payload]:
        """Return live records whose stored values equal the given ones (quarterly forms: of the quarter checked)."""

    def target(self, form_id: str, key: str) -> Payload | None:
        """Return the record a reference points to."""

    def label(self, form_id: str, key: str) -> str:
        """Return a record's name as shown, "" if there is none."""


def check(
    form: Form,
    payload: Payload,
    lookup: Lookup,
    *,
    record_key: str,
    period: str = "",
    subject: str = "",
    label: str = "",
    today: date | None = None,
) -> list[Finding]:
    """Return all findings of one record, in the form's order."""
    raise NotImplementedError
