"""Imports what will be needed, on a thread of its own, so that a window does not wait for it later."""

from __future__ import annotations

import threading

NAME = "ahead"


def opening() -> None:
    """Import what opening a data file takes, while Qt in its own code makes and paints the window."""
    threading.Thread(target=_opening, daemon=True, name=NAME).start()


def writing() -> None:
    """Import SQLAlchemy (as much as all else together) and the pinyin dictionaries before the first key needs them."""
    threading.Thread(target=_writing, daemon=True, name=NAME).start()


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
