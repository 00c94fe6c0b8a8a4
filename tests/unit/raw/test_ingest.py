"""One table's way in, with the bundled extract's real figures: what is loaded, kept, refused and told."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.quality.gate import run_gate
from dagster_project.raw.extract import make_extract
from dagster_project.raw.landing import LandingManifest, file_digest, readers_digest
from dagster_project.sources.catalogue import find_entry
from dagster_project.sources.errors import PermanentSourceError, TransientSourceError
from dagster_project.sources.transport import DirectoryTransport

BIRTHS, POPULATION, CHANGE = "muutl-vm01", "muutl-vaesto", "muutl-kokmuutos"


def test_a_good_table_is_loaded_with_its_lineage(house: Any) -> None:
    result = house.ingest(gate=run_gate)
    assert (result.outcome, result.rows, result.municipalities) == ("loaded", 5390, 34)
    assert result.error is None
    assert result.usable
    assert len(result.checks) > 10
    assert all(check.passed for check in result.checks)
    assert house.value("SSS", "2020", BIRTHS) == 46463
    row = house.con.execute(
        "select distinct _landing_id, _publisher_stamp, _fetched_at, _border_year "
        "from raw_statfin.vital_events"
    ).fetchall()
    assert row == [(result.landing_id, datetime(2026, 4, 1, 5), house.now.replace(tzinfo=None), 2021)]  # noqa: DTZ001


def test_what_is_loaded_is_told_in_one_row(house: Any) -> None:
    house.ingest()
    told = house.con.execute(
        "select publisher_table_id, title_sv, licence, first_period, last_period, municipalities, is_extract "
        "from raw_meta.load where source = 'statfin' and table_name = 'vital_events'"
    ).fetchall()
    assert told == [
        ("11ae", "Befolkningsförändringar och folkmängd efter område", "CC BY 4.0", "2010", "2020", 34, True)
    ]


def test_the_same_answers_land_once_and_change_nothing(house: Any) -> None:
    first = house.ingest()
    second = house.ingest()
    assert (second.outcome, second.landing_id, second.rows) == ("unchanged", first.landing_id, first.rows)
    assert len(house.landings) == 1


def test_answers_older_than_the_loaded_ones_are_landed_and_not_loaded(house: Any) -> None:
    house.ingest()
    house.stamp("2025-04-01T05:00:00Z")
    result = house.ingest()
    assert result.outcome == "older"
    assert "2025-04-01" in result.message
    assert "--allow-older" in result.message
    assert result.error is None
    assert len(house.landings) == 2
    assert result.publisher_stamp == datetime(2026, 4, 1, 5, tzinfo=UTC)


def test_older_answers_are_loaded_when_that_is_allowed(house: Any) -> None:
    house.ingest()
    house.stamp("2025-04-01T05:00:00Z")
    result = house.ingest(allow_older=True)
    assert result.outcome == "loaded"
    assert result.publisher_stamp == datetime(2025, 4, 1, 5, tzinfo=UTC)


def test_answers_with_fewer_municipalities_do_not_replace_a_fuller_table(house: Any) -> None:
    house.ingest()
    house.keep_areas({"SSS", "KU305", "KU832"})
    result = house.ingest()
    assert (result.outcome, result.municipalities) == ("subset", 34)
    assert house.value("KU205", "2020", BIRTHS) is not None


def test_a_newer_extract_does_not_replace_a_fuller_table_either(house: Any) -> None:
    house.stamp("2026-04-01T05:00:00Z", extract=False)
    house.ingest()
    house.keep_areas({"SSS", "KU305"})
    house.stamp("2027-04-01T05:00:00Z", extract=True)
    assert house.ingest().outcome == "subset"


def test_an_extract_with_newer_figures_replaces_another_extract(house: Any) -> None:
    house.ingest()
    house.keep_areas({"SSS", "KU305"})
    house.stamp("2027-04-01T05:00:00Z")
    assert (house.ingest().outcome, house.ingest().municipalities) == ("loaded", 1)


def test_an_extract_carried_over_replaces_the_bundled_one_which_does_not_come_back(
    house: Any, tmp_path: Path
) -> None:
    bundled = DirectoryTransport(house.folder)
    house.ingest(bundled, gate=run_gate)
    later = datetime(2027, 1, 2, tzinfo=UTC)
    make_extract(bundled, tmp_path / "own", ["305", "832"], now=later, entries=[house.entry])
    own = house.ingest(DirectoryTransport(tmp_path / "own"), gate=run_gate)
    assert (own.outcome, own.municipalities, own.is_extract) == ("loaded", 2, True)
    back = house.ingest(bundled, gate=run_gate)
    assert (back.outcome, back.municipalities) == ("subset", 2)
    assert house.ingest(DirectoryTransport(tmp_path / "own")).outcome == "unchanged"


def test_an_extract_does_not_replace_the_whole_table_it_was_made_of(house: Any) -> None:
    house.stamp("2026-04-01T05:00:00Z", extract=False)
    house.ingest()
    house.stamp("2026-04-01T05:00:00Z", extract=True)
    result = house.ingest()
    assert (result.outcome, result.is_extract) == ("subset", False)


def test_a_publishers_newer_table_may_have_fewer_municipalities(house: Any) -> None:
    house.ingest()
    house.keep_areas({"SSS", "KU305"})
    house.stamp("2027-04-01T05:00:00Z", extract=False)
    assert house.ingest().outcome == "loaded"


def test_municipalities_that_are_named_are_loaded_alone(house: Any) -> None:
    house.ingest()
    result = house.ingest(areas=["305", "832"])
    assert (result.outcome, result.municipalities) == ("loaded", 2)
    assert house.con.execute("select distinct area from raw_statfin.vital_events order by 1").fetchall() == [
        ("KU305",),
        ("KU832",),
        ("SSS",),
    ]
    assert house.ingest(areas=["832", "305"]).outcome == "unchanged"


def test_all_municipalities_come_back_after_some_were_named(house: Any) -> None:
    house.ingest(areas=["305"])
    assert house.ingest().outcome == "loaded"
    assert house.value("KU832", "2020", BIRTHS) is not None


def test_a_named_municipality_that_the_table_lacks_is_told(house: Any) -> None:
    assert house.ingest(areas=["305", "091"]).message.endswith("not in this table: 091")


def test_naming_only_unknown_municipalities_is_a_failure_with_advice(house: Any) -> None:
    result = house.ingest(areas=["999"])
    assert result.outcome == "failed"
    assert result.error is not None
    assert (result.error.kind, result.error.transient) == ("wrong_areas", False)
    assert not result.usable


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda path: path.write_bytes(b"<html>Huoltokatko</html>"), "html_answer"),
        (lambda path: path.write_bytes(path.read_bytes()[:9000]), "truncated"),
        (lambda path: path.unlink(), "missing_file"),
    ],
    ids=["web page", "cut off", "gone"],
)
def test_a_broken_answer_keeps_yesterdays_figures_and_is_told(house: Any, spoil: Any, kind: str) -> None:
    house.ingest()
    spoil(house.folder / house.entry.path / "data.json")
    result = house.ingest()
    assert (result.outcome, result.rows) == ("failed", 5390)
    assert result.error is not None
    assert result.error.kind == kind
    assert result.error.at == house.now
    assert house.value("SSS", "2020", BIRTHS) == 46463


def test_answers_that_cannot_be_read_are_landed_with_the_reason(house: Any) -> None:
    house.ingest()
    house.edit(lambda document: document["extension"]["px"].update(tableid="11re"))
    result = house.ingest()
    assert result.outcome == "failed"
    manifest = house.store.manifest(house.entry, result.landing_id)
    assert manifest is not None
    assert manifest.fault is not None
    assert "expected '11ae'" in manifest.fault
    house.ingest()
    assert len(house.landings) == 2


def test_answers_that_could_not_be_read_land_anew_once_they_can_be(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(_: object) -> None:
        raise PermanentSourceError("malformed", "a value is neither a number nor null")

    with monkeypatch.context() as patched:
        patched.setattr("dagster_project.sources.pxweb.parse_table", unreadable)
        assert house.ingest().outcome == "failed"
    result = house.ingest()
    assert result.outcome == "loaded"
    manifest = house.store.manifest(house.entry, result.landing_id)
    assert manifest is not None
    assert (manifest.fault, len(manifest.areas)) == (None, 35)
    assert len(house.landings) == 2


def test_figures_that_do_not_add_up_fail_the_gate_and_are_named(house: Any) -> None:
    house.ingest()

    def spoil(document: dict[str, Any]) -> None:
        document["value"][0] += 1

    house.edit(spoil)
    result = house.ingest(gate=run_gate)
    assert (result.outcome, result.rows) == ("gate_failed", 5390)
    assert result.error is not None
    assert (result.error.kind, result.error.transient) == ("gate_failed", False)
    assert {check.name for check in result.checks if not check.passed} == {"births_less_deaths"}
    assert "area=SSS time=2010" in result.message
    assert house.value("SSS", "2010", BIRTHS) == 60980


def test_a_table_that_has_lost_years_fails_the_gate(house: Any) -> None:
    house.ingest()

    def drop_first_year(document: dict[str, Any]) -> None:
        areas, years, contents = document["size"]
        document["value"] = [
            document["value"][(area * years + year) * contents + cell]
            for area in range(areas)
            for year in range(1, years)
            for cell in range(contents)
        ]
        document["size"][1] = years - 1
        document["dimension"]["timeperiod_y"]["category"]["index"].pop("2010")

    def drop_from_metadata(document: dict[str, Any]) -> None:
        time = document["variables"][1]
        time["values"], time["valueTexts"] = time["values"][1:], time["valueTexts"][1:]

    house.edit(drop_first_year)
    house.edit(
        lambda d: d["dimension"]["timeperiod_y"]["category"].update(
            index=list(d["dimension"]["timeperiod_y"]["category"]["index"])
        )
    )
    house.edit(drop_from_metadata, "metadata.json")
    house.stamp("2027-04-01T05:00:00Z")
    result = house.ingest(gate=run_gate)
    assert result.outcome == "gate_failed"
    assert [check.name for check in result.checks if not check.passed] == ["figures_not_shrunk"]


def test_a_publisher_that_does_not_answer_is_a_passing_failure(house: Any) -> None:
    class Silent(DirectoryTransport):
        def metadata(self, entry: Any) -> Any:  # noqa: ARG002
            raise TransientSourceError("unreachable", "https://publisher.example: no answer in time")

    result = house.ingest(Silent(house.folder))
    assert result.outcome == "failed"
    assert result.error is not None
    assert result.error.transient


class Listed(DirectoryTransport):
    """A folder whose publisher also lists when the table was updated, and counts what is asked of it."""

    def __init__(self, root: Path, stamp: str) -> None:
        super().__init__(root)
        self.stamp = stamp
        self.asked = 0

    def metadata(self, entry: Any) -> Any:
        self.asked += 1
        return super().metadata(entry)

    def listing_stamp(self, entry: Any) -> str | None:  # noqa: ARG002
        return self.stamp


def test_a_table_the_publisher_has_not_updated_is_not_asked_for(house: Any) -> None:
    transport = Listed(house.folder, "2026-06-06T21:04:32")
    house.ingest(transport)
    assert house.ingest(transport).outcome == "unchanged"
    assert transport.asked == 1
    assert house.ingest(transport, areas=["305"]).outcome == "loaded"


def test_a_table_stamped_anew_without_a_change_is_asked_for_once(house: Any) -> None:
    transport = Listed(house.folder, "2026-06-06T21:04:32")
    house.ingest(transport)
    transport.stamp = "2026-07-01T05:00:00"
    assert house.ingest(transport).message == "the same answers as loaded"
    assert house.ingest(transport).message == "the publisher has not updated the table"
    assert transport.asked == 2
    assert len(house.landings) == 1


def test_a_corrected_reader_loads_an_unchanged_table_again_without_asking_for_it(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = Listed(house.folder, "2026-06-06T21:04:32")
    house.ingest(transport)
    monkeypatch.setattr("dagster_project.raw.landing.readers_digest", lambda *_: "corrected")
    assert [house.ingest(transport).outcome for _ in range(3)] == ["loaded", "unchanged", "unchanged"]
    assert transport.asked == 1


def test_answers_that_the_gate_refused_are_not_asked_for_again_until_they_are_updated(house: Any) -> None:
    transport = Listed(house.folder, "2026-06-06T21:04:32")
    house.edit(lambda document: document["value"].__setitem__(0, document["value"][0] + 1))
    assert [house.ingest(transport, gate=run_gate).outcome for _ in range(2)] == ["gate_failed"] * 2
    assert transport.asked == 1
    house.edit(lambda document: document["value"].__setitem__(0, document["value"][0] - 1))
    transport.stamp = "2026-06-07T08:00:00"
    assert house.ingest(transport, gate=run_gate).outcome == "loaded"


def test_unreadable_answers_of_a_source_never_verified_are_asked_for_once_a_week(house: Any) -> None:
    house.entry = house.entry.model_copy(update={"verification": "unverified"})
    transport = Listed(house.folder, "2026-06-06T21:04:32")
    house.edit(lambda document: document["extension"]["px"].update(tableid="11re"))
    results = []
    for _ in range(8):
        results.append(house.ingest(transport))
        house.now += timedelta(days=1)
    assert {result.outcome for result in results} == {"unverified"}
    assert all("expected '11ae'" in result.message for result in results)
    assert transport.asked == 2


def test_the_readers_digest_changes_with_what_reads_the_table_and_with_nothing_else(tmp_path: Path) -> None:
    suites, sources = tmp_path / "quality" / "suites", tmp_path / "sources"
    suites.mkdir(parents=True)
    sources.mkdir()
    files = {
        "at first": suites / "births.py",
        "the pages": tmp_path / "page.py",
        "another table's suite": suites / "deaths.py",
        "another protocol's client": sources / "sotkanet_titles.py",
        "its own client": sources / "pxweb_v1.py",
        "its own suite": suites / "births.py",
    }
    digests: dict[str, str] = {}
    for number, (name, path) in enumerate(files.items()):
        readers_digest.cache_clear()
        file_digest.cache_clear()
        path.write_text(f"# {number}", encoding="utf-8")
        digests[name] = readers_digest("pxweb", "births", tmp_path)
    others = ("the pages", "another table's suite", "another protocol's client")
    assert {digests[name] for name in others} == {digests["at first"]}
    assert len({digests[name] for name in ("at first", "its own client", "its own suite")}) == 3


def test_a_disk_without_room_leaves_the_loaded_version_and_no_half_landing(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.ingest()
    house.stamp("2027-04-01T05:00:00Z")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dagster_project.raw.landing.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        house.ingest()
    assert len(house.landings) == 1
    assert house.value("SSS", "2020", BIRTHS) == 46463


def test_a_load_that_breaks_leaves_the_earlier_version_whole(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = house.ingest()
    house.stamp("2027-04-01T05:00:00Z")

    def broken(*_: object) -> None:
        raise duckdb.IOException("disk gone")

    monkeypatch.setattr("dagster_project.raw.load._record", broken)
    with pytest.raises(duckdb.IOException):
        house.ingest()
    monkeypatch.undo()
    landing = house.con.execute("select distinct _landing_id from raw_statfin.vital_events").fetchall()
    assert landing == [(first.landing_id,)]
    assert house.ingest().outcome == "loaded"


def test_a_landing_holds_the_bytes_as_they_came(house: Any) -> None:
    result = house.ingest()
    directory = house.store.directory(house.entry, result.landing_id)
    manifest = LandingManifest.model_validate_json((directory / "manifest.json").read_bytes())
    original = house.folder / house.entry.path
    assert {file.name for file in manifest.files} == {"metadata.json", "data.json"}
    for file in manifest.files:
        assert (directory / file.name).read_bytes() == (original / file.name).read_bytes()
    assert manifest.variable_codes["area"] == "alue_23_20210101"
    assert "KU305" in manifest.areas
    assert manifest.licence == "CC BY 4.0"


def test_a_landing_that_was_cut_off_is_swept_away_by_the_next(house: Any) -> None:
    abandoned = house.settings.raw_dir / "statfin" / "vital_events" / ".unfinished-of-a-killed-run"
    abandoned.mkdir(parents=True)
    (abandoned / "data.json").write_bytes(b"{")
    house.ingest()
    assert not abandoned.exists()


def test_landings_that_were_removed_are_made_again(house: Any) -> None:
    house.ingest()
    shutil.rmtree(house.settings.raw_dir)
    assert house.ingest().outcome == "loaded"
    assert len(house.landings) == 1


def test_a_table_that_was_never_loaded_and_that_a_folder_does_not_have_is_no_fault(house: Any) -> None:
    bundled = DirectoryTransport(house.folder, may_lack_tables=True)
    house.entry = find_entry("unemployment_monthly")

    for transport in (bundled, DirectoryTransport(house.folder)):
        result = house.ingest(transport)
        assert (result.outcome, result.error, result.usable) == ("absent", None, False)


def test_a_table_that_is_loaded_and_that_a_folder_does_not_have_keeps_its_figures_and_is_told(
    house: Any,
) -> None:
    house.ingest()
    shutil.rmtree(house.folder / house.entry.path)
    (house.folder / "other").mkdir()
    (house.folder / "other" / "x.json").write_text("{}", encoding="utf-8")
    result = house.ingest()
    assert (result.outcome, result.usable) == ("failed", True)
    assert result.error is not None
    assert result.error.kind == "missing_file"
