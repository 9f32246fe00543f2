"""Pictures, drawn once with reportlab.graphics: on paper as PDF, on screen as SVG.

Every picture reads in black and white: bars are light against dark, a radar's lines solid against dashed.
"""

import tomllib
from collections.abc import Callable
from functools import cache
from math import cos, pi, sin
from typing import Literal

from msgspec import Struct
from reportlab import rl_config
from reportlab.lib.colors import Color, HexColor

from pairing_desktop import paths
from pairing_desktop.documents.faces import FaceName, face
from pairing_desktop.documents.model import BarGroup, Bars, Funnel, Picture, Quarters, Radar

rl_config.shapeChecking = 0  # else every attribute of every shape is checked when set: half the time of a radar
from reportlab.graphics.shapes import Drawing, Line, Polygon, Rect, String  # noqa: E402  # after the setting it reads

Theme = Literal["light", "dark"]
Anchor = Literal["start", "middle", "end"]
DASHES = [2.2, 1.6]


class Ink(Struct, frozen=True):
    """The colours of a picture."""

    now: str
    before: str
    fill: str
    edge: str
    grid: str
    text: str
    hint: str
    on_now: str = "#FFFFFF"


PAPER = Ink(now="#1A477F", before="#CCCCCC", fill="#DDE4EE", edge="#555555", grid="#B8B8B8", text="#000000",
            hint="#666666")


@cache
def screen_ink(theme: Theme) -> Ink:
    """Return the palette's colours for a picture on the screen."""
    with paths.resource("palette.toml").open("rb") as file:
        colours = tomllib.load(file)[theme]
    return Ink(now=colours["chart1"], before=colours["chart3"], fill=colours["tint"], edge=colours["input"],
               grid=colours["line2"], text=colours["text"], hint=colours["text3"], on_now=colours["on_accent"])


def draw(picture: Picture, *, width: float, height: float, ink: Ink, size: float = 7.5) -> Drawing:
    """Return the picture as a reportlab drawing, ``width`` × ``height`` points, text of ``size`` points."""
    drawing = Drawing(width, height)
    pen = Pen(drawing, ink, size)
    match picture:
        case Radar():
            _radar(picture, pen, width, height)
        case Bars():
            _bars(picture, pen, width, height)
        case Funnel():
            _funnel(picture, pen, width, height)
        case Quarters():
            _quarters(picture, pen, width, height)
    return drawing


def to_svg(picture: Picture, *, width: float, height: float, theme: Theme = "light") -> str:
    """Return the picture as SVG text, ``width`` × ``height`` pixels, in the palette's colours."""
    from pairing_desktop.documents.svg import svg_text

    return svg_text(draw(picture, width=width, height=height, ink=screen_ink(theme), size=12))


class Pen:
    """Adds shapes to a drawing in the ink's colours."""

    def __init__(self, drawing: Drawing, ink: Ink, size: float) -> None:
        self.drawing = drawing
        self.ink = ink
        self.size = size

    def words(
        self, x: float, y: float, text: str, anchor: Anchor = "middle", *, colour: str = "", size: float = 0,
        name: FaceName = "sans",
    ) -> None:
        """Write ``text``, checked for glyphs, at the base line."""
        face(name).width(text)
        self.drawing.add(String(x, y, text, textAnchor=anchor, fontName=f"pairing-{name}",
                                fontSize=size or self.size, fillColor=_colour(colour or self.ink.text)))

    def line(
        self, x0: float, y0: float, x1: float, y1: float, colour: str, *, width: float = 0.4, dashed: bool = False
    ) -> None:
        """Draw a straight line."""
        shape = Line(x0, y0, x1, y1, strokeColor=_colour(colour), strokeWidth=width)
        if dashed:
            shape.strokeDashArray = DASHES
        self.drawing.add(shape)

    def bar(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """Draw a filled bar with a thin edge."""
        shape = Rect(x, y, width, height)
        shape.fillColor, shape.strokeColor, shape.strokeWidth = _colour(fill), _colour(self.ink.edge), 0.3
        self.drawing.add(shape)

    def polygon(
        self, points: list[float], colour: str, *, width: float = 0.3, fill: str = "", dashed: bool = False
    ) -> None:
        """Draw a closed line, filled or not."""
        shape = Polygon(points, strokeColor=_colour(colour), strokeWidth=width, strokeLineJoin=1)
        shape.fillColor = _colour(fill) if fill else None
        if dashed:
            shape.strokeDashArray = DASHES
        self.drawing.add(shape)


@cache
def _colour(text: str) -> Color:
    return HexColor(text)


def _radar(radar: Radar, pen: Pen, width: float, height: float) -> None:
    """Draw axes from the top clockwise, rings, then the series: first solid and filled, second dashed."""
    size, ink = pen.size, pen.ink
    count = len(radar.axes)
    legend = 2.6 * size
    radius = min((width - 9 * size) / 2, (height - legend - 4.5 * size) / 2)
    cx, cy = width / 2, legend + (height - legend) / 2
    angles = [pi / 2 - 2 * pi * n / count for n in range(count)]

    def ring(values: list[float]) -> list[float]:
        return [v for value, a in zip(values, angles, strict=True)
                for v in (cx + radius * value / radar.full * cos(a), cy + radius * value / radar.full * sin(a))]

    steps = [radar.full * n / 5 for n in range(1, 6)]
    first, *others = radar.series
    if all(v is not None for v in first.values):
        pen.polygon(ring([v or 0 for v in first.values]), ink.fill, fill=ink.fill)
    for step in steps:
        pen.polygon(ring([step] * count), ink.grid)
    for angle, name in zip(angles, radar.axes, strict=True):
        pen.line(cx, cy, cx + radius * cos(angle), cy + radius * sin(angle), ink.grid, width=0.3)
        _axis_name(pen, cx + (radius + 0.6 * size) * cos(angle), cy + (radius + 0.6 * size) * sin(angle), angle, name)
    for step in steps[1::2]:
        pen.words(cx + 0.5, cy + radius * step / radar.full - 0.3 * size, f"{step:g}", "start", colour=ink.hint,
                  size=size * 0.7)
    for series, dashed in [*((s, True) for s in others), (first, False)]:
        _series(series.values, pen, ring, dashed=dashed, centre=(cx, cy))
    _legend(radar, pen, width)


def _axis_name(pen: Pen, x: float, y: float, angle: float, name: str) -> None:
    side = cos(angle)
    anchor: Anchor = "middle" if abs(side) < 0.25 else "start" if side > 0 else "end"
    lift = 0.35 if abs(side) > 0.25 else 0.0 if sin(angle) > 0 else 0.8
    pen.words(x, y - lift * pen.size, name, anchor)


def _series(
    values: tuple[float | None, ...], pen: Pen, ring: Callable[[list[float]], list[float]], *, dashed: bool,
    centre: tuple[float, float],
) -> None:
    """Draw one series; where a score is missing the line has a gap instead of falling to zero."""
    points = ring([v or 0 for v in values])
    colour, width = (pen.ink.text, 0.6) if dashed else (pen.ink.now, 1.2)
    if all(v is not None for v in values):
        pen.polygon(points, colour, width=width, dashed=dashed)
        return
    count = len(values)
    for n in range(count):
        after = (n + 1) % count
        if values[n] is not None and values[after] is not None:
            (x0, y0), (x1, y1) = points[2 * n:2 * n + 2], points[2 * after:2 * after + 2]
            pen.line(x0, y0, x1, y1, colour, width=width, dashed=dashed)
        elif values[n] is not None and values[n - 1] is None:
            pen.line(*centre, points[2 * n], points[2 * n + 1], colour, width=width)


def _legend(radar: Radar, pen: Pen, width: float) -> None:
    size = pen.size
    step = width / (len(radar.series) + 1)
    for number, series in enumerate(radar.series):
        x = step * (number + 1) - 2.5 * size
        dashed = number > 0
        pen.line(x, 1.2 * size, x + 2.4 * size, 1.2 * size, pen.ink.text if dashed else pen.ink.now,
                 width=0.6 if dashed else 1.4, dashed=dashed)
        pen.words(x + 2.8 * size, 0.85 * size, series.name, "start")


def _bars(bars: Bars, pen: Pen, width: float, height: float) -> None:
    """Draw panels side by side, each with its own scale; a group's bars are light, then dark."""
    size = pen.size
    groups = sum(len(g) for _, g in bars.panels)
    gap = 3 * size
    unit = (width - gap * (len(bars.panels) + 1)) / max(1, groups)
    x = gap
    for caption, members in bars.panels:
        wide = unit * len(members)
        pen.words(x, height - 1.5 * size, caption, "start", colour=pen.ink.hint, size=size * 0.93)
        base, room = 3.6 * size, height - 7.4 * size
        top = max((value for group in members for _, value, _ in group.bars), default=0) or 1
        pen.line(x, base, x + wide, base, pen.ink.text, width=0.6)
        for number, group in enumerate(members):
            _group(group, pen, (x + unit * number, unit), base, room / top)
        x += wide + gap


def _group(group: BarGroup, pen: Pen, span: tuple[float, float], base: float, scale: float) -> None:
    left, wide = span
    size = pen.size
    bar = min(5.6 * size, wide / (len(group.bars) + 0.6) * 0.8)
    step = bar * 1.2
    start = left + (wide - step * len(group.bars) + 0.2 * bar) / 2
    for number, (under, value, above) in enumerate(group.bars):
        x = start + step * number
        last = number == len(group.bars) - 1
        tall = max(0.4, value * scale)
        pen.bar(x, base, bar, tall, pen.ink.now if last else pen.ink.before)
        pen.words(x + bar / 2, base + tall + 0.45 * size, above, name="medium" if last else "sans")
        pen.words(x + bar / 2, base - 1.3 * size, under, colour=pen.ink.hint, size=size * 0.93)
    pen.words(left + wide / 2, base - 2.8 * size, group.name, name="medium")


def _funnel(funnel: Funnel, pen: Pen, width: float, height: float) -> None:
    """Draw a bar a stage, as wide as its count, names left and counts right of the bars."""
    size = pen.size
    count = len(funnel.stages)
    step = height / max(1, count)
    names = max((face("sans").width(name) for name, _ in funnel.stages), default=0) * size / 1000 + 2 * size
    top = max((value for _, value in funnel.stages), default=0) or 1
    room = width - names - 4 * size
    for number, (name, value) in enumerate(funnel.stages):
        y = height - step * (number + 1)
        pen.words(names - size, y + step / 2 - 0.37 * size, name, "end")
        wide = max(0.4, room * value / top)
        pen.bar(names, y + step * 0.18, wide, step * 0.64, pen.ink.now if number == count - 1 else pen.ink.before)
        pen.words(names + wide + 0.6 * size, y + step / 2 - 0.37 * size, f"{value:g}", "start", name="medium")


def _quarters(quarters: Quarters, pen: Pen, width: float, height: float) -> None:
    """Draw a bar a quarter, the last one dark."""
    size = pen.size
    base, room = 2.2 * size, height - 5.6 * size
    pen.words(0, height - 1.2 * size, quarters.caption, "start", colour=pen.ink.hint, size=size * 0.93)
    step = width / max(1, len(quarters.bars))
    top = max((value for _, value, _ in quarters.bars if value is not None), default=0) or 1
    pen.line(0, base, width, base, pen.ink.text, width=0.6)
    for number, (name, value, printed) in enumerate(quarters.bars):
        x = step * number + step * 0.2
        pen.words(x + step * 0.3, base - 1.3 * size, name, colour=pen.ink.hint, size=size * 0.93)
        if value is None:
            pen.words(x + step * 0.3, base + 0.4 * size, "—", colour=pen.ink.hint)
            continue
        tall = max(0.4, room * max(0.0, value) / top)
        last = number == len(quarters.bars) - 1
        pen.bar(x, base, step * 0.6, tall, pen.ink.now if last else pen.ink.before)
        pen.words(x + step * 0.3, base + tall + 0.45 * size, printed, name="medium" if last else "sans")
