"""What a published table is: its name, its columns with DuckDB types in order, and its key."""

from __future__ import annotations

from dataclasses import dataclass

TEXT = "VARCHAR"
INT = "INTEGER"
REAL = "DOUBLE"
BOOL = "BOOLEAN"
DATE = "DATE"
TIME = "TIMESTAMP"
SINGLE = "FLOAT"
"""For figures whose sixth digit means nothing: half the size of REAL."""


@dataclass(frozen=True)
class PublishedTable:
    """One table of the snapshot: column name to DuckDB type in published order, and its key."""

    name: str
    columns: dict[str, str]
    key: tuple[str, ...]
    audience: str = "public"

    def __post_init__(self) -> None:
        missing = [column for column in self.key if column not in self.columns]
        if missing:
            raise ValueError(f"{self.name}: key columns {missing} are not among its columns")
