"""The engine's age groups are those that the published dimension lists."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from foresight.service_need import SCHEMES


def test_the_seed_of_age_groups_lists_the_engines_groups(project_root: Path) -> None:
    with (project_root / "dbt" / "seeds" / "age_groups.csv").open(encoding="utf-8") as file:
        seed = {
            (r["scheme"], r["age_group"], int(r["age_from"]), int(r["age_to"])) for r in csv.DictReader(file)
        }
    assert seed == {(g.scheme, g.label, g.age_from, g.age_to) for g in SCHEMES}


@pytest.mark.parametrize("scheme", sorted({group.scheme for group in SCHEMES}))
def test_every_age_is_in_exactly_one_group_of_each_scheme(scheme: str) -> None:
    ages = [age for g in SCHEMES if g.scheme == scheme for age in range(g.age_from, g.age_to + 1)]
    assert ages == list(range(101))
