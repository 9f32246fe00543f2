"""A reportlab drawing as raw operators on a page; reportlab's own renderer sets Helvetica first and is far slower."""

from reportlab.graphics.shapes import Drawing, Line, Polygon, Rect, Shape, String
from reportlab.lib.colors import Color

from pairing_desktop.documents.drawing import PageCanvas
from pairing_desktop.documents.faces import FaceName, face

NAMES: dict[str, FaceName] = {"pairing-sans": "sans", "pairing-medium": "medium", "pairing-serif": "serif"}


def picture_operators(drawing: Drawing, canvas: PageCanvas, x: float, y: float) -> list[str]:
    """Return operators that draw ``drawing`` with its lower left corner at (x, y) points."""
    lines = [f"q 1 0 0 1 {x:.2f} {y:.2f} cm 1 j"]
    for shape in drawing.contents:
        lines += _operators(shape, canvas)
    return [*lines, "Q"]


def texts_of(drawing: Drawing) -> list[str]:
    """Return the words of a drawing in the order that they are drawn in."""
    return [shape.text for shape in drawing.contents if isinstance(shape, String)]


def _operators(shape: Shape, canvas: PageCanvas) -> list[str]:
    match shape:
        case Line():
            return [_stroke(shape), f"{shape.x1:.2f} {shape.y1:.2f} m {shape.x2:.2f} {shape.y2:.2f} l S"]
        case Rect():
            path = f"{shape.x:.2f} {shape.y:.2f} {shape.width:.2f} {shape.height:.2f} re B"
            return [_stroke(shape), _ink(shape.fillColor, "rg"), path]
        case Polygon():
            points = [f"{a:.2f} {b:.2f}" for a, b in zip(shape.points[::2], shape.points[1::2], strict=True)]
            path = f"{points[0]} m " + " ".join(f"{p} l" for p in points[1:])
            if shape.fillColor is None:
                return [_stroke(shape), f"{path} s"]
            return [_stroke(shape), _ink(shape.fillColor, "rg"), f"{path} b"]
        case String():
            return [_text(shape, canvas)]
        case _:
            raise TypeError(f"no operators for {type(shape).__name__}")


def _text(shape: String, canvas: PageCanvas) -> str:
    name = NAMES[shape.fontName]
    wide = face(name).width(shape.text) * shape.fontSize / 1000
    x = shape.x - {"start": 0.0, "middle": wide / 2, "end": wide}[shape.textAnchor]
    codes = "".join([canvas.codes[name][c] for c in shape.text])
    font = f"{canvas.fonts[name]} {shape.fontSize:g} Tf {_ink(shape.fillColor, 'rg')}"
    return f"BT {font} 1 0 0 1 {x:.2f} {shape.y:.2f} Tm <{codes}> Tj ET"


def _stroke(shape: Line | Rect | Polygon) -> str:
    dashes = getattr(shape, "strokeDashArray", None) or ()
    return f"{_ink(shape.strokeColor, 'RG')} {shape.strokeWidth:g} w [{' '.join(f'{d:g}' for d in dashes)}] 0 d"


def _ink(colour: Color | None, operator: str) -> str:
    if colour is None:
        raise ValueError("every shape of our charts has a colour")
    return f"{colour.red:.3g} {colour.green:.3g} {colour.blue:.3g} {operator}"
