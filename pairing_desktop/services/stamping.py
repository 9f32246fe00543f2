"""The visible part of a signature as its certificate says it: drawn when one signs, and again when that is verified."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pairing_desktop.errors import Problem, problem
from pairing_desktop.services.workspace import CHINA, ROLE_LABELS, county_name

if TYPE_CHECKING:
    from pairing_desktop.signing.identity import Identity
    from pairing_desktop.signing.pdf_found import Found


def stamp(who: "Identity", fingerprint: str, *, role: str, at: datetime, paper: bool = False) -> bytes:
    """Return the picture of who signs when, as a one-page PDF; on ``paper`` the bureau signs in that role's place."""
    from pairing_desktop.documents.stamp import signature_stamp

    return signature_stamp(
        kind=f"{ROLE_LABELS.get(role, role)}{'纸质签批' if paper else '数字签名'}", name=who.name,
        post="单位证书代签" if paper else who.title, county=f"{county_name(who.county)} {who.county}",
        fingerprint=fingerprint, time=f"{at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}")


def drawn_otherwise(pdf: bytes) -> Iterator[Problem]:
    """Yield whose picture in a signed report is not the one of their certificate: its words are not to be believed."""
    from pairing_desktop.signing import pdf_stamps

    for role in pdf_stamps.otherwise(pdf, _again):
        yield problem("agreement.stamp_otherwise", role=ROLE_LABELS.get(role, role))


def said_otherwise(pdf: bytes) -> Iterator[Problem]:
    """Yield whose picture in a signed report lacks what of their certificate, whoever drew it."""
    from pairing_desktop.exchange import stamp_words
    from pairing_desktop.signing import pdf_signature
    from pairing_desktop.signing.trust import Trust

    yield from stamp_words.lacking(pdf, pdf_signature.verify(pdf, Trust((), (), datetime.now(UTC))).signatures)


def _again(found: "Found") -> bytes:
    from pairing_desktop.signing import identity

    if found.cms is None or found.signed_at is None:
        return b""
    who = identity.of(found.cms.certificate)
    return stamp(who, found.fingerprint, role=found.field, at=found.signed_at, paper=who.role == identity.BUREAU)
