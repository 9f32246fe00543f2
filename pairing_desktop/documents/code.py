"""A stamped sheet's code: digest of its frozen data, readable by eye and by a QR reader."""

import hashlib
from functools import lru_cache
from itertools import groupby

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without I L O U."""
MASK = 0
"""Any mask is readable; trying all eight for the most even one costs 14 ms a sheet."""


def sheet_code(content: bytes) -> str:
    """Return ``XXXX-XXXX-XXXX``: the first 60 bits of the SHA-256 of a sheet's frozen data."""
    number = int.from_bytes(hashlib.sha256(content).digest()[:8], "big") >> 4
    letters = "".join(ALPHABET[(number >> (5 * n)) & 31] for n in reversed(range(12)))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def code_text(*, form: str, county: str, period: str, code: str) -> str:
    """Return what the QR holds: upper-case alphanumeric, so that version 3 at level M takes it."""
    return f"JD1:{form.upper().replace('_', '-')}:{county}:{period}:{code.replace('-', '')}"


def qr_operators(text: str, x: float, y: float, size: float) -> list[str]:
    """Return PDF operators of the QR's dark modules, its lower left corner at (x, y) points."""
    rows = _dark_runs(text)
    step = size / len(rows)
    lines = ["0 g"]
    for number, runs in enumerate(rows, 1):
        bottom = y + size - number * step
        lines += [f"{x + start * step:.3f} {bottom:.3f} {count * step:.3f} {step:.3f} re" for start, count in runs]
    return [*lines, "f"]


@lru_cache(maxsize=4)
def _dark_runs(text: str) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Return for each row of the QR (level M) its dark runs as (first module, count)."""
    encoder = QRCode(None, QRErrorCorrectLevel.M)
    encoder.addData(text)
    encoder.version = encoder.calculate_version()  # type: ignore[no-untyped-call]  # the stub has no types
    encoder.makeImpl(test=False, maskPattern=MASK)
    rows = []
    for modules in encoder.modules:
        at = 0
        runs = []
        for dark, run in groupby(modules):
            count = len(list(run))
            if dark:
                runs.append((at, count))
            at += count
        rows.append(tuple(runs))
    return tuple(rows)
