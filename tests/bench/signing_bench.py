"""Signing and verifying a packet by three people, against bare pyHanko and cryptography on the same bytes.

Ours also opens the packet strictly, checks every earlier signature and writes the file durably, once a signer; the
floor signs the PDF three times with pyHanko's own signer, makes three bare CMS signatures and zips once.
"""

import asyncio
import hashlib
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from tests.signing import people
from tests.signing.people import World

NOW = datetime(2024, 7, 11, tzinfo=UTC)
PAGES = 60
ROUNDS = 5

Line = dict[str, str | float]


def _line(name: str, ours: float, floor: float, bound: float) -> Line:
    return {"name": name, "ours": ours, "floor": floor, "ratio": ours / floor, "bound": bound, "unit": "s"}


def _report() -> bytes:
    """Return a report of some length with a place for every signer."""
    from reportlab.pdfgen.canvas import Canvas

    from pairing_desktop.signing import pdf_signature
    from pairing_desktop.signing.identity import ROLES

    out = BytesIO()
    canvas = Canvas(out, invariant=1)
    for page in range(PAGES):
        for row in range(40):
            noise = hashlib.sha256(bytes([page, row])).hexdigest()
            canvas.drawString(60, 780 - 18 * row, f"{page:03} {row:02} {noise}")
        canvas.showPage()
    canvas.save()
    places = {role: (0, (50.0 + 160 * n, 20.0, 190.0 + 160 * n, 60.0)) for n, role in enumerate(ROLES)}
    return pdf_signature.prepare_fields(out.getvalue(), places)


def _packet(report: bytes) -> bytes:
    from pairing_desktop.exchange import packet

    return packet.build(
        people.data(attachments=[]), {packet.PDF: report, packet.WORKBOOK: people.small_workbook(2000)}
    )


def _in_turns(ours: Callable[[], object], floor: Callable[[], object]) -> tuple[float, float]:
    """Return the median seconds of both, run in turns after one round to warm up."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(ROUNDS + 1):
        for times, work in zip(taken, (ours, floor), strict=True):
            start = time.perf_counter()
            work()
            if number:
                times.append(time.perf_counter() - start)
    return statistics.median(taken[0]), statistics.median(taken[1])


def _sign_all(of: World, path: Path, unsigned: bytes, stamp: bytes) -> None:
    from pairing_desktop.exchange import packet

    path.write_bytes(unsigned)
    for role, key in of.keys.items():
        packet.sign(path, key, now=of.now, stamp=stamp)
        assert role


def _bare_sign(of: World, report: bytes, files: dict[str, bytes], stamp: Path) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from pyhanko.stamp import StaticStampStyle

    for number, (role, signer) in enumerate(_bare_signers(of).items()):
        meta = signers.PdfSignatureMetadata(
            field_name=role, md_algorithm="sha256", certify=number == 0, subfilter=fields.SigSeedSubFilter.PADES,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES if number == 2 else fields.MDPPerm.FILL_FORMS,
        )
        out = BytesIO()
        style = StaticStampStyle.from_pdf_file(str(stamp), border_width=0)
        signers.PdfSigner(meta, signer=signer, stamp_style=style).sign_pdf(
            IncrementalPdfFileWriter(BytesIO(report)), output=out
        )
        report = out.getvalue()
        manifest = "".join(hashlib.sha256(content).hexdigest() for content in files.values()).encode()
        key = of.keys[role]
        PKCS7SignatureBuilder().set_data(manifest).add_signer(key.certificate, key.private, hashes.SHA256()).sign(
            Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary]
        )
    with zipfile.ZipFile(BytesIO(), "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def _bare_signers(of: World) -> dict[str, object]:
    from asn1crypto import keys, x509
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    return {
        role: SimpleSigner(
            signing_cert=x509.Certificate.load(key.certificate.public_bytes(Encoding.DER)),
            signing_key=keys.PrivateKeyInfo.load(
                key.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
            ),
            cert_registry=SimpleCertificateStore(),
        )
        for role, key in of.keys.items()
    }


def sign() -> Line:
    """Three people sign one packet."""
    from pairing_desktop.signing import container

    of, report = people.world(NOW), _report()
    unsigned = _packet(report)
    files = dict(container.read(unsigned).files)
    with tempfile.TemporaryDirectory(prefix="pairing-bench-") as folder:
        path, stamp = Path(folder) / "packet.asice", Path(folder) / "stamp.pdf"
        stamp.write_bytes(people.small_stamp())
        ours, floor = _in_turns(
            lambda: _sign_all(of, path, unsigned, stamp.read_bytes()), lambda: _bare_sign(of, report, files, stamp)
        )
    return _line("signing.sign", ours, floor, 1.3)


def verify() -> Line:
    """Answer for a sealed packet, against pyHanko's own validation of the PDF inside and a digest of each file."""
    from pairing_desktop.exchange import packet
    from pairing_desktop.signing import container

    of = people.world(NOW)
    with tempfile.TemporaryDirectory(prefix="pairing-bench-") as folder:
        path = Path(folder) / "packet.asice"
        _sign_all(of, path, _packet(_report()), people.small_stamp())
        files = dict(container.read(path).files)
        assert packet.verify(path, of.trust).valid
        ours, floor = _in_turns(lambda: packet.verify(path, of.trust), lambda: _bare_verify(of, files))
    return _line("signing.verify", ours, floor, 1.3)


def _bare_verify(of: World, files: dict[str, bytes]) -> None:
    from asn1crypto import crl, x509
    from cryptography.hazmat.primitives.serialization import Encoding
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    for content in files.values():
        hashlib.sha256(content).digest()
    root = x509.Certificate.load(of.authority.root.public_bytes(Encoding.DER))
    revoked = crl.CertificateList.load(of.trust.crls[0].public_bytes(Encoding.DER))
    for signature in PdfFileReader(BytesIO(files["report.pdf"])).embedded_regular_signatures:
        context = ValidationContext(trust_roots=[root], crls=[revoked], moment=of.now, allow_fetching=False)
        assert asyncio.run(async_validate_pdf_signature(signature, context)).bottom_line


BENCHMARKS: dict[str, Callable[[], Line]] = {"signing.sign": sign, "signing.verify": verify}
