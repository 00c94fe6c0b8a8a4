"""Finding a municipality, a KPI or a page by a part of its name in any of the three languages."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from contract.locale_formats import LANGUAGES
from contract.messages import t
from dashboards.address import address
from dashboards.context import Page, RequestContext

SEARCH_PATH = "/search.json"
QUERY_PARAMETER = "q"
KPI_PATH = "/mittari"
MOST_SUGGESTED = 8
LONGEST_QUERY = 80

Kind = Literal["municipality", "kpi", "page"]
KINDS: tuple[Kind, ...] = ("municipality", "kpi", "page")


@dataclass(frozen=True)
class Found:
    """One hit: what it is, its name in the reader's language, the other name that matched, its address."""

    kind: Kind
    name: str
    also: str
    href: str


def folded(text: str) -> str:
    """Small letters without accents: `Hämeenlinna` and `hameenlinna` become the same."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in apart if not unicodedata.combining(sign)).split())


def search(context: RequestContext, pages: Sequence[Page], query: str) -> list[Found]:
    """Everything that matches, best first: whole names, beginnings, beginnings of words, parts of words.

    Among equals municipalities come before KPIs and KPIs before pages. Empty for an empty query.
    """
    wanted = folded(query[:LONGEST_QUERY])
    if not wanted:
        return []
    ranked = []
    for order, (kind, name, others, href) in enumerate(_everything(context, pages)):
        best = min((_rank(wanted, other), other != name, other) for other in (name, *others))
        if best[0] < _NO_MATCH:
            also = best[2] if folded(best[2]) != folded(name) else ""
            ranked.append((best[0], KINDS.index(kind), order, Found(kind, name, also, href)))
    return [found for *_, found in sorted(ranked, key=lambda item: item[:3])]


def suggested(context: RequestContext, pages: Sequence[Page], query: str) -> list[dict[str, str]]:
    """The first hits as the list under the search field needs them, `kind` in the reader's words."""
    hits = search(context, pages, query)[:MOST_SUGGESTED]
    return [asdict(hit) | {"kind": context.text(f"search.kind.{hit.kind}")} for hit in hits]


_NO_MATCH = 4


def _rank(wanted: str, name: str) -> int:
    name = folded(name)
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    if f" {wanted}" in name.replace("-", " "):
        return 2
    return 3 if wanted in name else _NO_MATCH


def _everything(
    context: RequestContext, pages: Iterable[Page]
) -> Iterator[tuple[Kind, str, tuple[str, ...], str]]:
    """Kind, name, the names in all languages and address of whatever can be found."""
    language = context.language
    for item in context.snapshot.municipalities():
        names = tuple(filter(None, (item.name_fi, item.name_sv)))
        yield "municipality", item.name(language), names, address("/", item.municipality_code, language)
    for kpi in context.snapshot.kpis():
        names = tuple(kpi.name(other) for other in LANGUAGES)
        yield "kpi", kpi.name(language), names, context.link(KPI_PATH, mittari=kpi.kpi_id)
    for page in pages:
        names = tuple(t(other, page.TITLE) for other in LANGUAGES)
        yield "page", t(language, page.TITLE), names, context.link(page.PATH)
