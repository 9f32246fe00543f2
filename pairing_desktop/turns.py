"""How long one thread keeps the interpreter while others wait for it: the one place of the program that says so."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

SHORT = 0.0002
"""Seconds of a turn. Painting a list asks for the interpreter at every row, reading a PDF several times a page; by
Python's own measure each would wait 25 times as long."""


@contextmanager
def short(seconds: float = SHORT) -> Iterator[None]:
    """Let threads take short turns meanwhile; within a shorter ``short`` the outer one decides."""
    interval = sys.getswitchinterval()
    if interval <= seconds:
        yield
        return
    sys.setswitchinterval(seconds)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
