"""From the bundled extract to a page, by the real command, with the network refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from contract.published import PUBLISHED_TABLES
from contract.snapshot import Status
from dagster_project.gate_checks import known_checks
from dagster_project.settings import Settings
from dagster_project.sources.catalogue import load_catalogue
from dagster_project.sources.client import carries
from dagster_project.sources.transport import DirectoryTransport
from dashboards.app import create_app
from dashboards.data.store import SnapshotStore
from tests.integration.house import House

Answers = Callable[[str], Path]
CARRIED = [entry for entry in load_catalogue() if carries(DirectoryTransport(Settings().bundled_dir), entry)]
"""The tables of the offline extract, which need not be all of the catalogue."""


def test_the_first_refresh_publishes_every_table_of_the_contract(refreshed: House) -> None:
    manifest = refreshed.current()

    assert [entry.name for entry in manifest.tables] == [table.name for table in PUBLISHED_TABLES]
    assert manifest.is_extract
    assert {(entry.source, entry.table, entry.status) for entry in manifest.sources} == {
        (entry.source, entry.table_name, "ok") for entry in CARRIED
    }


def test_the_first_refresh_records_every_source_with_its_checks(refreshed: House) -> None:
    status = refreshed.status()

    assert status.run is not None
    assert (status.run.state, status.run.origin, status.run.published) == ("ok", "bundled", True)
    assert len(status.sources) == len(CARRIED)
    assert all(source.outcome == "loaded" and source.checks and not source.stale for source in status.sources)


def test_every_check_of_the_gate_is_a_check_that_dagster_knows(refreshed: House) -> None:
    known = known_checks()
    for source in refreshed.status().sources:
        made = {check.name for check in source.checks}
        assert made <= set(known[f"raw_{source.source}.{source.table_name}"]), source.table_name


def test_a_page_shows_what_was_published(refreshed: House) -> None:
    client = create_app(SnapshotStore(refreshed.settings.marts_dir)).server.test_client()

    answer = client.get("/?kunta=305&kieli=fi")

    assert answer.status_code == 200
    assert "Kuusamo" in answer.text
    assert "2020" in answer.text


def test_no_process_of_a_refresh_tries_to_leave_the_machine(refreshed: House) -> None:
    assert refreshed.connections == []


def test_a_refresh_without_news_rewrites_nothing(house: House) -> None:
    before = _files(house)

    code, result = house.refresh("bundled")

    assert code == 0
    assert result["message"] == "nothing new: the published snapshot stays"
    assert not result["published"]
    assert _files(house) == before


def test_bad_answers_keep_yesterdays_figures_and_are_named(house: House, answers: Answers) -> None:
    published = house.marts.current_id()
    truncated = answers("StatFin/muutl/11ae")
    data = next(truncated.glob("data*.json"))
    data.write_bytes(data.read_bytes()[: data.stat().st_size // 2])
    html = answers("StatFin/tyonv/12r5")
    next(html.glob("data*.json")).write_text("<!DOCTYPE html><html><body>Huoltokatko</body></html>", "utf-8")
    wrong = answers("Kuntien_avainluvut/2017/kuntien_avainluvut_2017_aikasarja")
    _answer_with(wrong, answers("StatFin/vaerak/11re"))
    drifted = answers("Kuntien_avainluvut/2021/kuntien_avainluvut_2021_viimeisin")
    _rename_contents(drifted)

    code, result = house.refresh(str(truncated.parents[2]))

    assert (code, result["state"]) == (3, "partial")
    assert house.marts.current_id() == published
    status = house.status()
    assert _faults(status) == {
        "vital_events": "truncated",
        "unemployment_monthly": "html_answer",
        "key_figures_series_2017": "wrong_table",
        "key_figures_edition_2021": "drifted",
    }
    healthy = [source for source in status.sources if not source.stale]
    assert {source.outcome for source in healthy} == {"unchanged"}
    page = (
        create_app(SnapshotStore(house.settings.marts_dir))
        .server.test_client()
        .get("/tiedot?kunta=305&kieli=en")
    )
    assert page.status_code == 200
    assert page.text.count("The newest attempt") == 4


def test_without_network_a_live_refresh_says_so_once_and_keeps_the_figures(house: House) -> None:
    published = house.marts.current_id()

    done = house.run("refresh", "--from", "live")

    assert done.returncode == 3
    assert "no source could be reached" in done.stderr
    assert "Traceback" not in done.stderr
    assert house.marts.current_id() == published
    assert "pxdata.stat.fi" in house.connections
    assert done.stderr.count("could be reached") == 1


def test_a_folder_that_is_not_there_is_one_line_and_a_usage_error(house: House) -> None:
    done = house.run("refresh", "--from", "nowhere")

    assert done.returncode == 2
    assert done.stderr == (
        "kuntaluotsi: --from nowhere: there is no such folder;"
        " give live, bundled or a folder of PxWeb answers\n"
    )


def test_settings_that_are_wrong_are_one_line(house: House) -> None:
    house.variables["KUNTALUOTSI_DASHBOARDS_PORT"] = "eighty"

    done = house.run("status")

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "dashboards_port" in done.stderr


def _files(house: House) -> dict[str, tuple[int, int]]:
    """Inode and time of every file that a refresh could rewrite, but for the status and Dagster's history."""
    return {
        str(file.relative_to(house.root)): (file.stat().st_ino, file.stat().st_mtime_ns)
        for folder in (house.settings.marts_dir, house.settings.raw_dir)
        for file in folder.rglob("*")
        if file.is_file() and file.name not in ("STATUS.json", ".switch.lock")
    }


def _faults(status: Status) -> dict[str, str]:
    return {source.table_name: source.last_error.kind for source in status.sources if source.last_error}


def _answer_with(table: Path, other: Path) -> None:
    """Let the data answer of `table` be that of another table."""
    (table / "data.json").write_bytes((other / "data.json").read_bytes())


def _rename_contents(table: Path) -> None:
    """Give the variable that holds the table's contents a code that the catalogue does not know."""
    for file in table.glob("*.json"):
        file.write_text(file.read_text("utf-8").replace('"Information"', '"Renamed"'), "utf-8")
