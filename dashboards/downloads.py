"""CSV downloads: the rows behind a view with their source, as the reader's spreadsheet opens them.

`/csv/<dataset>?kunta=305&kieli=fi&…`. Title, source, licence and snapshot come first, then one header
row. Finnish and Swedish files use `;` and a decimal comma, English ones `,` and a point; all are UTF-8
with a byte-order mark. Missing values are empty, with their reason in the status column.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from datetime import date

import pandas as pd

from contract.locale_formats import in_helsinki, moment
from contract.safe_cells import safe_cell
from dashboards.components.breaks import breaks_of, first_periods
from dashboards.components.desk_answer import answered, asked_for, what_if_frame
from dashboards.context import RequestContext
from dashboards.data.foresight_queries import LookedBack, Needed, NeedOfUnit
from dashboards.data.records import BASE_SCENARIO, KpiPoint, Source
from dashboards.dictionary_downloads import DICTIONARY_DATASETS
from dashboards.download_table import CSV_PATH, BadDownload, Table
from dashboards.side_downloads import SIDE_DATASETS
from dashboards.statutory_downloads import STATUTORY_DATASETS

SCHEMES = ("service", "report", "broad", "total")
"""Divisions into age groups that the published tables hold; the first is the usual one."""


def csv_address(context: RequestContext, dataset: str, **parameters: str | int | None) -> str:
    """The address of a download of `dataset`, one of DATASETS, for the context's municipality."""
    if dataset not in DATASETS:
        raise BadDownload(f"no dataset {dataset!r}; known: {sorted(DATASETS)}")
    return context.link(f"{CSV_PATH}/{dataset}", **parameters)


def csv_text(context: RequestContext, dataset: str) -> str:
    """The file's text for the context's municipality, language and parameters.

    Raises: BadDownload naming what was asked and what is known.
    """
    return _written(context, asked_table(context, dataset))


def asked_table(context: RequestContext, dataset: str) -> Table:
    """The rows of `dataset` for the context's municipality, language and parameters.

    Raises: BadDownload naming what was asked and what is known.
    """
    if dataset not in DATASETS:
        raise BadDownload(f"no dataset {dataset!r}; known: {sorted(DATASETS)}")
    try:
        return DATASETS[dataset](context)
    except KeyError as unknown:
        raise BadDownload(str(unknown.args[0])) from unknown


def _written(context: RequestContext, table: Table) -> str:
    english = context.language == "en"
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter="," if english else ";", lineterminator="\r\n")
    writer.writerow([safe_cell(table.title)])
    for source in context.snapshot.sources():
        if (source.source, source.table_name) in table.sources:
            writer.writerow([safe_cell(_source_line(context, source))])
    writer.writerow([context.text("download.snapshot", snapshot=context.snapshot.snapshot_id)])
    writer.writerow([])
    writer.writerow(table.columns)
    writer.writerows([_cell(value, english) for value in row] for row in table.rows)
    return "\ufeff" + buffer.getvalue()


def _source_line(context: RequestContext, source: Source) -> str:
    return context.text(
        "download.source",
        publisher=context.publisher(source),
        title=source.title(context.language),
        table=source.publisher_table_id,
        fetched=moment(source.fetched_at, context.language) if source.fetched_at else "–",
        licence=source.licence,
    )


def _cell(value: object, english: bool) -> object:
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return ""
    if isinstance(value, float):
        text = repr(round(value, 6))
        text = text.removesuffix(".0")
        return text if english else text.replace(".", ",")
    if isinstance(value, date):
        return value.isoformat()
    return safe_cell(value)


def _required(context: RequestContext, name: str) -> str:
    value = context.params.get(name)
    if not value:
        raise BadDownload(f"the address lacks the parameter {name!r}")
    return value


def _year(context: RequestContext, name: str) -> int:
    text = _required(context, name)
    if not text.isdecimal() or len(text) != 4:
        raise BadDownload(f"{name}={text!r}; a year such as 2030 was expected")
    return int(text)


def _area(context: RequestContext) -> str:
    """The area asked for (`alue`), or the municipality."""
    code = context.params.get("alue", context.municipality_code)
    if context.snapshot.is_area(code):
        return code
    return context.snapshot.municipality(code).municipality_code


def _area_name(context: RequestContext, code: str) -> str:
    if context.snapshot.is_area(code):
        return context.snapshot.area(code).name(context.language)
    return context.snapshot.municipality(code).name(context.language)


_KPI_COLUMNS = (
    "area_code",
    "area_name",
    "kpi_id",
    "kpi_name",
    "unit",
    "period_type",
    "period",
    "period_end",
    "value",
    "value_status",
    "lower",
    "upper",
)


def _kpi_rows(context: RequestContext, points: Iterable[KpiPoint]) -> list[tuple[object, ...]]:
    names = {kpi.kpi_id: kpi for kpi in context.snapshot.kpis()}
    return [
        (
            point.area_code,
            _area_name(context, point.area_code),
            point.kpi_id,
            names[point.kpi_id].name(context.language),
            names[point.kpi_id].unit,
            point.period_type,
            point.period,
            point.period_end,
            point.value,
            point.value_status,
            point.lower,
            point.upper,
        )
        for point in points
    ]


def _kpi_series(context: RequestContext) -> Table:
    """One KPI over time: parameters `mittari`, `alue`; `break` names what changed before the period."""
    kpi, area = context.snapshot.kpi(_required(context, "mittari")), _area(context)
    points = context.snapshot.kpi_series(kpi.kpi_id, area)
    broken = first_periods(breaks_of(context, kpi), [point.period for point in points])
    labels = [broken[p.period].label(context.language) if p.period in broken else "" for p in points]
    rows = [(*row, label) for row, label in zip(_kpi_rows(context, points), labels, strict=True)]
    title = f"{kpi.name(context.language)}, {_area_name(context, area)}"
    return Table(title, (*_KPI_COLUMNS, "break"), rows, kpi.sources)


def _kpi_values(context: RequestContext) -> Table:
    """One KPI and period for all municipalities: parameters `mittari`, `jakso`."""
    kpi, period = context.snapshot.kpi(_required(context, "mittari")), _required(context, "jakso")
    rows = _kpi_rows(context, context.snapshot.kpi_values(kpi.kpi_id, period))
    if not rows:
        raise BadDownload(f"jakso={period!r}: {kpi.kpi_id} has no value of it; 2020, 2020Q1 or 2020M01")
    return Table(f"{kpi.name(context.language)}, {period}", _KPI_COLUMNS, rows, kpi.sources)


def _key_figures(context: RequestContext) -> Table:
    """The newest value of every KPI of the municipality."""
    latest = context.snapshot.kpi_latest(context.municipality_code)
    order = [kpi for kpi in context.snapshot.kpis() if kpi.kpi_id in latest]
    rows = _kpi_rows(context, [latest[kpi.kpi_id] for kpi in order])
    sources = tuple(dict.fromkeys(source for kpi in order for source in kpi.sources))
    return Table(context.municipality.name(context.language), _KPI_COLUMNS, rows, sources)


def _frame_table(context: RequestContext, key: str, area: str, frame: pd.DataFrame, *sources: str) -> Table:
    columns = ("area_code", "area_name", *(str(column) for column in frame.columns))
    name = _area_name(context, area)
    values = frame.astype(object).where(frame.notna(), None)
    rows = [(area, name, *row) for row in values.itertuples(index=False, name=None)]
    title = f"{context.text(f'download.title.{key}')}, {name}"
    return Table(title, columns, rows, tuple(("statfin", source) for source in sources))


def _population(context: RequestContext) -> Table:
    """Population by sex and single year of age in one year: parameters `vuosi`, `alue`."""
    area, year = _area(context), _year(context, "vuosi")
    frame = context.snapshot.population_pyramid(area, year)
    frame.insert(0, "reference_year", year)
    return _frame_table(context, "population", area, frame, "population_by_age")


def _population_groups(context: RequestContext) -> Table:
    """Population by age group, all measured years: parameters `jako`, `alue`."""
    area = _area(context)
    frame = context.snapshot.population_groups(area, _scheme(context))
    return _frame_table(context, "population_groups", area, frame, "population_by_age")


def _projection(context: RequestContext) -> Table:
    """Our forecast by age group with its band, the base or a scenario: `jako`, `alue`, `skenaario`."""
    area, scheme = _area(context), _scheme(context)
    scenario = _scenario(context, area)
    frame = context.snapshot.projection(area, scheme, scenario)
    frame.insert(0, "scenario_id", scenario)
    return _frame_table(context, "projection", area, frame, "population_by_age", "vital_events")


def _scheme(context: RequestContext) -> str:
    """The division into age groups asked for (`jako`), or that of services."""
    asked = context.params.get("jako", SCHEMES[0])
    if asked not in SCHEMES:
        raise BadDownload(f"no division into age groups {asked!r}; known: {list(SCHEMES)}")
    return asked


def _scenario(context: RequestContext, area: str) -> str:
    """The scenario asked for (`skenaario`), or the base."""
    asked = context.params.get("skenaario", BASE_SCENARIO)
    known = [BASE_SCENARIO, *(item.scenario_id for item in context.snapshot.scenarios(area))]
    if asked not in known:
        raise BadDownload(f"no scenario {asked!r} for {area}; known: {known}")
    return asked


def _projection_age(context: RequestContext) -> Table:
    """Our forecast by sex and single year of age in one year: parameter `vuosi`."""
    frame = context.snapshot.projection_age(context.municipality_code, _year(context, "vuosi"))
    frame.insert(0, "projection_year", _year(context, "vuosi"))
    return _frame_table(
        context, "projection", context.municipality_code, frame, "population_by_age", "vital_events"
    )


def _official_projection(context: RequestContext) -> Table:
    """Statistics Finland's projection by single year of age: parameters `laadittu`, `alue`."""
    area, vintage = _area(context), _year(context, "laadittu")
    frame = context.snapshot.official_projection(area, vintage)
    frame.insert(0, "vintage", vintage)
    return _frame_table(context, "official_projection", area, frame, f"population_projection_{vintage}")


def _service_need(context: RequestContext) -> Table:
    """How many people services will be needed for, by measure and year, with the band: parameter `alue`."""
    area = _area(context)
    frame = pd.DataFrame(context.snapshot.service_need(area), columns=Needed._fields)
    return _frame_table(context, "service_need", area, frame, "population_by_age", "vital_events")


def _service_need_events(context: RequestContext) -> Table:
    """How likely the thresholds of service need are passed, by year."""
    code = context.municipality_code
    frame = context.snapshot.service_need_event_rows(code)
    return _frame_table(context, "service_need_events", code, frame, "population_by_age", "vital_events")


def _service_need_units(context: RequestContext) -> Table:
    """Schools and day care of the municipality's own registers, by measure and year."""
    code = context.municipality_code
    frame = pd.DataFrame(context.snapshot.service_need_units(code), columns=NeedOfUnit._fields)
    return _frame_table(context, "service_need_units", code, frame, "population_by_age", "vital_events")


def _what_if(context: RequestContext) -> Table:
    """Base and scenario by year and age group: parameters as in the scenario desk's address."""
    prepared = context.snapshot.prepared(context.municipality_code)
    if prepared is None:
        raise BadDownload(f"{context.municipality_code} has no forecast to change")
    answer = answered(context, asked_for(context), prepared)
    frame = what_if_frame(answer)
    return _frame_table(
        context, "what_if", context.municipality_code, frame, "population_by_age", "vital_events"
    )


def _hindsight(context: RequestContext) -> Table:
    """What the method would have said of the municipality's population in earlier years, and what came."""
    code = context.municipality_code
    frame = pd.DataFrame(context.snapshot.hindsight(code), columns=LookedBack._fields)
    return _frame_table(context, "hindsight", code, frame, "vital_events")


def _forecast_scores(context: RequestContext) -> Table:
    """Published forecasts of the municipality's population, and what came."""
    code = context.municipality_code
    frame = context.snapshot.forecast_scores([code]).drop(columns="municipality_code")
    return _frame_table(context, "forecast_scores", code, frame, "vital_events")


def _backtest_scores(context: RequestContext) -> Table:
    """Every score of the backtests, all municipalities and regions together."""
    frame = context.snapshot.backtest_rows()
    values = frame.astype(object).where(frame.notna(), None)
    return Table(
        context.text("download.title.backtest_scores"),
        tuple(str(column) for column in frame.columns),
        list(values.itertuples(index=False, name=None)),
        (),
    )


def _sources(context: RequestContext) -> Table:
    """Every source table behind the snapshot."""
    language = context.language
    columns = ("publisher", "table_id", "title", "licence", "border_year", "rows", "first", "last", "fetched")
    rows = [
        (
            source.publisher,
            source.publisher_table_id,
            source.title(language),
            source.licence,
            source.border_year,
            source.rows_loaded,
            source.first_period,
            source.last_period,
            in_helsinki(source.fetched_at).date() if source.fetched_at else None,
        )
        for source in context.snapshot.sources()
    ]
    return Table(context.text("download.title.sources"), columns, rows, ())


DATASETS: dict[str, Callable[[RequestContext], Table]] = {
    "kpi_series": _kpi_series,
    "kpi_values": _kpi_values,
    "key_figures": _key_figures,
    "population": _population,
    "population_groups": _population_groups,
    "projection": _projection,
    "projection_age": _projection_age,
    "official_projection": _official_projection,
    "service_need": _service_need,
    "service_need_events": _service_need_events,
    "service_need_units": _service_need_units,
    "what_if": _what_if,
    "hindsight": _hindsight,
    "forecast_scores": _forecast_scores,
    "backtest_scores": _backtest_scores,
    "sources": _sources,
    **DICTIONARY_DATASETS,
    **SIDE_DATASETS,
    **STATUTORY_DATASETS,
}
"""Downloads by name; the parameters of each are in its function's docstring."""
