"""Dagster's home under the data root: one SQLite instance for the command, the web server and the daemon."""

from __future__ import annotations

import json
from pathlib import Path

from dagster_project.publish.files import write_text_atomically
from dagster_project.running.logs import KEPT_DAYS
from dagster_project.settings import Settings

MAX_RUNTIME_SECONDS = 4 * 60 * 60
"""A night that takes longer is stuck; Dagster then ends it."""

_DAGSTER_YAML = """\
# Written by kuntaluotsi at every start; change dagster_project/running/instance.py instead.
telemetry:
  enabled: false
nux:
  enabled: false
event_log_storage:
  module: dagster_project.defs.event_store
  class: KeptEventStore
  config:
    base_dir: {history}
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
concurrency:
  runs:
    max_concurrent_runs: 1
run_monitoring:
  enabled: true
  start_timeout_seconds: 300
  max_runtime_seconds: {longest}
  poll_interval_seconds: 60
retention:
  schedule:
    purge_after_days: {days}
  sensor:
    purge_after_days: {days}
python_logs:
  python_log_level: INFO
"""


def prepare_home(settings: Settings) -> Path:
    """The directory for DAGSTER_HOME, with a current dagster.yaml."""
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    config = home / "dagster.yaml"
    history = json.dumps(str(home.resolve() / "history" / "runs"))  # a JSON string is a YAML one
    wanted = _DAGSTER_YAML.format(history=history, longest=MAX_RUNTIME_SECONDS, days=KEPT_DAYS)
    if not config.exists() or config.read_text("utf-8") != wanted:
        write_text_atomically(config, wanted)
    return home
