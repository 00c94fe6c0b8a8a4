"""Serves the dashboards: the only place that reads settings and puts store and application together.

    python -m dashboards.wsgi --host 127.0.0.1 --port 8050

Settings come from `KUNTALUOTSI_DATA_ROOT`, `KUNTALUOTSI_BIND_ADDRESS`, `KUNTALUOTSI_DASHBOARDS_PORT` and
`KUNTALUOTSI_DEFAULT_MUNICIPALITY`; arguments go first. Serves from this machine only unless told otherwise.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from waitress.server import create_server

from contract.snapshot import LINEAGE_FILE
from dashboards.app import create_app
from dashboards.data.store import SnapshotStore

PROJECT_ROOT = Path(__file__).resolve().parents[1]
THREADS = 8

logger = logging.getLogger("dashboards")


def parsed(arguments: Sequence[str], environment: Mapping[str, str]) -> argparse.Namespace:
    """The settings: host, port, data_root, municipality."""
    parser = argparse.ArgumentParser(prog="python -m dashboards.wsgi", description="Serve the dashboards.")
    parser.add_argument("--host", default=environment.get("KUNTALUOTSI_BIND_ADDRESS", "127.0.0.1"))
    parser.add_argument(
        "--port", type=int, default=int(environment.get("KUNTALUOTSI_DASHBOARDS_PORT", "8050"))
    )
    parser.add_argument(
        "--data-root",
        type=Path,
        default=Path(environment.get("KUNTALUOTSI_DATA_ROOT", PROJECT_ROOT / "data")),
    )
    parser.add_argument("--municipality", default=environment.get("KUNTALUOTSI_DEFAULT_MUNICIPALITY", "305"))
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until stopped; 1 when the port cannot be had, with one line that says so."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    given = parsed(sys.argv[1:] if arguments is None else arguments, os.environ)
    store = SnapshotStore(given.data_root / "marts")
    app = create_app(
        store, default_municipality=given.municipality, lineage_page=given.data_root / LINEAGE_FILE
    )
    try:
        server = create_server(app.server, host=given.host, port=given.port, threads=THREADS)
    except OSError as reason:
        logger.error(
            "cannot serve at %s:%s (%s); choose another with --port or KUNTALUOTSI_DASHBOARDS_PORT",
            given.host,
            given.port,
            reason.strerror,
        )
        return 1
    logger.info("dashboards at http://%s:%s", given.host, server.effective_port)
    server.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
