"""dbt's manifest, made before Dagster's definitions load because the assets are read from it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Collection
from pathlib import Path

from dagster_project.publish.files import exclusive, write_text_atomically
from dagster_project.running.environment import DBT_LAUNCHER, child_environment
from dagster_project.running.exits import PlainFailure
from dagster_project.running.fingerprint import digest_of_dbt
from dagster_project.settings import Settings

REMEDY = "run `kuntaluotsi generate --manifest`"


def manifest_path(settings: Settings) -> Path:
    """Where the manifest is kept."""
    return settings.dbt_target_dir / "manifest.json"


def require_manifest(settings: Settings) -> Path:
    """The manifest's path.

    Raises: PlainFailure with the remedy when there is none or the project has changed since.
    """
    path = manifest_path(settings)
    if not path.is_file():
        raise PlainFailure(f"there is no dbt manifest at {path}; {REMEDY}")
    if not is_fresh(settings):
        raise PlainFailure(f"the dbt project has changed since {path} was made; {REMEDY}")
    return path


def is_fresh(settings: Settings) -> bool:
    """True when the manifest was made from the dbt project as it stands."""
    try:
        noted = _note(settings).read_text("utf-8").strip()
    except OSError:
        return False
    return manifest_path(settings).is_file() and noted == digest_of_dbt(settings)


def make_manifest(settings: Settings) -> Path:
    """The manifest of the dbt project as it stands, parsed again only when a file changed (about 6 s).

    Processes that start together wait for the first of them. Raises: PlainFailure with dbt's own words when
    the project does not parse.
    """
    if is_fresh(settings):
        return manifest_path(settings)
    for folder in (settings.dbt_target_dir, settings.temp_dir, settings.log_dir):
        folder.mkdir(parents=True, exist_ok=True)
    with exclusive(settings.dbt_target_dir / ".manifest.lock"):
        if not is_fresh(settings):
            _parse(settings)
    return manifest_path(settings)


def sources_behind(manifest: Path, models: Collection[str]) -> frozenset[tuple[str, str]]:
    """`(schema, table)` of every source that one of the models is made of, directly or through others."""
    read = json.loads(manifest.read_text("utf-8"))
    todo = [key for key, node in read["nodes"].items() if node["name"] in models]
    reached = set(todo)
    while todo:
        parents = set(read["parent_map"].get(todo.pop(), ())) - reached
        reached |= parents
        todo += parents
    sources = read["sources"]
    return frozenset((sources[key]["schema"], sources[key]["name"]) for key in reached & sources.keys())


def _parse(settings: Settings) -> None:
    digest = digest_of_dbt(settings)
    parsed = subprocess.run(
        [str(DBT_LAUNCHER), "--no-use-colors", "--quiet", "parse", "--project-dir", str(settings.dbt_dir)],
        env={**os.environ, **child_environment(settings)},
        capture_output=True,
        text=True,
    )
    if parsed.returncode != 0:
        raise PlainFailure(f"dbt cannot read the project in {settings.dbt_dir}: {_words(parsed)}")
    write_text_atomically(_note(settings), digest)


def _words(parsed: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in (parsed.stdout + parsed.stderr).splitlines() if line.strip()]
    return " ".join(lines[-8:]) or f"exit code {parsed.returncode}"


def _note(settings: Settings) -> Path:
    return settings.dbt_target_dir / "manifest.sha256"
