"""Do the certificates in one packet come from one authority? Asked before another signature is put in."""

from collections.abc import Iterator, Sequence

from cryptography import x509

from pairing_desktop.errors import Problem, problem
from pairing_desktop.signing import identity
from pairing_desktop.signing.trust import Trust, issued_by, judge

__all__ = ["about", "issued"]


def about(certificate: x509.Certificate, earlier: Sequence[x509.Certificate], trust: Trust | None) -> Iterator[Problem]:
    """Yield why a certificate may not sign after those ``earlier``.

    With roots at hand all of them have to be issued by one of these and on no list of revoked ones; without, all by one
    and the same authority.
    """
    name = identity.of(certificate).name
    if trust is not None and trust.roots:
        strange = [each for each in earlier if not issued(each, trust)]
        if not issued(certificate, trust):
            yield problem("exchange.key_of_no_root", name=name)
        elif strange:
            yield problem("exchange.earlier_of_no_root", name=identity.of(strange[0]).name)
        yield from (each for one in (certificate, *earlier) for each in judge(one, trust).problems
                    if each.code == "signing.revoked")
    elif others := [each for each in earlier if _authority(each) != _authority(certificate)]:
        yield problem("exchange.other_authority", name=name, other=identity.of(others[0]).name)


def issued(certificate: x509.Certificate, trust: Trust) -> bool:
    """Return whether a trusted root issued the certificate."""
    return any(issued_by(certificate, root) for root in trust.roots)


def _authority(certificate: x509.Certificate) -> tuple[bytes, bytes | None]:
    """Return what names the issuer: its name, and its key where the certificate says it."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    except (x509.ExtensionNotFound, ValueError):
        found = None
    return certificate.issuer.public_bytes(), found
