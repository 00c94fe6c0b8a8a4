"""The morning report says in three languages what changed, with the language's own numbers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from contract.locale_formats import LANGUAGES, Language
from contract.messages import catalogue, t
from contract.morning_report import (
    BEYOND_CHANCE,
    KINDS,
    Finding,
    KpiTold,
    concerning,
    finding_words,
    report_text,
)

SPACES = {0x202F: " ", 0xA0: " "}
PUBLISHED = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)


class Names:
    def municipality(self, code: str) -> str:
        return {"305": "Kuusamo", "832": "Taivalkoski"}.get(code, code)

    def kpi(self, kpi_id: str) -> KpiTold:
        names = {"net_immigration": "Nettomaahanmuutto"}
        return KpiTold(names.get(kpi_id, kpi_id), "per_mille", 1)

    def table(self, source: str, table_name: str) -> str:
        return f"{source} {table_name}"


def movement(code: str, n: int = 1, detail: str | None = BEYOND_CHANCE) -> Finding:
    return Finding(
        n,
        "movement",
        "notice",
        None,
        None,
        "net_immigration",
        code,
        "2020",
        "2019",
        -1.24,
        2.66,
        detail=detail,
    )


def words(finding: Finding, language: Language = "fi") -> str:
    return finding_words(finding, Names(), language).translate(SPACES)


def test_a_movement_beyond_chance_is_told_with_both_periods() -> None:
    told = "Nettomaahanmuutto, Kuusamo: −1,2 (2019) → 2,7 ‰ (2020), enemmän kuin sattuma selittää."
    assert words(movement("305")) == told
    assert words(movement("305"), "en").endswith("−1.2 (2019) → 2.7 ‰ (2020), more than chance explains.")
    assert "sattuma" not in words(movement("305", detail=None))


def test_revised_figures_are_counted_and_the_largest_is_named() -> None:
    revision = Finding(
        1, "revision", "notice", None, None, "net_immigration", "305", "2015", None, 1.0, 1.5, cells=1234
    )
    assert words(revision) == (
        "Nettomaahanmuutto: 1 234 aiempaa lukua tarkistettiin, eniten Kuusamo 2015: 1,0 → 1,5 ‰."
    )


def test_a_table_with_a_new_period_and_a_revised_one_are_told_apart() -> None:
    newer = Finding(1, "table_updated", "info", "statfin", "a", period="2021", period_before="2020")
    same = Finding(1, "table_updated", "info", "statfin", "a", period="2020", period_before="2020")
    assert words(newer, "en") == "statfin a: the newest period is now 2021 (before 2020)."
    assert (
        words(same, "en")
        == "statfin a: the publisher has updated the table; its newest period is still 2020."
    )


def test_a_reader_of_one_municipality_gets_its_own_movements_and_all_else() -> None:
    first = Finding(1, "new_period", "notice", None, None, "net_immigration", None, "2020", cells=309)
    findings = [first, *(movement(f"{code:03d}", n) for n, code in enumerate(range(300, 340), start=2))]
    assert [item.municipality_code for item in concerning(findings, "305")] == [None, "305"]
    assert len(concerning(findings, None)) == 13


def test_a_night_without_news_says_so_and_troubles_are_told_beside_it() -> None:
    failed = Finding(1, "source_failed", "warning", "statfin", "a", detail="timeout")
    text = report_text([failed], Names(), "fi", created_at=PUBLISHED, checked_at=PUBLISHED.replace(day=22))
    assert text.splitlines() == [
        "Viimeisin päivitys 22.11.2026 05.12: mikään ei ole muuttunut.",
        "",
        "Mitä muuttui 21.11.2026 05.12 julkaistussa aineistossa",
        "- Mikään luku ei muuttunut edellisestä julkaisusta.",
        "- statfin a: uusin haku ei onnistunut, ja aiemmat luvut ovat käytössä.",
    ]
    first = report_text([Finding(1, "first_snapshot", "info")], Names(), "sv", created_at=PUBLISHED)
    assert "Det här är den första publiceringen" in first


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_finding_has_its_sentence(language: Language) -> None:
    keys = catalogue(language)
    assert [kind for kind in KINDS if not {f"report.{kind}", f"report.{kind}.one"} & set(keys)] == []


@pytest.mark.parametrize(("language", "name"), [("fi", "Henkilöstö"), ("sv", "Personal"), ("en", "Staff")])
def test_a_refused_file_is_told_by_the_name_of_its_register(language: Language, name: str) -> None:
    assert name in words(Finding(1, "submission_quarantined", "warning", "own", detail="staff"), language)


def test_a_refused_file_of_no_known_register_is_told_without_a_name() -> None:
    told = words(Finding(1, "submission_quarantined", "warning", "own", detail=""))
    assert (
        told == "Kunnan lähettämä tiedosto hylättiin, koska siitä ei selvinnyt, mihin rekisteriin se kuuluu."
    )


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize(
    ("source", "period", "before", "said"),
    [
        ("statgeo", None, None, "table_updated_undated"),
        ("statgeo", "2025", None, "table_updated_undated"),
        ("keyfigures", "latest", "latest", "table_updated_undated"),
        ("statfin", "2025", "2025", "table_revised"),
        ("statfin", "2025", "2024", "table_updated"),
        ("own", None, None, "own_updated"),
        ("own", "2025M10", "2025M09", "own_updated"),
    ],
)
def test_a_table_is_told_with_periods_only_where_it_has_them(
    language: Language, source: str, period: str | None, before: str | None, said: str
) -> None:
    finding = Finding(1, "table_updated", "info", source, "t", period=period, period_before=before)
    told = {"table": f"{source} t", "period": "2025", "period_before": "2024"}
    assert words(finding, language) == t(language, f"report.{said}", **told).translate(SPACES)
