"""A table of another protocol goes the same way as PxWeb's: landed, judged, loaded, kept, extracted."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dagster_project.quality import records
from dagster_project.quality.gate import judge
from dagster_project.raw.extract import make_extract
from dagster_project.raw.landed import LandedTransport
from dagster_project.raw.load import leave_empty
from dagster_project.raw.standing import previous_version
from dagster_project.sources.answer import decode_json
from dagster_project.sources.candidate import Candidate, municipalities, present
from dagster_project.sources.catalogue import RestEntry, Titles
from dagster_project.sources.client import Fetched
from dagster_project.sources.transport import DirectoryTransport, Progress, Transport, WebRequest

ENTRY = RestEntry(
    source="sotkanet",
    table_name="day_care",
    protocol="sotkanet",
    host="sotkanet",
    publisher="THL",
    licence="CC BY 4.0",
    titles=Titles(fi="a", sv="b", en="c"),
    page_url="https://sotkanet.fi",
    rhythm="yearly",
    verification="recorded",
    table_id="1",
    key_columns=("region", "year"),
    period_column="year",
    area_column="region",
    columns={"year": "bigint", "value": "double", "symbol": "varchar"},
)
ROWS = [
    {"region": "305", "year": 2019, "value": 10.0},
    {"region": "305", "year": 2020, "value": None},
    {"region": "832", "year": 2020, "value": 3.5},
]


class Records:
    """A client of one answer with records."""

    def listing_stamp(self, entry: RestEntry, transport: Transport) -> str | None:  # noqa: ARG002
        return None

    def fetch(
        self,
        entry: RestEntry,
        transport: Transport,
        *,
        areas: Collection[str] | None,  # noqa: ARG002
        listing_stamp: str | None,
        progress: Progress,  # noqa: ARG002
    ) -> Fetched:
        answer = transport.get(WebRequest("sotkanet", "rest/1.1/json", (("indicator", "1"),)))
        return Fetched(entry, transport.origin, (answer,), listing_stamp)

    def parse(self, fetched: Fetched) -> Candidate:
        frame = pd.DataFrame(decode_json(fetched.answers[0])["rows"])
        frame["symbol"] = np.where(frame["value"].isna(), "..", None)
        areas = present(frame["region"])
        return Candidate(
            frame,
            fetched.entry.key_columns,
            periods=present(frame["year"]),
            areas=areas,
            municipalities=municipalities(areas),
        )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the answer, and a client that reads it."""
    client = SimpleNamespace(CLIENT=Records())
    monkeypatch.setattr("dagster_project.sources.client.import_module", lambda _: client)
    write(tmp_path, ROWS)
    return tmp_path


def write(folder: Path, rows: list[dict[str, Any]]) -> None:
    path = folder / "sotkanet" / "rest" / "1.1" / "json-indicator-1.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"rows": rows}), encoding="utf-8")


def test_records_are_loaded_under_the_publishers_names_with_missing_told_from_zero(
    house: Any, folder: Path
) -> None:
    house.entry = ENTRY
    result = house.ingest(DirectoryTransport(folder))
    assert (result.outcome, result.rows, result.municipalities) == ("loaded", 3, 2)
    rows = house.con.execute(
        "select region, year, value, symbol, _border_year from raw_sotkanet.day_care order by all"
    ).fetchall()
    assert rows == [
        ("305", 2019, 10.0, None, None),
        ("305", 2020, None, "..", None),
        ("832", 2020, 3.5, None, None),
    ]
    told = house.con.execute("select first_period, last_period, border_year from raw_meta.load").fetchall()
    assert told == [("2019", "2020", None)]
    assert house.ingest(DirectoryTransport(folder)).outcome == "unchanged"


def test_a_column_that_the_catalogue_does_not_promise_is_drift(house: Any, folder: Path) -> None:
    house.entry = ENTRY
    write(folder, [row | {"unit": "%"} for row in ROWS])
    result = house.ingest(DirectoryTransport(folder))
    assert result.error is not None
    assert result.error.kind == "drifted"
    assert "['unit']" in result.message


def test_a_table_that_never_loaded_is_left_empty_with_its_columns(house: Any) -> None:
    leave_empty(house.con, ENTRY)
    columns = dict(
        house.con.execute("select column_name, column_type from (describe raw_sotkanet.day_care)").fetchall()
    )
    assert columns["region"] == "VARCHAR"
    assert columns["year"] == "BIGINT"
    assert columns["_landing_id"] == "VARCHAR"


def test_the_checks_of_records_see_what_has_shrunk(house: Any, folder: Path) -> None:
    house.entry = ENTRY
    house.ingest(DirectoryTransport(folder))
    standing = SimpleNamespace(is_extract=False, border_year=None)

    def failing(rows: list[dict[str, Any]]) -> set[str]:
        write(folder, rows)
        fetched = Records().fetch(
            ENTRY, DirectoryTransport(folder), areas=None, listing_stamp=None, progress=lambda *_: None
        )
        candidate = Records().parse(fetched)
        previous = previous_version(house.con, ENTRY, candidate, standing, None, None)
        checks = [
            *records.base_checks(ENTRY, candidate, previous),
            records.periods_complete(candidate),
            records.value_range(candidate, "value", 0, 50),
            records.allowed_values(candidate, "region", ["305", "832"]),
            records.matching(candidate, "region", r"\d{3}"),
            records.reason_when_missing(candidate, [".."]),
            records.not_missing(candidate, "value", share=0.5),
        ]
        return {outcome.name for outcome in judge(checks) if not outcome.passed}

    assert failing(ROWS) == set()
    assert failing(ROWS[1:]) == {"periods_not_shrunk", "areas_not_shrunk"}
    assert failing([*ROWS, ROWS[0]]) == {"key_unique"}
    assert failing([*ROWS, {"region": "x1", "year": 2022, "value": 99.0}]) == {
        "periods_complete",
        "value_in_range",
        "region_allowed",
        "region_form",
    }


def test_an_extract_takes_the_answers_of_other_interfaces_along_as_they_came(
    house: Any, folder: Path, tmp_path: Path
) -> None:
    house.entry = ENTRY
    house.ingest(DirectoryTransport(folder))
    landed = LandedTransport(house.con, house.store, [ENTRY])
    make_extract(landed, tmp_path / "out", ["305"], now=house.now, entries=[ENTRY])
    place = Path("sotkanet/rest/1.1/json-indicator-1.json")
    assert (tmp_path / "out" / place).read_bytes() == (folder / place).read_bytes()


@pytest.mark.parametrize(
    ("request_", "place"),
    [
        (
            WebRequest(
                "sotkanet", "rest/1.1/json", (("indicator", "127"), ("years", "2005"), ("genders", "total"))
            ),
            "sotkanet/rest/1.1/json-indicator-127-years-2005-genders-total.json",
        ),
        (WebRequest("statgeo", "../../etc/passwd", accept="*/*"), "statgeo/_/_/etc/passwd.bin"),
        (
            WebRequest("x", "a", (("filter", "lukuvuosi=='2024/2025'"),)),
            "x/a-filter-lukuvuosi___2024_2025_.json",
        ),
    ],
)
def test_an_answers_place_is_made_of_what_was_asked_and_stays_in_its_folder(
    request_: WebRequest, place: str
) -> None:
    assert request_.place == place
