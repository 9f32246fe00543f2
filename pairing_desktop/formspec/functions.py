"""The functions an expression may call, over values.

Blank in, blank out, and 无 counts as 0 where a figure is wanted, unless the docstring says otherwise.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

from msgspec import Struct

from pairing_desktop.formspec.fieldtypes import codes
from pairing_desktop.formspec.kinds import Base
from pairing_desktop.formspec.values import NIL

CONTEXT = Context(prec=50, rounding=ROUND_HALF_UP)
"""Arithmetic of expressions: exact for sums and products of 15-digit figures, half up."""

Number = int | Decimal
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(?:(?:0\d{2,3}|\(0\d{2,3}\))-?)?[2-9]\d{6,7}(?:(?:-|转)\d{1,6})?")
_APART = re.compile(r"[、,，;；/\s]+")


def flat(values: tuple[Any, ...]) -> Iterator[Any]:
    """Yield single values out of figures and columns of figures."""
    for value in values:
        if isinstance(value, tuple):
            yield from value
        else:
            yield value


def is_number(value: object) -> bool:
    """Tell whether a value is a figure (True and False are none)."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def number(value: Any) -> Any:  # noqa: ANN401
    """Return a figure, 0 for 无, None for anything else."""
    return 0 if value is NIL else value if is_number(value) else None


def total(*values: Any) -> Number | None:  # noqa: ANN401
    """Add figures and columns; 无 counts as 0, blanks are left out, nothing but blanks is blank."""
    given = [0 if value is NIL else value for value in flat(values) if value is not None]
    return sum(given) if given else None


def count(values: Any) -> int | None:  # noqa: ANN401
    """Count what is neither blank nor 无 in a column, rows of a table, records, chosen codes; a blank choice is 0."""
    if values is None:
        return None
    return sum(1 for value in values if value is not None and value is not NIL)


def distinct(values: Any) -> Any:  # noqa: ANN401
    """Return a column without blanks, 无 and repetitions."""
    return None if values is None else tuple(dict.fromkeys(v for v in values if v is not None and v is not NIL))


def smallest(*values: Any) -> Any:  # noqa: ANN401
    """Return the smallest of what is given."""
    return min((0 if v is NIL else v for v in flat(values) if v is not None), default=None)


def largest(*values: Any) -> Any:  # noqa: ANN401
    """Return the largest of what is given."""
    return max((0 if v is NIL else v for v in flat(values) if v is not None), default=None)


def rounded(value: Any, places: Any = 0) -> Decimal | None:  # noqa: ANN401
    """Round half up."""
    value, places = number(value), number(places)
    if value is None or places is None:
        return None
    try:
        return Decimal(value).quantize(Decimal(1).scaleb(-int(places)), rounding=ROUND_HALF_UP, context=CONTEXT)
    except InvalidOperation:
        return None


def absolute(value: Any) -> Number | None:  # noqa: ANN401
    """Return the size of a figure."""
    found = number(value)
    return None if found is None else abs(found)


def growth(now: Any, base: Any) -> Decimal | None:  # noqa: ANN401
    """Return growth in percent, (now − base) ÷ base × 100; there is none on a base of 0 or less."""
    now, base = number(now), number(base)
    if now is None or base is None or base <= 0:
        return None
    return Decimal((Decimal(now) - base) / base * 100)


def joined(left: Any, right: Any) -> str | None:  # noqa: ANN401
    """Put two texts together."""
    return left + right if isinstance(left, str) and isinstance(right, str) else None


def blank(value: Any) -> bool:  # noqa: ANN401
    """Tell whether nothing was entered; 0 and 无 are something."""
    return value is None or value == ()


def given(value: Any) -> bool:  # noqa: ANN401
    """Tell whether something was entered; 0 and 无 are something."""
    return not blank(value)


def year(day: Any) -> int | None:  # noqa: ANN401
    """Return a date's year."""
    return day.year if isinstance(day, date) else None


def month(day: Any) -> int | None:  # noqa: ANN401
    """Return a date's month."""
    return day.month if isinstance(day, date) else None


def days(first: Any, last: Any) -> int | None:  # noqa: ANN401
    """Return the days from the first date to the last."""
    return (last - first).days if isinstance(first, date) and isinstance(last, date) else None


def is_phone(text: Any) -> bool | None:  # noqa: ANN401
    """Tell whether every number is a mobile or a landline, several parted by 、; full-width digits count."""
    if not isinstance(text, str):
        return None
    parts = [part for part in _APART.split(unicodedata.normalize("NFKC", text).strip()) if part]
    return all(_MOBILE.fullmatch(part) or _LANDLINE.fullmatch(part) for part in parts)


def organisation_code(code: Any) -> bool | None:  # noqa: ANN401
    """Tell whether positions 9–17 of a valid credit code check (GB 11714); None for anything else."""
    if not isinstance(code, str) or codes.credit_code_problem(code):
        return None
    return codes.organisation_code_valid(code)


def class_code(text: Any) -> bool | None:  # noqa: ANN401
    """Tell whether a text is four digits, as an industry class is."""
    return bool(re.fullmatch(r"[0-9]{4}", text)) if isinstance(text, str) else None


def digits(text: Any) -> str | None:  # noqa: ANN401
    """Return the digits of a text: C20 → 20."""
    return "".join(c for c in text if c in "0123456789") if isinstance(text, str) else None


def starts(text: Any, beginning: Any) -> bool | None:  # noqa: ANN401
    """Tell whether a text starts with another."""
    return text.startswith(beginning) if isinstance(text, str) and isinstance(beginning, str) else None


def matches(text: Any, pattern: Any) -> bool | None:  # noqa: ANN401
    """Tell whether the whole text fits a pattern (a constant, tried when the form loads)."""
    return bool(re.fullmatch(pattern, text)) if isinstance(text, str) and isinstance(pattern, str) else None


def length(text: Any) -> int | None:  # noqa: ANN401
    """Return the count of characters."""
    return len(text) if isinstance(text, str) else None


class Spec(Struct, frozen=True):
    """How a function is called: kinds of its arguments, of its result ("same": of its first), how it is explained."""

    call: Callable[..., Any]
    takes: tuple[Base, ...]
    gives: Base | str
    least: int = 1
    repeats: bool = False
    column: bool = False
    """Whether an argument may be a whole column."""
    text: str = ""


FUNCTIONS: Mapping[str, Spec] = {
    "sum": Spec(total, ("number",), "number", repeats=True, column=True, text="求和；无按 0 计，空白不计，全空为空"),
    "count": Spec(count, ("unknown",), "number", column=True, text="个数；空白和无不计"),
    "distinct": Spec(distinct, ("unknown",), "same", column=True, text="去掉重复、空白和无"),
    "min": Spec(smallest, ("unknown",), "same", repeats=True, column=True, text="最小的一个；无按 0 计，空白不计"),
    "max": Spec(largest, ("unknown",), "same", repeats=True, column=True, text="最大的一个；无按 0 计，空白不计"),
    "round": Spec(rounded, ("number", "number"), "number", text="四舍五入到几位小数"),
    "abs": Spec(absolute, ("number",), "number", text="绝对值"),
    "growth": Spec(growth, ("number", "number"), "number", least=2,
                   text="增幅（%）：growth(本期, 基期)；基期为 0 或负数时为空"),
    "blank": Spec(blank, ("unknown",), "flag", column=True, text="没有填（0 和无都算填了）"),
    "given": Spec(given, ("unknown",), "flag", column=True, text="填了（0 和无都算填了）"),
    "year": Spec(year, ("date",), "number", text="日期的年份"),
    "month": Spec(month, ("date",), "number", text="日期的月份"),
    "days": Spec(days, ("date", "date"), "number", least=2, text="从前一日期到后一日期的天数"),
    "is_phone": Spec(is_phone, ("text",), "flag", text="像电话号码（手机，或区号加座机；多个用顿号分开）"),
    "organisation_code": Spec(organisation_code, ("text",), "flag", text="信用代码第 9 至 17 位的校验位相符"),
    "class_code": Spec(class_code, ("text",), "flag", text="四位数字的行业小类代码"),
    "digits": Spec(digits, ("text",), "text", text="文字里的数字：C20 得 20"),
    "starts": Spec(starts, ("text", "text"), "flag", least=2, text="前者以后者开头"),
    "match": Spec(matches, ("text", "text"), "flag", least=2, text="整段文字符合正则式"),
    "length": Spec(length, ("text",), "number", text="字数"),
}
SPECIAL: Mapping[str, str] = {
    "rank": "单选项在选项中的位置，从 1 起",
    "previous": "上一报告期同一张表的这一项",
    "year_ago": "上年同期同一张表的这一项",
    "this_quarter": "本年累计减上季本年累计；一季度即本年累计",
    "rows": "表格中满足条件的行：rows(表格, 列=值).列；几个值中的一个：列=(值, 值)",
    "records": '另一种表中满足条件的记录：records("表", 字段=值).字段',
}
