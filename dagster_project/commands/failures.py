"""From an exception to the exit code and the one line that a person reads."""

from __future__ import annotations

from dagster_project.running.exits import ExitCode, PlainFailure


def exit_code_of(error: BaseException) -> ExitCode:
    """The documented exit code of a failure."""
    from pydantic import ValidationError

    from dagster_project.publish.errors import NoSpace, NothingPublished

    if isinstance(error, PlainFailure):
        return error.code
    if isinstance(error, NoSpace):
        return ExitCode.NO_SPACE
    if isinstance(error, NothingPublished):
        return ExitCode.NOTHING_PUBLISHED
    if isinstance(error, ValidationError) and error.title == "Settings":
        return ExitCode.USAGE
    return ExitCode.FAILED


def line_of(error: BaseException) -> str:
    """The failure in one line: its own words, or for a surprise its kind and where to look."""
    from pydantic import ValidationError

    from dagster_project.publish.errors import PublishError

    if isinstance(error, (PlainFailure, PublishError)):
        return " ".join(str(error).split())
    if isinstance(error, ValidationError) and error.title == "Settings":
        problems = (f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        return f"settings (kuntaluotsi.toml or KUNTALUOTSI_*): {'; '.join(problems)}"
    first = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}: {first} (run again with --debug to see where)"
