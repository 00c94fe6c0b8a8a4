"""Statistics Finland's classification service: items in one language a call, correspondence tables.

Without `content=data` only addresses come; a correspondence table's name holds `#`, which must arrive quoted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.simulator.wire import NOT_FOUND, Reply, Request, json_reply

ROOT = ["api", "classifications", "v2"]


@dataclass(frozen=True)
class Item:
    """One class. `names` by language."""

    code: str
    names: Mapping[str, str]
    level: float = 1.0
    parent: str | None = None


@dataclass(frozen=True)
class Classifications:
    """Classifications by id (`kunta_1_20260101`), and pairs of codes by `source#target`."""

    items: Mapping[str, Sequence[Item]] = field(default_factory=dict)
    maps: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)

    def reply(self, request: Request) -> Reply:
        if request.segments[:3] != ROOT:
            return NOT_FOUND
        match request.segments[3:]:
            case ["classifications"]:
                return json_reply([f"{_root(request)}/classifications/{name}" for name in self.items])
            case ["classifications", name, "classificationItems"] if name in self.items:
                return self._items(name, request)
            case ["correspondenceTables"]:
                names = [name.replace("#", "%23") for name in self.maps]
                return json_reply([f"{_root(request)}/correspondenceTables/{name}" for name in names])
            case ["correspondenceTables", name, "maps"] if name in self.maps:
                return self._maps(name, request)
        return NOT_FOUND

    def _items(self, name: str, request: Request) -> Reply:
        items = self.items[name]
        if request.first("content") != "data":
            address = f"{_root(request)}/classifications/{name}/classificationItems/{name}"
            return json_reply([f"{address}/{item.code}" for item in items])
        language = request.first("lang") or "fi"
        return json_reply([_item(name, item, order, language) for order, item in enumerate(items, 1)])

    def _maps(self, name: str, request: Request) -> Reply:
        pairs = self.maps[name]
        if request.first("content") != "data":
            address = f"{_root(request)}/correspondenceTables/{name.replace('#', '%23')}/maps"
            return json_reply([f"{address}/{number}" for number in range(len(pairs))])
        source, target = name.split("#")
        return json_reply(
            [
                {
                    "sourceItem": {"localId": f"{source}/{one}", "code": one},
                    "targetItem": {"localId": f"{target}/{other}", "code": other},
                }
                for one, other in pairs
            ]
        )


def _item(name: str, item: Item, order: int, language: str) -> dict[str, Any]:
    return {
        "localId": f"{name}/{item.code}",
        "code": item.code,
        "level": item.level,
        "order": order,
        "parentCode": item.parent,
        "classificationItemNames": [{"lang": language, "name": item.names.get(language, item.code)}],
    }


def _root(request: Request) -> str:
    return "/".join([request.base_url, *ROOT])
