"""PxWeb's second interface, as Statistics Sweden's answers of 2026 and the server's public source show it.

One flat list of tables with a stamp each, metadata as a json-stat2 dataset without figures, figures by POST
with a selection, aggregations as code lists. Refusals are problem documents: 404 for an unknown table, 400
for too many cells and for what is not in the table.
"""

from __future__ import annotations

import fnmatch
import json
import re
import threading
from collections.abc import Iterable
from typing import Any

from tests.simulator.changes import Change
from tests.simulator.pxweb_v1 import dimension, jsonstat2
from tests.simulator.table import Table, Variable
from tests.simulator.wire import Reply, Request, json_reply

PAGE = 20
TIME_UNITS = {4: "Annual", 6: "Quarterly", 7: "Monthly"}


def problem(title: str, status: int = 400) -> Reply:
    """A refusal in the form of RFC 7807."""
    document = {"type": "Parameter error", "title": title, "status": status}
    return json_reply(document, status=status, kind="application/problem+json")


class PxWebV2:
    """`/config`, `/tables`, `/tables/{id}[/metadata|/data]` and `/codeLists/{id}` over tables."""

    def __init__(
        self, tables: Iterable[Table], *, max_cells: int = 150_000, calls: int = 30, seconds: int = 10
    ) -> None:
        self._tables = {table.table_id.casefold(): table for table in tables}
        self._lock = threading.Lock()
        self.max_cells = max_cells
        self._told_calls, self._told_seconds = calls, seconds

    def change(self, table_id: str, *changes: Change) -> None:
        """The table as it is published from now on."""
        with self._lock:
            for change in changes:
                self._tables[table_id.casefold()] = change(self._tables[table_id.casefold()])

    def reply(self, request: Request) -> Reply:
        match request.segments:
            case ["config"]:
                return self._config()
            case ["tables"]:
                return self._list(request)
            case ["codeLists", name]:
                return self._code_list(name, request)
            case ["tables", name, *rest]:
                with self._lock:
                    table = self._tables.get(name.casefold())
                if table is None:
                    return problem("Non-existent table", 404)
                return self._about(table, rest, request)
        return problem("Not found", 404)

    def _config(self) -> Reply:
        return json_reply(
            {
                "apiVersion": "2.3.2",
                "languages": [{"id": "fi", "label": "Suomi"}, {"id": "sv", "label": "Svenska"}],
                "defaultLanguage": "fi",
                "maxDataCells": self.max_cells,
                "maxCallsPerTimeWindow": self._told_calls,
                "timeWindow": self._told_seconds,
                "license": "https://creativecommons.org/licenses/by/4.0/",
                "sourceReferences": [{"language": "fi", "text": "Lähde: Tilastokeskus"}],
                "defaultDataFormat": "json-stat2",
                "dataFormats": ["json-stat2", "csv", "px"],
                "features": [{"id": "CORS", "params": [{"key": "enabled", "value": "True"}]}],
            }
        )

    def _list(self, request: Request) -> Reply:
        with self._lock:
            tables = list(self._tables.values())
        if words := request.first("query"):
            tables = [t for t in tables if words.casefold() in f"{t.table_id} {t.title}".casefold()]
        number, size = int(request.first("pageNumber") or 1), int(request.first("pageSize") or PAGE)
        pages = max(1, -(-len(tables) // size))
        if not 1 <= number <= pages:
            return problem("Non-existent page", 404)
        base = f"{request.base_url}/tables/?lang=fi&pagesize={size}&pageNumber="
        links = [{"rel": "next", "hreflang": "fi", "href": f"{base}{number + 1}"}] if number < pages else []
        return json_reply(
            {
                "language": "fi",
                "tables": [_entry(t, request) for t in tables[(number - 1) * size : number * size]],
                "page": {
                    "pageNumber": number,
                    "pageSize": size,
                    "totalElements": len(tables),
                    "totalPages": pages,
                    "links": links,
                },
                "links": [{"rel": "self", "hreflang": "fi", "href": f"{base}{number}"}],
            }
        )

    def _about(self, table: Table, rest: list[str], request: Request) -> Reply:
        match rest:
            case []:
                return json_reply({"language": "fi", **_entry(table, request)})
            case ["metadata"]:
                return json_reply(metadata(table, request.base_url))
            case ["data"]:
                return self._data(table, request)
        return problem("Not found", 404)

    def _data(self, table: Table, request: Request) -> Reply:
        if (request.first("outputFormat") or "json-stat2") != "json-stat2":
            return problem("Unsupported output format")
        try:
            selections = _selections(request)
            selected = select(table, selections)
        except LookupError as error:
            return problem(str(error.args[0]) if error.args else "Illegal selection expression")
        except (ValueError, AttributeError, TypeError):
            return problem("Illegal selection expression")
        if selected.figures.size > self.max_cells:
            return problem("Too many cells selected")
        return json_reply(jsonstat2(selected))

    def _code_list(self, name: str, request: Request) -> Reply:
        with self._lock:
            tables = list(self._tables.values())
        for variable in (variable for table in tables for variable in table.variables):
            for grouping, groups in variable.groupings.items():
                if name == f"agg_{grouping}":
                    return json_reply(_code_list(grouping, groups, request.base_url))
        return problem("Non-existent codelist")


def select(table: Table, selections: list[dict[str, Any]]) -> Table:
    """The part of the table that a selection names.

    Raises: LookupError with PxWeb's title for what is not there; ValueError for an expression it cannot read.
    """
    chosen: dict[str, list[str]] = {}
    for part in selections:
        variable = table.variable(part["variableCode"])
        if variable is None:
            raise LookupError("Non-existent variable")
        wanted = list(part["valueCodes"])
        if name := part.get("codelist"):
            grouping = str(name).removeprefix("agg_")
            if grouping not in variable.groupings:
                raise LookupError("Non-existent codelist")
            groups = _matching(wanted, tuple(variable.groupings[grouping]))
            table = table.grouped(variable.code, grouping, groups)
            chosen[variable.code] = groups
        else:
            chosen[variable.code] = _matching(wanted, variable.values)
    try:
        return table.cut(chosen)
    except KeyError as error:
        raise LookupError("Missing selection for mandantory variable") from error


def _matching(wanted: list[str], there: tuple[str, ...]) -> list[str]:
    """The values that codes and expressions name, in the table's order."""
    found: set[str] = set()
    for code in wanted:
        expression = re.fullmatch(r"(TOP|BOTTOM|FROM)\((.+)\)", code, re.IGNORECASE)
        if expression:
            found |= set(_expressed(expression[1].upper(), expression[2], there))
        elif "*" in code or "?" in code:
            found |= set(fnmatch.filter(there, code))
        elif code in there:
            found.add(code)
        else:
            raise LookupError("Non-existent value")
    return [value for value in there if value in found]


def _expressed(name: str, argument: str, there: tuple[str, ...]) -> tuple[str, ...]:
    if name == "TOP":
        return there[-int(argument) :]
    if name == "BOTTOM":
        return there[: int(argument)]
    return there[there.index(argument) :]


def _selections(request: Request) -> list[dict[str, Any]]:
    if request.method == "POST":
        return list(json.loads(request.body)["selection"])
    return [
        {"variableCode": code[1], "valueCodes": value.split(",")}
        for name, value in request.query
        if (code := re.fullmatch(r"valueCodes\[(.+)\]", name, re.IGNORECASE))
    ]


def metadata(table: Table, base_url: str = "") -> dict[str, Any]:
    """The table's dataset without figures; variables tell their code lists."""
    document = jsonstat2(table) | {"value": []}
    document.pop("status", None)
    document["dimension"] = {variable.code: _described(variable, base_url) for variable in table.variables}
    return document


def _described(variable: Variable, base_url: str) -> dict[str, Any]:
    described = dimension(variable)
    described["extension"].pop("eliminationValueCode", None)  # told with the figures only
    described["extension"] |= {
        "codelists": [
            {
                "id": f"agg_{name}",
                "label": name,
                "type": "Aggregation",
                "links": [{"rel": "metadata", "hreflang": "fi", "href": f"{base_url}/codeLists/agg_{name}"}],
            }
            for name in variable.groupings
        ]
    }
    return described


def _entry(table: Table, request: Request) -> dict[str, Any]:
    """The table in the list."""
    periods = sorted(next((v.values for v in table.of_kind("time")), ("",)))
    address = f"{request.base_url}/tables/{table.table_id}"
    return {
        "id": table.table_id,
        "label": table.title,
        "description": "",
        "sortCode": table.table_id,
        "updated": table.updated,
        "firstPeriod": periods[0],
        "lastPeriod": periods[-1],
        "category": "public",
        "variableNames": [variable.text for variable in table.variables],
        "source": table.source,
        "subjectCode": table.folder,
        "timeUnit": TIME_UNITS.get(len(periods[-1]), "Other"),
        "paths": [[{"id": table.folder, "label": table.folder, "sortCode": table.folder}]],
        "links": [
            {"rel": rel, "hreflang": "fi", "href": f"{address}{tail}?lang=fi"}
            for rel, tail in (("self", ""), ("metadata", "/metadata"), ("data", "/data"))
        ],
    }


def _code_list(grouping: str, groups: Any, base_url: str) -> dict[str, Any]:
    return {
        "id": f"agg_{grouping}",
        "label": grouping,
        "language": "fi",
        "languages": ["fi"],
        "elimination": False,
        "type": "Aggregation",
        "values": [
            {"code": group, "label": group, "valueMap": list(members)} for group, members in groups.items()
        ],
        "links": [{"rel": "self", "hreflang": "fi", "href": f"{base_url}/codeLists/agg_{grouping}?lang=fi"}],
    }
