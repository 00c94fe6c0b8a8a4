"""A wrong KPI definition is refused with its file, its line and what to do."""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path

import pytest

from contract.messages import MESSAGE_LANGUAGES, has_message
from contract.published import DIRECTIONS, PERIOD_TYPES
from contract.themes import THEMES
from dagster_project.dbt_codegen import DBT_DIR, catalogue_csv, rendered, union_sql
from dagster_project.dbt_kpi import KpiDefinition, KpiDefinitionError, read_kpis

THEME = Path("models/marts/economy")
KPI = THEME / "kpi_loans_per_capita.yml"


@pytest.fixture
def dbt_copy(tmp_path: Path) -> Path:
    """A dbt folder with the KPIs of one theme, free to be spoilt."""
    shutil.copytree(DBT_DIR / THEME, tmp_path / THEME)
    return tmp_path


def spoil(dbt_copy: Path, old: str, new: str) -> int:
    """The line of `old` in the definition of loans per capita, where `new` stands now."""
    path = dbt_copy / KPI
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def read(dbt_copy: Path) -> None:
    read_kpis(dbt_copy / "models" / "marts")


def test_the_definitions_of_the_project_are_read_in_the_order_of_the_catalogue() -> None:
    kpis = read_kpis(DBT_DIR / "models" / "marts")
    orders = [kpi.definition.sort_order for kpi in kpis]
    assert orders == sorted(orders)
    assert {kpi.theme for kpi in kpis} <= set(THEMES)
    assert len(kpis) >= 58


def test_every_theme_of_the_catalogue_has_its_name_in_every_language() -> None:
    for language in MESSAGE_LANGUAGES:
        assert [theme for theme in THEMES if not has_message(language, f"compare.theme.{theme}")] == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("direction: lower", "direction: downwards", "direction"),
        ("unit: eur_per_capita", "unit: euros", "unit"),
        ("decimals: 0", "decimals: many", "decimals"),
        ("normal_lag_months: 17", "normal_lag_months: -1", "normal_lag_months"),
        ("owner: finance", "owner: finance\n          colour: red", "colour"),
    ],
)
def test_a_wrong_value_is_named_with_file_and_line(dbt_copy: Path, old: str, new: str, said: str) -> None:
    line = spoil(dbt_copy, old, new)
    with pytest.raises(KpiDefinitionError, match=re.escape(said)) as refused:
        read(dbt_copy)
    found = re.match(r"(?P<path>.+?):(?P<line>\d+): ", str(refused.value))
    assert found
    assert found["path"] == str(dbt_copy / KPI)
    assert int(found["line"]) in (line, line + 1)


def test_a_missing_language_is_named(dbt_copy: Path) -> None:
    spoil(dbt_copy, '            sv: "Lånestock per invånare"\n', "")
    with pytest.raises(KpiDefinitionError, match=r":11: name\.sv is missing; write it") as refused:
        read(dbt_copy)
    assert "Lånestock" not in str(refused.value)


@pytest.mark.parametrize("again", ["direction: higher", "unit: years"])
def test_a_field_given_twice_is_refused_rather_than_the_last_taken(dbt_copy: Path, again: str) -> None:
    line = spoil(dbt_copy, "owner: finance", f"owner: finance\n          {again}") + 1
    field = again.partition(":")[0]
    with pytest.raises(KpiDefinitionError, match=rf":{line}: {field} is given twice, first on line \d+"):
        read(dbt_copy)


def test_columns_that_differ_from_the_common_shape_are_refused(dbt_copy: Path) -> None:
    spoil(dbt_copy, "      - {name: scale, data_type: double}\n", "")
    with pytest.raises(KpiDefinitionError, match="every KPI has the same"):
        read(dbt_copy)


def test_a_definition_without_sql_and_sql_without_a_definition_are_refused(dbt_copy: Path) -> None:
    (dbt_copy / KPI.with_suffix(".sql")).unlink()
    with pytest.raises(KpiDefinitionError, match=r"no kpi_loans_per_capita\.sql beside it"):
        read(dbt_copy)
    (dbt_copy / KPI).rename(dbt_copy / KPI.with_suffix(".sql"))
    with pytest.raises(KpiDefinitionError, match=r"no kpi_loans_per_capita\.yml beside it"):
        read(dbt_copy)


def test_an_id_used_in_two_themes_is_refused(dbt_copy: Path) -> None:
    shutil.copytree(dbt_copy / THEME, dbt_copy / "models/marts/work")
    with pytest.raises(KpiDefinitionError, match=r"id '.+' is already that of"):
        read(dbt_copy)


@pytest.mark.parametrize("field", ["sort_order", "name.fi", "name.sv", "name.en"])
def test_a_name_or_place_of_another_kpi_is_refused_with_file_and_line(dbt_copy: Path, field: str) -> None:
    own, other = (
        str(value_of(dbt_copy, kpi_id, field)) for kpi_id in ("loans_per_capita", "group_loans_per_capita")
    )
    line = spoil(dbt_copy, *(f"{field.removeprefix('name.')}: {quoted(value)}\n" for value in (own, other)))
    with pytest.raises(KpiDefinitionError) as refused:
        read(dbt_copy)
    group = (dbt_copy / KPI).with_name("kpi_group_loans_per_capita.yml")
    assert str(refused.value) == (
        f"{dbt_copy / KPI}:{line}: {field} {other!r} is already that of {group}; give it its own"
    )


def value_of(dbt_copy: Path, kpi_id: str, field: str) -> object:
    (definition,) = (
        kpi.definition for kpi in read_kpis(dbt_copy / "models" / "marts") if kpi.kpi_id == kpi_id
    )
    first, _, language = field.partition(".")
    return getattr(definition.name, language) if language else getattr(definition, first)


def quoted(value: str) -> str:
    return value if value.isdigit() else f'"{value}"'


def test_a_model_named_otherwise_than_its_file_is_refused(dbt_copy: Path) -> None:
    line = spoil(dbt_copy, "  - name: kpi_loans_per_capita", "  - name: kpi_debt")
    with pytest.raises(KpiDefinitionError, match=rf":{line}: the model is called 'kpi_debt'"):
        read(dbt_copy)


def test_a_file_that_is_no_definition_is_refused(dbt_copy: Path) -> None:
    (dbt_copy / KPI).write_text("models: []\n", encoding="utf-8")
    with pytest.raises(KpiDefinitionError, match="copy the form of another KPI"):
        read(dbt_copy)


@pytest.mark.parametrize(
    ("field", "old", "new", "near"),
    [
        (
            "source_tables",
            "statfin.population_by_age]",
            "statfin.population_by_ages]",
            "statfin.population_by_age",
        ),
        (
            "checked_against",
            "table: keyfigures.key_figures_edition_2021",
            "table: keyfigures.key_figures_edition_2012",
            "keyfigures.key_figures_edition_2021",
        ),
    ],
)
def test_a_table_that_the_catalogue_does_not_have_is_refused_with_its_line_and_the_nearest_name(
    dbt_copy: Path, field: str, old: str, new: str, near: str
) -> None:
    spoil(dbt_copy, old, new)
    lines = (dbt_copy / KPI).read_text(encoding="utf-8").splitlines()
    begins = next(number for number, line in enumerate(lines, 1) if f"{field}:" in line)
    with pytest.raises(KpiDefinitionError, match=rf":(\d+): {field} names ") as refused:
        rendered(dbt_copy)
    assert f":{begins}: " in str(refused.value) or f":{begins + 1}: " in str(refused.value)
    assert f"nearest: {near}" in str(refused.value)


def test_the_allowed_words_are_those_of_the_contract() -> None:
    fields = KpiDefinition.model_json_schema()["properties"]
    assert tuple(fields["direction"]["enum"]) == DIRECTIONS
    assert set(fields["period_type"]["enum"]) == set(PERIOD_TYPES)


def test_the_union_has_every_kpi_once_and_the_catalogue_a_row_for_each() -> None:
    kpis = read_kpis(DBT_DIR / "models" / "marts")
    sql = union_sql(kpis)
    assert all(sql.count(f"ref('kpi_{kpi.kpi_id}')") == 1 for kpi in kpis)
    table = list(csv.DictReader(io.StringIO(catalogue_csv(kpis))))
    assert [row["kpi_id"] for row in table] == [kpi.kpi_id for kpi in kpis]
    assert all(row["name_fi"] and row["name_sv"] and row["name_en"] for row in table)
