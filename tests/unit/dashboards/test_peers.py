"""Similar municipalities by the published models: which groups, why, and whether they last."""

from __future__ import annotations

from pathlib import Path

import pytest
from published_snapshot import kpi, municipality, reader_context, write_snapshot

from dashboards.components.comparison_groups import NEAR, SIMILAR, comparison_groups
from dashboards.data.store import SnapshotStore

NAMES = {"305": "Kuusamo", "832": "Taivalkoski", "615": "Pudasjärvi", "139": "Ii", "140": "Iisalmi"}


def peer(model: str, place: int, code: str, *, earlier: bool = True) -> dict[str, object]:
    return {
        "municipality_code": "305",
        "model_id": model,
        "place": place,
        "peer_code": code,
        "distance": float(place),
        "closest_kpi_id": "population",
        "furthest_kpi_id": "loans",
        "was_peer_earlier": earlier,
        "is_peer_with_equal_weights": True,
    }


def published(folder: Path, *peers: dict[str, object]) -> SnapshotStore:
    tables = {
        "dim_municipality": [municipality(code, name, 5000.0 + int(code)) for code, name in NAMES.items()],
        "dim_kpi": [kpi("population", "Väkiluku"), kpi("loans", "Lainakanta")],
        "fct_peer": list(peers),
    }
    write_snapshot(folder / "marts", tables)
    return SnapshotStore(folder / "marts")


def test_each_model_is_a_group_of_its_peers_with_the_reason(tmp_path: Path) -> None:
    store = published(
        tmp_path, peer("whole", 1, "140"), peer("whole", 2, "832"), peer("demographic", 1, "615")
    )
    groups = {group.key: group for group in comparison_groups(reader_context(store))}
    assert groups[SIMILAR].members == {"305", "140", "832"}
    assert groups["samankaltaiset-demographic"].members == {"305", "615"}
    assert "Iisalmi (väkiluku / lainakanta); Taivalkoski (väkiluku / lainakanta)." in groups[SIMILAR].reason
    assert NEAR not in groups


@pytest.mark.parametrize(
    ("language", "name", "words"),
    [
        ("fi", "Taloudeltaan samankaltaiset", "vaihtuu herkästi"),
        ("sv", "Liknande till ekonomin", "växlar lätt"),
        ("en", "Similar in economy", "changes easily"),
    ],
)
def test_peers_that_do_not_last_are_said_to_change(
    tmp_path: Path, language: str, name: str, words: str
) -> None:
    rows = [peer("economic", place, code, earlier=place == 1) for place, code in enumerate(NAMES, start=0)]
    store = published(tmp_path, *rows[1:])
    groups = {group.key: group for group in comparison_groups(reader_context(store, "305", language))}
    told = groups["samankaltaiset-economic"]
    assert (told.name, words in told.reason) == (name, True)


def test_peers_that_last_are_not_said_to_change(tmp_path: Path) -> None:
    store = published(tmp_path, peer("economic", 1, "140"), peer("economic", 2, "832", earlier=False))
    groups = {group.key: group for group in comparison_groups(reader_context(store))}
    assert "herkästi" not in groups["samankaltaiset-economic"].reason


def test_peers_by_economy_alone_are_not_the_usual_ones(tmp_path: Path) -> None:
    store = published(tmp_path, peer("economic", 1, "140"))
    context = reader_context(store)
    assert context.snapshot.similar_codes("305") != {"140"}
    assert next(group for group in comparison_groups(context) if group.kind == "similar").key == SIMILAR


def test_cards_rank_among_the_usual_peers(tmp_path: Path) -> None:
    store = published(tmp_path, peer("whole", 1, "140"), peer("economic", 1, "832"))
    assert reader_context(store).snapshot.similar_codes("305") == {"140"}
