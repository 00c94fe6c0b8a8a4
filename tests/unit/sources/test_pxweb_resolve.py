"""Variables are found by role, whatever codes the publisher gives them this year."""

from __future__ import annotations

import dataclasses

import pytest

from dagster_project.sources.catalogue import RoleRule, find_entry
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.metadata import Metadata, Variable
from dagster_project.sources.resolve import municipality_of, resolve

AREA = Variable("alue_23_20260101", "Alue", ("SSS", "MK17", "KU305", "KU832"), ("KOKO MAA", "a", "b", "c"))
AGE = Variable("ikaryhma_10_20180101", "Ikä", ("SSS", "000", "100-"), ("Yhteensä", "0", "100 -"))
SEX = Variable("sukupuoli_9_20180101", "Sukupuoli", ("SSS", "1", "2"), ("Yhteensä", "Miehet", "Naiset"))
TIME = Variable("timeperiod_y", "Vuosi", ("1972", "2010", "2025"), ("1972", "2010", "2025"), time=True)
CONTENTS = Variable("contentscode", "Tiedot", ("vaerak-vaesto",), ("Väestö 31.12.",))
POPULATION = find_entry("population_by_age")


def metadata(*changed: Variable) -> Metadata:
    """The table's metadata with some variables replaced by those of the same text."""
    by_text = {variable.text: variable for variable in (AREA, AGE, SEX, TIME, CONTENTS)}
    by_text |= {variable.text: variable for variable in changed}
    return Metadata("Väestö", tuple(by_text.values()))


def renamed(variable: Variable, code: str) -> Variable:
    return dataclasses.replace(variable, code=code)


def test_next_januarys_area_code_needs_no_change_and_moves_the_border_year() -> None:
    selection = resolve(POPULATION, metadata(renamed(AREA, "alue_23_20270101")))
    assert selection.variable_codes["area"] == "alue_23_20270101"
    assert selection.border_year == 2027


@pytest.mark.parametrize(
    ("code", "municipality"),
    [
        ("KU091", "091"),
        ("091", "091"),
        ("2020KU091", "091"),
        ("SSS", None),
        ("MK01", None),
        ("SK196", None),
        ("2020SK196", None),
        ("2020091", None),
        ("KU91", None),
    ],
)
def test_the_municipality_of_an_area_code_in_every_form_that_has_been_met(
    code: str, municipality: str | None
) -> None:
    assert municipality_of(code) == municipality


def test_a_role_may_be_any_word_that_the_contract_describes() -> None:
    rule = RoleRule(code=r"toimiala_\d+_\d{8}", text=("Toimiala",))
    entry = POPULATION.model_copy(update={"roles": {**POPULATION.roles, "industry": rule}})
    industry = Variable("toimiala_1_20080101", "Toimiala", ("SSS", "A"), ("Yhteensä", "Maatalous"))
    selection = resolve(entry, Metadata("Työlliset", (*metadata().variables, industry)))
    assert selection.values["industry"] == ("SSS", "A")
    assert entry.labelled_roles == ("area", "contents", "industry")
    assert entry.raw_columns["industry_text"] == "varchar"


def test_a_table_without_areas_is_the_countrys_and_has_no_division() -> None:
    roles = {role: rule for role, rule in POPULATION.roles.items() if role != "area"}
    entry = POPULATION.model_copy(update={"roles": roles})
    selection = resolve(entry, Metadata("Väestö", metadata().variables[1:]), areas=["305"])
    assert (selection.border_year, selection.narrowed) == (None, False)


def test_regions_in_the_area_variable_are_not_read() -> None:
    assert resolve(POPULATION, metadata()).values["area"] == ("SSS", "KU305", "KU832")


def test_a_bare_area_code_takes_its_border_year_off_the_map() -> None:
    bare = dataclasses.replace(AREA, code="Alue", map="Alue 2026")
    assert resolve(POPULATION, metadata(bare)).border_year == 2026


def test_a_time_variable_of_unknown_code_is_known_by_its_flag() -> None:
    odd = dataclasses.replace(TIME, code="tilastovuosi", text="Tilastovuosi")
    there = Metadata("Väestö", (AREA, AGE, SEX, odd, CONTENTS))
    assert resolve(POPULATION, there).variable_codes["time"] == "tilastovuosi"


def test_contents_are_found_with_and_without_the_statistics_prefix() -> None:
    assert resolve(POPULATION, metadata()).values["contents"] == ("vaerak-vaesto",)
    bare = dataclasses.replace(CONTENTS, values=("vaesto",))
    assert resolve(POPULATION, metadata(bare)).values["contents"] == ("vaesto",)


def test_renamed_contents_are_an_error_that_lists_what_is_there_now() -> None:
    changed = dataclasses.replace(CONTENTS, values=("vaerak-vakiluku",), texts=("Väkiluku",))
    with pytest.raises(
        PermanentSourceError, match=r"vaesto not found.*vaerak-vakiluku \(Väkiluku\)"
    ) as raised:
        resolve(POPULATION, metadata(changed))
    assert raised.value.kind == "wrong_table"


def test_contents_of_which_some_are_left_have_drifted_and_few_are_listed() -> None:
    names = ("muutl-vm01", *(f"muutl-uusi{number}" for number in range(10)))
    contents = dataclasses.replace(CONTENTS, values=names, texts=names)
    with pytest.raises(PermanentSourceError, match=r"muutl-uusi4 \(muutl-uusi4\) and 5 more\.") as raised:
        resolve(find_entry("vital_events"), Metadata("Muutokset", (AREA, TIME, contents)))
    assert raised.value.kind == "drifted"
    assert "uusi5" not in raised.value.message


def test_variables_without_any_of_the_contents_are_another_tables() -> None:
    with pytest.raises(PermanentSourceError, match="not in the catalogue") as raised:
        resolve(find_entry("vital_events"), metadata())
    assert raised.value.kind == "wrong_table"


def test_a_variable_that_the_catalogue_does_not_know_is_an_error() -> None:
    there = Metadata("Väestö", (*metadata().variables, Variable("kieli_1", "Kieli", ("SSS",), ("Yhteensä",))))
    with pytest.raises(PermanentSourceError, match="'kieli_1'") as raised:
        resolve(POPULATION, there)
    assert raised.value.kind == "drifted"


def test_a_role_without_its_variable_is_an_error_that_names_both() -> None:
    with pytest.raises(PermanentSourceError, match=r"no variable fits the role 'sex'.*variables there now"):
        resolve(POPULATION, Metadata("Väestö", (AREA, AGE, TIME, CONTENTS)))


def test_two_variables_for_one_role_are_an_error() -> None:
    there = Metadata("Väestö", (*metadata().variables, renamed(AREA, "alue_23_20250101")))
    with pytest.raises(PermanentSourceError, match="2 variables fit the role 'area'"):
        resolve(POPULATION, there)


def test_areas_that_are_named_come_with_the_whole_country() -> None:
    selection = resolve(POPULATION, metadata(), areas=["305", "911"])
    assert selection.values["area"] == ("SSS", "KU305")
    assert selection.missing_areas == ("911",)
    assert selection.narrowed


def test_areas_that_are_all_unknown_are_an_error_that_shows_how_to_write_them() -> None:
    with pytest.raises(PermanentSourceError, match="three digits, such as 305") as raised:
        resolve(POPULATION, metadata(), areas=["Kuusamo"])
    assert raised.value.kind == "wrong_areas"


def test_years_before_the_first_wanted_one_are_left_out() -> None:
    assert resolve(POPULATION, metadata(), first_year=2010).values["time"] == ("2010", "2025")


def test_a_projection_keeps_all_its_years_and_reads_other_variables_at_their_total() -> None:
    projected = Metadata(
        "Ennuste",
        (AREA, TIME, AGE, SEX, Variable("contentscode", "Tiedot", ("vaesto_e24",), ("Väestö",))),
    )
    selection = resolve(find_entry("population_projection_2024"), projected, first_year=2020)
    assert selection.values["time"] == ("1972", "2010", "2025")
    assert selection.at_total == {"sukupuoli_9_20180101": "SSS"}
    assert "sex" not in selection.roles


def test_key_figures_keep_every_municipality_whatever_areas_are_named() -> None:
    entry = find_entry("key_figures_edition_2021")
    texts = (
        "Annual contribution margin, EUR per capita, 2020",
        "Loan stock, EUR per capita, 2020",
        "Group loan stock, EUR per capita, 2020",
        "Employment rate, %, 2020",
        "Economic dependency ratio, 2020",
        "Workplace self-sufficiency, 2020",
        "Proportion of the unemployed among the labour force, %, 2020",
    )
    there = Metadata(
        "Key figures",
        (
            Variable("Region 2021", "Region 2021", ("SSS", "305", "832"), ("WHOLE COUNTRY", "a", "b")),
            Variable("Information", "Information", texts, texts),
            Variable("Year", "Year", ("latest",), ("latest",), time=True),
        ),
    )
    selection = resolve(entry, there, areas=["305"])
    assert selection.values["area"] == ("SSS", "305", "832")
    assert selection.border_year == 2021
    assert not selection.narrowed
