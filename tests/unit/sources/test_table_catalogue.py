"""Every PxWeb table of the catalogue: its example resolves and passes its own gate, and drift is told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dagster_project.quality.gate import suite_for
from dagster_project.sources.answer import Answer
from dagster_project.sources.catalogue import PxWebEntry, find_entry, load_catalogue
from dagster_project.sources.client import Fetched
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.hosts import load_hosts
from dagster_project.sources.metadata import Metadata, parse_metadata
from dagster_project.sources.pxweb import CLIENT, parse_table
from dagster_project.sources.pxweb_v1 import PxWebV1
from dagster_project.sources.resolve import resolve
from dagster_project.sources.transport import DirectoryTransport, WebRequest, silent

RECORDED = Path(__file__).resolve().parents[2] / "recorded"
TABLES = [entry for entry in load_catalogue() if isinstance(entry, PxWebEntry)]
UNSEEN = [entry for entry in TABLES if not entry.is_verified]


def metadata_of(entry: PxWebEntry) -> Metadata:
    return parse_metadata(DirectoryTransport(RECORDED / entry.source).metadata(entry))


@pytest.mark.parametrize("entry", UNSEEN, ids=lambda entry: entry.table_name)
def test_an_example_has_what_its_suite_judges(entry: PxWebEntry) -> None:
    transport = DirectoryTransport(RECORDED / entry.source)
    candidate = parse_table(
        CLIENT.fetch(entry, transport, areas=("305", "832"), listing_stamp=None, progress=silent)
    )
    checks = suite_for(entry, candidate, None)
    assert {"key_unique", "missing_symbols_known"} <= {check.name for check in checks}
    assert all(len(check.frame) for check in checks)


@pytest.mark.parametrize(
    "entry",
    [e for e in UNSEEN if e.contents and e.contents.required_texts != (".*",)],
    ids=lambda e: e.table_name,
)
def test_renamed_contents_list_what_is_there_now(entry: PxWebEntry) -> None:
    metadata = metadata_of(entry)
    renamed = tuple(
        replace(v, values=("uusi-koodi",), texts=("Jotain muuta",)) if v.text == "Tiedot" else v
        for v in metadata.variables
    )
    with pytest.raises(PermanentSourceError, match=r"uusi-koodi \(Jotain muuta\)"):
        resolve(entry, replace(metadata, variables=renamed))


def test_a_variable_nobody_has_seen_is_left_at_its_total_or_told() -> None:
    entry = find_entry("employment_rates")
    assert isinstance(entry, PxWebEntry)
    metadata = metadata_of(entry)
    extra = replace(metadata.variables[1], code="uusi", text="Uusi", time=False, map=None)
    able = replace(metadata, variables=(*metadata.variables, replace(extra, elimination=True)))
    assert "uusi" not in resolve(entry, able).by_variable()
    with pytest.raises(PermanentSourceError, match="'uusi'"):
        resolve(entry, replace(metadata, variables=(*metadata.variables, extra)))


@pytest.mark.reference
@pytest.mark.parametrize(
    ("table", "file", "figure"),
    [
        ("educational_structure", "valmistuneet_12bs_response.json", ("SSS", "2023", "osuus10", 75.1)),
        ("students_by_sector", "vieraskiel_11c4_response.json", ("SSS", "2021", "op_4a", 1_387_466.0)),
        ("unemployment_monthly", "tyottomat_12r5_response.json", None),
    ],
)
def test_answers_as_recorded_are_read_through_the_entries(
    table: str, file: str, figure: tuple[Any, ...] | None, reference_data: Path
) -> None:
    entry = find_entry(table)
    assert isinstance(entry, PxWebEntry)
    body = (reference_data / "wire" / "jsonstat2" / file).read_bytes()
    told = json.loads(body)
    variables = [
        {
            "code": code,
            "text": told["dimension"][code]["label"],
            "values": list(told["dimension"][code]["category"]["index"]),
            "valueTexts": list(told["dimension"][code]["category"]["label"].values()),
            "time": code in told["role"].get("time", []),
        }
        for code in told["id"]
    ]
    answer = Answer("metadata.json", "metadata", json.dumps({"title": "", "variables": variables}).encode())
    rule = entry.roles["area"].model_copy(update={"keep": None})  # regions were asked for, not municipalities
    entry = entry.model_copy(update={"roles": entry.roles | {"area": rule}})
    if figure is None:  # asked for without the labour force, which the entry requires
        with pytest.raises(PermanentSourceError, match=r"TYOVOIMATK.*TYOTTOMATLOPUSSA"):
            resolve(entry, parse_metadata(answer))
        return
    selection = resolve(entry, parse_metadata(answer))
    fetched = Fetched(
        entry, "directory", (answer, Answer("data.json", "data", body)), None, selection,
        selection.variable_codes, selection.border_year,
    )  # fmt: skip
    rows = parse_table(fetched).frame
    area, time, contents, value = figure
    found = rows[(rows["area"] == area) & (rows["time"] == time) & (rows["contents"] == contents)]
    assert value in found["value"].tolist()


def listed(*titles: str) -> Any:
    """What asks a publisher whose folder holds tables of these titles."""

    def get(request: WebRequest) -> Answer:
        items = [{"id": f"t{n}.px", "text": text, "updated": "2026-01-01"} for n, text in enumerate(titles)]
        body = {"maxCells": 100} if request.params else items
        return request.answered("list", json.dumps(body).encode())

    return get


def test_a_table_whose_id_is_not_known_is_found_by_its_title() -> None:
    entry = find_entry("population_projection_2015")
    assert isinstance(entry, PxWebEntry)
    pxweb = PxWebV1(load_hosts()["statfin"])
    other = "Väestöennuste 2012: Väestö iän ja sukupuolen mukaan alueittain"
    wanted = "Väestöennuste 2015: Väestö iän ja sukupuolen mukaan alueittain 2015-2040"
    assert pxweb._path(entry, listed(other, wanted)) == "fi/StatFin_Passiivi/vaenn/t1.px"
    assert pxweb.listing_stamp(entry, listed(other, wanted)) == "2026-01-01"
    for titles in ((other,), (wanted, wanted)):
        with pytest.raises(PermanentSourceError, match=f"{len(titles) - 1 and 2} tables.*Väestöennuste 201"):
            PxWebV1(load_hosts()["statfin"])._path(entry, listed(*titles))
