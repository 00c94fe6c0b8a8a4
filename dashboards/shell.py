"""What surrounds every page: header, notices, footer; rendered on the server, never by scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template

from contract.locale_formats import LANGUAGES, Language, day, moment
from contract.messages import t
from dashboards import theme
from dashboards.address import address
from dashboards.context import Page, RequestContext
from dashboards.data.snapshot import Snapshot
from dashboards.data.store import StoreProblem

FRONT_PATH = "/"
_AFTER_Z = str.maketrans({"å": "{", "ä": "|", "ö": "}"})
DATA_PATH = "/tiedot"


@dataclass(frozen=True)
class Notice:
    """A line under the header: a status sign (`watch`, `unknown`), words, and where to read more."""

    status: str
    words: str
    href: str | None = None


def render_page(
    context: RequestContext,
    page: Page,
    pages: Sequence[Page],
    problem: StoreProblem | None,
    parts: dict[str, str],
) -> str:
    """The whole document of a page. `parts` are the first paint and Dash's own tags, already HTML."""
    language = context.language
    municipality = context.municipality.name(language)
    manifest = context.snapshot.manifest
    title = context.text("app.title", page=context.text(page.TITLE), municipality=municipality)
    return render_template(
        "page.html",
        **_common(language, context.municipality_code, page.PATH, pages, dict(context.params)),
        title=title,
        municipality_name=municipality,
        municipalities=municipality_names(context.snapshot, language),
        kept_parameters=sorted(context.params.items()),
        notices=notices(context, problem),
        situation=_situation(context, named=page.PATH != FRONT_PATH),
        data_link=context.link(DATA_PATH),
        snapshot_line=context.text(
            "footer.snapshot",
            snapshot=manifest.snapshot_id,
            time=moment(manifest.created_at, language),
        ),
        **parts,
    )


def render_message(
    language: Language,
    pages: Sequence[Page],
    municipality_code: str,
    stylesheets: str,
    heading: str,
    explanation: str,
    **extras: Any,
) -> str:
    """A document that says something instead of a page: no data yet, no such municipality, no such page."""
    return render_template(
        "message.html",
        **_common(language, municipality_code, None, pages, {}),
        title=f"{heading} · {t(language, 'app.name')}",
        heading=heading,
        explanation=explanation,
        stylesheets=stylesheets,
        **extras,
    )


def municipality_names(snapshot: Snapshot, language: Language) -> list[str]:
    """Names to choose from, in alphabetical order, å, ä and ö last."""
    names = {item.name(language) for item in snapshot.municipalities()}
    return sorted(names, key=alphabetical)


def alphabetical(name: str) -> str:
    """What to sort a Finnish or Swedish name by."""
    return name.casefold().translate(_AFTER_Z)


def _common(
    language: Language, code: str, path: str | None, pages: Sequence[Page], params: dict[str, str]
) -> dict[str, Any]:
    return {
        "language": language,
        "municipality_code": code,
        "text": lambda key, **arguments: t(language, key, **arguments),
        "tokens": theme.stylesheet(),
        "path": path or FRONT_PATH,
        "home": address(FRONT_PATH, code, language),
        "language_links": [
            {
                "code": item,
                "name": t(language, f"app.language.{item}"),
                "href": address(path or FRONT_PATH, code, item, **params),
            }
            for item in LANGUAGES
        ],
        "page_links": [
            {
                "name": t(language, page.TITLE),
                "href": address(page.PATH, code, language),
                "current": path == page.PATH,
            }
            for page in pages
            if getattr(page, "IN_NAVIGATION", True)
        ],
    }


def notices(context: RequestContext, problem: StoreProblem | None) -> list[Notice]:
    """What the reader must know before trusting the figures; empty on an ordinary day."""
    found = []
    href = context.link(DATA_PATH)
    if problem is not None:
        found.append(Notice("watch", context.text(f"notice.problem.{problem.kind}")))
    if context.snapshot.manifest.is_extract:
        found.append(Notice("unknown", context.text("notice.extract")))
    stale = _stale_titles(context)
    if stale:
        words = context.text("notice.stale", titles=", ".join(stale))
        found.append(Notice("watch", words, href))
    return found


def _stale_titles(context: RequestContext) -> list[str]:
    """Titles of the sources whose newest try failed, by the status file or else the manifest."""
    if context.status is not None:
        stale = {(item.source, item.table_name) for item in context.status.sources if item.stale}
    else:
        entries = context.snapshot.manifest.sources
        stale = {(entry.source, entry.table) for entry in entries if entry.status == "stale"}
    return [
        source.title(context.language)
        for source in context.snapshot.sources()
        if (source.source, source.table_name) in stale
    ]


def _situation(context: RequestContext, *, named: bool) -> str:
    """`Kuusamo · tilanne 31.12.2020 · tiedot haettu 21.11.2026 05.12`; the name unless the heading has it.

    An extract was not fetched from the publishers then, only read.
    """
    parts = [context.municipality.name(context.language)] if named else []
    population = context.snapshot.kpi_latest(context.municipality_code).get("population")
    if population is not None:
        parts.append(context.text("shell.situation", date=day(population.period_end, context.language)))
    fetched = [source.fetched_at for source in context.snapshot.sources() if source.fetched_at]
    if fetched:
        key = "shell.loaded" if context.snapshot.manifest.is_extract else "shell.fetched"
        parts.append(context.text(key, time=moment(max(fetched), context.language)))
    line = " · ".join(parts)
    return line[:1].upper() + line[1:]
