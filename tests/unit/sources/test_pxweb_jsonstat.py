"""json-stat2 answers in every shape the publishers send them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from dagster_project.sources.answer import Answer
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.formats.jsonstat import parse_jsonstat


def document(**changes: Any) -> dict[str, Any]:
    """A dataset of two areas and two years; the figures are Kuusamo's and Taivalkoski's population."""
    return {
        "version": "2.0",
        "class": "dataset",
        "updated": "2026-04-01T05:00:00Z",
        "id": ["area", "year"],
        "size": [2, 2],
        "dimension": {
            "area": {"category": {"index": {"KU305": 0, "KU832": 1}, "label": {"KU305": "Kuusamo"}}},
            "year": {"category": {"index": ["2019", "2020"]}},
        },
        "value": [15207, 15165, 3948, 3871],
    } | changes


def answer(body: dict[str, Any] | bytes) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(name="data.json", url="https://publisher.example/11re.px", body=raw)


def test_figures_come_row_major_over_the_dimensions() -> None:
    cube = parse_jsonstat(answer(document()))
    assert cube.dimensions == {"area": ("KU305", "KU832"), "year": ("2019", "2020")}
    assert cube.values.tolist() == [15207, 15165, 3948, 3871]
    assert cube.updated == datetime(2026, 4, 1, 5, tzinfo=UTC)


def test_a_category_index_out_of_order_is_put_in_order() -> None:
    changed = document()
    changed["dimension"]["area"]["category"]["index"] = {"KU832": 1, "KU305": 0}
    assert parse_jsonstat(answer(changed)).dimensions["area"] == ("KU305", "KU832")


def test_a_dimension_of_one_category_may_have_a_label_alone() -> None:
    changed = document(size=[1, 2], value=[15207, 15165])
    changed["dimension"]["area"]["category"] = {"label": {"KU305": "Kuusamo"}}
    assert parse_jsonstat(answer(changed)).dimensions["area"] == ("KU305",)


def test_sparse_values_leave_the_other_cells_missing() -> None:
    values = parse_jsonstat(answer(document(value={"0": 15207, "3": 3871}))).values
    assert values[0] == 15207
    assert values[3] == 3871
    assert np.isnan(values[1:3]).all()


@pytest.mark.parametrize(
    ("status", "symbols"),
    [
        ({"1": "..", "2": "..."}, {1: "..", 2: "..."}),
        ([None, ".", "", "-"], {1: ".", 3: "-"}),
        ("..", {0: "..", 1: "..", 2: "..", 3: ".."}),
        (None, {}),
    ],
)
def test_status_is_read_as_object_list_or_one_symbol(status: object, symbols: dict[int, str]) -> None:
    assert parse_jsonstat(answer(document(status=status))).symbols == symbols


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<!DOCTYPE html><html>Huoltokatko</html>", "html_answer"),
        (json.dumps(document()).encode()[:200], "truncated"),
        (b"", "truncated"),
        (json.dumps(document()).encode()[:-30] + b"}", "truncated"),
        (json.dumps(document(value=[15207, 15165, 3948])).encode(), "truncated"),
        (b'{"variables": []}', "malformed"),
        (b"[1, 2]", "malformed"),
        (json.dumps(document(size=[3, 2])).encode(), "malformed"),
        (json.dumps(document(value=[1, 2, 3, "many"])).encode(), "malformed"),
        (json.dumps(document(value={"9": 1})).encode(), "malformed"),
        (json.dumps(document(updated="yesterday")).encode(), "malformed"),
    ],
)
def test_an_answer_that_is_no_dataset_is_named_for_what_it_is(body: bytes, kind: str) -> None:
    with pytest.raises(PermanentSourceError) as raised:
        parse_jsonstat(answer(body))
    assert raised.value.kind == kind
    assert "publisher.example" in raised.value.message
