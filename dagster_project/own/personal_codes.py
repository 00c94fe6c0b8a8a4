"""Finnish personal identity codes in texts: own data are about units and services, never about persons."""

from __future__ import annotations

import re

_CODE = re.compile(
    r"(?<![0-9A-Za-z])(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])([0-9]{2})[-+–−A-FU-Y]([0-9]{3})"
    r"([0-9A-FHJ-NPR-Y])(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def holds_personal_code(text: str) -> bool:
    """True when `text` holds a personal identity code whose check character fits.

    The form is that of the Digital and Population Data Services Agency (dvv.fi, personal identity code): day,
    month and year of birth, a sign of the century, three digits and a check character.
    """
    return any(
        _CHECKS[int("".join(found.group(1, 2, 3, 4))) % len(_CHECKS)] == found[5].upper()
        for found in _CODE.finditer(text)
    )
