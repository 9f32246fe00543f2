"""Whom a signature's certificate names, as the file itself says; judging is the verdict's business."""

from datetime import datetime

from cryptography import x509
from msgspec import Struct

from pairing_desktop.formspec import reference
from pairing_desktop.signing import cades, identity


def county_called(code: str) -> str:
    """Return what people call a county, its code where the reference knows none."""
    if code == identity.PROVINCE:
        return "浙江省"
    found = reference.county(code)
    return found.name if found else code


class Signatory(Struct, frozen=True):
    """Whom an earlier manifest's certificate names; said by the file, judged only by ``verify``."""

    role: str
    name: str
    county: str
    signed_at: datetime
    """Claimed by the signer's clock, UTC."""
    fingerprint: str
    """SHA-256 of the certificate, hex."""
    key_fingerprint: str
    certificate: x509.Certificate
    paper: bool = False
    """Signed on paper: the bureau's certificate vouches for the scan in that role's place."""


def signatory(cms: cades.Cms, *, place: str = "") -> Signatory:
    """Return whom a signature names; ``place`` is the role in whose place a bureau's certificate signs."""
    who = identity.of(cms.certificate)
    assert cms.signed_at is not None  # noqa: S101  # packet_parts lets none through without
    return Signatory(
        role=place or who.role,
        name=who.name,
        county=who.county,
        signed_at=cms.signed_at,
        fingerprint=identity.fingerprint(cms.certificate),
        key_fingerprint=identity.key_fingerprint(cms.certificate),
        certificate=cms.certificate,
        paper=bool(place),
    )
