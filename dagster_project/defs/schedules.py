"""When refreshes start by themselves. Never between 03:00 and 04:00, when clocks change."""

from __future__ import annotations

import dagster as dg

from dagster_project.defs.orphans import fail_orphans_when_idle, forget_old_runs
from dagster_project.running.exits import PlainFailure
from dagster_project.running.logs import KEPT_DAYS
from dagster_project.running.news import tables_with_news
from dagster_project.settings import Settings

TIMEZONE = "Europe/Helsinki"
FULL_REFRESH = "0 5 * * *"
METADATA_CHECK = "15 8 * * *"
"""Statistics Finland publishes at 08:00."""


def schedules(job: dg.UnresolvedAssetJobDefinition, settings: Settings) -> list[dg.ScheduleDefinition]:
    """The full refresh every night and the morning's look at the publishers' stamps."""

    @dg.schedule(
        name="full_refresh",
        job=job,
        cron_schedule=FULL_REFRESH,
        execution_timezone=TIMEZONE,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Every source, every night at 05:00.",
    )
    def full_refresh(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        fail_orphans_when_idle(context.instance, settings.lock_path)
        forget_old_runs(context.instance, context.scheduled_execution_time, KEPT_DAYS)
        return dg.RunRequest()

    @dg.schedule(
        name="metadata_check",
        job=job,
        cron_schedule=METADATA_CHECK,
        execution_timezone=TIMEZONE,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="At 08:15: starts a refresh when a publisher has updated one of our tables.",
    )
    def metadata_check(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        fail_orphans_when_idle(context.instance, settings.lock_path)
        try:
            news = tables_with_news(settings)
        except PlainFailure as failure:
            return dg.SkipReason(str(failure))
        if not news:
            return dg.SkipReason("no publisher has updated a table since it was read")
        return dg.RunRequest(tags={"kuntaluotsi/news": ", ".join(news)[:250]})

    return [full_refresh, metadata_check]
