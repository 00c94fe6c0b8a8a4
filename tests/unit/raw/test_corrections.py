"""Known errors of a source are mended in the open, and only while they still stand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dagster_project.quality.corrections import (
    CORRECTIONS_DIR,
    Correction,
    corrections_of,
    load_corrections,
)
from dagster_project.sources.catalogue import find_entry

KUUSAMO_2015 = {"area": "KU305", "time": "2015", "contents": "muutl-vm01"}
PUBLISHED, MENDED = 132.0, 135.0


def correction(**more: Any) -> Correction:
    """A correction of Kuusamo's births in 2015 as the bundled extract has them."""
    described = {
        "id": "kuusamo_births",
        "table": "vital_events",
        "match": KUUSAMO_2015,
        "action": "set_value",
        "value": MENDED,
        "expect": {"value": PUBLISHED},
        "reason": "The publisher's release note of that spring gives 135.",
        "link": "https://stat.fi/til/synt/",
        "author": "steward",
        "date": date(2026, 11, 20),
    }
    return Correction.model_validate(described | more)


@pytest.fixture
def plant(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`plant(correction, …)`: make these the corrections of every table."""

    def planted(*corrections: Correction) -> None:
        for module in ("ingest", "lineage"):
            monkeypatch.setattr(f"dagster_project.raw.{module}.corrections_of", lambda _: corrections)

    return planted


def births(house: Any) -> list[tuple[float | None, str | None]]:
    """Kuusamo's births in 2015 as the warehouse has them."""
    where = " and ".join(f"{column} = '{code}'" for column, code in KUUSAMO_2015.items())
    return house.con.execute(f"select value, symbol from raw_statfin.vital_events where {where}").fetchall()


def lineage(house: Any) -> list[tuple[Any, ...]]:
    return house.con.execute(
        "select correction_id, outcome, found, corrected_to, cells from raw_meta.correction"
    ).fetchall()


def test_a_wrong_figure_is_replaced_and_its_lineage_tells_so(house: Any, plant: Any) -> None:
    plant(correction())
    result = house.ingest()
    assert births(house) == [(MENDED, None)]
    assert lineage(house) == [("kuusamo_births", "applied", "132", "135.0", 1)]
    assert [(check.name, check.passed) for check in result.checks] == [("corrections_still_apply", True)]


def test_when_the_publisher_has_mended_it_nothing_is_changed_and_the_check_fails_in_words(
    house: Any, plant: Any
) -> None:
    plant(correction(expect={"value": 130}))
    result = house.ingest()
    assert result.outcome == "loaded"
    assert births(house) == [(PUBLISHED, None)]
    (check,) = result.checks
    assert not check.passed
    assert check.expected == "kuusamo_births: area=KU305 time=2015 contents=muutl-vm01 is 130"
    assert check.observed.startswith("kuusamo_births: 132, so nothing was changed")
    assert lineage(house)[0][1] == "guard_failed"


def test_a_new_correction_reaches_a_table_whose_source_has_not_changed(house: Any, plant: Any) -> None:
    house.ingest()
    assert (house.ingest().outcome, births(house)) == ("unchanged", [(PUBLISHED, None)])
    plant(correction())
    assert (house.ingest().outcome, births(house)) == ("loaded", [(MENDED, None)])
    assert house.ingest().outcome == "unchanged"
    plant()
    assert (house.ingest().outcome, births(house)) == ("loaded", [(PUBLISHED, None)])
    assert lineage(house) == []


def test_a_figure_can_be_marked_missing_and_a_row_dropped(house: Any, plant: Any) -> None:
    plant(correction(action="set_missing", value=None))
    house.ingest()
    assert births(house) == [(None, "..")]
    plant(correction(action="drop_row", value=None))
    house.ingest()
    assert births(house) == []


def test_a_municipality_that_a_partial_load_leaves_out_fails_no_guard(house: Any, plant: Any) -> None:
    plant(correction(match=KUUSAMO_2015 | {"area": "KU091"}))
    assert house.ingest().checks == ()
    assert lineage(house)[0][1] == "absent"


def test_a_correction_without_reason_guard_or_known_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="expect"):
        correction(expect={})
    with pytest.raises(ValidationError, match="colour"):
        correction(colour="red")
    with pytest.raises(ValidationError, match="set_value needs it"):
        correction(value=None)
    text = """
        corrections:
          - id: wrong_column
            table: vital_events
            match: {municipality: "305"}
            action: set_missing
            expect: {value: 1}
            reason: A reason that is long enough to be one.
            author: steward
            date: 2026-11-20
    """
    (tmp_path / "statfin.yaml").write_text(text.replace("\n        ", "\n"), encoding="utf-8")
    with pytest.raises(ValueError, match="wrong_column matches on municipality; the key of vital_events"):
        corrections_of(find_entry("vital_events"), tmp_path)
    assert load_corrections("statfin", tmp_path / "none") == ()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "author:",
            "autor:",
            "correction births: author: Field required; autor: Extra inputs are not permitted",
        ),
        ("table: vital_events", "table: vital", "statfin has no table vital, so nothing would be corrected"),
        ("match: {", "match: [", "is no YAML"),
    ],
)
def test_a_correction_that_is_written_wrongly_is_told_by_file_and_name(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    text = (
        "corrections:\n- id: births\n  table: vital_events\n  match: {area: KU305}\n  action: set_missing\n"
        "  expect: {value: 1}\n  reason: A reason long enough to be one.\n"
        "  author: steward\n  date: 2026-11-20\n"
    )
    file = tmp_path / "statfin.yaml"
    file.write_text(text, encoding="utf-8")
    assert load_corrections("statfin", tmp_path)[0].id == "births"
    load_corrections.cache_clear()
    file.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(ValueError, match=r"statfin\.yaml") as wrong:
        load_corrections("statfin", tmp_path)
    assert said in str(wrong.value)


def test_every_correction_of_the_house_names_a_table_that_there_is() -> None:
    for path in CORRECTIONS_DIR.glob("*.yaml"):
        for item in load_corrections(path.stem):
            assert corrections_of(find_entry(f"{path.stem}.{item.table}"))
