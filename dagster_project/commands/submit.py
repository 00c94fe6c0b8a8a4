"""`kuntaluotsi submit` and `inbox`: handing in own data, and deciding what has been handed in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dagster_project.commands.output import json_option, leave, show
from dagster_project.running.exits import ExitCode, PlainFailure

if TYPE_CHECKING:
    from contract.submission import Submission
    from dagster_project.running.inbox import Pass
    from dagster_project.settings import Settings

_LONGEST_USER = 200


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--register", help="The register that it belongs to; default: the file tells.")
@click.option("--user", help="Who hands it in; default: importer.")
@click.option("--base", type=click.IntRange(0), help="The version that the changes were made to.")
@click.option(
    "--language", type=click.Choice(["fi", "sv", "en"]), help="Of reasons and notes; default: the file's."
)
@click.option("--wait/--no-wait", default=True, show_default=True, help="Decide it at once and say how.")
@json_option
def submit(
    file: Path,
    register: str | None,
    user: str | None,
    base: int | None,
    language: Any,
    wait: bool,
    as_json: bool,
) -> None:
    """Hand in FILE of the municipality's own data.

    Exit codes: 0 accepted or nothing new, 2 wrong use, 3 refused (the reasons are printed).
    """
    from contract.registers import find_register
    from contract.submission import IMPORTER, Envelope, drop_submission, new_submission_id
    from dagster_project.settings import Settings
    from dagster_project.sources.formats.grid import Limits

    settings = Settings()
    if not file.is_file():
        raise PlainFailure(f"there is no file {file}", ExitCode.USAGE)
    if file.stat().st_size > Limits().file_bytes:
        most = Limits().file_bytes // 1_000_000
        raise PlainFailure(
            f"{file} has {file.stat().st_size / 1e6:.0f} MB and at most {most} MB are read; split it, for "
            "example by year",
            ExitCode.USAGE,
        )
    if register is not None:
        try:
            find_register(register)
        except KeyError as error:
            raise PlainFailure(str(error.args[0]), ExitCode.USAGE) from error
    if user is not None and (not user.isprintable() or len(user) > _LONGEST_USER):
        raise PlainFailure(
            f"--user takes one line of at most {_LONGEST_USER} characters, such as a role or a unit",
            ExitCode.USAGE,
        )
    envelope = Envelope(
        submission_id=new_submission_id(),
        submitted_by=user or IMPORTER,
        submitted_at=datetime.now(UTC),
        register_id=register,
        base_version=base,
        file_name=_plain_name(file),
        language=language,
    )
    drop_submission(settings.inbox_dir, file.read_bytes(), envelope)
    if not wait:
        show(as_json, {"submission_id": envelope.submission_id}, f"handed in as {envelope.submission_id}")
        return
    _tell(_pass(settings), as_json, settings, envelope.submission_id, language)


@click.command()
@json_option
def inbox(as_json: bool) -> None:
    """Go once through the inbox: check what lies there, keep or refuse it, and load what was accepted.

    The running house does this by itself every half minute. Exit codes: 0 done, 3 something was refused.
    """
    from dagster_project.settings import Settings

    settings = Settings()
    _tell(_pass(settings), as_json, settings, None)


def _pass(settings: Settings) -> Pass:
    from dagster_project.running.inbox import look_into_inbox

    return look_into_inbox(settings, lambda: datetime.now(UTC))


def _tell(
    done: Pass, as_json: bool, settings: Settings, only: str | None, language: str | None = None
) -> None:
    """Say how submissions were decided; reasons and notes in `language`, or else in each file's own."""
    from dagster_project.own.drops import unsteady

    left = unsteady(settings.inbox_dir, datetime.now(UTC)) if only is None else []
    decided = [each for each in done.decided if only is None or each.submission_id == only]
    lines = [line for each in decided for line in _lines(each, settings, language)]
    if done.busy:
        lines.append("the inbox is being gone through by another process; look again in a minute")
    if done.later and any(each.state == "accepted" for each in decided):
        lines.append(f"accepted, not loaded yet: {done.later}")
    if left:
        lines.append(f"left alone: {', '.join(left)} (still being copied, or no file of its own)")
    values = {
        "decided": [each.model_dump(mode="json") for each in decided],
        "loaded": list(done.loaded),
        "later": done.later,
        "busy": done.busy,
        "left": left,
    }
    show(as_json, values, "\n".join(lines) or "nothing waits in the inbox")
    if any(each.state == "refused" for each in decided):
        leave(ExitCode.PARTIAL)


def _lines(submission: Submission, settings: Settings, language: str | None) -> list[str]:
    name = submission.file_name or submission.submission_id
    language = language or submission.language
    if submission.state == "refused":
        where = settings.quarantine_dir / submission.submission_id
        reasons = [f"  {problem[language]}" for problem in submission.problems]
        return [f"{name}: refused, kept in {where}", *reasons]
    notes = [f"  {note[language]}" for note in submission.notes]
    if submission.state == "unchanged":
        return [
            f"{name}: says what stands already in {submission.register_id}, version {submission.version}",
            *notes,
        ]
    said = f"{submission.rows} rows of {submission.register_id}, version {submission.version}"
    return [f"{name}: accepted, {said}", *notes]


def _plain_name(file: Path) -> str:
    return "".join(char if char.isprintable() else "_" for char in file.name)[:200]
