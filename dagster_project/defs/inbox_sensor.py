"""The inbox of own data, looked into every half minute while the daemon runs."""

from __future__ import annotations

import dagster as dg

from dagster_project.running.inbox import look_into_inbox
from dagster_project.running.night import Clock
from dagster_project.settings import Settings

INTERVAL_SECONDS = 30
_LONGEST_PASS = 30.0
"""Seconds after which a pass leaves the rest to the next one: Dagster gives a sensor sixty."""


def inbox_sensor(settings: Settings, clock: Clock) -> dg.SensorDefinition:
    """Decides submissions and loads accepted ones; it starts no run, the next refresh publishes them."""

    @dg.sensor(
        name="inbox",
        minimum_interval_seconds=INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Checks what municipalities hand in, keeps or refuses it, and loads what was accepted.",
    )
    def inbox(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        done = look_into_inbox(settings, clock, seconds=_LONGEST_PASS)
        for submission in done.decided:
            context.log.info(
                f"{submission.submission_id}: {submission.state}, {submission.register_id or 'no register'}, "
                f"{submission.rows} rows, {len(submission.problems)} problems"
            )
        states = [submission.state for submission in done.decided]
        counts = ", ".join(f"{states.count(state)} {state}" for state in sorted(set(states)))
        return dg.SkipReason("; ".join(part for part in (counts, done.later) if part) or "the inbox is empty")

    return inbox
