"""Report periods: quarters ("2024Q2") and years ("2024")."""

import re
from datetime import date, timedelta

from msgspec import Struct

_QUARTER = re.compile(r"(\d{4})Q([1-4])")
_YEAR = re.compile(r"\d{4}")
_WORDS = "一二三四"


class Quarter(Struct, frozen=True, order=True):
    """A calendar quarter; ``str()`` is the stored form."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 9998 and 1 <= self.number <= 4):
            raise ValueError(f"no quarter {self.year}Q{self.number}")

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """Return the quarter of its stored form; anything else is a ``ValueError``."""
        found = _QUARTER.fullmatch(text)
        if not found:
            raise ValueError(f"not a quarter: {text!r}")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """Return the quarter a day lies in."""
        return cls(day.year, (day.month + 2) // 3)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def title(self) -> str:
        """Return 2024年二季度."""
        return f"{self.year}年{_WORDS[self.number - 1]}季度"

    @property
    def start(self) -> date:
        """Return the first day."""
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def end(self) -> date:
        """Return the last day."""
        return self.next.start - timedelta(days=1)

    @property
    def previous(self) -> "Quarter":
        """Return the quarter before."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    @property
    def next(self) -> "Quarter":
        """Return the quarter after."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def year_ago(self) -> "Quarter":
        """Return the same quarter of the year before."""
        return Quarter(self.year - 1, self.number)


def is_quarter(text: str) -> bool:
    """Tell whether the text is a quarter in stored form."""
    return bool(_QUARTER.fullmatch(text))


def is_period(text: str) -> bool:
    """Tell whether the text is a quarter or a year in stored form."""
    return bool(_QUARTER.fullmatch(text) or _YEAR.fullmatch(text))


def title(period: str) -> str:
    """Return 2024年二季度 or 2024年度; text that is no period comes back unchanged."""
    if is_quarter(period):
        return Quarter.parse(period).title
    return f"{period}年度" if _YEAR.fullmatch(period) else period


def bounds(period: str) -> tuple[date, date] | None:
    """Return first and last day of a quarter or year, or None for text that is no period."""
    if is_quarter(period):
        quarter = Quarter.parse(period)
        return quarter.start, quarter.end
    if _YEAR.fullmatch(period) and int(period):
        return date(int(period), 1, 1), date(int(period), 12, 31)
    return None


def previous(period: str) -> str:
    """Return the stored form of the period before; "" for none."""
    if is_quarter(period):
        return str(Quarter.parse(period).previous)
    return f"{int(period) - 1:04d}" if _YEAR.fullmatch(period) else ""


def year_ago(period: str) -> str:
    """Return the stored form of the same period a year earlier; "" for none."""
    return str(Quarter.parse(period).year_ago) if is_quarter(period) else previous(period)
