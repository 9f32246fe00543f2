"""Figures: whole numbers, decimals, percentages. Decimal from keyboard to packet, never rounded when entered."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.fieldtypes.interface import FieldType, cell_text, not_understood, said
from pairing_desktop.formspec.values import NotUnderstood, Understood, Value, with_qualifier

DIGITS = 15
"""Significant digits at most: a spreadsheet keeps no more."""

YEAR = "年"
"""A figure with this unit is a year: written without thousands separators."""

_TOO_LARGE = Decimal(10) ** DIGITS

MAGNITUDES = {"万亿": 12, "亿": 8, "千万": 7, "百万": 6, "万": 4, "千": 3}
ALIKE = {"平方米": "m2", "吨标煤": "吨标准煤", "名": "人", "位": "人", "户": "家", "人日": "人天", "工日": "人天"}
"""Units that are written in two ways; NFKC turns ㎡ and m² into m2."""

TIMES = {("公顷", "亩"): 15}
"""How many of the second unit the first is (1 公顷 = 15 亩)."""

_BEFORE = {"大约": "约", "约": "约", "将近": "近", "接近": "近", "近": "近", "超过": "超", "超": "超"}
_AFTER = ("以上", "左右")
_NATURE = ("实际", "预计", "协议", "达产后", "目标")
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?")
_STORED = re.compile(r"-?\d{1,40}(\.\d{1,40})?", re.ASCII)
_ACCOUNTED = re.compile(r"\(([\d,]*\d(?:\.\d*)?)\)")
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d*)?[eE][+-]?\d+")
_JOINED = re.compile(r"([+-]?)([\d,]+(?:\.\d+)?)(万亿|亿|千万|百万|万)([\d,]+(?:\.\d+)?)(千万|百万|万|千)(?!\d)")
"""1亿2000万: two magnitudes, the second of them said; 3万5 may be 35,000 or 30,005."""

_STOP = re.compile(r"(?<=\d)。(?=\d)")
"""A full stop where a Chinese input method writes one for a point."""

_DASHES = str.maketrans({"−": "-", "–": "-", "—": "-", "﹣": "-", "﹢": "+"})
_MAXIMUM_TEXT = 60


def plain(number: Decimal) -> str:
    """Return plain notation without trailing zeros: what is stored."""
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def significant(number: Decimal) -> int:
    """Return the count of significant digits."""
    return len(plain(abs(number)).replace(".", "").strip("0")) if number else 1


def decimals(number: Decimal) -> int:
    """Return the count of decimals that are not trailing zeros."""
    _, point, after = str(number).partition(".")
    if not point or "E" in after:
        return len(plain(number).partition(".")[2])
    return len(after.rstrip("0"))


def _magnitude(text: str) -> tuple[int, str]:
    """Split a unit into its power of ten and the rest: 万元 → (4, 元)."""
    for word, power in MAGNITUDES.items():
        if text.startswith(word):
            return power, ALIKE.get(text[len(word):], text[len(word):])
    return 0, ALIKE.get(text, text)


def _together(found: re.Match[str]) -> str:
    """Return two magnitudes as one: 1亿2000万 as 12000万; as they stand where the second is not the smaller part."""
    sign, high, larger, low, smaller = found.groups()
    first, second = (Decimal(digits.replace(",", "")).scaleb(MAGNITUDES[word])
                     for digits, word in ((high, larger), (low, smaller)))
    if second >= Decimal(10) ** MAGNITUDES[larger]:
        return found[0]
    return f"{sign}{plain((first + second).scaleb(-4))}万"


def _marked(text: str) -> tuple[str, dict[str, str]]:
    """Take nature and qualifier words off a figure's ends."""
    marks: dict[str, str] = {}
    for word in _NATURE:
        if text.startswith(word):
            text, marks["nature"] = text[len(word):], word
            break
    for word, mark in _BEFORE.items():
        if text.startswith(word):
            text, marks["qualifier"] = text[len(word):], mark
            break
    for word in _AFTER:
        if text.endswith(word):
            text, marks["qualifier"] = text[: -len(word)], word
            break
    return text, marks


class Number(FieldType):
    """A decimal with unit and scale."""

    takes_nil = True

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.unit = unicodedata.normalize("NFKC", field.unit)
        self.scale = field.scale
        self.padded = 0 if field.as_given else field.scale
        self.minimum = Decimal(field.min_) if field.min_ else None
        self.maximum = Decimal(field.max_) if field.max_ else None
        self.grouping = "" if field.unit == YEAR or self._within_years() else ","
        self.number_format = self._format(self.padded)

    def _within_years(self) -> bool:
        low, high = self.minimum, self.maximum
        return low is not None and high is not None and low >= 1900 and high <= 2200

    def _parse(self, text: str, period: str) -> Understood:  # noqa: ARG002  # the same in any period
        if any(unicodedata.decomposition(sign).startswith("<circle>") for sign in text):
            raise self._refused(text)  # ① numbers a line
        squeezed = _STOP.sub(".", "".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split()))
        bare, marks = _marked(squeezed)
        for mark, word in marks.items():
            if mark not in self.field.marks:
                raise not_understood("number.mark", word=word)
        bare, looks = self._without_looks(bare)
        if looks and bare == "-":  # what an accounting format shows for 0, and for nothing
            return Understood(None, note=said("dash"))
        if _SCIENTIFIC.fullmatch(bare):
            raise not_understood("number.scientific", text=text)
        found = _NUMBER.match(bare)
        digits = found[0] if found else ""
        if not any(c.isdigit() for c in digits) or not digits.isascii() or len(squeezed) > _MAXIMUM_TEXT:
            raise self._refused(text)
        rest = bare[len(digits):]
        if rest.startswith(","):
            raise not_understood("number.comma", text=text)
        number = Decimal(digits.replace(",", ""))
        if rest and rest != self.unit:
            power, times = self._size(rest, text)
            number = number.scaleb(power) * times
        value = self._checked(number, text)
        shown = with_qualifier(self.show(value), marks.get("qualifier", ""))
        taken = looks or (rest and rest != self.unit)
        note = said("number.taken", shown=shown, unit=self.field.unit) if taken else ""
        return Understood(value, shown, note, marks)

    def _without_looks(self, text: str) -> tuple[str, bool]:
        """Return a figure without what Excel's currency and accounting formats show, and whether they did.

        ¥1,234.50 and (500), which is -500. The sign says nothing of the unit: in a column of 万元 it stands for 万元.
        """
        bare = text.replace("¥", "", 1) if self.unit.endswith("元") else text
        bare = _ACCOUNTED.sub(r"-\1", bare) if _ACCOUNTED.fullmatch(bare) else bare
        bare = _JOINED.sub(_together, bare, count=1)
        return bare, bare != text

    def _size(self, rest: str, text: str) -> tuple[int, int]:
        """Return the power of ten, and how many times more, that turn what was typed into the field's unit."""
        if rest == f"个{self.unit}" or (rest == "%" and not self.unit):  # its row says the unit
            return 0, 1
        own, own_word = _magnitude(self.unit)
        power, word = _magnitude(rest)
        times = TIMES.get((word, own_word), 1)
        if word and word != own_word and times == 1:
            known = self.unit and (rest[0] == "%" or not rest[0].isascii())
            raise not_understood("number.unit", rest=rest, unit=self.field.unit) if known else self._refused(text)
        return power - own, times

    def _refused(self, text: str) -> NotUnderstood:
        return not_understood("number.text_required" if self.field.required else "number.text", text=text)

    def _checked(self, number: Decimal, text: str) -> Value:
        if significant(number) > DIGITS or abs(number) >= _TOO_LARGE or decimals(number) > DIGITS:
            raise not_understood("number.digits", text=text, limit=DIGITS)
        return self._normal(number, text)

    def _normal(self, number: Decimal, text: str) -> Value:  # noqa: ARG002  # whole numbers name the text
        return Decimal(plain(number))

    def _load(self, stored: Any) -> Value:  # noqa: ANN401
        if not isinstance(stored, str) or not _STORED.fullmatch(stored):
            raise self.wrong(stored)
        return Decimal(stored)

    def _store(self, value: Any) -> Any:  # noqa: ANN401
        return plain(value)

    def _show(self, value: Any) -> str:  # noqa: ANN401
        if value is None:
            return ""
        places = max(self.padded, decimals(value))
        sign = "+" if self.field.signed and value > 0 else ""
        return f"{sign}{value:{self.grouping}.{places}f}"

    def _edit(self, value: Any) -> str:  # noqa: ANN401
        return "" if value is None else plain(Decimal(value))

    def _to_cell(self, value: Any) -> tuple[object, str]:  # noqa: ANN401
        extra = decimals(Decimal(value))
        return value, self._format(extra) if extra > self.padded else self.number_format

    def _format(self, places: int) -> str:
        whole = "#,##0" if self.grouping else "0"
        body = f"{whole}." + "0" * places if places else whole
        return f"+{body}_ ;-{body}_ ;{body}_ " if self.field.signed else f"{body}_ "

    def from_cell(self, cell: object) -> Understood:
        """Understand a cell; binary noise beyond 15 digits (0.30000000000000004) falls away."""
        if isinstance(cell, bool):
            raise self._refused(str(cell).upper())
        if isinstance(cell, int | float | Decimal):
            try:
                return self.parse(plain(Decimal(f"{cell:.{DIGITS}g}")))
            except InvalidOperation:
                raise self._refused(str(cell)) from None
        return self.parse(cell_text(cell))

    def _sort_key(self, value: Any) -> tuple[float | None, str]:  # noqa: ANN401
        return float(value), ""

    def _problem(self, value: Any) -> str:  # noqa: ANN401
        unit = self.field.unit
        if self.minimum is not None and value < self.minimum:
            return said("number.low", limit=self.show(self.minimum), value=self.show(value), unit=unit)
        if self.maximum is not None and value > self.maximum:
            return said("number.high", limit=self.show(self.maximum), value=self.show(value), unit=unit)
        text = str(value)
        if len(text) > DIGITS and significant(Decimal(value)) > DIGITS:
            return said("number.digits", text=self.show(value), limit=DIGITS)
        places = decimals(Decimal(value)) if "." in text or "E" in text else 0
        return said("number.decimals", scale=self.scale, value=self.show(value)) if places > self.scale else ""


class Percent(Number):
    """A percentage: 65.2 % is 65.2."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.unit = self.unit or "%"

    def _size(self, rest: str, text: str) -> tuple[int, int]:
        return (0, 1) if rest == "%" and self.unit in ("%", "") else super()._size(rest, text)


class Whole(Number):
    """A whole number."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.scale = self.padded = 0
        self.number_format = self._format(0)

    def _normal(self, number: Decimal, text: str) -> Value:
        if number != number.to_integral_value():
            raise not_understood("number.whole", text=text)
        return int(number)

    def _store(self, value: Any) -> Any:  # noqa: ANN401
        return value

    def _load(self, stored: Any) -> Value:  # noqa: ANN401
        if isinstance(stored, bool) or not isinstance(stored, int):
            raise self.wrong(stored)
        return stored
