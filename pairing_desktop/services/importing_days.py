"""Days, months and years as counties' sheets write them: Excel's numbers, 3.10 kept as 3.1, two days in one cell."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from pairing_desktop import errors
from pairing_desktop.formspec.fieldtypes.dates import EXCEL_ZERO, in_figures
from pairing_desktop.formspec.fieldtypes.interface import cell_text as text_of
from pairing_desktop.formspec.fieldtypes.interface import half_width

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Field

_SERIALS = range(17899, 73051)
"""Excel's numbers of the days from 1949 to 2099."""
_MONTH = re.compile(r"(\d{4})(?:年|[-/.．])(\d{1,2})(月?)([初底末]?)")
_YEAR_PART = re.compile(r"(\d{4})年?年?([初底末])")
_ENDS = re.compile("完成|结束|截止|到期|验收")
"""In the label of a field that asks for a last day."""
_YEAR_FIRST = re.compile(r"((?:19|20)\d\d)(?:[-/.．]\d{1,2}(?:[-/.．]\d{1,2})?|年\d{1,2}月(?:\d{1,2}日)?|年度)")
_YEAR_IN_WORDS = re.compile(r"((?:19|20)\d\d)年(?:度)?")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_UNTIL = ("至", "到", "~", "—", "–")
"""Stand between two days; so does -, unless it stands within them."""
_DAY_AS_FIGURE = re.compile(r"(\d{1,2})\.([123])")
_SHORTENED = re.compile(r"\d{1,2}\.[123]|\d{4}\.1")
"""What 3.10 and 2024.10 are as figures."""
_MONTH_ALONE = re.compile(r"\d{1,2}月[初底末]?")
_MONTH_FIRST = re.compile(r"\d{1,2}(?:月\d{1,2}日?|[./]\d{1,2})")
_DAY = re.compile(r"(?:19|20)\d\d(?:[年./]\d{1,2}[月./]\d{1,2}日?|年\d{1,2}月|-\d{1,2}-\d{1,2})")
_LATER = re.compile(r"(?:(?:(?:19|20)\d\d[年./-])?\d{1,2}[月./-])?\d{1,2}日?|(?:(?:19|20)\d\d年)?\d{1,2}月")


def day(cell: object) -> str:
    """Return a cell of a day as text: a true date, one of Excel's numbers, or what is written."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and int(cell) in _SERIALS:
        return (EXCEL_ZERO + timedelta(days=int(cell))).isoformat()
    return text_of(cell)


def as_shown(cell: object) -> object:
    """Return a figure that may have been typed for a day with the two decimals that its cell shows: 3.10 for 3.1."""
    return f"{cell:.2f}" if isinstance(cell, float) and _SHORTENED.fullmatch(text_of(cell)) else cell


def require_one_day(cell: float, year: str) -> None:
    """Refuse the figure 3.1 for a day: it may have been typed 3.10, and a cell eats the nought."""
    from pairing_desktop.formspec.values import NotUnderstood

    found = _DAY_AS_FIGURE.fullmatch(text_of(cell))
    month, first = (int(found[1]), int(found[2])) if found else (0, 0)
    if 1 <= month <= 12 and first * 10 <= calendar.monthrange(int(year), month)[1]:
        told = errors.problem("importing.day_as_figure", text=text_of(cell), month=month, first=first, later=first * 10)
        raise NotUnderstood(told.message)


def both(text: str, year: str) -> tuple[str, str] | None:
    """Return both days, or months, of 2023年5月6日—8日; None for any other text, and where the second is no later.

    ``year``: in which 5月6日—8日 are.
    """
    squeezed = half_width(text)
    first, mark, second = next((parts for sign in _UNTIL if (parts := squeezed.partition(sign))[1]), (squeezed, "", ""))
    if not mark:
        first, mark, second = squeezed.partition("-")
    first = f"{year}{'年' if '月' in first else '.'}{first}" if _MONTH_FIRST.fullmatch(first) else first
    left, right = _DAY.fullmatch(first), _LATER.fullmatch(second)
    if not mark or left is None or right is None:
        return None
    begun, said = re.findall(r"\d+", first), re.findall(r"\d+", second)
    if second.endswith("月") != first.endswith("月"):
        return None
    ended = begun[:len(begun) - len(said)] + said
    ways = [[int(n) for n in one] for one in (begun, ended)]
    if ways[1] <= ways[0]:
        return None
    texts = ["-".join(one) if len(one) == 3 else f"{one[0]}年{one[1]}月" for one in (begun, ended)]
    return texts[0], texts[1]


def year(cell: object) -> str:
    """Return the year of a day, a month or 二〇二三年 where a year is asked for; "" for anything else."""
    if isinstance(cell, date):
        return str(cell.year)
    text = "".join(cell.split()) if isinstance(cell, str) else ""
    digits = text.translate(_DIGITS)
    found = _YEAR_FIRST.fullmatch(text) or (_YEAR_IN_WORDS.fullmatch(digits) if digits != text else None)
    return found[1] if found else ""


def month(known: Field, cell: object, year: str) -> str:
    """Return the day that a month stands for: an end's last day, else its first; "" for anything but a month or 年底.

    ``year``: in which 5月 is.
    The number 2023.1 may be January or October (a cell eats the nought): only text tells these apart.
    """
    text = in_figures("".join(text_of(cell).split()))
    if part := _YEAR_PART.fullmatch(text):
        return f"{part[1]}-01-01" if part[2] == "初" else f"{part[1]}-12-31"
    found = _MONTH.fullmatch(f"{year}年{text}" if _MONTH_ALONE.fullmatch(text) else text)
    if not found or not 1 <= int(found[2]) <= 12 or (isinstance(cell, float) and found[2] == "1"):
        return ""
    own, month = int(found[1]), int(found[2])
    last = found[4] in ("底", "末") or (not found[4] and _ENDS.search(known.plain_label))
    return date(own, month, calendar.monthrange(own, month)[1] if last else 1).isoformat()
