"""What the applicants to education after basic education must keep."""

from __future__ import annotations

import pandas as pd

from dagster_project.quality import records
from dagster_project.quality.check import Check, in_range
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry

LARGEST = 20_000
"""Applicants to one place of application in one search."""
MAY_LOSE = 0.1
COUNTS = ("kaikki_hakijat_lkm", "ensisijaiset_hakijat_lkm", "valitut_lkm", "paikan_vastaanottaneet_lkm")


def suite(entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    return [
        *records.base_checks(entry, candidate, previous, may_lose=MAY_LOSE),
        records.matching(candidate, "koulutuksen_alkamisvuosi", r"20\d{2}"),
        *(records.value_range(candidate, column, 0, LARGEST) for column in COUNTS),
        no_more(candidate, "ensisijaiset_hakijat_lkm", "kaikki_hakijat_lkm"),
        no_more(candidate, "paikan_vastaanottaneet_lkm", "valitut_lkm"),
    ]


def no_more(candidate: Candidate, part: str, whole: str) -> Check:
    """A part of the applicants is no more than the whole."""
    known = candidate.frame[[part, whole]].dropna().astype("int64")
    difference = pd.DataFrame({"difference": known[whole] - known[part], part: known[part]})
    return in_range(f"{part}_within", f"{part} no more than {whole}", difference, "difference", 0, None)
