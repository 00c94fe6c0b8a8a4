"""What Dagster loads: a graph from source to page, and the times of its schedules."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from contract.published import PUBLISHED_TABLES
from dagster_project.definitions import build_definitions
from dagster_project.defs.orphans import fail_orphans, forget_old_runs
from dagster_project.running.exits import PlainFailure
from dagster_project.settings import Settings
from dagster_project.sources.catalogue import load_catalogue
from tests.integration.house import House


@pytest.fixture(scope="module")
def definitions(refreshed: House) -> dg.Definitions:
    """The definitions of the refreshed house."""
    return build_definitions(overrides={"settings": refreshed.settings})


def test_every_source_leads_to_every_page(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    pages = {key for key in graph.get_all_asset_keys() if key.path[0] == "dashboards"}
    assert len(pages) == 4
    for entry in load_catalogue():
        reached = {dg.AssetKey(list(entry.key))}
        todo = list(reached)
        while todo:
            for child in graph.get(todo.pop()).child_keys - reached:
                reached.add(child)
                todo.append(child)
        assert pages <= reached, entry.qualified_name


def test_every_published_table_is_an_asset_before_the_snapshot(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    parents = graph.get(dg.AssetKey(["published", "snapshot"])).parent_keys
    assert {key.path[-1] for key in parents} == {table.name for table in PUBLISHED_TABLES}


def test_every_asset_says_what_it_is_and_belongs_to_a_group(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description, key
        assert node.group_name not in (None, "default"), key


@pytest.mark.parametrize(
    ("name", "times"),
    [
        ("full_refresh", ["2026-03-28 05:00", "2026-03-29 05:00", "2026-03-30 05:00"]),
        ("metadata_check", ["2026-10-24 08:15", "2026-10-25 08:15", "2026-10-26 08:15"]),
    ],
)
def test_schedules_run_at_helsinki_times_also_when_clocks_change(
    definitions: dg.Definitions, name: str, times: list[str]
) -> None:
    schedule = definitions.resolve_schedule_def(name)
    helsinki = ZoneInfo("Europe/Helsinki")
    start = datetime.fromisoformat(times[0]).replace(hour=0, tzinfo=helsinki).timestamp()
    iterator = schedule_execution_time_iterator(start, schedule.cron_schedule, schedule.execution_timezone)

    assert schedule.execution_timezone == "Europe/Helsinki"
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING
    assert [f"{next(iterator).astimezone(helsinki):%Y-%m-%d %H:%M}" for _ in times] == times


def test_the_daemon_is_told_to_refresh_at_five(definitions: dg.Definitions, tmp_path: Path) -> None:
    schedule = definitions.resolve_schedule_def("full_refresh")
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        context = dg.build_schedule_context(
            instance=instance, scheduled_execution_time=datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
        )
        requests = schedule.evaluate_tick(context).run_requests
    assert len(requests or ()) == 1


def test_a_run_whose_process_was_killed_is_marked_failed_and_an_old_one_is_forgotten(
    definitions: dg.Definitions,
) -> None:
    job = definitions.resolve_job_def("night")
    with dg.DagsterInstance.ephemeral() as instance:
        killed = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
        own = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)

        assert fail_orphans(instance, except_run=own.run_id) == [killed.run_id]

        found = instance.get_run_by_id(killed.run_id)
        assert found is not None
        assert found.status is dg.DagsterRunStatus.FAILURE
        assert forget_old_runs(instance, datetime.now(UTC), 90) == 0
        assert forget_old_runs(instance, datetime(2099, 1, 1, tzinfo=UTC), 90) == 2
        assert instance.get_runs() == []


def test_definitions_without_a_manifest_say_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(PlainFailure, match="run `kuntaluotsi generate --manifest`"):
        build_definitions(overrides={"settings": Settings(profile="test", data_root=tmp_path)})
