"""Scenario files: every built-in one is complete in three languages; what does not fit is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from contract.messages import MESSAGE_LANGUAGES
from contract.scenario_files import (
    BUILT_IN,
    ParameterPart,
    Texts,
    built_in,
    definition,
    menu,
    read_file,
    units,
)
from foresight.cohorts import InputError
from foresight.scenarios import LEVERS, Choice, Parameter, scenario

IDS = (
    "base",
    "no_migration",
    "low_births",
    "high_births",
    "low_immigration",
    "high_immigration",
    "more_in_migration",
    "less_in_migration",
    "new_housing",
    "employer_opens",
    "employer_closes",
    "school_closes",
)


def _changed(tmp_path: Path, name: str, *path: str, value: object) -> Path:
    """A copy of a built-in file with one value changed (None: the key taken out)."""
    content = yaml.safe_load((BUILT_IN / f"{name}.yaml").read_bytes())
    part = content
    for step in path[:-1]:
        part = part[step]
    if value is None:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    file = tmp_path / f"{name}.yaml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return file


def test_the_built_in_scenarios_are_all_there_in_the_order_of_the_menu() -> None:
    assert tuple(built_in()) == IDS
    assert {file.kind for file in built_in().values()} == {"base", *LEVERS}


@pytest.mark.parametrize("name", IDS)
def test_a_built_in_scenario_makes_a_scenario_at_its_defaults(name: str) -> None:
    chosen = definition(name)
    areas = None if "country" in chosen.scopes else ["297"]
    made = scenario(chosen, areas=areas)
    assert made.id == name
    assert len(made.values) == len(chosen.parameters)


@pytest.mark.parametrize("name", IDS)
def test_every_text_is_a_text_of_its_own_in_every_language(name: str) -> None:
    file = built_in()[name]
    texts = [file.name, file.rationale]
    for part in file.parameters.values():
        texts += [part.name, part.why]
        assert part.source
    for text in texts:
        said = [text.of(language) for language in MESSAGE_LANGUAGES]
        assert len(set(said)) == len(said), said
        assert all(one == one.strip() for one in said)
    assert all(len(file.rationale.of(language)) > 80 for language in MESSAGE_LANGUAGES)
    assert file.author == "Kuntaluotsi"


def test_every_unit_is_used_and_named() -> None:
    used = {
        part.unit
        for file in built_in().values()
        for part in file.parameters.values()
        if isinstance(part, ParameterPart)
    }
    assert used == set(units())


@pytest.mark.parametrize("language", MESSAGE_LANGUAGES)
def test_sliders_have_the_bounds_of_the_engine(language: str) -> None:
    for entry in menu(language):
        for slider, parameter in zip(entry.sliders, definition(entry.id).parameters, strict=True):
            assert (slider.name, slider.default) == (parameter.name, parameter.default)
            if isinstance(parameter, Choice):
                assert tuple(key for key, _ in slider.options) == parameter.options
            else:
                assert isinstance(parameter, Parameter)
                assert (slider.lower, slider.upper, slider.step) == (
                    parameter.lower,
                    parameter.upper,
                    parameter.step,
                )
                assert slider.unit_label


def test_a_menu_holds_what_can_be_set_for_its_scope() -> None:
    country = {entry.id for entry in menu("fi", "country")}
    assert country == {
        "base",
        "no_migration",
        "low_births",
        "high_births",
        "low_immigration",
        "high_immigration",
    }
    assert "school_closes" not in {entry.id for entry in menu("fi", "network")}
    assert {entry.name for entry in menu("sv")} != {entry.name for entry in menu("fi")}


@pytest.mark.parametrize(
    ("name", "path", "value", "message"),
    [
        ("low_births", ("colour",), "red", r"low_births.yaml .*colour: Extra inputs are not permitted"),
        ("low_births", ("parameters", "births_per_woman", "max"), 3, r"max: Extra inputs are not permitted"),
        ("low_births", ("name", "sv"), None, r"name.sv: Field required"),
        ("low_births", ("rationale", "en"), "", r"rationale.en: String should have at least 1 character"),
        (
            "low_births",
            ("parameters", "births_per_woman", "unit"),
            "furlong",
            r"unit 'furlong' is not in _units",
        ),
        (
            "low_births",
            ("parameters", "births_per_woman", "default"),
            5.0,
            r"births_per_woman is 5|not reached",
        ),
        ("low_births", ("parameters", "reached_after"), None, r"kind fertility_path needs .*reached_after"),
        ("low_births", ("kind",), "magic", r"kind 'magic'; expected one of base"),
        ("low_births", ("id",), "other", r"holds scenario 'other'; the file must be called other.yaml"),
        ("low_births", ("scopes",), ["planet"], r"scopes.0: Input should be 'municipality'"),
        ("low_births", ("date",), "yesterday", r"date: Input should be a valid date"),
        (
            "new_housing",
            ("dwellings", "types", "row"),
            None,
            r"choices of dwelling_type are not its dwellings",
        ),
        ("low_births", ("rationale", "en"), " ", r"low_births.yaml .*rationale.en: .*expected words.*' '"),
        (
            "new_housing",
            ("parameters", "relocation_share", "upper"),
            1.5,
            r"new_housing.yaml, relocation_share.upper: 1.5 share; expected 0 to 1",
        ),
        (
            "new_housing",
            ("parameters", "relocation_share", "lower"),
            -0.1,
            r"relocation_share.lower: -0.1 share; expected 0 to 1",
        ),
        (
            "new_housing",
            ("parameters", "starts", "lower"),
            -2,
            r"new_housing.yaml, starts.lower: -2 years_ahead; expected 1 or more",
        ),
        ("new_housing", ("dwellings",), None, r"needs the tables \['dwelling'\]"),
        ("employer_opens", ("movers", "by_age"), {0: -1.0}, r"movers.by_age.0: Input should be greater"),
        ("employer_opens", ("movers", "by_age"), {101: 1.0}, r"movers.by_age.101"),
        (
            "school_closes",
            ("sensitivity", "values"),
            [0.9],
            r"moving_away_share is 0.9 share; expected 0 to 0.2",
        ),
    ],
)
def test_a_file_that_does_not_fit_is_refused_by_name(
    tmp_path: Path, name: str, path: tuple[str, ...], value: object, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        read_file(_changed(tmp_path, name, *path, value=value))


def test_a_file_that_is_missing_or_no_yaml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere.yaml cannot be read"):
        read_file(tmp_path / "nowhere.yaml")
    broken = tmp_path / "broken.yaml"
    broken.write_text("id: [", encoding="utf-8")
    with pytest.raises(InputError, match=r"broken.yaml is not YAML"):
        read_file(broken)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("kind: base", r"low_births.yaml: 'kind' is given twice, .* line \d+: 'fertility_path' and 'base'"),
        ("parameters: {}", r"low_births.yaml: 'parameters' is given twice, the second time on line \d+"),
    ],
)
def test_a_key_given_twice_is_refused(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "low_births.yaml"
    text = (BUILT_IN / "low_births.yaml").read_text(encoding="utf-8")
    file.write_text(f"{text}\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_file(file)


@pytest.mark.parametrize(
    ("name", "parameter", "least", "most"),
    [
        ("low_births", "births_per_woman", 0.8, 1.2),
        ("high_births", "births_per_woman", 1.4, 2.1),
        ("low_immigration", "net_persons", 0, 24_000),
        ("high_immigration", "net_persons", 24_000, 60_000),
        ("less_in_migration", "factor", 0.8, 1.0),
        ("more_in_migration", "factor", 1.0, 1.3),
    ],
)
def test_no_value_of_a_slider_contradicts_the_name(
    name: str, parameter: str, least: float, most: float
) -> None:
    chosen = definition(name).parameter(parameter)
    assert isinstance(chosen, Parameter)
    assert (chosen.lower, chosen.upper) == (least, most)


def test_an_unknown_scenario_or_language_is_refused() -> None:
    with pytest.raises(InputError, match="no scenario 'rain'; known: base, no_migration"):
        definition("rain")
    with pytest.raises(InputError, match="no texts in 'de'; languages are fi, sv, en"):
        menu("de")
    assert Texts(fi="a", sv="b", en="c").of("sv") == "b"
