"""The data dictionary: what dbt's YAML says of every published table and column, as rows of two seeds.

A description is written once, beside the table's SQL. English ones are dbt's own (`description`, with
`doc(…)` for columns that several tables share); titles, Finnish and Swedish stand in `config.meta.published`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from contract.published import PUBLISHED_TABLES
from contract.published_table import INT, REAL, SINGLE, PublishedTable

LANGUAGES = ("fi", "sv", "en")
UNITS = (
    "persons", "count", "eur", "pct", "share", "rate", "factor", "age", "year", "years", "months", "none",
    "by_kpi", "by_criterion", "by_measure", "by_component",
)  # fmt: skip
"""Units of numbers; `none`: an order or a number given, `by_…`: another column or table says which."""
UNIT_BY_NAME = (
    (r".*_year", "year"),
    (r"age(_from|_to)?", "age"),
    (r".*_pct", "pct"),
    (r".*_eur", "eur"),
    (r".*_years", "years"),
    (r".*_months", "months"),
    (r"population_count", "persons"),
    (r".*_count", "count"),
    (r".*_(share|rate)|probability.*", "share"),
    (r"sort_order", "none"),
)
"""What a column's name says of its unit (docs/naming.md); elsewhere `config.meta.unit` says it."""

_NUMBERS = (INT, REAL, SINGLE)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DOC = re.compile(r"""\{\{\s*doc\(\s*['"](\w+)['"]\s*\)\s*\}\}""")
_BLOCK = re.compile(r"\{%\s*docs\s+(\w+)\s*%\}(.*?)\{%\s*enddocs\s*%\}", re.DOTALL)
_GRAIN_ENDS = re.compile(r"[.:;](?=\s|$)")


@dataclass(frozen=True)
class ColumnWords:
    """One published column: its description in English and its unit, each empty where nothing says it."""

    name: str
    description: str
    unit: str


@dataclass(frozen=True)
class TableWords:
    """One published table with what its YAML says: texts by language, the folder it lies in, its columns."""

    table: PublishedTable
    topic: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    columns: tuple[ColumnWords, ...]

    def grain(self, language: str) -> str:
        """What one row is: the beginning of the description, up to its first full stop or colon."""
        text = self.descriptions.get(language, "")
        end = _GRAIN_ENDS.search(text)
        return f"{text[: end.start()]}." if end else text

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """What the YAML leaves out, in the words of its keys."""
        texts = (("title", self.titles), ("description", self.descriptions))
        left_out = [f"{name}.{lang}" for name, said in texts for lang in LANGUAGES if not said.get(lang)]
        for column in self.columns:
            if not column.description:
                left_out.append(f"columns.{column.name}.description")
            if self.table.columns[column.name] in _NUMBERS and column.unit not in UNITS:
                left_out.append(f"columns.{column.name}.config.meta.unit")
        return tuple(left_out)


def read_dictionary(marts_dir: Path) -> tuple[TableWords, ...]:
    """Every published table with its words, in the order of the contract; what is not said is empty."""
    described: dict[str, tuple[Path, dict[str, Any]]] = {}
    for path in sorted(marts_dir.glob("*/*.yml")):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER) or {}
        described |= {model["name"]: (path, model) for model in document.get("models", ())}
    blocks = docs_blocks(marts_dir)
    return tuple(_words(table, described.get(table.name), blocks) for table in PUBLISHED_TABLES)


def docs_blocks(folder: Path) -> dict[str, str]:
    """dbt's docs blocks under the folder, by name."""
    return {
        name: " ".join(text.split())
        for path in sorted(folder.rglob("*.md"))
        for name, text in _BLOCK.findall(path.read_text(encoding="utf-8"))
    }


def tables_csv(words: Iterable[TableWords]) -> str:
    """The seed of `dim_published_table`."""
    texts = [f"{field}_{language}" for field in ("title", "description", "grain") for language in LANGUAGES]
    rows = [
        [
            said.table.name,
            order,
            said.topic,
            *(said.titles.get(language) for language in LANGUAGES),
            *(said.descriptions.get(language) for language in LANGUAGES),
            *(said.grain(language) for language in LANGUAGES),
            ",".join(said.table.key),
            said.table.audience,
        ]
        for order, said in enumerate(words, start=1)
    ]
    return _csv(["table_name", "sort_order", "topic", *texts, "key_columns", "audience"], rows)


def columns_csv(words: Iterable[TableWords]) -> str:
    """The seed of `dim_published_column`."""
    rows = [
        [
            said.table.name,
            column.name,
            place,
            said.table.columns[column.name],
            "true" if column.name in said.table.key else "false",
            column.unit,
            column.description,
        ]
        for said in words
        for place, column in enumerate(said.columns, start=1)
    ]
    heads = ["table_name", "column_name", "sort_order", "data_type", "is_key", "unit", "description_en"]
    return _csv(heads, rows)


def _words(
    table: PublishedTable, found: tuple[Path, dict[str, Any]] | None, blocks: Mapping[str, str]
) -> TableWords:
    path, model = found or (Path(), {})
    published = model.get("config", {}).get("meta", {}).get("published", {})
    said = {column["name"]: column for column in model.get("columns", ())}
    english = {"en": _text(model, blocks)}
    return TableWords(
        table=table,
        topic=path.parent.name,
        titles=published.get("title", {}),
        descriptions=published.get("description", {}) | english,
        columns=tuple(_column(table, name, said.get(name, {}), blocks) for name in table.columns),
    )


def _column(
    table: PublishedTable, name: str, said: Mapping[str, Any], blocks: Mapping[str, str]
) -> ColumnWords:
    unit = said.get("config", {}).get("meta", {}).get("unit", "")
    if not unit and table.columns[name] in _NUMBERS:
        unit = next((unit for pattern, unit in UNIT_BY_NAME if re.fullmatch(pattern, name)), "")
    return ColumnWords(name, _text(said, blocks), unit)


def _text(said: Mapping[str, Any], blocks: Mapping[str, str]) -> str:
    """The description with docs blocks put in; one that does not exist is nothing said (dbt refuses it)."""
    text = " ".join(str(said.get("description", "")).split())
    return _DOC.sub(lambda found: blocks.get(found[1], ""), text)


def _csv(heads: list[str], rows: Iterable[list[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return text.getvalue()
