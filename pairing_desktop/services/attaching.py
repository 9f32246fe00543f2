"""Files of a record: put into the data file by digest, photos made smaller; taken out again."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop.errors import system_reason, trouble
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.values import Attachment

MOST_BYTES = 20 * 1024 * 1024
MOST_READ = 8 * MOST_BYTES
"""A photo may be larger than what is stored, for it is made smaller; beyond this nothing is read."""

MOST_PIXELS = 2000
"""The longer side of a photo: readable in print, small enough to send."""

PHOTOS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG"}
KINDS = (*PHOTOS, ".bmp", ".tif", ".tiff", ".pdf", ".ofd", ".doc", ".docx", ".wps", ".xls", ".xlsx", ".et", ".ppt",
         ".pptx", ".dps", ".txt", ".csv", ".zip")
"""What an office sends; a program or a script is no attachment."""


def attach(ws: Workspace, file: Path, *, travels: bool, shrink: bool = True) -> Attachment:
    """Store a file and return what the field holds. Photos over 2,000 px are made smaller, unless told otherwise.

    Trouble: cannot be read, empty, of a kind that is no document, larger than 20 MB.
    """
    if file.suffix.lower() not in KINDS:
        raise trouble("services.attachment_kind", file=file.name)
    try:
        if file.stat().st_size > MOST_READ:
            raise _too_large(file.name, file.stat().st_size)
        data = file.read_bytes()
    except OSError as error:
        raise trouble("store.attachment_unreadable", file=file.name) from error
    return attach_bytes(ws, data, file.name, travels=travels, shrink=shrink)


def attach_bytes(ws: Workspace, data: bytes, name: str, *, travels: bool, shrink: bool = True) -> Attachment:
    """Store content that has no file, as a picture from the clipboard; otherwise as ``attach``."""
    from pairing_desktop.formspec.values import Attachment
    from pairing_desktop.store import attachments

    ws.writable()
    kind = PHOTOS.get(Path(name).suffix.lower())
    if shrink and kind:
        data = _smaller(data, kind)
    if not data:
        raise trouble("services.attachment_empty", file=name)
    if len(data) > MOST_BYTES:
        raise _too_large(name, len(data))
    with ws.store.begin() as tx:
        digest = attachments.add(tx, data, name=name, at=ws.clock())
    return Attachment(digest, name, len(data), travels)


def _too_large(name: str, size: int) -> Exception:
    return trouble("services.attachment_large", file=name, size=f"{size / 2**20:.0f}")


def newest(folder: Path, most: int = 10) -> list[Path]:
    """Return the files of a folder that can be attached, newest first: what the scanner has just left there."""
    try:
        found = [(file.stat().st_mtime, file) for file in folder.iterdir()
                 if file.suffix.lower() in KINDS and file.is_file()]
    except OSError as error:
        raise trouble("services.cannot_read_folder", folder=folder, why=system_reason(error)) from error
    return [file for _, file in sorted(found, reverse=True)[:most]]


def content(ws: Workspace, held: Attachment) -> bytes:
    """Return an attachment's content, to look at."""
    from pairing_desktop.store import attachments

    with ws.store.reading() as conn:
        return attachments.content(conn, held.sha256)


def _smaller(data: bytes, kind: str) -> bytes:
    """Return a photo of at most 2,000 px a side; what is no photo, or small enough, comes back as it is."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as photo:
            if max(photo.size) <= MOST_PIXELS:
                return data
            upright = ImageOps.exif_transpose(photo)
            upright.thumbnail((MOST_PIXELS, MOST_PIXELS))
            out = io.BytesIO()
            upright.save(out, kind, quality=88)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return data
    return out.getvalue()


def extract(ws: Workspace, held: Attachment, to: Path) -> Path:
    """Write an attachment to a file of its own; the target is replaced only by the whole content."""
    from pairing_desktop.store import attachments

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
