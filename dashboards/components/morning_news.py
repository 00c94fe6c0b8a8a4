"""What the newest snapshot tells anew, in the reader's words: the morning report on the page."""

from __future__ import annotations

from dash import html

from contract.locale_formats import moment
from contract.morning_report import (
    TROUBLES,
    Finding,
    KpiTold,
    concerning,
    figures_stayed,
    finding_words,
)
from dashboards.context import RequestContext

MOST_SHOWN = 8
"""Findings that stand on the page at once; the rest opens under them."""


class ShownNames:
    """Names in the reader's language; what the snapshot no longer has is told by its code."""

    def __init__(self, context: RequestContext) -> None:
        snapshot, language = context.snapshot, context.language
        self._language = language
        self._municipalities = {
            item.municipality_code: item.name(language) for item in snapshot.municipalities()
        }
        self._kpis = {
            item.kpi_id: KpiTold(item.name(language), item.unit, item.decimals) for item in snapshot.kpis()
        }
        self._tables = {
            (item.source, item.table_name): item.title(language) for item in snapshot.catalogued_tables()
        } | {(item.source, item.table_name): item.title(language) for item in snapshot.sources()}

    def municipality(self, code: str) -> str:
        return self._municipalities.get(code, code)

    def kpi(self, kpi_id: str) -> KpiTold:
        return self._kpis.get(kpi_id, KpiTold(kpi_id, "persons", 0))

    def table(self, source: str, table_name: str) -> str:
        return self._tables.get((source, table_name), f"{source}.{table_name}")


def morning_news(context: RequestContext, heading_id: str) -> html.Section:
    """What changed with this snapshot, the own municipality's movements among it; troubles first."""
    findings = concerning(context.snapshot.findings(), context.municipality_code)
    names = ShownNames(context)
    items = [_item(finding, names, context) for finding in findings]
    return html.Section(
        [
            html.H2(context.text("report.title"), id=heading_id),
            html.P(_when(context)),
            html.P(context.text("report.nothing")) if figures_stayed(findings) else None,
            _list(items[:MOST_SHOWN]) if items else None,
            html.Details(
                [
                    html.Summary(context.text("report.more", count=len(items) - MOST_SHOWN)),
                    _list(items[MOST_SHOWN:]),
                ],
                className="more",
            )
            if len(items) > MOST_SHOWN
            else None,
        ]
    )


def _when(context: RequestContext) -> str:
    """When the snapshot was published, and when it was last looked whether anything is newer."""
    manifest, status, language = context.snapshot.manifest, context.status, context.language
    told = context.text("report.published", time=moment(manifest.created_at, language))
    run = status.run if status else None
    if (
        run
        and run.finished_at
        and not run.published
        and run.finished_at > manifest.created_at
        and run.state != "failed"
    ):
        told += " " + context.text("report.checked_since", time=moment(run.finished_at, language))
    return told


def _list(items: list[html.Li]) -> html.Ul:
    return html.Ul(items, className="told")


def _item(finding: Finding, names: ShownNames, context: RequestContext) -> html.Li:
    words = finding_words(finding, names, context.language)
    if finding.kind not in TROUBLES:
        return html.Li(words)
    return html.Li([html.Span(className="sign watch", **{"aria-hidden": "true"}), words])
