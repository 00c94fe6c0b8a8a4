"""What the project promises of sources: examples for every table, a small honest extract, known totals."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from dagster_project.quality.gate import run_gate
from dagster_project.raw.example import write_example
from dagster_project.settings import Settings
from dagster_project.sources.answer import Answer
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import (
    CATALOGUE_DIR,
    CatalogueEntry,
    PxWebEntry,
    find_entry,
    load_catalogue,
)
from dagster_project.sources.client import carries, client_for
from dagster_project.sources.formats.jsonstat import parse_jsonstat
from dagster_project.sources.metadata import parse_metadata
from dagster_project.sources.resolve import resolve
from dagster_project.sources.transport import DirectoryTransport, silent

ENTRIES = load_catalogue()
NAMES = [entry.table_name for entry in ENTRIES]
BUNDLED = DirectoryTransport(Settings().bundled_dir)
CARRIED = [entry for entry in ENTRIES if carries(BUNDLED, entry)]
"""The tables of the offline extract, which need not be all."""
CARRIED_NAMES = [entry.table_name for entry in CARRIED]


def read(entry: CatalogueEntry, folder: Path) -> Candidate:
    client, transport = client_for(entry), DirectoryTransport(folder)
    return client.parse(client.fetch(entry, transport, areas=None, listing_stamp=None, progress=silent))


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_every_table_has_a_recorded_example_that_parses(entry: CatalogueEntry, project_root: Path) -> None:
    candidate = read(entry, project_root / "tests" / "recorded" / entry.source)
    assert list(candidate.frame.columns) == list(entry.raw_columns)
    has_areas = "area" in entry.roles if isinstance(entry, PxWebEntry) else entry.area_column is not None
    if has_areas:
        assert {"305", "832"} <= set(candidate.municipalities)
    assert not candidate.is_extract


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_the_example_is_what_the_writer_writes(
    entry: CatalogueEntry, project_root: Path, tmp_path: Path
) -> None:
    example = project_root / "tests" / "recorded" / entry.source
    source = BUNDLED if entry in CARRIED else DirectoryTransport(example)
    written = write_example(entry, source, tmp_path)
    recorded = example / entry.path if isinstance(entry, PxWebEntry) else example
    for path in sorted(path for path in written.rglob("*") if path.is_file()):
        there = recorded / path.relative_to(written)
        assert path.read_bytes() == there.read_bytes(), f"{path.name}: `kuntaluotsi example`"


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_every_table_has_a_suite(entry: CatalogueEntry, project_root: Path) -> None:
    assert (project_root / "dagster_project" / "quality" / "suites" / f"{entry.table_name}.py").is_file()


def test_both_contracts_of_pxweb_have_examples(project_root: Path) -> None:
    codes = set()
    for entry in (entry for entry in ENTRIES if isinstance(entry, PxWebEntry)):
        candidate = read(entry, project_root / "tests" / "recorded" / entry.source)
        codes |= set(candidate.selection.variable_codes.values())
    assert {"contentscode", "timeperiod_y", "timeperiod_m", "ikaryhma_10_20180101"} <= codes
    assert {"Tiedot", "Vuosi", "Ikä", "Alue 2017", "Region 2021"} <= codes


def test_every_source_is_described(project_root: Path) -> None:
    for path in CATALOGUE_DIR.glob("*.yaml"):
        page = (project_root / "docs" / "sources" / f"{path.stem}.md").read_text(encoding="utf-8")
        for entry in ENTRIES:
            if entry.source == path.stem:
                assert entry.table_name in page
                assert entry.table_id in page


def test_the_bundled_extract_is_under_a_megabyte_packed(project_root: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.add(project_root / "data" / "raw" / "bundled", arcname="bundled")
    assert packed.tell() < 1_000_000


@pytest.mark.parametrize("entry", CARRIED, ids=CARRIED_NAMES)
def test_the_bundled_extract_is_marked_and_attributed(entry: CatalogueEntry, project_root: Path) -> None:
    path = project_root / "data" / "raw" / "bundled" / entry.path / "data.json"
    marks = json.loads(path.read_text(encoding="utf-8"))["extension"]["kuntaluotsi"]
    assert marks["extract"] is True
    assert (marks["publisher"], marks["licence"]) == (entry.publisher, "CC BY 4.0")
    assert len(marks["areas"]) == (
        34 if not entry.keep_all_areas else len(read(entry, path.parents[3]).municipalities)
    )


def test_the_bundled_extract_ranks_among_all_municipalities(project_root: Path) -> None:
    bundled = project_root / "data" / "raw" / "bundled"
    assert len(read(find_entry("key_figures_edition_2021"), bundled).municipalities) == 309


def cells(candidate: Candidate, **where: str) -> dict[str, float]:
    """Period to figure at `where`."""
    frame = candidate.frame
    for column, code in where.items():
        frame = frame[frame[column] == code]
    return dict(zip(frame["time"].astype(str), frame["value"], strict=True))


@pytest.mark.reference
def test_the_whole_countrys_population_is_the_published_one(reference_data: Path) -> None:
    population = read(find_entry("population_by_age"), reference_data / "mirror")
    assert cells(population, area="SSS", sex="SSS", age="SSS") == {
        "2018": 5_517_919,
        "2019": 5_525_292,
        "2020": 5_533_793,
    }
    assert population.covers_country
    assert len(population.municipalities) == 309


@pytest.mark.reference
@pytest.mark.parametrize("entry", CARRIED, ids=CARRIED_NAMES)
def test_the_official_answers_pass_the_gate(entry: CatalogueEntry, reference_data: Path) -> None:
    outcomes = run_gate(entry, read(entry, reference_data / "mirror"), None)
    assert [outcome for outcome in outcomes if not outcome.passed] == []


@pytest.mark.reference
def test_the_bundled_figures_are_the_official_ones(reference_data: Path, project_root: Path) -> None:
    for entry in CARRIED:
        keys = list(entry.key_columns)
        official, ours = (
            read(entry, folder).frame.astype(dict.fromkeys(keys, object)).set_index(keys)["value"]
            for folder in (reference_data / "mirror", project_root / "data" / "raw" / "bundled")
        )
        assert ours.equals(official.reindex(ours.index)), entry.qualified_name


@pytest.mark.reference
def test_the_interface_of_2026_is_read_as_a_client_met_it(reference_data: Path) -> None:
    wire = reference_data / "wire" / "pxweb-v1-2026"
    body = (wire / "api-metadata-population.json").read_bytes()
    entry = find_entry("population_by_age")
    metadata = parse_metadata(Answer("metadata.json", "wire", body))
    selection = resolve(entry, metadata, first_year=2010)
    assert selection.variable_codes["area"] == "alue_23_20260101"
    assert selection.border_year == 2026
    assert len(selection.values["area"]) == 309
    assert selection.values["time"][0] == "2010"
    assert selection.values["contents"] == ("vaerak-vaesto",)

    cube = parse_jsonstat(Answer("data.json", "wire", (wire / "api-query-three-cities.json").read_bytes()))
    assert cube.dimensions["alue_23_20260101"] == ("KU049", "KU091", "KU092")
    assert cube.values.tolist() == [325_716, 694_392, 252_956]
    assert cube.table_id == "11re"


@pytest.mark.reference
def test_answers_of_the_old_contract_parse_byte_for_byte(reference_data: Path) -> None:
    paths = sorted((reference_data / "wire" / "jsonstat2").glob("*_re*.json"))
    paths += [reference_data / "wire" / "jsonstat2" / "population_raw.json"]
    cubes = {path.stem: parse_jsonstat(Answer(path.name, path.as_uri(), path.read_bytes())) for path in paths}
    assert len(cubes) >= 5
    assert all(cube.values.size > 0 and cube.updated is not None for cube in cubes.values())
    assert set(cubes["population_raw"].dimensions) == {"Alue", "Vuosi", "Sukupuoli", "Ikä", "Tiedot"}
    assert cubes["population_raw"].table_id == "statfin_vaenn_pxt_14wx"
