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
MOST_PIXELS = 2000
"""The longer side of a photo: readable in print, small enough to send."""

PHOTOS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG"}


def attach(ws: Workspace, file: Path, *, travels: bool, shrink: bool = True) -> Attachment:
    """Store a file and return what the field holds. Photos over 2,000 px are made smaller, unless told otherwise.

    Trouble: cannot be read, empty, larger than 20 MB.
    """
    from pairing_desktop.formspec.values import Attachment
    from pairing_desktop.store import attachments

    ws.writable()
    try:
        data = file.read_bytes()
    except OSError as error:
        raise trouble("store.attachment_unreadable", file=file.name) from error
    if shrink and file.suffix.lower() in PHOTOS:
        data = _smaller(data, PHOTOS[file.suffix.lower()])
    if not data:
        raise trouble("services.attachment_empty", file=file.name)
    if len(data) > MOST_BYTES:
        raise trouble("services.attachment_large", file=file.name, size=f"{len(data) / 2**20:.0f}")
    with ws.store.begin() as tx:
        digest = attachments.add(tx, data, name=file.name, at=ws.clock())
    return Attachment(digest, file.name, len(data), travels)


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
