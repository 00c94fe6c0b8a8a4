"""A button that saves a chart as a picture that can stand alone: with its title, place, notes and source.

The browser draws it (`assets/picture.js`); without scripts there is no chart and no button either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dash import html

from dashboards.components.source_line import source_text
from dashboards.context import RequestContext

USUAL_WIDTH = 960
SMALL_WIDTH = 560
"""Pixels of a picture's width, whatever the reader's screen is; it is saved at twice the size."""


@dataclass(frozen=True)
class Picture:
    """What is written around the chart `graph_id` when it is saved.

    An empty `text` gives the button its usual words.
    """

    graph_id: str
    title: str
    subtitle: str
    notes: Sequence[str] = ()
    text: str = ""
    width: int = USUAL_WIDTH


def sentences(words: Iterable[str]) -> list[str]:
    """Short warnings as sentences, one a line: `Vuoden 2020 tieto.`"""
    return [f"{text[:1].upper()}{text[1:].rstrip('.')}." for text in words]


def picture_button(
    context: RequestContext, picture: Picture, sources: Iterable[tuple[str, str]]
) -> html.Button:
    """The button; the picture's file is named by the chart, the municipality and the language."""
    words = picture.text or context.text("figures.picture")
    name = context.municipality.name(context.language)
    below = [*picture.notes, f"{source_text(context, sources)} · {context.text('app.name')}"]
    return html.Button(
        [words, html.Span(f": {picture.title}", className="hidden")],
        type="button",
        className="forward save-picture",
        **{
            "data-graph": picture.graph_id,
            "data-file": f"{picture.graph_id}_{context.municipality_code}_{context.language}",
            "data-title": picture.title,
            "data-subtitle": f"{name}. {picture.subtitle}",
            "data-below": "\n".join(below),
            "data-width": str(picture.width),
        },
    )
