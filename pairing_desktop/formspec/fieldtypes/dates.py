"""Dates and quarters, as clerks write them."""

import calendar
import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Any

from pairing_desktop.formspec import period as periods
from pairing_desktop.formspec.fieldtypes.interface import FieldType, cell_text, folded, not_understood, said
from pairing_desktop.formspec.values import Understood, Value

FIRST_YEAR, LAST_YEAR = 1949, 2099
CELL_FORMAT = 'yyyy"年"m"月"d"日"'

EXCEL_ZERO, SERIALS = date(1899, 12, 30), range(36526, 73051)
"""Excel's numbers of the days of this century: what a column of dates without a date format shows."""

_SERIAL = re.compile(r"\d{5}", re.ASCII)
_FULL = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?")
_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SHORT_YEAR = re.compile(r"(\d{2})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?")
_NO_YEAR = re.compile(r"(\d{1,2})(?:月|[-/.])(\d{1,2})日?")
_NO_DAY = re.compile(r"\d{4}(?:年|[-/.])\d{1,2}月?")
_NUMBER = "[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九]"
_IN_WORDS = re.compile(rf"(?:([〇○零一二三四五六七八九]{{4}})年)?({_NUMBER})月(?:({_NUMBER})[日号])?")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_STORED = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_WITHIN = re.compile(r"(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d-])", re.ASCII)
_POINTS = str.maketrans({"。": ".", "、": "."})
"""What a Chinese input method writes for a point."""

_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_QUARTER = re.compile(r"(?:(\d{4})年?)?[-/.]?(?:q|第)?([1-4一二三四])(?:季度|季)?")
_QUARTER_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4}


def _year_of(period: str) -> int | None:
    return int(period[:4]) if periods.is_period(period) else None


def printed(text: str) -> str:
    """Return words with each day in them as paper has it: 2024-06-20 becomes 2024年6月20日."""
    return _WITHIN.sub(lambda found: f"{found[1]}年{int(found[2])}月{int(found[3])}日", text)


def in_figures(text: str) -> str:
    """Return a day in Chinese words in figures: 二〇二四年三月五日 is 2024年3月5日; any other text unchanged."""
    found = _IN_WORDS.fullmatch(text)
    if found is None:
        return text
    year, month, day = found.groups()
    first, last = f"{year.translate(_DIGITS)}年" if year else "", f"{_number(day)}日" if day else ""
    return f"{first}{_number(month)}月{last}"


def _number(words: str) -> int:
    tens, ten, ones = words.rpartition("十")
    return (int(tens.translate(_DIGITS) or 1) * 10 if ten else 0) + int(ones.translate(_DIGITS) or 0)


class Date(FieldType):
    """A day."""

    number_format = CELL_FORMAT

    def _parse(self, text: str, period: str) -> Understood:
        plain = _TIME.sub("", unicodedata.normalize("NFKC", text).strip())
        squeezed = in_figures("".join(plain.split()).translate(_POINTS))
        found = _FULL.fullmatch(squeezed) or _SOLID.fullmatch(squeezed)
        if found:
            return self._day(int(found[1]), int(found[2]), int(found[3]), exact=True)
        if _SERIAL.fullmatch(squeezed) and int(squeezed) in SERIALS:
            day = EXCEL_ZERO + timedelta(days=int(squeezed))
            return self._day(day.year, day.month, day.day)
        found = _SHORT_YEAR.fullmatch(squeezed)
        if found:
            return self._day(2000 + int(found[1]), int(found[2]), int(found[3]))
        found = _NO_YEAR.fullmatch(squeezed)
        if found:
            year = _year_of(period)
            if year is None:
                raise not_understood("date.year", text=text)
            return self._day(year, int(found[1]), int(found[2]))
        raise not_understood("date.day" if _NO_DAY.fullmatch(squeezed) else "date.text", text=text)

    def _day(self, year: int, month: int, day: int, *, exact: bool = False) -> Understood:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise not_understood("date.range", year=year, first=FIRST_YEAR, last=LAST_YEAR)
        if not 1 <= month <= 12:
            raise not_understood("date.no_month", month=month)
        if not 1 <= day <= calendar.monthrange(year, month)[1]:
            raise not_understood("date.no_day", year=year, month=month, day=day)
        value = date(year, month, day)
        return Understood(value, self.show(value), "" if exact else said("taken", shown=self.print(value)))

    def _load(self, stored: Any) -> Value:  # noqa: ANN401
        found = _STORED.fullmatch(stored) if isinstance(stored, str) else None
        if found is None:
            raise self.wrong(stored)
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            raise self.wrong(stored) from None

    def _store(self, value: Any) -> Any:  # noqa: ANN401
        return value.isoformat()

    def _show(self, value: Any) -> str:  # noqa: ANN401
        return "" if value is None else str(value.isoformat())

    def _print(self, value: Any) -> str:  # noqa: ANN401
        return "" if value is None else f"{value.year}年{value.month}月{value.day}日"

    def _to_cell(self, value: Any) -> tuple[object, str]:  # noqa: ANN401
        return value, CELL_FORMAT

    def from_cell(self, cell: object) -> Understood:
        """Understand a cell: a true date (its time of day falls away) or text."""
        if isinstance(cell, datetime):
            return self.parse(cell.date().isoformat())
        return self.parse(cell_text(cell))

    def _sort_key(self, value: Any) -> tuple[float | None, str]:  # noqa: ANN401
        return float(value.toordinal()), ""


class QuarterType(FieldType):
    """A quarter, held as its stored form "2024Q2"."""

    def _parse(self, text: str, period: str) -> Understood:
        squeezed = folded(text)
        found = _QUARTER.fullmatch(squeezed)
        if not found or squeezed.isdigit():
            raise not_understood("quarter.text", text=text)
        year = int(found[1]) if found[1] else _year_of(period)
        if year is None:
            raise not_understood("quarter.year", text=text)
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise not_understood("date.range", year=year, first=FIRST_YEAR, last=LAST_YEAR)
        value = str(periods.Quarter(year, _QUARTER_DIGITS.get(found[2]) or int(found[2])))
        return Understood(value, self.show(value), "" if found[1] else said("taken", shown=self.show(value)))

    def _load(self, stored: Any) -> Value:  # noqa: ANN401
        if not isinstance(stored, str) or not periods.is_quarter(stored):
            raise self.wrong(stored)
        return stored

    def _show(self, value: Any) -> str:  # noqa: ANN401
        return periods.title(value) if value else ""

    def _sort_key(self, value: Any) -> tuple[float | None, str]:  # noqa: ANN401
        quarter = periods.Quarter.parse(value)
        return float(quarter.year * 4 + quarter.number), ""
