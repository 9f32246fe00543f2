"""A packet encrypted to the province's certificate, and opened with its key; the packet itself stays as it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop.errors import system_reason, trouble
from pairing_desktop.services import writing
from pairing_desktop.services.key_keeping import CertificateLine, KeyPlace, certificate_line
from pairing_desktop.signing import encryption
from pairing_desktop.signing.moment import day

if TYPE_CHECKING:
    from cryptography import x509


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted packet and whose certificate it was encrypted to."""

    path: Path
    receiver: CertificateLine


def encrypt(packet: Path, certificate: Path, *, now: datetime, to: Path | None = None) -> Sealed:
    """Write ``….asice.p7m``, which only the certificate's holder opens.

    Trouble: no packet, no certificate, none or several that can receive, one that does not hold now.
    """
    from pairing_desktop.exchange.packet import open_packet

    open_packet(packet)
    found = _receiver(certificate, now)
    path = (to or packet.parent) / f"{packet.name}{encryption.ENDING}"
    writing.write(path, encryption.encrypt(_read(packet), found))
    return Sealed(path, certificate_line(found))


def _receiver(path: Path, now: datetime) -> x509.Certificate:
    """Return the one certificate of a file that can receive."""
    from cryptography import x509

    content = _read(path)
    try:
        found = (x509.load_pem_x509_certificates(content) if b"-----BEGIN" in content
                 else [x509.load_der_x509_certificate(content)])
    except ValueError as error:
        raise trouble("joining.no_certificate", file=path.name) from error
    fitting = [each for each in found if encryption.can_receive(each)]
    if not fitting:
        raise trouble("joining.cannot_receive", file=path.name, names=_named(found))
    if len(fitting) > 1:
        raise trouble("joining.several_receive", file=path.name, names=_named(fitting))
    (only,) = fitting
    if not only.not_valid_before_utc <= now <= only.not_valid_after_utc:
        raise trouble("joining.receiver_expired", names=_named(fitting), since=day(only.not_valid_before_utc),
                      until=day(only.not_valid_after_utc))
    return only


def _named(certificates: Iterable[x509.Certificate]) -> str:
    from cryptography.x509.oid import NameOID

    said = []
    for each in certificates:
        names = each.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        said.append(f"“{str(names[0].value) if names else '（无名称）'}”（序列号 {f'{each.serial_number:x}'[:12]}）")
    return "、".join(said[:6]) + (f"等 {len(said)} 张" if len(said) > 6 else "")


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
