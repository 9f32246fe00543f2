"""Certificates and revocation lists of strangers: read so that nothing that is looked at later can fail.

``cryptography`` reads the parts of one when they are asked for, and has many exceptions for their faults.
"""

import warnings

from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning

_PEM, _CERTIFICATE, _LIST = b"-----BEGIN", b"-----BEGIN CERTIFICATE-----", b"-----BEGIN X509 CRL-----"

warnings.filterwarnings("ignore", category=CryptographyDeprecationWarning, message=".*serial number.*")


def certificate(content: bytes) -> x509.Certificate:
    """Return a certificate, PEM or DER. Raises ``ValueError``."""
    try:
        load = x509.load_pem_x509_certificate if content.startswith(_PEM) else x509.load_der_x509_certificate
        found = load(content)
        found.public_key()
        _ = [*found.subject, *found.issuer, *found.extensions]
        _ = found.not_valid_before_utc, found.not_valid_after_utc, found.signature_hash_algorithm
    except Exception as error:
        raise ValueError("certificate") from error
    if found.serial_number < 0:  # a number that nobody issues, and that has no form here
        raise ValueError("serial number")
    return found


def revocation_list(content: bytes) -> x509.CertificateRevocationList:
    """Return a revocation list, PEM or DER. Raises ``ValueError``."""
    try:
        found = x509.load_pem_x509_crl(content) if content.startswith(_PEM) else x509.load_der_x509_crl(content)
        _ = [*found.issuer, *found.extensions, *found]
        _ = found.last_update_utc, found.next_update_utc, found.signature_hash_algorithm
    except Exception as error:
        raise ValueError("list") from error
    return found


def certificates(content: bytes) -> list[x509.Certificate]:
    """Return the certificates in PEM, among whatever else, or one in DER. Raises ``ValueError``: none, or a bad one."""
    if _PEM not in content:
        return [certificate(content)]
    found = [certificate(_CERTIFICATE + rest) for rest in content.split(_CERTIFICATE)[1:]]
    if not found:
        raise ValueError("no certificate")
    return found


def revocation_lists(content: bytes) -> list[x509.CertificateRevocationList]:
    """Return the revocation lists in PEM, among whatever else, or one in DER. Raises ``ValueError`` for a bad one."""
    if _PEM not in content:
        return [revocation_list(content)]
    return [revocation_list(_LIST + rest) for rest in content.split(_LIST)[1:]]
