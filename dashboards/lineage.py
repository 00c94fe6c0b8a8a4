"""dbt's own pages, when `kuntaluotsi docs` has built them: one file that loads nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

from flask import Response

LINEAGE_PATH = "/dbt"
_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'unsafe-inline' 'unsafe-eval'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "font-src data:",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "sandbox allow-scripts",
    ]
)
"""dbt's page carries its scripts within itself; it runs apart from our pages and may ask nobody anything."""


def lineage_answer(page: Path | None) -> Response:
    """The page, or 404 in words where it has not been built."""
    try:
        body = page.read_bytes() if page else None
    except OSError:
        body = None
    if body is None:
        words = "dbt's pages have not been built: run `kuntaluotsi docs`\n"
        return Response(words, 404, mimetype="text/plain")
    return Response(body, mimetype="text/html", headers={"Content-Security-Policy": _POLICY})
