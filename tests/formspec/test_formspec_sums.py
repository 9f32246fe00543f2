"""What a sum comes to that is typed into a figure's field, and what is none."""

import pytest

from pairing_desktop.formspec import sums


@pytest.mark.parametrize(("typed", "comes_to"), [
    ("=1+2", "3"), ("＝１．５＋２", "3.5"), ("= 0.1 + 0.2", "0.3"), ("=68+26.5*2", "121"), ("=(1200-300)/2", "450"),
    ("=1,200+3", "1203"), ("=-5+2", "-3"), ("=3×4÷2", "6"), ("=10/3", "3.33333333333333"), ("=12.50", "12.5"),
])
def test_a_sum(typed: str, comes_to: str) -> None:
    assert sums.result(typed) == comes_to


@pytest.mark.parametrize("typed", [
    "", "=", "1+2", "=1+", "=A1+2", "=1/0", "=2**9", "=7//2", "=SUM(1)", "=1,2", "=1e9", "=007", "3-5", "=()",
    "=" + "1+" * 60 + "1", "=__import__", "=1 2", "=" + "(" * 50,
])
def test_no_sum(typed: str) -> None:
    assert sums.result(typed) == ""
