"""Reads schedules (mortality, fertility and migration by age) from files that say what each part rests on.

`contract/schedules/` holds one built-in file per year that can be a base year; every part of a file names
its source and the newest year behind it, or says that it is assumed. A user's own file has the same form.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from foresight.cohorts import FEMALE, MALE, OLDEST_AGE, InputError
from foresight.regional import RegionalRatios
from foresight.schedules import FLOWS, Knots, Schedules

BUILT_IN = Path(__file__).with_name("schedules")

Finite = Annotated[float, Field(allow_inf_nan=False)]
Age = Annotated[int, Field(ge=0, le=OLDEST_AGE)]
ByAge = Annotated[dict[Age, Finite], Field(min_length=1)]


class Basis(BaseModel):
    """What a part rests on.

    `measured` names the newest year of its figures. `assumed` may name none: then the part is the same
    whatever year it is, and rests on no country's figures of any year.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    basis: Literal["measured", "assumed"]
    latest_year: int | None
    source: Annotated[str, Field(min_length=1)]


class MortalityPart(Basis):
    """Yearly hazards of death at ages reached `ages[0]` to `ages[1]`, both included."""

    ages: tuple[Age, Age]
    male: tuple[Finite, ...]
    female: tuple[Finite, ...]


class DriftPart(Basis):
    """Yearly change of the logarithm of the hazard at some ages; linear between them."""

    male: ByAge
    female: ByAge


class FertilityPart(Basis):
    """Relative births per woman at ages 15–49."""

    births: tuple[Finite, ...]


class ValuePart(Basis):
    """One number."""

    value: Finite


class ProfilePart(Basis):
    """Relative level of a migration flow at some ages; linear between them."""

    by_age: ByAge


class RegionsPart(Basis):
    """How far regions' yearly cohort ratios lie from the country's, per mille, by region and band of ages.

    `ages` are the first ages of the bands and the end of the last.
    """

    ages: tuple[int, ...]
    male: dict[str, tuple[Finite, ...]]
    female: dict[str, tuple[Finite, ...]]

    def ratios(self) -> RegionalRatios:
        """The engine's values. Raises: InputError when a region lacks a sex or a number."""
        lacking = sorted(set(self.male) ^ set(self.female))
        if lacking:
            raise InputError(f"regions: {', '.join(lacking)} has one sex only; expected both")
        return RegionalRatios(
            self.ages,
            {code: (_per_mille(self.male[code]), _per_mille(self.female[code])) for code in self.male},
        )


def _per_mille(values: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(value / 1000 for value in values)


class MigrationShapes(BaseModel):
    """Migration by age; `contract/schedules/migration.yaml` for files of schedules that hold none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    out_migration: ProfilePart
    immigration: ProfilePart
    emigration: ProfilePart


Form = TypeVar("Form", bound=BaseModel)


def _read(path: Path, form: type[Form]) -> Form:
    """The file at `path` in its form. Raises: InputError naming the file and every key that does not fit."""
    try:
        return form.model_validate(yaml.safe_load(path.read_bytes()))
    except OSError as failed:
        raise InputError(f"schedules cannot be read from {path}: {failed.strerror}") from failed
    except yaml.YAMLError as failed:
        raise InputError(f"{path} is not YAML: {failed}") from failed
    except ValidationError as failed:
        wrong = "; ".join(
            f"{'.'.join(str(step) for step in error['loc']) or 'the file'}: {error['msg']}"
            for error in failed.errors()[:5]
        )
        raise InputError(f"{path} does not have the form of schedules: {wrong}") from failed


@lru_cache(maxsize=1)
def _migration_shapes() -> MigrationShapes:
    return _read(BUILT_IN / "migration.yaml", MigrationShapes)


class ScheduleFile(BaseModel):
    """The form of a file of schedules. Unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    latest_year: int
    mortality: Annotated[tuple[MortalityPart, ...], Field(min_length=1)]
    mortality_drift: DriftPart
    fertility: FertilityPart
    share_of_boys: ValuePart
    migration: MigrationShapes = Field(default_factory=_migration_shapes)
    regions: RegionsPart | None = None

    def parts(self) -> dict[str, Basis]:
        """Every part by name, mortality by its ages (`mortality 60–100`)."""
        mortality = {f"mortality {p.ages[0]}–{p.ages[1]}": p for p in self.mortality}
        return {
            **mortality,
            "mortality_drift": self.mortality_drift,
            "fertility": self.fertility,
            "share_of_boys": self.share_of_boys,
            **{flow: getattr(self.migration, flow) for flow in FLOWS},
            **({"regions": self.regions} if self.regions else {}),
        }

    def schedules(self) -> Schedules:
        """The engine's values. Raises: InputError when a part is unusable or newer than the file says."""
        for name, part in self.parts().items():
            if part.basis == "measured" and part.latest_year is None:
                raise InputError(f"schedules {self.name!r}, {name}: measured, but no latest_year is named")
            if part.latest_year is not None and part.latest_year > self.latest_year:
                raise InputError(
                    f"schedules {self.name!r}, {name}: rests on {part.latest_year}, "
                    f"but the file says nothing in it is newer than {self.latest_year}"
                )
        return Schedules(
            name=self.name,
            latest_year=self.latest_year,
            mortality=self._hazards(),
            mortality_drift=(_knots(self.mortality_drift.male), _knots(self.mortality_drift.female)),
            births_by_age=self.fertility.births,
            share_of_boys=self.share_of_boys.value,
            out_migration=_knots(self.migration.out_migration.by_age),
            immigration=_knots(self.migration.immigration.by_age),
            emigration=_knots(self.migration.emigration.by_age),
            regions=self.regions.ratios() if self.regions else None,
        )

    def _hazards(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Hazards at ages 0–100 of men and women from the parts, which must follow one another."""
        hazards: tuple[list[float], list[float]] = ([], [])
        for part in self.mortality:
            first, last = part.ages
            if first != len(hazards[MALE]):
                raise InputError(
                    f"schedules {self.name!r}: a part of mortality starts at age {first}; "
                    f"expected {len(hazards[MALE])}, where the one before it ends"
                )
            for sex, values in ((MALE, part.male), (FEMALE, part.female)):
                if len(values) != last - first + 1:
                    raise InputError(
                        f"schedules {self.name!r}, mortality {first}–{last}: {len(values)} values; "
                        f"expected {last - first + 1}"
                    )
                hazards[sex].extend(values)
        end = len(hazards[MALE]) - 1
        if end != OLDEST_AGE:
            raise InputError(f"schedules {self.name!r}: mortality ends at age {end}; expected {OLDEST_AGE}")
        return tuple(hazards[MALE]), tuple(hazards[FEMALE])


def _knots(by_age: Mapping[int, float]) -> Knots:
    return tuple((float(age), by_age[age]) for age in sorted(by_age))


def read_file(path: Path) -> ScheduleFile:
    """The file of schedules at `path`. Raises: InputError naming the file and every key that does not fit."""
    return _read(path, ScheduleFile)


def load_schedules(path: Path) -> Schedules:
    """Schedules of a user's own file. Raises: InputError naming the file and what does not fit."""
    return read_file(path).schedules()


def built_in_files() -> dict[int, Path]:
    """The built-in files by the year they were known through, ascending."""
    return {int(path.stem.rpartition("_")[2]): path for path in sorted(BUILT_IN.glob("finland_*.yaml"))}


@lru_cache(maxsize=8)
def schedules_for(base_year: int) -> Schedules:
    """The newest built-in schedules that rest on nothing later than `base_year`.

    Raises: InputError when even the first ones are newer.
    """
    files = built_in_files()
    known = [year for year in files if year <= base_year]
    if not known:
        raise InputError(
            f"no built-in schedules for base year {base_year}: the first ones rest on figures up to "
            f"{min(files)}; choose a later base year or give a file of your own"
        )
    return load_schedules(files[max(known)])
