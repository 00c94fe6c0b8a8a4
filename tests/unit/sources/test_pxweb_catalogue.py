"""The catalogue is typed: what is misspelt or missing is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dagster_project.sources.catalogue import CATALOGUE_DIR, find_entry, load_catalogue
from dagster_project.sources.client import client_for
from dagster_project.sources.hosts import load_hosts


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


def test_every_table_has_a_host_and_a_client_that_speaks_its_protocol() -> None:
    hosts = load_hosts()
    for entry in load_catalogue():
        assert entry.host in hosts, entry.qualified_name
        assert callable(client_for(entry).parse), entry.qualified_name


def test_an_unknown_key_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="rythm"):
        load_catalogue(changed(tmp_path, rythm="yearly"))


def test_a_missing_key_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="table_id"):
        load_catalogue(changed(tmp_path, table_id=None))


def test_a_role_that_the_contract_does_not_describe_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"population_by_age names roles \['moon'\]"):
        load_catalogue(changed(tmp_path, roles=["area", "moon", "time", "contents"]))


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


REST = {
    "source": "sotkanet",
    "protocol": "sotkanet",
    "host": "sotkanet",
    "publisher": "THL",
    "licence": "CC BY 4.0",
    "verification": "unverified",
    "rhythm": "yearly",
    "page_url": "https://sotkanet.fi",
}
TABLE = {
    "titles": {"fi": "a", "sv": "b", "en": "c"},
    "query": {"indicator": 127},
    "key_columns": ["region", "year"],
    "period_column": "year",
    "area_column": "region",
}


def rest(tmp_path: Path, **fields: object) -> Path:
    document = {**REST, "tables": {"population": {**TABLE, **fields}}}
    (tmp_path / "sotkanet.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    return tmp_path


def test_a_table_of_another_protocol_takes_what_its_file_says_for_all(tmp_path: Path) -> None:
    (entry,) = load_catalogue(rest(tmp_path))
    assert (entry.key, entry.table_id, entry.is_verified) == (
        ("raw_sotkanet", "population"),
        "population",
        False,
    )
    assert entry.raw_columns == {
        "region": "varchar",
        "year": "varchar",
        "value": "double",
        "symbol": "varchar",
    }


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"verification": "surely"}, "verification"),
        ({"protocol": "gopher"}, "protocol"),
        ({"key_columns": ["Region"]}, "key_columns"),
        ({"period_column": "month"}, "'month' is neither under key_columns nor under columns"),
        ({"columns": {"value": "money"}}, "columns"),
        ({"folder": "x"}, "folder"),
    ],
)
def test_what_is_wrong_with_such_a_table_is_named(
    tmp_path: Path, fields: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        load_catalogue(rest(tmp_path, **fields))


@pytest.mark.parametrize("role", ["value", "symbol", "area_text", "Area", "a b"])
def test_a_role_that_the_raw_table_cannot_have_as_a_column_is_refused(tmp_path: Path, role: str) -> None:
    document = yaml.safe_load((CATALOGUE_DIR / "statfin.yaml").read_text(encoding="utf-8"))
    document["contracts"]["2026"][role] = {"code": "x"}
    document["tables"]["population_by_age"]["roles"] += [role]
    (tmp_path / "statfin.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ValueError, match="cannot be a role"):
        load_catalogue(tmp_path)
