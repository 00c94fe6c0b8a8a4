"""Service need in the night: what is watched in the base scenario's draws, and the tables it fills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from contract.engine_adapter import Columns
from contract.service_need_files import service_need_file
from contract.service_need_registers import DayCareRow, PupilRow, Registers, SchoolRow, unit_rows
from contract.service_need_rows import (
    event_rows,
    need_area_rows,
    need_rows,
    participation_rows,
    threshold_rows,
)
from foresight import Projection
from foresight.cohorts import Inputs
from foresight.need_paths import NeedPaths

_SCHOOLS = """
    select municipality_code, school_year, school_code, school_name, first_grade, last_grade, capacity,
        [group_limit_1, group_limit_2, group_limit_3, group_limit_4, group_limit_5, group_limit_6,
            group_limit_7, group_limit_8, group_limit_9],
        closes_on
    from staging.stg_own__schools
    order by municipality_code, school_year, school_code
"""
_PUPILS = """
    select municipality_code, school_year, school_code, grade, pupils
    from staging.stg_own__pupils
    order by municipality_code, school_year, school_code, grade
"""
_PLACES = """
    select municipality_code, cast(reference_month as varchar), places, children_enrolled
    from staging.stg_own__day_care_places
    order by municipality_code, reference_month, unit_code
"""


def read_registers(con: duckdb.DuckDBPyConnection) -> Registers:
    """The municipalities' own registers, checked when they came in.

    Empty where a register's table has never been made.
    """
    made = con.execute(
        "select table_name from information_schema.tables where table_schema = 'staging'"
    ).fetchall()

    def rows(table: str, query: str) -> list[tuple[Any, ...]]:
        return con.execute(query).fetchall() if (table,) in made else []

    return Registers(
        [
            SchoolRow(*about, tuple(limits), closes)
            for *about, limits, closes in rows("stg_own__schools", _SCHOOLS)
        ],
        [PupilRow(*row) for row in rows("stg_own__pupils", _PUPILS)],
        [DayCareRow(*row) for row in rows("stg_own__day_care_places", _PLACES)],
    )


def watched_need(
    inputs: Inputs, unions: Mapping[str, Sequence[str]], registers: Registers, *, horizon: int, draws: int
) -> NeedPaths:
    """What is to be gathered from the base scenario's draws besides bands."""
    file = service_need_file()
    place = {area: position for position, area in enumerate(inputs.areas)}
    return NeedPaths(
        inputs.base.sum(axis=1),
        horizon=horizon,
        draws=draws,
        day_care_rates=file.newest().entry().by_age(),
        unions=[[place[one] for one in members] for members in unions.values()],
        rules=[threshold.rule() for threshold in file.thresholds],
        keep=[place[code] for code in sorted(registers.municipalities()) if code in place],
    )


def need_tables(
    base: Projection, need: NeedPaths, inputs: Inputs, registers: Registers
) -> dict[str, list[Columns]]:
    """What the base scenario means for services, by published table (docs/methods/service_need.md)."""
    file = service_need_file()
    participation = file.newest()
    rates, people = participation.entry().by_age(), inputs.base.sum(axis=1)
    of_units = unit_rows(
        registers,
        {base.areas[place]: draws for place, draws in need.kept.items()},
        {base.areas[place]: people[place] for place in need.kept},
        base_year=base.base_year,
        scenario_id=base.scenario.id,
        rates=rates,
        rate_year=participation.year,
        seed=base.seed,
    )
    return {
        "fct_service_need": [need_rows(base, need, people, rates)],
        "fct_service_need_area": [need_area_rows(base, need, people, rates)],
        "fct_service_need_event": [event_rows(base, need)],
        "fct_service_need_unit": [of_units],
        "dim_service_need_threshold": [threshold_rows(file)],
        "dim_service_need_rate": [participation_rows(participation)],
    }
