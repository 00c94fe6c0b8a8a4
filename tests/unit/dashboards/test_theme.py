"""Colours are readable: text 4.5 : 1, graphics 3 : 1, in light, dark and high contrast."""

from __future__ import annotations

from dataclasses import fields

import pytest

from dashboards import theme

PALETTES = {"light": theme.LIGHT, "dark": theme.DARK, "high contrast": theme.HIGH_CONTRAST}
TEXT = ("own", "ink", "quiet", "good", "watch", "bad", "unknown", "scenario", "official", "country")


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
@pytest.mark.parametrize("surface", ["paper", "tint"])
@pytest.mark.parametrize("name", TEXT)
def test_words_are_readable_on_every_surface(palette: theme.Palette, surface: str, name: str) -> None:
    assert contrast(getattr(palette, name), getattr(palette, surface)) >= 4.5


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_peers_are_seen_on_paper(palette: theme.Palette) -> None:
    assert contrast(palette.peers, palette.paper) >= 3


def test_series_are_readable_on_white() -> None:
    assert all(contrast(colour, theme.LIGHT.paper) >= 4.5 for colour in theme.SERIES)


def test_the_stylesheet_gives_every_colour_in_every_setting() -> None:
    css = theme.stylesheet()
    for field in fields(theme.Palette):
        assert css.count(f"--{field.name}:") == 4


def test_a_band_is_the_own_colour_at_its_opacity() -> None:
    assert theme.band_colour(80) == "rgba(0, 85, 140, 0.18)"
    with pytest.raises(KeyError):
        theme.band_colour(95)
