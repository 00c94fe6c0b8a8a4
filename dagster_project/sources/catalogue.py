"""The catalogue of source tables: typed entries read from `sources/catalogue/<source>.yaml`.

One entry tells everything the code needs to know of a table; unknown keys are refused by name, so a
misspelt key cannot pass as a default. What a file says at its top holds for all its tables.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

CATALOGUE_DIR = Path(__file__).with_name("catalogue")
WHOLE_COUNTRY = "SSS"
NAME = r"^[a-z][a-z0-9_]*$"
ColumnName = Annotated[str, Field(pattern=NAME)]
ColumnType = Literal["varchar", "double", "bigint", "boolean", "date", "timestamp"]
RestProtocol = Literal["sotkanet", "kuntatalous", "vipunen", "ckan", "wfs", "classifications", "ptv"]
Protocol = Literal["pxweb"] | RestProtocol
STATISTIC: dict[str, ColumnType] = {"value": "double", "symbol": "varchar"}
"""A statistic's figure and, where it is missing, why."""
WITHOUT_LABELS = ("time", "age", "sex")
SHARED = (
    "source",
    "protocol",
    "host",
    "publisher",
    "licence",
    "verification",
    "rhythm",
    "page_url",
    "database",
    "language",
    "contract",
)
"""What may stand at the top of a file for all its tables; a table may say otherwise, but for the source."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml is there


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _compiles(pattern: str | None) -> str | None:
    """The pattern itself. Raises: ValueError when it is no regular expression."""
    try:
        re.compile(pattern or "")
    except re.error as error:
        raise ValueError(f"{pattern!r} is no pattern: {error}") from error
    return pattern


def _is_role(name: str) -> str:
    """The name itself. Raises: ValueError when a raw table has another use for it."""
    if name in STATISTIC or name.endswith("_text") or not re.fullmatch(NAME, name):
        raise ValueError(f"{name!r} cannot be a role: a word in snake_case, not value, symbol or …_text")
    return name


Role = Annotated[str, AfterValidator(_is_role)]


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
    """One source table: what all protocols share; `PxWebEntry` and `RestEntry` say how it is asked for.

    Both have `key_columns`, the columns that identify a row of the raw table, and `raw_columns`.
    Raises: pydantic.ValidationError naming the key that is unknown, missing or of the wrong type.
    """

    source: str = Field(pattern=r"^[a-z]+$")
    table_name: str = Field(pattern=NAME)
    protocol: Protocol
    host: str = Field(pattern=NAME)
    """A key of `sources/hosts.yaml`."""
    publisher: str
    licence: str
    titles: Titles
    page_url: str
    rhythm: Literal["monthly", "quarterly", "yearly", "once"]
    verification: Literal["recorded", "unverified"]
    """`recorded`: a real answer of this table has been recorded and is tested. `unverified`: written from the
    publisher's description alone, "not yet verified live": when it fails it stops and alarms nobody."""
    table_id: str = ""
    """What the publisher calls the table: a table id, an indicator's number, a data set's name."""
    border_year: int | None = None
    """The municipal division, for tables that do not carry it themselves."""
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
    def is_projection(self) -> bool:
        return self.published_at is not None

    @property
    def is_verified(self) -> bool:
        return self.verification == "recorded"


class PxWebEntry(CatalogueEntry):
    """A table of a PxWeb database. Its raw table is long: one row per cell, one column per role.

    Roles are words of the house in snake_case; `area`, `time` and `contents` have a meaning of their own.
    """

    protocol: Literal["pxweb"]
    table_id: str
    contract: str
    """The key under the file's `contracts` that describes how this table's roles find their variables."""
    database: str
    folder: str
    language: Literal["fi", "sv", "en"] = "fi"
    roles: dict[Role, RoleRule]
    at_total: dict[str, str] = {}
    """Variables the table may have beside its roles: read at this one value and dropped."""
    at_total_rules: dict[str, RoleRule] = {}
    contents: ContentsRule | None = None
    eliminate_others: bool = False
    """True: variables beside the roles are left out of the question where the publisher then gives their
    total (`elimination`), as for tables whose other variables nobody has seen yet."""
    listed_as: str | None = None
    """The pattern of the table's title in its folder's list, for tables whose id is not known: the id is then
    found there, and `table_id` is only what we call it."""

    _pattern = field_validator("listed_as")(_compiles)

    @model_validator(mode="after")
    def _contents_are_described(self) -> PxWebEntry:
        if ("contents" in self.roles) != (self.contents is not None):
            raise ValueError("contents: the role and the rule go together; say both or neither")
        return self

    @property
    def path(self) -> str:
        """Where the publisher keeps the table: `database/folder/table id`, or without a folder."""
        return "/".join(part for part in (self.database, self.folder, f"{self.table_id}.px") if part)

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The roles."""
        return tuple(self.roles)

    @property
    def labelled_roles(self) -> tuple[str, ...]:
        """The roles whose labels are kept in `<role>_text`: all whose codes do not speak for themselves."""
        return tuple(role for role in self.roles if role not in WITHOUT_LABELS)

    @property
    def raw_columns(self) -> dict[str, str]:
        """The raw table's columns and their DuckDB types, lineage left out."""
        texts = (*self.roles, *(f"{role}_text" for role in self.labelled_roles))
        return dict.fromkeys(texts, "varchar") | STATISTIC


class RestEntry(CatalogueEntry):
    """A table that is made of the answers of a REST interface: records under the publisher's field names.

    `query` is what the protocol's client needs to know; its own model refuses unknown keys. `columns` are
    those beside the key, with their types; by default a statistic's `value` and `symbol`.
    """

    protocol: RestProtocol
    query: dict[str, Any] = {}
    key_columns: tuple[ColumnName, ...] = Field(min_length=1)
    period_column: ColumnName | None = None
    area_column: ColumnName | None = None
    columns: dict[ColumnName, ColumnType] = STATISTIC

    @model_validator(mode="after")
    def _columns_exist(self) -> RestEntry:
        for name in (self.period_column, self.area_column):
            if name is not None and name not in self.raw_columns:
                raise ValueError(f"{name!r} is neither under key_columns nor under columns")
        return self

    @property
    def raw_columns(self) -> dict[str, str]:
        """The raw table's columns and their DuckDB types, lineage left out."""
        return {**dict.fromkeys(self.key_columns, "varchar"), **self.columns}


def _entries(path: Path) -> list[CatalogueEntry]:
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    shared = {key: document.pop(key) for key in SHARED if key in document}
    contracts = document.pop("contracts", {})
    tables = document.pop("tables")
    if document:
        raise ValueError(
            f"{path.name}: unknown keys {sorted(document)}; known: {', '.join(SHARED)}, contracts, tables"
        )
    if shared.get("source") != path.stem:
        raise ValueError(
            f"{path.name}: source is {shared.get('source')!r}; expected {path.stem!r}, the file's name"
        )
    entries = []
    for table_name, fields in tables.items():
        described = {**shared, **fields, "table_name": table_name}
        if described.get("protocol") == "pxweb":
            entries.append(_pxweb_entry(described, contracts, path.name))
        else:
            entries.append(RestEntry.model_validate({"table_id": table_name, **described}))
    return entries


def _pxweb_entry(described: dict[str, Any], contracts: dict[str, Any], file: str) -> PxWebEntry:
    table, contract = described["table_name"], described.get("contract")
    if contract not in contracts:
        raise ValueError(
            f"{file}: {table} follows the contract {contract!r}, which is not described; "
            f"described: {[*contracts]}"
        )
    rules = contracts[contract]
    unknown = [
        role for role in [*described.get("roles", ()), *described.get("at_total", {})] if role not in rules
    ]
    if unknown:
        raise ValueError(f"{file}: {table} names roles {unknown} that its contract does not describe")
    return PxWebEntry.model_validate(
        described
        | {
            "roles": {role: rules[role] for role in described.get("roles", ())},
            "at_total_rules": {role: rules[role] for role in described.get("at_total", {})},
        }
    )


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
