"""A packet encrypted to the province's certificate, and opened with its key; the packet itself stays as it is."""

from __future__ import annotations

from pathlib import Path

from pairing_desktop.errors import system_reason, trouble
from pairing_desktop.services import writing
from pairing_desktop.services.key_keeping import KeyPlace
from pairing_desktop.signing import encryption


def encrypt(packet: Path, certificate: Path, *, to: Path | None = None) -> Path:
    """Write ``….asice.p7m``, which only the certificate's holder opens. Trouble: no packet, no certificate."""
    from cryptography import x509

    from pairing_desktop.exchange.packet import open_packet

    open_packet(packet)
    content = _read(certificate)
    try:
        found = (x509.load_pem_x509_certificates(content)[0] if b"-----BEGIN" in content
                 else x509.load_der_x509_certificate(content))
    except (ValueError, IndexError) as error:
        raise trouble("joining.no_certificate", file=certificate.name) from error
    folder = to or packet.parent
    return writing.write(folder / f"{packet.name}{encryption.ENDING}", encryption.encrypt(_read(packet), found))


def decrypt(envelope: Path, place: KeyPlace, password: str, *, to: Path | None = None) -> Path:
    """Write what an encrypted packet holds. Trouble: not for this key, damaged, a token (it signs only)."""
    from pairing_desktop.signing import keys

    if not isinstance(place, Path):
        raise trouble("joining.token_decrypts_not")
    content = encryption.decrypt(_read(envelope), keys.private_in(place, password))
    name = envelope.name.removesuffix(encryption.ENDING)
    name = name if name.endswith(".asice") else f"{name}.asice"
    target = (to or envelope.parent) / name
    if target.exists() and target.read_bytes() != content:
        raise trouble("joining.there_already", file=target.name)
    return writing.write(target, content)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise trouble("exchange.file_missing", file=path.name, reason=system_reason(error)) from error
