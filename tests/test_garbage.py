"""The collector is steered in one place, and a check leaves it nothing to do."""

import gc

import pytest

from pairing_desktop import garbage


def test_an_inner_young_only_leaves_the_outer_one_standing() -> None:
    before = gc.get_threshold()
    with garbage.young_only():
        with garbage.young_only():
            assert gc.get_threshold()[2] == garbage.NEVER
        assert gc.get_threshold()[2] == garbage.NEVER
    assert gc.get_threshold() == before


def _fail() -> None:
    with garbage.young_only():
        raise LookupError


def test_young_only_ends_with_an_error() -> None:
    before = gc.get_threshold()
    with pytest.raises(LookupError):
        _fail()
    assert gc.get_threshold() == before


def test_young_only_keeps_a_collector_that_is_off_off() -> None:
    gc.disable()
    try:
        with garbage.young_only():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_none_collects_nothing_until_its_end() -> None:
    assert gc.isenabled()
    with garbage.none():
        with garbage.none():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_none_leaves_the_collector_to_young_only() -> None:
    with garbage.young_only(), garbage.none():
        assert gc.isenabled()
    with garbage.none(), garbage.young_only():
        assert not gc.isenabled()
    assert gc.isenabled()


def _fail_within_none() -> None:
    with garbage.none():
        raise LookupError


def test_none_ends_with_an_error() -> None:
    with pytest.raises(LookupError):
        _fail_within_none()
    assert gc.isenabled()


def _fail_with(*held: garbage.Emptied) -> None:
    with garbage.let_go_apart(held):
        raise LookupError


def test_what_is_large_is_let_go_of_whatever_happens() -> None:
    held = [1], {2: 3}, {4}
    with pytest.raises(LookupError):
        _fail_with(*held)
    assert not any(held)
