"""What was decided of every submission, on disk: the one truth from which tables are made and made again.

`<landed>/own/<register>/<landing_id>/` holds an accepted file's bytes, its checked rows as parquet and the
manifest; `<quarantine>/<submission_id>/` a refused file with its reasons; `<landed>/own/unchanged/` tells of
those that said nothing new. Every one is written aside and renamed, so it is there whole or not at all.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
from pydantic import ValidationError

from contract.messages import MESSAGE_LANGUAGES
from contract.registers import registers
from contract.submission import MANIFEST, UNFINISHED, Submission, write_directory
from contract.template_texts import refusal_report

ROWS = "rows.parquet"
UNCHANGED = "unchanged"
REASONS = "reasons.json"


@dataclass(frozen=True)
class Places:
    """Where submissions wait, where accepted ones are kept and where refused ones are."""

    inbox: Path
    landed: Path
    quarantine: Path


@dataclass
class Journal:
    """The submissions decided so far, read once; what is decided meanwhile is added."""

    places: Places
    decided: list[Submission] = field(default_factory=list)

    @classmethod
    def read(cls, places: Places, *, clean: bool = True) -> Journal:
        """Every manifest there is; `clean` removes what a kill left and needs the inbox lock."""
        journal = cls(places)
        for folder in (*_folders(places.landed), places.quarantine):
            if not folder.is_dir():
                continue
            for entry in sorted(folder.iterdir()):
                if entry.name.startswith(UNFINISHED):
                    if clean:
                        shutil.rmtree(entry, ignore_errors=True)
                elif (manifest := _manifest(entry)) is not None:
                    journal.decided.append(manifest)
        return journal

    def accepted(self, register_id: str) -> list[Submission]:
        """The register's accepted submissions in the order of their versions."""
        found = [
            each for each in self.decided if each.state == "accepted" and each.register_id == register_id
        ]
        return sorted(found, key=lambda each: each.version or 0)

    def version(self, register_id: str) -> int:
        """How many submissions of the register have been accepted."""
        return max((each.version or 0 for each in self.accepted(register_id)), default=0)

    def of_drop(self, drop_key: str) -> Submission | None:
        """What was decided of this very drop, when a kill came before it was taken out of the inbox."""
        return next((each for each in self.decided if each.drop_key == drop_key), None)

    def accept(self, submission: Submission, body: bytes, table: pa.Table) -> None:
        """Keep an accepted file with its rows. Raises: OSError."""
        buffer = pa.BufferOutputStream()
        pa.parquet.write_table(table, buffer, compression="zstd")
        files = {f"file.{submission.file_kind}": body, ROWS: buffer.getvalue().to_pybytes()}
        self._keep(self.directory(submission), submission, files)

    def refuse(self, submission: Submission, body: bytes | None) -> Path:
        """Keep a refused file with its reasons in words; a file too large to read is moved beside them."""
        register = registers().get(submission.register_id)
        files = {} if body is None else {f"file.{submission.file_kind}": body}
        for language in MESSAGE_LANGUAGES:
            files[f"reasons.{language}.txt"] = refusal_report(submission, language, register).encode()
        told = {
            "file": submission.file_name,
            "register": submission.register_id or None,
            "problems": submission.problems,
        }
        files[REASONS] = json.dumps(told, ensure_ascii=False, indent=2).encode()
        return self._keep(self.directory(submission), submission, files)

    def note_unchanged(self, submission: Submission) -> None:
        """Remember that somebody handed in what stands already."""
        self._keep(self.directory(submission), submission, {})

    def directory(self, submission: Submission) -> Path:
        """Where a decided submission is kept."""
        if submission.state == "refused":
            return self.places.quarantine / submission.submission_id
        if submission.state == "unchanged":
            return self.places.landed / UNCHANGED / submission.submission_id
        assert submission.landing_id is not None
        return self.places.landed / folder_of(submission.register_id) / submission.landing_id

    def _keep(self, directory: Path, submission: Submission, files: dict[str, bytes]) -> Path:
        files[MANIFEST] = submission.model_dump_json(indent=2).encode()
        kept = write_directory(directory.parent, directory.name, files)
        self.decided.append(submission)
        return kept


def folder_of(register_id: str) -> str:
    """The folder of a register's landings; a statistical table's id `table:x` has the folder `table_x`."""
    return register_id.replace(":", "_")


def _folders(landed: Path) -> Iterable[Path]:
    return sorted(folder for folder in landed.iterdir() if folder.is_dir()) if landed.is_dir() else ()


def _manifest(entry: Path) -> Submission | None:
    try:
        return Submission.model_validate_json((entry / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return None
