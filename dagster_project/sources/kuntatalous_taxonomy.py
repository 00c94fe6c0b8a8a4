"""The Treasury's taxonomies: what a figure id means, package by package, as one JSON file each.

Only small files are read: that of KTAS is some megabytes, that of KKNR hundreds and that of KKTPP tens of
thousands (docs/sources/kuntatalous.md). The ids of those that are too large come from a seed, reconciled with
published accounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import pandas as pd

from dagster_project.sources.answer import Answer
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.rows import read_column, read_json, read_rows

API_HOST = "kuntatalous_api"
FILE_HOST = "kuntatalous_taxonomy"
LIST_PATH = "kuntatalous/v1/taksonomia"
LARGEST_FILE = 40_000_000
FIELDS = (
    "solutunniste",
    "tunnusluku",
    "tunnusluku_sv",
    "tunnusluku_en",
    "tehtava",
    "tehtava_sv",
    "tehtava_en",
    "taso",
    "palvelu",
    "sektori",
    "entrypoint",
    "versio",
    "tekninen_versio",
    "osakokonaisuus",
    "pakollisuus",
    "suojattu",
)


def file_path(package: str) -> str:
    """Where a package's file lies under the file host; the addresses in the list are not followed."""
    return f"kuntataloudentaksonomia/{package}.json"


def check_listed(listed: Answer, package: str) -> None:
    """Pass when the list of files has one for the package.

    Raises: PermanentSourceError drifted naming the packages there are.
    """
    addresses = read_json(listed)
    if not isinstance(addresses, list) or not all(isinstance(address, str) for address in addresses):
        raise PermanentSourceError("malformed", f"{listed.url}: expected a list of addresses")
    packages = sorted(_package(address) for address in addresses)
    if package not in packages:
        raise PermanentSourceError(
            "drifted", f"{listed.url}: no taxonomy of {package} is listed; there are {', '.join(packages)}"
        )


def taxonomy_of(file: Answer, package: str) -> pd.DataFrame:
    """One row per cell of the package's taxonomy, under the publisher's field names.

    Raises: PermanentSourceError malformed or drifted.
    """
    rows = read_rows(file)
    missing = [field for field in ("solutunniste", "tunnusluku") if not rows or field not in rows[0]]
    if missing:
        raise PermanentSourceError(
            "drifted",
            f"{file.url}: the taxonomy has no field {missing[0]!r}; its fields are {_fields(rows)}",
        )
    columns = {field: read_column(rows, field, "text", file.url) for field in FIELDS}
    return pd.DataFrame({"raportointikokonaisuus": package, **columns}, index=range(len(rows)))


def _package(address: str) -> str:
    return urlsplit(address).path.rpartition("/")[2].removesuffix(".json").upper()


def _fields(rows: Sequence[dict[str, object]]) -> str:
    return ", ".join(rows[0]) if rows else "none, as it is empty"
