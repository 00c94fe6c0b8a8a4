"""Makes the built-in schedules: one file per base year from 1973 on, resting on nothing later than that year.

    .venv/bin/python -m benchmarks.schedules --from FOLDER [--out contract/schedules] [--years 1973 2020]

FOLDER holds Statistics Finland's regional figures as parquet: `population_region_age_sex_*`,
`fertility_age_pattern_region_*` and `fertility_total_region_*`. What each part is, why, and
how wrong it has been: docs/methods/schedules.md. `benchmarks.schedules_check` measures the result.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from benchmarks.infant_mortality import PUBLISHED as INFANT_MORTALITY
from benchmarks.mortality_shape import Mortality, mortality
from benchmarks.regional_ratios import regional_ratios
from foresight.cohorts import AGES, FEMALE, MALE, Array
from foresight.schedules import FERTILE_AGES

PUBLISHER = "Statistics Finland"
EARLY_MEAN_AGE, EARLY_SPREAD, FERTILITY_BEGINS = 28.0, 5.6, 10.0
EARLY_FERTILITY = (
    "gamma curve with mean age 28.0 and standard deviation 5.6, a general shape (Coale and Trussell 1974)"
)
"""Used until the first published pattern by age, that of 1990."""
BOYS_YEARS = 20
"""Years of newborns behind the share of boys: its yearly noise of 0.2 percentage points averages out."""
HEADER = """\
# Mortality and fertility by age as known at the end of {year}, for projections from that base year.
# Written by `python -m benchmarks.schedules --from FOLDER` from Statistics Finland (CC BY 4.0); not by hand.
# Lists run over the ages named; maps are age: value, linear between. Methods: docs/methods/schedules.md.
"""


@dataclass(frozen=True)
class Figures:
    """Of regions: `by_region[year, region, sex, age]`. Births per woman at 15–49 of the years published."""

    first_year: int
    regions: tuple[str, ...]
    by_region: Array
    births_by_age: dict[int, Array]

    @property
    def population(self) -> Array:
        """Of the country, `[year, sex, age]`."""
        return np.asarray(self.by_region.sum(axis=1))

    def until(self, year: int) -> Figures:
        """The figures of `year` and earlier ones."""
        return Figures(
            self.first_year,
            self.regions,
            self.by_region[: year - self.first_year + 1],
            {known: births for known, births in self.births_by_age.items() if known <= year},
        )


def read(folder: Path) -> Figures:
    """The regional figures in `folder`."""
    people = _table(folder, "population_region_age_sex")
    first, last = int(people["year"].min()), int(people["year"].max())
    regions = sorted(people["region_code"].unique())
    by_region = np.zeros((last - first + 1, len(regions), 2, AGES))
    sex = np.where(people["sex"].astype(str) == "1", MALE, FEMALE)
    place = (people["year"] - first, np.searchsorted(regions, people["region_code"]), sex, people["age"])
    by_region[place] = people["population"]
    codes = tuple(f"{region:02d}" for region in regions)
    return Figures(first, codes, by_region, _births_by_age(folder, regions, first, by_region))


def _table(folder: Path, name: str) -> pd.DataFrame:
    """The newest table of that name, whose file names end with the years they hold."""
    found = sorted(folder.glob(f"{name}_*.parquet"))
    if not found:
        raise FileNotFoundError(f"no {name}_*.parquet in {folder}")
    return pd.read_parquet(found[-1])


def _births_by_age(folder: Path, regions: list[int], first: int, people: Array) -> dict[int, Array]:
    """Births per woman by age in the country: the regions' rates weighted by their women."""
    shares = _table(folder, "fertility_age_pattern_region")
    totals = _table(folder, "fertility_total_region")
    rates = shares.merge(totals, on=["region_code", "year"])
    rates["rate"] = rates["share_pct"] / 100 * rates["total_fertility_rate"]
    rates = rates[rates["age"].between(FERTILE_AGES.start, FERTILE_AGES.stop - 1)]
    found = {}
    for year, of_year in rates.groupby("year"):
        rate = of_year.pivot(index="region_code", columns="age", values="rate").loc[regions].to_numpy()
        women = people[int(year) - first, :, FEMALE, FERTILE_AGES]
        found[int(year)] = np.asarray((rate * women).sum(axis=0) / women.sum(axis=0))
    return found


def entry(figures: Figures, year: int) -> dict[str, object]:
    """What a file of `year` holds, from figures of that year and before. Raises: ValueError without them."""
    last = figures.first_year + len(figures.by_region) - 1
    if not figures.first_year < year <= last:
        raise ValueError(
            f"schedules of {year} need its figures; there are those of {figures.first_year}–{last}"
        )
    known = figures.until(year)
    published = {of: level for of, level in INFANT_MORTALITY.items() if of <= year}
    return {
        "name": f"finland_{year}",
        "latest_year": year,
        **_mortality_parts(mortality(known.population, published), year),
        "fertility": _fertility(known),
        "share_of_boys": _share_of_boys(known, year),
        "regions": {
            "basis": "measured",
            "latest_year": year,
            "source": f"{PUBLISHER}, population by region, age and sex: cohort ratios up to {year}, ‰",
            **regional_ratios(known.by_region, known.regions),
        },
    }


def _mortality_parts(found: Mortality, year: int) -> dict[str, object]:
    def hazards(first: int, last: int) -> dict[str, list[float]]:
        by_sex = {"male": found.hazard[MALE], "female": found.hazard[FEMALE]}
        return {sex: _rounded(values[first : last + 1]) for sex, values in by_sex.items()}

    def drift(sex: int) -> dict[int, float]:
        return {int(age): round(float(pace), 4) for age, pace in found.drift[sex]}

    return {
        "mortality": [
            {
                "ages": [0, 0],
                "basis": "measured",
                "latest_year": found.infant_year,
                "source": f"{PUBLISHER}, infant mortality to {found.infant_year}, in the year of birth",
                **hazards(0, 0),
            },
            {
                "ages": [1, 64],
                "basis": "assumed",
                "latest_year": year,
                "source": "Gompertz downwards from the hazard at 65, accidents of the young, "
                "children in step with infants",
                **hazards(1, 64),
            },
            {
                "ages": [65, 100],
                "basis": "measured",
                "latest_year": year,
                "source": f"{PUBLISHER}, population by age and sex: cohort ratios up to {year}",
                **hazards(65, 100),
            },
        ],
        "mortality_drift": {
            "basis": "measured" if found.transitions_of_drift else "assumed",
            "latest_year": year if found.transitions_of_drift else None,
            "source": f"{PUBLISHER}, cohort ratios of {year - found.transitions_of_drift + 1}–{year}"
            if found.transitions_of_drift
            else "a general fall of one per cent a year, for want of more than ten years of figures",
            "male": drift(MALE),
            "female": drift(FEMALE),
        },
    }


def _fertility(known: Figures) -> dict[str, object]:
    if not known.births_by_age:
        return {
            "basis": "assumed",
            "latest_year": None,
            "source": EARLY_FERTILITY,
            "births": _rounded(gamma_births()),
        }
    newest = max(known.births_by_age)
    births = known.births_by_age[newest]
    return {
        "basis": "measured",
        "latest_year": newest,
        "source": f"{PUBLISHER}, age pattern and level of fertility by region {newest}, weighted by women",
        "births": [round(float(share), 5) for share in births / births.sum()],
    }


def gamma_births() -> Array:
    """Relative births per woman at ages 15–49: the gamma curve of Hoem et al. (1981), summing to 1."""
    age = np.arange(FERTILE_AGES.start, FERTILE_AGES.stop) + 0.5 - FERTILITY_BEGINS
    shape = ((EARLY_MEAN_AGE - FERTILITY_BEGINS) / EARLY_SPREAD) ** 2
    scale = (EARLY_MEAN_AGE - FERTILITY_BEGINS) / shape
    log_density = (shape - 1) * np.log(age) - age / scale
    curve = np.exp(log_density - log_density.max())
    return np.asarray(curve / curve.sum())


def _share_of_boys(known: Figures, year: int) -> dict[str, object]:
    newborn = known.population[-BOYS_YEARS:, :, 0].sum(axis=0)
    first = year - min(BOYS_YEARS, len(known.population)) + 1
    return {
        "basis": "measured",
        "latest_year": year,
        "source": f"{PUBLISHER}, children aged 0 on 31 December {first}–{year}",
        "value": round(float(newborn[MALE] / newborn.sum()), 4),
    }


def _rounded(values: Array) -> list[float]:
    """Values to three significant digits: more would claim what smoothing does not know."""
    return [float(f"{value:.3g}") for value in values]


def text_of(content: dict[str, object], year: int) -> str:
    """The file's text: leaves on as few lines as fit."""
    body = yaml.safe_dump(content, sort_keys=False, default_flow_style=None, width=110, allow_unicode=True)
    return HEADER.format(year=year) + body


def main() -> None:
    """Write the files asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.schedules", description=__doc__)
    parser.add_argument("--from", dest="folder", type=Path, required=True, help="folder of parquet files")
    parser.add_argument("--out", type=Path, default=Path("contract/schedules"))
    parser.add_argument("--years", type=int, nargs=2, default=(1973, 2020), metavar=("FIRST", "LAST"))
    arguments = parser.parse_args()
    figures = read(arguments.folder)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for year in range(arguments.years[0], arguments.years[1] + 1):
        file = arguments.out / f"finland_{year}.yaml"
        file.write_text(text_of(entry(figures, year), year), encoding="utf-8")
    print(f"wrote {arguments.years[1] - arguments.years[0] + 1} files to {arguments.out}")


if __name__ == "__main__":
    main()
