"""Contract examples: a few figures of a table in the publisher's wire shape, for tests to parse."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

import numpy as np

from dagster_project.raw.extract import write_received
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import WHOLE_COUNTRY, CatalogueEntry, PxWebEntry
from dagster_project.sources.client import Shortens, client_for
from dagster_project.sources.jsonstat_writer import write_answers
from dagster_project.sources.resolve import contents_codes, municipality_of
from dagster_project.sources.transport import Transport, silent

AREAS = ("305", "832")
"""Kuusamo and Taivalkoski: a town and a small municipality, some of whose figures are hidden."""


def write_example(
    entry: CatalogueEntry, transport: Transport, root: Path, *, areas: Collection[str] = AREAS
) -> Path:
    """The directory under `root` that now holds the example, an earlier one replaced.

    A PxWeb example holds the country and `areas`, the first and last periods, the first and last ages, and
    the contents the catalogue requires; another interface's the records that its client leaves in, or all.
    Raises: SourceFault when the transport cannot give them.
    """
    client = client_for(entry)
    fetched = client.fetch(entry, transport, areas=None, listing_stamp=None, progress=silent)
    if not isinstance(entry, PxWebEntry):
        few = client.few(fetched, areas) if isinstance(client, Shortens) else fetched.answers
        write_received(root / entry.source, few)
        return root / entry.source
    candidate = _few(entry, client.parse(fetched), areas)
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


def _few(entry: PxWebEntry, candidate: Candidate, areas: Collection[str]) -> Candidate:
    """The candidate narrowed to a handful of its values in every role."""
    chosen: dict[str, set[str]] = {}
    for role in entry.roles:
        if role == "area":
            near = {a for a in candidate.areas if a == WHOLE_COUNTRY or municipality_of(a) in areas}
            chosen[role] = near or _ends(candidate.areas, 2)
        elif role == "contents":
            chosen[role] = _needed_contents(entry, candidate)
        elif role == "time":
            chosen[role] = _ends(candidate.periods, 2)
        elif role != "sex":
            chosen[role] = _ends(candidate.selection.values[role], 2)
    keep = np.ones(len(candidate.frame), dtype=bool)
    for role, values in chosen.items():
        keep &= candidate.frame[role].isin(values).to_numpy()
    return candidate.with_frame(candidate.frame[keep].reset_index(drop=True))


def _ends(values: tuple[str, ...], count: int) -> set[str]:
    return {*values[:count], *values[-count:]}


def _needed_contents(entry: PxWebEntry, candidate: Candidate) -> set[str]:
    variable = candidate.selection.roles["contents"]
    needed = set(contents_codes(entry, entry.contents.required, variable).values())
    labelled = zip(variable.values, variable.texts, strict=True)
    return needed | {code for code, text in labelled if entry.contents.requires_text(text)}
