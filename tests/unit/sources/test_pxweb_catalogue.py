"""The catalogue is typed: what is misspelt or missing is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dagster_project.sources.catalogue import CATALOGUE_DIR, find_entry, load_catalogue


def changed(tmp_path: Path, **fields: object) -> Path:
    """A catalogue of statfin alone, whose population table has `fields` changed (None removes)."""
    document = yaml.safe_load((CATALOGUE_DIR / "statfin.yaml").read_text(encoding="utf-8"))
    table = document["tables"]["population_by_age"]
    for key, value in fields.items():
        table.pop(key, None)
        if value is not None:
            table[key] = value
    (tmp_path / "statfin.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return tmp_path


def test_every_table_has_a_two_part_key_and_a_place_at_the_publisher() -> None:
    entries = load_catalogue()
    assert len({entry.key for entry in entries}) == len(entries)
    assert find_entry("population_by_age").key == ("raw_statfin", "population_by_age")
    assert find_entry("statfin.population_by_age").path == "StatFin/vaerak/11re.px"


def test_an_unknown_key_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="rythm"):
        load_catalogue(changed(tmp_path, rythm="yearly"))


def test_a_missing_key_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="table_id"):
        load_catalogue(changed(tmp_path, table_id=None))


def test_a_role_that_the_contract_does_not_describe_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"population_by_age names roles \['language'\]"):
        load_catalogue(changed(tmp_path, roles=["area", "language", "time", "contents"]))


def test_a_pattern_that_is_no_pattern_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unterminated"):
        load_catalogue(changed(tmp_path, contents={"required_texts": ["(Väestö"]}))


def test_a_table_must_say_which_contents_it_needs(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one entry under required"):
        load_catalogue(changed(tmp_path, contents={"all": True}))


def test_a_source_is_named_as_its_file(tmp_path: Path) -> None:
    (changed(tmp_path) / "statfin.yaml").rename(tmp_path / "other.yaml")
    with pytest.raises(ValueError, match="expected 'other'"):
        load_catalogue(tmp_path)


def test_a_table_asked_for_by_a_wrong_name_is_answered_with_the_right_ones() -> None:
    with pytest.raises(KeyError, match="vital_events"):
        find_entry("births")
