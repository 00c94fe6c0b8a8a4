"""The Treasury's register of documents: which there are, and which stage of each counts.

A municipality hands in one document per package (KKNR, KTAS …) and period; it is listed once for every stage
it passes. The furthest stage counts, and of equal stages the one accepted last. Joint authorities and
companies stand in the same list.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from dagster_project.sources.answer import Answer
from dagster_project.sources.business_ids import BusinessIds, is_valid
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.rows import Json, dumped, iter_rows

REGISTER_PATH = "rest/v1/json/aineistot"
REGISTER_KEY = "aineistot"
LARGEST_REGISTER = 250_000_000
"""Bytes. The register has no pages and grows by some ten thousand documents a year, 400 bytes each."""
STAGES = {"alustava": 1, "hyvaksytty": 2, "lopullinen": 3, "jalkikorjattu": 4}
"""Stages as addresses spell them, and how far along each is: preliminary, accepted, final, corrected."""
_PACKAGE = re.compile(r"[A-Z]{2,8}")
_PERIOD = re.compile(r"\d{4}(C(03|06|09|12))?")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}:\d{2}))?.*")


@dataclass(frozen=True)
class Document:
    """One document in one stage. `listed` is the register's row, as it was sent."""

    business_id: str
    package: str
    period: str
    stage: str
    accepted: str
    published: str
    listed: Json

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.package, self.period, self.business_id)

    @property
    def rank(self) -> tuple[int, str, str]:
        """Grows with the stage, then with the day of acceptance, then with that of publication."""
        return (STAGES[self.stage], self.accepted, self.published)

    @property
    def path(self) -> str:
        """The address under the register's host, made of checked parts: links in answers are not followed."""
        return f"rest/v1/json/dokumentti/{self.stage}/{self.package}/{self.business_id}/{self.period}"

    @property
    def name(self) -> str:
        """A file name that changes with stage and dates: what has landed under it is not fetched again."""
        moments = re.sub(r"\D", "", f"{self.accepted}{self.published}")
        return f"{self.package}-{self.business_id}-{self.period}-{self.stage}-{moments}.json"


def newest_documents(register: Answer, packages: Collection[str], ids: BusinessIds) -> tuple[Document, ...]:
    """The municipalities' documents in their furthest stage, by package, period and business id.

    Raises: PermanentSourceError when the register cannot be read or has a stage that is not known.
    """
    newest: dict[tuple[str, str, str], Document] = {}
    for row in iter_rows(register, REGISTER_KEY):
        if row.get("raportointikokonaisuus") not in packages:
            continue
        if not isinstance(row.get("ytunnus"), str) or ids.municipality(row["ytunnus"]) is None:
            continue
        document = read_document(row, register.url)
        standing = newest.get(document.key)
        if standing is None or document.rank > standing.rank:
            newest[document.key] = document
    return tuple(newest[key] for key in sorted(newest))


def read_document(row: Json, where: str) -> Document:
    """The document in a row of the register. Raises: PermanentSourceError naming the field that is wrong."""
    fields = {
        name: row.get(name)
        for name in ("ytunnus", "raportointikokonaisuus", "raportointikausi", "hyvaksymisvaihe")
    }
    stage = plain(fields["hyvaksymisvaihe"])
    if stage not in STAGES:
        raise PermanentSourceError(
            "drifted",
            f"{where}: a document is in the stage {fields['hyvaksymisvaihe']!r}; known: {', '.join(STAGES)}",
        )
    business_id, package, period = (
        str(fields[name]) for name in ("ytunnus", "raportointikokonaisuus", "raportointikausi")
    )
    if not is_valid(business_id) or not _PACKAGE.fullmatch(package) or not _PERIOD.fullmatch(period):
        raise PermanentSourceError(
            "malformed",
            f"{where}: a document has ytunnus {business_id!r}, raportointikokonaisuus {package!r}, "
            f"raportointikausi {period!r}; expected such as 0203026-2, KKNR, 2025C12",
        )
    return Document(
        business_id,
        package,
        period,
        stage,
        moment(row.get("hyvaksymispvm")),
        moment(row.get("julkaisupvm")),
        row,
    )


def slice_of(documents: Iterable[Document]) -> bytes:
    """The documents' rows of the register in its own shape."""
    return dumped({REGISTER_KEY: [document.listed for document in documents]})


def stamp_of(documents: Iterable[Document]) -> str:
    """Changes when a document is new or has another stage or date."""
    return hashlib.sha256("\n".join(document.name for document in documents).encode()).hexdigest()[:32]


def newest_moment(documents: Iterable[Document]) -> datetime | None:
    """When the youngest document was published or accepted. The register tells no time zone: read as UTC."""
    moments = [max(document.accepted, document.published) for document in documents]
    latest = max((each for each in moments if each), default=None)
    return None if latest is None else datetime.fromisoformat(latest).replace(tzinfo=UTC)


def plain(text: object) -> str:
    """A Finnish word in small letters without its dots: `Jälkikorjattu` is `jalkikorjattu` in addresses."""
    decomposed = unicodedata.normalize("NFD", str(text or "").strip().casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def moment(value: object) -> str:
    """`2026-05-29` or `2026-05-29T13:05:00`, "" when the value is neither."""
    match = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return ""
    try:
        found = datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00:00'}")
    except ValueError:
        return ""
    return found.isoformat() if match[2] else found.date().isoformat()
