"""Telling how far a refresh is: the protocol its steps speak, and the report that only writes to a log."""

from __future__ import annotations

import logging
from typing import Protocol

_LOG = logging.getLogger("kuntaluotsi.refresh")


class Report(Protocol):
    """Who watches a refresh. Steps are named in words; shares run 0–1."""

    def step(self, name: str, detail: str, share: float) -> None:
        """`name` is going on: what exactly, and how much of it is done."""

    def line(self, text: str) -> None:
        """One thing that whoever watches should read."""


class LogReport:
    """Writes lines to the log and leaves steps out; for refreshes that nobody watches."""

    def step(self, name: str, detail: str, share: float) -> None:
        """Nothing: steps are for watching."""

    def line(self, text: str) -> None:
        """Write the line to the log."""
        _LOG.info(text)
