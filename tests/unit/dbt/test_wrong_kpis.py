"""`kuntaluotsi generate` stops at a wrong KPI with file, line and remedy, and writes nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dagster_project.dbt_codegen import DBT_DIR, generate
from dagster_project.dbt_kpi import KpiDefinitionError

THEME = Path("models/marts/economy")
KPI = THEME / "kpi_loans_per_capita.yml"
OTHER = THEME / "kpi_group_loans_per_capita.yml"


@pytest.fixture
def dbt_copy(tmp_path: Path) -> Path:
    """A dbt folder with the KPIs of one theme, free to be spoilt."""
    shutil.copytree(DBT_DIR / THEME, tmp_path / THEME)
    return tmp_path


def spoil(dbt_copy: Path, old: str, new: str) -> int:
    """Put `new` for the first `old` in the definition of loans per capita; the line where it stands."""
    path = dbt_copy / KPI
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def refusal(dbt_copy: Path) -> str:
    """What `generate` says, after a look that it wrote no file."""
    before = {path: path.read_bytes() for path in dbt_copy.rglob("*") if path.is_file()}
    with pytest.raises(KpiDefinitionError) as refused:
        generate(dbt_copy)
    assert {path: path.read_bytes() for path in dbt_copy.rglob("*") if path.is_file()} == before
    return str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "field", "said"),
    [
        (
            "direction: lower",
            "direction: downwards",
            "direction",
            "Input should be 'higher', 'lower', 'band' or 'none' (found 'downwards')",
        ),
        (
            "kind: passed_through",
            "kind: believed",
            "checked_against.0.kind",
            "Input should be 'published_elsewhere', 'passed_through' or 'recomputed' (found 'believed')",
        ),
    ],
)
def test_an_unknown_word_stops_it_at_its_line_with_the_words_there_are(
    dbt_copy: Path, old: str, new: str, field: str, said: str
) -> None:
    line = spoil(dbt_copy, old, new)
    assert refusal(dbt_copy) == f"{dbt_copy / KPI}:{line}: {field}: {said}; correct it there"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_language_left_out_stops_it_at_the_text_that_lacks_it(dbt_copy: Path, language: str) -> None:
    path = dbt_copy / KPI
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    name = next(number for number, line in enumerate(lines) if line.strip() == "name:")
    (gone,) = (number for number in range(name + 1, name + 4) if lines[number].strip().startswith(language))
    path.write_text("".join(lines[:gone] + lines[gone + 1 :]), encoding="utf-8")
    missing = f"name.{language} is missing; write it there beside the others"
    assert refusal(dbt_copy) == f"{path}:{name + 2}: {missing}"


def test_a_place_in_the_order_that_is_taken_stops_it_with_the_file_that_has_it(dbt_copy: Path) -> None:
    own, taken = (order_of(dbt_copy / path) for path in (KPI, OTHER))
    line = spoil(dbt_copy, f"sort_order: {own}", f"sort_order: {taken}")
    assert refusal(dbt_copy) == (
        f"{dbt_copy / KPI}:{line}: sort_order '{taken}' is already that of {dbt_copy / OTHER}; "
        "give it its own"
    )


def order_of(path: Path) -> str:
    (line,) = (
        line for line in path.read_text("utf-8").splitlines() if line.strip().startswith("sort_order:")
    )
    return line.partition(": ")[2]


def test_an_id_that_is_taken_stops_it_with_the_file_that_has_it(dbt_copy: Path) -> None:
    work = dbt_copy / "models/marts/work"
    work.mkdir()
    for suffix in (".yml", ".sql"):
        shutil.copy((dbt_copy / KPI).with_suffix(suffix), work)
    assert refusal(dbt_copy) == (
        f"{work / KPI.name}:1: id 'loans_per_capita' is already that of {dbt_copy / KPI}; give it its own"
    )
