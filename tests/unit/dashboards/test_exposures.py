"""The lineage ends at the pages: dbt knows every page of the dashboards and the tables that it reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from contract.published import PUBLISHED_TABLES
from dagster_project.dbt_codegen import DBT_DIR
from dashboards.app import create_app
from dashboards.context import Page
from dashboards.data.reader import SnapshotReader
from dashboards.data.store import SnapshotStore
from dashboards.pages import PAGES

EXPOSURES_FILE = DBT_DIR / "models" / "exposures.yml"
EXPOSURES = yaml.safe_load(EXPOSURES_FILE.read_text("utf-8"))["exposures"]
PUBLISHED = {table.name for table in PUBLISHED_TABLES}


def named(exposure: dict) -> set[str]:
    """The tables of an exposure's refs."""
    return {re.fullmatch(r"ref\('(\w+)'\)", ref)[1] for ref in exposure["depends_on"]}


def test_every_page_has_one_exposure_and_no_exposure_is_of_a_page_that_is_gone() -> None:
    exposed = [exposure["config"]["meta"]["path"] for exposure in EXPOSURES]
    assert sorted(exposed) == sorted(page.PATH for page in PAGES), f"say it in {EXPOSURES_FILE}"


@pytest.mark.parametrize("exposure", EXPOSURES, ids=lambda exposure: exposure["name"])
def test_a_page_rests_on_published_tables_only(exposure: dict) -> None:
    assert named(exposure) <= PUBLISHED


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.PATH)
def test_a_page_reads_no_table_that_its_exposure_does_not_name(
    page: Page, tiny_marts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answer = SnapshotReader._execute

    def overheard(self: SnapshotReader, sql: str, parameters: list | None) -> object:
        asked.append(sql)
        return answer(self, sql, parameters)

    monkeypatch.setattr(SnapshotReader, "_execute", overheard)
    client = create_app(SnapshotStore(tiny_marts), default_municipality="305").server.test_client()
    for municipality in ("305", "043"):
        answered = client.get(page.PATH, query_string={"kunta": municipality}, follow_redirects=True)
        assert answered.status_code == 200

    read = PUBLISHED & set(re.findall(r"\w+", " ".join(asked)))
    exposure = next(one for one in EXPOSURES if one["config"]["meta"]["path"] == page.PATH)
    assert read
    assert read - named(exposure) == set(), f"name them in {EXPOSURES_FILE}"
