"""Running the job `night` in this process, on the instance that the web server and the daemon share."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import dagster as dg

from contract.snapshot import RunStatus
from dagster_project.definitions import NIGHT, build_definitions
from dagster_project.defs.orphans import STARTED_BY_COMMAND, forget_old_runs
from dagster_project.running.exits import PlainFailure
from dagster_project.running.instance import prepare_home
from dagster_project.running.logs import KEPT_DAYS
from dagster_project.running.night import Clock, Night, utc_now
from dagster_project.running.report import Report
from dagster_project.running.request import Request
from dagster_project.settings import Settings


@dataclass(frozen=True)
class Ended:
    """How the refresh ended, what stopped it if something did, and Dagster's id of its run."""

    run: RunStatus
    dagster_run_id: str
    failure: BaseException | None = None


def run_night(settings: Settings, request: Request, report: Report, clock: Clock = utc_now) -> Ended:
    """How one refresh ended; the caller holds the refresh lock.

    Raises: PlainFailure when the run could not begin.
    """
    logging.getLogger("dagster._core").setLevel(logging.ERROR)
    nights: list[Night] = []
    definitions = build_definitions(
        overrides={"settings": settings, "report": report, "clock": clock, "watch": nights.append}
    )
    with dg.DagsterInstance.from_config(str(prepare_home(settings))) as instance:
        forget_old_runs(instance, clock(), KEPT_DAYS)
        result = definitions.resolve_job_def(NIGHT).execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={
                "resources": {"night": {"config": _config(request)}},
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
            tags=STARTED_BY_COMMAND,
        )
    if not nights:
        raise PlainFailure(f"the refresh could not begin: {_first_error(result)}")
    return Ended(nights[0].outcome(), result.run_id, nights[0].failure)


def _first_error(result: dg.ExecuteInProcessResult) -> str:
    errors = [event.message for event in result.all_events if event.is_failure]
    return errors[0] if errors else f"see run {result.run_id} in Dagster"


def _config(request: Request) -> dict[str, object]:
    return {
        "source": str(request.directory) if request.directory else request.origin,
        "areas": ",".join(request.areas) if request.areas else None,
        "allow_older": request.allow_older,
    }
