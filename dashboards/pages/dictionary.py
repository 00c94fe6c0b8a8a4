"""The data dictionary: what every KPI and every published table means; the same for all municipalities."""

from __future__ import annotations

from collections.abc import Sequence

from dash import Dash, html
from dash.development.base_component import Component

from dashboards.components.described_kpis import described_kpis
from dashboards.components.described_tables import described_tables
from dashboards.components.download_links import download_links
from dashboards.components.waiting_kpis import waiting_kpis
from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore
from dashboards.downloads import csv_address
from dashboards.lineage import LINEAGE_PATH

PATH = "/tietohakemisto"
TITLE = "page.dictionary"


class Ids:
    """Element ids of the page, which its own contents and other pages link to."""

    KPIS = "tunnusluvut"
    WAITING = "odottavat"
    TABLES = "taulut"


def layout(context: RequestContext) -> html.Div:
    """The whole page, from the snapshot alone."""
    snapshot = context.snapshot
    counts = {
        Ids.KPIS: ("kpis", len(snapshot.kpis())),
        Ids.TABLES: ("tables", len(snapshot.described_tables())),
        Ids.WAITING: ("waiting", len(snapshot.waiting_kpis())),
    }
    shown = {anchor: told for anchor, told in counts.items() if told[1]}
    return html.Div(
        [
            html.H1(context.text(TITLE)),
            html.P(context.text("dictionary.lead"), className="lead"),
            _contents(context, shown),
            html.P(context.text("dictionary.files", snapshot=snapshot.snapshot_id), className="wide-text"),
            _lineage(context),
            _section(context, Ids.KPIS, "kpi", "kpi_catalogue", described_kpis(context)),
            _section(context, Ids.TABLES, "tables", "published_columns", described_tables(context)),
            _section(context, Ids.WAITING, "waiting", "kpi_waiting", waiting_kpis(context)),
        ],
        className="data-page dictionary",
    )


def register(app: Dash, store: SnapshotStore) -> None:
    """Nothing to register: the page follows from its address alone."""


def _contents(context: RequestContext, shown: dict[str, tuple[str, int]]) -> html.Nav:
    links = [
        html.Li(html.A(context.text(f"dictionary.contents.{key}", count=count), href=f"#{anchor}"))
        for anchor, (key, count) in shown.items()
    ]
    return html.Nav(html.Ul(links), **{"aria-label": context.text("dictionary.contents.label")})


def _lineage(context: RequestContext) -> html.P | None:
    """The way to dbt's own pages, where they have been built."""
    if not context.has_lineage:
        return None
    return html.P(html.A(context.text("dictionary.lineage"), href=LINEAGE_PATH, className="forward"))


def _section(
    context: RequestContext, anchor: str, key: str, dataset: str, parts: Sequence[Component]
) -> html.Section | None:
    """A heading, a sentence where there is one, the parts and their download; None without parts."""
    if not parts:
        return None
    lead = None if anchor == Ids.KPIS else context.text(f"dictionary.{key}.lead")
    download = context.text(f"dictionary.download.{_DOWNLOADS[dataset]}")
    return html.Section(
        [
            html.H2(context.text(f"dictionary.{key}.title"), id=anchor),
            html.P(lead, className="wide-text") if lead else None,
            *parts,
            html.P(download_links(context, download, csv_address(context, dataset))),
        ]
    )


_DOWNLOADS = {"kpi_catalogue": "kpis", "published_columns": "columns", "kpi_waiting": "waiting"}
"""What the download of each dataset is called, by the last part of its message."""
