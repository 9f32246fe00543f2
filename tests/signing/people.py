"""A sample authority, its people and small files for them to sign: what signing and exchange tests share."""

import hashlib
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO

import openpyxl
import rfc8785
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from msgspec import Struct
from msgspec.structs import replace
from reportlab.pdfgen.canvas import Canvas

from pairing_desktop.exchange import packet
from pairing_desktop.signing import authority, identity, ooxml_signature, pdf_signature
from pairing_desktop.signing.authority import Authority
from pairing_desktop.signing.identity import ROLE_NAMES, ROLES, Identity
from pairing_desktop.signing.keys import Key
from pairing_desktop.signing.trust import Trust

COUNTY = "331123"
PHOTO = b"\xff\xd8\xff\xe0 a photo"


class World(Struct, frozen=True):
    """One authority at one moment, with a key for each role of one county."""

    authority: Authority
    keys: dict[str, Key]
    now: datetime

    @property
    def trust(self) -> Trust:
        return Trust((self.authority.root,), (self.authority.crl(now=self.now),), self.now)

    def issue(self, role: str, *, county: str = COUNTY, algorithm: str = "ecdsa", days: int = 1095) -> Key:
        """Issue one more key."""
        return self.authority.issue(person(role, county), now=self.now, algorithm=algorithm, days=days)

    def revoke(self, role: str) -> "World":
        return replace(self, authority=self.authority.revoke(self.keys[role].certificate, at=self.now))


def person(role: str, county: str = COUNTY) -> Identity:
    return Identity(f"{ROLE_NAMES[role]}（示例）", role, county, ROLE_NAMES[role], "遂昌县经济商务局")


@cache
def world(now: datetime) -> World:
    """Make the authority and its people once a run: RSA and ECDSA both occur."""
    root = authority.create(now=now)
    kinds = {"preparer": "ecdsa", "reviewer": "ecdsa", "head": "rsa"}
    keys = {role: root.issue(person(role), now=now, algorithm=kinds[role]) for role in ROLES}
    return World(root, keys, now)


@cache
def receiver(now: datetime, algorithm: str = "ecdsa") -> Key:
    """Return the province's own key, to which packets are encrypted."""
    return world(now).authority.issue(person(identity.RECEIVER, identity.PROVINCE), now=now, algorithm=algorithm)


def reissued(of: World, holder: str, role: str) -> Key:
    """Return a certificate of another role over the key of a holder, as a careless authority would issue it."""
    old = of.keys[holder]
    builder = (x509.CertificateBuilder().subject_name(identity.to_name(person(role)))
               .issuer_name(of.authority.root.subject).public_key(old.certificate.public_key())
               .serial_number(x509.random_serial_number())
               .not_valid_before(of.now).not_valid_after(of.now + timedelta(days=10)))
    for extension in old.certificate.extensions:
        builder = builder.add_extension(extension.value, critical=extension.critical)
    return Key(builder.sign(of.authority.key.private, hashes.SHA256()), old.private)


@cache
def small_pdf(pages: int = 2) -> bytes:
    """Return a PDF, the same in a whole run: reportlab's settings, which the documents set, change its bytes."""
    out = BytesIO()
    canvas = Canvas(out, invariant=1)
    for number in range(pages):
        canvas.drawString(80, 700, f"page {number + 1}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def small_stamp(text: str = "stamp") -> bytes:
    out = BytesIO()
    canvas = Canvas(out, pagesize=(140, 40), invariant=1)
    canvas.rect(1, 1, 138, 38)
    canvas.drawString(10, 15, text)
    canvas.save()
    return out.getvalue()


def prepared_pdf(roles: tuple[str, ...] = ROLES) -> bytes:
    places = {role: (0, (50.0 + 160 * n, 80.0, 190.0 + 160 * n, 120.0)) for n, role in enumerate(roles)}
    return pdf_signature.prepare_fields(small_pdf(), places)


def signed_pdf(of: World, upto: int = 3) -> bytes:
    """Return a PDF that the first ``upto`` roles have signed."""
    pdf = prepared_pdf()
    for role in ROLES[:upto]:
        pdf = pdf_signature.sign(pdf, of.keys[role], role=role, now=of.now, stamp=small_stamp())
    return pdf


@cache
def small_workbook(rows: int = 3) -> bytes:
    """Return a workbook of two sheets."""
    book = openpyxl.Workbook(write_only=True)
    for title in ("01 竹产业园", "02 企业"):
        sheet = book.create_sheet(title)
        for row in range(rows):
            sheet.append([f"{title} {row}", 1024.5 + row, row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def signed_workbook(of: World, *roles: str) -> bytes:
    """Return a workbook that these roles have signed."""
    workbook = small_workbook()
    for role in roles:
        workbook = ooxml_signature.sign(workbook, of.keys[role], now=of.now)
    return workbook


def data(**changes: object) -> bytes:
    """Return a packet's canonical data."""
    digest = hashlib.sha256(PHOTO).hexdigest()
    photo = {"name": "竹产业园航拍.JPG", "sha256": digest, "size": len(PHOTO), "travels": True}
    pictures = {"form": "picture", "key": "picture", "label": "航拍", "payload": {"values": {"photo": photo}}}
    content = {
        "format": packet.FORMAT,
        "county": COUNTY,
        "county_name": "遂昌县",
        "period": "2024Q2",
        "submission": 1,
        "replaces": None,
        "roles": list(ROLES),
        "forms": [],
        "records": [{"form": "park", "key": "p1", "label": "竹产业园",
                     "payload": {"values": {"area": "1024.5", "plots": 12}}}],
        "attachments": [{**photo, "record": "picture"}],
        "history": {"seq": 4, "head": "00" * 32},
    }
    number = changes.get("submission", 1)
    if isinstance(number, int) and number > 1:
        content["replaces"] = {"identity": "00" * 32, "submission": number - 1}
    content |= changes
    if "attachments" not in changes:
        content["records"] = [*content["records"], pictures]  # type: ignore[misc]  # a list, unless a test spoils it
    return rfc8785.dumps(content)


def built(**changes: object) -> bytes:
    """Return an unsigned packet."""
    content = data(**changes)
    roles = tuple(changes.get("roles", ROLES))  # type: ignore[arg-type]
    photo = packet.attachment_path(hashlib.sha256(PHOTO).hexdigest(), "竹产业园航拍.JPG")
    files = {packet.PDF: prepared_pdf(roles), packet.WORKBOOK: small_workbook(), photo: PHOTO}
    return packet.build(content, files)
