"""The environment administration's open directory of municipalities, which tells their business ids.

It settles the ids that the seed refuses because one number is listed for two municipalities.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from dagster_project.sources.answer import Answer
from dagster_project.sources.business_ids import BusinessIds, is_valid
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.rows import read_json
from dagster_project.sources.transport import WebRequest

HOST = "ymparisto"


def directory_request() -> WebRequest:
    """What asks for all municipalities at once."""
    return WebRequest(HOST, "Kunta", name="kunnat.json", largest=5_000_000, shared=True)


def directory_frame(answer: Answer, ids: BusinessIds) -> pd.DataFrame:
    """One row per municipality with a valid business id; `in_use` when figures are read under it.

    Raises: PermanentSourceError when the directory has no municipality with a business id.
    """
    listed = dict(listed_ids(answer))
    if not listed:
        raise PermanentSourceError("drifted", f"{answer.url}: no municipality has Kunta_Id and YTunnus")
    usable = settled(ids, answer).municipalities
    return pd.DataFrame(
        {
            "kunta_koodi": list(listed),
            "ytunnus": list(listed.values()),
            "in_use": [usable.get(business_id) == code for code, business_id in listed.items()],
        }
    )


def settled(ids: BusinessIds, answer: Answer) -> BusinessIds:
    """The ids, with those of refused municipalities that the directory gives to one municipality alone."""
    listed = dict(listed_ids(answer))
    times = Counter(listed.values())
    found = {
        business_id: code
        for code, business_id in listed.items()
        if code in ids.refused and times[business_id] == 1 and business_id not in ids.municipalities
    }
    refused = {code: why for code, why in ids.refused.items() if code not in found.values()}
    return BusinessIds({**ids.municipalities, **found}, refused)


def listed_ids(answer: Answer) -> Iterator[tuple[str, str]]:
    """Three-digit codes with valid business ids, as the directory has them."""
    document = read_json(answer)
    rows = document.get("value") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise PermanentSourceError("malformed", f"{answer.url}: expected an object with the list 'value'")
    for row in rows:
        number, business_id = (row.get("Kunta_Id"), row.get("YTunnus")) if isinstance(row, dict) else (0, "")
        known = isinstance(number, int) and not isinstance(number, bool) and 0 < number < 1000
        if known and isinstance(business_id, str) and is_valid(business_id.strip()):
            yield f"{number:03}", business_id.strip()
