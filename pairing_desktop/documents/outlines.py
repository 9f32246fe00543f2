"""Words drawn as outlines: seen, but not in the text layer, where a watermark would stand among the values.

A TrueType outline is quadratic with implied points between two control points (Apple's TrueType manual, chapter 1);
PDF knows cubic curves only.
"""

from itertools import accumulate
from struct import unpack_from
from typing import TypeAlias

from pairing_desktop.documents.faces import FaceName, face

Point: TypeAlias = tuple[float, float, bool]
"""x, y, whether it lies on the curve."""
ON_CURVE, SHORT_X, SHORT_Y, REPEAT, SAME_X, SAME_Y = 1, 2, 4, 8, 16, 32


def outline(text: str, name: FaceName) -> tuple[list[str], float]:
    """Return path operators of ``text`` in thousandths of an em from the origin, and its width."""
    own = face(name)
    own.width(text)
    lines: list[str] = []
    x = 0.0
    for character in text:
        for contour in _contours(name, own.face.charToGlyph[ord(character)]):
            lines += _curve([(a + x, b, on) for a, b, on in contour])
        x += own.widths[character]
    return lines, x


def _contours(name: FaceName, glyph: int) -> list[list[Point]]:
    """Return a simple glyph's contours; a composed or empty one has none (no Chinese character is composed)."""
    font = face(name).face
    start, end = font.glyphPos[glyph], font.glyphPos[glyph + 1]
    data: bytes = font.get_table("glyf")[start:end]  # type: ignore[no-untyped-call]  # the stub has no types
    count = unpack_from(">h", data)[0] if data else 0
    if count <= 0:
        return []
    ends = unpack_from(f">{count}H", data, 10)
    at = 10 + 2 * count
    at += 2 + unpack_from(">H", data, at)[0]
    flags, at = _flags(data, at, ends[-1] + 1)
    xs, at = _coordinates(data, at, flags, SHORT_X, SAME_X)
    ys, _ = _coordinates(data, at, flags, SHORT_Y, SAME_Y)
    points = [(float(x), float(y), bool(f & ON_CURVE)) for x, y, f in zip(xs, ys, flags, strict=True)]
    firsts = (0, *(e + 1 for e in ends[:-1]))
    return [points[a:b + 1] for a, b in zip(firsts, ends, strict=True)]


def _flags(data: bytes, at: int, count: int) -> tuple[list[int], int]:
    flags: list[int] = []
    while len(flags) < count:
        flag = data[at]
        at += 1
        again = 0
        if flag & REPEAT:
            again = data[at]
            at += 1
        flags += [flag] * (again + 1)
    return flags, at


def _coordinates(data: bytes, at: int, flags: list[int], short: int, same: int) -> tuple[list[int], int]:
    steps: list[int] = []
    for flag in flags:
        if flag & short:
            steps.append(data[at] if flag & same else -data[at])
            at += 1
        elif flag & same:
            steps.append(0)
        else:
            steps.append(unpack_from(">h", data, at)[0])
            at += 2
    return list(accumulate(steps)), at


def _curve(points: list[Point]) -> list[str]:
    """Return one closed contour as cubic path operators."""
    whole: list[Point] = []
    for (x0, y0, on0), (x1, y1, on1) in zip(points, [*points[1:], points[0]], strict=True):
        whole.append((x0, y0, on0))
        if not on0 and not on1:
            whole.append(((x0 + x1) / 2, (y0 + y1) / 2, True))
    first = next(n for n, p in enumerate(whole) if p[2])
    whole = [*whole[first:], *whole[:first], whole[first]]
    lines = [f"{whole[0][0]:.1f} {whole[0][1]:.1f} m"]
    x, y = whole[0][:2]
    control: tuple[float, float] | None = None
    for px, py, on in whole[1:]:
        if not on:
            control = (px, py)
        elif control is None:
            lines.append(f"{px:.1f} {py:.1f} l")
        else:
            cx, cy = control
            ax, ay = x + (cx - x) * 2 / 3, y + (cy - y) * 2 / 3
            bx, by = px + (cx - px) * 2 / 3, py + (cy - py) * 2 / 3
            lines.append(f"{ax:.1f} {ay:.1f} {bx:.1f} {by:.1f} {px:.1f} {py:.1f} c")
            control = None
        if on:
            x, y = px, py
    return [*lines, "h"]
