"""What measuring hands to paging and drawing: a document as a pile of horizontal strips. Lengths are points.

A strip never breaks over pages. Boxes lie inside a strip, measured from its top left; strips of one ``Frame`` that
stand on one page make one framed table.
"""

from typing import TypeAlias

import msgspec

from pairing_desktop.documents.faces import FaceName
from pairing_desktop.documents.model import Align, Drawing

MM = 72 / 25.4
LEADING = 1.32
INNER, UNDER_HEAD, OUTER = 0.45, 0.8, 1.1

Segment: TypeAlias = tuple[float, float]


class Box(msgspec.Struct, gc=False):
    """Lines of text in a rectangle, or only its fill."""

    x: float
    width: float
    lines: tuple[str, ...]
    size: float
    face: FaceName = "sans"
    align: Align = "left"
    fill: bool = False
    ink: str = "black"
    top: float = 0.0
    height: float = 0.0
    """0 takes the strip's."""
    pad: float = 0.0
    indent: float = 0.0
    leading: float = LEADING
    at_top: bool = False
    """Lines begin at the top instead of standing in the middle."""
    spacing: float = 0.0
    """Points between characters."""
    path: str = ""
    text: str = ""


class Place(msgspec.Struct, frozen=True, gc=False):
    """Room for a digital signature inside a strip."""

    role: str
    label: str
    x: float
    width: float


class Frame(msgspec.Struct):  # collected: its head's strips name it again
    """A table's outline: sides are open under a statistical head; ``head`` strips repeat."""

    x: float
    width: float
    open_sides: bool = False
    head: tuple["Strip", ...] = ()


class Strip(msgspec.Struct):
    """One horizontal band."""

    height: float
    boxes: tuple[Box, ...] = ()
    keep: bool = False
    """The next strip stands on the same page."""
    section: bool = False
    """A good place to begin a page."""
    opens: bool = False
    """A fair place to begin a page: a block of its own starts here, nothing is torn."""
    gap: bool = False
    """Left out at the top of a page."""
    frame: Frame | None = None
    edges: tuple[float, ...] = ()
    """Inner vertical rules."""
    rules: tuple[Segment, ...] = ()
    """Rule under the strip, in segments."""
    is_head: bool = False
    tail: bool = False
    """Stamp rooms and signature places: never on a page without data."""
    drawing: tuple[Drawing, float, float, float] | None = None
    """(drawing, x, width, height) hanging from the strip's top."""
    places: tuple[Place, ...] = ()
    grow: float = 0.0
    """How much higher it may be where its page has room."""
