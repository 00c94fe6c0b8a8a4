"""The catalogue of source tables: typed entries read from `sources/catalogue/<source>.yaml`.

One entry tells everything the code needs to know of a table; unknown keys are refused by name, so a
misspelt key cannot pass as a default.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

CATALOGUE_DIR = Path(__file__).with_name("catalogue")
WHOLE_COUNTRY = "SSS"
Role = Literal["area", "time", "age", "sex", "contents"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _compiles(pattern: str | None) -> str | None:
    """The pattern itself. Raises: ValueError when it is no regular expression."""
    try:
        re.compile(pattern or "")
    except re.error as error:
        raise ValueError(f"{pattern!r} is no pattern: {error}") from error
    return pattern


class RoleRule(_Strict):
    """How one role finds its variable, and which of the variable's values are read.

    `code` and `map` are patterns for the whole text; `keep` likewise, for value codes; without `keep` every
    value is read.
    """

    code: str
    map: str | None = None
    text: tuple[str, ...] = ()
    time: bool = False
    keep: str | None = None

    _patterns = field_validator("code", "map", "keep")(_compiles)


class ContentsRule(_Strict):
    """Which contents a table must have and which of them are read.

    `required` and `optional` are codes, with or without `prefix`; `required_texts` are patterns for the
    whole label, for editions whose codes carry a year. `all` reads everything the table has.
    """

    prefix: str = ""
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    required_texts: tuple[str, ...] = ()
    all: bool = False

    @model_validator(mode="after")
    def _asks_for_something(self) -> ContentsRule:
        if not self.required and not self.required_texts:
            raise ValueError("contents: name at least one entry under required or required_texts")
        for pattern in self.required_texts:
            _compiles(pattern)
        return self

    def requires_text(self, text: str) -> bool:
        """True when a label is one of the required ones."""
        return any(re.fullmatch(pattern, text) for pattern in self.required_texts)


class ExtractRule(_Strict):
    """What goes into an extract: periods from `first_period`, and `contents` (all when empty)."""

    first_period: str | None = None
    contents: tuple[str, ...] = ()


class Titles(_Strict):
    fi: str
    sv: str
    en: str


class CatalogueEntry(_Strict):
    """One source table.

    Raises: pydantic.ValidationError naming the key that is unknown, missing or of the wrong type.
    """

    source: str = Field(pattern=r"^[a-z]+$")
    table_name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    publisher: str
    licence: str
    contract: Literal["2026", "archive"]
    database: str
    folder: str
    table_id: str
    language: Literal["fi", "sv", "en"] = "fi"
    titles: Titles
    page_url: str
    rhythm: Literal["monthly", "quarterly", "yearly", "once"]
    roles: dict[Role, RoleRule]
    at_total: dict[str, str] = {}
    """Variables the table may have beside its roles: read at this one value and dropped."""
    at_total_rules: dict[str, RoleRule] = {}
    contents: ContentsRule
    border_year: int | None = None
    """The municipal division, for tables whose area variable does not carry it."""
    published_at: date | None = None
    keep_all_areas: bool = False
    """True: never narrowed to some municipalities, because ranks are places among all."""
    extract: ExtractRule = ExtractRule()

    @property
    def key(self) -> tuple[str, str]:
        """The asset key; also schema and table in the warehouse."""
        return (f"raw_{self.source}", self.table_name)

    @property
    def qualified_name(self) -> str:
        """`schema.table` in the warehouse."""
        return ".".join(self.key)

    @property
    def path(self) -> str:
        """Where the publisher keeps the table: `database/folder/table id`."""
        return f"{self.database}/{self.folder}/{self.table_id}.px"

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The columns that identify a row of the raw table."""
        return tuple(self.roles)

    @property
    def is_projection(self) -> bool:
        return self.published_at is not None


def _entries(path: Path) -> list[CatalogueEntry]:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    shared = {key: document.pop(key) for key in ("source", "publisher", "licence")}
    contracts = document.pop("contracts")
    tables = document.pop("tables")
    if document:
        raise ValueError(
            f"{path.name}: unknown keys {sorted(document)}; "
            "known: source, publisher, licence, contracts, tables"
        )
    if shared["source"] != path.stem:
        raise ValueError(
            f"{path.name}: source is {shared['source']!r}; expected {path.stem!r}, the file's name"
        )
    entries = []
    for table_name, fields in tables.items():
        rules = contracts.get(fields.get("contract"), {})
        wanted = [*fields["roles"], *fields.get("at_total", {})]
        unknown = [role for role in wanted if role not in rules]
        if unknown:
            raise ValueError(
                f"{path.name}: {table_name} names roles {unknown} that its contract does not describe"
            )
        described = {
            **shared,
            **fields,
            "table_name": table_name,
            "roles": {role: rules[role] for role in fields["roles"]},
            "at_total_rules": {role: rules[role] for role in fields.get("at_total", {})},
        }
        entries.append(CatalogueEntry.model_validate(described))
    return entries


@cache
def load_catalogue(directory: Path = CATALOGUE_DIR) -> tuple[CatalogueEntry, ...]:
    """Every source table, in the order of the files and of the tables within them.

    Raises: ValueError naming the file and the key that is wrong.
    """
    files = sorted(directory.glob("*.yaml"))
    return tuple(entry for path in files for entry in _entries(path))


def find_entry(name: str, directory: Path = CATALOGUE_DIR) -> CatalogueEntry:
    """The entry called `table_name`, `source.table_name` or `raw_source.table_name`.

    Raises: KeyError listing the tables there are.
    """
    for entry in load_catalogue(directory):
        if name in (entry.table_name, f"{entry.source}.{entry.table_name}", entry.qualified_name):
            return entry
    known = ", ".join(entry.table_name for entry in load_catalogue(directory))
    raise KeyError(f"{name!r} is not in the catalogue; known tables: {known}")
