"""Imports what will be needed, on a thread of its own, so that a window does not wait for it later."""

from __future__ import annotations

import threading
from importlib.util import find_spec
from pathlib import Path

NAME = "ahead"
PIECE = 1 << 20


def opening() -> None:
    """Import what opening a data file takes, while Qt in its own code makes and paints the window."""
    threading.Thread(target=_opening, daemon=True, name=NAME).start()


def writing() -> None:
    """Import SQLAlchemy (as much as all else together) and the pinyin dictionaries before the first key needs them."""
    threading.Thread(target=_writing, daemon=True, name=NAME).start()


def verdict() -> None:
    """Import what a verdict's page takes: cryptography's library takes longer than building the page."""
    threading.Thread(target=_verdict, daemon=True, name=NAME).start()


def through() -> None:
    """Wait for them: of two threads that import the same circle of modules at once, one finds a module half made."""
    for thread in threading.enumerate():
        if thread.name == NAME:
            thread.join()


def _opening() -> None:
    import pairing_desktop.formspec.catalogue
    import pairing_desktop.formspec.fieldtypes
    import pairing_desktop.services.listing
    import pairing_desktop.services.workspace
    import pairing_desktop.store.drafts
    import pairing_desktop.store.engine
    import pairing_desktop.store.index
    import pairing_desktop.store.records  # noqa: F401


def _writing() -> None:
    """Ask for SQLAlchemy itself first: a module inside it would be looked for while another thread is half through."""
    import sqlalchemy
    import sqlalchemy.dialects.sqlite  # noqa: F401

    from pairing_desktop.formspec.pinyin import sort_text

    sort_text("县")


def _verdict() -> None:
    _have_read("cryptography.hazmat.bindings._rust")
    import pairing_desktop.services.trusting
    import pairing_desktop.services.verdict_several
    import pairing_desktop.services.verdict_told
    import pairing_desktop.services.verdict_words  # noqa: F401


def _have_read(library: str) -> None:
    """Have the system read a library: loading it keeps the interpreter meanwhile, for long from a slow disk."""
    spec = find_spec(library)
    if spec is not None and spec.origin is not None and Path(spec.origin).is_file():
        with Path(spec.origin).open("rb") as file:
            while file.read(PIECE):
                pass
