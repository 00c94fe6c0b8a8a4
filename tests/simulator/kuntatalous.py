"""The State Treasury's municipal economy interfaces: the register of documents, taxonomies, business ids.

The register lists every document in every stage it has passed; figures are texts; links lead back to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
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
ANSWERS = Path("rest") / "v1" / "json"


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
    """`/rest/v1/json/aineistot` and `/rest/v1/json/dokumentti/{stage}/{package}/{id}/{period}`.

    `listed` are rows of the list, `held` the documents' rows by their path below `dokumentti`.
    """

    def __init__(self, listed: Iterable[Mapping[str, Any]], held: Mapping[str, list[Any]]) -> None:
        self.listed = [dict(row) for row in listed]
        self.held = dict(held)

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Register:
        """A register of documents described in Python."""
        register = cls([], {})
        for document in documents:
            register.add(document)
        return register

    def add(self, document: Document) -> None:
        """One more document, or a further stage of one: earlier stages stay in the list, as they do."""
        self.listed.append(_listed(document))
        self.held[document.path] = _rows(document)

    def reply(self, request: Request) -> Reply:
        match request.segments:
            case ["rest", "v1", "json", "aineistot"]:
                address = f"{request.base_url}/rest/v1/json/dokumentti/"
                rows = [
                    row | {"tunnusluvut": address + row["tunnusluvut"].partition("/dokumentti/")[2]}
                    for row in self.listed
                ]
                return json_reply({"aineistot": rows})
            case ["rest", "v1", "json", "dokumentti", *path] if "/".join(path) in self.held:
                return json_reply(self.held["/".join(path)])
        return NOT_FOUND


def holds(folder: Path) -> bool:
    """True when a folder has a part of the register."""
    return next((folder / ANSWERS).glob("aineistot*.json"), None) is not None


def from_folder(folder: Path) -> Register:
    """The register with every document of a folder of its answers (`rest/v1/json/…`)."""
    answers = folder / ANSWERS
    listed: dict[str, dict[str, Any]] = {}
    for path in sorted(answers.glob("aineistot*.json")):
        for row in json.loads(path.read_text(encoding="utf-8"))["aineistot"]:
            listed[row["tunnusluvut"]] = row
    documents = answers / "dokumentti"
    held = {
        str(path.relative_to(documents).with_suffix("")): json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(documents.rglob("*.json"))
    }
    return Register(listed.values(), held)


def _listed(document: Document) -> dict[str, Any]:
    return {
        "ytunnus": document.business_id,
        "raportointikokonaisuus": document.package,
        "raportointikausi": document.period,
        "hyvaksymisvaihe": STAGES[document.stage],
        "hyvaksymispvm": document.accepted,
        "julkaisupvm": document.published,
        "tunnusluvut": f"/dokumentti/{document.path}",
    }


def _rows(document: Document) -> list[dict[str, Any]]:
    return [
        {
            "raportointikokonaisuus": document.package,
            "raportointikausi": document.period,
            "osakokonaisuus": figure.part,
            "ytunnus": document.business_id,
            "kieli": "fi",
            "taksonomia": document.taxonomy,
            "tunnusluku": figure.code,
            "arvo": figure.value,
            "tarkastushavainnot": [],
            "hyvaksymisvaihe": STAGES[document.stage],
            "hyvaksyntapvm": document.accepted,
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
            case ["Kunta"]:
                return json_reply({"value": [_municipality(*item) for item in self.business_ids.items()]})
            case [one] if one.startswith("Kunta(") and one.endswith(")"):
                number = one[len("Kunta(") : -1]
                if number.isdigit() and int(number) in self.business_ids:
                    return json_reply(_municipality(int(number), self.business_ids[int(number)]))
        return NOT_FOUND


def _municipality(number: int, business_id: str) -> dict[str, Any]:
    return {"Kunta_Id": number, "YTunnus": business_id}
