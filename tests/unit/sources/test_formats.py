"""Files of every format become the same kind of table, and what cannot be read says why."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import xlsxwriter
from click.testing import CliRunner

from dagster_project.commands.read import read as command
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.formats.reading import read_file
from dagster_project.sources.formats.tidy import Tidy

PX = """CHARSET="ANSI";
AXIS-VERSION="2013";
CODEPAGE="iso-8859-15";
LANGUAGE="fi";
LANGUAGES="fi","sv";
LAST-UPDATED="20260401 08:00";
TITLE="Väestö 31.12. muuttujina Alue ja Vuosi";
TITLE[sv]="Folkmängden 31.12. efter Område "
"och År";
STUB="Alue";
STUB[sv]="Område";
HEADING="Vuosi";
HEADING[sv]="År";
VALUES("Alue")="Koko maa","Kökar";
VALUES[sv]("Område")="Hela landet","Kökar; i havet";
CODES("Alue")="SSS","KU318";
VARIABLECODE("Alue")="alue";
TIMEVAL("Vuosi")=TLIST(A1,"2018"-"2020");
NOTE="Hinta 5 €; "
"DATA=ei tässä";
DATA=
5517919 5525292 5533793
"..." 227 "-" ;
"""


def rows(tidy: Tidy) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in tidy.table.to_pylist()]


def workbook(cells: list[list[Any]], **sheets: list[list[Any]]) -> bytes:
    body = io.BytesIO()
    with xlsxwriter.Workbook(body, {"in_memory": True}) as book:
        for name, table in {"Taulu": cells, **sheets}.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(table):
                sheet.write_row(number, 0, row)
    return body.getvalue()


@pytest.mark.parametrize("charset", ["iso-8859-15", "utf-8", "cp1252", "utf-8-sig"])
def test_a_px_file_is_read_whatever_it_says_of_its_bytes(charset: str) -> None:
    tidy = read_file(PX.encode(charset), "x.px")
    assert tidy.title == "Väestö 31.12. muuttujina Alue ja Vuosi"
    assert rows(tidy)[:2] == [("SSS", "2018", 5_517_919.0, "final"), ("SSS", "2019", 5_525_292.0, "final")]
    assert rows(tidy)[3:] == [
        ("KU318", "2018", None, "secret"),
        ("KU318", "2019", 227.0, "final"),
        ("KU318", "2020", 0.0, "final"),
    ]
    assert tidy.updated == "20260401 08:00"
    assert bool(tidy.remarks) == (charset in ("utf-8", "cp1252")), tidy.remarks


def test_texts_come_in_the_language_asked_for() -> None:
    tidy = read_file(PX.encode("iso-8859-15"), "x.px", language="sv")
    assert tidy.title == "Folkmängden 31.12. efter Område och År"
    area = tidy.dimensions[0]
    assert (area.code, area.name, area.texts) == ("alue", "Område", ("Hela landet", "Kökar; i havet"))
    assert "no texts in 'en'" in read_file(PX.encode("iso-8859-15"), "x.px", language="en").remarks[-1]


def test_a_sparse_px_file_comes_whole() -> None:
    sparse = PX.replace("DATA=\n5517919 5525292 5533793\n", 'KEYS("Alue")=CODES;\nDATA=\n').replace(
        '"..." 227 "-" ;', '"KU318", 226 227 "." ;'
    )
    held = rows(read_file(sparse.encode("iso-8859-15"), "x.px"))
    assert [value for *_, value, _ in held] == [0.0, 0.0, 0.0, 226.0, 227.0, None]


@pytest.mark.parametrize(
    ("before", "after", "kind", "said"),
    [
        ('"-" ;', '"-" 7 ;', "malformed", "7 figures for 2 × 3 = 6 cells"),
        ('227 "-" ;', "227 ;", "truncated", "5 figures"),
        (' "-" ;', ' "-"', "truncated", "stop without the `;`"),
        ("227", "monta", "malformed", "figure 5 is 'monta'"),
        ('"SSS","KU318"', '"SSS","SSS"', "malformed", "the category 'SSS' twice"),
        ('STUB="Alue"', 'STUB "Alue"', "malformed", "expected KEYWORD=value"),
        ('"2018"-"2020"', '"2018"-"9020"', "malformed", "no span of periods"),
    ],
)
def test_a_px_file_that_is_amiss_says_where(before: str, after: str, kind: str, said: str) -> None:
    assert before in PX
    with pytest.raises(PermanentSourceError) as refused:
        read_file(PX.replace(before, after, 1).encode("iso-8859-15"), "x.px")
    assert refused.value.kind == kind
    assert said in refused.value.message


def test_json_stat_of_both_versions_reads_the_same() -> None:
    dimension = {
        "alue": {"label": "Alue", "category": {"index": {"SSS": 0, "KU305": 1}}},
        "vuosi": {"category": {"label": {"2020": "2020"}}},
    }
    values = {"value": [5.5, None], "status": {"1": "..."}}
    second = {"version": "2.0", "class": "dataset", "id": ["alue", "vuosi"], "size": [2, 1], **values}
    first = {"dataset": {"dimension": {"id": ["alue", "vuosi"], "size": [2, 1], **dimension}, **values}}
    both = [read_file(json.dumps(it).encode(), "x") for it in (second | {"dimension": dimension}, first)]
    assert rows(both[0]) == [("SSS", "2020", 5.5, "final"), ("KU305", "2020", None, "secret")]
    assert rows(both[1]) == rows(both[0])
    assert (both[0].kind, both[1].kind) == ("json-stat 2", "json-stat 1")


def test_a_cube_as_large_as_it_says_is_refused_before_memory_is_asked_for() -> None:
    large = {"version": "2.0", "class": "dataset", "id": ["a", "b"], "size": [10**9, 10**9], "value": {}}
    large["dimension"] = {name: {"category": {"index": []}} for name in "ab"}
    with pytest.raises(PermanentSourceError) as refused:
        read_file(json.dumps(large).encode(), "x")
    assert refused.value.kind == "too_many_cells"


@pytest.mark.parametrize(
    "text",
    [
        "DATAFLOW,FREQ,GEO,TIME_PERIOD,OBS_VALUE,OBS_STATUS,CONF_STATUS\n"
        "ESTAT:DEMO(1.0),A,FI,2020,5533793,,F\nESTAT:DEMO(1.0),A,AX,2020,,,C\n"
        "ESTAT:DEMO(1.0),A,SE,2020,1.5e3,P,\n",
        "STRUCTURE,STRUCTURE_ID,ACTION,FREQ: Frequency,GEO: Area,TIME_PERIOD: Time,OBS_VALUE: Value,"
        "OBS_STATUS,CONF_STATUS\ndataflow,ESTAT:DEMO(1.0),I,A: Annual,FI: Finland,2020,5533793,,F\n"
        "dataflow,ESTAT:DEMO(1.0),I,A: Annual,AX: Åland,2020,,,C: Confidential\n"
        "dataflow,ESTAT:DEMO(1.0),I,A: Annual,SE: Sweden,2020,1.5e3,P: Provisional,\n",
    ],
)
def test_sdmx_csv_of_both_versions_reads_the_same(text: str) -> None:
    tidy = read_file(text.encode(), "x.csv")
    assert tidy.kind == "sdmx-csv"
    assert tidy.table.column_names[:5] == ["FREQ", "GEO", "TIME_PERIOD", "value", "value_status"]
    assert [row[:5] for row in rows(tidy)] == [
        ("A", "FI", "2020", 5_533_793.0, "final"),
        ("A", "AX", "2020", None, "secret"),
        ("A", "SE", "2020", 1500.0, "preliminary"),
    ]


def test_an_observation_that_is_no_number_names_row_and_column() -> None:
    text = "DATAFLOW,GEO,TIME_PERIOD,OBS_VALUE\nX,FI,2020,12 000\n"
    with pytest.raises(PermanentSourceError, match="row 2, column D: OBS_VALUE is '12 000'"):
        read_file(text.encode(), "x.csv")


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-8", "cp1252", "utf-16"])
def test_a_finnish_csv_reads_its_decimals_thousands_and_marks(charset: str) -> None:
    text = "Alue;Vuosi;Väkiluku;Osuus, %\r\n049;2020;292\u00a0796;12,5\r\n318;2020;..;\r\n"
    tidy = read_file(text.encode(charset), "x.csv")
    assert rows(tidy) == [
        ("049", "2020", "Väkiluku", 292_796.0, "final"),
        ("049", "2020", "Osuus, %", 12.5, "final"),
        ("318", "2020", "Väkiluku", None, "not_available"),
        ("318", "2020", "Osuus, %", None, "not_available"),
    ]


@pytest.mark.parametrize(
    ("text", "dimensions"),
    [
        ("Kunta;Vuosi;Väkiluku\n305;2019;15134\n305;2020;15213\n832;2020;..\n", ["Kunta", "Vuosi"]),
        ("Koulu;Luokka;Oppilaita\nA;1;20\nA;2;22\n", ["Koulu", "Luokka"]),
        ("Kunta;Keskimääräinen ikä\n305;44\n", ["Kunta"]),
        ("Luokka;Oppilaita;Ryhmiä\n1;20;1\n2;22;1\n", ["Luokka", "content"]),
    ],
)
def test_a_code_of_digits_is_what_a_figure_is_of_and_no_figure(text: str, dimensions: list[str]) -> None:
    assert read_file(text.encode(), "f.csv").table.column_names == [*dimensions, "value", "value_status"]


def test_rows_with_the_same_keys_are_told() -> None:
    tidy = read_file(b"Kunta;Vuosi;Arvo\n305;2019;1\n305;2019;2\n", "f.csv")
    assert (tidy.table.num_rows, len(tidy.remarks)) == (2, 1)
    assert "rows 2 and 3" in tidy.remarks[0]


def test_a_point_beside_decimal_commas_is_not_guessed() -> None:
    with pytest.raises(PermanentSourceError, match=r"row 2, column C: '1\.234' may be 1234 or 1,234"):
        read_file(b"Kunta;Vuosi;Arvo\n305;2019;1.234\n305;2020;1,5\n", "f.csv")


def test_what_holds_no_table_of_figures_says_what_to_do() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("luvut.csv", "a;b")
    for body, said in (
        (buffer.getvalue(), "unpack it and read a file of it (luvut.csv)"),
        (b'{"type": "FeatureCollection", "features": []}', "GeoJSON"),
        (b"PAR1 and so on", "a table already"),
    ):
        with pytest.raises(PermanentSourceError) as fault:
            read_file(body, "f")
        assert said in fault.value.message


def test_a_workbook_reads_like_the_csv_and_needs_its_sheet_named() -> None:
    table = [["Lähde: kunta"], ["Alue", "Vuosi", "Lapsia"], ["049", 2020, 31], ["305", 2020, 12.0]]
    assert rows(read_file(workbook(table), "x.xlsx")) == [
        ("049", "2020", 31.0, "final"),
        ("305", "2020", 12.0, "final"),
    ]
    two = workbook(table, Toinen=table)
    with pytest.raises(PermanentSourceError, match="say which sheet to read of 'Taulu', 'Toinen'"):
        read_file(two, "x.xlsx")
    assert len(rows(read_file(two, "x.xlsx", part="Toinen"))) == 2


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "truncated"),
        (b"<!DOCTYPE html><html></html>", "html_answer"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "malformed"),
        (b"PK\x03\x04 and no more", "malformed"),
        (b'{"query": []}', "malformed"),
        (b"[1, 2]", "malformed"),
        (b"<?xml version='1.0'?><a/>", "malformed"),
        (b"only words\nand words\n", "malformed"),
        (bytes(range(256)) * 4, "malformed"),
    ],
)
def test_what_is_no_file_of_figures_is_refused_in_words(body: bytes, kind: str) -> None:
    with pytest.raises(PermanentSourceError) as refused:
        read_file(body, "x")
    assert refused.value.kind == kind
    assert refused.value.message.startswith("x")


def test_the_command_writes_once_and_describes(tmp_path: Path) -> None:
    file, out = tmp_path / "kuva.bin", tmp_path / "table.parquet"
    file.write_bytes(PX.encode("iso-8859-15"))
    told = CliRunner().invoke(command, [str(file), "--out", str(out), "--json"])
    assert json.loads(told.output)["statuses"] == {"final": 5, "secret": 1}
    assert pq.read_table(out).column_names == ["alue", "Vuosi", "value", "value_status"]
    with pytest.raises(Exception, match="exists"):
        CliRunner().invoke(command, [str(file), "--out", str(out)], catch_exceptions=False)
    assert CliRunner().invoke(command, [str(file), "--out", str(out), "--force"]).exit_code == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    with pytest.raises(Exception, match="cannot be read"):
        CliRunner().invoke(command, [str(tmp_path / "gone")], catch_exceptions=False)
