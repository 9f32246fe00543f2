"""The palette is readable: text at least 4.5 : 1, borders and marks at least 3 : 1, light and dark (WCAG AA)."""

import tomllib

import pytest

from pairing_desktop import paths

PALETTE = tomllib.loads(paths.resource("palette.toml").read_text(encoding="utf-8"))

TEXT = [(text, ground) for text in ("text", "text2")
        for ground in ("window", "nav", "surface", "head", "sel", "nav_sel", "tint", "neutral_tint")]
TEXT += [("text", "locked"), ("text2", "locked"), ("text3", "surface"), ("text3", "head"), ("text3", "locked"),
         ("on_accent", "accent"), ("accent", "surface"), ("accent", "tint"), ("error", "surface"),
         ("error", "error_tint"),
         ("query", "surface"), ("query", "query_tint"), ("ok", "surface"), ("ok", "ok_tint"), ("text", "diff")]
MARKS = [("input", "surface"), ("accent", "surface"), ("accent", "nav_sel"), ("error", "surface"), ("error", "nav"),
         ("query_mark", "surface"), ("query_mark", "nav"), ("ok", "surface"), ("ok", "nav"), ("chart1", "surface")]


def luminance(colour: str) -> float:
    """Return relative luminance, as WCAG 2 defines it."""
    parts = [int(colour[n:n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("half", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read(half: str, text: str, ground: str) -> None:
    colours = PALETTE[half]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("half", ["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_marks_and_borders_can_be_seen(half: str, mark: str, ground: str) -> None:
    colours = PALETTE[half]
    assert contrast(colours[mark], colours[ground]) >= 3


def test_both_halves_name_the_same_colours() -> None:
    assert PALETTE["light"].keys() == PALETTE["dark"].keys()


@pytest.mark.parametrize("half", ["light", "dark"])
def test_the_tick_of_a_box_is_drawn_in_the_palette_s_colour(half: str) -> None:
    assert f'fill="{PALETTE[half]["on_accent"]}"' in paths.resource(f"tick_{half}.svg").read_text(encoding="utf-8")
