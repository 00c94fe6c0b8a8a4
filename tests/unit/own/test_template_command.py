"""`kuntaluotsi template`: a form is written, and never over one that is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from dagster_project.commands.template import template
from dagster_project.running.exits import PlainFailure


def test_a_form_is_never_written_over_one_that_is_filled_in(tmp_path: Path) -> None:
    file = tmp_path / "koulut.xlsx"
    file.write_bytes(b"filled in")
    with pytest.raises(PlainFailure, match="may be filled in"):
        CliRunner().invoke(template, ["schools", "--out", str(file)], catch_exceptions=False)
    assert file.read_bytes() == b"filled in"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    file = tmp_path / "no" / "koulut.xlsx"
    with pytest.raises(PlainFailure, match="cannot be written: No such file or directory"):
        CliRunner().invoke(template, ["schools", "--out", str(file)], catch_exceptions=False)
