"""The XML of a workbook's signature as Office writes it, in exactly one spelling ([MS-OFFCRYPTO] 2.5.2, XAdES-EPES).

A signature is determined by the parts it lists, its certificate, the claimed time, a remark and the signature value;
the rest is fixed. Every element is written as canonical XML (Canonical XML 1.0) spells it, so that what is digested is
cut from the file itself with the namespaces in scope put in. Reading takes the five out by pattern, writes the whole
again and compares: no parser ever meets a stranger's DOCTYPE, entity, doubled Id or other algorithm, and nothing can
stand in the file beside what is signed.

Ids are the literal ones that Office uses.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from xml.sax.saxutils import escape, unescape

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import Struct

from pairing_desktop.signing import algorithms, identity, reading
from pairing_desktop.signing.keys import Signer

MAX_SIGNATURE = 4 << 20
MAX_COMMENTS = 255
"""Characters that Office allows in a signature's purpose."""

DSIG = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
MDSSI = "http://schemas.openxmlformats.org/package/2006/digital-signature"
OFFICE = "http://schemas.microsoft.com/office/2006/digsig"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/RelationshipTransform"

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_CANONICAL = f'<Transform Algorithm="{C14N}"></Transform>'
_DIGEST = '<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></DigestMethod>'
_URI = re.compile(r'<Reference URI="/([^"?<>]*)\?ContentType=([^"<>]*)">')
_SOURCE = re.compile(r'SourceId="([^"<>]*)"')
_VALUE = re.compile(r"<DigestValue>([A-Za-z0-9+/=]*)</DigestValue>")


class Reference(Struct, frozen=True):
    """A part that a signature covers."""

    part: str
    media: str
    digest: bytes
    links: tuple[str, ...] | None = None
    """Of a relationship part: the Ids of the relationships that are covered."""


class XmlSignature(Struct, frozen=True):
    """A signature that was read and found to be in the one spelling; whether it holds is ``holds``'s answer."""

    references: tuple[Reference, ...]
    certificate: x509.Certificate
    signed_at: datetime
    """The claimed time, UTC, in whole seconds."""
    comments: str
    signature: bytes
    """As the XML holds it: of ECDSA, r and s side by side."""


def make(references: Iterable[Reference], signer: Signer, *, signed_at: datetime, comments: str = "") -> bytes:
    """Return the signature file over these parts. Raises ``ValueError`` for a key of no accepted kind."""
    certificate = signer.certificate
    algorithm = algorithms.of_certificate(certificate)
    if algorithm is None:
        raise ValueError("algorithm")
    remark = "".join(c for c in comments if c.isprintable())[:MAX_COMMENTS]
    unsigned = XmlSignature(tuple(references), certificate, signed_at.astimezone(UTC), remark, b"")
    value = algorithm.to_xml(signer.sign(_in_scope(_signed_info(unsigned))))
    return _spell(unsigned, value)


def read(content: bytes) -> XmlSignature:
    """Read a signature file. Raises ``ValueError`` unless writing it again gives the very same bytes."""
    if len(content) > MAX_SIGNATURE:
        raise ValueError("too large")
    text = content.decode()
    found = XmlSignature(
        references=tuple(_references(_between(text, "<Manifest>", "</Manifest>"))),
        certificate=reading.certificate(_unbase64(_between(text, "<X509Certificate>", "</X509Certificate>"))),
        signed_at=datetime.strptime(_between(text, "<xd:SigningTime>", "</xd:SigningTime>"), _TIME).replace(tzinfo=UTC),
        comments=unescape(_between(text, "<SignatureComments>", "</SignatureComments>"), {"&#xD;": "\r"}),
        signature=_unbase64(_between(text, "<SignatureValue>", "</SignatureValue>")),
    )
    plain = len(found.comments) <= MAX_COMMENTS and found.comments.isprintable()
    if not plain or _spell(found, found.signature) != content:
        raise ValueError("form")
    return found


def holds(found: XmlSignature) -> bool:
    """Return whether the signature value holds under an accepted algorithm."""
    algorithm = algorithms.of_certificate(found.certificate)
    if algorithm is None:
        return False
    value = algorithm.from_xml(found.signature)
    return algorithm.verify(found.certificate.public_key(), value, _in_scope(_signed_info(found)))


# --- writing -------------------------------------------------------------------------------------------------------

def _spell(found: XmlSignature, value: bytes) -> bytes:
    return (
        f'{_HEAD}<Signature xmlns="{DSIG}" Id="idPackageSignature">{_signed_info(found)}'
        f"<SignatureValue>{_base64(value)}</SignatureValue>"
        f"<KeyInfo><X509Data><X509Certificate>{_base64(found.certificate.public_bytes(Encoding.DER))}"
        f"</X509Certificate></X509Data></KeyInfo>{_package_object(found)}{_office_object(found)}"
        f'<Object><xd:QualifyingProperties xmlns:xd="{XADES}" Target="#idPackageSignature">'
        f"{_signed_properties(found)}</xd:QualifyingProperties></Object></Signature>"
    ).encode()


def _in_scope(element: str, *, xades: bool = False) -> bytes:
    """Return an element's canonical form: at its start stand the namespaces that are in scope there."""
    end = min(i for i in (element.find(" "), element.find(">")) if i > 0)
    scope = f' xmlns="{DSIG}"' + (f' xmlns:xd="{XADES}"' if xades else "")
    return (element[:end] + scope + element[end:]).encode()


def _signed_info(found: XmlSignature) -> str:
    algorithm = algorithms.of_certificate(found.certificate)
    if algorithm is None:
        raise ValueError("algorithm")
    signed = (
        (f"{DSIG}Object", "idPackageObject", "", _in_scope(_package_object(found))),
        (f"{DSIG}Object", "idOfficeObject", "", _in_scope(_office_object(found))),
        ("http://uri.etsi.org/01903#SignedProperties", "idSignedProperties", f"<Transforms>{_CANONICAL}</Transforms>",
         _in_scope(_signed_properties(found), xades=True)),
    )
    references = "".join(
        f'<Reference Type="{kind}" URI="#{target}">{transforms}{_digested(hashlib.sha256(canonical).digest())}'
        for kind, target, transforms, canonical in signed
    )
    return (
        f'<SignedInfo><CanonicalizationMethod Algorithm="{C14N}"></CanonicalizationMethod>'
        f'<SignatureMethod Algorithm="{algorithm.xml_name}"></SignatureMethod>{references}</SignedInfo>'
    )


def _digested(digest: bytes) -> str:
    return f"{_DIGEST}<DigestValue>{_base64(digest)}</DigestValue></Reference>"


def _package_object(found: XmlSignature) -> str:
    """Return the object that lists the parts and claims the time (part 2, 13.2.4)."""
    listed = "".join(
        f'<Reference URI="/{each.part}?ContentType={each.media}">{_transforms(each.links)}{_digested(each.digest)}'
        for each in found.references
    )
    return (
        f'<Object Id="idPackageObject"><Manifest>{listed}</Manifest><SignatureProperties>'
        '<SignatureProperty Id="idSignatureTime" Target="#idPackageSignature">'
        f'<mdssi:SignatureTime xmlns:mdssi="{MDSSI}"><mdssi:Format>YYYY-MM-DDThh:mm:ssTZD</mdssi:Format>'
        f"<mdssi:Value>{found.signed_at:{_TIME}}</mdssi:Value></mdssi:SignatureTime>"
        "</SignatureProperty></SignatureProperties></Object>"
    )


def _transforms(links: tuple[str, ...] | None) -> str:
    if links is None:
        return ""
    sources = "".join(
        f'<mdssi:RelationshipReference xmlns:mdssi="{MDSSI}" SourceId="{link}"></mdssi:RelationshipReference>'
        for link in links
    )
    return f'<Transforms><Transform Algorithm="{RELATIONSHIPS}">{sources}</Transform>{_CANONICAL}</Transforms>'


def _office_object(found: XmlSignature) -> str:
    """Return what Office tells of itself and of the purpose of signing ([MS-OFFCRYPTO] 2.5.2.5)."""
    return (
        '<Object Id="idOfficeObject"><SignatureProperties>'
        '<SignatureProperty Id="idOfficeV1Details" Target="#idPackageSignature">'
        f'<SignatureInfoV1 xmlns="{OFFICE}"><SetupID></SetupID><SignatureText></SignatureText>'
        f"<SignatureImage></SignatureImage><SignatureComments>{_text(found.comments)}</SignatureComments>"
        "<WindowsVersion>10.0</WindowsVersion><OfficeVersion>16.0</OfficeVersion>"
        "<ApplicationVersion>16.0</ApplicationVersion><Monitors>1</Monitors>"
        "<HorizontalResolution>1920</HorizontalResolution><VerticalResolution>1080</VerticalResolution>"
        "<ColorDepth>32</ColorDepth>"
        "<SignatureProviderId>{00000000-0000-0000-0000-000000000000}</SignatureProviderId>"
        "<SignatureProviderUrl></SignatureProviderUrl><SignatureProviderDetails>9</SignatureProviderDetails>"
        "<SignatureType>1</SignatureType></SignatureInfoV1></SignatureProperty></SignatureProperties></Object>"
    )


def _signed_properties(found: XmlSignature) -> str:
    """Return the XAdES properties: time, and which certificate (ETSI TS 101 903)."""
    certificate = found.certificate
    digest = bytes.fromhex(identity.fingerprint(certificate))
    return (
        '<xd:SignedProperties Id="idSignedProperties"><xd:SignedSignatureProperties>'
        f"<xd:SigningTime>{found.signed_at:{_TIME}}</xd:SigningTime>"
        f"<xd:SigningCertificate><xd:Cert><xd:CertDigest>{_DIGEST}<DigestValue>{_base64(digest)}</DigestValue>"
        f"</xd:CertDigest><xd:IssuerSerial><X509IssuerName>{_text(certificate.issuer.rfc4514_string())}"
        f"</X509IssuerName><X509SerialNumber>{certificate.serial_number}</X509SerialNumber></xd:IssuerSerial>"
        "</xd:Cert></xd:SigningCertificate><xd:SignaturePolicyIdentifier>"
        "<xd:SignaturePolicyImplied></xd:SignaturePolicyImplied></xd:SignaturePolicyIdentifier>"
        "</xd:SignedSignatureProperties></xd:SignedProperties>"
    )


def _text(text: str) -> str:
    """Return text as canonical XML spells it."""
    return escape(text, {"\r": "&#xD;"})


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


# --- reading -------------------------------------------------------------------------------------------------------

def _between(text: str, start: str, end: str) -> str:
    """Return what stands between the first ``start`` and the next ``end``. Raises ``ValueError``."""
    begin = text.index(start) + len(start)
    return text[begin : text.index(end, begin)]


def _unbase64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _references(manifest: str) -> Iterable[Reference]:
    *each, rest = manifest.split("</Reference>")
    if rest:
        raise ValueError("manifest")
    for piece in each:
        uri, value = _URI.match(piece), _VALUE.search(piece)
        if uri is None or value is None:
            raise ValueError("reference")
        links = tuple(_SOURCE.findall(piece)) if "<Transforms>" in piece else None
        yield Reference(uri[1], uri[2], _unbase64(value[1]), links)
