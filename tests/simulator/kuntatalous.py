"""The State Treasury's municipal economy interfaces: the register of documents, taxonomies, business ids.

The register lists every document in every stage it has passed; figures are texts; links lead back to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.simulator.wire import NOT_FOUND, Reply, Request, json_reply

STAGES = {
    "alustava": "Alustava",
    "hyvaksytty": "Hyväksytty",
    "lopullinen": "Lopullinen",
    "jalkikorjattu": "Jälkikorjattu",
}

TAXONOMY_FILES = "https://tkdpprodjrpstacc02.blob.core.windows.net"
FOLDER = "kuntataloudentaksonomia"
ODATA = ["api", "Hakemistorajapinta", "1.0", "odata"]


@dataclass(frozen=True)
class Figure:
    """One figure of a document: its part (`k-t07`), its code and its value as the register writes it."""

    part: str
    code: str
    value: str


@dataclass(frozen=True)
class Document:
    """One reported document in one stage (`alustava` … `jalkikorjattu`)."""

    business_id: str
    package: str
    period: str
    stage: str
    figures: tuple[Figure, ...]
    taxonomy: str = "jhs-2018-01/2024-03-26"
    accepted: str = "2026-05-29"
    published: str = "2026-06-01"

    @property
    def path(self) -> str:
        return f"{self.stage}/{self.package}/{self.business_id}/{self.period}"


class Register:
    """`/rest/v1/json/aineistot` and `/rest/v1/json/dokumentti/{stage}/{package}/{id}/{period}`."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = list(documents)

    def reply(self, request: Request) -> Reply:
        match request.segments:
            case ["rest", "v1", "json", "aineistot"]:
                return json_reply({"aineistot": [self._listed(d, request) for d in self.documents]})
            case ["rest", "v1", "json", "dokumentti", stage, package, business_id, period]:
                wanted = f"{stage}/{package}/{business_id}/{period}"
                found = [document for document in self.documents if document.path == wanted]
                return json_reply(_rows(found[0])) if found else NOT_FOUND
        return NOT_FOUND

    def _listed(self, document: Document, request: Request) -> dict[str, Any]:
        return {
            "ytunnus": document.business_id,
            "raportointikokonaisuus": document.package,
            "raportointikausi": document.period,
            "hyvaksymisvaihe": STAGES[document.stage],
            "hyvaksymispvm": document.accepted,
            "julkaisupvm": document.published,
            "tunnusluvut": f"{request.base_url}/rest/v1/json/dokumentti/{document.path}",
        }


def _rows(document: Document) -> list[dict[str, Any]]:
    return [
        {
            "ytunnus": document.business_id,
            "raportointikausi": document.period,
            "raportointikokonaisuus": document.package,
            "osakokonaisuus": figure.part,
            "taksonomia": document.taxonomy,
            "tunnusluku": figure.code,
            "arvo": figure.value,
            "hyvaksymisvaihe": STAGES[document.stage],
            "hyvaksyntapvm": document.accepted,
            "tarkastushavainnot": [],
        }
        for figure in document.figures
    ]


class Taxonomies:
    """`/kuntatalous/v1/taksonomia` tells where each package's file lies; `TaxonomyFiles` has the files."""

    def __init__(self, packages: Iterable[str], files_at: str = TAXONOMY_FILES) -> None:
        self.packages = list(packages)
        self.files_at = files_at.rstrip("/")

    def reply(self, request: Request) -> Reply:
        if request.segments != ["kuntatalous", "v1", "taksonomia"]:
            return NOT_FOUND
        return json_reply([f"{self.files_at}/{FOLDER}/{package}.json" for package in self.packages])


class TaxonomyFiles:
    """`/kuntataloudentaksonomia/{package}.json`: every figure a package may hold, in three languages."""

    def __init__(self, packages: Mapping[str, list[dict[str, Any]]]) -> None:
        self.packages = dict(packages)

    def reply(self, request: Request) -> Reply:
        match request.segments:
            case [folder, name] if folder == FOLDER and name.removesuffix(".json") in self.packages:
                return json_reply(self.packages[name.removesuffix(".json")])
        return NOT_FOUND


class BusinessIds:
    """The environment administration's OData register: `Kunta(91)` gives a municipality's business id."""

    def __init__(self, business_ids: Mapping[int, str]) -> None:
        self.business_ids = dict(business_ids)

    def reply(self, request: Request) -> Reply:
        match request.segments:
            case [*above, "Kunta"] if above == ODATA:
                return json_reply({"value": [_municipality(*item) for item in self.business_ids.items()]})
            case [*above, one] if above == ODATA and one.startswith("Kunta(") and one.endswith(")"):
                number = one[len("Kunta(") : -1]
                if number.isdigit() and int(number) in self.business_ids:
                    return json_reply(_municipality(int(number), self.business_ids[int(number)]))
        return NOT_FOUND


def _municipality(number: int, business_id: str) -> dict[str, Any]:
    return {"Kunta_Id": number, "YTunnus": business_id}
