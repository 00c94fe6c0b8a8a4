"""`kuntaluotsi submit`: what the sender is told, and in which language."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from dagster_project.commands.submit import submit
from tests.unit.own.filled import DAY_CARE_ROW, saved, workbook

WRONG_ROW = (*DAY_CARE_ROW[:5], "tjugoett", *DAY_CARE_ROW[6:])


@pytest.fixture(autouse=True)
def _own_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUNTALUOTSI_DATA_ROOT", str(tmp_path / "data"))


def handed_in(tmp_path: Path, body: bytes, *options: str, name: str = "paikat.xlsx") -> Result:
    file = tmp_path / name
    file.write_bytes(body)
    return CliRunner().invoke(submit, [str(file), *options])


def test_reasons_are_printed_in_the_language_that_was_asked_for(tmp_path: Path) -> None:
    asked = handed_in(tmp_path, workbook([WRONG_ROW]), "--language", "sv")
    assert asked.exit_code == 3
    assert "Rad 4" in asked.output
    assert "refused, kept in" in asked.output
    unasked = handed_in(tmp_path, workbook([WRONG_ROW]))
    assert "Rivi 4" in unasked.output


def test_a_sender_of_several_lines_is_refused_in_words(tmp_path: Path) -> None:
    told = handed_in(tmp_path, workbook([WRONG_ROW]), "--user", "eka\ntoka")
    assert "--user takes one line" in str(told.exception)


def test_notes_are_printed_in_the_language_that_was_asked_for(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([DAY_CARE_ROW])))
    book.worksheets[0].row_dimensions[4].hidden = True
    asked = handed_in(tmp_path, saved(book), "--language", "sv")
    assert asked.exit_code == 0, asked.output
    assert "1 dold rad lästes" in asked.output
