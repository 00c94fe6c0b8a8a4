"""Built-in schedules rest on nothing later than their year; a user's file is read, or refused by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from benchmarks.schedules import Figures, entry, read
from contract.schedules import (
    BUILT_IN,
    ScheduleFile,
    built_in_files,
    load_schedules,
    read_file,
    schedules_for,
)
from foresight.cohorts import FEMALE, MALE, InputError
from foresight.schedules import FLOWS

YEARS = tuple(built_in_files())
REGIONS = [f"{code:02d}" for code in (*range(1, 3), *range(4, 20), 21)]
EARLY_INFANTS = {**dict.fromkeys((1973, 1974), 1970), **dict.fromkeys(range(1975, 1980), 1975)}
EARLY_INFANTS |= {**dict.fromkeys(range(1980, 1985), 1980), 1985: 1985, 1986: 1985}


@pytest.fixture(scope="module")
def files() -> dict[int, ScheduleFile]:
    return {year: read_file(path) for year, path in built_in_files().items()}


def test_there_is_one_file_for_every_year_from_1973_to_2020(files: dict[int, ScheduleFile]) -> None:
    assert tuple(range(1973, 2021)) == YEARS
    assert all(file.latest_year == year for year, file in files.items())
    assert all(file.name == f"finland_{year}" for year, file in files.items())


def test_the_latest_year_behind_every_built_in_parameter(files: dict[int, ScheduleFile]) -> None:
    """The whole list: None is a shape assumed alike for all years, which rests on no year's figures."""
    for year, file in files.items():
        assert {name: part.latest_year for name, part in file.parts().items()} == {
            "mortality 0–0": EARLY_INFANTS.get(year, year),
            "mortality 1–64": year,
            "mortality 65–100": year,
            "mortality_drift": year if year >= 1983 else None,
            "fertility": year if year >= 1990 else None,
            "share_of_boys": year,
            "out_migration": None,
            "immigration": None,
            "emigration": None,
            "regions": year,
        }


def test_what_rests_on_no_year_says_that_it_is_assumed(files: dict[int, ScheduleFile]) -> None:
    parts = [part for file in files.values() for part in file.parts().values()]
    assert {part.basis for part in parts if part.latest_year is None} == {"assumed"}
    assert {part.basis for part in parts} == {"assumed", "measured"}


@pytest.mark.parametrize("year", YEARS)
def test_curves_of_every_year_are_those_of_people(year: int) -> None:
    schedules = schedules_for(year)
    hazard = schedules.hazard()
    assert (np.diff(hazard[:, 40:], axis=1) > 0).all()
    assert (hazard[MALE, 20:90] > hazard[FEMALE, 20:90]).all()
    assert ((hazard > 0) & (hazard < 1)).all()
    assert hazard[:, 1:16].max() < hazard[:, 0].min()
    assert schedules.fertility().sum() == pytest.approx(1.0)
    mean_age = (schedules.fertility() * (np.arange(101) + 0.5)).sum()
    assert 27.5 < mean_age < 32
    assert 0.505 < schedules.share_of_boys < 0.518
    assert (schedules.drift() > -0.045).all() and (schedules.drift() < 0.005).all()
    assert all(schedules.profile(flow).argmax() in range(18, 33) for flow in FLOWS)


@pytest.mark.parametrize("year", YEARS)
def test_regions_depart_from_the_country_by_no_more_than_a_few_per_cent_a_year(year: int) -> None:
    regions = schedules_for(year).regions
    assert regions is not None
    assert sorted(regions.departure) == REGIONS
    values = np.array(list(regions.departure.values()))
    assert values.shape == (19, 2, 5)
    assert np.abs(values).max() < 0.03
    # what one region has more, others have less
    assert np.abs(values.mean(axis=0)).max() < 0.006


def test_people_live_long_in_aland_and_leave_uusimaa_when_they_retire() -> None:
    regions = schedules_for(2018).regions
    assert regions is not None
    at_65 = regions.bands.index(65)
    assert min(regions.departure["21"][MALE]) > 0.004
    assert [regions.departure["01"][sex][at_65] for sex in (MALE, FEMALE)] == [-0.0039, -0.0034]


def test_mothers_grow_older_and_the_old_live_longer_as_they_did() -> None:
    early, late = schedules_for(1990), schedules_for(2020)
    age = np.arange(101)
    assert (late.fertility() * age).sum() > (early.fertility() * age).sum() + 1
    assert (late.hazard()[:, 60:95] < early.hazard()[:, 60:95]).all()


def test_a_base_year_gets_the_newest_schedules_not_later_than_it() -> None:
    assert schedules_for(1999).latest_year == 1999
    assert schedules_for(2031).latest_year == YEARS[-1]


def test_a_base_year_before_the_first_schedules_is_refused() -> None:
    with pytest.raises(InputError, match=r"base year 1972.*up to 1973"):
        schedules_for(1972)


REGION_OF_ONE = {
    "basis": "measured", "latest_year": 2010, "source": "own figures", "ages": [45, 65, 80],
    "male": {"01": [1.0, -2.0]}, "female": {"01": [0.5, 3.0]},
}  # fmt: skip


def _own(tmp_path: Path, **changes: object) -> Path:
    """A user's file: that of 2010 with some keys changed."""
    content = yaml.safe_load(built_in_files()[2010].read_text("utf-8"))
    file = tmp_path / "own.yaml"
    file.write_text(yaml.safe_dump({**content, "name": "own", **changes}), encoding="utf-8")
    return file


def test_a_users_own_file_has_the_same_form(tmp_path: Path) -> None:
    assert load_schedules(_own(tmp_path)) == replace(schedules_for(2010), name="own")


def test_a_users_own_file_may_bring_its_own_migration(tmp_path: Path) -> None:
    flat = {"basis": "assumed", "latest_year": None, "source": "as many at every age", "by_age": {0: 1.0}}
    own = load_schedules(_own(tmp_path, migration=dict.fromkeys(FLOWS, flat)))
    assert own.profile("immigration").tolist() == [1.0] * 101


def test_a_users_own_file_may_bring_its_own_regions_or_none(tmp_path: Path) -> None:
    regions = load_schedules(_own(tmp_path, regions=REGION_OF_ONE)).regions
    assert regions is not None
    assert regions.departure == {"01": ((0.001, -0.002), (0.0005, 0.003))}
    assert load_schedules(_own(tmp_path, regions=None)).regions is None


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"mortaliti": 1}, "own.yaml.*mortaliti: Extra inputs"),
        ({"latest_year": 2009}, "rests on 2010.*newer than 2009"),
        ({"mortality": []}, "own.yaml.*mortality"),
        (
            {"share_of_boys": {"basis": "measured", "latest_year": None, "source": "?", "value": 0.5}},
            "measured",
        ),
        ({"regions": {**REGION_OF_ONE, "female": {}}}, "regions: 01 has one sex only"),
        ({"regions": {**REGION_OF_ONE, "male": {"01": [1.0]}}}, "regions: 01 needs 2 numbers"),
        ({"regions": {**REGION_OF_ONE, "ages": [45, 65]}}, "regions: 01 needs 1 numbers"),
        ({"regions": {**REGION_OF_ONE, "ages": [65, 45, 80]}}, "expected first ages of bands"),
        ({"regions": {**REGION_OF_ONE, "latest_year": 2011}}, "regions: rests on 2011"),
        ({"share_of_boys": {"basis": "guessed", "latest_year": None, "source": "?", "value": 0.5}}, "basis"),
        ({"share_of_boys": {"basis": "assumed", "latest_year": None, "source": "", "value": 0.5}}, "source"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_by_name(
    tmp_path: Path, changes: dict[str, object], named: str
) -> None:
    with pytest.raises(InputError, match=named):
        load_schedules(_own(tmp_path, **changes))


def test_parts_of_mortality_must_follow_one_another(tmp_path: Path) -> None:
    parts = yaml.safe_load(built_in_files()[2010].read_text("utf-8"))["mortality"]
    with pytest.raises(InputError, match="starts at age 65; expected 1"):
        load_schedules(_own(tmp_path, mortality=[parts[0], parts[2]]))
    with pytest.raises(InputError, match="ends at age 64; expected 100"):
        load_schedules(_own(tmp_path, mortality=parts[:2]))
    with pytest.raises(InputError, match="mortality 1–64: 63 values; expected 64"):
        load_schedules(_own(tmp_path, mortality=[parts[0], {**parts[1], "female": parts[1]["female"][1:]}]))


def test_an_absent_file_and_one_that_is_not_yaml_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.yaml"):
        load_schedules(tmp_path / "absent.yaml")
    (tmp_path / "broken.yaml").write_text("name: [", encoding="utf-8")
    with pytest.raises(InputError, match=r"broken\.yaml is not YAML"):
        load_schedules(tmp_path / "broken.yaml")


def test_the_built_in_files_stay_small() -> None:
    assert sum(path.stat().st_size for path in BUILT_IN.iterdir()) < 300_000


@pytest.fixture(scope="module")
def figures(reference_data: Path) -> Figures:
    return read(reference_data / "tidy")


def _uneven(figures: Figures, year: int) -> np.ndarray:
    """Factors that bend the regions' shares after `year` and leave it and the years before alone."""
    factor = np.ones((len(figures.by_region), len(figures.regions), 1, 1))
    factor[year + 1 - figures.first_year :] = np.linspace(0.5, 2, len(figures.regions))[:, None, None]
    return factor


@pytest.mark.reference
@pytest.mark.parametrize("year", [1979, 1995, 2012])
def test_later_figures_change_no_entry(figures: Figures, year: int) -> None:
    """Cut off at the year, or false from the next year on: the entry is the one that is built in."""
    later = figures.by_region.copy()
    later[year + 1 - figures.first_year :] *= 7.0
    births = {of: b if of <= year else b[::-1] for of, b in figures.births_by_age.items()}
    planted = Figures(figures.first_year, figures.regions, later * _uneven(figures, year), births)
    built_in = ScheduleFile.model_validate(entry(figures, year)).schedules()
    assert ScheduleFile.model_validate(entry(figures.until(year), year)).schedules() == built_in
    assert ScheduleFile.model_validate(entry(planted, year)).schedules() == built_in


@pytest.mark.reference
@pytest.mark.parametrize("year", [1972, 2021])
def test_the_tool_makes_no_entry_for_a_year_without_figures(figures: Figures, year: int) -> None:
    with pytest.raises(ValueError, match=f"schedules of {year} need its figures"):
        entry(figures, year)


@pytest.mark.reference
@pytest.mark.parametrize("year", [1973, 1979, 1995, 2012, 2020])
def test_the_tool_writes_the_files_that_are_built_in(figures: Figures, year: int) -> None:
    made = ScheduleFile.model_validate(entry(figures, year)).schedules()
    assert made.hazard() == pytest.approx(schedules_for(year).hazard(), rel=0.011)
    assert made.drift() == pytest.approx(schedules_for(year).drift(), abs=2e-4)
    assert made.fertility() == pytest.approx(schedules_for(year).fertility(), abs=2e-5)
    assert made.share_of_boys == pytest.approx(schedules_for(year).share_of_boys, abs=1e-4)
    assert made.regions == schedules_for(year).regions
