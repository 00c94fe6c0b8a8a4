"""Design tokens: the colours, sizes and widths of the pages, in light, dark and high contrast.

The stylesheet's custom properties, the figures and the inline pictures all take their colours from here,
so that a city changes its own colour in one place.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

FONT_STACK = (
    'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", '
    "Arial, sans-serif"
)
FONT_SIZES = {"small": 14, "body": 16, "lead": 20, "title": 28, "figure": 40}
GRID = 8
CONTENT_WIDTH = 1280
TARGET_SIZE = 44


@dataclass(frozen=True)
class Palette:
    """One set of colours as `#RRGGBB`; the meanings are those of the design language."""

    own: str
    """The chosen municipality: its lines, bars and dots. Never a status."""
    peers: str
    country: str
    official: str
    scenario: str
    good: str
    watch: str
    bad: str
    unknown: str
    paper: str
    ink: str
    quiet: str
    """Secondary text: periods, units, captions. 4.5 : 1 on paper and on tint."""
    line: str
    tint: str
    """The softest surface: banner, table heads, hovered rows."""


LIGHT = Palette(
    own="#00558C",
    peers="#8792A0",
    country="#1F2933",
    official="#1F2933",
    scenario="#A8480B",
    good="#1A7346",
    watch="#8A5A00",
    bad="#B3261E",
    unknown="#52606D",
    paper="#FFFFFF",
    ink="#1F2933",
    quiet="#52606D",
    line="#D9DFE5",
    tint="#F3F6F9",
)
DARK = Palette(
    own="#6CB6E8",
    peers="#7B8794",
    country="#E6EBF0",
    official="#E6EBF0",
    scenario="#F2A365",
    good="#5CC28F",
    watch="#E0B04C",
    bad="#F28B82",
    unknown="#A5B1BD",
    paper="#12181F",
    ink="#E6EBF0",
    quiet="#A5B1BD",
    line="#33404D",
    tint="#1B242E",
)
HIGH_CONTRAST = Palette(
    own="#003A63",
    peers="#4A5561",
    country="#000000",
    official="#000000",
    scenario="#7A3000",
    good="#0B5230",
    watch="#5E3C00",
    bad="#8C1410",
    unknown="#333D47",
    paper="#FFFFFF",
    ink="#000000",
    quiet="#1F2933",
    line="#4A5561",
    tint="#F3F6F9",
)

BAND_OPACITY = {80: 0.18, 50: 0.36}
"""Opacity of the own colour in our forecast's 80 % and 50 % bands."""

SERIES = (LIGHT.own, LIGHT.scenario, "#5B4B8A", "#00736B", "#8C2F5D")
"""At most five coloured series in one chart, the own municipality first; all 4.5 : 1 on white."""

STATUS_SIGNS = {"good": "●", "watch": "◆", "bad": "▼", "unknown": "○"}


def band_colour(level: int, palette: Palette = LIGHT) -> str:
    """The fill of the `level` % band as `rgba(...)`. Raises: KeyError unless `level` is 80 or 50."""
    red, green, blue = (int(palette.own[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {BAND_OPACITY[level]})"


def stylesheet(light: Palette = LIGHT) -> str:
    """The custom properties `--own`, `--ink` … for light, dark and high contrast, as CSS."""
    contrast = _properties(HIGH_CONTRAST)
    return "\n".join(
        [
            f":root {{ color-scheme: light dark; --font: {FONT_STACK}; {_properties(light)} }}",
            f"@media (prefers-color-scheme: dark) {{ :root {{ {_properties(DARK)} }} }}",
            f"@media (prefers-contrast: more) {{ :root {{ color-scheme: light; {contrast} }} }}",
            f"@media print {{ :root {{ color-scheme: light; {_properties(light)} }} }}",
        ]
    )


def _properties(palette: Palette) -> str:
    return " ".join(f"--{field.name}: {getattr(palette, field.name)};" for field in fields(palette))
