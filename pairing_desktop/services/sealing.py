"""A packet encrypted to the province's certificate, and opened with its key; the packet itself stays as it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pairing_desktop.errors import Problem, Trouble, problem, system_reason, trouble
from pairing_desktop.services import writing
from pairing_desktop.services.key_keeping import CertificateLine, KeyPlace, certificate_line
from pairing_desktop.signing import encryption
from pairing_desktop.signing.moment import day

if TYPE_CHECKING:
    from cryptography import x509

    from pairing_desktop.signing.trust import Trust

_ZIP = b"PK\x03\x04"


class Sealed(Struct, frozen=True):
    """An encrypted packet and whose certificate it was encrypted to."""

    path: Path
    receiver: CertificateLine
    remarks: tuple[Problem, ...] = ()
    """What could not be found out about the certificate: whether it was revoked since."""


def encrypt(packet: Path, certificate: Path, *, trust: Trust | None, now: datetime, to: Path | None = None) -> Sealed:
    """Write ``….asice.p7m``, which only the certificate's holder opens.

    Anybody can make a certificate that says 省厅, and would read what is encrypted to it.
    Trouble: no packet, no certificate, none or several that can receive, one that does not hold now, that no trusted
    root issued (without ``trust`` nobody knows), or that was revoked.
    """
    from pairing_desktop.exchange.packet import open_packet

    open_packet(packet)
    found = _receiver(certificate, now)
    remarks = _remarks(found, trust, now)
    path = (to or packet.parent) / f"{packet.name}{encryption.ENDING}"
    with writing.room(path.parent):
        writing.write(path, encryption.encrypt(_read(packet), found))
    return Sealed(path, certificate_line(found), remarks)


def _remarks(certificate: x509.Certificate, trust: Trust | None, now: datetime) -> tuple[Problem, ...]:
    """Return what is not known of a certificate. Trouble: no trusted root issued it, or it was revoked."""
    from pairing_desktop.signing.trust import judge_issue

    named = _named([certificate])
    if trust is None:
        raise trouble("joining.receiver_unknown", names=named)
    found = judge_issue(certificate, replace(trust, at=now))
    own = {"signing.untrusted": "joining.receiver_untrusted", "signing.revoked": "joining.receiver_revoked"}
    if found.problems:
        raise Trouble(*(problem(own[p.code], names=named) if p.code in own else p for p in found.problems))
    return found.warnings


def _receiver(path: Path, now: datetime) -> x509.Certificate:
    """Return the one certificate of a file that can receive."""
    from pairing_desktop.signing import reading

    content = _read(path)
    try:
        found = reading.certificates(content)
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
    """Write what an encrypted packet holds. Trouble: not encrypted, not for this key, damaged, a token (it signs only).

    CMS encrypts without a check of its own: a changed byte comes out as noise, which the packet's own form shows.
    """
    from pairing_desktop.signing import keys

    if not isinstance(place, Path):
        raise trouble("joining.token_decrypts_not")
    sealed = _read(envelope)
    if sealed.startswith(_ZIP):
        raise trouble("joining.not_encrypted", file=envelope.name)
    if not encryption.is_encrypted(sealed[:64]):
        raise trouble("signing.encrypt_form", file=envelope.name)
    content = encryption.decrypt(sealed, keys.private_in(place, password), name=envelope.name)
    _must_be_whole(content)
    name = envelope.name.removesuffix(encryption.ENDING)
    name = name if name.endswith(".asice") else f"{name}.asice"
    target = (to or envelope.parent) / name
    with writing.room(target.parent):
        return writing.write(target, content)


def _must_be_whole(content: bytes) -> None:
    """Raise ``Trouble`` for what came out of an envelope and is no packet as it was put in."""
    from pairing_desktop.signing import container

    try:
        whole = not container.read(content).problems
    except Trouble:
        whole = False
    if not whole:
        raise trouble("signing.encrypt_damaged")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise trouble("exchange.file_missing", file=path.name, reason=system_reason(error)) from error
