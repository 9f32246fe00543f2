"""All forms of a programme: loaded strictly from YAML, compiled to JSON, found by id."""

from dataclasses import dataclass
from pathlib import Path

from pairing_desktop.formspec.definition import Form, Limit


@dataclass(frozen=True)
class Catalogue:
    """The forms in order of the navigation, and the thresholds."""

    forms: tuple[Form, ...]
    limits: dict[str, Limit]

    def form(self, form_id: str) -> Form:
        """Return a form by id; KeyError if there is none."""
        raise NotImplementedError

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the compiled catalogue."""
        raise NotImplementedError

    def compile(self) -> bytes:
        """Return canonical JSON that ``from_compiled`` reads."""
        raise NotImplementedError

    @classmethod
    def from_compiled(cls, data: bytes) -> "Catalogue":
        """Return the catalogue of ``compile``'s bytes."""
        raise NotImplementedError


def load(folder: Path) -> Catalogue:
    """Load all ``*.yaml`` of a folder; every fault found is in one ``Trouble``."""
    raise NotImplementedError
