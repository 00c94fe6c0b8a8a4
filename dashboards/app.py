"""The application: pages, addresses, downloads and security headers over one store of snapshots."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from dash import Dash, Input, Output, dcc, html
from flask import Flask, Response, g, jsonify, redirect, request
from werkzeug.exceptions import HTTPException

from contract.locale_formats import HELSINKI, LANGUAGES, Language
from contract.messages import t
from dashboards.address import Address, address, parse_address
from dashboards.components.painted import ids_in_callbacks
from dashboards.composer import Composer
from dashboards.context import Page, RequestContext
from dashboards.data.records import Municipality
from dashboards.data.snapshot import Snapshot
from dashboards.data.store import SnapshotStore
from dashboards.download_table import CSV_PATH, EXCEL_PATH, BadDownload
from dashboards.downloads import csv_text
from dashboards.excel_downloads import MIMETYPE, excel_bytes
from dashboards.lineage import LINEAGE_PATH, lineage_answer
from dashboards.pages import PAGES
from dashboards.search import QUERY_PARAMETER, SEARCH_PATH, suggested
from dashboards.shell import municipality_names, render_message, render_page

logger = logging.getLogger(__name__)

PAGE_CONTENT_ID = "page"
"""Its arrival tells takeover.js that Dash has built the page."""
ADDRESS_ID = "address"
LATE_CONTENT_ID = "late-content"
REFRESH_COMMAND = "kuntaluotsi refresh"
_OWN_PREFIXES = (
    "/_dash",
    "/_favicon",
    "/assets/",
    f"{CSV_PATH}/",
    f"{EXCEL_PATH}/",
    "/health",
    LINEAGE_PATH,
    SEARCH_PATH,
)


def today_in_helsinki() -> date:
    """The date that readers have."""
    return datetime.now(HELSINKI).date()


class LeaderDash(Dash):
    """Dash whose index document is the shell with the page already painted in it."""

    site: Site

    def interpolate_index(self, **parts: str) -> str:
        """The document for the address being served; `parts` are Dash's own tags."""
        return self.site.document(parts)


class Site:
    """Answers addresses: which page, municipality and language; redirects, and says what is not there."""

    def __init__(
        self,
        store: SnapshotStore,
        pages: tuple[Page, ...],
        default_municipality: str,
        languages: tuple[Language, ...],
        today: Callable[[], date],
        *,
        composer: Composer,
        stylesheets: Callable[[], str],
        lineage_page: Path | None = None,
    ) -> None:
        self.store = store
        self.pages = {page.PATH: page for page in pages}
        self.default_municipality = default_municipality
        self.languages = languages
        self.today = today
        self.composer = composer
        self.stylesheets = stylesheets
        self.lineage_page = lineage_page

    def context(self, asked: Address) -> RequestContext | None:
        """What a page needs to answer `asked`, or None without data or with an unknown municipality."""
        snapshot = self.snapshot()
        code = self.municipality_code(asked) if snapshot else None
        if snapshot is None or code is None:
            return None
        return RequestContext(
            snapshot=snapshot,
            municipality_code=code,
            language=self.language(asked),
            today=self.today(),
            status=self.store.status(),
            params=asked.params,
            book=self.store.book(),
            has_lineage=self.lineage_page is not None and self.lineage_page.is_file(),
        )

    def snapshot(self) -> Snapshot | None:
        """The one snapshot that this request sees, from start to end."""
        if "snapshot" not in g:
            g.snapshot = self.store.current()
        return g.snapshot

    def municipality_code(self, asked: Address) -> str | None:
        """The code of the municipality asked for by code or by name, None when there is none such.

        Without a wish, the default, or the first there is where the default is not in the data.
        """
        snapshot = self.snapshot()
        municipalities = snapshot.municipalities() if snapshot else []
        if asked.municipality is not None:
            return code_of(municipalities, asked.municipality)
        first = municipalities[0].municipality_code if municipalities else None
        return code_of(municipalities, self.default_municipality) or first

    def language(self, asked: Address) -> Language:
        """The address's language, else the browser's, else the first."""
        for language in self.languages:
            if asked.language == language:
                return language
        return request.accept_languages.best_match(self.languages) or self.languages[0]

    def before_request(self) -> Any:
        """None to go on; else a redirect to the full address, or a page that says what is missing."""
        if request.path.startswith(_OWN_PREFIXES):
            return None
        asked = parse_address(request.full_path)
        language = self.language(asked)
        if asked.path not in self.pages:
            return self._message(language, "page", 404, given=asked.path)
        if self.snapshot() is None:
            return self._no_data(language)
        code = self.municipality_code(asked)
        if code is None:
            return self._message(language, "municipality", 404, given=str(asked.municipality))
        if (asked.municipality, asked.language) != (code, language):
            return redirect(address(asked.path, code, language, **asked.params), 302)
        return None

    def document(self, parts: dict[str, str]) -> str:
        """The document of the page at the request's address, painted from one snapshot."""
        asked = parse_address(request.full_path)
        context = self.context(asked)
        if context is None:
            raise LookupError(f"no page content for {request.full_path}; before_request answers these")
        page = self.pages[asked.path]
        tags = {
            "stylesheets": parts["css"],
            "app_entry": parts["app_entry"],
            "config": parts["config"],
            "scripts": parts["scripts"],
            "renderer": parts["renderer"],
            "first_paint": self.composer.compose(page, context).html,
        }
        return render_page(context, page, tuple(self.pages.values()), self.store.problem, tags)

    def content(self) -> html.Div:
        """The page's components for Dash, by the address of the document that asks."""
        asked = parse_address(request.headers.get("Referer", ""))
        if asked.municipality is None:  # something on the way has cut the address off: ask the browser for it
            return html.Div([dcc.Location(id=ADDRESS_ID, refresh=False), html.Div(id=LATE_CONTENT_ID)])
        return self.page_content(asked)

    def late_content(self, href: str) -> html.Div:
        """The page's components for the address that the browser itself gives."""
        return self.page_content(parse_address(href))

    def page_content(self, asked: Address) -> html.Div:
        context = self.context(asked)
        if context is None or asked.path not in self.pages:
            return html.Div()
        composed = self.composer.compose(self.pages[asked.path], context)
        return html.Div(composed.components, id=PAGE_CONTENT_ID)

    def csv(self, dataset: str) -> Response:
        """A CSV download, or 400 with what was wrong."""
        return self._download(dataset, csv_text, "csv", "text/csv")

    def excel(self, dataset: str) -> Response:
        """An Excel download, or 400 with what was wrong."""
        return self._download(dataset, excel_bytes, "xlsx", MIMETYPE)

    def _download(
        self, dataset: str, written: Callable[[RequestContext, str], str | bytes], ending: str, mimetype: str
    ) -> Response:
        asked = parse_address(request.full_path)
        context = self.context(asked)
        if context is None:
            return Response("no such municipality, or no data yet\n", 404, mimetype="text/plain")
        try:
            body = written(context, dataset)
        except BadDownload as reason:
            return Response(f"{reason}\n", 400, mimetype="text/plain")
        name = f"{dataset}_{context.municipality_code}_{context.language}.{ending}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(body, mimetype=mimetype, headers=headers)

    def search(self) -> tuple[Response, int]:
        """What the search field suggests for the words typed so far; 404 without data or municipality."""
        asked = parse_address(request.full_path)
        context = self.context(asked)
        if context is None:
            return jsonify([]), 404
        query = asked.params.get(QUERY_PARAMETER, "")
        return jsonify(suggested(context, tuple(self.pages.values()), query)), 200

    def lineage(self) -> Response:
        """dbt's own pages, where they have been built."""
        return lineage_answer(self.lineage_page)

    def health(self) -> tuple[Response, int]:
        """Whether there is data to show, and which; 503 while there is none."""
        snapshot = self.store.current()
        problem = self.store.problem
        body = {
            "status": "ok" if snapshot and not problem else "degraded" if snapshot else "no data",
            "snapshot_id": snapshot.snapshot_id if snapshot else None,
            "problem": problem.detail if problem else None,
        }
        return jsonify(body), 200 if snapshot else 503

    def failure(self, error: Exception) -> Any:
        """A page that owns up to an unexpected error; the error itself goes to the log."""
        if isinstance(error, HTTPException):
            return error
        logger.exception("%s %s failed", request.method, request.full_path, exc_info=error)
        if request.path.startswith(_OWN_PREFIXES):
            return Response("internal error\n", 500, mimetype="text/plain")
        return self._message(self.language(parse_address(request.full_path)), "failure", 500)

    def _message(self, language: Language, kind: str, status: int, **arguments: str) -> tuple[str, int]:
        snapshot = self.snapshot()
        text = render_message(
            language,
            tuple(self.pages.values()),
            self.default_municipality,
            self.stylesheets(),
            t(language, f"error.{kind}.title"),
            t(language, f"error.{kind}.what", **arguments),
            municipalities=municipality_names(snapshot, language) if snapshot else [],
            back=address("/", self.default_municipality, language),
        )
        return text, status

    def _no_data(self, language: Language) -> tuple[str, int, dict[str, str]]:
        text = render_message(
            language,
            tuple(self.pages.values()),
            self.default_municipality,
            self.stylesheets(),
            t(language, "empty.title"),
            t(language, "empty.what"),
            todo=t(language, "empty.todo", command=REFRESH_COMMAND),
        )
        return text, 503, {"Retry-After": "30"}


def code_of(municipalities: Iterable[Municipality], given: str) -> str | None:
    """The code of the municipality given by code or by Finnish or Swedish name; None when there is none."""
    wanted = given.strip().casefold()
    for item in municipalities:
        if wanted in (item.municipality_code, item.name_fi.casefold(), (item.name_sv or "").casefold()):
            return item.municipality_code
    return None


def create_app(
    store: SnapshotStore,
    *,
    default_municipality: str = "305",
    languages: tuple[Language, ...] = LANGUAGES,
    today: Callable[[], date] = today_in_helsinki,
    pages: tuple[Page, ...] = PAGES,
    lineage_page: Path | None = None,
) -> Dash:
    """The application over `store`, ready to be served; nothing is fetched and nothing is global.

    `lineage_page` is where dbt's pages are, once they have been built.
    """
    server = Flask("dashboards")
    app = LeaderDash(
        "dashboards",
        server=server,
        suppress_callback_exceptions=True,
        update_title="",
        compress=False,
    )
    site = Site(
        store,
        pages,
        default_municipality,
        languages,
        today,
        composer=Composer(lambda: ids_in_callbacks(app._callback_list)),
        stylesheets=app._generate_css_dist_html,
        lineage_page=lineage_page,
    )
    app.site = site
    app.layout = site.content
    app.callback(Output(LATE_CONTENT_ID, "children"), Input(ADDRESS_ID, "href"))(site.late_content)
    for page in pages:
        page.register(app, store)
    server.register_error_handler(Exception, site.failure)
    server.before_request(site.before_request)
    server.after_request(_with_security_headers(app))
    server.add_url_rule("/health", "health", site.health)
    server.add_url_rule(SEARCH_PATH, "search", site.search)
    server.add_url_rule(LINEAGE_PATH, "lineage", site.lineage)
    server.add_url_rule(f"{CSV_PATH}/<dataset>", "csv", site.csv)
    server.add_url_rule(f"{EXCEL_PATH}/<dataset>", "excel", site.excel)
    return app


def _with_security_headers(app: Dash) -> Callable[[Response], Response]:
    """A function that adds the headers; inline scripts are known once callbacks are in place."""
    policies: list[str] = []

    def add(response: Response) -> Response:
        if not policies:
            policies.append(_content_security_policy(app.csp_hashes()))
        response.headers.setdefault("Content-Security-Policy", policies[0])
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if response.mimetype == "text/html":
            response.headers["Cache-Control"] = "no-cache"
        return response

    return add


def _content_security_policy(script_hashes: list[str]) -> str:
    return "; ".join(
        [
            "default-src 'self'",
            " ".join(["script-src 'self'", *script_hashes]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "worker-src 'self' blob:",
            "frame-ancestors 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "object-src 'none'",
        ]
    )
