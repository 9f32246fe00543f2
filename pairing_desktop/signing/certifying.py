"""Certificates, revocation lists and requests signed by any holder of a key, software or token.

``cryptography`` signs with its own keys only. So a builder is signed by a throw-away key of the same kind, which
settles every byte that is signed, algorithm included; then the true signature takes the place of that one.
"""

from base64 import encodebytes
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from pairing_desktop.signing import algorithms
from pairing_desktop.signing.algorithms import Algorithm, PrivateKey
from pairing_desktop.signing.der import SEQUENCE, integer, tlv
from pairing_desktop.signing.keys import Holder

BIT_STRING, ATTRIBUTES = 0x03, 0xA0


def certificate(builder: x509.CertificateBuilder, holder: Holder) -> x509.Certificate:
    """Return the certificate signed by the holder."""
    algorithm = _algorithm(holder)
    unsigned = builder.sign(_throwaway(algorithm.name), hashes.SHA256())
    return x509.load_der_x509_certificate(_signed(unsigned.tbs_certificate_bytes, holder, algorithm))


def revocation_list(builder: x509.CertificateRevocationListBuilder, holder: Holder) -> x509.CertificateRevocationList:
    """Return the revocation list signed by the holder."""
    algorithm = _algorithm(holder)
    unsigned = builder.sign(_throwaway(algorithm.name), hashes.SHA256())
    return x509.load_der_x509_crl(_signed(unsigned.tbs_certlist_bytes, holder, algorithm))


def request(subject: x509.Name, holder: Holder) -> bytes:
    """Return a PKCS#10 request for the holder's own key, PEM, without any attribute."""
    info = tlv(SEQUENCE, integer(0), subject.public_bytes(), algorithms.spki(holder.public), tlv(ATTRIBUTES))
    content = encodebytes(_signed(info, holder, _algorithm(holder))).replace(b"\n", b"")
    lines = [content[n : n + 64] for n in range(0, len(content), 64)]
    return b"\n".join([b"-----BEGIN CERTIFICATE REQUEST-----", *lines, b"-----END CERTIFICATE REQUEST-----", b""])


def _algorithm(holder: Holder) -> Algorithm:
    found = algorithms.of(holder.public)
    if found is None:
        raise ValueError("no accepted kind of key")
    return found


def _signed(content: bytes, holder: Holder, algorithm: Algorithm) -> bytes:
    return tlv(SEQUENCE, content, algorithm.identifier, tlv(BIT_STRING, b"\0", holder.sign(content)))


@cache
def _throwaway(kind: str) -> PrivateKey:
    return algorithms.new_private(kind)
