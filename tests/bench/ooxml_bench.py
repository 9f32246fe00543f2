"""Signing and verifying a workbook of 50,000 rows, against the bare work on the same bytes.

The floor of signing unpacks every part once, digests it, canonicalises the relationships with lxml and signs twice with
cryptography, as a first and a second signer have to; it writes no zip and checks nothing. The floor of verifying does
the same with two public-key operations. Ours also reads zip, content types and relationships strictly, checks the
earlier signature before the second, and judges certificates.
"""

import hashlib
import statistics
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

from tests.signing import people
from tests.signing.people import World

NOW = datetime(2024, 7, 11, tzinfo=UTC)
ROWS = 50_000
ROUNDS = 5

Line = dict[str, str | float]


def _line(name: str, ours: float, floor: float, bound: float) -> Line:
    return {"name": name, "ours": ours, "floor": floor, "ratio": ours / floor, "bound": bound, "unit": "s"}


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


def _digests(workbook: bytes) -> list[bytes]:
    from lxml import etree

    found = []
    with zipfile.ZipFile(BytesIO(workbook)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith(".rels"):
                content = etree.tostring(etree.fromstring(content), method="c14n")
            found.append(hashlib.sha256(content).digest())
    return found


def _sign_twice(of: World, workbook: bytes) -> bytes:
    from pairing_desktop.signing import ooxml_signature

    for role in ooxml_signature.ROLES:
        workbook = ooxml_signature.sign(workbook, of.keys[role], now=NOW)
    return workbook


def _bare_sign(of: World, workbook: bytes) -> None:
    for role in ("preparer", "head"):
        of.keys[role].sign(b"".join(_digests(workbook)))


def sign() -> Line:
    """Preparer and head sign one workbook, one after the other."""
    of, workbook = people.world(NOW), people.small_workbook(ROWS // 2)
    ours, floor = _in_turns(lambda: _sign_twice(of, workbook), lambda: _bare_sign(of, workbook))
    return _line("ooxml.sign", ours, floor, 1.3)


def verify() -> Line:
    """Answer for a workbook that both have signed."""
    from pairing_desktop.signing import algorithms, ooxml_signature

    of = people.world(NOW)
    workbook = _sign_twice(of, people.small_workbook(ROWS // 2))
    assert ooxml_signature.verify(workbook, of.trust).good
    message = b"".join(_digests(workbook))
    made = [(of.keys[role].certificate, of.keys[role].sign(message)) for role in ooxml_signature.ROLES]

    def bare() -> None:
        whole = b"".join(_digests(workbook))
        for certificate, signature in made:
            algorithm = algorithms.of_certificate(certificate)
            assert algorithm
            assert algorithm.verify(certificate.public_key(), signature, whole)

    ours, floor = _in_turns(lambda: ooxml_signature.verify(workbook, of.trust), bare)
    return _line("ooxml.verify", ours, floor, 1.3)


BENCHMARKS: dict[str, Callable[[], Line]] = {"ooxml.sign": sign, "ooxml.verify": verify}
