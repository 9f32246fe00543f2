"""Threads take short turns while work goes on beside other work, and no longer."""

import sys

import pytest

from pairing_desktop import turns


def test_an_inner_short_leaves_the_outer_one_standing() -> None:
    before = sys.getswitchinterval()
    with turns.short():
        short = sys.getswitchinterval()
        assert short < before
        with turns.short():
            assert sys.getswitchinterval() == short
        assert sys.getswitchinterval() == short
    assert sys.getswitchinterval() == before


def test_a_shorter_one_decides_whether_it_stands_without_or_within() -> None:
    with turns.short(2 * turns.SHORT):
        longer = sys.getswitchinterval()
        with turns.short():
            assert sys.getswitchinterval() < longer
        assert sys.getswitchinterval() == pytest.approx(longer, rel=0.01)  # whole microseconds
    with turns.short(), turns.short(2 * turns.SHORT):
        assert sys.getswitchinterval() < longer


def _fail() -> None:
    with turns.short():
        raise LookupError


def test_short_turns_end_with_an_error() -> None:
    before = sys.getswitchinterval()
    with pytest.raises(LookupError):
        _fail()
    assert sys.getswitchinterval() == before
