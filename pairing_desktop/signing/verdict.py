"""What is said of a certificate and of a signature: separate answers, never one bool."""

from collections.abc import Mapping
from datetime import UTC, datetime

from msgspec import Struct

from pairing_desktop.errors import Problem


class CertificateVerdict(Struct, frozen=True):
    """Whether a certificate is good at a given moment, and why not."""

    trusted: bool
    """Issued directly by a trusted root, of the right use, valid at the moment, and not known to be revoked."""
    revoked: bool | None
    """True or False by a list of the same root; None when there was no usable list."""
    problems: tuple[Problem, ...] = ()
    """Each a reason why it is not trusted."""
    warnings: tuple[Problem, ...] = ()
    """What could not be checked or is getting old; does not take the trust away."""


class SignatureVerdict(Struct, frozen=True):
    """The separate answers about one signature."""

    role: str
    name: str
    county: str
    intact: bool
    """What it signs is what was signed: digests agree."""
    valid: bool
    """The signature itself holds, is of an accepted algorithm and form."""
    trusted: bool
    """The certificate is trusted at the moment of judging, revocation included."""
    revoked: bool | None
    """None: not checked, for want of a list."""
    signed_at: datetime | None
    """The time that the signer's clock claimed, in UTC; never proof."""
    fingerprint: str
    """SHA-256 of the signer's certificate, hex; empty when it could not be read."""
    covers: tuple[str, ...]
    """The files (packet) or the revision (PDF) that it signs."""
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    title: str = ""
    """The signer's post, when the certificate names one."""
    key_fingerprint: str = ""
    """SHA-256 of the signer's public key, hex: the same in every certificate of one key."""
    where: str = ""
    """The file inside that holds it (``META-INF/signature001.p7s``) or the PDF's field name."""
    paper: bool = False
    """纸质签批: ``role`` signed on paper, and the bureau's certificate signs in that place."""

    @property
    def good(self) -> bool:
        """Return whether everything that was asked of this signature is answered with yes."""
        return self.intact and self.valid and self.trusted and not self.revoked and not self.problems

    def to_json(self) -> dict[str, object]:
        """Return the members that ``verify --json`` prints."""
        return {
            "role": self.role,
            "name": self.name,
            "title": self.title,
            "county": self.county,
            "intact": self.intact,
            "valid": self.valid,
            "trusted": self.trusted,
            "revoked": self.revoked,
            "claimed_time": f"{self.signed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if self.signed_at else None,
            "fingerprint": self.fingerprint,
            "covers": list(self.covers),
            "where": self.where,
            "paper": self.paper,
            "problems": [as_json(p) for p in (*self.problems, *self.warnings)],
        }


def as_json(problem: Problem) -> Mapping[str, str]:
    """Return a problem as other programs read it: its code and the whole sentence."""
    return {"code": problem.code, "message": str(problem)}


class PdfVerdict(Struct, frozen=True):
    """The answers about a signed PDF as a whole."""

    signatures: tuple[SignatureVerdict, ...]
    """In the order of signing."""
    empty: tuple[str, ...]
    """Signature fields that nobody signed yet, in the order of the document."""
    whole: bool
    """The last signature covers the whole file and nothing forbidden was changed after any signature."""
    locked: bool
    """A signature forbids any further change."""
    problems: tuple[Problem, ...] = ()

    @property
    def good(self) -> bool:
        """Return whether there are signatures and all answers about all of them are yes."""
        return bool(self.signatures) and self.whole and not self.problems and all(s.good for s in self.signatures)


class WorkbookVerdict(Struct, frozen=True):
    """The answers about a signed workbook as a whole."""

    signatures: tuple[SignatureVerdict, ...]
    """In the order of signing."""
    whole: bool
    """The package is in the one spelling and every signature covers every part as it stands."""
    problems: tuple[Problem, ...] = ()

    @property
    def good(self) -> bool:
        """Return whether there are signatures and all answers about all of them are yes."""
        return bool(self.signatures) and self.whole and not self.problems and all(s.good for s in self.signatures)
