"""The publishers as a folder of answers shows them: every PxWeb table, and what REST answers there are."""

from __future__ import annotations

from pathlib import Path

from tests.simulator import sotkanet
from tests.simulator.calls import SOTKANET, STATFIN, TEN_SECONDS, Limits
from tests.simulator.pxweb_v1 import PxWebV1
from tests.simulator.recorded import Recorded
from tests.simulator.server import Simulator
from tests.simulator.table import Table, tables_in

PXWEB = {"statfin": "/PxWeb/api/v1", "vero": "/PXWeb/api/v1", "traficom": "/PXWeb/api/v1"}
"""Host key to the path of the publisher's true address."""
HOST_OF_DATABASE = {"Vero": "vero", "TraFi": "traficom"}
LIMITS: dict[str, Limits] = {
    "statfin": STATFIN,
    "vero": TEN_SECONDS,
    "traficom": TEN_SECONDS,
    "sotkanet": SOTKANET,
}
MOST_CELLS = {"vero": 150_000, "traficom": 110_000}
REST = (
    "kuntatalous",
    "kuntatalous_api",
    "kuntatalous_taxonomy",
    "ymparisto",
    "vipunen",
    "avoindata",
    "statgeo",
    "classifications",
    "ptv",
)


def serve_folders(simulator: Simulator, *roots: Path, scale: float = 1.0) -> dict[str, PxWebV1]:
    """The PxWeb services by host key, now served beside Sotkanet and the recorded REST answers of `roots`.

    Every publisher of the catalogue has an address; one without answers knows no table. `scale` shortens
    the windows of the publishers' limits. Raises: FileNotFoundError when a folder holds no answers.
    """
    by_host: dict[str, list[Table]] = {key: [] for key in PXWEB}
    for root in roots:
        tables = tables_in(root)
        if not tables and not any((root / key).is_dir() for key in ("sotkanet", *REST)):
            raise FileNotFoundError(f"{root} holds no answers; expected <database>/<folder>/<table id>/…")
        for table in tables:
            by_host[HOST_OF_DATABASE.get(table.database, "statfin")].append(table)
    services = {}
    for key, tables in by_host.items():
        services[key] = PxWebV1(tables, max_cells=MOST_CELLS.get(key, 120_000))
        simulator.serve(key, services[key], path=PXWEB[key], limits=LIMITS[key].scaled(scale))
    for key in REST:
        simulator.serve(key, Recorded(*(root / key for root in roots)))
    regions = [root / "sotkanet" for root in roots if sotkanet.holds(root / "sotkanet")]
    service = sotkanet.from_folder(regions[0]) if regions else Recorded(*(r / "sotkanet" for r in roots))
    simulator.serve("sotkanet", service, limits=SOTKANET)
    return services
