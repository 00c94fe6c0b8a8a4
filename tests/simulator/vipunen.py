"""Vipunen's API of education statistics: resources read page by page, filtered in RSQL."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.simulator.wire import NOT_FOUND, Reply, Request, json_reply, text_reply

LARGEST_PAGE = 5000
ANSWERS = Path("api") / "resources"


class Vipunen:
    """`/api/resources[/{name}[/data[/count]]]` over rows by resource, with their `fields` if known."""

    def __init__(
        self,
        resources: Mapping[str, list[dict[str, Any]]],
        fields: Mapping[str, list[dict[str, Any]]] | None = None,
    ) -> None:
        self.resources = dict(resources)
        self.fields = dict(fields or {})

    def reply(self, request: Request) -> Reply:
        match request.segments:
            case ["api", "resources"]:
                return json_reply(sorted(self.resources))
            case ["api", "resources", name, *rest] if name in self.resources:
                if not rest:
                    return json_reply(self.fields.get(name) or _fields(self.resources[name]))
                return self._resource(self.resources[name], rest, request)
        return json_reply({"status": 404, "error": "Not Found", "path": request.path}, status=404)

    def _resource(self, rows: list[dict[str, Any]], rest: list[str], request: Request) -> Reply:
        if rest[0] != "data":
            return NOT_FOUND
        try:
            kept = [row for row in rows if _passes(row, request.first("filter") or "")]
        except ValueError as error:
            return json_reply({"status": 400, "error": "Bad Request", "message": str(error)}, status=400)
        if rest == ["data", "count"]:
            return text_reply(str(len(kept)), kind="application/json")
        if rest != ["data"]:
            return NOT_FOUND
        if sort := request.first("sort"):
            name = sort.strip("()+-")
            kept = sorted(kept, key=lambda row: str(row.get(name)), reverse="-" in sort)
        limit = min(int(request.first("limit") or 100), LARGEST_PAGE)
        offset = int(request.first("offset") or 0)
        return json_reply(kept[offset : offset + limit])


def holds(folder: Path) -> bool:
    """True when a folder has a resource's rows."""
    return next((folder / ANSWERS).glob("*/data-*.json"), None) is not None


def from_folder(folder: Path) -> Vipunen:
    """Vipunen with every resource of a folder of its answers (`api/resources/…`)."""
    rows, fields = {}, {}
    for directory in sorted((folder / ANSWERS).iterdir()):
        pages = sorted(directory.glob("data-*.json")) if directory.is_dir() else []
        if pages:
            rows[directory.name] = [row for page in pages for row in json.loads(page.read_text("utf-8"))]
            fields[directory.name] = json.loads(directory.with_suffix(".json").read_text("utf-8"))
    return Vipunen(rows, fields)


def _fields(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"name": name, "type": "string"} for name in (rows[0] if rows else {})]


def _passes(row: Mapping[str, Any], written: str) -> bool:
    """True when a row fulfils an RSQL filter of equalities joined by `;` or ` and `.

    Raises: ValueError for a filter it cannot read.
    """
    if not written:
        return True
    return all(_fulfils(row, term.strip()) for term in re.split(r";| and ", written))


def _fulfils(row: Mapping[str, Any], term: str) -> bool:
    match = re.fullmatch(r"(\w+)(==|!=|=in=)(.+)", term)
    if match is None:
        raise ValueError(f"cannot read the filter {term!r}")
    name, operator, operand = match.groups()
    values = [part.strip().strip("'\"") for part in operand.strip("()").split(",")]
    found = str(row.get(name)) in values
    return not found if operator == "!=" else found
