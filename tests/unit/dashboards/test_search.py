"""The search finds municipalities, KPIs and pages in three languages, accents or none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from dashboards.app import create_app
from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore
from dashboards.pages import PAGES
from dashboards.search import search

Reader = Callable[..., RequestContext]


@pytest.mark.parametrize(
    ("query", "kind", "name"),
    [
        ("eckero", "municipality", "Eckerö"),
        ("KUUS", "municipality", "Kuusamo"),
        ("Pudasjarvi", "municipality", "Pudasjärvi"),
        ("tyottomien", "kpi", "Työttömien työnhakijoiden osuus"),
        ("jämför", "page", "Vertailu"),
        ("scenarios", "page", "Skenaariot"),
    ],
)
def test_a_name_is_found_without_its_accents_and_in_other_languages(
    reader: Reader, query: str, kind: str, name: str
) -> None:
    first = search(reader(), PAGES, query)[0]
    assert (first.kind, first.name) == (kind, name)


def test_the_beginning_of_a_name_comes_before_its_middle(reader: Reader) -> None:
    names = [hit.name for hit in search(reader(), PAGES, "ii") if hit.kind == "municipality"]
    assert names[0] == "Ii"


@pytest.mark.parametrize("query", ["", "   ", "qqqq"])
def test_nothing_is_found_for_nothing(reader: Reader, query: str) -> None:
    assert search(reader(), PAGES, query) == []


def test_the_field_is_answered_and_the_form_works_without_scripts(tiny_store: SnapshotStore) -> None:
    client = create_app(tiny_store, today=lambda: date(2026, 11, 21)).server.test_client()
    hits = client.get("/search.json?kunta=305&kieli=fi&q=eckero").get_json()
    assert hits[0]["kind"] == "kunta"
    assert hits[0]["href"] == "/?kunta=043&kieli=fi"
    page = client.get("/haku?kunta=305&kieli=fi&q=eckero").get_data(as_text=True)
    assert 'href="/?kunta=043&amp;kieli=fi">Eckerö</a>' in page
    none = client.get("/haku?kunta=305&kieli=fi&q=<b>x").get_data(as_text=True)
    assert "Haulla ”&lt;b&gt;x” ei löytynyt mitään" in none
    assert client.get("/search.json?kunta=999&kieli=fi&q=a").status_code == 404
