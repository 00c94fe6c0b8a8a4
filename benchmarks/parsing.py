"""How long answers take from bytes to an Arrow table, and to the raw table on disk, beside named floors.

Floors: the fastest JSON reader at hand (orjson) over the same bytes; that our own reading plus DuckDB writing
the same Arrow table. Libraries are measured with `--libraries PYTHON`, an interpreter that has pyjstat and
pyaxis; the project does not depend on them.
"""

from __future__ import annotations

import gc
import json
import random
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pyarrow as pa

from dagster_project.raw.landing import LandingManifest
from dagster_project.raw.load import load
from dagster_project.sources.answer import Answer
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import PxWebEntry, find_entry
from dagster_project.sources.client import Fetched
from dagster_project.sources.formats.jsonstat import parse_jsonstat
from dagster_project.sources.formats.px import parse_px
from dagster_project.sources.formats.tidy import tidy_cube
from dagster_project.sources.metadata import parse_metadata
from dagster_project.sources.pxweb import parse_table
from dagster_project.sources.resolve import resolve

AREAS, AGES, SEXES, YEARS = 310, 102, ("SSS", "1", "2"), 32
ROUNDS = 7
_SEED = 20260401
_PYJSTAT = """
import sys, time
from pyjstat import pyjstat
text = open(sys.argv[1], encoding="utf-8").read()
started = time.perf_counter()
rows = len(pyjstat.Dataset.read(text).write("dataframe"))
"""
_PYAXIS = """
import sys, time
from pyaxis import pyaxis
started = time.perf_counter()
rows = len(pyaxis.parse(sys.argv[1], encoding="ISO-8859-15")["DATA"])
"""
_TELL = "print(time.perf_counter() - started, rows)"


def measure(libraries: Path | None) -> None:
    """Print the times of json-stat2 and px of the same three million cells."""
    variables = _variables()
    cells = AREAS * AGES * len(SEXES) * YEARS
    metadata, body, px = _answers(variables, cells)
    print(f"\nparsing: {cells:,} cells, json-stat2 {len(body) / 1e6:.1f} MB, px {len(px) / 1e6:.1f} MB")
    answer = Answer("data.json", "data.json", body)

    floor = _best(lambda: orjson.loads(body))
    arrow = _best(lambda: tidy_cube(parse_jsonstat(answer), "json-stat 2").table)
    print(f"  json-stat2, orjson reads the bytes    {floor:6.2f} s     1.0")
    print(f"  json-stat2, bytes to Arrow table      {arrow:6.2f} s  {arrow / floor:6.1f}")
    from_px = _best(lambda: tidy_cube(parse_px(px, "table.px")[0], "px").table)
    print(f"  px, bytes to Arrow table              {from_px:6.2f} s  {from_px / floor:6.1f}")

    entry = find_entry("raw_statfin.population_by_age")
    assert isinstance(entry, PxWebEntry)
    selection = resolve(entry, parse_metadata(metadata))
    fetched = Fetched(entry, "benchmark", (metadata, answer), reading=selection, border_year=2021)
    with tempfile.TemporaryDirectory() as folder:
        candidate = parse_table(fetched)
        parsed = _best(lambda: parse_table(fetched))
        whole = _best(lambda: _load(Path(folder), entry, parse_table(fetched)))
        same = _arrow_of(candidate)
        written = _best(lambda: _write(Path(folder), same))
    print(f"  DuckDB writes the same Arrow table    {written:6.2f} s")
    print(f"  bytes to candidate (role columns)     {parsed:6.2f} s")
    print(
        f"  bytes to raw table on disk            {whole:6.2f} s  {whole / (arrow + written):6.1f}"
        "  of bytes to Arrow + DuckDB writing it"
    )
    if libraries is None:
        print("  NOT RUN: pyjstat and pyaxis (--libraries PYTHON names an interpreter that has them)")
        return
    with tempfile.TemporaryDirectory() as folder:
        _beside(libraries, "pyjstat", _PYJSTAT, Path(folder) / "table.json", body, arrow)
        _beside(libraries, "pyaxis", _PYAXIS, Path(folder) / "table.px", px, from_px)


def _best(work: Callable[[], object]) -> float:
    """The quickest of some rounds, seconds: what a shared machine disturbs least."""
    times = []
    for _ in range(ROUNDS):
        gc.collect()
        started = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - started)
        del result
    return min(times)


def _beside(python: Path, name: str, program: str, path: Path, body: bytes, ours: float) -> None:
    path.write_bytes(body)
    told = subprocess.run(
        [str(python), "-W", "ignore", "-c", program + _TELL, str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode:
        print(f"  {name}: {told.stderr.strip().splitlines()[-1] if told.stderr.strip() else 'failed'}")
        return
    seconds, rows = told.stdout.split()[-2:]
    print(
        f"  {name}, bytes to pandas table {'':10}{float(seconds):6.2f} s  {float(seconds) / ours:6.1f}"
        f"  of ours; {int(rows):,} rows"
    )


def _variables() -> list[dict[str, Any]]:
    """The variables of the population table as StatFin's metadata lists them, made longer by years."""
    areas = ["SSS", *(f"KU{number:03d}" for number in range(1, AREAS))]
    ages = ["SSS", *(f"{age:03d}" for age in range(AGES - 2)), "100-"]
    years = [str(1990 + number) for number in range(YEARS)]

    def variable(code: str, text: str, values: list[str], **more: bool) -> dict[str, Any]:
        return {"code": code, "text": text, "values": values, "valueTexts": values, **more}

    return [
        variable("alue_23_20210101", "Alue", areas, elimination=True),
        variable("ikaryhma_10_20180101", "Ikä", ages, elimination=True),
        variable("sukupuoli_9_20180101", "Sukupuoli", list(SEXES), elimination=True),
        variable("timeperiod_y", "Vuosi", years, time=True),
        variable("contentscode", "Tiedot", ["vaerak-vaesto"]),
    ]


def _answers(variables: list[dict[str, Any]], cells: int) -> tuple[Answer, bytes, bytes]:
    """Metadata, json-stat2 and px of the same made-up counts, in the publisher's form."""
    drawn = random.Random(_SEED)
    values = [int(drawn.lognormvariate(4, 1.5)) for _ in range(cells)]
    title = "Väestö 31.12. muuttujina Alue, Ikä, Sukupuoli, Vuosi ja Tiedot"
    document = {
        "version": "2.0",
        "class": "dataset",
        "label": title,
        "updated": "2026-04-01T05:00:00Z",
        "role": {"time": ["timeperiod_y"], "metric": ["contentscode"]},
        "id": [it["code"] for it in variables],
        "size": [len(it["values"]) for it in variables],
        "dimension": {
            it["code"]: {
                "label": it["text"],
                "category": {
                    "index": {value: place for place, value in enumerate(it["values"])},
                    "label": dict(zip(it["values"], it["valueTexts"], strict=True)),
                },
            }
            for it in variables
        },
        "value": values,
        "extension": {"px": {"tableid": "11re", "decimals": 0}},
    }
    metadata = Answer(
        "metadata.json", "metadata.json", json.dumps({"title": title, "variables": variables}).encode()
    )
    return metadata, orjson.dumps(document), _as_px(variables, values, title)


def _as_px(variables: list[dict[str, Any]], values: list[int], title: str) -> bytes:
    stub, heading = variables[:3], variables[3:]
    lines = [
        'CHARSET="ANSI";', 'AXIS-VERSION="2013";', 'CODEPAGE="iso-8859-15";', 'LANGUAGE="fi";',
        'MATRIX="11re";', 'DECIMALS=0;', f'TITLE="{title}";',
        f"STUB={_quoted([it['text'] for it in stub])};",
        f"HEADING={_quoted([it['text'] for it in heading])};",
        *(f'VALUES("{it["text"]}")={_quoted(it["valueTexts"])};' for it in variables),
        *(f'CODES("{it["text"]}")={_quoted(it["values"])};' for it in variables),
        "DATA=",
    ]  # fmt: skip
    row = YEARS
    rows = (" ".join(map(str, values[at : at + row])) for at in range(0, len(values), row))
    return ("\r\n".join(lines) + "\r\n" + " \r\n".join(rows) + ";\r\n").encode("iso-8859-15")


def _quoted(texts: list[str]) -> str:
    return ",".join(f'"{text}"' for text in texts)


def _arrow_of(candidate: Candidate) -> pa.Table:
    return pa.Table.from_pandas(candidate.frame, preserve_index=False)


def _write(folder: Path, table: pa.Table) -> None:
    path = folder / "floor.duckdb"
    path.unlink(missing_ok=True)
    with duckdb.connect(path) as con:
        con.register("arrow_table", table)
        con.execute("create table t as select * from arrow_table")
        con.execute("checkpoint")


def _load(folder: Path, entry: PxWebEntry, candidate: Candidate) -> None:
    path = folder / "warehouse.duckdb"
    path.unlink(missing_ok=True)
    now = datetime.now(UTC)
    with duckdb.connect(path) as con:
        load(con, entry, candidate, _manifest(entry, candidate, now), now=now)
        con.execute("checkpoint")


def _manifest(entry: PxWebEntry, candidate: Candidate, now: datetime) -> LandingManifest:
    return LandingManifest(
        landing_id="benchmark",
        source=entry.source,
        table_name=entry.table_name,
        publisher_table_id=entry.table_id,
        publisher=entry.publisher,
        licence=entry.licence,
        origin="benchmark",
        fetched_at=now,
        publisher_stamp=candidate.publisher_stamp,
        listing_stamp=None,
        fingerprint="",
        question="",
        areas_asked=None,
        first_year=None,
        variable_codes={},
        border_year=candidate.border_year,
        areas=candidate.areas,
        is_extract=False,
        files=(),
    )
