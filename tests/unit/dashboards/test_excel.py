"""Excel downloads read back: typed cells, nothing that runs, readers' headings, and the source sheet."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime

import openpyxl
import pytest
from flask.testing import FlaskClient
from openpyxl.workbook.workbook import Workbook
from xlsxwriter.workbook import Workbook as Written

from contract.locale_formats import LANGUAGES
from contract.messages import has_message
from dashboards import downloads, excel_downloads
from dashboards.app import create_app
from dashboards.components.download_links import download_links
from dashboards.components.first_paint import render
from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore
from dashboards.download_table import BadDownload, Table
from dashboards.excel_downloads import CellTooLong, _Styles, excel_bytes, write_cell
from dashboards.pages import PAGES

Reader = Callable[..., RequestContext]
ASKED = {
    "kpi_series": {"mittari": "live_births"},
    "kpi_values": {"mittari": "population", "jakso": "2020"},
    "population": {"vuosi": "2020"},
    "projection_age": {"vuosi": "2030"},
    "official_projection": {"laadittu": "2019"},
}
NOT_IN_THE_TINY_COUNTRY = {"what_if"}
"""It takes a prepared forecast."""


@pytest.fixture(scope="module")
def client(tiny_store: SnapshotStore) -> FlaskClient:
    return create_app(tiny_store).server.test_client()


def opened(body: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(body))


def rows_of(context: RequestContext, dataset: str) -> list[tuple[object, ...]]:
    return list(opened(excel_bytes(context, dataset)).worksheets[0].iter_rows(values_only=True))


def source_words(context: RequestContext, dataset: str) -> list[object]:
    sheet = opened(excel_bytes(context, dataset)).worksheets[1]
    return [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]


def test_numbers_are_numbers_and_dates_are_dates(reader: Reader) -> None:
    heads, first, *_ = rows_of(reader("305", mittari="live_births"), "kpi_series")
    by_head = dict(zip(heads, first, strict=True))
    assert by_head["Arvo"] == 141
    assert by_head["Vaihteluvälin alaraja"] == 119
    assert by_head["Jakson viimeinen päivä"] == datetime(2018, 12, 31)  # noqa: DTZ001  Excel has no zones
    assert by_head["Alueen koodi"] == "305"


def test_a_missing_value_is_an_empty_cell_with_its_reason(reader: Reader) -> None:
    heads, *rows = rows_of(reader("139", mittari="live_births", jakso="2020"), "kpi_values")
    named = [dict(zip(heads, row, strict=True)) for row in rows]
    secret = next(row for row in named if row["Alueen koodi"] == "139")
    assert (secret["Arvo"], secret["Arvon tila"]) == (None, "secret")


def test_a_code_keeps_its_leading_zero(reader: Reader) -> None:
    rows = rows_of(reader("043", mittari="population", jakso="2020"), "kpi_values")
    assert "043" in {row[0] for row in rows}


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x.example","y")', "+1+1", "-2+3", "@SUM(A1)", "{=1+1}"])
def test_a_text_is_never_a_formula_nor_a_link(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    table = Table(text, ("name", text), [(text, "https://x.example")], ())
    monkeypatch.setitem(downloads.DATASETS, "sources", lambda _: table)
    book = opened(excel_bytes(reader("305"), "sources"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells if cell.value == text} == {"s"}
    assert book.worksheets[0]["A2"].value == text
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]


def test_cells_take_the_type_of_what_they_hold() -> None:
    buffer = io.BytesIO()
    book = Written(buffer)
    sheet, styles = book.add_worksheet(), _Styles(book)
    given = [True, 7, 0.0, date(2020, 2, 29), datetime(2020, 1, 1, 5, 12), None, float("nan"), "7"]  # noqa: DTZ001
    for column, value in enumerate(given):
        write_cell(sheet, 0, column, value, styles)
    with pytest.raises(CellTooLong, match="40000 characters"):
        write_cell(sheet, 1, 0, "a" * 40000, styles)
    book.close()
    read = openpyxl.load_workbook(buffer).worksheets[0]
    cells = [read.cell(1, column + 1) for column in range(len(given))]
    assert [cell.value for cell in cells] == [
        True, 7, 0, datetime(2020, 2, 29), datetime(2020, 1, 1, 5, 12), None, None, "7",  # noqa: DTZ001
    ]  # fmt: skip
    assert [cell.data_type for cell in cells] == ["b", "n", "n", "d", "d", "n", "n", "s"]


@pytest.mark.parametrize(
    ("language", "sheets", "head"),
    [
        ("fi", ["Tiedot", "Lähde"], "Arvo"),
        ("sv", ["Uppgifter", "Källa"], "Värde"),
        ("en", ["Data", "Source"], "Value"),
    ],
)
def test_sheets_and_headings_are_in_the_readers_language(
    reader: Reader, language: str, sheets: list[str], head: str
) -> None:
    context = reader("305", language, mittari="live_births")
    assert opened(excel_bytes(context, "kpi_series")).sheetnames == sheets
    assert head in rows_of(context, "kpi_series")[0]


def test_the_source_sheet_tells_publisher_table_licence_snapshot_and_definition(reader: Reader) -> None:
    context = reader("305", mittari="live_births")
    told = source_words(context, "kpi_series")
    source = next(item for item in context.snapshot.sources() if item.table_name == "vital_events")
    assert {
        context.publisher(source),
        "11ae",
        source.licence,
        context.snapshot.snapshot_id,
        context.snapshot.kpi("live_births").name("fi"),
        context.snapshot.kpi("live_births").description("fi"),
        "value_status",
    } <= set(told)
    assert any(isinstance(item, datetime) for item in told)
    assert "population" not in told


def test_a_table_without_named_sources_says_so(reader: Reader) -> None:
    assert "Taulukolle ei ole nimetty lähdetaulua." in source_words(reader("305"), "backtest_scores")


@pytest.mark.parametrize("dataset", sorted(set(downloads.DATASETS) - NOT_IN_THE_TINY_COUNTRY))
def test_every_download_opens_in_excel_with_a_heading_in_every_language(reader: Reader, dataset: str) -> None:
    context = reader("305", **ASKED.get(dataset, {}))
    table = downloads.asked_table(context, dataset)
    unnamed = [
        (language, column)
        for column in table.columns
        for language in LANGUAGES
        if not has_message(language, f"column.{column}")
    ]
    assert unnamed == [], "name the column in contract/messages/<language>.yaml, section `column`"
    heads, *rows = rows_of(context, dataset)
    assert len(heads) == len(table.columns)
    assert len(rows) == len(table.rows)


def test_the_route_gives_a_workbook_and_says_what_was_wrong(client: FlaskClient) -> None:
    answer = client.get("/excel/kpi_series?kunta=305&kieli=sv&mittari=live_births")
    assert answer.status_code == 200
    assert answer.mimetype == excel_downloads.MIMETYPE
    assert 'filename="kpi_series_305_sv.xlsx"' in answer.headers["Content-Disposition"]
    assert opened(answer.data).sheetnames == ["Uppgifter", "Källa"]
    refused = client.get("/excel/kpi_series?kunta=305&mittari=moon")
    assert (refused.status_code, "no KPI 'moon'" in refused.text) == (400, True)
    with pytest.raises(BadDownload):
        downloads.asked_table(None, "moon")  # type: ignore[arg-type]


def test_the_same_data_gives_the_same_bytes(reader: Reader) -> None:
    context = reader("305", mittari="live_births")
    assert excel_bytes(context, "kpi_series") == excel_bytes(context, "kpi_series")


def test_every_csv_link_has_the_same_table_for_excel_beside_it(client: FlaskClient, reader: Reader) -> None:
    pages = {item.PATH: client.get(f"{item.PATH}?kunta=305&kieli=fi").text for item in PAGES}
    offered = {path: (page.count('href="/csv/'), page.count('href="/excel/')) for path, page in pages.items()}
    assert [path for path, (as_csv, as_excel) in offered.items() if as_csv != as_excel] == []
    assert sum(as_csv for as_csv, _ in offered.values()) > len(PAGES)
    with pytest.raises(ValueError, match="no CSV download"):
        download_links(reader("305"), "Luvut (CSV)", "/talous")


def test_the_excel_link_is_read_out_with_what_it_is_of(reader: Reader) -> None:
    painted = render(download_links(reader("305"), "Luvut (CSV)", "/csv/sources?kunta=305"))
    assert 'href="/excel/sources?kunta=305"' in painted
    assert 'Excel<span class="hidden">: Luvut</span>' in painted
