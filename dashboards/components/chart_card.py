"""A chart with what belongs to it: the finding, what is drawn, the table, CSV, picture and sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.components.download_links import download_links
from dashboards.components.picture_button import Picture, picture_button
from dashboards.components.source_line import source_line
from dashboards.context import RequestContext
from dashboards.figures.canvas import Figure
from dashboards.figures.style import graph_config


def chart_card(
    context: RequestContext,
    card_id: str,
    *,
    title: str,
    subtitle: str,
    figure: Figure | Component,
    table: Component,
    csv: Sequence[tuple[str, str]],
    sources: Iterable[tuple[str, str]],
    controls: Component | None = None,
    notes: Sequence[str] = (),
    pictures: Sequence[Picture] | None = None,
) -> html.Section:
    """The chart as a section named by its finding; `card_id` is unique on the page.

    `title` says the finding, `subtitle` what is drawn. `figure` may also be ready pictures made by
    `chart`. `csv`: link text and CSV address of each download, beside which Excel is offered; an empty
    text gives the usual words. `sources`: (source, table_name) pairs. `controls` stand between subtitle
    and picture, `notes` under the picture. `pictures`: what may be saved when `figure` is ready
    pictures; a figure of its own may always be. Everything but the picture is there without scripts.
    """
    title_id, graph_id = f"{card_id}-title", f"{card_id}-graph"
    sources = list(sources)
    if pictures is None:
        pictures = [Picture(graph_id, title, subtitle, notes)]
    return html.Section(
        [
            html.H2(title, id=title_id),
            html.P(subtitle, className="quiet subtitle"),
            controls,
            figure if isinstance(figure, Component) else chart(context, graph_id, figure, title),
            *[html.P(note, className="quiet small note") for note in notes],
            html.Details([html.Summary(context.text("figures.table")), table], className="behind"),
            html.P(
                [
                    *(
                        download_links(context, text or context.text("figures.download"), href, title)
                        for text, href in csv
                    ),
                    *(picture_button(context, picture, sources) for picture in pictures),
                ],
                className="downloads",
            ),
            source_line(context, sources),
        ],
        id=card_id,
        className="chart-card",
        **{"aria-labelledby": title_id},
    )


def chart(context: RequestContext, graph_id: str, figure: Figure, title: str) -> html.Div:
    """The picture alone; to those who do not see it, one image named by its finding.

    Its height is kept free by the wrapper: until its script has come, the graph itself has none.
    """
    height = f"{figure['layout']['height']:g}px"
    graph = dcc.Graph(
        id=graph_id, figure=figure, config=graph_config(context.language), style={"height": height}
    )
    spoken = f"{title.rstrip('.')}. {context.text('figures.same_in_table')}"
    return html.Div(
        graph, className="chart", role="img", style={"minHeight": height}, **{"aria-label": spoken}
    )
