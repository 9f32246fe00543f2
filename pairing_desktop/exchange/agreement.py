"""Whether workbook and PDF say what the data says: what both readings are compared with, and how a difference is told.

The caller lays the data out (the forms tell how) and hands over what each place must show; nothing here knows a form.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Protocol

from msgspec import Struct

from pairing_desktop.errors import Problem, problem

TEXT, QUALIFIER = "@", "#qualifier"
"""Excel's format of text, and what follows the path of a figure whose qualifier has a cell of its own."""
MOST = 20
"""Differences told by name; what is wrong with the first tells of the rest."""


class Shown(Protocol):
    """What places of one value show: a laid out cell."""

    @property
    def text(self) -> str:
        """As printed."""

    @property
    def value(self) -> object:
        """What a workbook holds; None: the text."""

    @property
    def number_format(self) -> str:
        """Excel's format of the value; blank for text."""

    @property
    def qualifier(self) -> str:
        """约 近 超 以上: part of the text, or in a workbook a cell of its own."""


class Named(Struct, frozen=True):
    """A value's place in words."""

    form: str
    record: str
    field: str


class Paths(dict[str, str]):
    """``<form>/<record key>/<field path>`` by the short path of a place, found once. ``ValueError`` for none."""

    def __init__(self, records: Sequence[str]) -> None:
        super().__init__()
        self._records = {str(number): f"{record}/" for number, record in enumerate(records)}

    def __missing__(self, short: str) -> str:
        """Find a path and keep it."""
        self.learn((short,))
        return self[short]

    def learn(self, places: Iterable[str]) -> None:
        """Find the paths of many places at once, in a fraction of the time."""
        records = self._records
        try:
            self.update({short: records[number] + rest for short in places if short not in self
                         for number, _, rest in (short.partition("/"),)})
        except KeyError as error:
            raise ValueError("no such record") from error


class Wanted(Struct, frozen=True, dict=True):
    """What the data wants to be shown: by path, and how paths are called. A value may stand in several places."""

    by_path: Mapping[str, Shown]
    others: Mapping[str, tuple[Shown, ...]]
    """Further ways of showing a value, where there are any: with its unit, as boxes to tick."""
    name: Callable[[str], Named]

    def in_workbook(self, paths: Iterable[str]) -> list[tuple[object, str]]:
        """Return the first way of values as a spreadsheet reader gives them, each with its number format.

        A cell that holds nothing has no format to be looked at. None, which no cell holds: the data has no such value.
        """
        ways, held = self.by_path, self._held
        return [self._qualifier(path) if (way := ways.get(path)) is None else held[id(way)] for path in paths]

    def printed(self, paths: Iterable[str]) -> list[str]:
        """Return the first way of those values that the data has, as printed, without white space."""
        printed = self._printed
        return [printed[id(way)] for way in map(self.by_path.get, paths) if way is not None]

    @cached_property
    def _held(self) -> dict[int, tuple[object, str]]:
        """What ``in_workbook`` returns, by first ways: values that look alike share one."""
        return {number: in_cell(way) for number, way in self._firsts.items()}

    @cached_property
    def _printed(self) -> dict[int, str]:
        return {number: squeezed(way.text) for number, way in self._firsts.items()}

    @cached_property
    def _firsts(self) -> dict[int, Shown]:
        return {id(way): way for way in self.by_path.values()}

    def _qualifier(self, path: str) -> tuple[object, str]:
        """Return what stands in the cell of its own that a figure's qualifier has."""
        way = self.by_path.get(path.removesuffix(QUALIFIER))
        if way is None:
            return None, ""
        held = beside(way)
        return held, TEXT if held else ""

    @cached_property
    def _tables(self) -> dict[tuple[str, ...], "Paths"]:
        return {}

    def paths(self, records: Sequence[str]) -> "Paths":
        """Return the whole paths of places' short ones; PDF and workbook of one packet name the same records."""
        return self._tables.setdefault(tuple(records), Paths(records))

    def ways(self, path: str) -> tuple[Shown, ...]:
        """Return all ways in which a value may be shown."""
        first = self.by_path.get(path)
        return (first, *self.others.get(path, ())) if first is not None else ()

    def differs(self, code: str, path: str, *, shown: str, wanted: str) -> Problem:
        """Return the problem of one value that is shown otherwise."""
        named = self.name(path)
        return problem(f"agreement.{code}", form=named.form, record=named.record, field=named.field,
                       shown=cut(shown) or "（空白）", wanted=cut(wanted) or "（空白）")


def in_cell(way: Shown) -> tuple[object, str]:
    """Return a value as a spreadsheet reader gives it, and its number format; blank where the cell holds nothing."""
    held = way.text if way.value is None else float(way.value) if isinstance(way.value, Decimal) else way.value
    return held, (way.number_format or TEXT) if held != "" else ""


def beside(way: Shown) -> str:
    """Return what the cell of its own holds that a figure's qualifier has; a dash, where the figure has none."""
    return way.qualifier or ("" if way.value is None else "—")


def squeezed(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())


def cut(text: str) -> str:
    """Return a text short enough for a sentence."""
    return text if len(text) <= 40 else text[:39] + "…"


def capped(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the first problems, and how many more there are."""
    found = list(problems)
    if len(found) <= MOST:
        return tuple(found)
    return (*found[:MOST], problem("agreement.more", count=len(found) - MOST))


def same(held: object, wanted: object) -> bool:
    """Tell whether a spreadsheet reader's value is this one; a spreadsheet keeps numbers as binary fractions."""
    if isinstance(wanted, bool):
        return held == ("是" if wanted else "否")
    if isinstance(wanted, int | Decimal):
        return isinstance(held, int | float) and not isinstance(held, bool) and held == float(wanted)
    if isinstance(wanted, date):
        return held == wanted or (isinstance(held, int | float) and held == (wanted - date(1899, 12, 30)).days)
    return held == wanted or (wanted in ("", None) and held == "")


def spoken(held: object) -> str:
    """Return a reader's value as it is told."""
    if isinstance(held, float) and held.is_integer():
        return str(int(held))
    return str(held)
