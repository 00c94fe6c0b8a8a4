"""The simulator answers as the publishers do: compared with recorded answers, its limits and faults seen."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from dagster_project.sources.hosts import load_hosts
from tests.simulator import PxWebV1, Simulator, Table, Variable, faults, read_table
from tests.simulator.calls import SOTKANET, STATFIN
from tests.simulator.pxweb_v2 import PxWebV2
from tests.simulator.sotkanet import Sotkanet
from tests.simulator.table import tables_in

PATH = "/PxWeb/api/v1"
TABLE = "/fi/StatFin/muutl/11ae.px"


def small_table() -> Table:
    """Three areas, two years, two contents; one figure is secret."""
    figures = np.arange(12.0).reshape(3, 2, 2)
    figures[2, 1, 1] = np.nan
    return Table(
        database="StatFin",
        folder="muutl",
        table_id="11ae",
        title="Väestönmuutokset",
        variables=(
            Variable(
                "alue_23_20260101",
                "Alue",
                ("SSS", "KU005", "KU009"),
                ("KOKO MAA", "Alajärvi", "Alavieska"),
                "geo",
                elimination=True,
                total="SSS",
                map="Alue 2026",
                groupings={"Both": {"both": ("KU005", "KU009")}},
            ),
            Variable("timeperiod_y", "Vuosi", ("2024", "2025"), kind="time"),
            Variable("contentscode", "Tiedot", ("muutl-vm01", "vaesto"), kind="metric"),
        ),
        figures=figures,
        marks={11: "..."},
    )


@pytest.fixture(scope="module")
def web() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=2.0) as client:
        yield client


@pytest.fixture
def publisher() -> Iterator[Simulator]:
    with Simulator() as simulator:
        simulator.serve("statfin", PxWebV1([small_table()], max_cells=10), path=PATH)
        yield simulator


def query(**values: list[str]) -> dict[str, Any]:
    parts = [{"code": code, "selection": {"filter": "item", "values": v}} for code, v in values.items()]
    return {"query": parts, "response": {"format": "json-stat2"}}


YEAR_AND_CONTENTS = {"timeperiod_y": ["2025"], "contentscode": ["vaesto"]}


def test_a_query_gets_the_cells_it_asks_for_and_their_marks(publisher: Simulator, web: httpx.Client) -> None:
    asked = query(alue_23_20260101=["KU009", "SSS"], **YEAR_AND_CONTENTS)
    told = web.post(publisher.base_url("statfin") + TABLE, json=asked).json()
    assert (told["value"], told["status"]) == ([None, 3], {"0": "..."})
    assert list(told["dimension"]["alue_23_20260101"]["category"]["index"]) == ["KU009", "SSS"]


def test_a_variable_that_may_be_eliminated_is_read_at_its_total(
    publisher: Simulator, web: httpx.Client
) -> None:
    url = publisher.base_url("statfin") + "/fi/StatFin/11ae.px"
    assert web.post(url, json=query(**YEAR_AND_CONTENTS)).json()["value"] == [3]
    assert web.post(url, json=query(timeperiod_y=["2025"])).status_code == 400


def test_filters_and_the_text_form_work_as_pxweb_has_them(publisher: Simulator, web: httpx.Client) -> None:
    asked = {
        "query": [
            {"code": "alue_23_20260101", "selection": {"filter": "all", "values": ["KU*"]}},
            {"code": "timeperiod_y", "selection": {"filter": "top", "values": ["1"]}},
            {"code": "contentscode", "selection": {"filter": "all", "values": ["*"]}},
        ],
        "response": {"format": "json"},
    }
    told = web.post(publisher.base_url("statfin") + TABLE, json=asked).json()
    assert told["data"] == [
        {"key": ["KU005", "2025"], "values": ["6", "7"]},
        {"key": ["KU009", "2025"], "values": ["10", "..."]},
    ]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/fi/StatFin/muutl/99zz.px", 400),
        ("/fi/StatFin/gone", 400),
        ("/fi/StatFin/muutl", 200),
        ("/xx/StatFin", 404),
        ("/fi/?config", 200),
    ],
)
def test_what_is_not_there_is_refused_as_statfin_refuses_it(
    publisher: Simulator, web: httpx.Client, path: str, status: int
) -> None:
    assert web.get(publisher.base_url("statfin") + path).status_code == status


def test_more_cells_than_allowed_are_refused(publisher: Simulator, web: httpx.Client) -> None:
    everything = query(
        alue_23_20260101=["SSS", "KU005", "KU009"],
        timeperiod_y=["2024", "2025"],
        contentscode=["vaesto", "muutl-vm01"],
    )
    assert web.post(publisher.base_url("statfin") + TABLE, json=everything).status_code == 403


def test_the_forty_first_call_of_a_window_is_one_too_many(web: httpx.Client) -> None:
    with Simulator() as publisher:
        url = publisher.serve("statfin", PxWebV1([small_table()]), path=PATH, limits=STATFIN.scaled(0.01))
        answered = [web.get(url + "/fi/?config").status_code for _ in range(42)]
        assert answered == [200] * 40 + [429] * 2
        time.sleep(STATFIN.seconds * 0.01)
        assert web.get(url + "/fi/?config").status_code == 200


def test_sotkanet_does_not_talk_to_nameless_clients(web: httpx.Client) -> None:
    row = {"indicator": 127, "region": 46, "year": 2023, "gender": "total", "value": 196.0}
    with Simulator() as publisher:
        url = publisher.serve("sotkanet", Sotkanet([], [row]), limits=SOTKANET) + "/rest/1.1/json"
        asked = {"indicator": "127", "years": ["2022", "2023"], "genders": "total"}
        assert web.get(url, params=asked).json() == [row]
        assert web.get(url, params=asked, headers={"User-Agent": ""}).status_code == 403


def test_a_fault_strikes_when_it_is_due_and_then_no_more(publisher: Simulator, web: httpx.Client) -> None:
    publisher.misbehave("statfin", faults.server_error(), containing="11ae", first=3, times=2)
    url = publisher.base_url("statfin")
    web.get(url + "/fi/StatFin")
    assert [web.get(url + TABLE).status_code for _ in range(6)] == [200, 200, 503, 503, 200, 200]
    struck = [call.fault for call in publisher.calls_to("statfin", containing="11ae")]
    assert struck == [None, None, "status 503", "status 503", None, None]


def test_bodies_that_never_arrive_whole_look_so_to_a_client(publisher: Simulator, web: httpx.Client) -> None:
    url = publisher.base_url("statfin") + TABLE
    whole = len(web.get(url).content)
    for fault, met in (
        (faults.hang_up(), httpx.RemoteProtocolError),
        (faults.wrong_length(50), httpx.RemoteProtocolError),
        (faults.reset(), httpx.TransportError),
        (faults.no_answer(), httpx.ReadTimeout),
    ):
        publisher.misbehave("statfin", fault)
        with pytest.raises(met):
            web.get(url, timeout=0.2)
    publisher.misbehave("statfin", faults.cut_off())
    assert len(web.get(url).content) == whole // 2
    publisher.misbehave("statfin", faults.wrong_length(-10))
    assert len(web.get(url).content) == whole - 10


def test_bodies_that_grow_without_end_weigh_little_on_the_wire(
    publisher: Simulator, web: httpx.Client
) -> None:
    url = publisher.base_url("statfin") + TABLE
    publisher.misbehave("statfin", faults.gzip_bomb(50))
    with web.stream("GET", url) as answer:
        assert sum(map(len, answer.iter_bytes())) == 50_000_002
        assert answer.num_bytes_downloaded < 100_000
    publisher.misbehave("statfin", faults.endless())
    with web.stream("GET", url) as answer:
        received = 0
        for part in answer.iter_bytes():
            received += len(part)
            if received > 5_000_000:
                break
    assert web.get(url).status_code == 200


def test_the_second_interface_lists_selects_and_refuses(web: httpx.Client) -> None:
    with Simulator() as publisher:
        url = publisher.serve("statfin", PxWebV2([small_table()], max_cells=10), path="/api/v2")
        listed = web.get(url + "/tables").json()
        assert [entry["id"] for entry in listed["tables"]] == ["11ae"]
        selection = [
            {"variableCode": "alue_23_20260101", "valueCodes": ["both"], "codelist": "agg_Both"},
            {"variableCode": "timeperiod_y", "valueCodes": ["TOP(1)"]},
            {"variableCode": "contentscode", "valueCodes": ["muutl*"]},
        ]
        answer = web.post(url + "/tables/11ae/data?outputFormat=json-stat2", json={"selection": selection})
        assert answer.json()["value"] == [6 + 10]
        assert web.get(url + "/codeLists/agg_Both").json()["values"][0]["valueMap"] == ["KU005", "KU009"]
        assert web.get(url + "/tables/TAB1/metadata").status_code == 404
        every = {
            "selection": [{"variableCode": v.code, "valueCodes": ["*"]} for v in small_table().variables]
        }
        refused = web.post(url + "/tables/11ae/data", json=every)
        assert (refused.status_code, refused.json()["title"]) == (400, "Too many cells selected")


def test_anybody_can_run_it_beside_a_refresh(project_root: Path, web: httpx.Client) -> None:
    command = [sys.executable, "-m", "tests.simulator", "--folder", "data/raw/bundled", "--fault", "vero:503"]
    with subprocess.Popen(command, cwd=project_root, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        line = next(line for line in running.stdout if line.startswith("KUNTALUOTSI_HOSTS="))
        hosts = json.loads(line.partition("'")[2].partition("'")[0])
        assert set(hosts) == set(load_hosts())
        assert web.get(f"{hosts['statfin']}{TABLE}").json()["variables"][0]["text"] == "Alue"
        assert web.get(f"{hosts['vero']}/fi/Vero").status_code == 503
        running.terminate()
        assert [line.split() for line in running.stdout if line.strip()] == [
            ["statfin", "GET", "200", "1"],
            ["vero", "GET", "503", "1"],
        ]
    assert running.returncode == 0


def test_a_table_right_below_its_database_is_served_and_listed(project_root: Path, web: httpx.Client) -> None:
    root = project_root / "tests" / "recorded" / "statfin"
    found = [table for table in tables_in(root) if table.database == "Kuntien_talous_ja_toiminta"]
    assert [(table.folder, table.table_id) for table in found] == [("", "kuntatalous")]
    with Simulator() as publisher:
        url = publisher.serve("statfin", PxWebV1(found), path=PATH)
        (listed,) = web.get(f"{url}/fi/Kuntien_talous_ja_toiminta").json()
        assert (listed["id"], listed["type"]) == ("kuntatalous.px", "t")
        assert web.get(f"{url}/fi/Kuntien_talous_ja_toiminta/kuntatalous.px").status_code == 200


def keys_below(document: Any, path: str = "") -> set[str]:
    """The paths of the keys in a document, down to where the publisher's own codes begin."""
    if not isinstance(document, dict) or path.endswith((".index", ".label", ".unit", ".note", ".px")):
        return set()
    below = set()
    for key, value in document.items():
        name = f"{path}.*" if path == ".dimension" else f"{path}.{key}"
        below |= {name} | keys_below(value, name)
    return below


def assert_shaped_like(ours: dict[str, Any], recorded: dict[str, Any], *, also: Collection[str] = ()) -> None:
    """Ours says nothing that the recorded answer does not say but for `also`, in the same order."""
    assert keys_below(ours) - keys_below(recorded) <= set(also)
    assert [key for key in recorded if key in ours] == [key for key in ours if key in recorded]


@pytest.mark.reference
def test_answers_of_the_first_interface_are_shaped_as_recorded(
    reference_data: Path, tmp_path: Path, web: httpx.Client
) -> None:
    wire = reference_data / "wire" / "pxweb-v1-2026"
    recorded = {name: (wire / f"{name}.json").read_bytes() for name in ("api-query-three-cities",)}
    described = json.loads((wire / "api-metadata-population.json").read_text(encoding="utf-8"))
    figures = json.loads(recorded["api-query-three-cities"])
    folder = tmp_path / "StatFin" / "vaerak" / "11re.px"
    folder.mkdir(parents=True)
    (folder / "metadata.json").write_text(json.dumps(described), encoding="utf-8")
    (folder / "data.json").write_bytes(recorded["api-query-three-cities"])
    with Simulator() as publisher:
        url = publisher.serve("statfin", PxWebV1([read_table(folder)]), path=PATH)
        assert web.get(url + "/fi/StatFin/vaerak/11re.px").json() == described
        asked = query(**{c: list(d["category"]["index"]) for c, d in figures["dimension"].items()})
        told = web.post(url + "/fi/StatFin/vaerak/11re.px", json=asked).json()
        listed = web.get(url + "/fi/StatFin/vaerak").json()
    assert told["value"] == figures["value"]
    assert_shaped_like(told, figures)
    list_of_2026 = json.loads((wire / "api-table-list-vaerak.json").read_text(encoding="utf-8"))
    assert set(listed[0]) == set(list_of_2026[0])


@pytest.mark.reference
def test_answers_of_the_second_interface_are_shaped_as_recorded(
    reference_data: Path, web: httpx.Client
) -> None:
    wire = reference_data / "wire" / "pxweb-v2"
    recorded = {
        path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(wire.glob("*.json"))
    }
    with Simulator() as publisher:
        url = publisher.serve("statfin", PxWebV2([small_table()]), path="/api/v2")
        listed = web.get(url + "/tables").json()
        described = web.get(url + "/tables/11ae/metadata").json()
        every = {
            "selection": [{"variableCode": v.code, "valueCodes": ["*"]} for v in small_table().variables]
        }
        figures = web.post(url + "/tables/11ae/data", json=every).json()
        codes = web.get(url + "/codeLists/agg_Both").json()
    assert set(listed) == set(recorded["tables"])
    assert set(listed["page"]) == set(recorded["tables"]["page"])
    assert set(listed["tables"][0]) == set(recorded["tables"]["tables"][0])
    geo = {".role.geo"}  # not said of this Swedish table; StatFin says it of its own in the first interface
    assert_shaped_like(described, recorded["TAB6471_metadata"], also=geo)
    assert_shaped_like(figures, recorded["TAB6471_data"], also={*geo, ".status", ".status.11"})
    assert set(codes) == set(recorded["agg_Ålder10årJ"])
    assert set(codes["values"][0]) == set(recorded["agg_Ålder10årJ"]["values"][0])
