"""The WFS client: features of one layer as GeoJSON, page by page. Layers of a year are found, never written.

docs/sources/statgeo.md
"""

from __future__ import annotations

import json
import re
import xml.parsers.expat
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, field_validator

from dagster_project.sources.answer import Answer
from dagster_project.sources.candidate import Candidate, of_records
from dagster_project.sources.catalogue import RestEntry
from dagster_project.sources.client import Fetched
from dagster_project.sources.errors import PermanentSourceError, TransientSourceError
from dagster_project.sources.rows import Json, Kind, dumped, read_column, read_json
from dagster_project.sources.transport import Progress, Transport, WebRequest

PAGE = 1000
"""Features asked for at once; a server may give fewer, and says how many there are."""
MOST_FEATURES = 100_000
LARGEST_PAGE = 120_000_000
"""Bytes. All municipalities at 1:1 000 000 are some 20 MB."""
GEOMETRY = "geometry"
"""The column that holds a feature's geometry as GeoJSON text, WGS84, longitude first."""
_SHAPES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
_KINDS: dict[str, Kind] = {"varchar": "text", "double": "number", "bigint": "count", "boolean": "flag"}


class WfsQuery(BaseModel):
    """What an entry asks for: the layer whose whole name fits `layer`, the newest when a group `year` tells.

    `properties` maps columns to the publisher's property names.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    workspace: str
    layer: str
    properties: dict[str, str]

    @field_validator("layer")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        re.compile(pattern)
        return pattern


class WfsClient:
    """The protocol of a WFS 2.0 that writes GeoJSON, such as GeoServer."""

    def listing_stamp(self, entry: RestEntry, transport: Transport) -> str | None:
        """The layer's name: a published vintage stays as it is, a new one has another name."""
        if transport.origin != "live":
            return None
        query = WfsQuery.model_validate(entry.query)
        layer = _layer(query, transport.get(_capabilities(entry, query)))[0]
        return layer if "year" in re.compile(query.layer).groupindex else None

    def fetch(
        self,
        entry: RestEntry,
        transport: Transport,
        *,
        areas: Collection[str] | None,
        listing_stamp: str | None,
        progress: Progress,
    ) -> Fetched:
        """The list of layers and all pages of the newest one that fits."""
        query = WfsQuery.model_validate(entry.query)
        capabilities = transport.get(_capabilities(entry, query))
        layer, year = _layer(query, capabilities)
        pages, came = [], 0
        while True:
            page = transport.get(_features_request(entry, query, layer, came))
            features, matched = _features(page)
            pages.append(page)
            came += len(features)
            progress("fetch", came, matched or came)
            if came > MOST_FEATURES or (not features if matched is None else came >= matched):
                break
            if not features:
                raise TransientSourceError("truncated", f"{page.url}: {came} of {matched} features came")
        named = None if areas is None or entry.keep_all_areas else frozenset(areas)
        return Fetched(
            entry, transport.origin, (capabilities, *pages), listing_stamp, named, border_year=year
        )

    def parse(self, fetched: Fetched) -> Candidate:
        """One row per feature, narrowed to the areas that were named."""
        entry, named = fetched.entry, fetched.reading
        query = WfsQuery.model_validate(entry.query)
        pages = fetched.answers[1:]
        frame = pd.concat([_frame(entry, query, page) for page in pages], ignore_index=True)
        return of_records(entry, frame, named, pages[0].url, border_year=fetched.border_year)

    def few(self, fetched: Fetched, areas: Collection[str]) -> tuple[Answer, ...]:
        """The list of layers and one page with the features of `areas`, or the first two."""
        query = WfsQuery.model_validate(fetched.entry.query)
        capabilities, first = fetched.answers[:2]
        features = [feature for page in fetched.answers[1:] for feature in _features(page)[0]]
        named = query.properties.get(fetched.entry.area_column or "", "")
        few = [f for f in features if str((f.get("properties") or {}).get(named)) in areas] or features[:2]
        document = read_json(first)
        short = document | {"features": few, "totalFeatures": len(few), "numberMatched": len(few)}
        short["numberReturned"] = len(few)
        return (capabilities, replace(first, body=dumped(short)))


CLIENT = WfsClient()


def _capabilities(entry: RestEntry, query: WfsQuery) -> WebRequest:
    params = (("service", "WFS"), ("version", "2.0.0"), ("request", "GetCapabilities"))
    path = f"geoserver/{query.workspace}/wfs"
    return WebRequest(
        entry.host, path, params, accept="application/xml", name="capabilities.xml", shared=True
    )


def _features_request(entry: RestEntry, query: WfsQuery, layer: str, start: int) -> WebRequest:
    params = (
        ("service", "WFS"),
        ("version", "2.0.0"),
        ("request", "GetFeature"),
        ("typeNames", layer),
        ("srsName", "EPSG:4326"),
        ("outputFormat", "application/json"),
        ("sortBy", query.properties[entry.key_columns[0]]),  # pages of an unsorted layer may overlap
        ("count", str(PAGE)),
        ("startIndex", str(start)),
    )
    path = f"geoserver/{query.workspace}/wfs"
    return WebRequest(entry.host, path, params, name=f"features-{start:06}.json", largest=LARGEST_PAGE)


def layer_names(capabilities: Answer) -> list[str]:
    """The names of the layers in a list of capabilities.

    Read without building a document; a document type declaration, which could hold entities, is refused.
    Raises: PermanentSourceError malformed.
    """
    names: list[str] = []
    inside: list[str] = []
    text: list[str] = []

    def start(tag: str, _: dict[str, str]) -> None:
        inside.append(tag.rpartition(":")[2])
        text.clear()

    def end(_: str) -> None:
        if inside[-2:] == ["FeatureType", "Name"]:
            names.append("".join(text).strip())
        inside.pop()

    def refuse(*_: object) -> None:
        raise PermanentSourceError(
            "malformed", f"{capabilities.url}: a document type declaration, which no list of layers needs"
        )

    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(capabilities.body, True)
    except xml.parsers.expat.ExpatError as error:
        raise PermanentSourceError("truncated", f"{capabilities.url}: XML breaks off: {error}") from error
    except (ValueError, LookupError) as error:  # an encoding that nobody knows
        raise PermanentSourceError("malformed", f"{capabilities.url}: {error}") from error
    return names


def _layer(query: WfsQuery, capabilities: Answer) -> tuple[str, int | None]:
    """The newest layer that fits, and its year. Raises: PermanentSourceError drifted with what is there."""
    names = layer_names(capabilities)
    fitting = [(match, name) for name in names if (match := re.fullmatch(query.layer, name))]
    if not fitting:
        word = re.split(r"\W", query.layer.partition(":")[2])[0].rstrip("d_")
        like = [name for name in names if word[:5] in name][-8:] or names[:8]
        raise PermanentSourceError(
            "drifted",
            f"{capabilities.url}: no layer fits {query.layer!r}; there are now: {', '.join(like) or 'none'}. "
            "Put the new name into sources/catalogue",
        )
    years = [(int(match.groupdict().get("year") or 0), name) for match, name in fitting]
    year, name = max(years)
    return name, year or None


def _features(page: Answer) -> tuple[list[Json], int | None]:
    """The page's features, and how many there are in all; None when the server does not know."""
    document = read_json(page)
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise PermanentSourceError("malformed", f"{page.url}: expected a GeoJSON FeatureCollection")
    matched = document.get("numberMatched", document.get("totalFeatures", "unknown"))
    if matched == "unknown":  # which WFS 2.0 allows
        return features, None
    if not isinstance(matched, int) or isinstance(matched, bool) or not 0 <= matched <= MOST_FEATURES:
        raise PermanentSourceError(
            "malformed", f"{page.url}: {str(matched)[:40]!r} features, expected up to {MOST_FEATURES}"
        )
    return features, max(matched, len(features))


def _frame(entry: RestEntry, query: WfsQuery, page: Answer) -> pd.DataFrame:
    features, _ = _features(page)
    rows = [feature.get("properties") or {} for feature in features]
    if rows and not all(isinstance(row, dict) for row in rows):
        raise PermanentSourceError("malformed", f"{page.url}: properties that are no object")
    columns: dict[str, Any] = {}
    for column, kind in entry.raw_columns.items():
        if column == GEOMETRY:
            columns[column] = list(_geometries(features, page))
            continue
        field = query.properties.get(column, column)
        if rows and not any(field in row for row in rows):
            raise PermanentSourceError(
                "drifted",
                f"{page.url}: no property {field!r} of {column}; there: {', '.join(sorted(rows[0])[:9])}. "
                "Put the new name into sources/catalogue",
            )
        columns[column] = read_column(rows, field, _KINDS[kind], page.url)
    return pd.DataFrame(columns, index=range(len(features)))


def _geometries(features: list[Json], page: Answer) -> Iterator[str | None]:
    """Each feature's geometry as text, None where the publisher gives none."""
    for number, feature in enumerate(features, start=1):
        shape = feature.get("geometry")
        if shape is None:
            yield None
            continue
        kind = shape.get("type") if isinstance(shape, dict) else None
        if kind not in _SHAPES or not _numbers_only(shape.get("coordinates")):
            raise PermanentSourceError(
                "malformed", f"{page.url}: feature {number} has geometry of type {str(kind)[:40]!r}"
            )
        yield json.dumps(shape, separators=(",", ":"))


def _numbers_only(coordinates: object, depth: int = 5) -> bool:
    """True for lists of lists of finite numbers that can be degrees, at most `depth` deep."""
    if not isinstance(coordinates, list) or not depth:
        return False
    return bool(coordinates) and all(
        _numbers_only(part, depth - 1)
        if isinstance(part, list)
        else isinstance(part, int | float) and not isinstance(part, bool) and -1000 <= part <= 10_000
        for part in coordinates
    )
