"""dbt's models as assets: what the engine reads, and what is made after it."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets

from dagster_project.defs.resources import TetheredDbt, one_line_failures
from dagster_project.running.exits import PlainFailure
from dagster_project.running.night import Night
from dagster_project.settings import Settings

BEFORE_ENGINE = "before_engine"
AFTER_ENGINE = "after_engine"
_GROUPS = {"staging": "staging", "intermediate": "intermediate", "marts": "marts"}


class Translator(DagsterDbtTranslator):
    """Groups a model by its layer; keys are `[schema, name]`, so dbt's sources are the raw assets."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        if dbt_resource_props["resource_type"] == "seed":
            return "seeds"
        return next((group for layer, group in _GROUPS.items() if layer in dbt_resource_props["fqn"]), None)


def dbt_layer(name: str, manifest: Path, settings: Settings) -> dg.AssetsDefinition:
    """All dbt nodes tagged `name` as assets, built in one dbt process, with their tests as asset checks."""
    target = settings.dbt_target_dir.resolve() / "build"

    @dbt_assets(
        manifest=manifest,
        select=f"tag:{name}",
        exclude="resource_type:unit_test",
        name=name,
        dagster_dbt_translator=Translator(),
    )
    def build(
        context: dg.AssetExecutionContext, dbt: TetheredDbt, night: dg.ResourceParam[Night]
    ) -> Iterator:
        total = len(context.op_execution_context.selected_output_names)
        night.report.step(name.replace("_", " "), "dbt starts", 0.0)
        invocation = dbt.cli(
            ["build", "--no-use-colors"], context=context, target_path=target, raise_on_error=False
        )
        done = 0
        with one_line_failures(night):
            for event in _without_its_words(invocation.stream()):
                if isinstance(event, (dg.Output, dg.MaterializeResult)):
                    done += 1
                    night.report.step(
                        name.replace("_", " "), f"{done} of {total} tables", min(1.0, done / total)
                    )
                yield event
            if not invocation.is_successful():
                raise PlainFailure(f"dbt: {_what_failed(target)}; details in {target / 'dbt.log'}")

    return build


def keys_of(assets: dg.AssetsDefinition, names: set[str] | None = None) -> list[dg.AssetKey]:
    """The keys of dbt assets, all or those whose model is in `names`."""
    return sorted(key for key in assets.keys if names is None or key.path[-1] in names)


def _without_its_words(events: Iterator) -> Iterator:
    """The events, without the lines that dagster-dbt prints for each of them; dbt.log has them all."""
    with Path(os.devnull).open("w") as nowhere:
        while True:
            with redirect_stdout(nowhere):
                event = next(events, None)
            if event is None:
                return
            yield event


def _what_failed(target: Path) -> str:
    try:
        results = json.loads((target / "run_results.json").read_text("utf-8"))["results"]
    except (OSError, ValueError, KeyError):
        return "it ended before its results were written"
    failed = [result for result in results if result["status"] in ("error", "fail", "runtime error")]
    if not failed:
        return "it ended with an error"
    first = failed[0]
    words = " ".join(str(first["message"]).split())
    more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    return f"{first['unique_id'].split('.', 2)[-1]}: {words[:300]}{more}"
