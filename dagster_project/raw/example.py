"""Contract examples: a few figures of a table in the publisher's wire shape, for tests to parse."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Collection
from pathlib import Path

import numpy as np

from dagster_project.sources.catalogue import WHOLE_COUNTRY, CatalogueEntry
from dagster_project.sources.jsonstat_writer import write_answers
from dagster_project.sources.pxweb import Candidate, fetch_table, parse_table
from dagster_project.sources.resolve import contents_codes, municipality_of
from dagster_project.sources.transport import Transport

AREAS = ("305", "832")
"""Kuusamo and Taivalkoski: a town and a small municipality, some of whose figures are hidden."""


def write_example(
    entry: CatalogueEntry, transport: Transport, root: Path, *, areas: Collection[str] = AREAS
) -> Path:
    """The directory under `root` that now holds the example, an earlier one replaced.

    It holds the country and `areas`, the first and last periods, the first and last ages, every sex, and the
    contents the catalogue requires. Raises: SourceFault when the transport cannot give them.
    """
    candidate = _few(entry, parse_table(fetch_table(entry, transport)), areas)
    directory = root / entry.source / entry.path
    if directory.exists():
        shutil.rmtree(directory)
    marks = {
        "example": True,
        "publisher": entry.publisher,
        "licence": entry.licence,
        "table_id": entry.table_id,
    }
    write_answers(directory, entry, candidate, marks)
    return directory


def _few(entry: CatalogueEntry, candidate: Candidate, areas: Collection[str]) -> Candidate:
    """The candidate narrowed to a handful of its values in every role."""
    chosen = {
        "area": {a for a in candidate.areas if a == WHOLE_COUNTRY or municipality_of(a) in areas},
        "time": _ends(candidate.periods, 2),
        "contents": _needed_contents(entry, candidate),
    }
    if "age" in entry.roles:
        chosen["age"] = _ends(candidate.selection.values["age"], 2)
    keep = np.ones(len(candidate.frame), dtype=bool)
    for role, values in chosen.items():
        keep &= candidate.frame[role].isin(values).to_numpy()
    return dataclasses.replace(candidate, frame=candidate.frame[keep].reset_index(drop=True))


def _ends(values: tuple[str, ...], count: int) -> set[str]:
    return {*values[:count], *values[-count:]}


def _needed_contents(entry: CatalogueEntry, candidate: Candidate) -> set[str]:
    variable = candidate.selection.roles["contents"]
    needed = set(contents_codes(entry, entry.contents.required, variable).values())
    labelled = zip(variable.values, variable.texts, strict=True)
    return needed | {code for code, text in labelled if entry.contents.requires_text(text)}
