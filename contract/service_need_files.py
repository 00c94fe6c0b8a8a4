"""Reads `contract/service_need.yaml`: participation in early education, and limits worth knowing of."""

from __future__ import annotations

import datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contract.yaml_forms import Text, Texts
from foresight.cohorts import InputError
from foresight.day_care import AgeRate, NationalParticipation, national_participation
from foresight.event_probability import EventRule, Side

FILE = Path(__file__).with_name("service_need.yaml")

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Above = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GroupRate(_Form):
    """Share of the children of `ages[0]` to `ages[1]`, both included."""

    ages: tuple[int, int]
    share: Share


class Participation(_Form):
    """One published year: shares on its 31 December, where they were published and when they were read."""

    year: int
    published: int
    basis: Literal["measured", "assumed"]
    rates: Annotated[tuple[GroupRate, ...], Field(min_length=1)]
    source: Texts
    url: Text
    read: datetime.date
    remark: Text

    def entry(self) -> NationalParticipation:
        """The same for the engine. Raises: InputError for ages that cannot be."""
        rates = tuple(AgeRate(*rate.ages, rate.share) for rate in self.rates)
        return NationalParticipation(self.year, self.published, rates, self.source.en)


class Threshold(_Form):
    """A limit of a measure, absolute or as a share of its base year's value, and why it is that."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    measure: Text
    side: Side
    limit: Above | None = None
    factor: Above | None = None
    basis: Literal["measured", "assumed"]
    rationale: Texts

    def rule(self) -> EventRule:
        """The same for the engine. Raises: InputError when it has both limits or none."""
        return EventRule(self.id, self.measure, self.side, self.limit, self.factor)


class ServiceNeedFile(_Form):
    """The file as a whole."""

    date: datetime.date
    participation: Annotated[tuple[Participation, ...], Field(min_length=1)]
    thresholds: tuple[Threshold, ...]

    def newest(self) -> Participation:
        """The participation of the newest year: what is known when the night runs."""
        last = max(entry.published for entry in self.participation)
        found = national_participation([entry.entry() for entry in self.participation], last)
        assert found is not None
        return next(entry for entry in self.participation if entry.year == found.year)


@lru_cache(maxsize=1)
def service_need_file(path: Path = FILE) -> ServiceNeedFile:
    """What the file says. Raises: InputError naming what in it is wrong."""
    try:
        read = ServiceNeedFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{path.name}: {place}: {first['msg']}") from error
    for entry in read.participation:
        entry.entry()
    ids = [threshold.rule().id for threshold in read.thresholds]
    if len(set(ids)) < len(ids):
        raise InputError(f"{path.name}: thresholds {sorted(ids)} are not told apart by their id")
    return read
