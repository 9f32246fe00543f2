"""Digests are those of RFC 8785, whatever text comes."""

from hashlib import sha256
from string import ascii_lowercase

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from pairing_desktop.store import digests

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NUMBER = st.integers(-(2**53) + 1, 2**53 - 1)
NAME = st.text(ascii_lowercase + "_", min_size=1, max_size=9)
PINS = st.lists(st.lists(TEXT | NUMBER, min_size=2, max_size=2))


VALUE = st.recursive(TEXT | NUMBER | st.booleans() | st.none(), lambda of: st.lists(of) | st.dictionaries(NAME, of),
                     max_leaves=25)


@given(st.dictionaries(NAME, VALUE))
def test_payloads_are_written_as_canonical_json(payload: dict[str, object]) -> None:
    assert digests.canonical(payload) == rfc8785.dumps(payload)


@given(st.dictionaries(NAME, TEXT | NUMBER | PINS))
def test_members_are_hashed_as_canonical_json(members: dict[str, str | int]) -> None:
    assert digests.of_members(**members) == sha256(rfc8785.dumps(members)).hexdigest()
