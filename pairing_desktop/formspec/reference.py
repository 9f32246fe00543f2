"""Reference data: counties, known pairs, industry divisions, heads (``db/reference/*.csv``), read when asked."""

import csv
from functools import cache

from msgspec import Struct

from pairing_desktop import paths


class County(Struct, frozen=True):
    """A county; ``mountain26``: one of the 26 mountain counties; ``left_list``: when it left that list, "" if not."""

    code: str
    name: str
    city: str
    mountain26: bool
    left_list: str


class Industry(Struct, frozen=True):
    """A division of GB/T 4754-2017: letter and two digits."""

    code: str
    name: str


def _rows(name: str) -> list[dict[str, str]]:
    with paths.reference(name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def counties() -> tuple[County, ...]:
    """Return all counties in the file's order."""
    return tuple(
        County(row["code"], row["name"], row["city"], row["mountain26"] == "1", row["left_list"])
        for row in _rows("counties.csv")
    )


@cache
def _county_by_code() -> dict[str, County]:
    return {county.code: county for county in counties()}


def county(code: str) -> County | None:
    """Return a county by its six-digit code, None if there is none."""
    return _county_by_code().get(code)


@cache
def _pairs() -> tuple[tuple[str, str], ...]:
    return tuple((row["industrial"], row["mountain"]) for row in _rows("pairs.csv"))


def partners(code: str) -> tuple[str, ...]:
    """Return the counties that are known to be paired with one: to be offered first, never taken for granted."""
    return tuple(pair[0] if pair[1] == code else pair[1] for pair in _pairs() if code in pair)


@cache
def industries() -> tuple[Industry, ...]:
    """Return the industry divisions in the file's order."""
    return tuple(Industry(row["code"], row["name"]) for row in _rows("industries.csv"))


@cache
def _industry_by_code() -> dict[str, Industry]:
    return {industry.code: industry for industry in industries()}


def industry(code: str) -> Industry | None:
    """Return an industry division by code, None if there is none."""
    return _industry_by_code().get(code)


@cache
def heads() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return (label, heads): what counties' own tables call a field, where letters alone do not tell."""
    return tuple((row["label"], tuple(row["heads"].split("、"))) for row in _rows("heads.csv"))


class HeadPart(Struct, frozen=True):
    """Words of a head's lower line that mean a field under any upper one; ``also``: (label, typed text) beside it."""

    label: str
    words: tuple[str, ...]
    also: tuple[tuple[str, str], ...]


@cache
def head_parts() -> tuple[HeadPart, ...]:
    """Return what the lower line of a head of two lines means: 止 below 诊断时间 is 结束日期."""
    return tuple(HeadPart(row["label"], tuple(row["words"].split("、")),
                          tuple((a, b) for a, _, b in (one.partition("=") for one in row["also"].split("、") if one)))
                 for row in _rows("head_parts.csv") if row["label"])


@cache
def head_parts_alone() -> frozenset[str]:
    """Return words of a lower line that say nothing without the upper one: 姓名."""
    return frozenset(word for row in _rows("head_parts.csv") if not row["label"] for word in row["words"].split("、"))
