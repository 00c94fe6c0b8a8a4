"""Exit codes of the command and the one exception that becomes one clear line on the terminal."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the command's exit code means; documented in docs/operations.md and stable."""

    OK = 0
    FAILED = 1
    """Something broke that has no code of its own; the line says what, the log under data/logs/ says more."""
    USAGE = 2
    """The command was asked for something it does not know or cannot find."""
    PARTIAL = 3
    """Done, but at least one source kept its earlier figures."""
    NOTHING_PUBLISHED = 4
    """There is no snapshot yet."""
    LOCKED = 5
    """Another refresh is running."""
    NO_SPACE = 6
    """The disk is full or nearly so; what was published stays."""
    PORT_IN_USE = 7
    """A port that a process needs is taken."""


class PlainFailure(Exception):
    """A failure whose message is complete for whoever reads it: what happened, and what to do."""

    def __init__(self, message: str, code: ExitCode = ExitCode.FAILED) -> None:
        super().__init__(message)
        self.code = code
