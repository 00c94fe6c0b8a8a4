"""What a KPI's YAML says its figures are held to: cells that the publisher gives in its answers."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

CheckKind = Literal["published_elsewhere", "passed_through", "recomputed"]
Verification = Literal["published_elsewhere", "passed_through", "recomputed", "none"]
Measure = Literal["value", "numerator", "denominator"]
STRENGTH: tuple[CheckKind, ...] = ("recomputed", "passed_through", "published_elsewhere")
"""From the weakest: our own second reading of the same cells, the cell itself, the publisher's own figure of
the same thing in another column or table."""


class FigureCheck(BaseModel):
    """One column of a KPI and the publisher's cells that it must equal.

    `figures` gives the contents (a regular expression over their codes) and the weight of each in the sum;
    `ages` (ranges, both ends within) and `sex` narrow a table by age. `rounding` is the publisher's last
    digit: 0.1 for one decimal.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: CheckKind
    measure: Measure = "value"
    table: Annotated[str, Field(pattern=r"^[a-z]+\.[a-z][a-z0-9_]*$")]
    figures: dict[str, float] = Field(min_length=1)
    ages: tuple[tuple[int, int], ...] = ()
    sex: Literal["female", "male"] | None = None
    rounding: float = Field(default=0, ge=0, le=1)

    @model_validator(mode="after")
    def _is_one_sum(self) -> Self:
        for figure in self.figures:
            try:
                re.compile(figure)
            except re.error as error:
                raise ValueError(f"figure {figure!r} is no regular expression: {error}") from error
        for first, last in self.ages:
            if first > last:
                raise ValueError(f"ages {first}–{last} end before they begin; give the lower one first")
        if self.kind != "recomputed" and (len(self.figures) > 1 or self.ages or self.sex):
            raise ValueError(f"{self.kind} names one published cell; a sum of several is `recomputed`")
        return self


def verification_of(checks: tuple[FigureCheck, ...], *, is_count: bool) -> Verification:
    """How sure a KPI's figures are: by its value, else by the weaker of both parts of the ratio.

    A ratio of which one part alone is checked is `none`, and so is a KPI without checks.
    """
    strongest = {
        measure: max((check.kind for check in checks if check.measure == measure), key=STRENGTH.index)
        for measure in {check.measure for check in checks}
    }
    if "value" in strongest:
        return strongest["value"]
    parts: tuple[Measure, ...] = ("numerator",) if is_count else ("numerator", "denominator")
    if any(part not in strongest for part in parts):
        return "none"
    return min((strongest[part] for part in parts), key=STRENGTH.index)
