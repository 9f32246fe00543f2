"""Enrolment without a network: the request with its form out, the province's bundle in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from pairing_desktop.errors import Problem, Trouble, problem, system_reason, trouble
from pairing_desktop.services import key_keeping, trusting, writing
from pairing_desktop.services.key_keeping import KeyCard, KeyPlace
from pairing_desktop.services.workspace import CHINA, county_name
from pairing_desktop.settings import Settings
from pairing_desktop.signing.moment import day
from pairing_desktop.signing.token_place import TokenPlace

if TYPE_CHECKING:
    from cryptography import x509

    from pairing_desktop.signing.algorithms import PublicKey
    from pairing_desktop.signing.enrolment import Bundle
    from pairing_desktop.signing.identity import Identity
    from pairing_desktop.signing.keys import Holder
    from pairing_desktop.signing.trust import Trust

PASSED = frozenset({"signing.early"})
"""What a renewed certificate may be: it begins while the earlier one still holds."""


class Requested(Struct, frozen=True):
    """What a county sends: the request by file, the form on paper."""

    request: Path
    form: Path
    code: str
    fingerprint: str
    renewal: bool


class BundleView(Struct, frozen=True):
    """What a bundle holds, before anything is done with it."""

    path: Path
    root_name: str
    known: bool
    """The root is already trusted on this PC."""
    replaces: bool
    """Another root is trusted on this PC."""
    list_since: datetime | None
    list_until: datetime | None
    names: tuple[str, ...]
    """遂昌县 单位负责人 局长"""


class Imported(Struct, frozen=True):
    """What an import did."""

    card: KeyCard | None
    """The key with its new certificate; None when only root and list were taken."""
    new: int
    """Certificates that the key did not have yet."""
    root: Path
    """Where this PC keeps the root."""
    remarks: tuple[Problem, ...]


def request(place: KeyPlace, secret: str, folder: Path, *, now: datetime, who: Identity | None = None,
            sample: bool = False) -> Requested:
    """Write the request and the form to print. ``who`` is needed for a token's key without a certificate.

    Trouble: wrong passphrase or PIN, who it is for is not told, the folder cannot be written.
    """
    from pairing_desktop.documents.key_form import KeyForm, key_form
    from pairing_desktop.signing import requests

    with _holder(place, secret, now=now) as (holder, card):
        told = who or _claimed(card)
        key_keeping.require_holder(told)
        content = requests.make(holder, told)
    renewal = bool(card.certificates)
    stem = _stem(told, card.code)
    form = KeyForm(
        county=f"{county_name(told.county)} {told.county}", bureau=told.organisation or "—", name=told.name,
        role=told.role_name, title=told.title, algorithm=card.algorithm, code=card.code, fingerprint=card.fingerprint,
        made=f"{now.astimezone(CHINA):%Y-%m-%d}", file=f"{stem}.csr", renewal=renewal, sample=sample,
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise trouble("services.cannot_write", folder=folder, why=system_reason(error)) from error
    with writing.together(folder, {f"{stem}.csr": content, f"{stem}.pdf": key_form(form)}) as (csr, pdf):
        return Requested(csr, pdf, card.code, card.fingerprint, renewal)


def look_at_bundle(path: Path, settings: Settings) -> BundleView:
    """Read a bundle. Trouble: none, not whole, not all by one root."""
    from cryptography.x509.oid import NameOID

    from pairing_desktop.signing import enrolment, identity

    found = enrolment.load(path)
    known = trusting.on_this_pc(settings)
    names = []
    for each in found.certificates:
        who = identity.of(each)
        names.append(f"{county_name(who.county) or who.county} {who.role_name} {who.name}")
    crl = found.crl
    return BundleView(
        path, str(found.root.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value),
        known is not None and found.root in known.roots, known is not None and found.root not in known.roots,
        None if crl is None else crl.last_update_utc, None if crl is None else crl.next_update_utc, tuple(names),
    )


def import_bundle(path: Path, *, settings: Settings, now: datetime, place: KeyPlace | None = None, secret: str = "",
                  root_code: str | None = None, cost: int | None = None) -> Imported:
    """Take a bundle: its root and list for this PC, its certificate for a key.

    ``root_code``: what was read from the province's paper; needed while this PC does not trust that root. Trouble, and
    nothing changed: another root, no certificate for this key, a certificate that is not good, another role or county.
    """
    from pairing_desktop.signing import enrolment

    bundle = enrolment.load(path)
    _require_root(bundle, path, settings, root_code)
    if place is None:
        root, remarks = trusting.keep_on_pc(settings, bundle, now=now)
        return Imported(None, 0, root, remarks)
    with _holder(place, secret, now=now) as (holder, card):
        fits = _good(bundle, holder.public, path, now)
        remarks = tuple(_compared(card, fits))
        new = tuple(c for c in fits if key_keeping.certificate_line(c) not in card.certificates)
    if new and isinstance(place, TokenPlace):
        _keep_on_token(place, secret, new)
    elif new and isinstance(place, Path):
        key_keeping.add_certificates(place, secret, new, bundle.root, cost=cost)
    root, more = trusting.keep_on_pc(settings, bundle, now=now)
    after = key_keeping.look(place, now=now, secret=secret)
    return Imported(after, len(new), root, (*remarks, *more, *after.problems))


def warnings(settings: Settings, cards: tuple[KeyCard, ...], *, now: datetime) -> tuple[Problem, ...]:
    """Return what falls due on this PC: certificates that expire or were revoked, a list old or from the future."""
    from pairing_desktop.signing import enrolment

    due = tuple(p for card in cards for p in judged(settings, card).problems)
    known = trusting.on_this_pc(settings)
    about = enrolment.about_list(known.crls, now) if known else None
    return (*due, about) if about else due


def judged(settings: Settings, card: KeyCard) -> KeyCard:
    """Return what is told of a key with what the list on this PC says of its certificate."""
    known = trusting.on_this_pc(settings)
    told = any(p.code == key_keeping.REVOKED for p in card.problems)
    taken = None if known is None or told else _taken_back(card, known)
    return structs.replace(card, problems=(taken, *card.problems)) if taken else card


def due_by_date(name: str, until: datetime, *, now: datetime) -> tuple[Problem, ...]:
    """Return what falls due of a certificate of which only the end is known: its key is shut."""
    from pairing_desktop.signing import enrolment

    said = enrolment.due_by(until, now, name=name)
    return (said,) if said else ()


def _taken_back(card: KeyCard, known: Trust) -> Problem | None:
    """Return that the list at hand names the certificate in use."""
    if card.in_use is None:
        return None
    entries = [c.get_revoked_certificate_by_serial_number(int(card.in_use.serial, 16)) for c in known.crls]
    entry = next((e for e in entries if e is not None), None)
    if entry is None:
        return None
    return problem(key_keeping.REVOKED, name=card.in_use.name, since=day(entry.revocation_date_utc))


def _require_root(bundle: Bundle, path: Path, settings: Settings, typed: str | None) -> None:
    """Raise ``Trouble`` unless the root is trusted already or its code was read from paper."""
    from pairing_desktop.signing import requests

    known = trusting.on_this_pc(settings)
    if known is not None and bundle.root in known.roots:
        return
    if typed is None:
        others = [problem("enrolment.other_root", file=path.name)] if known else []
        raise Trouble(*others, problem("enrolment.unknown_root", file=path.name))
    try:
        requests.require_code(typed, bundle.root_code)
    except Trouble as error:
        raise trouble("enrolment.root_code", file=path.name) from error


def _good(bundle: Bundle, public: PublicKey, path: Path, now: datetime) -> tuple[x509.Certificate, ...]:
    """Return the bundle's good certificates over a key. Trouble when there are none, saying what is wrong with each."""
    from pairing_desktop.signing import trust

    fits = bundle.over(public)
    if not fits:
        raise trouble("enrolment.nothing_for", file=path.name)
    said = {c: [p for p in trust.judge(c, bundle.trust(now)).problems if p.code not in PASSED] for c in fits}
    good = tuple(c for c, problems in said.items() if not problems)
    if not good:
        raise Trouble(*(p for problems in said.values() for p in problems))
    return good


def _compared(card: KeyCard, certificates: tuple[x509.Certificate, ...]) -> Iterator[Problem]:
    """Yield in what certificates differ from the request. Trouble when the key already has another role or county."""
    from pairing_desktop.signing import identity, keys

    for each in certificates:
        keys.require_named(each, place="")
        who = identity.of(each)
        if card.certificates and (who.role, who.county) != (card.role, card.county):
            raise trouble("enrolment.other_role", county=county_name(who.county), role=who.role_name,
                          old_county=card.county_name, old_role=card.label)
        if card.name and (who.name, who.role, who.county) != (card.name, card.role, card.county):
            yield problem("enrolment.request_differs", county=county_name(who.county), role=who.role_name,
                          name=who.name)


def _keep_on_token(place: TokenPlace, secret: str, certificates: tuple[x509.Certificate, ...]) -> None:
    from pairing_desktop.signing import token

    with token.opened(place, secret, write=True) as session:
        held = session.one()
        for each in certificates:
            session.keep(held, each)


@contextmanager
def _holder(place: KeyPlace, secret: str, *, now: datetime) -> Iterator[tuple[Holder, KeyCard]]:
    """Open a key, certified or not, and say what it is."""
    from pairing_desktop.signing import keys, token, wrapper
    from pairing_desktop.signing.keys import BareKey

    if isinstance(place, TokenPlace):
        with token.opened(place, secret) as session:
            held = session.one()
            yield held, key_keeping.token_card(place, held.public, held.certificates, now=now)
        return
    content = keys.read_file(place)
    if not wrapper.is_wrapped(content):
        raise trouble("keys.not_ours", file=place.name)
    private, _ = wrapper.unwrap(content, secret, name=place.name)
    yield BareKey(private), key_keeping.look(place, now=now)


def _claimed(card: KeyCard) -> Identity:
    from pairing_desktop.signing.identity import Identity

    return Identity(card.name, card.role, card.county, card.title, card.bureau)


def _stem(who: Identity, code: str) -> str:
    name = re.sub(r'[\\/:*?"<>|\s]', "", who.name)
    return f"证书申请-{who.county}-{who.role}-{name}-{code[:5]}"
