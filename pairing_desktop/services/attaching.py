"""Files of a record: put into the data file by digest, photos made smaller; taken out again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop.errors import system_reason, trouble
from pairing_desktop.services import attachment_kinds, attachment_limits, attachment_photos, writing
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.values import Attachment

KINDS = attachment_kinds.KINDS
PHOTO_READ = 8
"""Times the limit that a photo may have before it is made smaller; beyond this nothing is read."""


def attach(ws: Workspace, file: Path, *, travels: bool, shrink: bool = True) -> Attachment:
    """Store a file and return what the field holds. Photos are made smaller, unless told otherwise.

    Trouble: cannot be read, changed while it was read, empty, no document or not what its name says, locked by a
    password, too large. Nothing is stored then.
    """
    suffix, limits = file.suffix.lower(), attachment_limits.of(ws)
    if suffix:
        attachment_kinds.refuse_kind(attachment_kinds.fit(file.name))
    most = limits.file_mb * attachment_limits.MEGA
    try:
        before = file.stat()
        if before.st_size > (most * PHOTO_READ if suffix in attachment_kinds.PHOTOS else most):
            raise _too_large(file.name, before.st_size, limits.file_mb)
        data = file.read_bytes()
        after = file.stat()
    except OSError as error:
        raise trouble("store.attachment_unreadable", file=file.name) from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(data) != after.st_size:
        raise trouble("store.attachment_changed", file=file.name)
    return attach_bytes(ws, data, file.name, travels=travels, shrink=shrink)


def attach_bytes(ws: Workspace, data: bytes, name: str, *, travels: bool, shrink: bool = True) -> Attachment:
    """Store content that has no file, as a picture from the clipboard; otherwise as ``attach``."""
    from pairing_desktop.formspec.values import Attachment
    from pairing_desktop.store import attachments

    ws.writable()
    limits = attachment_limits.of(ws)
    judged = attachment_kinds.judge(name, data)
    if shrink:
        data = attachment_photos.smaller(data, judged.name, limits.photo_px)
    if len(data) > limits.file_mb * attachment_limits.MEGA:
        raise _too_large(judged.name, len(data), limits.file_mb)
    with ws.store.begin() as tx:
        digest = attachments.add(tx, data, name=judged.name, at=ws.clock())
    return Attachment(digest, judged.name, len(data), travels, judged.pages)


def shrunk(ws: Workspace, held: Attachment) -> Attachment:
    """Store an attached photo smaller and return what the field holds then; the larger one stays, for undoing.

    Trouble: it is no photo, or small enough.
    """
    data = content(ws, held)
    most = attachment_limits.of(ws).photo_px
    small = attachment_photos.smaller(data, held.name, most)
    if small is data or len(small) >= len(data):
        raise trouble("services.attachment_small", file=held.name, most=most)
    return attach_bytes(ws, small, held.name, travels=held.travels, shrink=False)


def _too_large(name: str, size: int, most: int) -> Exception:
    return trouble("services.attachment_large", file=name, size=f"{size / attachment_limits.MEGA:.1f}", most=most)


def newest(folder: Path, most: int = 10) -> list[Path]:
    """Return the files of a folder that can be attached, newest first: what the scanner has just left there."""
    try:
        found = [(file.stat().st_mtime, file) for file in folder.iterdir()
                 if file.suffix.lower() in KINDS and file.is_file()]
    except OSError as error:
        raise trouble("services.cannot_read_folder", folder=folder, why=system_reason(error)) from error
    return [file for _, file in sorted(found, reverse=True)[:most]]


def content(ws: Workspace, held: Attachment) -> bytes:
    """Return an attachment's content."""
    from pairing_desktop.store import attachments

    with ws.store.reading() as conn:
        return attachments.content(conn, held.sha256)


def looked_at(ws: Workspace, held: Attachment) -> bytes:
    """Return what is shown of an attachment: a PDF as it is, a picture no larger than a screen, else nothing."""
    data = content(ws, held)
    return data if data.startswith(b"%PDF") else attachment_photos.shown(data)


def is_photo(held: Attachment) -> bool:
    """Return whether a file may be made smaller."""
    return Path(held.name).suffix.lower() in attachment_kinds.PHOTOS


def extract(ws: Workspace, held: Attachment, to: Path) -> Path:
    """Write an attachment to a file of its own; the target is replaced only by the whole content.

    Trouble: it is what cannot be had again, it cannot be written.
    """
    from pairing_desktop.store import attachments

    writing.must_spare(to)
    temporary = to.with_name(f".{to.name}.part")
    try:
        with ws.store.reading() as conn, temporary.open("wb") as out:
            for chunk in attachments.read(conn, held.sha256):
                out.write(chunk)
        temporary.replace(to)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise trouble("services.cannot_write", folder=to.parent, why=system_reason(error)) from error
    return to
