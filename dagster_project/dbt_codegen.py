"""What dbt cannot work out by itself, written before it parses: sources, union of KPIs, seeds of catalogues.

dbt cannot infer refs made over `graph.nodes`, so the union is a file. The files are committed and never
edited by hand; `kuntaluotsi generate` writes them, `--check` fails when they differ.
"""

from __future__ import annotations

import csv
import io
from difflib import get_close_matches
from pathlib import Path

from contract.published import published_table
from dagster_project.dbt_dictionary import columns_csv, read_dictionary, tables_csv
from dagster_project.dbt_kpi import KPI_COLUMNS, Kpi, KpiDefinitionError, line_of, read_kpis
from dagster_project.settings import PROJECT_ROOT
from dagster_project.sources.catalogue import CatalogueEntry, load_catalogue

DBT_DIR = PROJECT_ROOT / "dbt"
SOURCES_FILE = Path("models/staging/_sources.generated.yml")
UNION_FILE = Path("models/marts/core/kpi_values.sql")
CATALOGUE_FILE = Path("seeds/kpi_catalogue.csv")
SOURCE_CATALOGUE_FILE = Path("seeds/source_catalogue.csv")
TABLES_FILE = Path("seeds/published_tables.csv")
COLUMNS_FILE = Path("seeds/published_columns.csv")
WAITING_FILE = Path("seeds/kpi_waiting.csv")

_MADE_BY = "Written by `kuntaluotsi generate`; never edited by hand."
_BESIDE_THE_CONTRACT = ("aggregation", "area_interval", "chance")
_LANGUAGES = ("fi", "sv", "en")
_SOURCE_COLUMNS = (
    "source",
    "table_name",
    "table_id",
    "publisher",
    "licence",
    "page_url",
    "rhythm",
    "protocol",
    "verification",
)


def generate(dbt_dir: Path = DBT_DIR) -> tuple[Path, ...]:
    """The generated files that changed, after writing them.

    Raises: KpiDefinitionError with file, line and remedy; ValueError for a wrong source catalogue.
    """
    changed = []
    for path, text in rendered(dbt_dir).items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            changed.append(path)
    return tuple(changed)


def drifted(dbt_dir: Path = DBT_DIR) -> tuple[Path, ...]:
    """The generated files that differ from what the definitions say now."""
    return tuple(
        path
        for path, text in rendered(dbt_dir).items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    )


def rendered(dbt_dir: Path = DBT_DIR) -> dict[Path, str]:
    """Path and text of every generated file."""
    entries = load_catalogue()
    kpis = read_kpis(dbt_dir / "models" / "marts")
    _refuse_unknown_sources(kpis, entries)
    words = read_dictionary(dbt_dir / "models" / "marts")
    waiting = dbt_dir / WAITING_FILE
    return {
        dbt_dir / SOURCES_FILE: sources_yaml(entries),
        dbt_dir / UNION_FILE: union_sql(kpis),
        dbt_dir / CATALOGUE_FILE: catalogue_csv(kpis),
        dbt_dir / SOURCE_CATALOGUE_FILE: source_catalogue_csv(entries),
        dbt_dir / TABLES_FILE: tables_csv(words),
        dbt_dir / COLUMNS_FILE: columns_csv(words),
        **({waiting: still_waiting(waiting.read_text("utf-8"), kpis)} if waiting.is_file() else {}),
    }


def sources_yaml(entries: tuple[CatalogueEntry, ...]) -> str:
    """dbt's source entries: one schema per source, one table per entry of the source catalogue."""
    schemas: dict[str, list[CatalogueEntry]] = {}
    for entry in entries:
        schemas.setdefault(entry.key[0], []).append(entry)
    lines = [f"# {_MADE_BY}", "sources:"]
    for schema, tables in sorted(schemas.items()):
        lines += [f"  - name: {schema}", f"    schema: {schema}", "    tables:"]
        for table in sorted(tables, key=lambda entry: entry.table_name):
            lines += [
                f"      - name: {table.table_name}",
                f'        description: "{table.titles.en} ({table.publisher}, {table.table_id})."',
            ]
    return "\n".join(lines) + "\n"


def union_sql(kpis: tuple[Kpi, ...]) -> str:
    """One model with the rows of every KPI."""
    columns = ",\n".join(f"        {column}" for column in KPI_COLUMNS)
    rows = "\n    union all\n".join(
        f"    select\n{columns}\n    from {{{{ ref('kpi_{kpi.kpi_id}') }}}}"
        for kpi in sorted(kpis, key=lambda kpi: kpi.kpi_id)
    )
    return (
        f"-- {_MADE_BY}\nwith\n\nrows_of_every_kpi as (\n\n{rows}\n\n)\n\nselect * from rows_of_every_kpi\n"
    )


def source_catalogue_csv(entries: tuple[CatalogueEntry, ...]) -> str:
    """The source catalogue as a seed: every table that can be read, and how sure its shape is."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    titles = [f"title_{language}" for language in _LANGUAGES]
    writer.writerow([*_SOURCE_COLUMNS, *titles])
    for entry in sorted(entries, key=lambda entry: entry.key):
        told = [getattr(entry, column) for column in _SOURCE_COLUMNS]
        writer.writerow([*told, *(getattr(entry.titles, language) for language in _LANGUAGES)])
    return text.getvalue()


def catalogue_csv(kpis: tuple[Kpi, ...]) -> str:
    """The KPI catalogue as a seed: the columns of `dim_kpi`, then what only the area sums need."""
    columns = (*published_table("dim_kpi").columns, *_BESIDE_THE_CONTRACT)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for kpi in kpis:
        cells = _cells(kpi)
        writer.writerow([cells[column] for column in columns])
    return text.getvalue()


def still_waiting(seed: str, kpis: tuple[Kpi, ...]) -> str:
    """The seed of KPIs that are waited for without those whose catalogue code has been built since."""
    built = {kpi.definition.catalogue_code for kpi in kpis}
    header, *rows = csv.reader(io.StringIO(seed))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([header, *(row for row in rows if row[0] not in built)])
    return text.getvalue()


def _cells(kpi: Kpi) -> dict[str, object]:
    definition = kpi.definition
    cells: dict[str, object] = {
        "kpi_id": kpi.kpi_id,
        "theme": kpi.theme,
        "source_tables": ",".join(definition.source_tables),
        "verification": kpi.verification,
    }
    for field in ("name", "description", "formula", "caveat", "unit_name"):
        texts = getattr(definition, field)
        cells |= {f"{field}_{language}": getattr(texts, language, None) for language in _LANGUAGES}
    for field in type(definition).model_fields:
        cells.setdefault(field, getattr(definition, field))
    return cells


def _refuse_unknown_sources(kpis: tuple[Kpi, ...], entries: tuple[CatalogueEntry, ...]) -> None:
    known = {f"{entry.source}.{entry.table_name}" for entry in entries}
    for kpi in kpis:
        named = {
            "source_tables": kpi.definition.source_tables,
            "checked_against": tuple(check.table for check in kpi.definition.checked_against),
        }
        for field, tables in named.items():
            unknown = sorted(set(tables) - known)
            if unknown:
                near = ", ".join(get_close_matches(unknown[0], sorted(known), n=3)) or "none"
                raise KpiDefinitionError(
                    f"{kpi.path}:{line_of(kpi, field)}: {field} names {unknown[0]!r}, which the source "
                    f"catalogue does not have; nearest: {near} (all: dagster_project/sources/catalogue)"
                )
