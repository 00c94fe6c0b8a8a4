"""Registers are data: every file fits, and one that does not is refused by file, key and remedy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from contract.registers import BUILT_IN, NUMBERS, read_register, registers
from foresight.cohorts import InputError

NEEDED_BY_THE_ISSUE = {
    "strategy_goals",
    "day_care_places",
    "schools",
    "pupils",
    "accounts",
    "staff",
    "service_vouchers",
    "digital_services",
    "pilots",
    "decisions",
    "group_accounts",
}


def changed(tmp_path: Path, change: dict[str, object]) -> Path:
    """The register of pupils with some keys replaced; a key `column.unit` changes the column of pupils."""
    content = yaml.safe_load((BUILT_IN / "pupils.yaml").read_bytes())
    for key, value in change.items():
        if key.startswith("column."):
            next(each for each in content["columns"] if each.get("id") == "pupils")[key[7:]] = value
        else:
            content[key] = value
    path = tmp_path / "pupils.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def test_the_registers_that_a_municipality_steers_by_are_there() -> None:
    assert set(registers()) == NEEDED_BY_THE_ISSUE


def test_every_number_says_its_unit_and_bounds_or_is_free_on_purpose() -> None:
    free = {"base_value", "target_value", "corridor_lower", "corridor_upper"}  # in the measure's own unit
    without = {
        f"{register.id}.{column.id}"
        for register in registers().values()
        for column in register.columns
        if column.type in NUMBERS and None in (column.unit, column.min, column.max)
    }
    assert {name.split(".")[1] for name in without} == free


def test_a_catalogue_code_that_a_register_serves_is_written_as_in_the_catalogue() -> None:
    codes = {code for register in registers().values() for code in register.kpis}
    assert all(re.fullmatch(r"[A-Z]{2}[0-9]{2}", code) for code in codes)
    assert codes >= {"SI03", "SI04", "SI08", "SI09", "SI10", "DI02", "DI05", "HE01", "TA22", "YH01", "YH04"}


def test_schools_carry_their_own_group_limit_for_every_grade() -> None:
    limits = [column.id for column in registers()["schools"].columns if column.id.startswith("group_limit_")]
    assert limits == [f"group_limit_{grade}" for grade in range(10)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"colour": "red"}, "colour"),
        ({"audience": "everyone"}, "audience"),
        ({"owner": "mayor"}, "'mayor' is not in _roles.yaml"),
        ({"key": ["municipality_code", "pupil"]}, "['pupil'] are no columns"),
        ({"scope": ["school_year"]}, "must begin with municipality_code"),
        ({"scope": ["municipality_code", "groups"]}, "must be part of the key"),
        ({"key": ["municipality_code", "school_year", "groups"]}, "column groups must be required"),
        ({"column.unit": "miles"}, "'miles' is not in _units.yaml"),
        ({"column.type": "number"}, "columns"),
        ({"column.values": {"a": {"fi": "a", "sv": "a", "en": "a"}}}, "`values` and type choice"),
        ({"column.example": "many"}, "'many' is no integer"),
        ({"column.example": 9000}, "outside its bounds"),
        ({"column.min": 5000}, "min 5000 is above max 2000"),
        ({"column.name": {"fi": "Ryhmiä", "sv": "Grupper"}}, "en: Field required"),
        ({"column.name": {"fi": "Luokka-aste", "sv": "x", "en": "y"}}, "two columns are called"),
        ({"rules": [{"left": "pupils", "relation": "not_after", "right": "grade"}]}, "holds for dates"),
        ({"id": "pupil"}, "must be called pupil.yaml"),
    ],
)
def test_a_register_that_does_not_fit_is_refused_by_name(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    path = changed(tmp_path, change)
    with pytest.raises(InputError, match=re.escape(words)) as refused:
        read_register(path)
    assert str(path) in str(refused.value)


def test_a_key_given_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pupils.yaml"
    path.write_text((BUILT_IN / "pupils.yaml").read_text("utf-8") + "order: 7\n", encoding="utf-8")
    with pytest.raises(InputError, match="'order' is given twice"):
        read_register(path)
