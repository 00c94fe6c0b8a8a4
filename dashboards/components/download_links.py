"""The links to one table as a file: CSV, and the same table as an Excel workbook."""

from __future__ import annotations

from dash import html

from dashboards.context import RequestContext
from dashboards.download_table import CSV_PATH, EXCEL_PATH

_CSV_MARK = " (CSV)"


def download_links(context: RequestContext, words: str, href: str, of: str = "") -> html.Span:
    """Both links side by side; `href` is a `csv_address`, `of` what the table is of where `words` do not say.

    The Excel link says only Excel; what it is of is read out, as is `of`. Raises: ValueError where `href`
    is no address of a CSV download.
    """
    if not href.startswith(f"{CSV_PATH}/"):
        raise ValueError(f"{href!r} is no CSV download; an address beginning {CSV_PATH}/ was expected")
    told = html.Span(f": {of}", className="hidden") if of else None
    same = f": {of or words.removesuffix(_CSV_MARK)}"
    return html.Span(
        [
            html.A([words, told] if told else words, href=href, className="forward"),
            html.A(
                [context.text("excel.excel"), html.Span(same, className="hidden")],
                href=f"{EXCEL_PATH}{href.removeprefix(CSV_PATH)}",
                className="forward",
            ),
        ],
        className="download-pair",
    )
