"""The resources of the night: the refresh that is going on, and dbt."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from importlib.metadata import version

import dagster as dg
from dagster_dbt import DbtCliResource
from packaging.version import Version

from dagster_project.defs.orphans import fail_orphans
from dagster_project.publish.errors import PublishError
from dagster_project.running.environment import DBT_LAUNCHER, child_environment, use
from dagster_project.running.exits import PlainFailure
from dagster_project.running.night import Clock, Night
from dagster_project.running.report import Report
from dagster_project.running.request import parse_request
from dagster_project.settings import Settings

_CONFIG = {
    "source": dg.Field(
        str, default_value="live", description="live, bundled, or a folder of official answers"
    ),
    "areas": dg.Field(
        dg.Noneable(str), default_value=None, description="municipality codes such as 305,889; empty for all"
    ),
    "allow_older": dg.Field(
        bool, default_value=False, description="load answers with an older stamp than the loaded"
    ),
}


def night_resource(
    settings: Settings, report: Report, clock: Clock, watch: Callable[[Night], None]
) -> dg.ResourceDefinition:
    """A resource that begins a refresh when a run starts and ends it with the run, whoever started it.

    `watch` is given the refresh when it begins.
    """

    @dg.resource(config_schema=_CONFIG, description="The refresh that is going on; holds the refresh lock.")
    def night(context: dg.InitResourceContext) -> Iterator[Night]:
        config = context.resource_config
        request = parse_request(config["source"], config["areas"], allow_older=config["allow_older"])
        with Night(settings, request, report, clock).running() as going_on:
            if context.instance is not None:
                fail_orphans(context.instance, except_run=context.run_id)
            watch(going_on)
            yield going_on

    return night


@contextmanager
def one_line_failures(night: Night) -> Iterator[None]:
    """Turn failures that are already said in one line into Dagster's, and keep the line for STATUS.json."""
    try:
        yield
    except (PlainFailure, PublishError) as error:
        night.failure = error
        raise dg.Failure(description=str(error), allow_retries=False) from error
    except Exception as error:
        night.failure = error
        raise


class TetheredDbt(DbtCliResource):
    """dbt as a process that dies with the refresh.

    The two overrides leave out work that DbtCliResource does before every command and that nothing here uses:
    running `dbt --version` and opening a second adapter in this process, 4 s each on two cores.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return Version(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> None:  # noqa: ARG002
        return None


def dbt_resource(settings: Settings) -> TetheredDbt:
    """The dbt resource for these settings; gives this process the variables that dbt's profile reads."""
    use(child_environment(settings))
    return TetheredDbt(
        project_dir=str(settings.dbt_dir),
        profiles_dir=str(settings.dbt_dir),
        dbt_executable=str(DBT_LAUNCHER),
    )
