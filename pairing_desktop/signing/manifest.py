"""The signed list of a packet's files: ``ASiCManifest`` of ETSI EN 319 162-1, in exactly one spelling.

Reading takes the names and digests out by pattern, writes the manifest again and compares, so that no XML parser ever
meets a stranger's DOCTYPE, entity or encoding, and nothing can stand in it beside the list.
"""

import base64
import re
from collections.abc import Mapping

from msgspec import Struct

from pairing_desktop.errors import trouble

MAX_MANIFEST = 4 << 20
SIGNATURE_TYPE = "application/pkcs7-signature"
_TYPES = {
    "json": "application/json",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "text/xml",
    "p7s": SIGNATURE_TYPE,
    "asice": "application/vnd.etsi.asic-e+zip",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
}
_SIGNATURE = re.compile(r'<asic:SigReference URI="([^"]*)"')
_REFERENCE = re.compile(
    r'<asic:DataObjectReference URI="([^"]*)"[^>]*>\s*<ds:DigestMethod [^>]*>\s*'
    r"<ds:DigestValue>([A-Za-z0-9+/=]*)</ds:DigestValue>"
)


class Manifest(Struct, frozen=True):
    """Which signature file signs it, and the SHA-256 of every file it names."""

    signature: str
    digests: Mapping[str, bytes]

    def to_xml(self) -> bytes:
        """Return the one spelling; names are those that a container allows, so nothing needs escaping."""
        references = "".join(
            f'<asic:DataObjectReference URI="{name}" MimeType="{media_type(name)}">'
            '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
            f"<ds:DigestValue>{base64.b64encode(digest).decode()}</ds:DigestValue>"
            "</asic:DataObjectReference>"
            for name, digest in self.digests.items()
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#"'
            ' xmlns:ds="http://www.w3.org/2000/09/xmldsig#">'
            f'<asic:SigReference URI="{self.signature}" MimeType="{SIGNATURE_TYPE}"/>'
            f"{references}</asic:ASiCManifest>"
        ).encode()


def names(number: int) -> tuple[str, str]:
    """Return the names of the n-th (from 1) manifest and of its signature."""
    return f"META-INF/ASiCManifest{number:03}.xml", f"META-INF/signature{number:03}.p7s"


def make(number: int, digests: Mapping[str, bytes]) -> Manifest:
    """Return the n-th manifest over files of these SHA-256 digests."""
    return Manifest(names(number)[1], dict(sorted(digests.items())))


def read(content: bytes, *, name: str) -> Manifest:
    """Read a manifest. Raises ``Trouble`` unless writing it again gives the very same bytes."""
    try:
        text = content[: MAX_MANIFEST + 1].decode("ascii")
        (signature,) = _SIGNATURE.findall(text)
        pairs = [(uri, base64.b64decode(digest, validate=True)) for uri, digest in _REFERENCE.findall(text)]
    except ValueError as error:
        raise trouble("signing.manifest_form", name=name) from error
    found = Manifest(signature, dict(pairs))
    if len(found.digests) != len(pairs) or found.to_xml() != content:
        raise trouble("signing.manifest_form", name=name)
    return found


def media_type(name: str) -> str:
    """Return the media type that a file's ending stands for."""
    return _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
