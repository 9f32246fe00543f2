"""A stamped sheet's code: digest of its frozen data, readable by eye and by a QR reader.

reportlab's encoder takes 20 ms a code (polynomials and eight trial masks). All ours are version 3, level M (ISO/IEC
18004): it draws the patterns once, and a code's own bits are placed over them in half a millisecond.
"""

import hashlib
from functools import cache, lru_cache
from itertools import groupby

FORMER, CODED = 1, 2
"""How codes were and are made: another way, the same data has other ones, and draws other pages."""
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without I L O U."""
CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""A QR's alphanumeric mode."""
VERSION = 3
DATA_WORDS, CHECK_WORDS = 44, 26
LONGEST = 61
MASK = 0
"""The chequered mask; any is readable."""


def sheet_code(content: bytes) -> str:
    """Return ``XXXX-XXXX-XXXX``: the first 60 bits of the SHA-256 of a sheet's frozen data."""
    number = int.from_bytes(hashlib.sha256(content).digest()[:8], "big") >> 4
    letters = "".join(ALPHABET[(number >> (5 * n)) & 31] for n in reversed(range(12)))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def code_text(*, form: str, county: str, period: str, code: str) -> str:
    """Return what the QR holds: alphanumeric, the form's name cut so that version 3 holds it all."""
    tail = f":{county}:{period}:{code.replace('-', '')}"
    name = "".join(c for c in form.upper().replace("_", "-") if c in CHARACTERS)
    return "JD1:" + name[: LONGEST - 4 - len(tail)] + tail


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
    """Return for each row of the QR its dark runs as (first module, count)."""
    rows = []
    for modules in qr_modules(text):
        at = 0
        runs = []
        for dark, run in groupby(modules):
            count = len(list(run))
            if dark:
                runs.append((at, count))
            at += count
        rows.append(tuple(runs))
    return tuple(rows)


def qr_modules(text: str) -> list[list[bool]]:
    """Return the modules, True for dark, of ``text`` (at most 61 characters of ``CHARACTERS``)."""
    patterns, places = _patterns()
    modules = [list(row) for row in patterns]
    words = _words(text)
    stream = int.from_bytes(bytes(words + _check_words(words)), "big")
    last = 8 * (DATA_WORDS + CHECK_WORDS) - 1
    for number, (column, row) in enumerate(places):
        bit = bool(stream >> (last - number) & 1) if number <= last else False
        modules[row][column] = bit ^ ((row + column) % 2 == 0)
    return modules


@cache
def _patterns() -> tuple[tuple[tuple[bool, ...], ...], tuple[tuple[int, int], ...]]:
    """Return finder, timing and format patterns, and where the data bits go as (column, row), from reportlab."""
    from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

    encoder = QRCode(VERSION, QRErrorCorrectLevel.M)
    encoder.addData("0")
    encoder.makeImpl(test=False, maskPattern=MASK)
    return tuple(map(tuple, encoder.modules)), tuple(encoder.dataPosIterator())  # type: ignore[no-untyped-call]


def _words(text: str) -> list[int]:
    """Return the data words: mode, length, characters by pairs, end and padding."""
    if len(text) > LONGEST:
        raise ValueError(f"{len(text)} characters, room for {LONGEST}")
    values = [CHARACTERS.index(c) for c in text]
    bits = f"0010{len(values):09b}"
    bits += "".join(f"{a * 45 + b:011b}" for a, b in zip(values[::2], values[1::2], strict=False))
    bits += f"{values[-1]:06b}" if len(values) % 2 else ""
    bits += "0" * min(4, DATA_WORDS * 8 - len(bits))
    bits += "0" * (-len(bits) % 8)
    words = [int(bits[n:n + 8], 2) for n in range(0, len(bits), 8)]
    return words + [(0xEC, 0x11)[n % 2] for n in range(DATA_WORDS - len(words))]


def _check_words(words: list[int]) -> list[int]:
    """Return the Reed–Solomon check words: the remainder by the generator in GF(256)."""
    powers, logs, generator = _field()
    rest = words + [0] * CHECK_WORDS
    for n in range(len(words)):
        lead = rest[n]
        if lead:
            log = logs[lead]
            for place, factor in enumerate(generator, n + 1):
                rest[place] ^= powers[log + factor]
    return rest[len(words):]


@cache
def _field() -> tuple[list[int], list[int], list[int]]:
    """Return powers of 2 in GF(256) (twice round), their logarithms, and the generator's factors as logarithms."""
    powers = [1]
    for _ in range(509):
        doubled = powers[-1] << 1
        powers.append(doubled ^ 0x11D if doubled & 0x100 else doubled)
    logs = [0] * 256
    for n in range(255):
        logs[powers[n]] = n
    generator = [1]
    for n in range(CHECK_WORDS):
        shifted = [*generator, 0]
        for place, factor in enumerate(generator):
            shifted[place + 1] ^= powers[logs[factor] + n]
        generator = shifted
    return powers, logs, [logs[factor] for factor in generator[1:]]
