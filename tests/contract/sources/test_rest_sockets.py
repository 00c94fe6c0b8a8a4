"""The REST interfaces through real sockets: each client against its simulated publisher."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dagster_project.quality.gate import run_gate
from dagster_project.sources.catalogue import CatalogueEntry, find_entry, load_catalogue
from tests.simulator import SOTKANET, faults, read_table, sotkanet
from tests.simulator.ckan import Ckan, Package, Resource
from tests.simulator.faults import Fault
from tests.simulator.folder import serve_folders
from tests.simulator.kuntatalous import Document, Figure, Register
from tests.simulator.ptv import Ptv
from tests.simulator.wfs import Wfs, feature

AREAS = ("305", "832")
FIGURES = {
    "sotkanet": "rest/1.1/json",
    "kuntatalous": "dokumentti",
    "vipunen": "limit=5000",
    "ckan": "download",
    "wfs": "GetFeature",
    "classifications": "content=data",
    "ptv": "code/832",
}
"""Words in the address of the calls that bring each protocol's figures."""
WITHOUT_A_STAMP = {"ptv"}
"""Protocols that tell nothing of changes: their answers are read every night, and compared."""
FAULTS: dict[str, tuple[Fault, str]] = {
    "429": (faults.too_many_calls(0), "rate_limited"),
    "503": (faults.server_error(), "server_error"),
    "web page": (faults.web_page(), "html_answer"),
    "connection ends early": (faults.hang_up(), "truncated"),
    "reset": (faults.reset(), "unreachable"),
}


def one_of_each_protocol() -> dict[str, CatalogueEntry]:
    """The first table of every REST protocol."""
    chosen: dict[str, CatalogueEntry] = {}
    for entry in load_catalogue():
        if entry.protocol != "pxweb":
            chosen.setdefault(entry.protocol, entry)
    return chosen


ENTRIES = one_of_each_protocol()


@pytest.fixture
def rest(house: Any, project_root: Path) -> Any:
    """A house whose publishers have the recorded examples."""
    recorded = sorted(path for path in (project_root / "tests" / "recorded").iterdir() if path.is_dir())
    serve_folders(house.publisher, *recorded, scale=0.0)
    house.publisher.service("sotkanet").only_years(2020, 2020)
    return house


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_a_table_comes_in_whole_and_an_unchanged_night_leaves_it(rest: Any, entry: CatalogueEntry) -> None:
    first = rest.ingest(entry, areas=AREAS, gate=run_gate)
    assert first.outcome == "loaded", first.message
    assert first.rows > 0
    agents = {call.headers["user-agent"] for call in rest.publisher.calls}
    assert agents == {"Kuntaluotsi/0.1"}
    kept = {path: path.stat().st_mtime_ns for path in rest.root.rglob("*")}
    rest.night()
    again = rest.ingest(entry, areas=AREAS, gate=run_gate)
    assert (again.outcome, again.landing_id) == ("unchanged", first.landing_id)
    if entry.protocol not in WITHOUT_A_STAMP:
        assert rest.publisher.calls_to(entry.host, containing=FIGURES[entry.protocol]) == []
    assert {path: path.stat().st_mtime_ns for path in rest.root.rglob("*")} == kept


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
@pytest.mark.parametrize(("fault", "kind"), FAULTS.values(), ids=FAULTS)
def test_a_fault_passes_or_keeps_the_last_good_version(
    rest: Any, entry: CatalogueEntry, fault: Fault, kind: str
) -> None:
    rest.publisher.misbehave(entry.host, fault, containing=FIGURES[entry.protocol], times=1)
    assert rest.ingest(entry, areas=AREAS).outcome == "loaded"
    good = rest.rows(entry.table_name)

    rest.publisher.misbehave(entry.host, fault, times=None)
    rest.night()
    result = rest.ingest(entry, areas=AREAS)
    assert (result.outcome, result.error.kind if result.error else None) == ("failed", kind)
    assert result.usable
    assert rest.rows(entry.table_name) == good
    other = next(one for one in ENTRIES.values() if one.host != entry.host)
    assert rest.ingest(other, areas=AREAS).outcome == "loaded"

    rest.publisher.behave()
    rest.night()
    assert rest.ingest(entry, areas=AREAS).outcome in ("unchanged", "loaded")


def test_a_figure_that_sotkanet_suppresses_is_absent_and_one_it_revises_is_loaded(rest: Any) -> None:
    entry, sotkanet = find_entry("indicator_values"), rest.publisher.service("sotkanet")
    rest.ingest(entry)
    before = rest.rows("indicator_values")
    sotkanet.rows = [row | {"value": row["value"] + 1} for row in sotkanet.rows[1:]]
    sotkanet.indicators = [told | {"data-updated": "2026-12-24"} for told in sotkanet.indicators]
    rest.night()
    assert rest.ingest(entry).outcome == "loaded"
    after = rest.rows("indicator_values")
    assert after != before
    assert len(after) <= len(before)


@pytest.mark.parametrize("how", ["another indicator", "a region nobody lists", "a row twice"])
def test_figures_that_cannot_be_sotkanets_stop_the_table(rest: Any, how: str) -> None:
    entry, sotkanet = find_entry("indicator_values"), rest.publisher.service("sotkanet")
    assert rest.ingest(entry, gate=run_gate, areas=AREAS).outcome == "loaded"
    good = rest.rows("indicator_values")
    body = {
        "another indicator": lambda row: row | {"indicator": 99},
        "a region nobody lists": lambda row: row | {"region": 999_999},
        "a row twice": lambda row: row,
    }[how]
    spoilt = type(sotkanet)(sotkanet.regions, [], sotkanet.indicators)
    spoilt._asked = lambda request: [  # type: ignore[method-assign]
        body(row) for row in [*(sotkanet._asked(request) or []), *(sotkanet._asked(request) or [])]
    ]
    sotkanet.indicators = [told | {"data-updated": "2026-12-24"} for told in sotkanet.indicators]
    rest.publisher.misbehave("sotkanet", faults.instead(spoilt), containing="rest/1.1/json", times=None)
    rest.night()
    result = rest.ingest(entry, gate=run_gate, areas=AREAS)
    assert result.error.kind in {"wrong_table", "drifted", "gate_failed", "malformed"}
    assert rest.rows("indicator_values") == good


def test_a_corrected_document_of_the_treasury_replaces_the_final_one(rest: Any) -> None:
    entry, register = find_entry("municipal_accounts"), rest.publisher.service("kuntatalous")
    rest.ingest(entry, areas=AREAS)
    before = rest.rows("municipal_accounts")
    path = next(path for path in register.held if path.startswith("lopullinen/KKNR/0186418-5"))
    stage = next(name for name in register.held[path][0] if name.startswith("hyv") and "vaihe" in name)
    rows = [row | {"arvo": "1.25", stage: "Jälkikorjattu"} for row in register.held[path]]
    register.held[path.replace("lopullinen", "jalkikorjattu")] = rows
    listed = next(row for row in register.listed if row["tunnusluvut"].endswith(path))
    corrected = listed["tunnusluvut"].replace("lopullinen", "jalkikorjattu")
    register.listed.append(
        listed | {"hyvaksymisvaihe": "Jälkikorjattu", "hyvaksymispvm": "2026-11-20", "tunnusluvut": corrected}
    )
    rest.night()
    result = rest.ingest(entry, areas=AREAS)
    assert result.outcome == "loaded", result.message
    after = rest.rows("municipal_accounts")
    assert after != before
    assert any("1.25" in str(row) for row in after)


def test_a_document_in_an_unknown_taxonomy_is_refused(rest: Any) -> None:
    entry, register = find_entry("municipal_accounts"), rest.publisher.service("kuntatalous")
    rest.ingest(entry, areas=AREAS)
    good = rest.rows("municipal_accounts")
    path = next(path for path in register.held if path.startswith("lopullinen/KKNR/0186418-5"))
    register.held[path] = [row | {"taksonomia": "jhs-2018-01/2031-01-01"} for row in register.held[path]]
    listed = next(row for row in register.listed if row["tunnusluvut"].endswith(path))
    listed["hyvaksymispvm"] = listed["julkaisupvm"] = "2026-11-20 09:00:00"
    rest.night()
    result = rest.ingest(entry, areas=AREAS)
    assert result.outcome == "failed"
    assert "jhs-2018-01/2031-01-01" in result.message
    assert rest.rows("municipal_accounts") == good


def test_vipunens_pages_are_read_to_the_end_and_counted(rest: Any) -> None:
    entry, vipunen = ENTRIES["vipunen"], rest.publisher.service("vipunen")
    resource = entry.query["resource"]
    first = vipunen.resources[resource][0]
    vipunen.resources[resource] = [first | {"kooditOppilaitos": f"{n:05}"} for n in range(12_000)]
    result = rest.ingest(entry)
    assert (result.outcome, result.rows) == ("loaded", 12_000)
    pages = rest.publisher.calls_to("vipunen", containing="limit=5000")
    assert [call.address.partition("offset=")[2].partition("&")[0] for call in pages] == [
        "0",
        "5000",
        "10000",
    ]
    vipunen.resources[resource].pop()
    rest.publisher.misbehave("vipunen", faults.answer(b"12000"), containing="count", first=2, times=None)
    rest.night()
    assert rest.ingest(entry).error.kind == "truncated"


def test_the_simulated_register_serves_documents_described_in_python(house: Any) -> None:
    figure = Figure("k-t07", "1400", "10658434.20")
    final = Document("0203026-2", "KKNR", "2025C12", "lopullinen", (figure,))
    register = Register.of([final, replace(final, stage="jalkikorjattu")])
    url = house.publisher.serve("kuntatalous", register)
    listed = house.web.get(url + "/rest/v1/json/aineistot").json()["aineistot"]
    assert [row["hyvaksymisvaihe"] for row in listed] == ["Lopullinen", "Jälkikorjattu"]
    assert house.web.get(listed[1]["tunnusluvut"]).json()[0]["arvo"] == "10658434.20"


@pytest.mark.reference
def test_sotkanets_recorded_populations_come_over_sockets(house: Any, reference_data: Path) -> None:
    service = sotkanet.from_folder(reference_data / "mirror" / "sotkanet")
    names = {"fi": "Väestö 31.12.", "sv": "Befolkning 31.12", "en": "Population, 31 Dec"}
    service.indicators = [told | {"title": names} for told in service.indicators]
    house.publisher.serve("sotkanet", service, limits=SOTKANET)
    entry = find_entry("indicator_values")
    population = [wanted for wanted in entry.query["indicators"] if wanted.get("id") == 127]
    entry = entry.model_copy(update={"query": entry.query | {"indicators": population}})
    result = house.ingest(entry)
    assert result.outcome == "loaded", result.message
    years, kuusamo = house.con.execute(
        "select count(distinct year), max(value) filter (where region_code = '305' and year = '2020') "
        "from raw_sotkanet.indicator_values"
    ).fetchone()
    register = read_table(reference_data / "mirror" / find_entry("population_by_age").path)
    area = register.of_kind("geo")[0].code
    there = register.cut({area: ["KU305"], "timeperiod_y": ["2020"], "contentscode": ["vaerak-vaesto"]})
    assert (years, kuusamo) == (21, there.figures.item())


def test_a_map_comes_in_pages_of_the_servers_own_size_and_in_its_newest_year(house: Any) -> None:
    square = {"type": "Polygon", "coordinates": [[[25, 60], [26, 60], [26, 61], [25, 60]]]}
    layers = {
        f"tilastointialueet:kunta1000k_{year}": [
            feature("kunta1000k", n, square, kunta=f"{n:03}", vuosi=year, nimi="N", namn="N", name="N")
            for n in range(1, count + 1)
        ]
        for year, count in ((2026, 308), (2027, 307))
    }
    house.publisher.serve("statgeo", Wfs(layers, cap=250))
    result = house.ingest("municipality_boundaries")
    assert (result.outcome, result.rows) == ("loaded", 307), result.message
    pages = house.publisher.calls_to("statgeo", containing="GetFeature")
    assert [dict(call.query)["startIndex"] for call in pages] == ["0", "250"]
    assert {dict(call.query)["typeNames"] for call in pages} == {"tilastointialueet:kunta1000k_2027"}


def test_services_come_page_by_page_to_the_last(house: Any) -> None:
    def service(number: int) -> dict[str, Any]:
        return {
            "id": f"00000000-0000-4000-8000-{number:012}",
            "serviceNames": [{"language": "fi", "value": f"Palvelu {number}", "type": "Name"}],
            "organizations": [],
            "serviceChannels": [],
            "publishingStatus": "Published",
            "modified": "2026-11-01T08:00:00",
        }

    house.publisher.serve("ptv", Ptv({"305": [service(n) for n in range(230)]}, page_size=100))
    entry = ENTRIES["ptv"]
    entry = entry.model_copy(update={"query": entry.query | {"municipalities": ["305"]}})
    result = house.ingest(entry, areas=["305"])
    assert (result.outcome, result.rows) == ("loaded", 230), result.message
    assert [dict(call.query)["page"] for call in house.publisher.calls_to("ptv")] == ["1", "2", "3"]


def test_a_file_that_is_published_anew_is_read_anew_and_one_that_is_not_is_left(
    house: Any, project_root: Path
) -> None:
    entry = ENTRIES["ckan"]
    example = next((project_root / "tests" / "recorded" / "kela").rglob("*.csv"))
    name = entry.query["package"]
    ckan = Ckan([Package(name, "Saajat", (Resource("data.csv", example.read_bytes()),))])
    house.publisher.serve("avoindata", ckan)
    first = house.ingest(entry)
    assert first.outcome == "loaded", first.message
    house.night()
    assert house.ingest(entry).outcome == "unchanged"
    assert house.publisher.calls_to("avoindata", containing="download") == []
    lines = example.read_bytes().splitlines(keepends=True)
    ckan.replace_file(name, b"".join(lines[:-1]), "2026-11-20T06:00:00.000000")
    house.night()
    again = house.ingest(entry)
    assert (again.outcome, again.rows) == ("loaded", first.rows - 1), again.message
    assert len(house.publisher.calls_to("avoindata", containing="download")) == 1


def test_the_hash_in_a_correspondence_tables_name_arrives_quoted(rest: Any) -> None:
    rest.ingest("municipality_change")
    asked = rest.publisher.calls_to("classifications", containing="/maps")
    assert asked
    assert all("kunta_1_20250101#kunta_1_20260101" in call.path for call in asked)
    assert {call.status for call in asked} == {200}
