"""Secrets of sources: out of the environment or a file that only its owner can read, and nowhere else.

A secret is looked up when it is sent and never kept in a setting, a message, a manifest or a log.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path

from dagster_project.sources.errors import PermanentSourceError

PREFIX = "KUNTALUOTSI_SECRET_"


class Secrets:
    """Looks secrets up by name: `KUNTALUOTSI_SECRET_<NAME>`, else `<name> = "…"` in the TOML file."""

    def __init__(self, file: Path | None = None, environment: Mapping[str, str] | None = None) -> None:
        self._file = file
        self._environment = os.environ if environment is None else environment

    def __repr__(self) -> str:
        return f"Secrets(file={self._file})"

    def reveal(self, name: str) -> str:
        """The secret itself. Raises: PermanentSourceError refused, which tells where it was looked for."""
        variable = PREFIX + name.upper()
        value = self._environment.get(variable) or self._in_file(name)
        if not value:
            raise PermanentSourceError(
                "refused",
                f"the secret {name!r} is not set; give it as {variable} or in {self._file or 'a file'}",
            )
        if not re.fullmatch(r"[\x21-\x7e]+", value):
            raise PermanentSourceError(
                "refused", f"the secret {name!r} has spaces or characters that no header can carry"
            )
        return value

    def _in_file(self, name: str) -> str | None:
        if self._file is None or not self._file.exists():
            return None
        status = self._file.stat()
        if stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid not in (os.getuid(), 0):
            raise PermanentSourceError(
                "refused",
                f"{self._file} holds secrets and others may read it (mode {stat.S_IMODE(status.st_mode):o}); "
                f"`chmod 600 {self._file}` before it is used",
            )
        try:
            value = tomllib.loads(self._file.read_text("utf-8")).get(name)
        except (OSError, ValueError) as error:
            raise PermanentSourceError(
                "refused", f"{self._file} cannot be read as TOML ({type(error).__name__})"
            ) from None
        return value if isinstance(value, str) else None
