"""The newest year behind every constant that an estimate or a band rests on.

A constant of the estimating modules stands in exactly one of the tables below: with the newest year of
the figures it was chosen on, or among those that rest on no figures (limits, counts, names, structure).
Whoever adds one says here what it rests on. Schedules by age are dated in files of their own
(docs/methods/schedules.md). Of private constants only those that were chosen on figures are named.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import foresight
from foresight.uncertainty import NationalSpread

NEWEST_VISIBLE_YEAR = 2020

MEASURED: dict[str, dict[str, int]] = {
    "chance": {"LARGEST_OF_AGE": 2020},
    "growth": {
        "LONGEST_HISTORY": 2018,
        "CLASS_MEMORY": 2018,
        "NATIONAL_MEMORY": 2018,
        "UNKNOWN_CLASS_ERROR": 2018,
        "UNTOLD": 2018,
        "_LASTING": 2018,
        "_FADING": 2018,
        "_PERSISTENCE": 2018,
        "_CHANCE": 2018,
    },
    "guide": {"TREND_WEIGHT_A_YEAR": 2020, "LARGEST_TREND_WEIGHT": 2020, "DYING_FROM": 2000},
    "hamilton_perry": {
        "LONGEST_HISTORY": 2000,
        "NATIONAL_MEMORY": 2000,
        "LOCAL_MEMORY": 2000,
        "OLD_FROM": 2000,
        "SURVIVAL_MEMORY": 2000,
        "PRIOR_PERSONS": 2000,
        "PRIOR_PERSONS_OLD": 2000,
        "PRIOR_PERSONS_NATIONAL": 2020,
    },
    "migration": {
        "RESIDUAL_UNTIL_AGE": 2020,
        "STRUCTURE_VARIANCE": 2020,
        "UNTOLD_ERROR": 2020,
        "CLUSTERING": 2020,
        "CLUSTERING_OF_ALL": 2020,
        "SETTLED_FROM": 2020,
    },
    "moves_gaps": {"DEFAULT_MOBILITY": 2018, "DEFAULT_BORDER_CROSSING": 2018},
    "official": {"WEIGHT_OF_MOVERS": 2020, "MOVERS": 2020},
    "rates": {
        "LOCAL_MORTALITY_AGES": 2020,
        "LEVEL_YEARS": 2018,
        "LOCAL_MEMORY": 2018,
        "FERTILITY_STEP": 2018,
        "FERTILITY_MOMENTUM": 2018,
        "MOMENTUM_YEARS": 2018,
        "MORTALITY_MEMORY": 2018,
    },
    "structure": {
        "CHILD_AGES": 2020,
        "CHILD_PACE": 2020,
        "CHILD_VARIANCE": 2020,
        "SETTLING": 2020,
        "SCHOOL_AGES": 2020,
        "SLOPE_LOST_AT": 2020,
        "_MODEL_VARIANCE": 2020,
    },
    "total_bands": {"NATIONAL_PERSISTENCE": 2000, "UNKNOWN_NATIONAL_ERROR": 1990, "EVENTS_A_YEAR": 1989},
    "totals": {"WINDOWS": 2018, "ORIGINS_OF_BELIEF": 2018, "SHARPNESS": 2018, "SCORED_ORIGINS": 2018},
    "uncertainty": {"MORTALITY_LOADING": 2020, "CLASS_PERSISTENCE": 2018},
}
"""Newest year of the figures a constant was chosen on; where its reason names base years, the newest of the
years that came after them. A year that nobody noted is taken for the newest visible one."""

RESTING_ON_NOTHING: dict[str, set[str]] = {
    "chance": {"OLD_FROM", "OLD_BANDS"},
    "growth": {"FEWEST_IN_A_CLASS"},
    "hamilton_perry": {"FEWEST_FOR_CLASSES", "LEAST_OF_SCHEDULE"},
    "migration": {"STRONGEST_SHIFT", "BAND_OF_AGE"},
    "moves_gaps": {"CLOSED_WITHIN"},
    "official": {"PARENTS", "WEIGHT"},
    "total_bands": {"FEWEST_YEARS", "RECENT_EVENTS"},
    "totals": {"MEMBERS", "SCORED_HORIZON", "FEWEST_YEARS"},
    "uncertainty": {"NATIONAL_COMPONENTS", "LARGEST_CHANCE"},
}

ESTIMATING = sorted(MEASURED)


def _constants(module: str) -> set[str]:
    """Names in capitals that the module assigns at its top level."""
    source = Path(foresight.__file__).with_name(f"{module}.py").read_text("utf-8")
    names = set()
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                names |= {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            names.add(statement.target.id)
    return {name for name in names if name.strip("_").isupper()}


@pytest.mark.parametrize("module", ESTIMATING)
def test_every_constant_says_what_it_rests_on(module: str) -> None:
    there = _constants(module)
    named = set(MEASURED[module]) | RESTING_ON_NOTHING.get(module, set())
    assert {name for name in there if not name.startswith("_")} == {n for n in named if not n.startswith("_")}
    assert named <= there
    assert not set(MEASURED[module]) & RESTING_ON_NOTHING.get(module, set())


def test_no_constant_rests_on_a_year_that_was_not_visible() -> None:
    years = {year for constants in MEASURED.values() for year in constants.values()}
    assert max(years) <= NEWEST_VISIBLE_YEAR
    assert NationalSpread().latest_year <= NEWEST_VISIBLE_YEAR
