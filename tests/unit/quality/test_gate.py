"""Every check of the gate fails when the figures break what it promises, and only then."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dagster_project.quality.gate import judge, run_gate, suite_for
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import CatalogueEntry, find_entry, load_catalogue
from dagster_project.sources.client import carries
from dagster_project.sources.pxweb import fetch_table, parse_table
from dagster_project.sources.transport import DirectoryTransport

Spoil = Callable[[pd.DataFrame], pd.DataFrame]
BUNDLED = Path(__file__).resolve().parents[3] / "data" / "raw" / "bundled"
CANDIDATES: dict[str, Candidate] = {}


def bundled(name: str) -> Candidate:
    """The table as the offline extract holds it."""
    if name not in CANDIDATES:
        CANDIDATES[name] = parse_table(fetch_table(find_entry(name), DirectoryTransport(BUNDLED)))
    return CANDIDATES[name]


def spoilt(candidate: Candidate, spoil: Spoil) -> Candidate:
    return candidate.with_frame(spoil(candidate.frame.copy()))


def failing(name: str, spoil: Spoil, previous: PreviousVersion | None = None) -> set[str]:
    """The names of the checks that the spoilt table fails."""
    outcomes = run_gate(find_entry(name), spoilt(bundled(name), spoil), previous)
    return {outcome.name for outcome in outcomes if not outcome.passed}


def change(value: float | Callable[[float], float], **where: str) -> Spoil:
    """Set the one cell at `where` to a value, or to a function of it."""

    def spoil(frame: pd.DataFrame) -> pd.DataFrame:
        chosen = np.ones(len(frame), dtype=bool)
        for column, code in where.items():
            chosen &= (frame[column] == code).to_numpy()
        assert chosen.any(), where
        first = int(np.flatnonzero(chosen)[0])
        old = frame.loc[first, "value"]
        frame.loc[first, "value"] = value(old) if callable(value) else value
        return frame

    return spoil


def without(**where: str) -> Spoil:
    """Leave out the rows at `where`."""

    def spoil(frame: pd.DataFrame) -> pd.DataFrame:
        dropped = np.ones(len(frame), dtype=bool)
        for column, code in where.items():
            dropped &= (frame[column] == code).to_numpy()
        assert dropped.any(), where
        return frame[~dropped].reset_index(drop=True)

    return spoil


@pytest.mark.parametrize(
    "entry",
    [entry for entry in load_catalogue() if carries(DirectoryTransport(BUNDLED), entry)],
    ids=lambda entry: entry.table_name,
)
def test_the_bundled_extract_passes_the_gate(entry: CatalogueEntry) -> None:
    outcomes = run_gate(entry, bundled(entry.table_name), None)
    assert [outcome for outcome in outcomes if not outcome.passed] == []
    assert len({outcome.name for outcome in outcomes}) == len(outcomes) >= 9
    assert all(outcome.expected and outcome.observed for outcome in outcomes)


POPULATION, EVENTS, JOBS = "population_by_age", "vital_events", "unemployment_monthly"
SERIES, EDITION = "key_figures_series_2017", "key_figures_edition_2021"
OLD, NEW = "population_projection_2019", "population_projection_2024"


@pytest.mark.parametrize(
    ("table", "spoil", "check"),
    [
        (POPULATION, lambda f: pd.concat([f, f.iloc[[0]]], ignore_index=True), "key_unique"),
        (POPULATION, change(np.nan, area="KU305"), "missing_symbols_known"),
        (POPULATION, change(np.inf, area="KU305"), "values_finite"),
        (POPULATION, change(-1, area="KU305", age="099", sex="1"), "values_in_range"),
        (POPULATION, change(np.nan, area="KU305"), "nothing_missing"),
        (POPULATION, without(time="2019"), "periods_complete"),
        (POPULATION, without(age="050"), "ages_complete"),
        (POPULATION, change(lambda v: v + 1, area="KU305", age="007", sex="1"), "sexes_sum_to_total"),
        (POPULATION, change(lambda v: v + 1, area="KU305", age="007", sex="1"), "ages_sum_to_total"),
        (POPULATION, without(area="SSS"), "municipalities_sum_to_country"),
        (POPULATION, change(1, area="SSS", age="007", sex="1"), "municipalities_sum_to_country"),
        (POPULATION, lambda f: f[f.area == "SSS"].reset_index(drop=True), "municipalities_present"),
        (EVENTS, change(lambda v: v + 1, contents="muutl-vm01"), "births_less_deaths"),
        (EVENTS, change(lambda v: v + 1, contents="muutl-vakorjaus"), "balance_of_population"),
        (EVENTS, change(lambda v: v + 1, area="SSS", contents="muutl-vm43_tulo"), "moves_balance"),
        (EVENTS, change(lambda v: v + 1, area="SSS", contents="muutl-vaesto"), "population_follows_change"),
        (EVENTS, change(-1, area="KU305", contents="muutl-vm11"), "counts_not_negative"),
        (EVENTS, without(time="2015"), "periods_complete"),
        (OLD, change(lambda v: v + 1, area="KU305", age="007"), "ages_sum_to_total"),
        (OLD, without(time="2030"), "periods_complete"),
        (NEW, without(age="050"), "ages_complete"),
        (NEW, change(300_000, area="SSS", age="050"), "ages_in_range"),
        (NEW, lambda f: f.assign(value=f["value"] / 1000), "country_in_range"),
        (JOBS, change(np.nan, area="SSS", time="2015M01"), "country_known"),
        (JOBS, change(9_999, area="KU305", contents="TYOTTOMATLOPUSSA"), "unemployed_within_labour_force"),
        (JOBS, without(time="2015M03"), "periods_complete"),
        (SERIES, change(101, contents="Yli_64_vuotiaiden_osuus_vaestosta"), "shares_are_percentages"),
        (SERIES, lambda f: f.assign(value=f["value"] * 10), "population_in_range"),
        (SERIES, change(-1, contents="Vakiluku"), "counts_not_negative"),
        (SERIES, without(time="2010"), "periods_complete"),
        (EDITION, change(-1, contents="Employment rate, %, 2020"), "shares_are_percentages"),
        (
            EDITION,
            change(lambda v: v + 1, contents="Number of families, 2020"),
            "municipalities_sum_to_country",
        ),
    ],
)
def test_a_broken_promise_fails_its_check(table: str, spoil: Spoil, check: str) -> None:
    candidate = spoilt(bundled(table), spoil)
    if check != "key_unique":
        chosen = [c for c in suite_for(find_entry(table), candidate, None) if c.name == check]
        assert [outcome.passed for outcome in judge(chosen)] == [False]
    else:
        assert failing(table, spoil) == {check}


def test_hidden_figures_are_known_by_their_symbol_and_an_unknown_symbol_is_not() -> None:
    def relabel(frame: pd.DataFrame) -> pd.DataFrame:
        frame["symbol"] = frame["symbol"].cat.rename_categories({"..": "?"})
        return frame

    assert bundled(SERIES).frame["symbol"].eq("..").any()
    assert failing(SERIES, relabel) == {"missing_symbols_known"}


def test_figures_that_are_hidden_in_most_municipalities_are_told() -> None:
    def hide(frame: pd.DataFrame) -> pd.DataFrame:
        newest = (frame["contents"] == "Vuosikate_euroa_asukas") & (frame["time"] == "2016")
        frame.loc[newest[newest].index[::2], ["value", "symbol"]] = [np.nan, ".."]
        return frame

    assert failing(SERIES, hide) == {"newest_figures_known"}


def previous_of(name: str, municipalities: int | None = None) -> PreviousVersion:
    """The bundled table as the version that stands."""
    candidate = bundled(name)
    cells = candidate.frame.groupby(["area", "contents", "time"], observed=True)["value"].count()
    return PreviousVersion(
        cells=cells.rename("cells").reset_index().astype({"area": object, "contents": object}),
        municipalities=frozenset(candidate.municipalities[:municipalities]),
        border_year=candidate.selection.border_year,
    )


def test_a_table_equal_to_the_loaded_one_has_not_shrunk() -> None:
    assert failing(EVENTS, lambda frame: frame, previous_of(EVENTS)) == set()


def test_an_area_that_has_lost_figures_is_told() -> None:
    assert "figures_not_shrunk" in failing(EVENTS, without(time="2010"), previous_of(EVENTS))


def test_a_municipality_that_is_gone_without_a_new_division_is_told() -> None:
    lost = failing(EVENTS, without(area="KU832"), previous_of(EVENTS))
    assert "municipalities_not_shrunk" in lost
    assert "figures_not_shrunk" not in lost


def test_municipalities_may_merge_when_the_division_is_newer() -> None:
    older = dataclasses.replace(previous_of(EVENTS), border_year=2020)
    assert "municipalities_not_shrunk" not in failing(EVENTS, without(area="KU832"), older)


def test_a_few_newly_hidden_figures_are_no_shrinking_where_secrecy_is_usual() -> None:
    def hide(frame: pd.DataFrame) -> pd.DataFrame:
        frame["symbol"] = frame["symbol"].cat.set_categories([".."])
        rows = frame.index[(frame["area"] == "KU305") & frame["value"].notna()][:3]
        frame.loc[rows, ["value", "symbol"]] = [np.nan, ".."]
        return frame

    assert failing(JOBS, hide, previous_of(JOBS)) == set()


def test_the_rows_that_fail_are_named() -> None:
    broken = spoilt(
        bundled(POPULATION), change(lambda v: v + 1, area="KU305", age="007", sex="1", time="2019")
    )
    outcomes = {outcome.name: outcome for outcome in run_gate(find_entry(POPULATION), broken, None)}
    observed = outcomes["sexes_sum_to_total"].observed
    assert observed.startswith("1 of 10710 rows fail")
    assert "area=KU305" in observed
    assert "age=007" in observed
    assert "time=2019" in observed


def test_a_whole_table_must_have_all_of_finland() -> None:
    candidate = dataclasses.replace(bundled(EVENTS), covers_country=True)
    outcomes = {o.name: o for o in run_gate(find_entry(EVENTS), candidate, None)}
    assert not outcomes["municipalities_present"].passed
    assert not outcomes["municipalities_sum_to_country"].passed


def test_a_table_without_a_suite_is_told_which_file_to_write() -> None:
    entry = find_entry(EVENTS).model_copy(update={"table_name": "divorces"})
    with pytest.raises(LookupError, match=r"quality/suites/divorces\.py"):
        suite_for(entry, bundled(EVENTS), None)


def test_nothing_is_told_to_the_makers_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object) -> None:
        raise AssertionError("an outward connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert failing(EDITION, lambda frame: frame) == set()
