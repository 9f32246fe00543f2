"""What a check found: a light module, so that lists and counts read kept findings without the rules' machinery."""


from msgspec import Struct

from pairing_desktop.formspec.definition import Level


class Finding(Struct, frozen=True, kw_only=True):
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
    consent_by: str = ""
    """Who agreed to the waiver."""
    place: str = ""
    """Readable: record · field."""
    period: str = ""
    """The quarter checked; blank where the record is a sheet of that very quarter."""

    @property
    def identity(self) -> tuple[str, str, str, str, str, str, str]:
        """Return what an explanation is bound to: it lapses when a value changes."""
        return (self.form, self.record, self.path, self.rule, self.left, self.right, self.period)
