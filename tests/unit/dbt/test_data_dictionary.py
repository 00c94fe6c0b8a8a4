"""Every published table and column is described once, in dbt's YAML, and the dictionary is made of that."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from contract.published import PUBLISHED_TABLES
from contract.published_dictionary import WAITS_FOR
from contract.registers import registers
from dagster_project.dbt_codegen import DBT_DIR, WAITING_FILE, still_waiting
from dagster_project.dbt_dictionary import (
    LANGUAGES,
    TableWords,
    columns_csv,
    docs_blocks,
    read_dictionary,
    tables_csv,
)
from dagster_project.dbt_kpi import read_kpis
from dagster_project.sources.catalogue import load_catalogue

MARTS = DBT_DIR / "models" / "marts"
DICTIONARY = read_dictionary(MARTS)
GRAIN_BEGINS = {"fi": "Yksi rivi", "sv": "En rad", "en": "One row"}
CATALOGUE = {"VE": 17, "TA": 26, "TY": 15, "SI": 18, "HY": 15, "YM": 15, "DI": 13, "HE": 11, "YH": 8, "SA": 7}
"""The KPI catalogue's codes: VE01–VE17 and so on."""
TABLE_YAML = """
models:
  - name: dim_area
    description: "One row per area: all of them."
    config:
      meta:
        published:
          title: {fi: Alueet, sv: Områden, en: Areas}
          description: {fi: "Yksi rivi aluetta kohden.", sv: "En rad per område."}
    columns:
      - {name: area_code, data_type: varchar, description: "{{ doc('area_code') }}"}
      - {name: area_type, data_type: varchar, description: "Its kind."}
"""


def waiting() -> list[dict[str, str]]:
    with (DBT_DIR / WAITING_FILE).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("words", DICTIONARY, ids=lambda words: words.table.name)
def test_a_published_table_and_all_its_columns_are_described(words: TableWords) -> None:
    """Written in the YAML beside the table's SQL; CONTRIBUTING.md says how."""
    assert words.missing == ()
    for language, begins in GRAIN_BEGINS.items():
        assert words.grain(language).startswith(begins)
        assert words.grain(language).endswith(".")


def test_the_dictionary_holds_the_tables_and_columns_of_the_contract_and_no_others() -> None:
    tables = list(csv.DictReader(io.StringIO(tables_csv(DICTIONARY))))
    columns = list(csv.DictReader(io.StringIO(columns_csv(DICTIONARY))))
    assert [row["table_name"] for row in tables] == [table.name for table in PUBLISHED_TABLES]
    assert [(row["table_name"], row["column_name"], row["data_type"]) for row in columns] == [
        (table.name, name, kind) for table in PUBLISHED_TABLES for name, kind in table.columns.items()
    ]
    keys = {(row["table_name"], row["column_name"]) for row in columns if row["is_key"] == "true"}
    assert keys == {(table.name, name) for table in PUBLISHED_TABLES for name in table.key}


def test_no_shared_description_is_left_over_or_written_twice() -> None:
    blocks = docs_blocks(MARTS)
    text = "".join(path.read_text("utf-8") for path in MARTS.glob("*/*.yml"))
    assert [name for name in blocks if f"doc('{name}')" not in text] == []
    assert len(set(blocks.values())) == len(blocks)


def test_what_the_yaml_leaves_out_is_named(tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "_core.yml").write_text(TABLE_YAML, encoding="utf-8")
    (tmp_path / "columns.md").write_text("{% docs area_code %}\nAn area.\n{% enddocs %}\n", encoding="utf-8")
    words = next(words for words in read_dictionary(tmp_path) if words.table.name == "dim_area")
    assert [(column.name, column.description) for column in words.columns[:2]] == [
        ("area_code", "An area."),
        ("area_type", "Its kind."),
    ]
    assert words.topic == "core"
    assert words.grain("en") == "One row per area."
    assert words.missing[0] == "columns.name_fi.description"
    undescribed = next(words for words in read_dictionary(tmp_path) if words.table.name == "fct_population")
    assert "title.sv" in undescribed.missing
    assert "columns.age.config.meta.unit" not in undescribed.missing
    projection = next(words for words in read_dictionary(tmp_path) if words.table.name == "fct_projection")
    assert "columns.mean.config.meta.unit" in projection.missing


def test_every_code_of_the_catalogue_is_built_or_waited_for_and_never_both() -> None:
    codes = {f"{theme}{number:02d}" for theme, last in CATALOGUE.items() for number in range(1, last + 1)}
    built = {kpi.definition.catalogue_code for kpi in read_kpis(MARTS)} & codes
    waited_for = [row["catalogue_code"] for row in waiting()]
    assert len(waited_for) == len(set(waited_for))
    assert sorted(built & set(waited_for)) == []
    assert sorted(codes - built - set(waited_for)) == []
    assert sorted(set(waited_for) - codes) == []


def test_a_row_leaves_the_register_of_the_waiting_when_its_kpi_is_built() -> None:
    kpis = read_kpis(MARTS)
    built = next(kpi for kpi in kpis if kpi.definition.catalogue_code == "VE08")
    seed = "catalogue_code,name_fi\nVE08,Huoltosuhde\nSA07,Matka-aika\n"
    assert still_waiting(seed, (built,)) == "catalogue_code,name_fi\nSA07,Matka-aika\n"
    assert still_waiting(seed, ()) == seed


def test_what_is_waited_for_says_why_in_three_languages_and_names_what_exists() -> None:
    sources = {f"{entry.source}.{entry.table_name}" for entry in load_catalogue()}
    by_code: dict[str, set[str]] = {}
    for register in registers().values():
        for code in register.kpis:
            by_code.setdefault(code, set()).add(register.id)
    for row in waiting():
        assert row["waits_for"] in WAITS_FOR, row
        assert all(row[f"{field}_{language}"] for field in ("name", "missing") for language in LANGUAGES)
        assert row["source_table"] in sources | {""}, row
        registered = by_code.get(row["catalogue_code"])
        assert row["register_id"] in (registered or {""}), row
        assert row["waits_for"] != "register" or row["register_id"], row
