"""A reportlab drawing as SVG that Qt and browsers show alike (reportlab's own writer flips the text's axis)."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Drawing, Line, Polygon, Rect, Shape, String
from reportlab.lib.colors import Color

WEIGHTS = {"pairing-sans": "400", "pairing-medium": "500", "pairing-serif": "700"}


def svg_text(drawing: Drawing) -> str:
    """Return the drawing as SVG, its origin upper left. Raises TypeError for a shape that our charts don't use."""
    width, height = float(drawing.width), float(drawing.height)
    body = "\n".join(_element(shape, height) for shape in _shapes(drawing))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" font-family="Noto Sans SC">\n{body}\n</svg>\n'
    )


def _shapes(drawing: Drawing) -> Iterator[Shape]:
    yield from drawing.contents


def _element(shape: Shape, height: float) -> str:
    match shape:
        case Line():
            return (f'<line x1="{shape.x1:.2f}" y1="{height - shape.y1:.2f}" x2="{shape.x2:.2f}" '
                    f'y2="{height - shape.y2:.2f}" {_stroke(shape)}/>')
        case Rect():
            return (f'<rect x="{shape.x:.2f}" y="{height - shape.y - shape.height:.2f}" width="{shape.width:.2f}" '
                    f'height="{shape.height:.2f}" {_fill(shape)} {_stroke(shape)}/>')
        case Polygon():
            pairs = zip(shape.points[::2], shape.points[1::2], strict=True)
            points = " ".join(f"{x:.2f},{height - y:.2f}" for x, y in pairs)
            return f'<polygon points="{points}" {_fill(shape)} {_stroke(shape)}/>'
        case String():
            return (f'<text x="{shape.x:.2f}" y="{height - shape.y:.2f}" font-size="{shape.fontSize:g}" '
                    f'font-weight="{WEIGHTS[shape.fontName]}" text-anchor="{shape.textAnchor}" {_fill(shape)}>'
                    f'{escape(shape.text)}</text>')
        case _:
            raise TypeError(f"no SVG for {type(shape).__name__}")


def _hex(colour: Color | None) -> str:
    return "none" if colour is None else f"#{colour.hexval()[2:].upper()}"


def _fill(shape: Rect | Polygon | String) -> str:
    return f'fill="{_hex(shape.fillColor)}"'


def _stroke(shape: Line | Rect | Polygon) -> str:
    dashes = getattr(shape, "strokeDashArray", None)
    extra = f' stroke-dasharray="{" ".join(f"{d:g}" for d in dashes)}"' if dashes else ""
    return f'stroke="{_hex(shape.strokeColor)}" stroke-width="{shape.strokeWidth:g}"{extra}'
