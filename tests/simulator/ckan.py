"""A CKAN catalogue such as avoindata.fi, and the files its packages lead to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from tests.simulator.wire import NOT_FOUND, Reply, Request, json_reply

ACTION = ["data", "api", "3", "action"]


@dataclass(frozen=True)
class Resource:
    """One file of a package."""

    name: str
    body: bytes
    format: str = "CSV"
    media_type: str = "text/csv"
    last_modified: str = "2026-10-20T06:12:44.120000"
    resource_id: str = "7a1f0f0e-0000-4000-8000-000000000001"


@dataclass(frozen=True)
class Package:
    name: str
    title: str
    resources: tuple[Resource, ...]
    licence: str = "cc-by-4.0"
    modified: str = "2026-10-20T06:12:44.120000"


class Ckan:
    """`/data/api/3/action/package_show` and `package_search`, and downloads below `/data/dataset`."""

    def __init__(self, packages: Iterable[Package]) -> None:
        self.packages = {package.name: package for package in packages}

    def replace_file(self, name: str, body: bytes, modified: str) -> None:
        """Publish a package's first file anew."""
        package = self.packages[name]
        first = replace(package.resources[0], body=body, last_modified=modified)
        self.packages[name] = replace(package, resources=(first, *package.resources[1:]), modified=modified)

    def reply(self, request: Request) -> Reply:
        match request.segments:
            case [*action, "package_show"] if action in (ACTION, ACTION[1:]):
                return self._show(request)
            case [*action, "package_search"] if action in (ACTION, ACTION[1:]):
                words = (request.first("q") or "").casefold()
                found = [p for p in self.packages.values() if words in f"{p.name} {p.title}".casefold()]
                results = [_described(package, request) for package in found]
                return json_reply({"success": True, "result": {"count": len(found), "results": results}})
            case ["data", "dataset", name, "resource", resource_id, "download", _] if name in self.packages:
                for resource in self.packages[name].resources:
                    if resource.resource_id == resource_id:
                        return Reply(resource.body, 200, {"Content-Type": resource.media_type})
        return NOT_FOUND

    def _show(self, request: Request) -> Reply:
        package = self.packages.get(request.first("id") or "")
        if package is None:
            error = {"__type": "Not Found Error", "message": "Not found"}
            return json_reply({"success": False, "error": error}, status=404)
        return json_reply({"help": "", "success": True, "result": _described(package, request)})


def _described(package: Package, request: Request) -> dict[str, Any]:
    return {
        "id": package.name,
        "name": package.name,
        "title": package.title,
        "license_id": package.licence,
        "metadata_modified": package.modified,
        "resources": [
            {
                "id": resource.resource_id,
                "name": resource.name,
                "format": resource.format,
                "mimetype": resource.media_type,
                "size": len(resource.body),
                "last_modified": resource.last_modified,
                "url": f"{request.base_url}/data/dataset/{package.name}/resource/{resource.resource_id}"
                f"/download/{resource.name}",
            }
            for resource in package.resources
        ],
    }
