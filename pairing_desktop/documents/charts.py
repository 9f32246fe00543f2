"""Pictures, drawn once with reportlab.graphics: on paper as PDF, on screen as SVG."""

from typing import Literal

from pairing_desktop.documents.model import Picture


def to_svg(picture: Picture, *, width: float, height: float, theme: Literal["light", "dark"] = "light") -> str:
    """Return the picture as SVG text, ``width`` × ``height`` pixels, in the palette's colours."""
    raise NotImplementedError
