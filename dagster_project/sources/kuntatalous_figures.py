"""Figures of the Treasury's documents: strict numbers, known taxonomies, remarks kept."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

import pandas as pd

from dagster_project.sources.answer import Answer
from dagster_project.sources.business_ids import BusinessIds
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.kuntatalous_documents import Document, plain
from dagster_project.sources.rows import Json, read_column, read_rows

_REMARK = ("havainto", "tarkennus", "vakavuus")


def figures_of(
    answer: Answer,
    document: Document,
    ids: BusinessIds,
    *,
    parts: Collection[str] | None,
    taxonomies: Collection[str] | None,
) -> pd.DataFrame:
    """One row per figure of the document, of the `parts` (`k-t07` …) alone when given.

    Columns are the publisher's fields, `kunta_koodi` beside them. Figures that the document does not have are
    not in it: absent is not zero. Raises: PermanentSourceError wrong_table when the rows are another
    document's, drifted when the taxonomy is none of `taxonomies` (figure ids mean something within their
    taxonomy alone), malformed naming the row and value that cannot be read.
    """
    rows = read_rows(answer)
    _check_belongs(rows, document, answer.url)
    _check_taxonomy(rows, document, taxonomies, answer.url)
    kept = rows if parts is None else [row for row in rows if row.get("osakokonaisuus") in parts]
    texts = {
        name: read_column(kept, name, "text", answer.url)
        for name in ("osakokonaisuus", "tunnusluku", "taksonomia", "kommentti")
    }
    for name in ("osakokonaisuus", "tunnusluku", "taksonomia"):
        if texts[name].isna().any():
            raise PermanentSourceError("malformed", f"{answer.url}: a figure has no {name}")
    return pd.DataFrame(
        {
            "ytunnus": document.business_id,
            "kunta_koodi": ids.municipality(document.business_id),
            "raportointikokonaisuus": document.package,
            "raportointikausi": document.period,
            **texts,
            "arvo": read_column(kept, "arvo", "number", answer.url),
            "hyvaksymisvaihe": document.stage,
            "hyvaksymispvm": document.accepted or None,
            "julkaisupvm": document.published or None,
            "tarkastushavainnot": pd.Series([_remarks(row, answer.url) for row in kept], dtype=object),
        },
        index=range(len(kept)),
    )


def _check_belongs(rows: Sequence[Json], document: Document, where: str) -> None:
    """Every row is the document's, in the stage that was asked for."""
    if not rows:
        raise PermanentSourceError("truncated", f"{where}: the document has no figures")
    expected = {
        "ytunnus": document.business_id,
        "raportointikokonaisuus": document.package,
        "raportointikausi": document.period,
    }
    for number, row in enumerate(rows, start=1):
        for field, value in expected.items():
            if row.get(field) != value:
                raise PermanentSourceError(
                    "wrong_table",
                    f"{where}: row {number} has {field} {row.get(field)!r}, the document is {value!r}'s",
                )
        stage = next((row[name] for name in row if plain(name) == "hyvaksymisvaihe"), None)
        if stage and plain(stage) != document.stage:
            raise PermanentSourceError(
                "wrong_table", f"{where}: row {number} is {stage!r}, {document.stage!r} was asked for"
            )


def _check_taxonomy(
    rows: Sequence[Json], document: Document, taxonomies: Collection[str] | None, where: str
) -> None:
    if taxonomies is None:
        return
    unknown = sorted({str(row.get("taksonomia")) for row in rows} - set(taxonomies))
    if unknown:
        raise PermanentSourceError(
            "drifted",
            f"{where}: {document.package} of {document.period} uses the taxonomy {unknown[0]!r}; known for "
            f"that year: {', '.join(taxonomies) or 'none'}. Figure ids belong to a taxonomy: reconcile them "
            "with published accounts, then add it to sources/catalogue/kuntatalous.yaml and "
            "dbt/seeds/treasury_figures.csv",
        )


def _remarks(row: Json, where: str) -> str | None:
    """The publisher's remarks on a figure as JSON, empty ones left out; None when there are none."""
    remarks = row.get("tarkastushavainnot")
    if not remarks:
        return None
    if not isinstance(remarks, list) or not all(isinstance(remark, dict) for remark in remarks):
        raise PermanentSourceError(
            "malformed", f"{where}: tarkastushavainnot is {str(remarks)[:80]!r}, expected a list of objects"
        )
    kept = [
        {name: str(remark[name]) for name in _REMARK if remark.get(name)}
        for remark in remarks
        if any(remark.get(name) for name in _REMARK)
    ]
    return json.dumps(kept, ensure_ascii=False) if kept else None
