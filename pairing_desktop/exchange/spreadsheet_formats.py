"""What a number format makes of a figure: 12345678 may be shown as 1234.6万元. Decimals that are only hidden stay."""

from __future__ import annotations

import math
import operator
import re
from decimal import Decimal

from msgspec import Struct

from pairing_desktop.formspec.fieldtypes.numbers import MAGNITUDES

HUNDREDTHS = re.compile(r'[^;"%]*0\.00(?![0#%E.])')
"""Begins a format that shows two decimals: 0.00, #,##0.00_ ."""
_WORDS = re.compile(r'"[^"]*"|[\\!_*].')
_SECTION = re.compile(r'((?:"[^"]*"|\\.|!.|[^;"\\!])*)')
_BRACKETS = re.compile(r"\[(?![<>=])[^\]]*\]")
_SIZE = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
"""Begins a section for figures of one size: [>=10000]0!.0,"万"."""
_COMPARED = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq,
             "<>": operator.ne}
_TOKEN = re.compile(r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|[_*].|(?P<place>[0#?]|General)|(?P<mark>[.,])'
                    r'|(?P<rest>.)')
_UNIT = re.compile(r"[\u4e00-\u9fff㎡/]{1,8}")
_ABOUT = ("约", "近", "超")
_SHOWN = re.compile(r"(?P<before>\D*?)(?P<number>\d[\d,]*(?:\.\d+)?|\.\d+)(?P<after>\D*)", re.ASCII)
_AS_KEPT = re.compile(r"[-+]?\d*\.?\d*E[-+]?\d+|-?(?:\d+ +)?\d+/\d+", re.ASCII)
"""Figures that are shown scientifically or as fractions."""
_HIGHEST = 12
"""The power of ten of the largest unit: 万亿."""


class Format(Struct, frozen=True):
    """Digits by which a figure is shown smaller, and the words before and after it."""

    power: int
    before: str = ""
    unit: str = ""
    doubt: str = ""
    """What is shown where nobody can tell how it comes of the figure kept."""
    sizes: tuple[tuple[str, float, Format | None], ...] = ()
    """Of a format that differs by the figure's size: how the figure is compared, with what, and what then holds."""

    def shown(self, value: float) -> float | str:
        """Return a figure with all its digits as it is meant: 12345678元, or 12345.678 where no unit is shown."""
        if self.sizes:
            meant = next((format_ for sign, bound, format_ in self.sizes if _COMPARED[sign](value, bound)), None)
            return meant.shown(value) if meant else value
        number, unit = Decimal(f"{value:.15g}"), self.unit
        if self.doubt:
            return f"{self.doubt}（存的是{number:f}）"
        bare = next((unit.removeprefix(word) for word, power in MAGNITUDES.items()
                     if power == self.power and unit.startswith(word)), "")
        if not bare:
            number, bare = number.scaleb(-self.power), unit
        return f"{self.before}{number:f}{bare}" if self.before or bare else float(number)


def is_rate(code: str) -> bool:
    """Tell whether a format shows 0.65 as 65%: a sign within quotes only stands behind the figure."""
    return "%" in _WORDS.sub("", code)


def read(code: str) -> Format | None:
    """Return what a format makes of a positive figure; None where it shows it as it is, or shows a day or a rate."""
    sections = _sections(code)
    if not _SIZE.match(sections[0]):
        return _section(sections[0])
    sizes = []
    for number, section in enumerate(sections):
        size = _SIZE.match(section)
        below = number == 1 and len(sections) > 2  # Excel keeps the second of three for what is below zero
        sign, bound = (size[1], float(size[2])) if size else ("<", 0.0) if below else ("<", math.inf)
        sizes.append((sign, bound, _section(_SIZE.sub("", section))))
    return Format(0, sizes=tuple(sizes)) if any(format_ for *_, format_ in sizes) else None


def _sections(code: str) -> list[str]:
    sections, at = [], 0
    while at <= len(code):
        found = _SECTION.match(code, at)
        sections.append(_BRACKETS.sub("", found[1] if found else ""))
        at = found.end() + 1 if found else len(code) + 1
    return sections


def _section(section: str) -> Format | None:
    if section.startswith("["):  # a condition that nobody knows
        return None
    before, after, digits, commas, point = "", "", 0, 0, -1
    for token in _TOKEN.finditer(section):
        literal = token["quoted"] or token["escaped"] or ""
        if token["rest"]:
            if token["rest"] in "ymdhsYMDHS@%":
                return None
            literal = token["rest"] if _UNIT.fullmatch(token["rest"]) else ""
        if token["place"]:
            digits, commas, after = digits + 1, 0, ""
        elif token["mark"] == ",":
            commas += 1
        elif literal == "." and digits:
            point = digits
        elif digits:
            after += literal
        else:
            before += literal
    power = 3 * commas + (digits - point if 0 <= point < digits else 0)
    return _format(power, before, after) if digits else None


def of_shown(text: str, value: float) -> Format | None:
    """Return what a cell's format makes of its figure, by the text it shows; None where it shows it as it is."""
    text = text.strip()
    bare = re.sub(r"[-\s()]", "", text)
    if not re.search(r"\d", text, re.ASCII) or _AS_KEPT.fullmatch(text) or bare == f"{abs(value):.15g}":
        return None
    found = _SHOWN.fullmatch(text)
    if not found:
        return Format(0, doubt=text)
    number, kept = Decimal(found["number"].replace(",", "")), abs(Decimal(f"{value:.15g}"))
    rounding = Decimal("0.500001").scaleb(int(number.as_tuple().exponent))
    power = next((p for p in range(_HIGHEST + 1) if abs(kept.scaleb(-p) - number) <= rounding), None)
    return Format(0, doubt=text) if power is None else _format(power, found["before"], found["after"])


def _format(power: int, before: str, after: str) -> Format | None:
    unit = after.strip() if _UNIT.fullmatch(after.strip()) else ""
    about = before.strip() if before.strip() in _ABOUT else ""
    return Format(power, about, unit) if power or unit or about else None
