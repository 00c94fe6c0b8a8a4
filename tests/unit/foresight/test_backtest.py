"""What a past projection may know, what it foretells, and that nothing later reaches it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from contract.schedules import schedules_for
from foresight.backtest import OURS, Forecasts, forecast_by_age, forecast_totals
from foresight.cohorts import EVENTS, InputError, Inputs
from foresight.known import (
    EVENTS_PUBLISHED,
    POPULATION_PUBLISHED,
    Dated,
    History,
    Protocol,
    published,
)
from foresight.panel import OfficialVintage
from foresight.service_need import SCHEMES

SAME, AVAILABLE = Protocol.SAME_INFORMATION, Protocol.AS_AVAILABLE
GROUPS = tuple(group for group in SCHEMES if group.scheme in ("total", "report"))
TOTAL = len(GROUPS) - 1
CUT = {"horizon": 2, "draws": 4, "seed": 1}


def history_of(inputs: Inputs, *vintages: OfficialVintage) -> History:
    areas = len(inputs.areas)
    tables, events = inputs.tables, inputs.events
    return History(
        areas=inputs.areas,
        parents=(None,) * areas,
        tables=Dated(tables.years, tables.population, published(tables.years, areas, POPULATION_PUBLISHED)),
        events={
            name: Dated(
                events.years,
                getattr(events, name),
                published(
                    events.years,
                    areas,
                    POPULATION_PUBLISHED if name == "population" else EVENTS_PUBLISHED,
                ),
            )
            for name in EVENTS
        },
        vintages=vintages,
    )


def vintage_of(history: History, published_at: str, years: range, factor: float = 1.0) -> OfficialVintage:
    """A projection in which every area stays as its first table, times `factor`."""
    assert history.tables is not None
    one = factor * history.tables.values[0].sum(axis=1)
    return OfficialVintage(
        published_at[:4], published_at, tuple(years), np.broadcast_to(one, (len(years), *one.shape)).copy()
    )


def by_age(
    history: History, base_year: int, protocol: Protocol = SAME, *, official: bool = True
) -> Forecasts:
    return forecast_by_age(
        history,
        base_year,
        protocol,
        run="test",
        groups=GROUPS,
        schedules=schedules_for(base_year),
        official=official,
        **CUT,
    )


def bytes_of(forecasts: Forecasts) -> list[bytes]:
    return [
        forecasts.draws.tobytes(),
        forecasts.chance.tobytes(),
        *(forecasts.points[name].tobytes() for name in sorted(forecasts.points)),
    ]


@pytest.fixture
def country(closed_country: Callable[[int], object]) -> History:
    """Tables and totals of 2013–2024."""
    return history_of(closed_country(12).inputs(12))


def test_a_year_is_known_when_its_last_figures_are_out_and_the_next_year_is_not() -> None:
    assert SAME.information_date(2018) == date(2019, 5, 31)
    assert AVAILABLE.information_date(2018) == date(2019, 12, 31)
    days = published((2018, 2019), 2, EVENTS_PUBLISHED)
    assert days[0].max() <= np.datetime64(SAME.information_date(2018)) < days[1].min()


def test_what_came_out_later_is_not_seen_even_of_the_base_year(country: History) -> None:
    births = country.events["births"]
    late = births.known_from.copy()
    late[births.years.index(2018), 1] = np.datetime64("2019-06-01")
    history = replace(country, events=country.events | {"births": replace(births, known_from=late)})
    seen = history.seen(2018, SAME.information_date(2018)).events["births"]
    assert seen.years[-1] == 2018
    assert np.isnan(seen.values[-1]).tolist() == [False, True, False, False]


def test_a_base_year_that_was_not_out_yet_is_refused_by_area(country: History) -> None:
    with pytest.raises(InputError, match="population of 2018 was not known on 2019-03-30 in 001"):
        replace(country, events={}).seen(2018, date(2019, 3, 30))


def test_the_newest_publication_behind_a_forecast_is_recorded(country: History) -> None:
    forecasts = by_age(country, 2018)
    assert forecasts.newest_known_from == date(2019, 5, 31) == forecasts.information_date
    without = replace(country, events={"population": country.events["population"]})
    totals = forecast_totals(without, 2018, SAME, run="test", **CUT)
    assert totals.newest_known_from == date(2019, 3, 31)


def test_planted_future_figures_change_no_byte_of_any_forecast(country: History) -> None:
    assert country.tables is not None
    rng = np.random.default_rng(1)

    def planted(part: Dated) -> Dated:
        later = np.array(part.years) > 2018
        values = part.values.copy()
        values[later] *= rng.uniform(0.2, 5.0, values[later].shape)
        return replace(part, values=values)

    spoilt = replace(
        country,
        tables=planted(country.tables),
        events={name: planted(part) for name, part in country.events.items()},
        vintages=(vintage_of(country, "2020-01-01", range(2019, 2030), 3.0),),
    )
    for protocol in Protocol:
        assert bytes_of(by_age(spoilt, 2018, protocol)) == bytes_of(by_age(country, 2018, protocol))
    clean, planted_totals = (
        forecast_totals(history, 2018, SAME, run="test", **CUT) for history in (country, spoilt)
    )
    assert bytes_of(clean) == bytes_of(planted_totals)


def test_a_figure_of_the_base_year_does_change_the_forecast(country: History) -> None:
    assert country.tables is not None
    values = country.tables.values.copy()
    values[country.tables.years.index(2017)] *= 1.05
    other = replace(country, tables=replace(country.tables, values=values))
    events = {k: v for k, v in country.events.items() if k != "population"}
    assert bytes_of(by_age(replace(other, events=events), 2018)) != bytes_of(
        by_age(replace(country, events=events), 2018)
    )


def test_a_vintage_published_after_the_information_date_is_an_opponent_and_no_member(
    country: History,
) -> None:
    late = vintage_of(country, "2019-09-30", range(2018, 2030))
    history = replace(country, vintages=(late,))
    forecasts = by_age(history, 2018)
    assert (forecasts.member, forecasts.opponent) == (None, "2019")
    assert forecasts.draws.tobytes() == by_age(country, 2018).draws.tobytes()
    row_that_says_so = by_age(history, 2018, AVAILABLE)
    assert (row_that_says_so.member, row_that_says_so.newest_known_from) == ("2019", date(2019, 9, 30))
    assert row_that_says_so.draws.tobytes() != forecasts.draws.tobytes()
    assert by_age(history, 2018, AVAILABLE, official=False).member is None
    assert by_age(history, 2019).member == "2019"


@pytest.mark.parametrize("protocol", list(Protocol))
def test_the_projection_of_2024_reaches_nothing_before_base_2023(
    country: History, protocol: Protocol
) -> None:
    history = replace(country, vintages=(vintage_of(country, "2024-10-24", range(2024, 2041), 2.0),))
    for base_year in (2020, 2021, 2022):
        forecasts = by_age(history, base_year, protocol)
        assert (forecasts.member, forecasts.opponent) == (None, None)
        assert not [name for name in forecasts.points if name.startswith("official")]
        assert bytes_of(forecasts) == bytes_of(by_age(country, base_year, protocol))
    at_2023 = by_age(history, 2023, protocol)
    assert at_2023.opponent == "2024"
    assert at_2023.member == ("2024" if protocol == AVAILABLE else None)


def test_schedules_that_were_not_out_are_refused(country: History) -> None:
    with pytest.raises(InputError, match="rest on 2019, later than the base year 2018"):
        forecast_by_age(country, 2018, SAME, run="test", groups=GROUPS, schedules=schedules_for(2019), **CUT)


def test_schedules_are_chosen_by_base_year_and_rest_on_no_later_one() -> None:
    behind = {year: schedules_for(year).latest_year for year in range(1973, 2030)}
    assert behind == {year: min(year, 2020) for year in range(1973, 2030)}


def test_every_opponent_that_the_figures_carry_is_there(country: History) -> None:
    history = replace(country, vintages=(vintage_of(country, "2019-09-30", range(2018, 2030)),))
    forecasts = by_age(history, 2023)
    assert set(forecasts.points) == {
        OURS, "no change", "hamilton-perry", "lin/exp 5", "lin/exp 10", "official", "official rebased",
    }  # fmt: skip
    assert np.isfinite(forecasts.points["lin/exp 5"][:, :, TOTAL]).all()
    assert np.isnan(forecasts.points["lin/exp 5"][:, :, :TOTAL]).all()
    assert "lin/exp 10" not in by_age(history, 2018).points


def test_ratios_of_the_region_are_an_opponent_where_regions_are_told(country: History) -> None:
    told = replace(country, parents=("002", "002", "001", "001"), wider=country)
    assert "ratios of the region" in by_age(told, 2018).points
    assert "ratios of the region" not in by_age(replace(told, parents=("002", None, None, None)), 2018).points


def test_our_point_forecast_is_the_mean_of_our_draws(country: History) -> None:
    forecasts = by_age(country, 2018)
    assert forecasts.draws.mean(axis=-1) == pytest.approx(forecasts.points[OURS], rel=1e-4)


def test_a_closed_country_of_constant_rates_is_foretold_by_its_cohort_ratios(country: History) -> None:
    assert country.tables is not None
    forecasts = by_age(country, 2020)
    came = country.tables.of(2022).sum(axis=(1, 2))
    said = forecasts.points["hamilton-perry"][1, :, TOTAL]
    # births per woman hold only roughly while the cohorts of mothers change
    assert said == pytest.approx(came, rel=2e-3)


def test_totals_alone_need_two_years(country: History) -> None:
    first = replace(country, tables=None)
    with pytest.raises(InputError, match="1 year of totals was known for 2014"):
        forecast_totals(first, 2014, SAME, run="test", **CUT)
