"""The overview's figures as SVG, drawn by ``documents``; the window only shows them."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pairing_desktop.documents.overview_charts import Spent
    from pairing_desktop.services.overview import Effect, Invested

Theme = Literal["light", "dark"]
NUMBER = re.compile(r"[-−]?[\d,]+(?:\.\d+)?")
PARTS = ("基础设施", "产业投资")


def stages(items: Sequence[tuple[str, int]], *, width: float, height: float, theme: Theme) -> str:
    """Draw 预诊断, 诊断, 标杆建设 with their counts."""
    from pairing_desktop.documents import overview_charts

    return overview_charts.stages(items, width=width, height=height, theme=theme)


def effects(items: "Sequence[Effect]", *, width: float, height: float, theme: Theme) -> str:
    """Draw lean projects' figures before and after; growth that a firm gave stays growth.

    A firm's name goes without place and kind, which all firms of a county share: what is left tells them apart.
    """
    from pairing_desktop.documents import overview_charts
    from pairing_desktop.services.names_alike import plain_name

    changes = [
        overview_charts.Change(
            plain_name(effect.firm), effect.indicator, effect.improvement,
            _number(effect.before), _number(effect.after), effect.before, effect.after,
            percent=effect.unit == "%", growth=effect.share or 0.0,
        )
        for effect in items
    ]
    return overview_charts.changes(changes, width=width, height=height, theme=theme)


def chosen(items: "Sequence[Effect]", *, measured: int, given: int) -> "tuple[Effect, ...]":
    """Return a few effects worth showing: of each firm one that was measured, then growth as given."""
    firms: dict[str, Effect] = {}
    for effect in items:
        if _number(effect.before) is not None and _number(effect.after) is not None:
            firms.setdefault(effect.firm, effect)
    growth = [e for e in items if _number(e.before) is None and e.share is not None]
    return (*list(firms.values())[:measured], *growth[:given])


def effects_height(items: "Sequence[Effect]") -> int:
    """Return the height that ``effects`` needs for these."""
    measured = sum(_number(e.before) is not None and _number(e.after) is not None for e in items)
    given = len(items) - measured
    return (26 + 42 * measured if measured else 0) + (26 + 28 * given if given else 0)


def investments(items: "Sequence[Invested]", *, width: float, height: float, theme: Theme) -> str:
    """Draw a park's investment by quarter in its two parts."""
    from pairing_desktop.documents import overview_charts

    return overview_charts.investments(_spent(items), PARTS, width=width, height=height, theme=theme)


Area = tuple[float, float, float, float]


def stage_areas(items: Sequence[tuple[str, int]], *, width: float, height: float) -> list[Area]:
    """Return where each stage stands in its picture."""
    from pairing_desktop.documents import overview_charts

    return overview_charts.stage_areas(len(items), width=width, height=height)


def effect_areas(items: "Sequence[Effect]", *, width: float) -> list[Area]:
    """Return where each effect stands in its picture, in the order of ``chosen``."""
    from pairing_desktop.documents import overview_charts

    measured = sum(_number(e.before) is not None and _number(e.after) is not None for e in items)
    return overview_charts.change_areas(measured, len(items) - measured, width=width)


def quarter_areas(items: "Sequence[Invested]", *, width: float, height: float) -> list[Area]:
    """Return where each quarter stands in its picture."""
    from pairing_desktop.documents import overview_charts

    return overview_charts.quarter_areas(_spent(items), width=width, height=height)


def _spent(items: "Sequence[Invested]") -> "list[Spent]":
    from pairing_desktop.documents.overview_charts import Spent

    return [Spent(i.quarter, float(i.infrastructure), float(i.industry), f"{i.infrastructure + i.industry:,.0f}")
            for i in items]


def _number(text: str) -> float | None:
    found = NUMBER.search(text)
    return float(found[0].replace(",", "").replace("−", "-")) if found else None
