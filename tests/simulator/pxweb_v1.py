"""PxWeb's first interface as StatFin and its like answer it, in the new contract of 2026 and the old one.

Facts: unknown tables and folders get 400 from StatFin, wrong paths 404, more than `max_cells` 403; the folder
in a table's path is ignored; variables that may be eliminated can be left out of a query.
"""

from __future__ import annotations

import fnmatch
import json
import threading
from collections.abc import Iterable
from typing import Any

import numpy as np

from tests.simulator.changes import Change
from tests.simulator.table import Table, Variable, numbers
from tests.simulator.wire import NOT_FOUND, Reply, Request, json_reply, text_reply

LANGUAGES = ("fi", "sv", "en")
BAD_REQUEST = text_reply("", status=400)


class PxWebV1:
    """`/{language}/{database}/{folder}/{table}.px` over tables that may change while it serves."""

    def __init__(
        self, tables: Iterable[Table], *, max_cells: int = 120_000, calls: int = 40, seconds: int = 60
    ) -> None:
        self._tables = {(table.database, table.table_id): table for table in tables}
        self._lock = threading.Lock()
        self.max_cells = max_cells
        self._told_calls, self._told_seconds = calls, seconds

    def change(self, table_id: str, *changes: Change) -> None:
        """The table as it is published from now on."""
        with self._lock:
            key = next(key for key in self._tables if key[1] == table_id)
            for change in changes:
                self._tables[key] = change(self._tables[key])

    def remove(self, table_id: str) -> None:
        """The table is not there any more."""
        with self._lock:
            self._tables = {key: table for key, table in self._tables.items() if key[1] != table_id}

    def tables(self) -> list[Table]:
        with self._lock:
            return list(self._tables.values())

    def reply(self, request: Request) -> Reply:
        parts = request.segments
        if not parts or parts[0] not in LANGUAGES or len(parts) > 5:
            return NOT_FOUND
        if any(name == "config" for name, _ in request.query):
            return self._config()
        if parts[-1].endswith(".px"):
            return self._table(request, parts)
        if request.method != "GET":
            return BAD_REQUEST
        return self._list(request, parts[1:])

    def _config(self) -> Reply:
        return json_reply(
            {
                "maxValues": self.max_cells,
                "maxCells": self.max_cells,
                "maxCalls": self._told_calls,
                "timeWindow": self._told_seconds,
                "CORS": True,
            }
        )

    def _table(self, request: Request, parts: list[str]) -> Reply:
        table = self._find(parts[1], parts[-1].removesuffix(".px"))
        if table is None:
            return BAD_REQUEST
        if request.method == "GET":
            return json_reply(metadata(table))
        try:
            asked = json.loads(request.body)
            selected = select(table, asked.get("query", []))
            written = FORMATS[asked.get("response", {}).get("format", "px").casefold()]
        except (ValueError, KeyError, AttributeError, TypeError):
            return BAD_REQUEST
        if selected.figures.size > self.max_cells:
            return Reply(b"", 403)
        return written(selected)

    def _find(self, database: str, table_id: str) -> Table | None:
        with self._lock:
            return next(
                (
                    table
                    for (held_in, name), table in self._tables.items()
                    if held_in.casefold() == database.casefold() and name.casefold() == table_id.casefold()
                ),
                None,
            )

    def _list(self, request: Request, parts: list[str]) -> Reply:
        tables = self.tables()
        if not parts:
            return json_reply(
                [{"dbid": name, "text": name} for name in dict.fromkeys(t.database for t in tables)]
            )
        held = [t for t in tables if t.database.casefold() == parts[0].casefold()]
        if not held:
            return BAD_REQUEST
        if (words := request.first("query")) is not None:
            found = [t for t in held if words.casefold() in t.title.casefold()]
            return json_reply([_found(t) for t in found])
        inside = [_listed(t) for t in held if t.folder == "/".join(parts[1:])]
        if len(parts) == 1:
            folders = dict.fromkeys(t.folder for t in held if t.folder)
            return json_reply([{"id": name, "type": "l", "text": name} for name in folders] + inside)
        return json_reply(inside) if inside else BAD_REQUEST


def select(table: Table, query: list[dict[str, Any]]) -> Table:
    """The part of the table that a query names. Raises: KeyError or ValueError for what is not there."""
    selected: dict[str, list[str]] = {}
    grouped: list[tuple[str, str, list[str]]] = []
    for part in query:
        variable = table.variable(part["code"])
        if variable is None:
            raise KeyError(part["code"])
        kind, values = part["selection"]["filter"], list(part["selection"]["values"])
        if kind.startswith("agg:"):
            name = kind.removeprefix("agg:").removesuffix(".agg")
            grouped.append((variable.code, name, values))
            values = list(variable.values)
        selected[variable.code] = _chosen(variable, kind, values)
    for code, name, groups in grouped:
        table = table.grouped(code, name, groups)
        selected[code] = groups
    return table.cut(selected)


def _chosen(variable: Variable, kind: str, values: list[str]) -> list[str]:
    if kind == "item" or kind.startswith(("vs:", "agg:")):
        return values
    if kind == "all":
        return [v for v in variable.values if any(fnmatch.fnmatchcase(v, pattern) for pattern in values)]
    if kind == "top":
        return list(variable.values[-int(values[0]) :])
    raise ValueError(f"no filter is called {kind!r}")


def metadata(table: Table) -> dict[str, Any]:
    """What GET on a table returns."""
    variables = []
    for variable in table.variables:
        described: dict[str, Any] = {
            "code": variable.code,
            "text": variable.text,
            "values": list(variable.values),
            "valueTexts": list(variable.texts or variable.values),
        }
        if variable.elimination:
            described["elimination"] = True
        if variable.kind == "time":
            described["time"] = True
        if variable.map:
            described["map"] = variable.map
        variables.append(described)
    return {"title": table.title, "variables": variables}


def jsonstat2(table: Table) -> dict[str, Any]:
    """The table as the json-stat2 dataset that PxWeb writes."""
    ids = [variable.code for variable in table.variables]
    role = {
        kind: [variable.code for variable in table.of_kind(kind)]
        for kind in ("time", "geo", "metric")
        if table.of_kind(kind)
    }
    document: dict[str, Any] = {
        "version": "2.0",
        "class": "dataset",
        "label": table.title,
        "source": table.source,
        "updated": table.updated,
        "role": role,
        "id": ids,
        "size": list(table.figures.shape),
        "dimension": {variable.code: dimension(variable) for variable in table.variables},
        "extension": {
            "px": {
                "tableid": table.px_id or table.table_id,
                "decimals": 0,
                "official-statistics": True,
                "aggregallowed": True,
                "language": "fi",
                "matrix": table.table_id,
                "heading": ids[-2:],
                "stub": ids[:-2],
                "subject-code": table.folder,
            },
            **table.extension,
        },
        "value": numbers(table.figures),
    }
    if table.marks:
        document["status"] = {str(position): mark for position, mark in sorted(table.marks.items())}
    return document


def dimension(variable: Variable) -> dict[str, Any]:
    index: Any = {value: number for number, value in enumerate(variable.values)}
    if len(index) < len(variable.values):
        index = list(variable.values)  # a value that stands twice can only be told as a list
    texts = variable.texts or variable.values
    category = {"index": index, "label": dict(zip(variable.values, texts, strict=True))}
    if variable.kind == "metric":
        category["unit"] = {value: {"base": "lukumäärä", "decimals": 0} for value in variable.values}
    extension: dict[str, Any] = {"elimination": variable.elimination, "show": "value"}
    if variable.elimination and variable.total:
        extension["eliminationValueCode"] = variable.total
    return {"label": variable.text, "category": category, "extension": extension}


def _json(table: Table) -> Reply:
    """The `json` form: figures as texts, missing marks among them, the update time with dots."""
    flat = numbers(table.figures)
    texts = [table.marks.get(n, "..") if v is None else str(v) for n, v in enumerate(flat)]
    metrics = [axis for axis, variable in enumerate(table.variables) if variable.kind == "metric"]
    keys = [axis for axis in range(len(table.variables)) if axis not in metrics]
    columns = [
        {
            "code": table.variables[axis].code,
            "text": table.variables[axis].text,
            "type": "t" if table.variables[axis].kind == "time" else "d",
        }
        for axis in keys
    ]
    contents = [v for axis in metrics for v in table.variables[axis].values] or ["value"]
    columns += [{"code": code, "text": code, "type": "c"} for code in contents]
    cells = np.array(texts, dtype=object).reshape(table.figures.shape)
    rows = np.moveaxis(cells, metrics, range(-len(metrics), 0)).reshape(-1, len(contents))
    shape = tuple(table.figures.shape[axis] for axis in keys)
    data = [
        {
            "key": [table.variables[axis].values[n] for axis, n in zip(keys, place, strict=True)],
            "values": list(rows[number]),
        }
        for number, place in enumerate(np.ndindex(shape))
    ]
    told = {"updated": table.updated.replace(":", "."), "label": table.title, "source": table.source}
    return json_reply({"columns": columns, "data": data, "comments": [], "metadata": [told]})


FORMATS = {"json-stat2": lambda table: json_reply(jsonstat2(table)), "json": _json}


def _listed(table: Table) -> dict[str, Any]:
    text = f"{table.table_id} -- {table.title}"
    return {"id": f"{table.table_id}.px", "type": "t", "text": text, "updated": table.list_stamp}


def _found(table: Table) -> dict[str, Any]:
    return {
        "id": f"{table.table_id}.px",
        "path": f"/{table.folder}",
        "title": table.title,
        "score": 1.0,
        "published": table.list_stamp,
    }
