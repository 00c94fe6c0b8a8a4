"""What a refresh was asked to do, and the transport that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dagster_project.raw.mergers import known_municipalities
from dagster_project.running.exits import ExitCode, PlainFailure
from dagster_project.settings import Settings
from dagster_project.sources.errors import SourceFault
from dagster_project.sources.transport import DirectoryTransport, Transport

Origin = Literal["live", "bundled", "directory"]


@dataclass(frozen=True)
class Request:
    """Where to read from, which municipalities (None: all there are), whether older answers may be loaded."""

    origin: Origin = "live"
    directory: Path | None = None
    areas: tuple[str, ...] | None = None
    allow_older: bool = False

    @property
    def label(self) -> str:
        """The origin in words."""
        return str(self.directory) if self.directory else self.origin


def parse_request(
    source: str, areas: str | None = None, *, allow_older: bool = False, base: Path | None = None
) -> Request:
    """The request told by the command's options: `live`, `bundled` or a folder; areas as `305,889`.

    Raises: PlainFailure (USAGE) for a folder that is not there or a code that is no municipality's.
    """
    codes = _codes(areas)
    if source in ("live", "bundled"):
        return Request(origin=source, areas=codes, allow_older=allow_older)  # type: ignore[arg-type]
    directory = ((base or Path.cwd()) / source).resolve()
    if not source or not directory.is_dir():
        fault = "is a file, not a folder" if source and directory.exists() else "there is no such folder"
        raise PlainFailure(
            f"--from {source or '(empty)'}: {fault}; give live, bundled or a folder of PxWeb answers",
            ExitCode.USAGE,
        )
    return Request(origin="directory", directory=directory, areas=codes, allow_older=allow_older)


def transport_for(request: Request, settings: Settings) -> Transport:
    """The transport that reads what was asked for.

    Raises: PlainFailure (USAGE) when the folder holds no answers.
    """
    if request.origin == "live":
        from dagster_project.sources.http import PoliteClient
        from dagster_project.sources.live_transport import LiveTransport
        from dagster_project.sources.secrets import Secrets

        client = PoliteClient(
            settings.source_hosts(), contact=settings.contact, secrets=Secrets(settings.secrets_file)
        )
        return LiveTransport(client, first_year=settings.first_live_year)
    directory = request.directory or settings.bundled_dir
    try:
        return DirectoryTransport(directory, may_lack_tables=request.directory is None)
    except SourceFault as fault:
        raise PlainFailure(f"--from {request.label}: {fault.message}", ExitCode.USAGE) from fault


def _codes(areas: str | None) -> tuple[str, ...] | None:
    if areas is None:
        return None
    codes = tuple(code.strip() for code in areas.split(",") if code.strip())
    wrong = [code for code in codes if not (len(code) == 3 and code.isdigit())]
    if not codes:
        raise PlainFailure(
            "--areas names no municipality; give three digits each, such as 305,889", ExitCode.USAGE
        )
    if wrong:
        raise PlainFailure(
            f"--areas {areas}: {', '.join(wrong)} is no municipality code; give three digits each,"
            " such as 305,889",
            ExitCode.USAGE,
        )
    unknown = sorted(set(codes) - known_municipalities())
    if unknown:
        raise PlainFailure(
            f"--areas {areas}: no municipality has the code {', '.join(unknown)}; the codes are in"
            " dbt/seeds/municipalities.csv",
            ExitCode.USAGE,
        )
    return codes
