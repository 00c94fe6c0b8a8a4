"""Whose business id (y-tunnus) belongs to which municipality, and which ids are not to be trusted.

The Treasury and the education authorities know municipalities by business id alone. A number that is listed
for two municipalities would give one the accounts of the other, so both are refused until it is settled.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dagster_project.settings import PROJECT_ROOT

BUSINESS_IDS = PROJECT_ROOT / "dbt" / "seeds" / "business_ids.csv"
"""The same seed by which the models know municipalities by business id."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2)


def is_valid(business_id: str) -> bool:
    """True for seven digits, a hyphen and the check digit that belongs to them.

    The check digit is 11 less the remainder by 11 of the weighted digits, 0 for remainder 0; numbers with
    remainder 1 are not given out (Tax Administration, form of the business id).
    """
    if re.fullmatch(r"[0-9]{7}-[0-9]", business_id) is None:
        return False
    weighted = zip(business_id[:7], _WEIGHTS, strict=True)
    remainder = sum(int(digit) * weight for digit, weight in weighted) % 11
    return remainder != 1 and int(business_id[8]) == (0 if remainder == 0 else 11 - remainder)


@dataclass(frozen=True)
class BusinessIds:
    """`municipalities` by business id, and the reason why a municipality's id is refused by its code."""

    municipalities: Mapping[str, str]
    refused: Mapping[str, str]

    def municipality(self, business_id: str) -> str | None:
        """The three-digit code, None for joint authorities, companies, and ids that are refused."""
        return self.municipalities.get(business_id)

    def within(self, areas: Collection[str] | None) -> frozenset[str]:
        """The business ids of the municipalities `areas`, of all when None."""
        return frozenset(
            business_id for business_id, code in self.municipalities.items() if areas is None or code in areas
        )


@cache
def load_business_ids(path: Path = BUSINESS_IDS) -> BusinessIds:
    """The ids of the seed.

    Raises: ValueError naming the municipality whose id has a wrong check digit or is another's too.
    """
    municipalities: dict[str, str] = {}
    refused: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code, business_id = row["municipality_code"], row["business_id"]
            if row["is_doubtful"] == "true":
                refused[code] = row["reason"]
                continue
            if not is_valid(business_id):
                raise ValueError(f"{path.name}: {code} has {business_id!r}, which is no valid business id")
            if (other := municipalities.setdefault(business_id, code)) != code:
                raise ValueError(
                    f"{path.name}: {business_id} is given for {other} and {code}; mark both as doubtful"
                )
    return BusinessIds(municipalities, refused)
