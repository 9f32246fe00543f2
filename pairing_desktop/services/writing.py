"""Writing several files that belong together: all of them appear, or none and what stood there before stays.

What cannot be had again is never written over: what the same act reads, and data files, keys, certificates, packets and
signed PDFs or workbooks of any name.
Only who lets such a file grow (signs, adds a certificate, finalises anew) says so by its name in ``grows``.
"""

from __future__ import annotations

import contextlib
import os
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from pairing_desktop.errors import system_reason, trouble

KINDS = {".pairing": "数据文件", ".pairkey": "密钥文件", ".p12": "密钥文件", ".pfx": "密钥文件",
         ".cer": "证书", ".asice": "报送包或会签件", ".p7m": "加密的报送包"}
"""What cannot be had again, by its ending; ``_kind`` knows it by its content too."""
_START = 128


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


def must_spare(to: Path, *, read: Iterable[Path | None] = (), endings: Collection[str] = ()) -> None:
    """Raise Trouble where a file would be written over what cannot be had again, or what the same act reads (``read``).

    ``endings`` are those that the file may have; without them it may have any.
    """
    if endings and to.suffix.lower() not in endings:
        raise trouble("services.out_ending", file=to.name, endings="、".join(endings))
    if not to.is_file():
        return
    if any(each is not None and each.exists() and to.samefile(each) for each in read):
        raise trouble("services.out_is_read", file=to.name)
    if kind := _kind(to):
        raise trouble("services.out_is_kept", file=to.name, kind=kind)


def _kind(path: Path) -> str:
    """Return what a file is that cannot be had again, "" for one that can: by its ending, then by its content."""
    ending = path.suffix.lower()
    if ending not in KINDS:
        try:
            with path.open("rb") as file:
                ending = _ending(file.read(_START))
        except OSError:
            return ""  # writing will tell
    return KINDS.get(ending, "") or signed(path)


def signed(path: Path) -> str:
    """Return what a PDF or workbook is that bears a signature, "" for any other file."""
    try:
        with path.open("rb") as file:
            if file.read(4) == b"%PDF":
                return "已签名的 PDF" if b"/ByteRange" in file.read() else ""
        with zipfile.ZipFile(path) as parts:
            inside = any(name.startswith("_xmlsignatures/") for name in parts.namelist())
            return "已签名的 Excel 工作簿" if inside else ""
    except (zipfile.BadZipFile, OSError, ValueError):
        return ""


def _ending(start: bytes) -> str:
    """Return what a file of ours would be called by its first bytes, "" for any other."""
    marks = ((b"SQLite format 3\0", ".pairing"), (b"PAIRING-KEY/", ".pairkey"),
             (b"-----BEGIN CERTIFICATE-----", ".cer"))  # a bundle begins otherwise and can be written again
    found = next((ending for mark, ending in marks if start.startswith(mark)), "")
    if start.startswith(b"PK") and b"mimetypeapplication/vnd.etsi.asic" in start:
        return ".asice"
    if not start.startswith(b"\x30"):  # a sequence, as ASN.1 begins
        return found
    from pairing_desktop.signing import encryption, keys

    return ".p7m" if encryption.is_encrypted(start) else ".p12" if keys.is_p12(start) else ""


@contextmanager
def together(folder: Path, files: Mapping[str, bytes], *, grows: Collection[str] = (),
             kept: Mapping[str, str] | None = None) -> Iterator[tuple[Path, ...]]:
    """Write the files beside their places first, put them in place, and take all back if the block then fails.

    ``grows`` are those that may take the place of what cannot be had again: who calls has seen that nothing is lost.
    ``kept``: what stood in their place and stays, by the name that it then has.
    Yields the final paths. Trouble: ``services.cannot_write``, ``services.out_is_open``, as ``must_spare``.
    """
    for name, content in files.items():
        if name not in grows and not _is_already(folder / name, content):
            must_spare(folder / name)
    temporary = {name: folder / f".{name}.new" for name in files}
    kept = kept or {}
    aside = {name: folder / kept.get(name, f".{name}.old") for name in files}
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
    else:
        _remove(path for name, path in aside.items() if name not in kept)
    finally:
        _remove(temporary.values())


def _is_already(path: Path, content: bytes) -> bool:
    """Tell whether a file holds just what is to be written."""
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def write(path: Path, content: bytes, *, read: Iterable[Path | None] = (), endings: Collection[str] = (),
          grows: bool = False) -> Path:
    """Write one file in the same way, sparing what ``must_spare`` does."""
    if read or endings:
        must_spare(path, read=read, endings=endings)
    with together(path.parent, {path.name: content}, grows=(path.name,) if grows else ()):
        return path


def free(path: Path) -> Path:
    """Return a path to propose where nothing stands yet: the one asked for, or with the first number behind it."""
    names = (path.with_name(f"{path.stem} {number}{path.suffix}") for number in count(2))
    return path if not path.exists() else next(name for name in names if not name.exists())


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


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink()


def _settle(folder: Path) -> None:
    """Make the names durable too, where the system has a way."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
