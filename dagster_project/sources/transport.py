"""How answers reach us: the protocol both transports keep, and the one that reads a folder of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from dagster_project.sources.answer import Answer
from dagster_project.sources.catalogue import CatalogueEntry
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.resolve import Selection

Progress = Callable[[str, int, int], None]
"""Told `(what, done, total)` while something long goes on."""


def silent(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


class Transport(Protocol):
    """Where PxWeb answers come from. `origin` is `live` or `directory`."""

    origin: str
    first_year: int | None
    """Earlier periods are not asked for; None takes all that is there."""

    def metadata(self, entry: CatalogueEntry) -> Answer:
        """What GET on the table returns. Raises: SourceFault."""

    def data(self, entry: CatalogueEntry, selection: Selection, progress: Progress) -> tuple[Answer, ...]:
        """Answers that together hold the selection, perhaps more. Raises: SourceFault."""

    def listing_stamp(self, entry: CatalogueEntry) -> str | None:
        """The publisher's stamp of the table in its folder's list, when cheap to ask for, else None."""


class DirectoryTransport:
    """A folder of official answers laid out `<database>/<folder>/<table id>/metadata.json` and `data*.json`.

    `may_lack_tables` is true of the bundled extract, which need not carry every table of the catalogue.
    Raises: PermanentSourceError missing_file when `root` is no folder or holds no table at all.
    """

    origin = "directory"
    first_year: int | None = None

    def __init__(self, root: Path, *, may_lack_tables: bool = False) -> None:
        self.root = root
        self.may_lack_tables = may_lack_tables
        if not root.is_dir():
            raise PermanentSourceError(
                "missing_file", f"{root} is not a folder; name a folder of PxWeb answers"
            )
        if next(root.glob("*/*/*/metadata.json"), None) is None:
            raise PermanentSourceError(
                "missing_file",
                f"{root} holds no PxWeb answers; expected <database>/<folder>/<table id>/metadata.json, "
                "such as StatFin/vaerak/11re.px/metadata.json",
            )

    def holds(self, entry: CatalogueEntry) -> bool:
        """True when the folder has answers for the table."""
        try:
            self._table_dir(entry)
        except PermanentSourceError:
            return False
        return True

    def metadata(self, entry: CatalogueEntry) -> Answer:
        return self._read(self._table_dir(entry) / "metadata.json")

    def data(self, entry: CatalogueEntry, selection: Selection, progress: Progress) -> tuple[Answer, ...]:  # noqa: ARG002
        paths = sorted(self._table_dir(entry).glob("data*.json"))
        if not paths:
            raise PermanentSourceError(
                "missing_file", f"{self._table_dir(entry)} has metadata.json but no data*.json"
            )
        answers = []
        for number, path in enumerate(paths, start=1):
            answers.append(self._read(path))
            progress("read", number, len(paths))
        return tuple(answers)

    def listing_stamp(self, entry: CatalogueEntry) -> str | None:  # noqa: ARG002
        return None

    def _table_dir(self, entry: CatalogueEntry) -> Path:
        folder = self.root / entry.database / entry.folder
        for name in (f"{entry.table_id}.px", entry.table_id):
            if (folder / name / "metadata.json").is_file():
                return folder / name
        raise PermanentSourceError(
            "not_carried" if self.may_lack_tables else "missing_file",
            f"{self.root} has no answer for {entry.qualified_name}; expected {entry.path}/metadata.json",
        )

    @staticmethod
    def _read(path: Path) -> Answer:
        try:
            return Answer(name=path.name, url=path.resolve().as_uri(), body=path.read_bytes())
        except OSError as error:
            raise PermanentSourceError("missing_file", f"{path} cannot be read: {error.strerror}") from error
