"""What `--from` and `--areas` mean, and what is said when they mean nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from dagster_project.running.exits import ExitCode, PlainFailure
from dagster_project.running.request import parse_request, transport_for
from dagster_project.settings import Settings


def test_the_words_live_and_bundled_are_origins() -> None:
    assert parse_request("live").origin == "live"
    assert parse_request("bundled").origin == "bundled"


def test_a_folder_is_read_relative_to_where_the_command_was_given(tmp_path: Path) -> None:
    (tmp_path / "answers").mkdir()
    request = parse_request("answers", base=tmp_path)
    assert (request.origin, request.directory) == ("directory", tmp_path / "answers")


def test_areas_are_municipality_codes() -> None:
    assert parse_request("live", "305, 832").areas == ("305", "832")


@pytest.mark.parametrize("areas", ["91", "Kuusamo", "305,8321", ","])
def test_areas_that_are_no_codes_are_refused(areas: str) -> None:
    with pytest.raises(PlainFailure, match="three digits") as failure:
        parse_request("live", areas)
    assert failure.value.code is ExitCode.USAGE


def test_a_code_that_no_municipality_has_is_refused_by_name() -> None:
    with pytest.raises(PlainFailure, match="no municipality has the code 998, 999;") as failure:
        parse_request("live", "305,999,998")
    assert failure.value.code is ExitCode.USAGE


def test_a_municipality_that_has_merged_may_be_named() -> None:
    assert parse_request("live", "911").areas == ("911",)


def test_a_folder_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(PlainFailure, match="--from nowhere: there is no such folder") as failure:
        parse_request("nowhere", base=tmp_path)
    assert failure.value.code is ExitCode.USAGE


def test_a_file_or_nothing_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "answers.zip").touch()
    with pytest.raises(PlainFailure, match=r"--from answers.zip: is a file, not a folder"):
        parse_request("answers.zip", base=tmp_path)
    with pytest.raises(PlainFailure, match=r"--from \(empty\): there is no such folder"):
        parse_request("", base=tmp_path)


def test_a_folder_without_answers_is_said_in_one_line(tmp_path: Path) -> None:
    request = parse_request(str(tmp_path))
    with pytest.raises(PlainFailure, match="holds no PxWeb answers") as failure:
        transport_for(request, Settings(profile="test"))
    assert failure.value.code is ExitCode.USAGE


def test_the_bundled_extract_is_a_folder_of_answers() -> None:
    transport = transport_for(parse_request("bundled"), Settings(profile="test"))
    assert transport.origin == "directory"
