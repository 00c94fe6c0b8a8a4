"""The statutory watch from end to end: landed accounts of two years make the states worked out by hand.

Kuusamo (305) and Taivalkoski (832) hand in their own figures, Pudasjärvi's (615) come from the Treasury's
register, read by the real client from the simulator's documents under figure ids that are the test's own. The
population is 10 000 in every year, so a million euros is 100 euros per inhabitant.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from contract.registers import find_register
from contract.submission import Envelope, drop_submission, new_submission_id
from dagster_project.raw.ingest import ingest_table
from dagster_project.raw.landing import LandingStore
from dagster_project.raw.warehouse import open_warehouse
from dagster_project.running.inbox import load_accepted
from dagster_project.settings import Settings
from dagster_project.sources.catalogue import find_entry
from dagster_project.sources.transport import DirectoryTransport
from tests.simulator.kuntatalous import Document, Figure, Register

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
MILLION = 1_000_000
POPULATION = 10_000
PAST_ALL_FOUR = {
    "group_annual_margin_eur": 7 * MILLION,  # of 10 million: 70 %
    "discretionary_transfer_eur": 0,
    "group_depreciation_eur": 10 * MILLION,
    "group_interest_expenses_eur": 2 * MILLION,  # (7 + 2) / (2 + 90 / 8) = 0.679245
    "group_loans_eur": 90 * MILLION,
    "group_lease_liabilities_eur": 10 * MILLION,  # 10 000 € per inhabitant, 60 % over 6 250
    "income_tax_rate_pct": 10,  # 2.5 over 7.5
    "average_income_tax_rate_pct": 7.5,
    "average_group_loans_and_leases_eur": 6250,
}
OWN_ACCOUNTS = [
    {
        "municipality_code": "305",
        "reference_year": 2021,
        **PAST_ALL_FOUR,
        "group_accumulated_surplus_eur": -5 * MILLION,  # 500 € of deficit per inhabitant
        "accumulated_surplus_eur": -1,
    },
    {
        "municipality_code": "305",
        "reference_year": 2022,
        **PAST_ALL_FOUR,
        "group_accumulated_surplus_eur": -10 * MILLION,  # 1 000 €
        "accumulated_surplus_eur": -2,
    },
    {
        "municipality_code": "832",
        "reference_year": 2021,
        **PAST_ALL_FOUR,
        "group_accumulated_surplus_eur": -4_999_999,
        "accumulated_surplus_eur": 5,
    },
    {
        "municipality_code": "832",
        "reference_year": 2022,
        **PAST_ALL_FOUR,
        "group_annual_margin_eur": 8 * MILLION,  # 80 % is not below 80 %
        "group_accumulated_surplus_eur": -12 * MILLION,
        "accumulated_surplus_eur": -1,
    },
]
FIGURE_IDS = {
    "group_annual_margin": "11",
    "group_depreciation": "12",
    "group_interest_expenses": "13",
    "group_loans": "14",
    "group_lease_liabilities": "15",
    "group_accumulated_surplus": "16",
}
TREASURY_ACCOUNTS = {
    "2023C12": {
        "group_annual_margin": 4,
        "group_depreciation": 10,
        "group_interest_expenses": 1,
        "group_loans": 16,
        "group_lease_liabilities": 4,
        "group_accumulated_surplus": -4,
    },
    "2024C12": {
        "group_annual_margin": 12,
        "group_depreciation": 10,
        "group_interest_expenses": 1,
        "group_loans": 16,
        "group_lease_liabilities": 4,
        "group_accumulated_surplus": -13,
    },
}
TAXONOMY = "jhs-2018-01/2024-03-26"


def _hand_in(settings: Settings, rows: list[dict[str, Any]]) -> None:
    register = find_register("group_accounts")
    columns = [column for column in register.columns if any(column.id in row for row in rows)]
    lines = [";".join(column.name.fi for column in columns)]
    lines += [";".join(str(row[column.id]).replace(".", ",") for column in columns) for row in rows]
    envelope = Envelope(
        submission_id=new_submission_id(), submitted_by="test", submitted_at=NOW, register_id=register.id
    )
    drop_submission(settings.inbox_dir, "\r\n".join(lines).encode(), envelope)


def _treasury_answers(folder: Path) -> Path:
    """A folder of the register's answers, as the simulator makes them."""
    register = Register.of(
        Document(
            business_id="0188962-2",
            package="KKOTR",
            period=period,
            stage="lopullinen",
            taxonomy=TAXONOMY,
            figures=tuple(
                Figure("k-t99", FIGURE_IDS[figure], f"{value * MILLION}.00")
                for figure, value in figures.items()
            ),
        )
        for period, figures in TREASURY_ACCOUNTS.items()
    )
    answers = folder / "kuntatalous" / "rest" / "v1" / "json"
    answers.mkdir(parents=True)
    (answers / "aineistot.json").write_text(json.dumps({"aineistot": register.listed}), encoding="utf-8")
    for path, rows in register.held.items():
        place = answers / "dokumentti" / f"{path}.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(rows), encoding="utf-8")
    return folder


def _confirm_figure_ids(connection: duckdb.DuckDBPyConnection) -> None:
    """As if these ids had been reconciled with published accounts."""
    connection.executemany(
        "insert into seeds.treasury_figures (package, taxonomy, part, figure_id, figure) "
        "values ('KKOTR', ?, 'k-t99', ?, ?)",
        [(TAXONOMY, figure_id, figure) for figure, figure_id in FIGURE_IDS.items()],
    )


@pytest.fixture(scope="module")
def watched(
    bundled_build: Settings, run_dbt: Callable[..., str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The bundled extract's warehouse with the accounts above."""
    root = tmp_path_factory.mktemp("watched")
    shutil.copytree(bundled_build.data_root, root / "data")
    settings = Settings(profile="test", data_root=root / "data")
    _hand_in(settings, OWN_ACCOUNTS)
    with open_warehouse(settings) as connection:
        assert len(load_accepted(settings, connection, NOW)) == 1
        landed = ingest_table(
            find_entry("kuntatalous.municipal_group_accounts"),
            transport=DirectoryTransport(_treasury_answers(root / "answers")),
            store=LandingStore(settings.raw_dir),
            con=connection,
            now=NOW,
            gate=lambda *_: (),
            areas=["615"],
        )
        assert landed.usable, landed.message
        _confirm_figure_ids(connection)
        connection.executemany(
            "insert into intermediate.int_population_history "
            "(municipality_code, reference_year, population_count) values (?, ?, ?)",
            [(code, year, POPULATION) for code in ("305", "832", "615") for year in range(2021, 2025)],
        )
    models = "path:models/intermediate/statutory path:models/marts/statutory"
    run_dbt(settings, "build", "--exclude-resource-type", "unit_test", "--select", models)
    with open_warehouse(settings, read_only=True) as connection:
        yield connection


def states(connection: duckdb.DuckDBPyConnection, municipality: str, year: int) -> dict[str, tuple[str, str]]:
    found = connection.execute(
        "select rule, state, reason from marts.fct_statutory_state "
        "where municipality_code = ? and reference_year = ?",
        [municipality, year],
    ).fetchall()
    return {rule: (state, reason) for rule, state, reason in found}


def criteria(
    connection: duckdb.DuckDBPyConnection, municipality: str, year: int
) -> dict[str, tuple[Any, ...]]:
    """Criterion id to its value, distance and whether it is past its limit."""
    found = connection.execute(
        "select criterion_id, value, distance, is_past_limit from marts.fct_statutory_criterion "
        "where municipality_code = ? and reference_year = ?",
        [municipality, year],
    ).fetchall()
    return {criterion: tuple(rest) for criterion, *rest in found}


def test_four_limits_in_two_years_and_a_grown_deficit_meet_both_conditions(
    watched: duckdb.DuckDBPyConnection,
) -> None:
    assert criteria(watched, "305", 2022) == {
        "group_margin_to_depreciation": (70, -10, True),
        "income_tax_gap": (2.5, -0.5, True),
        "group_loans_and_leases": (60, -10, True),
        "imputed_debt_service": (0.679245, -0.120755, True),
        "group_deficit": (1000, 0, True),
        "deficit_cover": (None, None, None),
    }
    assert states(watched, "305", 2022) == {
        "A": ("cannot_say", "start_unknown"),
        "B": ("condition_met", "deficit_over_both_limits"),
        "C": ("condition_met", "all_limits_two_years"),
    }


def test_the_first_of_two_years_says_nothing_yet(watched: duckdb.DuckDBPyConnection) -> None:
    assert states(watched, "305", 2021) == {
        "A": ("cannot_say", "start_unknown"),
        "B": ("not_met", "deficit_under_a_limit"),
        "C": ("cannot_say", "previous_year_missing"),
    }


def test_a_margin_of_exactly_80_per_cent_and_a_deficit_a_cent_short_the_year_before_meet_nothing(
    watched: duckdb.DuckDBPyConnection,
) -> None:
    assert criteria(watched, "832", 2022)["group_margin_to_depreciation"] == (80, 0, False)
    assert criteria(watched, "832", 2022)["group_deficit"] == (1200, -200, True)
    assert states(watched, "832", 2022) == {
        "A": ("not_met", "time_left"),
        "B": ("not_met", "deficit_under_a_limit"),
        "C": ("not_met", "a_limit_not_met"),
    }
    cover = watched.execute(
        "select first_deficit_year, cover_starts_year, deadline_year, years_left, basis "
        "from marts.fct_deficit_cover where municipality_code = '832' and reference_year = 2022"
    ).fetchall()
    assert cover == [(2022, 2024, 2027, 5, "own")]


def test_the_treasury_s_accounts_tell_what_they_can_and_name_what_is_missing(
    watched: duckdb.DuckDBPyConnection,
) -> None:
    told = criteria(watched, "615", 2023)
    # The increase at the ministry's discretion is unknown: at most 40 %, past the limit all the same.
    assert told["group_margin_to_depreciation"] == (None, None, True)
    assert told["imputed_debt_service"] == (pytest.approx(5 / 3, abs=1e-6), pytest.approx(0.866667), False)
    assert criteria(watched, "615", 2024)["group_margin_to_depreciation"] == (None, None, None)
    assert states(watched, "615", 2024) == {
        "A": ("cannot_say", "figures_missing"),
        "B": ("not_met", "deficit_under_a_limit"),
        "C": ("not_met", "a_limit_not_met"),
    }
    missing = watched.execute(
        "select criterion_id, missing, basis from marts.fct_statutory_criterion "
        "where municipality_code = '615' and reference_year = 2024 and missing is not null order by 1"
    ).fetchall()
    assert missing == [
        ("deficit_cover", "accumulated_surplus", None),
        ("group_loans_and_leases", "average_group_loans_and_leases", "treasury"),
        ("group_margin_to_depreciation", "discretionary_transfer", "treasury"),
        ("income_tax_gap", "income_tax_rate,average_income_tax_rate", None),
    ]


def test_every_municipality_has_each_criterion_of_the_newest_year_once_and_aland_no_figures(
    watched: duckdb.DuckDBPyConnection,
) -> None:
    counted = watched.execute(
        "select count(*), count(distinct municipality_code) from marts.fct_statutory_criterion "
        "where reference_year = (select max(reference_year) from marts.fct_statutory_criterion)"
    ).fetchall()
    assert counted == [(6 * 309, 309)]
    aland = watched.execute(
        "select distinct value, is_past_limit, missing, value_status from marts.fct_statutory_criterion "
        "inner join marts.dim_municipality using (municipality_code) where is_aland"
    ).fetchall()
    assert aland == [(None, None, None, "not_applicable")]
    states_of_aland = watched.execute(
        "select distinct state, reason from marts.fct_statutory_state "
        "inner join marts.dim_municipality using (municipality_code) where is_aland"
    ).fetchall()
    assert states_of_aland == [("not_applicable", "aland")]


def test_every_reason_and_state_has_its_words(watched: duckdb.DuckDBPyConnection) -> None:
    without = watched.execute(
        "select kind, code from (select 'state' as kind, state as code from marts.fct_statutory_state union "
        "select 'reason', reason from marts.fct_statutory_state union "
        "select 'rule', rule from marts.fct_statutory_state) "
        "anti join marts.dim_statutory_word using (kind, code)"
    ).fetchall()
    assert without == []
