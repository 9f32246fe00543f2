"""Writing several files that belong together: all of them appear, or none and what stood there before stays."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pairing_desktop.errors import system_reason, trouble


def must_have_room(folder: Path) -> None:
    """Raise Trouble unless a folder is there, or could be made in one that is there."""
    if not folder.is_dir() and (folder.exists() or not folder.parent.is_dir()):
        raise trouble("services.no_folder", folder=folder if folder.exists() else folder.parent)


@contextmanager
def room(folder: Path) -> Iterator[None]:
    """Make a folder that is not there yet, in one that is; take it back if the block then fails."""
    must_have_room(folder)
    new = not folder.exists()
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise trouble("services.cannot_write", folder=folder, why=system_reason(error)) from error
    try:
        yield
    except BaseException:
        if new:
            with contextlib.suppress(OSError):  # others may have put something in
                folder.rmdir()
        raise


@contextmanager
def together(folder: Path, files: Mapping[str, bytes]) -> Iterator[tuple[Path, ...]]:
    """Write the files beside their places first, put them in place, and take all back if the block then fails.

    Yields the final paths. Trouble: ``services.cannot_write``, ``services.out_is_open``.
    """
    temporary = {name: folder / f".{name}.new" for name in files}
    aside = {name: folder / f".{name}.old" for name in files}
    placed: list[str] = []
    try:
        try:
            for name, content in files.items():
                _write(temporary[name], content)
        except OSError as error:
            raise trouble("services.cannot_write", folder=folder, why=system_reason(error)) from error
        for name in files:
            _place(folder / name, temporary[name], aside[name])
            placed.append(name)
        _settle(folder)
        yield tuple(folder / name for name in files)
    except BaseException:
        for name in reversed(placed):
            _take_back(folder / name, aside[name])
        raise
    finally:
        for path in (*temporary.values(), *aside.values()):
            with contextlib.suppress(OSError):
                path.unlink()


def write(path: Path, content: bytes) -> Path:
    """Write one file in the same way."""
    with together(path.parent, {path.name: content}):
        return path


def named(path: Path) -> str:
    """Return a whole path as text to be kept; in a terminal that is not UTF-8 Python's own has bytes in disguise."""
    return os.fsencode(path.resolve()).decode("utf-8", "replace")


def place(text: str) -> Path:
    """Return the path that ``named`` gave as text."""
    return Path(os.fsdecode(text.encode()))


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _place(path: Path, new: Path, aside: Path) -> None:
    if path.is_dir():
        raise trouble("services.cannot_write", folder=path.parent, why=f"那里有名为 {path.name} 的文件夹")
    try:
        if path.exists():
            path.replace(aside)
        new.replace(path)
    except OSError as error:
        if aside.exists() and not path.exists():
            aside.replace(path)
        if isinstance(error, PermissionError):
            raise trouble("services.out_is_open", file=path.name) from error
        raise trouble("services.cannot_write", folder=path.parent, why=system_reason(error)) from error


def _take_back(path: Path, aside: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
    with contextlib.suppress(OSError):
        aside.replace(path)


def _settle(folder: Path) -> None:
    """Make the names durable too, where the system has a way."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
