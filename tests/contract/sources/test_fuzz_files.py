"""Spoilt files of every format: a table or a fault, never another error, never half a table.

A case is told by its format and number and can be made again from them.
"""

from __future__ import annotations

import json
from random import Random

import pytest

from dagster_project.sources.errors import SourceFault
from dagster_project.sources.formats.reading import read_file
from tests.simulator.mutations import mutated
from tests.unit.sources.test_formats import PX, workbook

GOOD: dict[str, bytes] = {
    "px": PX.encode("iso-8859-15"),
    "sparse px": PX.replace("DATA=\n5517919 5525292 5533793\n", 'KEYS("Alue")=CODES;\nDATA=\n')
    .replace('"..." 227 "-" ;', '"KU318", 226 227 "." ;')
    .encode("utf-8"),
    "json-stat": json.dumps(
        {
            "version": "2.0",
            "class": "dataset",
            "id": ["alue", "vuosi"],
            "size": [2, 2],
            "dimension": {
                "alue": {
                    "label": "Alue",
                    "category": {"index": {"SSS": 0, "KU305": 1}, "label": {"SSS": "Koko maa"}},
                },
                "vuosi": {"category": {"index": ["2019", "2020"]}},
            },
            "value": [1.5, None, 3, 4],
            "status": {"1": "..."},
            "role": {"time": ["vuosi"]},
        }
    ).encode(),
    "json-stat 1": json.dumps(
        {
            "dataset": {
                "dimension": {
                    "id": ["alue"],
                    "size": [2],
                    "role": {"geo": ["alue"]},
                    "alue": {"category": {"index": {"SSS": 0, "KU305": 1}}},
                },
                "value": {"0": 4},
                "status": ["", ".."],
            }
        }
    ).encode(),
    "sdmx-csv": (
        b"DATAFLOW,FREQ,GEO,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n"
        b"X:Y(1.0),A,FI,2020,5533793,\nX:Y(1.0),A,AX,2020,,M\n"
    ),
    "csv": "Alue;Vuosi;Väkiluku;Osuus\r\n049;2020;292\u00a0796;12,5\r\n318;2020;..;\r\n".encode("cp1252"),
    "xlsx": workbook(
        [["Alue", "Vuosi", "Lapsia"], ["049", 2020, 31], ["305", 2020, 12.5], ["318", 2020, ".."]]
    ),
}


def grind(kind: str, cases: int) -> dict[str, int]:
    """How often each outcome came."""
    outcomes: dict[str, int] = {}
    for number in range(cases):
        random = Random(f"{kind} {number}")
        body = mutated(GOOD[kind], random, list(GOOD.values()))
        try:
            tidy = read_file(body, "file")
        except SourceFault as fault:
            outcome: str = fault.kind
        except Exception as error:
            raise AssertionError(f"{kind}, case {number}: {type(error).__name__}: {error}") from error
        else:
            outcome = "read"
            assert tidy.table.num_rows > 0, f"{kind}, case {number}: a table without rows"
            assert {"value", "value_status"} <= set(tidy.table.column_names)
            assert tidy.table.column("value_status").null_count == 0
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    return outcomes


@pytest.mark.parametrize("kind", GOOD)
def test_five_hundred_spoilt_files_end_in_a_table_or_a_fault(kind: str) -> None:
    outcomes = grind(kind, 500)
    assert outcomes.get("read", 0) < 500
    assert len(outcomes) > 1


@pytest.mark.long
@pytest.mark.parametrize("kind", GOOD)
def test_ten_thousand_spoilt_files_end_in_a_table_or_a_fault(kind: str) -> None:
    assert sum(grind(kind, 10_000).values()) == 10_000
