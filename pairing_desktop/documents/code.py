"""A stamped sheet's code: digest of its frozen data, readable by eye and by a QR reader."""

import hashlib

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without I L O U."""


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
    from reportlab.graphics.barcode.qr import QrCodeWidget

    encoder = QrCodeWidget(text, barLevel="M").qr  # type: ignore[attr-defined]  # unknown to the stub
    encoder.make()
    count = encoder.getModuleCount()
    step = size / count
    lines = ["0 g"]
    for row in range(count):
        top = y + size - (row + 1) * step
        lines += [
            f"{x + column * step:.3f} {top:.3f} {step:.3f} {step:.3f} re"
            for column in range(count) if encoder.isDark(row, column)
        ]
    return [*lines, "f"]
