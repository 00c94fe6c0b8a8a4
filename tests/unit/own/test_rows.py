"""Cells become values of their column's type; what does not fit is told by row, column, value and remedy."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from contract.problems import FileRefused
from contract.registers import registers
from contract.submission import told
from dagster_project.own.personal_codes import holds_personal_code
from dagster_project.own.rows import CheckedFile, check_file, read_grids
from dagster_project.own.values import Wrong, converter
from dagster_project.sources.formats.delimited import read_delimited
from dagster_project.sources.formats.grid import CellValue, PercentNumber
from tests.unit.own.filled import DAY_CARE_ROW, csv_file, known, saved, workbook


def value(register: str, column: str, cell: CellValue, language: str = "fi") -> object:
    return converter(registers()[register].column(column), language, known())(cell)


def checked(body: bytes, register: str | None = None) -> CheckedFile:
    return check_file(read_grids(body), known(), register)


@pytest.mark.parametrize(
    ("register", "column", "cell", "expected"),
    [
        ("day_care_places", "places", "1 234", 1234),
        ("day_care_places", "places", "21,0", 21),
        ("day_care_places", "places", 0, 0),
        ("day_care_places", "children_present", "18,5", 18.5),
        ("day_care_places", "children_present", "18.5", 18.5),
        ("day_care_places", "children_waiting", "", None),
        ("day_care_places", "month", "9/2025", "2025M09"),
        ("day_care_places", "month", "2025M09", "2025M09"),
        ("day_care_places", "month", date(2025, 9, 1), "2025M09"),
        ("day_care_places", "municipality_code", 91, "091"),
        ("day_care_places", "municipality_code", "Kuusamo", "305"),
        ("day_care_places", "municipality_code", "305 Kuusamo", "305"),
        ("day_care_places", "municipality_code", "Vasa", "905"),
        ("day_care_places", "provider", "Servicesedel", "voucher"),
        ("accounts", "actual_eur", "1.234.567,89 €", Decimal("1234567.89")),
        ("accounts", "actual_eur", "−1 200", Decimal("-1200.00")),
        ("accounts", "planned_share_pct", PercentNumber(0.745), 74.5),
        ("accounts", "planned_share_pct", "74,5 %", 74.5),
        ("decisions", "meeting_date", "15.9.2025", date(2025, 9, 15)),
        ("decisions", "meeting_date", "2025-09-15", date(2025, 9, 15)),
        ("decisions", "kpi_id", "VE01 Väkiluku", "population"),
        ("decisions", "kpi_id", "Väkiluku", "population"),
        ("decisions", "item_number", 58, "58"),
        ("digital_services", "in_use", True, "yes"),
    ],
)
def test_a_value_is_read_however_people_write_it(
    register: str, column: str, cell: CellValue, expected: object
) -> None:
    assert value(register, column, cell) == expected


@pytest.mark.parametrize(
    ("register", "column", "cell", "code"),
    [
        ("day_care_places", "places", "kaksi", "not_integer"),
        ("day_care_places", "places", 21.5, "not_integer"),
        ("day_care_places", "places", None, "required"),
        ("day_care_places", "places", -1, "below"),
        ("day_care_places", "places", 99999, "above"),
        ("day_care_places", "places", "-", "dash"),
        ("day_care_places", "places", "..", "dash"),
        ("day_care_places", "places", date(2025, 9, 1), "not_integer"),
        ("day_care_places", "places", True, "not_integer"),
        ("accounts", "actual_eur", "1.234", "ambiguous_number"),
        ("accounts", "actual_eur", "12 000 SEK", "other_currency"),
        ("accounts", "actual_eur", "12 t€", "other_currency"),
        ("day_care_places", "month", "2025-13", "not_month"),
        ("day_care_places", "month", date(2025, 9, 15), "not_month"),
        ("decisions", "meeting_date", "31.2.2025", "not_date"),
        ("decisions", "meeting_date", "31.12.25", "not_date"),
        ("decisions", "meeting_date", 45000, "not_date"),
        ("day_care_places", "municipality_code", "9999", "unknown_municipality"),
        ("day_care_places", "municipality_code", "305 Oulu", "unknown_municipality"),
        ("day_care_places", "municipality_code", "Kuusamo Oulu", "unknown_municipality"),
        ("decisions", "kpi_id", "VE01 Väestöllinen huoltosuhde", "unknown_kpi"),
        ("decisions", "kpi_id", "XX99", "unknown_kpi"),
        ("day_care_places", "provider", "seteli", "not_choice"),
        ("day_care_places", "unit_code", "x" * 41, "too_long"),
    ],
)
def test_a_value_that_does_not_fit_is_wrong_by_name(
    register: str, column: str, cell: CellValue, code: str
) -> None:
    with pytest.raises(Wrong) as wrong:
        value(register, column, cell)
    assert wrong.value.code == code


def test_a_message_names_row_column_value_and_what_to_do_in_the_readers_language() -> None:
    (problem,) = checked(csv_file([(*DAY_CARE_ROW[:5], "kaksi")])).problems
    assert problem.text("fi") == (
        "Rivi 4, sarake Paikkoja: arvo ”kaksi” ei ole kokonaisluku. Kirjoita luku numeroin, esimerkiksi 84."
    )
    assert problem.text("sv") == (
        "Rad 4, kolumn Platser: värdet ”kaksi” är inget heltal. Skriv talet med siffror, till exempel 84."
    )
    assert problem.text("en") == (
        "Row 4, column Places: “kaksi” is not a whole number. Write it in digits, for example 84."
    )


def test_the_same_rows_are_the_same_in_every_format_and_language() -> None:
    swedish = (*DAY_CARE_ROW[:4], "eget daghem", 21, 20, "18,5")
    english = (*DAY_CARE_ROW[:4], "municipal centre", 21, 20, "18.5")
    digests = {
        checked(workbook([DAY_CARE_ROW])).digest(),
        checked(csv_file([swedish], language="sv")).digest(),
        checked(csv_file([english], language="en")).digest(),
    }
    assert len(digests) == 1
    assert checked(csv_file([swedish], language="sv")).language == "sv"


def test_a_file_without_our_marks_is_known_by_its_header() -> None:
    header, _, rest = csv_file([DAY_CARE_ROW]).decode("utf-8-sig").partition("\r\n")
    row = rest.strip().split("\r\n")[-1]
    plain = f"{header.partition(';')[2]}\r\n{row[1:]}\r\n".encode("cp1252")
    found = checked(plain)
    assert (found.register.id, found.rows, found.problems) == ("day_care_places", 1, [])


def test_wrong_headers_are_told_by_name() -> None:
    text = csv_file([DAY_CARE_ROW]).decode("utf-8-sig")
    found = checked(text.replace(";Paikkoja;", ";Tuoleja;").encode())
    assert [problem.code for problem in found.problems] == ["column_unknown", "column_missing"]
    assert "Tuoleja" in found.problems[0].text("fi")
    with pytest.raises(FileRefused) as refused:
        checked(b"a;b\r\n1;2\r\n")
    assert refused.value.problem.code == "not_recognised"
    with pytest.raises(FileRefused) as other:
        checked(csv_file([DAY_CARE_ROW]), "pupils")
    assert other.value.problem.code == "other_register"


def test_repeated_rows_broken_order_and_stray_cells_are_told() -> None:
    assert [p.code for p in checked(csv_file([DAY_CARE_ROW, DAY_CARE_ROW])).problems] == ["repeated"]
    more_qualified = (*DAY_CARE_ROW, None, None, 3, 4)
    assert [p.code for p in checked(csv_file([more_qualified])).problems] == ["more_than"]
    stray = (*DAY_CARE_ROW, *[None] * 6, "huom")
    assert [p.code for p in checked(csv_file([stray])).problems] == ["outside_columns"]
    target = ("305", "S", "T", "1", "G", "a", None, "M", "%", "higher", None, None, None, 50)
    found = checked(csv_file([target], "strategy_goals"), "strategy_goals")
    assert [p.code for p in found.problems] == ["needs_other"]


def test_the_example_row_and_empty_rows_are_not_data() -> None:
    with pytest.raises(FileRefused) as refused:
        checked(csv_file([(), ("", "")]))
    assert refused.value.problem.code == "no_rows"


@pytest.mark.parametrize(
    ("body", "encoding", "separator"),
    [
        ("nimi;määrä\nHämeenlinna;1,5\n".encode("utf-8-sig"), "utf-8-sig", ";"),
        ("nimi;määrä\nHämeenlinna;1,5\n".encode("cp1252"), "cp1252", ";"),
        ("nimi;hinta €\nŠkoda;1,5\n".encode("iso-8859-15"), "iso-8859-15", ";"),
        ("nimi;hinta €\nŠkoda;1,5\n".encode("cp1252"), "cp1252", ";"),
        ("nimi\tmäärä\nÄä\t2\n".encode("utf-16"), "utf-16", "\t"),
        ("nimi\tmäärä\nÄä\t2\n".encode("utf-16-le"), "utf-16-le", "\t"),
        (b'name,amount\n"a,b",2\n', "utf-8", ","),
        (b"sep=|\na|b\n1|2\n", "utf-8", "|"),
    ],
)
def test_encodings_and_separators_are_found_out(body: bytes, encoding: str, separator: str) -> None:
    grid = read_delimited(body)
    assert (grid.encoding, grid.separator) == (encoding, separator)
    assert all(len(row.values) == 2 for row in grid.rows)
    assert "\ufffd" not in str(grid.rows)


def test_a_rows_number_is_the_one_a_spreadsheet_shows() -> None:
    grid = read_delimited(b'a;b\n"two\nlines";1\n\nx;2;3\n')
    assert [row.number for row in grid.rows] == [1, 2, 4]
    assert grid.ragged == {4}
    with pytest.raises(FileRefused) as refused:
        read_delimited(b'a;b\n"never closed;1\n')
    assert refused.value.problem.code == "quotes"


def on_the_form(change: Callable[[openpyxl.Workbook], object]) -> CheckedFile:
    """The day-care form with one row, changed by somebody."""
    book = openpyxl.load_workbook(io.BytesIO(workbook([DAY_CARE_ROW])))
    change(book)
    return checked(saved(book))


def test_a_row_written_over_the_example_or_under_its_mark_is_never_lost_silently() -> None:
    def written_over(book: openpyxl.Workbook) -> None:
        book.worksheets[0]["D3"], book.worksheets[0]["G3"] = "PK9", 50

    def mark_copied(book: openpyxl.Workbook) -> None:
        book.worksheets[0]["A4"] = "ESIMERKKI"

    for change, row in ((written_over, 3), (mark_copied, 4)):
        (problem,) = on_the_form(change).problems
        assert (problem.code, problem.row) == ("marked_example", row)


def test_rows_on_a_second_sheet_are_never_left_out_silently() -> None:
    def copied(book: openpyxl.Workbook) -> None:
        book.copy_worksheet(book.worksheets[0]).title = "Lokakuu"

    (problem,) = on_the_form(copied).problems
    assert (problem.code, problem.sheet) == ("other_sheet", "Lokakuu")
    assert on_the_form(lambda book: book.create_sheet("Muistio")).problems == []


@pytest.mark.parametrize("form", [workbook, csv_file])
def test_a_personal_identity_code_is_refused_and_not_repeated(form: Callable[..., bytes]) -> None:
    code = "131052-308T"  # the agency's own example of the form
    row = (*DAY_CARE_ROW, None, None, None, None, f"asiakas {code} siirtyi")
    (problem,) = checked(form([row])).problems
    assert (problem.code, problem.row) == ("personal_code", 4)
    assert all(code not in str(said) for said in told(problem).values())
    (problem,) = checked(form([(*DAY_CARE_ROW[:5], code)])).problems
    assert problem.code == "personal_code"


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("131052-308T", True),
        ("(131052B308t)", True),
        ("131052-308U", False),
        ("Y-tunnus 0186000-3", False),
        ("PK-010125-1234", False),
        ("2025-09-15", False),
    ],
)
def test_a_personal_identity_code_is_known_by_its_check_character(text: str, holds: bool) -> None:
    assert holds_personal_code(text) is holds


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"\r\n\r\n", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "other_kind"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "other_kind"),
        (b"<HTML><body>", "other_kind"),
        (b"ostoslista\r\nmaito\r\n", "not_recognised"),
    ],
)
def test_what_is_no_form_is_told_for_what_it_is(body: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        checked(body)
    assert refused.value.problem.code == code
    for language in ("fi", "sv", "en"):
        assert refused.value.problem.text(language)
