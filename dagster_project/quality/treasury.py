"""What every package of the Treasury's figures must keep, and sums that hold between figures of accounts."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dagster_project.quality import records
from dagster_project.quality.check import Check, in_range, is_true
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry

LARGEST = 2e10
"""Euros. Helsinki's balance sheet was some 16 000 million in 2024; no other municipality's comes near."""
MAY_LOSE = 0.05
"""The share of figures that a corrected document may leave out."""
LEAST_MUNICIPALITIES = 230
"""Of some 290 in mainland Finland; Åland's report elsewhere, and doubtful business ids are refused."""
STAGES = ("alustava", "hyvaksytty", "lopullinen", "jalkikorjattu")


def figure_checks(
    entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None, *, periods: str
) -> list[Check]:
    """The checks of one package's figures; `periods` is the pattern of its periods."""
    checks = [
        *records.base_checks(entry, candidate, previous, may_lose=MAY_LOSE),
        records.value_range(candidate, "arvo", -LARGEST, LARGEST),
        records.not_missing(candidate, "arvo", share=0.2),
        records.not_missing(candidate, "kunta_koodi"),
        records.matching(candidate, "kunta_koodi", r"\d{3}"),
        records.matching(candidate, "ytunnus", r"\d{7}-\d"),
        records.matching(candidate, "raportointikausi", periods),
        records.allowed_values(candidate, "hyvaksymisvaihe", STAGES),
        one_package(entry, candidate),
        one_taxonomy_per_document(candidate),
        one_owner_per_id(candidate),
    ]
    if candidate.covers_country:
        checks.append(records.municipalities_present(candidate, least=LEAST_MUNICIPALITIES))
    return checks


def one_package(entry: RestEntry, candidate: Candidate) -> Check:
    """No other package's figures: budgets and forecasts are never read as accounts."""
    return records.allowed_values(candidate, "raportointikokonaisuus", entry.query["packages"])


def one_taxonomy_per_document(candidate: Candidate) -> Check:
    """Figure ids of one document all mean what one taxonomy says."""
    counted = (
        candidate.frame.groupby(["ytunnus", "raportointikausi"], observed=True)["taksonomia"]
        .nunique()
        .rename("taxonomies")
        .reset_index()
    )
    return in_range("one_taxonomy", "one taxonomy in each document", counted, "taxonomies", 1, 1)


def one_owner_per_id(candidate: Candidate) -> Check:
    """A business id is one municipality's, and a municipality has one."""
    pairs = candidate.frame[["ytunnus", "kunta_koodi"]].drop_duplicates()
    pairs = pairs.assign(
        alone=~(pairs["ytunnus"].duplicated(keep=False) | pairs["kunta_koodi"].duplicated(keep=False))
    )
    return is_true("one_owner_per_id", "one municipality to each business id", pairs, "alone")


def wide(candidate: Candidate, codes: Mapping[str, str]) -> pd.DataFrame:
    """One row per business id and period, one column for each of `codes` (name: figure id)."""
    frame = candidate.frame
    chosen = frame[frame["tunnusluku"].isin(codes.values())]
    table = chosen.pivot(index=["ytunnus", "raportointikausi"], columns="tunnusluku", values="arvo")
    return pd.DataFrame({name: table.get(code) for name, code in codes.items()}, index=table.index)


def mostly(name: str, expected: str, held: pd.Series, *, share: float) -> Check:
    """The check that `held` (boolean) is true in at least `share` of the cases; no cases pass."""
    told = float(held.mean()) if len(held) else 1.0
    frame = pd.DataFrame({"share": [told], "cases": [len(held)]})
    return in_range(name, f"{expected} in at least {share:.0%} of the documents", frame, "share", share, 1)
