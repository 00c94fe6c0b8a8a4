"""The scenarios that the night projects for the whole country, and what the snapshot says of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contract.messages import MESSAGE_LANGUAGES
from contract.scenario_files import ScenarioFile, built_in
from foresight.scenarios import BASE, Scenario, scenario


def nightly_scenarios() -> tuple[Scenario, ...]:
    """The base, then every other built-in scenario that is meant for the whole country, at its defaults."""
    others = [scenario(file.definition()) for file in _of_the_country() if file.id != BASE.id]
    return (BASE, *others)


def scenario_rows(projected: Sequence[Scenario], draws: int) -> Mapping[str, NDArray[Any]]:
    """Columns of `scenario`: names and reasons in every language, values, hash and draws of each."""
    files = {file.id: file for file in _of_the_country()}
    told = [(one, files[one.id]) for one in projected]
    texts = {
        f"{part}_{language}": np.array([getattr(file, part).of(language) for _, file in told])
        for part in ("name", "rationale")
        for language in MESSAGE_LANGUAGES
    }
    return {
        "scenario_id": np.array([one.id for one in projected]),
        "sort_order": np.array([file.order for _, file in told]),
        **texts,
        "parameters_json": np.array([json.dumps(dict(one.values)) for one in projected]),
        "content_hash": np.array([one.hash for one in projected]),
        "author": np.array([file.author for _, file in told]),
        "date": np.array([file.date.isoformat() for _, file in told]),
        "draws": np.full(len(told), draws),
    }


def _of_the_country() -> list[ScenarioFile]:
    return [file for file in built_in().values() if "country" in file.scopes]
