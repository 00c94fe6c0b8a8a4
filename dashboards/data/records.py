"""What the store hands out: frozen rows of the published tables, with their texts by language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from contract.locale_formats import unit_name

COUNTRY = "SSS"
"""Area code of the whole country."""
RESIDUAL = "rest"
"""Area code of the rest of the country while only some municipalities are loaded."""
BASE_SCENARIO = "base"


@dataclass(frozen=True)
class Municipality:
    """One row of dim_municipality."""

    municipality_code: str
    name_fi: str
    name_sv: str
    name_fi_genitive: str | None
    name_fi_locative: str | None
    type: str
    manager_title: str | None
    language_group: str
    region_code: str
    region_name_fi: str
    region_name_sv: str
    is_aland: bool
    size_class: str
    population_count: float | None
    has_full_data: bool

    def name(self, language: str) -> str:
        """The name in the reader's language; in English the one in the municipality's first language."""
        if language == "sv" or (language == "en" and self.language_group.startswith("sv")):
            return self.name_sv or self.name_fi
        return self.name_fi

    def region_name(self, language: str) -> str:
        return (self.region_name_sv if language == "sv" else self.region_name_fi) or self.region_name_fi


@dataclass(frozen=True)
class Area:
    """One row of dim_area: the country, a region, a network, a size class or the residual."""

    area_code: str
    area_type: str
    name_fi: str
    name_sv: str
    name_en: str
    description_fi: str | None
    description_sv: str | None
    description_en: str | None
    source: str | None

    def name(self, language: str) -> str:
        return str(getattr(self, f"name_{language}"))

    def description(self, language: str) -> str:
        return getattr(self, f"description_{language}") or ""


@dataclass(frozen=True)
class Kpi:
    """One row of dim_kpi."""

    kpi_id: str
    catalogue_code: str | None
    theme: str
    sort_order: int
    name_fi: str
    name_sv: str
    name_en: str
    description_fi: str | None
    description_sv: str | None
    description_en: str | None
    formula_fi: str | None
    formula_sv: str | None
    formula_en: str | None
    caveat_fi: str | None
    caveat_sv: str | None
    caveat_en: str | None
    unit_name_fi: str | None
    unit_name_sv: str | None
    unit_name_en: str | None
    unit: str
    decimals: int
    direction: str
    valid_for: str | None
    period_type: str
    normal_lag_months: int | None
    includes_social_and_health_until: int | None
    source_tables: str
    owner: str | None
    verification: str | None = None
    """published_elsewhere | passed_through | recomputed | none: what its figures are held to."""

    def name(self, language: str) -> str:
        return str(getattr(self, f"name_{language}"))

    def description(self, language: str) -> str:
        return getattr(self, f"description_{language}") or ""

    def formula(self, language: str) -> str:
        return getattr(self, f"formula_{language}") or ""

    def caveat(self, language: str) -> str:
        return getattr(self, f"caveat_{language}") or ""

    def unit_name(self, language: str) -> str:
        """What is counted and per what: the KPI's own words, else the unit's general name."""
        return getattr(self, f"unit_name_{language}") or unit_name(self.unit, language)

    @property
    def sources(self) -> tuple[tuple[str, str], ...]:
        """(source, table_name) of every raw table behind the figure."""
        pairs = (entry.strip().partition(".") for entry in self.source_tables.split(",") if entry.strip())
        return tuple((source, table) for source, _, table in pairs)


@dataclass(frozen=True)
class KpiPoint:
    """One published figure: `value` is None unless `value_status` is final or preliminary."""

    kpi_id: str
    area_code: str
    """A municipality's or an area's code."""
    period_type: str
    period: str
    period_end: date
    value: float | None
    value_status: str
    numerator: float | None
    denominator: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class Rank:
    """A place among `n` municipalities that have a value; `members` is how many there are in all.

    `best_is` says which end is first: `higher` or `lower`; where neither is better the largest is first.
    """

    place: int
    n: int
    members: int
    best_is: str

    @property
    def complete(self) -> bool:
        """True when every member of the set has a value."""
        return self.n == self.members


@dataclass(frozen=True)
class SimilarMunicipality:
    """A municipality near in population and age structure, with the figures that make it so."""

    municipality: Municipality
    population_count: float
    share_under_15_pct: float | None
    share_over_64_pct: float | None
    distance: float
    """Weighted distance (0 is identical): 1 unit is a doubling of population or 5 points of age share."""


@dataclass(frozen=True)
class Source:
    """One row of dim_source."""

    source: str
    table_name: str
    publisher_table_id: str
    title_fi: str
    title_sv: str
    title_en: str
    publisher: str
    licence: str
    page_url: str | None
    publisher_stamp: datetime | None
    fetched_at: datetime | None
    first_period: str | None
    last_period: str | None
    border_year: int | None
    municipalities: int | None
    rows_loaded: int
    is_extract: bool

    def title(self, language: str) -> str:
        return str(getattr(self, f"title_{language}"))
