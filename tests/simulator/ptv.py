"""The Finnish service catalogue (PTV) open interface: services by municipality, page by page.

Paths and the page's frame as public clients of version 11 use them; not checked against the live service.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.simulator.wire import Reply, Request, json_reply

PAGE = 100


class Ptv:
    """`/api/v11/{Service|ServiceChannel}/list/area/Municipality/code/{code}?page=` over full descriptions."""

    def __init__(
        self,
        services: Mapping[str, Sequence[dict[str, Any]]],
        channels: Mapping[str, Sequence[dict[str, Any]]] | None = None,
        *,
        page_size: int = PAGE,
    ) -> None:
        self.held = {"Service": dict(services), "ServiceChannel": dict(channels or {})}
        self.page_size = page_size

    def reply(self, request: Request) -> Reply:
        match request.segments:
            case ["api", "v11", kind, "list", "area", "Municipality", "code", code] if kind in self.held:
                return self._page(list(self.held[kind].get(code, ())), request)
            case ["api", "v11", kind, "list"] if kind in self.held:
                wanted = (request.first("guids") or "").split(",")[:PAGE]
                everything = [item for items in self.held[kind].values() for item in items]
                return json_reply([item for item in everything if item["id"] in wanted])
            case ["api", "v11", kind, number] if kind in self.held:
                found = [i for items in self.held[kind].values() for i in items if i["id"] == number]
                return json_reply(found[0]) if found else _not_found(number)
        return _not_found(request.path)

    def _page(self, items: list[dict[str, Any]], request: Request) -> Reply:
        number = max(1, int(request.first("page") or 1))
        pages = -(-len(items) // self.page_size)
        page = items[(number - 1) * self.page_size : number * self.page_size]
        return json_reply(
            {"pageNumber": number, "pageSize": self.page_size, "pageCount": pages, "itemList": page}
        )


def _not_found(what: str) -> Reply:
    return json_reply({"message": f"'{what}' not found."}, status=404)
