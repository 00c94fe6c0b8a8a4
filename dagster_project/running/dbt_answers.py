"""Runs dbt here and leaves its results as a small JSON file: for one model, quicker than the dbt command.

With `--no-write-json` dbt writes no manifest, which takes longer than one KPI. Usage, by path:
python -P dbt_answers.py RESULTS dbt-arguments…
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def main(results: Path, arguments: list[str]) -> int:
    """dbt's exit code: 0 good, 1 a model or test failed, 2 dbt could not run. Without results, no file."""
    from dbt.cli.main import dbtRunner

    done = dbtRunner().invoke(["--no-write-json", *arguments])
    ran: list[Any] = list(getattr(done.result, "results", None) or [])
    if ran:
        told = [
            {
                "unique_id": one.node.unique_id,
                "status": str(one.status),
                "message": one.message,
                "execution_time": one.execution_time,
            }
            for one in ran
        ]
        results.write_text(json.dumps(told, default=str), "utf-8")
    if done.exception is not None:
        return 2
    return 0 if done.success else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
