"""Photos made smaller: a telephone's picture is ten times what print or screen can show."""

from __future__ import annotations

import io
from pathlib import PurePath

from pairing_desktop.services.attachment_kinds import PHOTOS

QUALITY = 88
SCREEN = 1800
"""Pixels: as much as the window that shows a picture has, at 200 %."""


def smaller(data: bytes, name: str, most: int) -> bytes:
    """Return a photo of at most ``most`` pixels a side; what is no photo, or small enough, comes back as it is."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    kind = PHOTOS.get(PurePath(name).suffix.lower())
    if kind is None:
        return data
    try:
        with Image.open(io.BytesIO(data)) as photo:
            if max(photo.size) <= most:
                return data
            photo.draft(None, (most, most))  # a JPEG is unpacked at a part of its size
            photo.thumbnail((2 * most, 2 * most))
            upright = ImageOps.exif_transpose(photo)
            upright.thumbnail((most, most))
            out = io.BytesIO()
            upright.save(out, kind, quality=QUALITY)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return data
    return out.getvalue()


def shown(data: bytes) -> bytes:
    """Return a picture as a PNG no larger than a screen, whatever its kind; nothing when it is none."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as photo:
            photo.draft(None, (SCREEN, SCREEN))
            photo.thumbnail((SCREEN, SCREEN))
            out = io.BytesIO()
            ImageOps.exif_transpose(photo).convert("RGB").save(out, "PNG", compress_level=1)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return b""
    return out.getvalue()
