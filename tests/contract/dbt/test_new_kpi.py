"""A KPI is two files: scaffolded, filled, generated, and its literal rows hold; nothing else was touched."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from contract.themes import THEMES
from dagster_project.dbt_codegen import DBT_DIR, generate
from dagster_project.dbt_kpi import TO_FILL, KpiDefinitionError
from dagster_project.kpi_scaffold import ScaffoldRefused, scaffold
from dagster_project.kpi_templates import SHAPES
from dagster_project.raw.warehouse import open_warehouse
from dagster_project.running.dev_dbt import find_kpi
from dagster_project.settings import Settings

WRITTEN = {
    "who is counted": "age < 15",
    "of whom": "age between 15 and 64",
    "an age counted": "14",
    "an age of the denominator": "15",
    "null when": "0",
    "the count": "in_migration_count",
    "the same count": "in_migration_count",
    "a key_figure": "workplaces",
    "the same key_figure": "workplaces",
    "100 for percent": "1",
    "persons, pct": "persons",
    "higher or lower": "none",
    "months from": "4",
    "strategy, finance": "strategy",
}
BY_HAND = {
    "ratio": {"denominator": "70", "value": "42.857142857142854"},
    "event_rate": {"value": "10.0"},
    "published": {},
}


class Elsewhere(Settings):
    """Settings whose dbt folder is a copy, free to be added to."""

    dbt_copy: Path

    @property
    def dbt_dir(self) -> Path:
        return self.dbt_copy


@pytest.fixture
def dbt_copy(tmp_path: Path) -> Path:
    """A copy of the project's dbt folder."""
    return Path(shutil.copytree(DBT_DIR, tmp_path / "dbt", ignore=shutil.ignore_patterns("target", "logs")))


def fill(path: Path, by_hand: dict[str, str]) -> None:
    """What an analyst would write in every place, in words where words are wanted."""

    def written(found: re.Match[str]) -> str:
        hint = found[1]
        return next(
            (text for start, text in WRITTEN.items() if hint.startswith(start)), f"{path.stem} {hint}"
        )

    text = path.read_text("utf-8")
    for column, value in by_hand.items():
        text = text.replace(f"{column}: {TO_FILL} by hand>", f"{column}: {value}")
    text = re.sub(rf"{TO_FILL} (who is counted, such as age < 15|[^<>]*)>", written, text)
    path.write_text(text, "utf-8")


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_a_scaffolded_kpi_needs_its_two_files_and_nothing_else(
    dbt_copy: Path, own_build: Settings, run_dbt, shape: str
) -> None:
    written = scaffold(dbt_copy, f"tried_{shape}", "population", shape)
    with pytest.raises(
        KpiDefinitionError, match=rf"kpi_tried_{shape}\.sql:\d+: still to be written: {TO_FILL}"
    ):
        generate(dbt_copy)
    for path in written:
        fill(path, BY_HAND[shape])
    generate(dbt_copy)

    there = Elsewhere(profile="test", data_root=own_build.data_root, dbt_copy=dbt_copy)
    assert find_kpi(there, f"tried_{shape}").theme == "population"
    run_dbt(there, "build", "--select", f"kpi_tried_{shape}", "kpi_catalogue", "dim_kpi")
    run_dbt(there, "test", "--select", f"kpi_tried_{shape},test_type:unit")
    with open_warehouse(own_build, read_only=True) as connection:
        kpi = connection.execute(
            "select name_fi, unit from marts.dim_kpi where kpi_id = ?", [f"tried_{shape}"]
        ).fetchone()
        (values,) = connection.execute(f"select count(value) from marts.kpi_tried_{shape}").fetchone()
    assert kpi is not None
    assert values > 0


@pytest.mark.parametrize(
    ("kpi_id", "theme", "said"),
    [
        ("Loans", "economy", "is no KPI id"),
        ("../outside", "economy", "is no KPI id"),
        ("two__lines", "economy", "is no KPI id"),
        ("kpi_loans", "economy", "give the id without kpi_"),
        ("loans_per_capita", "economy", "is there already"),
        ("loans_per_capita", "work", "is there already"),
        ("values", "economy", "is there already"),
        ("new_one", "core", "there is no theme 'core'"),
    ],
)
def test_a_bad_or_taken_id_writes_no_file(dbt_copy: Path, kpi_id: str, theme: str, said: str) -> None:
    before = set(dbt_copy.rglob("*"))
    with pytest.raises(ScaffoldRefused, match=said):
        scaffold(dbt_copy, kpi_id, theme, "ratio")
    assert set(dbt_copy.rglob("*")) == before


def test_every_theme_of_the_catalogue_takes_a_new_kpi(dbt_copy: Path) -> None:
    for theme in THEMES:
        sql, _ = scaffold(dbt_copy, f"tried_{theme}", theme, "ratio")
        assert sql.parent == dbt_copy / "models" / "marts" / theme


def test_a_code_of_the_catalogue_belongs_to_one_kpi(dbt_copy: Path) -> None:
    with pytest.raises(ScaffoldRefused, match=r"code TA11 is that of .*kpi_loans_per_capita\.yml"):
        scaffold(dbt_copy, "new_one", "economy", "ratio", code="TA11")


def test_several_may_stand_unfinished_each_in_a_place_of_its_own(dbt_copy: Path) -> None:
    texts = [
        scaffold(dbt_copy, f"tried_{number}", "work", "ratio")[1].read_text("utf-8") for number in (1, 2)
    ]
    first, second = (re.search(r"sort_order: (\d+)", text) for text in texts)
    assert first
    assert second
    assert first[1] != second[1]
