"""The models are written for one engine: no macro that chooses by adapter, no branch for a second dialect."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from dagster_project.dbt_codegen import DBT_DIR

FOLDERS = ("models", "macros", "tests")
SECOND_DIALECT = re.compile(
    r"adapter\s*\.\s*dispatch"  # a macro chosen by adapter
    r"|target\s*(?:\.\s*type|\[\s*['\"]type['\"]\s*\])|adapter\s*\.\s*type\s*\("  # a branch on the adapter
    r"|macro\s+(?:default|duckdb|spark|databricks|postgres|snowflake|bigquery|redshift)__",
    re.IGNORECASE,
)


def forks(folder: Path) -> list[str]:
    """Every place in SQL that chooses by adapter, with file and line."""
    return [
        f"{path.relative_to(folder)}:{number}: {line.strip()}"
        for kind in FOLDERS
        for path in sorted((folder / kind).rglob("*.sql"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if SECOND_DIALECT.search(line)
    ]


def test_no_model_macro_or_test_chooses_by_adapter() -> None:
    assert len(list((DBT_DIR / "models").rglob("*.sql"))) > 100
    assert forks(DBT_DIR) == []


@pytest.mark.parametrize(
    "line",
    [
        "{{ return(adapter.dispatch('split', 'kuntaluotsi')(text)) }}",
        "{% if target.type == 'spark' %}",
        "{% if target['type'] == 'spark' %}",
        "{% if adapter.type() == 'duckdb' %}",
        "{% macro spark__split(text) %}",
        "{%- macro default__split(text) -%}",
    ],
)
def test_a_fork_for_another_adapter_is_found_with_file_and_line(tmp_path: Path, line: str) -> None:
    (tmp_path / "macros").mkdir()
    (tmp_path / "macros" / "split.sql").write_text(f"-- split\n{line}\n", encoding="utf-8")
    assert forks(tmp_path) == [f"macros/split.sql:2: {line}"]


def test_the_profile_and_the_project_know_one_adapter_and_no_other_macros() -> None:
    profile = yaml.safe_load((DBT_DIR / "profiles.yml").read_text(encoding="utf-8"))["kuntaluotsi"]
    assert {output["type"] for output in profile["outputs"].values()} == {"duckdb"}
    assert "dispatch" not in yaml.safe_load((DBT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
    assert not [name for name in ("packages.yml", "dependencies.yml") if (DBT_DIR / name).exists()]
