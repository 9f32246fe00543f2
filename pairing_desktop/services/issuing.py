"""The province's desk for certificates: a folder with root, register and revocation list.

``root.pairkey`` (or ``root.token``: which token), ``root.pem``, ``root.crl.pem``, ``register.json``, ``issued/``. All
but the key may be read by anyone; the register is signed by the root and refused when someone edited it.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from pairing_desktop.errors import Problem, all_or_raise, system_reason, trouble
from pairing_desktop.services import key_keeping, writing
from pairing_desktop.services.key_keeping import CertificateLine
from pairing_desktop.services.workspace import CHINA, county_name
from pairing_desktop.signing.token_place import TokenPlace

if TYPE_CHECKING:
    from cryptography import x509

    from pairing_desktop.signing.authority import Authority
    from pairing_desktop.signing.identity import Identity
    from pairing_desktop.signing.keys import Holder
    from pairing_desktop.signing.register import Register

KEY, TOKEN, ROOT, CRL, REGISTER, ISSUED = (
    "root.pairkey", "root.token", "root.pem", "root.crl.pem", "register.json", "issued")


class IssuedLine(Struct, frozen=True):
    """One certificate that was issued."""

    certificate: CertificateLine
    state: str
    """``valid``, ``expiring``, ``expired`` or ``revoked``."""
    revoked_at: datetime | None = None
    reason: str = ""


class Desk(Struct, frozen=True):
    """What the folder holds, without its secret."""

    folder: Path
    name: str
    until: datetime
    root_code: str
    on_token: bool
    list_since: datetime
    list_until: datetime
    issued: tuple[IssuedLine, ...]
    problems: tuple[Problem, ...]
    """What falls due: the root, the list."""


class RequestView(Struct, frozen=True):
    """What stands in a request's file; who it is for is only claimed."""

    path: Path
    name: str
    role: str
    label: str
    county: str
    county_name: str
    title: str
    bureau: str
    fingerprint: str


def begin(folder: Path, secret: str, *, name: str, now: datetime, organisation: str = "",
          token: TokenPlace | None = None, algorithm: str = "ecdsa", years: int = 10, cost: int | None = None) -> Desk:
    """Set up an authority in an empty folder: root key (wrapped, or made on a token), certificate, empty list."""
    from pairing_desktop.signing import algorithms, authority, passphrase, wrapper
    from pairing_desktop.signing import token as tokens
    from pairing_desktop.signing.identity import Identity
    from pairing_desktop.signing.keys import BareKey
    from pairing_desktop.signing.wrapper import Wrapped

    all_or_raise(key_keeping.too_long((name, "根证书名称"), (organisation, "单位")))
    _empty(folder)
    words = {"now": now, "name": name, "organisation": organisation or name, "days": years * 365}
    if token:
        with tokens.opened(token, secret, write=True) as session:
            label = token.key or "root"
            held = session.make(algorithm, label)
            whole = authority.begin(held, **words)  # type: ignore[arg-type]  # the words are named above
            session.keep(held, whole.root)
            where = {"module": str(token.module), "token": token.token, "key": label}
            files = {TOKEN: json.dumps(where, ensure_ascii=False).encode()}
            return _written(folder, whole, _empty_register(), now=now, more=files)
    passphrase.require(secret, known=(name, organisation))
    private = algorithms.new_private(algorithm)
    whole = authority.begin(BareKey(private), **words)  # type: ignore[arg-type]  # the words are named above
    about = Wrapped(Identity(name, "root", "", "", organisation), private.public_key(), (whole.root,))
    files = {KEY: wrapper.wrap(private, about, secret, cost=cost or wrapper.COST)}
    return _written(folder, whole, _empty_register(), now=now, more=files)


def look(folder: Path, *, now: datetime) -> Desk:
    """Return what the folder holds. Trouble: no authority there, the register was edited."""
    from pairing_desktop.signing import enrolment, requests

    root, crl, register = _read(folder)
    from cryptography.x509.oid import NameOID

    said = (enrolment.due(root, now), enrolment.about_list((crl,), now))
    return Desk(
        folder, str(root.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value), root.not_valid_after_utc,
        requests.certificate_code(root), (folder / TOKEN).exists(), crl.last_update_utc,
        crl.next_update_utc or crl.last_update_utc, tuple(_line(c, register, now) for c in register.issued),
        tuple(p for p in said if p),
    )


def look_at_request(path: Path) -> RequestView:
    """Read a county's request. Trouble: no request, altered, a kind of key that is not accepted."""
    import hashlib

    from pairing_desktop.signing import algorithms, requests
    from pairing_desktop.signing.identity import ROLE_NAMES

    found = requests.load(path)
    who = found.claimed
    return RequestView(path, who.name, who.role, ROLE_NAMES.get(who.role, who.role), who.county,
                       county_name(who.county), who.title, who.organisation,
                       hashlib.sha256(algorithms.spki(found.public)).hexdigest())


def issue(folder: Path, secret: str, request: Path, who: Identity, typed: str, *, now: datetime,
          days: int = 1095) -> tuple[Path, CertificateLine]:
    """Issue a certificate for a request whose check code was typed from the stamped form.

    ``who`` is the authority's own decision. Trouble: the code differs, the key already stands for another person, role
    or county, it was reported lost.
    """
    import hashlib

    from cryptography.hazmat.primitives.serialization import Encoding

    from pairing_desktop.signing import algorithms, requests

    found = requests.load(request)
    digest = hashlib.sha256(algorithms.spki(found.public)).hexdigest()
    requests.require_code(typed, found.code, digest=digest)
    key_keeping.require_holder(who)
    with _opened(folder, secret) as (authority, register):
        register.check_new(who, digest, lambda code: county_name(code) or code)
        certificate = authority.certify(who, found.public, now=now, days=days)
        line = key_keeping.certificate_line(certificate)
        _written(folder, authority, register.issue(certificate), now=now, fresh_list=False)
    copy = folder / ISSUED / _file_name(line, now)
    return writing.write(copy, certificate.public_bytes(Encoding.PEM)), line


def revoke(folder: Path, secret: str, which: str, *, reason: str, at: datetime, now: datetime) -> CertificateLine:
    """Take a certificate back since ``at`` and write the new list. Trouble: not issued, already taken back."""
    if at > now:
        raise trouble("enrolment.future", text=f"{at.astimezone(CHINA):%Y-%m-%d}")
    with _opened(folder, secret) as (authority, register):
        certificate = register.find(which)
        after = register.revoke(certificate, at=at, reason=reason)
        _written(folder, dataclasses.replace(authority, revoked=after.revoked), after, now=now)
    return key_keeping.certificate_line(certificate)


def renew_list(folder: Path, secret: str, *, now: datetime, days: int = 120) -> Desk:
    """Write a new revocation list."""
    with _opened(folder, secret) as (authority, register):
        return _written(folder, authority, register, now=now, days=days)


def bundle(folder: Path, to: Path, *, now: datetime, county: str = "") -> tuple[Path, int]:
    """Write what travels to counties: root, list, certificates that hold (of one county). Return path and how many."""
    from pairing_desktop.signing import enrolment, identity

    writing.must_spare(to, read=(folder / name for name in (ROOT, CRL, REGISTER, TOKEN)), endings=(".pem",))
    root, crl, register = _read(folder)
    holding = [c for c in register.issued if c.not_valid_after_utc >= now and register.revocation(c) is None
               and county in ("", identity.of(c).county)]
    return writing.write(to, enrolment.write(root, crl, holding)), len(holding)


def _empty(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        there = any(folder.iterdir())
    except OSError as error:
        raise trouble("services.cannot_write", folder=folder, why=system_reason(error)) from error
    if there:
        raise trouble("enrolment.authority_there", folder=folder)


def _empty_register() -> Register:
    from pairing_desktop.signing.register import Register

    return Register()


def _read(folder: Path) -> tuple[x509.Certificate, x509.CertificateRevocationList, Register]:
    from pairing_desktop.signing import register, trust

    if not (folder / ROOT).is_file() or not (folder / REGISTER).is_file():
        raise trouble("enrolment.no_authority", folder=folder)
    root = trust.read_roots(folder / ROOT)[0]
    found = register.read((folder / REGISTER).read_bytes(), root, name=REGISTER)
    return root, trust.read_crls(folder / CRL)[0], found


@contextmanager
def _opened(folder: Path, secret: str) -> Iterator[tuple[Authority, Register]]:
    """Open the root key; everything signed inside takes this one entry of passphrase or PIN."""
    from pairing_desktop.signing import keys, wrapper
    from pairing_desktop.signing import token as tokens
    from pairing_desktop.signing.keys import BareKey

    root, _, register = _read(folder)
    if (folder / TOKEN).is_file():
        where = json.loads((folder / TOKEN).read_text(encoding="utf-8"))
        place = TokenPlace(Path(where["module"]), where["token"], where["key"])
        with tokens.opened(place, secret) as session:
            yield _authority(root, session.one(), register), register
    else:
        private, _ = wrapper.unwrap(keys.read_file(folder / KEY), secret, name=KEY)
        yield _authority(root, BareKey(private), register), register


def _authority(root: x509.Certificate, key: Holder, register: Register) -> Authority:
    from pairing_desktop.signing import algorithms
    from pairing_desktop.signing.authority import Authority

    if algorithms.spki(root.public_key()) != algorithms.spki(key.public):
        raise trouble("enrolment.root_key")
    return Authority(root, key, register.revoked)


def _written(folder: Path, authority: Authority, register: Register, *, now: datetime,
             more: dict[str, bytes] | None = None, days: int = 120, fresh_list: bool = True) -> Desk:
    """Write all that changed together; the register and the list are never of different acts."""
    from cryptography.hazmat.primitives.serialization import Encoding

    from pairing_desktop.signing import register as registers

    files = dict(more or {})
    if fresh_list:
        number = max(int(now.timestamp()), register.crl_number + 1)
        register = structs.replace(register, crl_number=number)
        files[CRL] = authority.crl(now=now, days=days, number=number).public_bytes(Encoding.PEM)
    if not (folder / ROOT).exists():
        files[ROOT] = authority.root_pem
    files[REGISTER] = registers.write(register, authority.key)
    (folder / ISSUED).mkdir(exist_ok=True)
    with writing.together(folder, files):
        pass
    return look(folder, now=now)


def _line(certificate: x509.Certificate, register: Register, now: datetime) -> IssuedLine:
    from pairing_desktop.signing import enrolment
    from pairing_desktop.signing.authority import REASONS

    line, taken = key_keeping.certificate_line(certificate), register.revocation(certificate)
    if taken:
        return IssuedLine(line, "revoked", taken.at, REASONS[taken.reason][1])
    if line.until < now:
        return IssuedLine(line, "expired")
    return IssuedLine(line, "expiring" if enrolment.due(certificate, now) else "valid")


def _file_name(line: CertificateLine, now: datetime) -> str:
    name = re.sub(r'[\\/:*?"<>|\s]', "", line.name)
    return f"{line.county}-{line.role}-{name}-{now.astimezone(CHINA):%Y%m%d}-{line.serial[:6]}.pem"
