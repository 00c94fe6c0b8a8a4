"""The engine over warehouse tables: what is read, what is written, what is remembered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import duckdb
import numpy as np
import pytest

from contract.engine_adapter import EVENT_COLUMNS, Columns, engine_inputs
from contract.published import published_table
from contract.scenario_files import definition
from contract.what_if_rows import area_inputs, shared_inputs
from dagster_project.defs.foresight_run import engine_table, run_foresight
from dagster_project.defs.foresight_vintages import remember_vintage
from foresight.cohorts import AGES, EVENTS, SEXES, InputError, Inputs
from foresight.one_area import WhatIfInputs
from foresight.scenarios import scenario
from foresight.service_need import SCHEMES
from foresight.what_if import OtherEngine, prepare

Builder = Callable[..., Inputs]
NIGHT = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
WRITTEN = (
    "dim_scenario",
    "fct_projection_age",
    "fct_projection",
    "fct_projection_area",
    "fct_engine_run",
    "fct_engine_rate",
    "fct_engine_draw",
    "fct_engine_error",
    "fct_service_need",
    "fct_service_need_area",
    "fct_service_need_event",
    "dim_service_need_threshold",
    "dim_service_need_rate",
)
KEPT_GROUPS = [(g.scheme, g.label) for g in SCHEMES if g.scheme in ("total", "report")]
SCENARIOS = ("base", "no_migration", "low_births", "high_births", "low_immigration", "high_immigration")


def _population(inputs: Inputs) -> dict[str, np.ndarray]:
    tables = inputs.tables
    keys = np.meshgrid(tables.years, tables.areas, SEXES, range(AGES), indexing="ij")
    names = ("reference_year", "municipality_code", "sex", "age")
    columns = {name: key.ravel() for name, key in zip(names, keys, strict=True)}
    return columns | {"population_count": tables.population.ravel()}


def _events(inputs: Inputs) -> dict[str, np.ndarray]:
    years, areas = np.meshgrid(inputs.events.years, inputs.areas, indexing="ij")
    columns = {"reference_year": years.ravel(), "municipality_code": areas.ravel()}
    return columns | {EVENT_COLUMNS[name]: getattr(inputs.events, name).ravel() for name in EVENTS}


def _with_country(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The columns with a copy of the first area's rows under the code of the whole country."""
    first = columns["municipality_code"] == columns["municipality_code"][0]
    doubled = {name: np.concatenate([values, values[first]]) for name, values in columns.items()}
    doubled["municipality_code"] = np.concatenate([columns["municipality_code"], np.full(first.sum(), "SSS")])
    return doubled


@pytest.fixture
def warehouse(moving_country: Builder) -> Iterator[duckdb.DuckDBPyConnection]:
    known = moving_country(1)
    con = duckdb.connect()
    con.execute("create schema intermediate")
    for table, columns in (
        ("int_population_by_age", _with_country(_population(known))),
        ("int_vital_events", _with_country(_events(known))),
    ):
        con.register("columns", columns)
        con.execute(f"create table intermediate.{table} as select * from columns")
        con.unregister("columns")
    con.execute(
        """
        create table intermediate.int_area_membership as
        select * from (values ('MK01', '001'), ('MK01', '002'), ('eps3', '003'), ('SSS', '001'))
            as members (area_code, municipality_code)
        """
    )
    con.execute(
        """
        create table intermediate.int_official_projection (
            vintage integer, published_at date, municipality_code varchar, projection_year integer,
            age integer, population_count double
        )
        """
    )
    yield con
    con.close()


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple]:
    return con.execute(query).fetchall()


def test_the_official_projection_joins_when_the_warehouse_holds_one(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    total = """select mean from foresight.projection
        where (municipality_code, scheme, scenario_id) = ('003', 'total', 'base')"""
    run_foresight(warehouse, seed=1, draws=4, horizon=1)
    ((without,),) = _rows(warehouse, total)
    thirties = """select mean from foresight.projection_age
        where municipality_code = '003' and sex = 'male' and age = 30"""
    ((young_without,),) = _rows(warehouse, thirties)
    warehouse.execute(
        """
        insert into intermediate.int_official_projection
        select 2019, '2019-09-30', municipality_code, reference_year + 1, age, 2 * sum(population_count)
        from intermediate.int_population_by_age
        where reference_year = 2020 and municipality_code <> 'SSS'
        group by all
        """
    )
    run_foresight(warehouse, seed=1, draws=4, horizon=1)
    ((with_it,),) = _rows(warehouse, total)
    ((young_with,),) = _rows(warehouse, thirties)
    assert young_with > 1.3 * young_without
    assert with_it != without


def test_a_municipality_with_few_age_tables_leans_on_its_region(warehouse: duckdb.DuckDBPyConnection) -> None:
    def elderly() -> float:
        run_foresight(warehouse, seed=1, draws=4, horizon=1)
        ((mean,),) = _rows(
            warehouse,
            """
            select mean from foresight.projection
            where (municipality_code, scenario_id, scheme, age_group) = ('002', 'base', 'report', '65-74')
            """,
        )
        return float(mean)

    warehouse.execute("delete from intermediate.int_population_by_age where reference_year < 2020")
    in_uusimaa = elderly()
    warehouse.execute(
        "update intermediate.int_area_membership set area_code = 'MK21' where area_code = 'MK01'"
    )
    on_aland = elderly()
    assert on_aland > 1.003 * in_uusimaa


def test_columns_become_inputs_without_the_row_of_the_whole_country(moving_country: Builder) -> None:
    known = moving_country(1)
    inputs = engine_inputs(_with_country(_population(known)), _with_country(_events(known)))
    assert inputs.areas == known.areas
    assert np.array_equal(inputs.tables.population, known.tables.population)
    assert np.array_equal(inputs.events.births, known.events.births)


def test_the_order_of_rows_does_not_matter(moving_country: Builder) -> None:
    known = moving_country(1)
    columns = _population(known)
    order = np.random.default_rng(1).permutation(len(columns["age"]))
    shuffled: Columns = {name: values[order] for name, values in columns.items()}
    assert np.array_equal(engine_inputs(shuffled, _events(known)).tables.population, known.tables.population)


def test_the_base_year_is_the_newest_that_both_tables_hold(moving_country: Builder) -> None:
    known = moving_country(1)
    events = _events(known)
    earlier = {name: values[events["reference_year"] < 2020] for name, values in events.items()}
    inputs = engine_inputs(_population(known), earlier)
    assert inputs.base_year == 2019
    assert inputs.tables.years == (2018, 2019)


def test_a_missing_row_is_refused(moving_country: Builder) -> None:
    known = moving_country(1)
    short = {name: values[1:] for name, values in _population(known).items()}
    with pytest.raises(InputError, match="has 0 rows; expected exactly one"):
        engine_inputs(short, _events(known))


def test_a_row_that_stands_twice_is_refused(moving_country: Builder) -> None:
    known = moving_country(1)
    twice = {name: np.concatenate([values, values[:1]]) for name, values in _population(known).items()}
    with pytest.raises(InputError, match="has 2 rows"):
        engine_inputs(twice, _events(known))


def test_a_value_that_is_missing_is_refused_and_not_taken_for_zero(moving_country: Builder) -> None:
    known = moving_country(1)
    columns = _population(known)
    masked = np.ma.masked_array(columns["population_count"], mask=np.arange(len(columns["age"])) == 7)
    with pytest.raises(InputError, match="negative or missing in 2018/001"):
        engine_inputs(columns | {"population_count": masked}, _events(known))


def test_every_table_is_written_with_its_promised_columns(warehouse: duckdb.DuckDBPyConnection) -> None:
    summary = run_foresight(warehouse, seed=1, draws=10, horizon=3)
    assert summary.base_year == 2020
    assert summary.last_year == 2023
    for published in WRITTEN:
        promised, table = published_table(published), engine_table(published)
        columns = _rows(
            warehouse,
            "select column_name, data_type from duckdb_columns()"
            f" where schema_name = 'foresight' and table_name = '{table}'",
        )
        assert dict(columns) == promised.columns
        keys = ", ".join(promised.key)
        doubled = _rows(warehouse, f"select {keys} from foresight.{table} group by all having count(*) > 1")
        assert doubled == []
        assert summary.rows[table] == _rows(warehouse, f"select count(*) from foresight.{table}")[0][0] > 0
    assert _rows(warehouse, "select base_year, seed, draws from foresight.engine_run") == [(2020, 1, 10)]


def test_registers_of_a_municipality_bring_its_classes_and_places(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    run_foresight(warehouse, seed=1, draws=2, horizon=1)
    assert _rows(warehouse, "select count(*) from foresight.service_need_unit") == [(0,)]
    limits = ", ".join(f"24 as group_limit_{grade}" for grade in range(1, 10))
    warehouse.execute(
        f"""
        create schema staging;
        create table staging.stg_own__schools as select '001' as municipality_code, 2020 as school_year,
            '77' as school_code, 'Kirkonkylä' as school_name, 1 as first_grade, 9 as last_grade,
            400 as capacity, {limits}, null::date as closes_on;
        create table staging.stg_own__pupils as select '001' as municipality_code, 2020 as school_year,
            '77' as school_code, grade::integer as grade, 30 as pupils from range(1, 10) as grades (grade);
        create table staging.stg_own__day_care_places as select
            '001' as municipality_code, '2020M12' as reference_month,
            'PK' as unit_code, 10 as places, null::integer as children_enrolled
        """
    )
    summary = run_foresight(warehouse, seed=1, draws=2, horizon=1)
    told = _rows(
        warehouse,
        """
        select municipality_code, unit_type, unit_code, measure, count(*)
        from foresight.service_need_unit where mean > 0 group by all order by all
        """,
    )
    day_care = [("001", "day_care", "all", measure, 1) for measure in ("children", "groups", "staff")]
    school = [("001", "school", "77", measure, 1) for measure in ("classes", "grade_1_classes", "pupils")]
    assert told == day_care + school
    assert summary.rows["service_need_unit"] == 6


def test_municipalities_and_the_residual_sum_exactly_to_the_country(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    run_foresight(warehouse, seed=1, draws=10, horizon=3)
    gap = _rows(
        warehouse,
        """
        with parts as (
            select scenario_id, projection_year, scheme, age_group, mean from foresight.projection
            union all
            select scenario_id, projection_year, scheme, age_group, mean from foresight.projection_area
            where area_code = 'rest'
        ),
        summed as (
            select scenario_id, projection_year, scheme, age_group, sum(mean) as mean from parts group by all
        )
        select max(abs(summed.mean - country.mean)), count(*)
        from summed
        inner join foresight.projection_area as country
            using (scenario_id, projection_year, scheme, age_group)
        where country.area_code = 'SSS'
        """,
    )
    assert gap[0][0] < 1e-3
    assert gap[0][1] == len(SCENARIOS) * 3 * 23


def test_every_scenario_for_the_whole_country_is_projected_and_told(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    run_foresight(warehouse, seed=1, draws=4, horizon=2)
    told = _rows(
        warehouse, "select scenario_id, content_hash, draws from foresight.scenario order by sort_order"
    )
    assert told == [(one, scenario(definition(one)).hash, 4) for one in SCENARIOS]
    for table in ("projection", "projection_area"):
        found = _rows(warehouse, f"select distinct scenario_id from foresight.{table} order by 1")
        assert found == [(one,) for one in sorted(SCENARIOS)]
    assert _rows(warehouse, "select distinct scenario_id from foresight.projection_age") == [("base",)]
    texts = "name_fi, name_sv, name_en, rationale_fi, rationale_sv, rationale_en, author"
    for row in _rows(warehouse, f"select {texts} from foresight.scenario"):
        assert all(row)
    ((values,),) = _rows(
        warehouse, "select parameters_json from foresight.scenario where scenario_id = 'high_births'"
    )
    assert json.loads(values) == {"births_per_woman": 1.6, "reached_after": 10}


def test_scenarios_differ_from_the_base_by_what_they_change(warehouse: duckdb.DuckDBPyConnection) -> None:
    run_foresight(warehouse, seed=1, draws=10, horizon=5)
    means = dict(
        _rows(
            warehouse,
            """
            select scenario_id || ' ' || age_group, mean from foresight.projection_area
            where area_code = 'SSS' and projection_year = 2025 and (scheme, age_group) in
                (('total', 'total'), ('service', '0'), ('service', '75-84'))
            """,
        )
    )
    for fewer, more, group in (
        ("low_births", "high_births", "0"),
        ("low_immigration", "high_immigration", "total"),
    ):
        assert means[f"{fewer} {group}"] < means[f"{more} {group}"]
    for births in ("low_births", "high_births"):
        assert means[f"{births} 75-84"] == pytest.approx(means["base 75-84"], rel=1e-6)
    assert means["no_migration total"] != pytest.approx(means["base total"], rel=1e-4)


def test_areas_of_the_membership_are_projected_beside_country_and_residual(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    run_foresight(warehouse, seed=1, draws=4, horizon=1)
    codes = _rows(warehouse, "select distinct area_code from foresight.projection_area order by 1")
    assert codes == [("MK01",), ("SSS",), ("eps3",), ("rest",)]
    assert _rows(warehouse, "select count(*) from foresight.projection where municipality_code = 'rest'") == [
        (0,)
    ]


def test_the_same_input_gives_identical_tables(warehouse: duckdb.DuckDBPyConnection) -> None:
    def digest() -> list[tuple]:
        run_foresight(warehouse, seed=1, draws=10, horizon=2)
        return [_rows(warehouse, f"select * from foresight.{engine_table(table)}") for table in WRITTEN]

    assert digest() == digest()


def test_a_run_that_fails_leaves_the_last_tables(warehouse: duckdb.DuckDBPyConnection) -> None:
    run_foresight(warehouse, seed=1, draws=4, horizon=1)
    before = _rows(warehouse, "select * from foresight.projection")
    warehouse.execute(
        "update intermediate.int_vital_events set deaths_count = null where reference_year = 2018"
    )
    with pytest.raises(InputError, match="deaths is negative or missing in 2018"):
        run_foresight(warehouse, seed=1, draws=4, horizon=1)
    assert _rows(warehouse, "select * from foresight.projection") == before


def test_progress_is_told_from_nothing_to_all(warehouse: duckdb.DuckDBPyConnection) -> None:
    told: list[float] = []
    run_foresight(warehouse, seed=1, draws=4, horizon=3, progress=lambda _detail, share: told.append(share))
    assert told[0] == 0.0
    assert told[-1] == 1.0
    assert told == sorted(told)


def test_a_published_projection_is_remembered_once(warehouse: duckdb.DuckDBPyConnection) -> None:
    run_foresight(warehouse, seed=1, draws=4, horizon=2)
    assert remember_vintage(warehouse, "20261121T030000Z", NIGHT)
    assert not remember_vintage(warehouse, "20261122T030000Z", NIGHT)
    kept = _rows(warehouse, "select distinct issuer, vintage, base_year from foresight.forecast_vintage")
    assert kept == [("kuntaluotsi", "20261121T030000Z", 2020)]
    assert _rows(warehouse, "select count(*) from foresight.forecast_vintage") == [
        (3 * 2 * len(KEPT_GROUPS),)
    ]
    groups = _rows(warehouse, "select distinct scheme, age_group from foresight.forecast_vintage")
    assert sorted(groups) == sorted(KEPT_GROUPS)


def test_the_band_is_remembered_with_the_forecast(warehouse: duckdb.DuckDBPyConnection) -> None:
    run_foresight(warehouse, seed=1, draws=10, horizon=2)
    remember_vintage(warehouse, "20261121T030000Z", NIGHT)
    differing = _rows(
        warehouse,
        """
        select * from (
            select municipality_code, projection_year, scheme, age_group, mean, p10, p90
            from foresight.projection where scenario_id = 'base' and scheme in ('total', 'report')
            except
            select municipality_code, projection_year, scheme, age_group, population_count, p10, p90
            from foresight.forecast_vintage
        )
        """,
    )
    assert differing == []


def test_totals_remembered_by_an_earlier_version_are_kept(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute(
        """
        create schema foresight;
        create table foresight.forecast_vintage as select
            'kuntaluotsi' as issuer, '20250101T030000Z' as vintage, 2018::integer as base_year,
            date '2025-01-01' as published_at, '003' as municipality_code, 2019::integer as projection_year,
            1.5::double as population_count
        """
    )
    run_foresight(warehouse, seed=1, draws=4, horizon=1)
    assert remember_vintage(warehouse, "20261121T030000Z", NIGHT)
    kept = _rows(
        warehouse,
        "select scheme, age_group, population_count, p10 from foresight.forecast_vintage"
        " where vintage = '20250101T030000Z'",
    )
    assert kept == [("total", "total", 1.5, None)]
    assert not remember_vintage(warehouse, "20261122T030000Z", NIGHT)


def test_another_projection_is_remembered_beside_the_first(warehouse: duckdb.DuckDBPyConnection) -> None:
    run_foresight(warehouse, seed=1, draws=4, horizon=2)
    remember_vintage(warehouse, "20261121T030000Z", NIGHT)
    run_foresight(warehouse, seed=2, draws=4, horizon=2)
    assert remember_vintage(warehouse, "20261122T030000Z", NIGHT)
    vintages = _rows(warehouse, "select distinct vintage from foresight.forecast_vintage order by 1")
    assert vintages == [("20261121T030000Z",), ("20261122T030000Z",)]


def _what_if_inputs(con: duckdb.DuckDBPyConnection, area: str) -> WhatIfInputs:
    """What a reader of the tables has for a what-if of `area`."""

    def columns(table: str, code: str = "") -> Columns:
        where = f" where municipality_code = '{code}'" if code else ""
        return con.sql(f"select * from foresight.{table}{where}").fetchnumpy()

    def people(code: str) -> Columns:
        return con.sql(
            "select * from intermediate.int_population_by_age"
            f" where municipality_code = '{code}' and reference_year = 2020"
        ).fetchnumpy()

    con.execute("delete from intermediate.int_population_by_age where municipality_code = 'SSS'")
    con.execute(
        """
        insert into intermediate.int_population_by_age by name
        select 'SSS' as municipality_code, reference_year, sex, age, sum(population_count) as population_count
        from intermediate.int_population_by_age group by all
        """
    )
    shared = shared_inputs(
        columns("engine_run"), columns("engine_draw"), columns("engine_rate", "SSS"), people("SSS")
    )
    return area_inputs(
        area, shared, columns("engine_rate", area), columns("engine_error", area), people(area)
    )


def test_a_what_if_from_the_tables_has_the_published_bands_for_its_base(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    run_foresight(warehouse, seed=1, draws=200, horizon=3)
    published = _rows(
        warehouse,
        "select p10, mean, p90 from foresight.projection"
        " where (municipality_code, scheme, scenario_id) = ('003', 'total', 'base')"
        " order by projection_year",
    )
    outlook = prepare(_what_if_inputs(warehouse, "003")).base
    total = outlook.group("total", "total")
    for year, (low, mean, high) in enumerate(published):
        # the rest is one area of nine tenths here, whose chance sways the pool: see test_what_if.py
        near = 0.15 * (high - low)
        assert total[year].mean() == pytest.approx(mean, abs=near)
        assert np.quantile(total[year], 0.1) == pytest.approx(low, abs=near)
        assert np.quantile(total[year], 0.9) == pytest.approx(high, abs=near)


def test_a_what_if_refuses_tables_of_another_engine(warehouse: duckdb.DuckDBPyConnection) -> None:
    run_foresight(warehouse, seed=1, draws=4, horizon=1)
    warehouse.execute("update foresight.engine_run set engine_version = '0.1.0'")
    with pytest.raises(OtherEngine, match=r"projected by engine 0\.1\.0"):
        prepare(_what_if_inputs(warehouse, "003"))
