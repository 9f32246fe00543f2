"""Keys of this PC's user: opened for signing, wherever they are; made, converted, looked at, given a new passphrase."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.errors import Problem, all_or_raise, problem, trouble
from pairing_desktop.services import writing
from pairing_desktop.signing.token_place import TokenPlace as TokenPlace  # noqa: PLC0414  # for the window too

if TYPE_CHECKING:
    from cryptography import x509

    from pairing_desktop.signing.algorithms import PublicKey
    from pairing_desktop.signing.identity import Identity as Identity  # noqa: PLC0414  # for the window too
    from pairing_desktop.signing.keys import Key
    from pairing_desktop.signing.passphrase import Judgement
    from pairing_desktop.signing.token import TokenKey, TokenView
    from pairing_desktop.signing.wrapper import Wrapped

KeyPlace = Path | TokenPlace
"""Where a key is: a file (ours or PKCS#12) or a token."""

SUFFIX = ".pairkey"
REVOKED = "enrolment.own_revoked"
"""Code of what is told of a key whose certificate was taken back."""


class CertificateLine(Struct, frozen=True):
    """One certificate of a key."""

    name: str
    role: str
    label: str
    county: str
    county_name: str
    title: str
    since: datetime
    until: datetime
    serial: str
    fingerprint: str
    issuer: str


class KeyCard(Struct, frozen=True):
    """What there is to know of a key. ``locked``: only its passphrase or PIN would tell more."""

    place: KeyPlace
    kind: str
    """``file``, ``p12`` or ``token``."""
    locked: bool = False
    name: str = ""
    role: str = ""
    label: str = ""
    county: str = ""
    county_name: str = ""
    title: str = ""
    bureau: str = ""
    algorithm: str = ""
    code: str = ""
    """The check code on the form."""
    fingerprint: str = ""
    """SHA-256 of the public key, hex."""
    certificates: tuple[CertificateLine, ...] = ()
    in_use: CertificateLine | None = None
    problems: tuple[Problem, ...] = ()
    """What falls due: expired, expiring, not valid yet."""

    @property
    def state(self) -> str:
        """Return ``locked``, ``requested`` (no certificate yet), ``expired``, ``early``, ``expiring`` or ``valid``.

        ``revoked`` only where a list at hand was asked (``enrolling.judged``).
        """
        if self.locked:
            return "locked"
        if not self.certificates:
            return "requested"
        codes = {p.code for p in self.problems}
        if REVOKED in codes:
            return "revoked"
        if "signing.key_expired" in codes:
            return "expired"
        return "early" if "signing.key_early" in codes else "expiring" if codes else "valid"


@contextmanager
def opened(place: KeyPlace, secret: str, *, now: datetime) -> Iterator[Key | TokenKey]:
    """Open a key with its passphrase or PIN, asked for once however much is signed; closed at the end.

    Trouble: wrong passphrase or PIN, no certificate yet, one that does not hold now or is not for signing, a token
    locked or pulled out.
    """
    from pairing_desktop.signing import keys, token

    if isinstance(place, TokenPlace):
        with token.opened(place, secret) as session:
            key = session.signer(now=now)
            keys.require_usable(key, now)
            yield key
    else:
        own = keys.load(place, secret, now=now)
        keys.require_usable(own, now)
        yield own


def person(*, name: str, role: str, county: str, title: str = "", bureau: str = "") -> Identity:
    """Return whom a key or certificate is for, without the white space around what was typed."""
    from pairing_desktop.signing.identity import Identity

    return Identity(name.strip(), role.strip(), county.strip(), title.strip(), bureau.strip())


def roles() -> dict[str, str]:
    """Return the roles that a certificate may name, and what they are called."""
    from pairing_desktop.signing.identity import CERTIFICATE_ROLES, ROLE_NAMES

    return {role: ROLE_NAMES.get(role, role) for role in CERTIFICATE_ROLES}


def province_of(role: str) -> str:
    """Return the province's code for a role that only the province has, else ""."""
    from pairing_desktop.signing.identity import PROVINCE, RECEIVER

    return PROVINCE if role == RECEIVER else ""


def judge(passphrase: str, *, known: tuple[str, ...] = ()) -> Judgement:
    """Return how strong a passphrase is; ``known`` are the owner's own words."""
    from pairing_desktop.signing import passphrase as judging

    return judging.judge(passphrase, known=known)


def make(path: Path, who: Identity, passphrase: str, *, now: datetime, algorithm: str = "ecdsa",
         cost: int | None = None) -> KeyCard:
    """Make a key in a file of ours. Trouble: a file that is there, a weak passphrase, who it is for is incomplete."""
    from pairing_desktop.signing import algorithms, wrapper
    from pairing_desktop.signing.wrapper import Wrapped

    require_holder(who)
    path = _free(path)
    _require_strong(passphrase, who)
    private = algorithms.new_private(algorithm)
    content = wrapper.wrap(private, Wrapped(who, private.public_key()), passphrase, cost=cost or wrapper.COST)
    _write(path, content)
    return look(path, now=now)


def make_on_token(place: TokenPlace, who: Identity, pin: str, *, now: datetime, algorithm: str = "ecdsa") -> KeyCard:
    """Make a key on a token; its label is the place's ``key``, else role and county. This PC remembers whose it is."""
    from pairing_desktop.services import token_holders
    from pairing_desktop.signing import token

    require_holder(who)
    label = place.key or f"{who.county}-{who.role}"
    with token.opened(place, pin, write=True) as session:
        held = session.make(algorithm, label)
        made = TokenPlace(place.module, place.token, label)
        card = _card(made, held.public, held.certificates, claimed=who, now=now)
    token_holders.remember(card.fingerprint, who)
    return card


def look(place: KeyPlace, *, now: datetime, secret: str | None = None) -> KeyCard:
    """Return what there is to know of a key; PKCS#12 files and tokens tell little without their secret."""
    from pairing_desktop.signing import keys, token, wrapper

    if isinstance(place, TokenPlace):
        if secret is None:
            return KeyCard(place, "token", locked=True)
        with token.opened(place, secret) as session:
            held = session.one()
            return _card(place, held.public, held.certificates, now=now)
    content = keys.read_file(place)
    if wrapper.is_wrapped(content):
        about = wrapper.look(content, name=place.name)
        return _card(place, about.public, about.certificates, kind="file", claimed=about.holder, now=now)
    if secret is None:
        keys.check_frame(place, content)
        return KeyCard(place, "p12", locked=True)
    key = keys.load_p12(place, secret)
    return _card(place, key.public, (key.certificate,), kind="p12", now=now)


def tokens(module: Path) -> tuple[TokenView, ...]:
    """Return the tokens that are plugged in, by their maker's library."""
    from pairing_desktop.signing import token

    return token.tokens(module)


def token_keys(place: TokenPlace, pin: str, *, now: datetime) -> list[KeyCard]:
    """Return all the keys on a token."""
    from pairing_desktop.signing import token

    with token.opened(place, pin) as session:
        return [_card(TokenPlace(place.module, place.token, k.label), k.public, k.certificates, now=now)
                for k in session.held()]


def token_card(place: TokenPlace, public: PublicKey, certificates: tuple[x509.Certificate, ...], *,
               now: datetime) -> KeyCard:
    """Return the card of a key on a token that is open."""
    return _card(place, public, certificates, now=now)


def change_passphrase(path: Path, old: str, new: str, *, cost: int | None = None) -> None:
    """Give a key file another passphrase. Trouble: the old one is wrong, the new one weak; the file stays as it was."""
    from pairing_desktop.signing import wrapper

    private, about = wrapper.unwrap(_ours(path), old, name=path.name)
    _require_strong(new, about.holder)
    _write(path, wrapper.wrap(private, about, new, cost=cost or wrapper.COST), grows=True)


def export_p12(path: Path, passphrase: str, to: Path, password: str, *, now: datetime) -> Path:
    """Write a key with its certificate as PKCS#12 for other programs.

    Its password is judged as strictly: the format's own protection is weak. Trouble also when the key has no
    certificate yet, or a file is there.
    """
    from pairing_desktop.signing import keys

    key = keys.load(path, passphrase, now=now)
    to = _free(to, ".p12")
    _require_strong(password, key.identity)
    _write(to, keys.make_p12(key, password))
    return to


def import_p12(path: Path, password: str, to: Path, passphrase: str, *, now: datetime,
               cost: int | None = None) -> KeyCard:
    """Take a key out of PKCS#12 into a file of ours, under a passphrase of its own."""
    from pairing_desktop.signing import keys, wrapper
    from pairing_desktop.signing.wrapper import Wrapped

    key = keys.load_p12(path, password)
    to = _free(to)
    _require_strong(passphrase, key.identity)
    roots = tuple(c for c in key.chain if c.subject == c.issuer)
    about = Wrapped(key.identity, key.public, (key.certificate,), roots)
    _write(to, wrapper.wrap(key.private, about, passphrase, cost=cost or wrapper.COST))
    return look(to, now=now)


def add_certificates(path: Path, passphrase: str, certificates: tuple[x509.Certificate, ...],
                     root: x509.Certificate, *, cost: int | None = None) -> None:
    """Put certificates into a key file beside those that it has; the earlier ones hold on until they expire."""
    from pairing_desktop.signing import wrapper
    from pairing_desktop.signing.wrapper import Wrapped

    private, about = wrapper.unwrap(_ours(path), passphrase, name=path.name)
    new = tuple(c for c in certificates if c not in about.certificates)
    kept = (*about.certificates, *new)[-wrapper.MAX_CERTIFICATES:]
    made = wrapper.wrap(private, Wrapped(about.holder, about.public, kept, (root,)), passphrase,
                        cost=cost or wrapper.COST)
    _write(path, made, grows=True)


def wrapped(path: Path) -> Wrapped:
    """Return what a key file of ours says in the clear."""
    from pairing_desktop.signing import wrapper

    return wrapper.look(_ours(path), name=path.name)


def require_holder(who: Identity) -> None:
    """Raise ``Trouble`` unless name, role and county of this province are told."""
    from pairing_desktop.formspec import reference
    from pairing_desktop.signing.identity import CERTIFICATE_ROLES, PROVINCE, RECEIVER

    asked = ((who.name, "姓名"), (who.role, "角色"), (who.county, "县（市、区）"))
    missing = [what for text, what in asked if not text]
    found = [problem("keys.no_holder", what="、".join(missing))] if missing else []
    if who.role and who.role not in CERTIFICATE_ROLES:
        found.append(problem("keys.role", role=who.role))
    if who.role == RECEIVER and who.county not in ("", PROVINCE):
        found.append(problem("keys.receiver_county", province=PROVINCE))
    elif who.county and who.role != RECEIVER and reference.county(who.county) is None:
        found.append(problem("keys.county", county=who.county))
    all_or_raise([*found, *too_long((who.name, "姓名"), (who.title, "职务"), (who.organisation, "单位")),
                  *_unprintable(who.name, who.title, who.organisation)])


def _unprintable(*texts: str) -> list[Problem]:
    """Return which characters the form of the request could not show."""
    from pairing_desktop.formspec.coverage import missing_glyphs

    return [problem("documents.glyph", character=character, point=f"U+{ord(character):04X}", text=text)
            for text in texts for character in missing_glyphs(text)]


def too_long(*said: tuple[str, str]) -> list[Problem]:
    """Return what (text, what it is) no certificate has room for."""
    from pairing_desktop.signing.identity import MOST

    return [problem("keys.too_long", what=what, most=MOST) for text, what in said if len(text) > MOST]


def certificate_line(certificate: x509.Certificate) -> CertificateLine:
    """Return a certificate as it is shown."""
    from cryptography.x509.oid import NameOID

    from pairing_desktop.services.workspace import county_name
    from pairing_desktop.signing import identity

    who = identity.of(certificate)
    issuer = certificate.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
    return CertificateLine(
        who.name, who.role, who.role_name, who.county, county_name(who.county), who.title,
        certificate.not_valid_before_utc, certificate.not_valid_after_utc, f"{certificate.serial_number:x}",
        identity.fingerprint(certificate), str(issuer[0].value) if issuer else "",
    )


def _card(place: KeyPlace, public: PublicKey, certificates: tuple[x509.Certificate, ...], *, kind: str = "token",
          claimed: Identity | None = None, now: datetime) -> KeyCard:
    """Return the card of a key; a certificate's word goes before what was claimed when it was made."""
    import hashlib

    from pairing_desktop.services import token_holders
    from pairing_desktop.services.workspace import county_name
    from pairing_desktop.signing import algorithms, enrolment, identity, keys, requests
    from pairing_desktop.signing.identity import ROLE_NAMES, Identity

    used = keys.in_use(certificates, now)
    fingerprint = hashlib.sha256(algorithms.spki(public)).hexdigest()
    claimed = claimed or (token_holders.remembered(fingerprint) if kind == "token" else None)
    who = identity.of(used) if used else claimed or Identity("", "", "")
    said = enrolment.due(used, now) if used else None
    kinds = {"rsa": "RSA", "ecdsa": "ECDSA P-256"}
    found = algorithms.of(public)
    return KeyCard(
        place, kind, name=who.name, role=who.role, label=ROLE_NAMES.get(who.role, who.role), county=who.county,
        county_name=county_name(who.county), title=who.title, bureau=who.organisation,
        algorithm=kinds.get(found.name, found.name) if found else "", code=requests.check_code(public),
        fingerprint=fingerprint,
        certificates=tuple(certificate_line(c) for c in certificates), in_use=certificate_line(used) if used else None,
        problems=(said,) if said else (),
    )


def _require_strong(passphrase: str, who: Identity) -> None:
    from pairing_desktop.signing import passphrase as judging

    judging.require(passphrase, known=own_words(who.name, who.county, who.organisation, who.title))


def own_words(name: str, county: str, *others: str) -> tuple[str, ...]:
    """Return what anyone who knows the owner would try: names, the county's, both in pinyin."""
    from pairing_desktop.formspec import reference
    from pairing_desktop.formspec.pinyin import sort_text

    found = reference.county(county)
    words = [name, county, *others, *([found.name, found.name[:-1]] if found else [])]
    spelled = [sort_text(w).split("\u0001")[0].replace(" ", "") for w in words if w]
    return tuple(w for w in (*words, *spelled) if w)


def _ours(path: Path) -> bytes:
    from pairing_desktop.signing import keys, wrapper

    content = keys.read_file(path)
    if not wrapper.is_wrapped(content):
        raise trouble("keys.not_ours", file=path.name)
    return content


def _free(path: Path, suffix: str = SUFFIX) -> Path:
    """Return the path with its ending. Trouble when something is there: a key file is never written over."""
    whole = path if path.suffix.lower() == suffix else path.with_name(path.name + suffix)
    if whole.exists():
        raise trouble("keys.there", file=whole.name)
    return whole


def _write(path: Path, content: bytes, *, grows: bool = False) -> None:
    writing.write(path, content, grows=grows)
    if os.name == "posix":
        path.chmod(0o600)
