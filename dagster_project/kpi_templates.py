"""What the files of a new KPI look like, by shape: a ratio, a rate of events, or a figure passed through."""

from __future__ import annotations

from dataclasses import dataclass
from string import Template

from dagster_project.dbt_kpi import KPI_COLUMNS, TO_FILL


def _fill(what: str) -> str:
    return f"{TO_FILL} {what}>"


@dataclass(frozen=True)
class Shape:
    """One form of KPI: its input model, the CTE of its parts, the macro of its rows and its defaults."""

    told: str
    input_name: str
    input_model: str
    parts_name: str
    parts: str
    rows: str
    unit: str
    decimals: int
    area_interval: str
    source_tables: str
    grain: str
    test_says: str
    given: tuple[str, ...]
    expect: tuple[str, ...]


_VITAL = (
    "live_births_count: {0}, deaths_count: {0}, in_migration_count: {0}, out_migration_count: {0}, "
    "immigration_count: {0}, emigration_count: {0}, correction_count: 0, population_count: {1}"
)

SHAPES: dict[str, Shape] = {
    "ratio": Shape(
        told="people of some ages for each hundred others, from the population by age",
        input_name="population",
        input_model="int_population_by_age",
        parts_name="counted_people",
        parts=(
            "    select\n"
            "        municipality_code,\n"
            "        reference_year,\n"
            f'        {{{{ complete_sum("case when {_fill("who is counted, such as age < 15")} '
            'then population_count else 0 end") }} as numerator,\n'
            f'        {{{{ complete_sum("case when {_fill("of whom, such as age between 15 and 64")} '
            'then population_count else 0 end") }} as denominator\n'
            "    from population\n"
            "    group by municipality_code, reference_year"
        ),
        rows="yearly_ratio('$kpi_id', 'counted_people', 100)",
        unit="pct",
        decimals=1,
        area_interval="none",
        source_tables="statfin.population_by_age",
        grain="One row per municipality (also 'SSS' and 'rest') and year.",
        test_says="Ages at the limits stand on the right sides; nobody there, or a missing count, gives no ratio.",
        given=(
            f'municipality_code: "305", reference_year: 2018, sex: male, age: {_fill("an age counted")}, population_count: 30',
            f'municipality_code: "305", reference_year: 2018, sex: female, age: {_fill("an age of the denominator")}, population_count: 70',
            'municipality_code: "766", reference_year: 2020, sex: male, age: 30, population_count: 0',
            f'municipality_code: "049", reference_year: 2020, sex: male, age: {_fill("an age counted")}, population_count: null',
        ),
        expect=(
            f'municipality_code: "305", period: "2018", numerator: 30, denominator: {_fill("by hand")}, value: {_fill("by hand")}, value_status: final',
            'municipality_code: "766", period: "2020", numerator: 0, denominator: 0, value: null, value_status: not_available',
            f'municipality_code: "049", period: "2020", numerator: null, denominator: {_fill("null when that age is in the denominator too, otherwise zero")}, value: null, value_status: not_available',
        ),
    ),
    "event_rate": Shape(
        told="events of a year for each thousand of the mean population, with the interval of chance",
        input_name="events",
        input_model="int_vital_events",
        parts_name="events_and_mean_population",
        parts=(
            "    select\n"
            "        municipality_code,\n"
            "        reference_year,\n"
            f"        {_fill('the count, such as live_births_count')} as numerator,\n"
            "        {{ mean_population() }} as denominator,\n"
            f"        {_fill('the same count')} as numerator_variance\n"
            "    from events"
        ),
        rows="yearly_ratio('$kpi_id', 'events_and_mean_population', 1000, with_interval=true, dispersion=1)",
        unit="per_mille",
        decimals=1,
        area_interval="normal",
        source_tables="statfin.vital_events",
        grain="One row per municipality (also 'SSS' and 'rest') and year.",
        test_says="Nothing happened is zero; nobody there, or a missing count, gives no rate.",
        given=(
            f'municipality_code: "305", reference_year: 2020, {_VITAL.format(100, 10000)}',
            f'municipality_code: "766", reference_year: 2020, {_VITAL.format(0, 0)}',
            f'municipality_code: "049", reference_year: 2020, {_VITAL.format(0, 1000)}',
            f'municipality_code: "035", reference_year: 2020, {_VITAL.format("null", 450)}',
        ),
        expect=(
            f'municipality_code: "305", numerator: 100, denominator: 10000, value: {_fill("by hand")}, value_status: final',
            'municipality_code: "766", numerator: 0, denominator: 0, value: null, value_status: not_available',
            'municipality_code: "049", numerator: 0, denominator: 1000, value: 0, value_status: final',
            'municipality_code: "035", numerator: null, denominator: null, value: null, value_status: not_available',
        ),
    ),
    "published": Shape(
        told="a municipal key figure as its publisher computed it",
        input_name="key_figures",
        input_model="int_key_figures",
        parts_name="published_figure",
        parts=(
            "    select\n"
            "        municipality_code,\n"
            "        reference_year,\n"
            "        value,\n"
            "        value_status,\n"
            "        numerator,\n"
            "        denominator\n"
            "    from key_figures\n"
            f"    where key_figure = '{_fill('a key_figure of int_key_figures, such as loans')}'"
        ),
        rows=f"yearly_key_figure('$kpi_id', 'published_figure', {_fill('100 for percent, 1 for euros per inhabitant')})",
        unit=_fill("persons, pct, per_mille, ratio_per_100, eur_per_capita or years"),
        decimals=1,
        area_interval="none",
        source_tables="keyfigures.key_figures_series_2017, keyfigures.key_figures_edition_2021",
        grain="One row per municipality (also 'SSS' where published) and year of the key figures.",
        test_says="The publisher's own figure passes through; other key figures do not; what is missing stays missing.",
        given=(
            f'municipality_code: "305", reference_year: 2020, key_figure: {_fill("the same key_figure")}, value: 12.5, value_status: final, numerator: 125, denominator: 1000',
            'municipality_code: "305", reference_year: 2020, key_figure: another, value: 5848, value_status: final',
            f'municipality_code: "766", reference_year: 2020, key_figure: {_fill("the same key_figure")}, value: null, value_status: not_available, numerator: null, denominator: 0',
        ),
        expect=(
            'municipality_code: "305", period: "2020", value: 12.5, value_status: final',
            'municipality_code: "766", period: "2020", value: null, value_status: not_available',
        ),
    ),
}

_SQL = Template("""with

$input_name as (

    select * from {{ ref('$input_model') }}

),

$parts_name as (

$parts

),

$kpi_id as (

    {{ $rows }}

)

select * from $kpi_id
""")

_TEXTS = {
    "name": ("nimi suomeksi, kuten \"Lainakanta asukasta kohti\"", "namnet på svenska", "the name in English"),
    "description": ("mitä luku kertoo, yhdellä virkkeellä", "vad talet berättar, i en mening", "what the figure tells, in one sentence"),
    "formula": ("kaava sanoin", "formeln i ord", "the formula in words"),
    "caveat": ("mitä lukijan on varottava", "vad läsaren bör se upp med", "what the reader must beware of"),
}  # fmt: skip


def sql_text(shape: Shape, kpi_id: str) -> str:
    """The KPI's SQL."""
    return _SQL.substitute(
        input_name=shape.input_name,
        input_model=shape.input_model,
        parts_name=shape.parts_name,
        parts=shape.parts,
        rows=Template(shape.rows).substitute(kpi_id=kpi_id),
        kpi_id=kpi_id,
    )


def yaml_text(shape: Shape, kpi_id: str, code: str | None, sort_order: int) -> str:
    """The KPI's definition, contract, grain test and unit test."""
    lines = [
        "models:",
        f"  - name: kpi_{kpi_id}",
        f'    description: "{shape.grain}"',
        "    config:",
        "      contract: {enforced: true}",
        "      meta:",
        "        kpi:",
        f"          catalogue_code: {code or 'null'}",
        f"          sort_order: {sort_order}",
        *_texts(),
        f"          unit: {shape.unit}",
        f"          decimals: {shape.decimals}",
        f"          direction: {_fill('higher or lower is better, band, or none')}",
        "          valid_for: all",
        "          period_type: year",
        f"          normal_lag_months: {_fill('months from the end of the period to the figure')}",
        "          includes_social_and_health_until: null",
        "          aggregation: ratio",
        f"          area_interval: {shape.area_interval}",
        f"          source_tables: [{shape.source_tables}]",
        f"          owner: {_fill('strategy, finance or business_and_employment')}",
        "    columns:",
        *(f"      - {{name: {name}, data_type: {kind}}}" for name, kind in KPI_COLUMNS.items()),
        "    data_tests:",
        "      - grain:",
        "          arguments: {columns: [municipality_code, period]}",
        "",
        "unit_tests:",
        f"  - name: {kpi_id}_holds_on_literal_rows",
        f"    model: kpi_{kpi_id}",
        f"    description: {shape.test_says}",
        "    given:",
        f"      - input: ref('{shape.input_model}')",
        "        rows:",
        *(f"          - {{{row}}}" for row in shape.given),
        "    expect:",
        "      rows:",
        *(f"        - {{{row}}}" for row in shape.expect),
    ]
    return "\n".join(lines) + "\n"


def _texts() -> list[str]:
    lines = []
    for field, hints in _TEXTS.items():
        lines.append(f"          {field}:")
        for language, hint in zip(("fi", "sv", "en"), hints, strict=True):
            lines += [f"            {language}: >-", f"              {_fill(hint)}"]
    return lines
