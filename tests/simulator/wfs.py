"""A GeoServer's WFS 2.0: features as GeoJSON, at most so many at once, refusals as XML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.simulator.wire import NOT_FOUND, Reply, Request, json_reply, text_reply


class Wfs:
    """`/geoserver/{workspace}/wfs` over features by layer (`workspace:layer`); at most `cap` a call."""

    def __init__(self, layers: Mapping[str, list[dict[str, Any]]], *, cap: int = 1000) -> None:
        self.layers = dict(layers)
        self.cap = cap

    def reply(self, request: Request) -> Reply:
        segments = request.segments
        if segments[-1:] not in (["wfs"], ["ows"]):
            return NOT_FOUND
        asked = (request.first("request") or "").casefold()
        if asked == "getcapabilities":
            names = "".join(f"<FeatureType><Name>{name}</Name></FeatureType>" for name in self.layers)
            return text_reply(
                f"<wfs:WFS_Capabilities version='2.0.0'><FeatureTypeList>{names}</FeatureTypeList>"
                "</wfs:WFS_Capabilities>",
                kind="application/xml",
            )
        name = request.first("typeNames") or request.first("typeName") or ""
        if asked != "getfeature" or name not in self.layers:
            return _exception(f"Feature type {name} unknown", "InvalidParameterValue")
        if "json" not in (request.first("outputFormat") or ""):
            return text_reply("<wfs:FeatureCollection/>", kind="application/gml+xml")
        return self._features(self.layers[name], request)

    def _features(self, features: list[dict[str, Any]], request: Request) -> Reply:
        start = int(request.first("startIndex") or 0)
        count = min(int(request.first("count") or self.cap), self.cap)
        page = features[start : start + count]
        crs = (request.first("srsName") or "EPSG:3067").removeprefix("EPSG:")
        return json_reply(
            {
                "type": "FeatureCollection",
                "features": page,
                "totalFeatures": len(features),
                "numberMatched": len(features),
                "numberReturned": len(page),
                "timeStamp": "2026-11-25T05:00:00.000Z",
                "crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{crs}"}},
            }
        )


def feature(layer: str, number: int, geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """One GeoJSON feature with the id that GeoServer gives."""
    return {
        "type": "Feature",
        "id": f"{layer.split(':')[-1]}.{number}",
        "geometry": geometry,
        "geometry_name": "geom",
        "properties": properties,
    }


def _exception(text: str, code: str) -> Reply:
    return text_reply(
        '<?xml version="1.0" encoding="UTF-8"?><ows:ExceptionReport version="2.0.0">'
        f'<ows:Exception exceptionCode="{code}"><ows:ExceptionText>{text}</ows:ExceptionText>'
        "</ows:Exception></ows:ExceptionReport>",
        status=400,
        kind="application/xml",
    )
