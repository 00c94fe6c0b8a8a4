"""The two ways a source can fail, as types: those that pass by themselves and those somebody must look at."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from contract.snapshot import SourceError

FaultKind = Literal[
    "unreachable",  # no connection, no name, timeout
    "rate_limited",  # 429 after all tries
    "refused",  # 403: too many cells, or forbidden
    "too_many_cells",  # 413
    "too_large",  # more bytes than any honest answer has
    "redirected",  # sent on to a machine that is not the publisher's
    "server_error",  # 5xx
    "html_answer",  # a web page where figures were expected
    "truncated",  # the answer stops in the middle
    "malformed",  # whole, but not what the format says
    "wrong_table",  # the publisher answered for another table, or knows none by this id
    "drifted",  # variables, values or contents are not those the catalogue describes
    "wrong_areas",  # none of the areas asked for is in the table
    "missing_file",  # DIRECTORY holds no answer for the table
    "not_carried",  # the bundled extract leaves the table out, which is no fault of anyone
]


class SourceFault(Exception):
    """A source that cannot be read: `kind` for machines, the message for whoever must mend it."""

    transient = False

    def __init__(self, kind: FaultKind, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.kind: FaultKind = kind
        self.message = message
        self.retry_after = retry_after

    def as_status(self, at: datetime) -> SourceError:
        """This fault as it is written into STATUS.json."""
        return SourceError(kind=self.kind, message=self.message, transient=self.transient, at=at)


class TransientSourceError(SourceFault):
    """Likely gone at the next try: network, load, a nightly update."""

    transient = True


class PermanentSourceError(SourceFault):
    """Stays until the catalogue, the file or the publisher's table is looked at."""
