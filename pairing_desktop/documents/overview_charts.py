"""The overview's pictures: stages as bars, before and after as a line between two dots, investment by quarter.

Drawn with reportlab.graphics like every other picture, so that the screen (SVG) and a page could show the same one.
"""

import tomllib
from collections.abc import Sequence
from functools import cache
from math import ceil, cos, log10, pi, sin

from msgspec import Struct
from reportlab.graphics.shapes import Drawing, Line, Polygon, Rect
from reportlab.lib.colors import HexColor

from pairing_desktop import paths
from pairing_desktop.documents.charts import Pen, Theme, screen_ink
from pairing_desktop.documents.faces import FaceName, face
from pairing_desktop.documents.svg import svg_text

SMALL = 12.0
NORMAL = 13.0
DOT = 4.5
STAGE, MEASURED, GIVEN = 42.0, 42.0, 28.0
"""Heights of a stage, of an indicator measured before and after, of one given as growth."""

NAMES = 0.44
"""What of the width the names of firms and indicators may take."""

Area = tuple[float, float, float, float]
"""Where something stands in a picture: x, y from the top, width, height."""


class Change(Struct, frozen=True):
    """One indicator of a firm. ``before`` and ``after`` are None when the firm gave growth only."""

    firm: str
    name: str
    improvement: str
    before: float | None = None
    after: float | None = None
    before_text: str = ""
    after_text: str = ""
    percent: bool = False
    growth: float = 0.0


class Spent(Struct, frozen=True):
    """A quarter's investment in two parts; ``quarter`` is 2024Q2."""

    quarter: str
    first: float
    second: float
    total_text: str


@cache
def _palette(theme: Theme) -> dict[str, str]:
    with paths.resource("palette.toml").open("rb") as file:
        colours: dict[str, str] = tomllib.load(file)[theme]
    return colours


class Canvas:
    """A drawing whose y runs down from the top, as on a screen, in the palette's colours."""

    def __init__(self, width: float, height: float, theme: Theme) -> None:
        self.drawing = Drawing(width, height)
        self.height = height
        self.pen = Pen(self.drawing, screen_ink(theme), SMALL)
        self.colours = _palette(theme)

    def words(self, x: float, y: float, text: str, colour: str = "text", *, size: float = SMALL,
              name: FaceName = "sans", anchor: str = "start") -> None:
        """Write with the base line at ``y``."""
        side = {"start": "start", "middle": "middle", "end": "end"}[anchor]
        self.pen.words(x, self.height - y, text, side, colour=self.colours[colour], size=size,  # type: ignore[arg-type]
                       name=name)

    def bar(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle."""
        shape = Rect(x, self.height - y - height, max(0.5, width), max(0.5, height))
        shape.fillColor, shape.strokeColor, shape.strokeWidth = HexColor(self.colours[colour]), None, 0
        self.drawing.add(shape)

    def line(self, start: tuple[float, float], end: tuple[float, float], colour: str, width: float = 1.0) -> None:
        """Draw a straight line."""
        (x0, y0), (x1, y1) = start, end
        self.drawing.add(Line(x0, self.height - y0, x1, self.height - y1, strokeColor=HexColor(self.colours[colour]),
                              strokeWidth=width))

    def dot(self, x: float, y: float, colour: str) -> None:
        """Fill a small disc."""
        points = [v for n in range(20)
                  for v in (x + DOT * cos(2 * pi * n / 20), self.height - y + DOT * sin(2 * pi * n / 20))]
        shape = Polygon(points)
        shape.fillColor, shape.strokeColor, shape.strokeWidth = HexColor(self.colours[colour]), None, 0
        self.drawing.add(shape)

    def svg(self) -> str:
        """Return it as SVG."""
        return svg_text(self.drawing)


def fitted(text: str, room: float, size: float, name: FaceName = "sans") -> str:
    """Return ``text``, shortened to fit ``room``."""
    if wide(text, size, name) <= room:
        return text
    while text and wide(text + "…", size, name) > room:
        text = text[:-1]
    return text + "…"


def named(change: Change, room: float) -> str:
    """Return firm and indicator; where room is short, the firm's name gives way: many begin alike, and end apart."""
    left = room - wide(f" {change.name}", NORMAL)
    firm = change.firm
    cuts = (f"…{firm[cut:]}" for cut in range(1, len(firm) - 1))
    shown = firm if wide(firm, NORMAL) <= left else next((one for one in cuts if wide(one, NORMAL) <= left), "")
    return fitted(f"{shown} {change.name}".strip(), room, NORMAL)


def wide(text: str, size: float, name: FaceName = "sans") -> float:
    """Return a text's width."""
    return face(name).width(text) * size / 1000


def stages(items: Sequence[tuple[str, int]], *, width: float, height: float, theme: Theme = "light") -> str:
    """Draw each stage as a bar with its count; they are counted apart and need not shrink."""
    canvas = Canvas(width, height, theme)
    step = min(STAGE, height / max(1, len(items)))
    names = max((wide(name, NORMAL) for name, _ in items), default=0) + 12
    top = max((count for _, count in items), default=0) or 1
    room = width - names - wide(f"{top}", 16, "medium") - 34
    for number, (name, count) in enumerate(items):
        middle = step * number + step / 2
        canvas.words(0, middle + 5, name, size=NORMAL)
        length = room * count / top
        canvas.bar(names, middle - 12, length, 24, "chart2" if number == 0 else "chart1")
        x = names + length + 8
        canvas.words(x, middle + 6, f"{count}", size=16, name="medium")
        canvas.words(x + wide(f"{count}", 16, "medium") + 6, middle + 5, "家", "text3")
    return canvas.svg()


def stage_areas(count: int, *, width: float, height: float) -> list[Area]:
    """Return where ``stages`` draws each stage."""
    step = min(STAGE, height / max(1, count))
    return [(0.0, step * number, width, step) for number in range(count)]


def change_areas(measured: int, given: int, *, width: float) -> list[Area]:
    """Return where ``changes`` draws each indicator: those measured, then those given."""
    found: list[Area] = []
    y = 26.0 if measured else 0.0
    for _ in range(measured):
        found.append((0.0, y, width, MEASURED))
        y += MEASURED
    y += 24.0
    for _ in range(given):
        found.append((0.0, y, width, GIVEN))
        y += GIVEN
    return found


def quarter_areas(items: Sequence[Spent], *, width: float, height: float) -> list[Area]:
    """Return where ``investments`` draws each quarter."""
    _, axis = _scale(items)
    step = (width - axis) / max(1, len(items))
    return [(axis + step * number, 24.0, step, height - 48.0) for number in range(len(items))]


def changes(items: Sequence[Change], *, width: float, height: float, theme: Theme = "light") -> str:
    """Draw what was measured before and after, then what firms gave as growth only."""
    canvas = Canvas(width, height, theme)
    longest = max((wide(f"{c.firm} {c.name}", NORMAL) for c in items), default=0.0)
    names = max(min(170.0, width * 0.36), min(longest + 12, width * NAMES))
    measured = [c for c in items if c.before is not None and c.after is not None]
    given = [c for c in items if c.before is None or c.after is None]
    y = 0.0
    if measured:
        canvas.words(0, y + 14, "前后值计算", "text2")
        _legend(canvas, width, y + 14)
        y += 26
    for change in measured:
        _measured(canvas, change, y, names, width)
        y += MEASURED
    if given:
        canvas.words(0, y + 14, "企业直接提供增幅（照填，不倒推前后值）", "text2")
        y += 24
        top = max(abs(c.growth) for c in given) or 1
        for change in given:
            room = width - names - max(wide(c.improvement, SMALL) for c in given) - 12
            canvas.words(0, y + 15, named(change, names - 12), size=NORMAL)
            length = room * abs(change.growth) / top
            canvas.bar(names, y + 4, length, 13, "chart2")
            canvas.words(names + length + 8, y + 15, change.improvement, "ok", name="medium")
            y += GIVEN
    return canvas.svg()


def _legend(canvas: Canvas, width: float, y: float) -> None:
    x = width - wide("改造后", SMALL)
    canvas.words(x, y, "改造后", "text2")
    canvas.dot(x - 9, y - 4, "chart1")
    x -= 22 + wide("改造前", SMALL)
    canvas.words(x, y, "改造前", "text2")
    canvas.dot(x - 9, y - 4, "chart3")


def _measured(canvas: Canvas, change: Change, y: float, names: float, width: float) -> None:
    before, after = change.before or 0.0, change.after or 0.0
    canvas.words(0, y + 14, named(change, names - 12), size=NORMAL)
    canvas.words(0, y + 30, fitted(change.improvement, names - 12, SMALL), "ok", name="medium")
    left = names + wide(change.before_text, SMALL) + 8
    right = width - max(wide(change.after_text, SMALL, "medium"), wide(change.before_text, SMALL)) - 10
    if after < before:
        left = names + wide(change.after_text, SMALL, "medium") + 8
    largest = max(abs(before), abs(after)) or 1.0
    top = 100.0 if change.percent and largest >= 40 else 1.5 * largest
    span = max(20.0, right - left)

    def place(value: float) -> float:
        return left + span * max(0.0, min(1.0, value / top))

    middle, x0, x1 = y + 17, place(before), place(after)
    canvas.line((names, middle), (width, middle), "line")
    canvas.line((x0, middle), (x1, middle), "chart2", 3)
    canvas.dot(x0, middle, "chart3")
    canvas.dot(x1, middle, "chart1")
    rising = x1 >= x0
    _value(canvas, x0, middle, change.before_text, "text2", left=rising)
    _value(canvas, x1, middle, change.after_text, "text", left=not rising, name="medium")


def _value(canvas: Canvas, x: float, middle: float, text: str, colour: str, *, left: bool,
           name: FaceName = "sans") -> None:
    """Write a value beside its dot, on a ground that hides the line behind it."""
    length = wide(text, SMALL, name)
    start = x - 8 - length if left else x + 8
    canvas.bar(start - 2, middle - 8, length + 4, 16, "surface")
    canvas.words(start, middle + 4.5, text, colour, name=name)


def investments(items: Sequence[Spent], names: tuple[str, str], *, width: float, height: float,
                theme: Theme = "light") -> str:
    """Draw a stacked bar a quarter, totals above, quarters and years below."""
    canvas = Canvas(width, height, theme)
    canvas.bar(0, 3, 10, 10, "chart2")
    canvas.words(16, 13, names[0], "text2")
    x = 16 + wide(names[0], SMALL) + 20
    canvas.bar(x, 3, 10, 10, "chart1")
    canvas.words(x + 16, 13, names[1], "text2")
    canvas.words(width, 13, "万元", "text2", anchor="end")
    ticks, axis = _scale(items)
    top, base = 44.0, height - 44.0
    scale = (base - top) / (ticks[-1] - ticks[0])
    zero = base + ticks[0] * scale
    for tick in ticks:
        y = zero - tick * scale
        canvas.line((axis, y), (width, y), "line2" if tick == 0 else "line")
        canvas.words(axis - 8, y + 4, f"{tick:,.0f}", "text2", anchor="end")
    step = (width - axis) / max(1, len(items))
    bar = min(52.0, step * 0.86)
    for number, spent in enumerate(items):
        last = number == len(items) - 1
        middle = axis + step * number + step / 2
        _stack(canvas, spent, middle, zero=zero, scale=scale, bar=bar, last=last)
        word = "一二三四"[int(spent.quarter[-1]) - 1] + ("季度" if bar >= 30 else "季")
        canvas.words(middle, base + 16, word, "text" if last else "text2", name="medium" if last else "sans",
                     anchor="middle")
    _years(canvas, items, axis, step, base)
    return canvas.svg()


def _scale(items: Sequence[Spent]) -> tuple[list[float], float]:
    """Return the values of the lines across, and where the axis stands."""
    highest = max((_part(s, above=True) for s in items), default=0.0)
    lowest = max((_part(s, above=False) for s in items), default=0.0)
    unit = nice(((highest + lowest) or 1) / 3)
    ticks = [unit * n for n in range(-ceil(lowest / unit), max(ceil(highest / unit), lowest == 0) + 1)]
    return ticks, max(*(wide(f"{tick:,.0f}", SMALL) for tick in (ticks[0], ticks[-1])), 24) + 8


def _part(spent: Spent, *, above: bool) -> float:
    """Return how much of a quarter stands above the zero line, or hangs below it."""
    sign = 1 if above else -1
    return sum(max(0.0, sign * value) for value in (spent.first, spent.second))


def _stack(canvas: Canvas, spent: Spent, middle: float, *, zero: float, scale: float, bar: float,
           last: bool) -> None:
    """Pile what is more than nothing up from the zero line and hang what is less down from it."""
    up = down = zero
    for value, colour in ((spent.first, "chart2"), (spent.second, "chart1")):
        long = abs(value) * scale
        if value >= 0:
            canvas.bar(middle - bar / 2, up - long, bar, long, colour)
            up -= long + 1
        else:
            canvas.bar(middle - bar / 2, down, bar, long, colour)
            down += long + 1
    name: FaceName = "medium" if last else "sans"
    place = up - 6 if spent.first + spent.second >= 0 else down + 13
    canvas.words(middle, place, spent.total_text, "text", name=name, anchor="middle")


def _years(canvas: Canvas, items: Sequence[Spent], axis: float, step: float, base: float) -> None:
    years = [spent.quarter[:4] for spent in items]
    for year in dict.fromkeys(years):
        first, count = years.index(year), years.count(year)
        x = axis + step * first
        canvas.words(x + step * count / 2, base + 34, f"{year}年", "text2", anchor="middle")
        if first:
            canvas.line((x, base), (x, base + 38), "line2")


def nice(value: float) -> float:
    """Return a round number not below ``value``: 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** ceil(log10(max(value, 1e-9)))
    return next((share * power for share in (0.1, 0.2, 0.25, 0.5, 1.0) if share * power >= value), power)
