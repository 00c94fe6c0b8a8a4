"""What the register of the municipalities' financial documents must keep."""

from __future__ import annotations

from dagster_project.quality import records, treasury
from dagster_project.quality.check import Check
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry


def suite(entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table: documents come and are corrected, they do not go."""
    return [
        *records.base_checks(entry, candidate, previous),
        treasury.one_package(entry, candidate),
        treasury.one_owner_per_id(candidate),
        records.matching(candidate, "kunta_koodi", r"\d{3}"),
        records.matching(candidate, "raportointikausi", r"\d{4}(C(03|06|09|12))?"),
        records.allowed_values(candidate, "hyvaksymisvaihe", treasury.STAGES),
        records.not_missing(candidate, "hyvaksymispvm", share=0.05),
        records.municipalities_present(candidate, least=treasury.LEAST_MUNICIPALITIES),
    ]
