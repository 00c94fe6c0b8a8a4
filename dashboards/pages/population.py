"""The population page: how many live here, how many will, of what age, and what the change is made of."""

from __future__ import annotations

from collections.abc import Sequence

from dash import Dash, html

from contract.narrative import GroupOutlook, Measured, population_sentence
from dashboards.components.forecast_accuracy import TITLE_ID as ACCURACY_ID
from dashboards.components.kpi_figures import caveats
from dashboards.components.population_accuracy import accuracy_section
from dashboards.components.population_ages import (
    finding,
    groups_card,
    horizons_section,
    pyramid_card,
)
from dashboards.components.population_change import change_card
from dashboards.components.population_outlook import (
    BROAD_SCHEME,
    SERVICE_SCHEME,
    TOTAL_SCHEME,
    chosen_year,
    outlooks,
)
from dashboards.components.population_trend import POPULATION_KPI, measured_population, trend_card
from dashboards.components.population_view import POPULATION_PATH, YEAR_PARAMETER, view_link
from dashboards.components.service_need import service_need_sections
from dashboards.components.tested_horizons import Tested, ages_tested_words, how_tested
from dashboards.components.unknown_choice import unknown_choice
from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore

PATH = POPULATION_PATH
TITLE = "page.population"
DATA_PATH = "/tiedot"
FRONT_PATH = "/"
REFRESH_COMMAND = "kuntaluotsi refresh --from live"
YEAR_STEP = 5
"""Years between the choices; the years between are reached one by one."""


YEARS_BACK = 5
"""Years over which the first sentence tells the change."""

Forecast = dict[int, list[GroupOutlook]]
"""Age groups by forecast year."""


class Ids:
    """Element ids of the page."""

    YEAR = "ennustevuosi"
    METHOD = "ennusteen-teko"
    MISSING = "tiedot-puuttuvat"


def layout(context: RequestContext) -> html.Div:
    """The whole page for one municipality and language.

    The address chooses the forecast year (`vuosi`), scenarios (`skenaario`), past forecasts (`aiemmat`) and
    the service whose need is drawn (`palvelu`).
    """
    snapshot, code = context.snapshot, context.municipality_code
    measured_years = snapshot.population_years(code)
    total = {year: groups[0] for year, groups in outlooks(context, TOTAL_SCHEME).items()}
    service = outlooks(context, SERVICE_SCHEME)
    broad = outlooks(context, BROAD_SCHEME)
    base_year = _base_year(measured_years, service)
    year = chosen_year(context, sorted(service), base_year) if service and base_year else None
    found = how_tested(context) if total else None
    looked = snapshot.hindsight(code) if total else []
    sections = [
        None if measured_years else _missing(context),
        trend_card(context, total, found, looked),
        accuracy_section(context, found, looked) if total else None,
        *(service_need_sections(context, found) if total else []),
        *(_by_age(context, service, broad, base_year, year, found) if base_year else []),
        change_card(context),
        _method(context) if service else None,
    ]
    return html.Div(
        [
            html.H1(_heading(context)),
            _lead(context, service.get(year or 0, [])),
            _warnings(context),
            *[section for section in sections if section is not None],
        ],
        className="population",
    )


def register(app: Dash, store: SnapshotStore) -> None:
    """Nothing to register: the page follows from its address alone."""


def _base_year(measured_years: Sequence[int], forecast: Forecast) -> int | None:
    """The forecast's base year, else the newest year with ages; None without ages."""
    if forecast:
        return next(iter(forecast.values()))[0].base_year
    return max(measured_years, default=None)


def _heading(context: RequestContext) -> str:
    """`Kuusamon väestö`; without the Finnish genitive a form that needs none."""
    municipality, language = context.municipality, context.language
    genitive = municipality.name_fi_genitive if language == "fi" else municipality.name(language)
    if genitive is None:
        return context.text("population.heading.plain", name=municipality.name(language))
    return context.text("population.heading.named", name=genitive)


def _lead(context: RequestContext, service: Sequence[GroupOutlook]) -> html.P | None:
    """What the page comes to: the population and its change, and the age group that will change most."""
    sentences = [_population_sentence(context), finding(context, list(service))]
    said = [sentence.rstrip(".") + "." for sentence in sentences if sentence]
    return html.P(" ".join(said), className="lead") if said else None


def _warnings(context: RequestContext) -> html.P | None:
    """The age of the newest population in words when a newer one should be out; None on an ordinary day."""
    snapshot = context.snapshot
    newest = snapshot.kpi_latest(context.municipality_code).get(POPULATION_KPI)
    told = caveats(snapshot.kpi(POPULATION_KPI), newest, context) if newest else []
    return html.P([html.Span(text, className="chip") for text in told], className="chips") if told else None


def _population_sentence(context: RequestContext) -> str | None:
    measured = measured_population(context)
    year = max(measured, default=0)
    if year - YEARS_BACK not in measured:
        return None
    municipality = context.municipality
    return population_sentence(
        context.language,
        municipality.name(context.language),
        municipality.name_fi_locative if context.language == "fi" else None,
        Measured(str(year), measured[year]),
        Measured(str(year - YEARS_BACK), measured[year - YEARS_BACK]),
    ).text


def _by_age(
    context: RequestContext,
    service: Forecast,
    broad: Forecast,
    base_year: int,
    year: int | None,
    found: Tested | None,
) -> list[html.Div | html.Nav | html.P | html.Section | None]:
    """The chooser of the forecast year and what follows it, then the table of all horizons."""
    pyramid = pyramid_card(context, broad.get(year or 0, []), base_year, year)
    groups = groups_card(context, service.get(year or 0, []))
    pair = html.Div([card for card in (pyramid, groups) if card is not None], className="pair")
    chooser = _year_chooser(context, sorted(service), base_year, year) if year else None
    asked = context.params.get(YEAR_PARAMETER)
    unknown = unknown_choice(context, asked, str(year), known=asked == str(year)) if year else None
    how_far = ages_tested_words(context, found.size_class) if year and found else None
    said = html.P(how_far, className="quiet untested") if how_far else None
    return [chooser, unknown, said, pair, horizons_section(context, service, base_year)]


def _year_chooser(context: RequestContext, years: Sequence[int], base_year: int, year: int) -> html.Nav:
    """Links to the forecast years: every fifth by name, the others by stepping."""
    named = [item for item in years if (item - base_year) % YEAR_STEP == 0]
    if year not in named:
        named = sorted([*named, year])
    links = [
        html.A(
            str(item),
            href=_year_link(context, item),
            className="choice",
            **({"aria-current": "true"} if item == year else {}),
        )
        for item in named
    ]
    return html.Nav(
        [
            html.Span(context.text("population.year.label"), className="quiet", id=Ids.YEAR),
            _step(context, years, year - 1, "earlier", "‹"),
            *links,
            _step(context, years, year + 1, "later", "›"),
        ],
        className="years",
        **{"aria-labelledby": Ids.YEAR},
    )


def _step(
    context: RequestContext, years: Sequence[int], year: int, key: str, sign: str
) -> html.A | html.Span:
    """A link one year earlier or later; its sign without a link where the forecast ends."""
    if year not in years:
        return html.Span(sign, className="choice quiet", **{"aria-hidden": "true"})
    said = f"{context.text(f'population.year.{key}')}: {year}"
    return html.A(sign, href=_year_link(context, year), className="choice", **{"aria-label": said})


def _year_link(context: RequestContext, year: int) -> str:
    return view_link(context, Ids.YEAR, **{YEAR_PARAMETER: year})


def _missing(context: RequestContext) -> html.Section:
    """Which figures the municipality lacks, and what to do."""
    name = context.municipality.name(context.language)
    return html.Section(
        [
            html.H2(context.text("population.missing.title"), id=Ids.MISSING),
            html.P(context.text("population.missing.what", name=name)),
            html.P(context.text("population.missing.todo", command=REFRESH_COMMAND)),
            html.A(
                context.text("population.missing.front"), href=context.link(FRONT_PATH), className="forward"
            ),
        ],
        className="chart-card",
        **{"aria-labelledby": Ids.MISSING},
    )


def _method(context: RequestContext) -> html.Section:
    """How the forecast is made, and where its past errors are told."""
    return html.Section(
        [
            html.H2(context.text("population.method.title"), id=Ids.METHOD),
            html.P(context.text("population.method.how")),
            html.P(context.text("population.method.chance")),
            html.A(
                context.text("population.method.more"),
                href=f"{context.link(DATA_PATH)}#{ACCURACY_ID}",
                className="forward",
            ),
        ],
        className="chart-card method",
        **{"aria-labelledby": Ids.METHOD},
    )
