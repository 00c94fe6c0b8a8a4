"""Files made to harm, or merely damaged: each is refused in words, and nothing of it is used."""

from __future__ import annotations

import io
import random
import zipfile

import openpyxl
import pytest

from contract.problems import FileRefused
from dagster_project.own.rows import check_file, read_grids
from dagster_project.sources.formats.excel import read_workbook
from dagster_project.sources.formats.grid import CellFault, Limits
from tests.unit.own.filled import DAY_CARE_ROW, blank, csv_file, known, part, saved, with_part, workbook

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
SPOILED = (SHEET, STRINGS, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels")
INSERTED = (b";", b'"', b"\x00", b"\r\n", b"=cmd()", b"<", b"&a;", b"\xff\xfe", b"1,2")
SMALL = Limits(file_bytes=2_000_000, unpacked_bytes=20_000_000, cells=200_000)


def refusal(body: bytes, limits: Limits = SMALL) -> str:
    with pytest.raises(FileRefused) as refused:
        read_grids(body, "file", limits)
    return refused.value.problem.code


def test_a_zip_that_unpacks_to_hundreds_of_megabytes_is_not_unpacked() -> None:
    bomb = with_part(workbook([]), {SHEET: b" " * 15_000_000})
    assert len(bomb) < 100_000
    assert refusal(bomb) == "bomb"


def test_a_part_that_unpacks_to_more_than_it_declares_is_refused() -> None:
    lying = bytearray(with_part(workbook([]), {SHEET: b" " * 15_000_000}))
    true, told = (15_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little")
    assert true in lying
    assert refusal(bytes(lying).replace(true, told)) in ("bomb", "damaged")


def test_a_zip_of_thousands_of_entries_is_refused() -> None:
    assert refusal(with_part(workbook([]), {f"x{number}": b"" for number in range(2_500)})) == "bomb"


def test_shared_strings_without_end_are_refused() -> None:
    many = b"<sst>" + b"<si><t>a</t></si>" * 20_000 + b"</sst>"
    body = with_part(blank("day_care_places"), {"xl/sharedStrings.xml": many})
    assert refusal(body, Limits(strings=10_000)) == "bomb"


@pytest.mark.parametrize(
    "doctype",
    [
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;">]>',
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
    ],
)
@pytest.mark.parametrize("name", [SHEET, "xl/workbook.xml", "[Content_Types].xml", "xl/sharedStrings.xml"])
def test_entities_and_document_types_are_refused_before_anything_is_read(doctype: bytes, name: str) -> None:
    body = blank("day_care_places")
    declared, _, rest = part(body, name).rpartition(b"?>")
    head = declared + b"?>" if declared else b""
    assert refusal(with_part(body, {name: head + doctype + rest})) == "document_type"


def test_macros_are_refused_by_content_and_by_type() -> None:
    body = workbook([DAY_CARE_ROW])
    assert refusal(with_part(body, {"xl/vbaProject.bin": b"\x00"})) == "macros"
    types = part(body, "[Content_Types].xml").replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    assert refusal(with_part(body, {"[Content_Types].xml": types})) == "macros"


def test_old_and_encrypted_workbooks_are_told_apart_from_damaged_ones() -> None:
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600) == "old_excel"
    body = bytearray(workbook([DAY_CARE_ROW]))
    assert refusal(bytes(body[: len(body) // 2])) == "damaged"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert refusal(buffer.getvalue()) == "not_excel"


def test_a_formula_is_never_run_its_saved_value_is_read_and_told() -> None:
    body = workbook([DAY_CARE_ROW])
    old = part(body, SHEET)
    assert b'<c r="G4" ' in old
    begin = old.index(b'<c r="G4" ')
    end = old.index(b"</c>", begin) + 4
    with_value = b'<c r="G4"><f>HYPERLINK("http://127.0.0.1")+1</f><v>21</v></c>'
    checked = check_file(read_grids(with_part(body, {SHEET: old[:begin] + with_value + old[end:]})), known())
    assert checked.columns["places"] == [21]
    assert [note.code for note in checked.notes] == ["note_formulas"]
    assert "G4" in checked.notes[0].text("fi")

    book = openpyxl.load_workbook(io.BytesIO(body))
    book.worksheets[0]["G4"] = "=1+1"
    uncalculated = check_file(read_grids(saved(book)), known())
    assert [(problem.code, problem.row) for problem in uncalculated.problems] == [("uncalculated", 4)]


def test_error_cells_merged_cells_and_hidden_rows_are_told_by_place() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([DAY_CARE_ROW, (*DAY_CARE_ROW[:2], "PK2", "Toranki")])))
    sheet = book.worksheets[0]
    for place, value in (("F5", "oma päiväkoti"), ("G5", 30), ("H5", "#N/A")):
        sheet[place] = value
    sheet["H5"].data_type = "e"
    sheet.merge_cells("I4:I5")
    sheet.row_dimensions[5].hidden = True
    checked = check_file(read_grids(saved(book)), known())
    assert [(problem.code, problem.row, problem.column_name("fi")) for problem in checked.problems] == [
        ("error_cell", 5, "Lapsia kirjoilla"),
        ("merged", 5, "Lapsia läsnä keskimäärin"),
    ]
    assert [note.code for note in checked.notes] == ["note_hidden"]


def test_names_inside_the_archive_are_never_paths() -> None:
    body = with_part(workbook([DAY_CARE_ROW]), {"../../../../tmp/own-was-here": b"x", "/etc/own": b"x"})
    assert check_file(read_grids(body), known()).rows == 1
    relations = part(body, "xl/_rels/workbook.xml.rels").replace(
        b"worksheets/sheet1.xml", b"../../../../etc/passwd"
    )
    assert (
        check_file(read_grids(with_part(body, {"xl/_rels/workbook.xml.rels": relations})), known()).rows == 0
    )


def test_the_reader_reads_what_another_library_wrote() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    rng = random.Random(4)
    for _ in range(40):
        sheet.append([rng.choice([None, "ä", "a b", 1, -2.5, 1e-7, True, 10**12]) for _ in range(12)])
    rows = {row.number: row.values for row in read_workbook(saved(book)).sheets[0].rows}
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        trimmed = list(cells)
        while trimmed and trimmed[-1] is None:
            trimmed.pop()
        assert rows.get(number, ()) == tuple(trimmed)


def _mutated(body: bytes, rng: random.Random) -> bytes:
    spoiled = bytearray(body)
    for _ in range(rng.randint(1, 12)):
        at = rng.randrange(len(spoiled))
        kind = rng.random()
        if kind < 0.5:
            spoiled[at] = rng.randrange(256)
        elif kind < 0.7:
            del spoiled[at : at + rng.randint(1, 40)]
        elif kind < 0.9:
            spoiled[at:at] = rng.choice(INSERTED)
        else:
            spoiled[at : at + 8] = spoiled[:8]
        if not spoiled:
            break
    return bytes(spoiled)


def _inside(body: bytes, rng: random.Random) -> bytes:
    """The workbook with one of its parts spoiled, so that the zip itself is whole."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        names = [name for name in archive.namelist() if name in SPOILED]
    name = rng.choice(names)
    return with_part(body, {name: _mutated(part(body, name), rng)})


def _survives(count: int, seed: int) -> None:
    """Every spoiled file, half of them workbooks, is refused in words or read as rows that fit."""
    rng = random.Random(seed)
    rows = [DAY_CARE_ROW, ("091", "9/2025", "PK2", "Kaisla", "palveluseteli", 40, None, "12,5")]
    plain = [
        csv_file(rows),
        csv_file(rows).decode("utf-8-sig").encode("cp1252"),
        csv_file(rows).decode("utf-8-sig").encode("utf-16"),
    ]
    book = workbook(rows)
    strings = part(blank("day_care_places"), STRINGS)
    unmarked = with_part(blank("day_care_places"), {STRINGS: strings.replace(b"ESIMERKKI", b"")})
    register_columns = check_file(read_grids(book), known()).columns.keys()
    for number in range(count):
        body = (
            _mutated(rng.choice(plain), rng)
            if number % 2
            else (_inside if number % 4 else _mutated)(rng.choice([book, unmarked]), rng)
        )
        try:
            checked = check_file(read_grids(body, "file", SMALL), known())
        except FileRefused as refused:
            assert all(refused.problem.text(language) for language in ("fi", "sv", "en"))
            continue
        for problem in checked.problems:
            assert all(problem.text(language) for language in ("fi", "sv", "en"))
        if not checked.problems:
            assert checked.columns.keys() == register_columns
            assert all(value is not None for value in checked.columns["places"])
            assert all(0 <= value <= 5000 for value in checked.columns["places"])  # type: ignore[operator]
            assert not any(isinstance(v, CellFault) for values in checked.columns.values() for v in values)


def test_five_hundred_spoiled_files_of_each_format_crash_nothing() -> None:
    _survives(1_000, seed=4)


@pytest.mark.long
def test_ten_thousand_spoiled_files_of_each_format_crash_nothing() -> None:
    _survives(20_000, seed=5)
