"""Colours and type: ``palette.toml`` becomes a ``QPalette`` and one style sheet; fonts are the bundled ones only.

Whoever paints asks ``colours()`` at the moment of painting, so that a switch between light and dark needs no news.
"""

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from string import Template

from msgspec import Struct
from msgspec.structs import asdict
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from pairing_desktop import paths
from pairing_desktop.settings import Settings

FAMILY = "Noto Sans SC"
FIRST_FACES = ("NotoSansSC-Regular.ttf", "NotoSansSC-Medium.ttf")
LATER_FACES = ("NotoSansSC-SemiBold.ttf",)
MODES = {"system": "跟随系统", "light": "浅色", "dark": "深色"}


class Colours(Struct, frozen=True):
    """One half of the palette; every value is ``#RRGGBB``. Names and uses: ``resources/palette.toml``."""

    window: str
    nav: str
    surface: str
    head: str
    locked: str
    line: str
    line2: str
    input: str
    text: str
    text2: str
    text3: str
    accent: str
    on_accent: str
    tint: str
    sel: str
    nav_sel: str
    ring: str
    error: str
    error_tint: str
    query: str
    query_mark: str
    query_tint: str
    ok: str
    ok_tint: str
    neutral_tint: str
    diff: str
    chart1: str
    chart2: str
    chart3: str

    def named(self, name: str) -> QColor:
        """Return a colour by its name in the palette; ``#RRGGBB`` is taken as it stands."""
        return _colour(getattr(self, name, name))

    def code(self, name: str) -> str:
        """Return the ``#RRGGBB`` of a name."""
        return name if name.startswith("#") else str(getattr(self, name))


@lru_cache(maxsize=256)
def _colour(value: str) -> QColor:
    """Return a colour, made once: cells ask thousands of times a second."""
    return QColor(value)


@cache
def palettes() -> Mapping[bool, Colours]:
    """Return both halves of the palette file, the dark one under ``True``."""
    with paths.resource("palette.toml").open("rb") as file:
        data = tomllib.load(file)
    return {False: Colours(**data["light"]), True: Colours(**data["dark"])}


def colours() -> Colours:
    """Return the half that the application shows now."""
    return palettes()[is_dark()]


def is_dark() -> bool:
    """Tell whether the application shows dark colours now."""
    return _dark(QGuiApplication.palette().cacheKey())


@lru_cache(maxsize=8)
def _dark(_palette: int) -> bool:
    """Tell it of the application's palette, by its key: cells ask thousands of times a second."""
    return QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128


@lru_cache(maxsize=64)
def face(size: int = 13, weight: int = 400) -> QFont:
    """Return the one face at a pixel size; weights are 400, 500 and 600. Nobody may change it: all share it."""
    font = QFont(FAMILY)
    font.setPixelSize(size)
    font.setWeight(QFont.Weight(weight))
    return font


@lru_cache(maxsize=8192)
def width(text: str, size: int = 13, weight: int = 400) -> int:
    """Return how wide a text is in the one face; measured once: a form asks for the same figures again and again."""
    return QFontMetrics(face(size, weight)).horizontalAdvance(text)


def load_faces(names: tuple[str, ...]) -> None:
    """Add bundled font files to the application's."""
    for name in names:
        QFontDatabase.addApplicationFont(str(paths.resource("fonts", name)))
    width.cache_clear()  # measured with whatever face stood in


def qt_palette(c: Colours) -> QPalette:
    """Return the base colours of Fusion's own drawing."""
    role = QPalette.ColorRole
    table = {
        role.Window: c.window, role.WindowText: c.text, role.Base: c.surface, role.AlternateBase: c.head,
        role.Text: c.text, role.Button: c.surface, role.ButtonText: c.text, role.BrightText: c.error,
        role.Light: c.surface, role.Midlight: c.line, role.Mid: c.line2, role.Dark: c.input, role.Shadow: c.line2,
        role.Highlight: c.accent, role.HighlightedText: c.on_accent, role.Link: c.accent, role.LinkVisited: c.accent,
        role.ToolTipBase: c.surface, role.ToolTipText: c.text, role.PlaceholderText: c.text3, role.Accent: c.accent,
    }
    palette = QPalette()
    for which, colour in table.items():
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(c.text3))
    return palette


def style_sheet(c: Colours) -> str:
    """Return the style sheet in one half's colours."""
    text = paths.resource("window.qss").read_text(encoding="utf-8")
    ticks = [paths.resource(f"tick_{half}.svg").as_posix() for half in ("light", "dark")]
    on_accent, on_surface = reversed(ticks) if c == palettes()[True] else ticks
    return Template(text).substitute(asdict(c), tick=on_accent, menu_tick=on_surface,
                                     chevron=paths.resource("chevron.svg").as_posix())


def restyle(widget: QWidget, **properties: str) -> None:
    """Set dynamic properties that the style sheet looks at, and let it look again."""
    changed = [name for name, value in properties.items() if widget.property(name) != value]
    for name in changed:
        widget.setProperty(name, properties[name])
    if changed and widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):  # else it looks when first shown
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()


def fill(widget: QWidget) -> None:
    """Let a widget paint its whole ground: what is opaque is moved on the screen, not painted again.

    Nor does it change when the widget gets a line longer: only what is new is painted then.
    """
    widget.setBackgroundRole(QPalette.ColorRole.Base)
    widget.setAutoFillBackground(True)
    widget.setAttribute(Qt.WidgetAttribute.WA_StaticContents)


class Theme(QObject):
    """Applies light or dark to the application, follows the system, remembers what the user chose."""

    changed = Signal()

    def __init__(self, app: QApplication, settings: Settings) -> None:
        super().__init__(app)
        self._app, self._settings = app, settings
        app.setStyle("Fusion")
        load_faces(FIRST_FACES)
        load_faces(LATER_FACES)
        app.setFont(face())
        app.styleHints().colorSchemeChanged.connect(self.apply)
        self.apply()

    @property
    def mode(self) -> str:
        """Return ``system``, ``light`` or ``dark``."""
        mode = self._settings.get("looks", "system")
        return mode if mode in MODES else "system"

    def set_mode(self, mode: str) -> None:
        """Switch, and remember it."""
        self._settings.set("looks", mode)
        self.apply()

    def apply(self) -> None:
        """Show the colours of the mode, or of the system."""
        system = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        c = palettes()[system if self.mode == "system" else self.mode == "dark"]
        self._app.setPalette(qt_palette(c))
        self._app.setStyleSheet(style_sheet(c))
        self.changed.emit()
