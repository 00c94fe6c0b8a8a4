"""KPIs against what the publisher says itself, in another table or in other words, on all municipalities."""

from __future__ import annotations

import duckdb
import pytest

from dagster_project.dbt_codegen import DBT_DIR
from dagster_project.dbt_kpi import read_kpis
from dagster_project.raw.warehouse import open_warehouse
from dagster_project.running.figures_check import FiguresCheck, check_figures
from dagster_project.settings import Settings

pytestmark = pytest.mark.reference

SERIES = """
    select right(area, 3) as code, cast(time as integer) as year, contents, value
    from raw_keyfigures.key_figures_series_2017 where value is not null
"""


ROUNDED_TO_ONE_DECIMAL = 0.0501


def held_to_the_answers(built: Settings) -> FiguresCheck:
    with open_warehouse(built, read_only=True) as connection:
        connection.execute("set schema = 'marts'")
        return check_figures(connection, read_kpis(DBT_DIR / "models" / "marts"), built.raw_dir)


def one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row


@pytest.mark.parametrize(("year", "population"), [(2018, 5_517_919), (2019, 5_525_292), (2020, 5_533_793)])
def test_the_country_has_the_published_population(
    mirror: duckdb.DuckDBPyConnection, year: int, population: int
) -> None:
    query = f"select sum(population_count) from marts.fct_population where reference_year = {year}"
    assert one(mirror, query) == (population,)
    area = (
        "select value from marts.fct_kpi_value_area "
        f"where (area_code, kpi_id, period) = ('SSS', 'population', '{year}')"
    )
    assert one(mirror, area) == (population,)


def test_population_of_two_tables_agrees_for_every_municipality_and_year(
    mirror: duckdb.DuckDBPyConnection,
) -> None:
    compared, different = one(
        mirror,
        """
        with by_age as (
            select municipality_code, reference_year, sum(population_count) as n
            from intermediate.int_population_by_age group by all
        )
        select count(*), count(*) filter (where by_age.n <> events.population_count)
        from by_age join intermediate.int_vital_events as events using (municipality_code, reference_year)
        """,
    )
    assert (compared, different) == (930, 0)


def test_events_explain_every_change_of_population(mirror: duckdb.DuckDBPyConnection) -> None:
    compared, different = one(
        mirror,
        """
        select count(*), count(*) filter (where this_year.population_count <> earlier.population_count
            + this_year.live_births_count - this_year.deaths_count
            + this_year.in_migration_count - this_year.out_migration_count
            + this_year.immigration_count - this_year.emigration_count + this_year.correction_count)
        from intermediate.int_vital_events as this_year
        join intermediate.int_vital_events as earlier
            on this_year.municipality_code = earlier.municipality_code
            and this_year.reference_year = earlier.reference_year + 1
        """,
    )
    assert compared == 3100
    assert different == 0


def test_every_kpi_equals_the_cells_of_the_publisher_that_its_yaml_names(mirror_build: Settings) -> None:
    """By a second reading of the answers; the counts say that no check has become empty."""
    found = held_to_the_answers(mirror_build)
    assert found.failed == ()
    assert found.not_landed == ()
    assert set(found.unchecked) == {"population_change_5y", "population_change_10y", "mean_age"}
    counts = {kind: (count["kpis"], count["checks"]) for kind, count in found.counts().items()}
    assert counts == {"published_elsewhere": (6, 9), "passed_through": (36, 58), "recomputed": (25, 35)}
    assert found.counts()["published_elsewhere"]["cells"] > 20_000
    assert found.counts()["passed_through"]["cells"] > 110_000


def test_rebuilt_ratios_equal_the_published_ones_to_their_rounding(mirror: duckdb.DuckDBPyConnection) -> None:
    """(population − employed) / employed and workplaces / employed, from the parts in both editions."""
    for kpi_id, parts in (
        ("economic_dependency_ratio", "(population.value - employed.value) / employed.value"),
        ("workplace_self_sufficiency", "workplaces.value / employed.value"),
    ):
        compared, furthest = one(
            mirror,
            f"""
            with figures as (
                select municipality_code, reference_year, key_figure, value
                from intermediate.int_key_figure_published
                union all
                select municipality_code, reference_year, 'population', sum(population_count)
                from intermediate.int_population_by_age where reference_year = 2020 group by all
            )
            select count(*), max(abs(100 * {parts} - ratio.value))
            from figures as ratio
            join figures as employed using (municipality_code, reference_year)
            join figures as population using (municipality_code, reference_year)
            join figures as workplaces using (municipality_code, reference_year)
            where ratio.key_figure = '{kpi_id}' and employed.key_figure = 'employed'
                and population.key_figure = 'population' and workplaces.key_figure = 'workplaces'
            """,
        )
        assert compared == 311 * 11 + 310
        assert furthest <= ROUNDED_TO_ONE_DECIMAL


@pytest.mark.parametrize(
    "kpi_id",
    [
        "employment_rate",
        "unemployed_share_yearly",
        "economic_dependency_ratio",
        "workplace_self_sufficiency",
        "annual_margin_per_capita",
        "loans_per_capita",
        "group_loans_per_capita",
        "working_in_own_municipality_share",
        "primary_jobs_share",
        "secondary_jobs_share",
        "service_jobs_share",
        "pensioner_share",
        "upper_secondary_qualified_share",
        "tertiary_qualified_share",
        "education_net_costs_per_capita",
        "social_health_net_costs_per_capita",
        "urbanisation_degree",
    ],
)
def test_all_municipalities_weighted_by_their_denominator_make_the_published_country(
    mirror: duckdb.DuckDBPyConnection, kpi_id: str
) -> None:
    """Areas are summed with the right weights: 309 figures give the publisher's own total."""
    computed, published = one(
        mirror,
        f"""
        select
            (select max(scale) * sum(numerator) / sum(denominator) from marts.kpi_{kpi_id}
                where period = '2020' and municipality_code <> 'SSS'),
            (select value from marts.fct_kpi_value_area
                where (area_code, kpi_id, period) = ('SSS', '{kpi_id}', '2020'))
        """,
    )
    assert computed == pytest.approx(published, abs=2 * ROUNDED_TO_ONE_DECIMAL)


@pytest.mark.parametrize(
    "kpi_id",
    [
        "deaths",
        "children_1_6",
        "children_7_15",
        "people_over_74",
        "people_over_84",
        "old_age_dependency_ratio",
        "child_dependency_ratio",
        "mean_age",
        "share_15_64",
        "share_under_7",
        "share_over_74",
        "share_over_84",
        "women_per_100_men_20_39",
        "crude_birth_rate",
        "crude_death_rate",
        "general_fertility_rate",
        "in_migration_rate",
        "out_migration_rate",
        "immigration_rate",
        "emigration_rate",
        "total_net_migration",
        "population_change_10y",
    ],
)
def test_the_parts_of_all_municipalities_are_those_of_the_published_country(
    mirror: duckdb.DuckDBPyConnection, kpi_id: str
) -> None:
    """309 municipalities and the publisher's own whole-country row, summed apart."""
    years, different = one(
        mirror,
        f"""
        with parts as (
            select period, municipality_code = 'SSS' as is_country, sum(numerator) as numerator,
                sum(denominator) as denominator
            from marts.kpi_{kpi_id} where numerator is not null group by all
        )
        select count(*), count(*) filter (where abs(country.numerator - sums.numerator) > 1e-6
            or abs(coalesce(country.denominator - sums.denominator, 0)) > 1e-6)
        from parts as country join parts as sums using (period)
        where country.is_country and not sums.is_country
        """,
    )
    assert different == 0
    assert years >= 1


def test_a_merged_municipality_is_weighted_and_never_averaged(mirror: duckdb.DuckDBPyConnection) -> None:
    """Nurmes and Valtimo in 2016: euros added and divided by both populations."""
    expected, value = one(
        mirror,
        f"""
        with published as ({SERIES}),
        parts as (
            select code, max(value) filter (where contents = 'Lainakanta_euroa_asukas') as loans,
                max(value) filter (where contents = 'Vakiluku') as people
            from published where year = 2016 and code in ('541', '911') group by code
        )
        select sum(loans * people) / sum(people),
            (select value from marts.fct_kpi_value
                where (municipality_code, kpi_id, period) = ('541', 'loans_per_capita', '2016'))
        from parts
        """,
    )
    assert value == pytest.approx(expected)
    employment = (
        "select value_status from marts.fct_kpi_value "
        "where (municipality_code, kpi_id, period) = ('541', 'employment_rate', '2016')"
    )
    assert one(mirror, employment) == ("not_available",)


def test_municipalities_without_group_accounts_show_no_group_loans(mirror: duckdb.DuckDBPyConnection) -> None:
    without = mirror.execute(
        "select name_fi from marts.fct_kpi_value join marts.dim_municipality using (municipality_code) "
        "where kpi_id = 'group_loans_per_capita' and period = '2020' and value_status = 'not_applicable'"
    ).fetchall()
    assert len(without) == 13
    assert ("Brändö",) in without


def test_the_official_projection_of_2019_scores_as_measured_elsewhere(
    mirror: duckdb.DuckDBPyConnection,
) -> None:
    errors = mirror.execute(
        "select horizon_years, round(avg(abs(error_pct)), 2), count(*) from marts.fct_forecast_score "
        "where issuer = 'statistics_finland' and vintage = '2019' group by 1 order by 1"
    ).fetchall()
    assert errors == [(1, 0.62, 309), (2, 1.0, 309)]


def test_the_official_projection_of_2019_scores_by_age_as_measured_elsewhere(
    mirror: duckdb.DuckDBPyConnection,
) -> None:
    """Every person counted the same, in 2020 from base 2018."""
    errors = mirror.execute(
        "select age_group, round(100 * sum(abs(forecast - actual)) / sum(actual), 2) "
        "from marts.fct_forecast_score_group where (vintage, horizon_years, scheme) = ('2019', 2, 'report') "
        "group by 1"
    ).fetchall()
    measured = {"0": 7.31, "1-6": 1.70, "7-15": 0.95, "16-18": 1.93, "85+": 1.66}
    assert {group: error for group, error in errors if group in measured} == measured


def test_a_vintage_without_its_open_age_group_gives_no_totals(mirror: duckdb.DuckDBPyConnection) -> None:
    oldest, totals, groups = one(
        mirror,
        "select (select max(age) from marts.fct_official_projection where vintage = 2024), "
        "(select count(*) from marts.fct_forecast_vintage where vintage = '2024'), "
        "(select count(distinct age_group) from marts.fct_forecast_vintage_group where vintage = '2024')",
    )
    assert (oldest, totals, groups) == (99, 0, 7)


def test_intervals_of_births_are_the_poisson_limits(mirror: duckdb.DuckDBPyConnection) -> None:
    """Exact 95 % limits of the Poisson mean for 10 and 30 events: 4.80–18.39 and 20.24–42.83."""
    for births, lower, upper in ((10, 4.80, 18.39), (30, 20.24, 42.83)):
        limits = one(
            mirror,
            "select min(lower), max(upper) from marts.fct_kpi_value "
            f"where kpi_id = 'live_births' and value = {births}",
        )
        assert limits == pytest.approx((lower, upper), abs=0.03)


def test_rates_of_events_have_the_limits_of_their_counts(mirror: duckdb.DuckDBPyConnection) -> None:
    """By Byar's approximation, for moves of the count over 1.69; no event at all has an upper limit too."""
    for kpi_id, dispersion in (("crude_birth_rate", 1.0), ("immigration_rate", 1.69)):
        rows = mirror.execute(
            "select numerator, denominator, lower, upper from marts.fct_kpi_value "
            f"where kpi_id = '{kpi_id}' and value is not null"
        ).fetchall()
        assert min(row[0] for row in rows) == 0
        for events, people, lower, upper in rows:
            n = events / dispersion
            low = n * (1 - 1 / (9 * n) - 1.959964 / (3 * n**0.5)) ** 3 if n else 0.0
            high = (n + 1) * (1 - 1 / (9 * (n + 1)) + 1.959964 / (3 * (n + 1) ** 0.5)) ** 3
            limits = (1000 * dispersion * low / people, 1000 * dispersion * high / people)
            assert (lower, upper) == pytest.approx(limits, rel=1e-9, abs=1e-9)


def test_regions_add_up_to_the_country(mirror: duckdb.DuckDBPyConnection) -> None:
    differences = mirror.execute(
        """
        select kpi_id, period
        from marts.fct_kpi_value_area
        where kpi_id in ('population', 'live_births', 'deaths', 'children_7_15', 'people_over_74')
            and (area_code = 'SSS' or area_code like 'MK%')
        group by kpi_id, period
        having sum(case when area_code = 'SSS' then value else -value end) <> 0
        """
    ).fetchall()
    assert differences == []
