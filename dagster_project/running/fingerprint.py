"""Whether a rebuild could change anything: one digest over what the marts are made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import duckdb

from dagster_project.own.submission_table import own_inputs
from dagster_project.publish.files import write_text_atomically
from dagster_project.publish.snapshots import Marts
from dagster_project.settings import PROJECT_ROOT, Settings

_CODE = (
    "contract/engine_adapter.py",
    "contract/hindsight_rows.py",
    "contract/official_adapter.py",
    "contract/published*.py",
    "contract/scenario_*.py",
    "contract/scenarios/*.yaml",
    "contract/schedules.py",
    "contract/schedules/*.yaml",
    "contract/service_need*",
    "contract/what_if_rows.py",
    "contract/yaml_forms.py",
    "dagster_project/defs/foresight_*.py",
    "dagster_project/publish/writer.py",
    "dagster_project/quality/corrections/*.yaml",
    "dagster_project/raw/lineage.py",
    "foresight/**/*.py",
    "foresight/**/*.yaml",
)
_DBT = ("*.yml", "models/**/*", "macros/**/*", "seeds/**/*", "tests/**/*")


def digest_of_files(root: Path, patterns: Iterable[str]) -> str:
    """sha256 over names and bytes of the files that match, in the order of their names."""
    digest = hashlib.sha256()
    files = {file for pattern in patterns for file in root.glob(pattern) if file.is_file()}
    for file in sorted(files):
        digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def digest_of_dbt(settings: Settings) -> str:
    """sha256 over the dbt project."""
    return digest_of_files(settings.dbt_dir, _DBT)


def digest_of_inputs(connection: duckdb.DuckDBPyConnection, settings: Settings) -> str:
    """sha256 over the loaded landings, the dbt project, the engine and the contract."""
    landings = connection.execute(
        "select source, table_name, landing_id from raw_meta.load order by all"
    ).fetchall()
    parts = [landings, own_inputs(connection), digest_of_dbt(settings), digest_of_files(PROJECT_ROOT, _CODE)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def is_published(marts: Marts, settings: Settings, digest: str) -> bool:
    """True when the newest snapshot was made of exactly these inputs."""
    newest = marts.newest()
    try:
        noted = json.loads(_note(settings).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return newest is not None and noted == {"digest": digest, "snapshot_id": newest.snapshot_id}


def note_published(settings: Settings, digest: str, snapshot_id: str) -> None:
    """Remember that the snapshot was made of these inputs."""
    write_text_atomically(_note(settings), json.dumps({"digest": digest, "snapshot_id": snapshot_id}))


def _note(settings: Settings) -> Path:
    return settings.dbt_target_dir / "published.json"
