"""What an address answers: pages, redirects, honest messages, downloads and safe headers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from dash import Dash, html
from flask.testing import FlaskClient
from published_snapshot import TODAY, municipality, source, write_snapshot, write_status

from contract.locale_formats import LANGUAGES
from dashboards.app import create_app
from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore
from dashboards.pages import PAGES
from dashboards.shell import alphabetical


def client_of(store: SnapshotStore) -> FlaskClient:
    return create_app(store, today=lambda: TODAY).server.test_client()


@pytest.fixture(scope="module")
def client(tiny_store: SnapshotStore) -> FlaskClient:
    return client_of(tiny_store)


@pytest.fixture
def empty_client(tmp_path: Path) -> Iterator[FlaskClient]:
    yield client_of(SnapshotStore(tmp_path / "marts"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", [page.PATH for page in PAGES])
def test_every_page_is_readable_html_before_any_script(client: FlaskClient, path: str, language: str) -> None:
    answer = client.get(f"{path}?kunta=305&kieli={language}")
    text = answer.get_data(as_text=True)
    painted = text.split('id="first-paint"')[1].split('id="react-entry-point"')[0]
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in text
    assert "<h1" in painted


def test_an_address_without_municipality_leads_to_the_full_address(client: FlaskClient) -> None:
    answer = client.get("/tiedot", headers={"Accept-Language": "sv-FI,sv;q=0.9"})
    assert answer.status_code == 302
    assert answer.location == "/tiedot?kunta=305&kieli=sv"


@pytest.mark.parametrize("name", ["Taivalkoski", "taivalkoski", " Taivalkoski "])
def test_a_municipality_may_be_given_by_name(client: FlaskClient, name: str) -> None:
    answer = client.get("/", query_string={"kunta": name, "kieli": "en", "mittari": "population"})
    assert answer.location == "/?kunta=832&kieli=en&mittari=population"


def test_a_slash_at_the_end_of_an_address_does_no_harm(client: FlaskClient) -> None:
    assert client.get("/vertailu/?kunta=305&kieli=fi").status_code == 200
    assert client.get("/vertailu/").location == "/vertailu?kunta=305&kieli=fi"


def test_an_unknown_municipality_is_said_so(client: FlaskClient) -> None:
    answer = client.get("/?kunta=<b>999&kieli=en")
    assert answer.status_code == 404
    assert "Municipality not found" in answer.get_data(as_text=True)
    assert "&lt;b&gt;999" in answer.get_data(as_text=True)
    assert '<option value="Taivalkoski">' in answer.get_data(as_text=True)


def test_a_default_that_the_data_lack_gives_way_to_one_they_have(tmp_path: Path) -> None:
    write_snapshot(tmp_path, {"dim_municipality": [municipality("905", "Vaasa")]})
    assert client_of(SnapshotStore(tmp_path)).get("/?kieli=fi").location == "/?kunta=905&kieli=fi"


def test_municipalities_are_offered_in_alphabetical_order() -> None:
    names = ["Ähtäri", "Ylöjärvi", "Öja", "Åland", "Akaa"]
    assert sorted(names, key=alphabetical) == ["Akaa", "Ylöjärvi", "Åland", "Ähtäri", "Öja"]


@pytest.mark.parametrize("path", ["/olematon", "/vaesto/305"])
def test_an_unknown_page_is_said_so(client: FlaskClient, path: str) -> None:
    answer = client.get(f"{path}?kieli=fi")
    assert answer.status_code == 404
    assert "Sivua ei löydy" in answer.get_data(as_text=True)


def test_without_data_the_page_says_what_to_do(empty_client: FlaskClient) -> None:
    answer = empty_client.get("/?kieli=fi")
    assert answer.status_code == 503
    assert "Tietoja ei ole vielä" in answer.get_data(as_text=True)
    assert "kuntaluotsi refresh" in answer.get_data(as_text=True)


def test_data_that_appears_is_shown_without_a_restart(tmp_path: Path, tiny_marts: Path) -> None:
    marts = tmp_path / "marts"
    client = client_of(SnapshotStore(marts))
    assert client.get("/?kunta=305&kieli=fi").status_code == 503
    marts.symlink_to(tiny_marts)
    assert client.get("/?kunta=305&kieli=fi").status_code == 200


def test_health_tells_the_snapshot(client: FlaskClient, empty_client: FlaskClient) -> None:
    assert client.get("/health").json == {
        "status": "ok",
        "snapshot_id": "20261121T031200Z",
        "problem": None,
    }
    empty = empty_client.get("/health")
    assert (empty.status_code, empty.json["status"]) == (503, "no data")


def test_dash_builds_the_same_page_as_was_painted(client: FlaskClient) -> None:
    address = "/vaesto?kunta=305&kieli=sv"
    document = client.get(address).get_data(as_text=True)
    built = client.get("/_dash-layout", headers={"Referer": f"http://localhost{address}"}).get_data(
        as_text=True
    )
    marks = re.findall(r'"data-painted": ?"([^"]+)"', built)
    assert marks
    assert marks == re.findall(r'data-painted="([^"]+)"', document)


def test_dash_asks_the_browser_when_the_address_was_cut_off(client: FlaskClient) -> None:
    built = client.get("/_dash-layout", headers={"Referer": "http://localhost/"}).get_data(as_text=True)
    assert '"late-content"' in built
    assert "data-painted" not in built


def test_scripts_may_only_come_from_here(client: FlaskClient) -> None:
    headers = client.get("/?kunta=305&kieli=fi").headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert "unsafe" not in policy["script-src"]
    assert policy["frame-ancestors"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_no_address_in_a_page_leads_elsewhere_but_to_publishers(client: FlaskClient) -> None:
    text = client.get("/?kunta=305&kieli=fi").get_data(as_text=True)
    outside = [part.split('"')[0] for part in text.split('src="')[1:] if not part.startswith(("/", "data:"))]
    assert outside == []


def test_the_extract_is_announced_on_every_page(tmp_path: Path) -> None:
    tables = {
        "dim_municipality": [{"municipality_code": "305", "name_fi": "Kuusamo", "language_group": "fi"}],
        "dim_source": [source("vital_events", "11ae", "Vital events")],
    }
    write_snapshot(tmp_path, tables, is_extract=True)
    client = client_of(SnapshotStore(tmp_path))
    for page in PAGES:
        text = client.get(f"{page.PATH}?kunta=305&kieli=en").get_data(as_text=True)
        assert "An extract of official" in text
        assert "xtract loaded" in text
        assert "ata fetched" not in text


def test_a_source_that_failed_is_named_on_the_page(tmp_path: Path) -> None:
    tables = {
        "dim_municipality": [municipality("305", "Kuusamo")],
        "dim_source": [source("vital_events", "11ae", "Vital events")],
    }
    write_snapshot(tmp_path, tables)
    failed = {
        "source": "statfin",
        "table_name": "vital_events",
        "outcome": "failed",
        "checks": [{"name": "key_unique", "passed": False, "expected": "one row", "observed": "two rows"}],
        "last_error": {
            "kind": "unreachable",
            "message": "no answer in 30 s",
            "transient": True,
            "at": "2026-11-21T03:11:00Z",
        },
    }
    write_status(tmp_path, [failed])
    text = client_of(SnapshotStore(tmp_path)).get("/tiedot?kunta=305&kieli=en").get_data(as_text=True)
    assert "the figures come from an earlier one: Vital events." in text
    assert "no answer in 30 s. It is tried again automatically." in text
    assert "Every figure only once" in text
    assert re.search(r"<details [^>]*\bopen\b", text)


def test_an_unexpected_error_gives_a_page_that_owns_up(tiny_store: SnapshotStore, caplog) -> None:
    def layout(context: RequestContext) -> html.Div:
        raise ZeroDivisionError(f"the denominator of {context.municipality.name_fi} is 0")

    def register(app: Dash, store: SnapshotStore) -> None:
        """Nothing to register."""

    broken = SimpleNamespace(PATH="/rikki", TITLE="page.data", layout=layout, register=register)
    client = create_app(tiny_store, pages=(broken,), today=lambda: TODAY).server.test_client()
    answer = client.get("/rikki?kunta=305&kieli=sv")
    assert answer.status_code == 500
    assert "Sidan kunde inte visas" in answer.get_data(as_text=True)
    assert "the denominator of Kuusamo is 0" in caplog.text


def csv_lines(client: FlaskClient, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return answer.get_data(as_text=True).removeprefix("\ufeff").split("\r\n")


def test_a_download_carries_its_source_periods_and_status(client: FlaskClient) -> None:
    lines = csv_lines(client, "/csv/kpi_series?kunta=305&kieli=fi&mittari=live_births")
    assert lines[0] == "Syntyneet, Kuusamo"
    assert lines[1].startswith("Lähde: Tilastokeskus, Väestönmuutokset, taulukko 11ae")
    header = lines[lines.index("") + 1]
    assert header == (
        "area_code;area_name;kpi_id;kpi_name;unit;period_type;period;period_end;value;value_status;lower;upper;"
        "break"
    )
    assert "305;Kuusamo;live_births;Syntyneet;persons;year;2019;2019-12-31;;not_available;;;" in lines


def test_decimals_are_written_for_the_readers_spreadsheet(client: FlaskClient) -> None:
    address = "/csv/kpi_series?kunta=305&mittari=unemployed_jobseeker_share"
    assert any(";10,8;" in line for line in csv_lines(client, f"{address}&kieli=fi"))
    assert any(",10.8," in line for line in csv_lines(client, f"{address}&kieli=en"))


@pytest.mark.parametrize(
    "address",
    [
        "/csv/key_figures?kunta=305",
        "/csv/kpi_values?kunta=305&mittari=population&jakso=2020",
        "/csv/population?kunta=305&vuosi=2020",
        "/csv/population_groups?kunta=305",
        "/csv/projection?kunta=305&jako=service",
        "/csv/projection_age?kunta=305&vuosi=2030",
        "/csv/official_projection?kunta=305&laadittu=2019",
        "/csv/forecast_scores?kunta=305",
        "/csv/hindsight?kunta=305",
        "/csv/backtest_scores?kunta=305",
        "/csv/sources?kunta=305",
    ],
)
def test_every_dataset_can_be_downloaded(client: FlaskClient, address: str) -> None:
    assert len(csv_lines(client, f"{address}&kieli=en")) > 3


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/csv/everything?kunta=305", "no dataset 'everything'"),
        ("/csv/kpi_series?kunta=305", "lacks the parameter 'mittari'"),
        ("/csv/kpi_series?kunta=305&mittari=moon", "no KPI 'moon'"),
        ("/csv/population?kunta=305&vuosi=now", "vuosi='now'"),
        ("/csv/projection?kunta=305&skenaario=moon", "no scenario 'moon' for 305"),
        ("/csv/population_groups?kunta=305&jako=moon", "no division into age groups 'moon'"),
        ("/csv/kpi_values?kunta=305&mittari=population&jakso=1066", "jakso='1066'"),
        ("/csv/population?kunta=305&vuosi=2020&alue=MK99", "no municipality 'MK99'"),
    ],
)
def test_a_wrong_download_says_what_was_wrong(client: FlaskClient, address: str, said: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert said in answer.get_data(as_text=True)
