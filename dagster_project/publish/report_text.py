"""The morning report as text: names from the marts or a snapshot, one file for each language."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from contract.locale_formats import LANGUAGES, Language
from contract.morning_report import Finding, KpiTold, report_text
from contract.snapshot import DATABASE_FILE, MANIFEST_FILE, Manifest

REPORT_FILE = "REPORT.{language}.txt"


class PublishedNames:
    """Names in one language from the dimensions of a snapshot, by the code where one is not known."""

    def __init__(self, con: duckdb.DuckDBPyConnection, language: Language) -> None:
        other = "sv" if language == "sv" else "fi"
        self._municipalities = dict(
            con.execute(f"select municipality_code, name_{other} from dim_municipality").fetchall()
        )
        self._kpis = {
            kpi_id: KpiTold(name, unit, decimals)
            for kpi_id, name, unit, decimals in con.execute(
                f"select kpi_id, name_{language}, unit, decimals from dim_kpi"
            ).fetchall()
        }
        self._tables = {
            (source, table): title
            for source, table, title in con.execute(
                f"select source, table_name, title_{language} from dim_source_catalogue "
                f"union all by name select source, table_name, title_{language} from dim_source"
            ).fetchall()
        }

    def knows(self, code: str) -> bool:
        """True when the snapshot has the municipality."""
        return code in self._municipalities

    def municipality(self, code: str) -> str:
        return self._municipalities.get(code) or code

    def kpi(self, kpi_id: str) -> KpiTold:
        return self._kpis.get(kpi_id) or KpiTold(kpi_id, "persons", 0)

    def table(self, source: str, table_name: str) -> str:
        return self._tables.get((source, table_name)) or f"{source}.{table_name}"


def read_findings(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    """The findings of an opened snapshot, in the order of telling."""
    columns = ", ".join(Finding.__dataclass_fields__)
    rows = con.execute(f"select {columns} from fct_morning_report order by finding").fetchall()
    return [Finding(*row) for row in rows]


def write_texts(directory: Path) -> list[Path]:
    """REPORT.fi.txt, REPORT.sv.txt and REPORT.en.txt beside the snapshot's tables; the files."""
    manifest = Manifest.model_validate_json((directory / MANIFEST_FILE).read_text("utf-8"))
    with duckdb.connect(str(directory / DATABASE_FILE), read_only=True) as con:
        findings = read_findings(con)
        return [_write(directory, con, findings, language, manifest) for language in LANGUAGES]


def _write(
    directory: Path,
    con: duckdb.DuckDBPyConnection,
    findings: Sequence[Finding],
    language: Language,
    manifest: Manifest,
) -> Path:
    file = directory / REPORT_FILE.format(language=language)
    names = PublishedNames(con, language)
    file.write_text(report_text(findings, names, language, created_at=manifest.created_at), "utf-8")
    return file
