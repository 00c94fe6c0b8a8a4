"""The publishers as a folder of answers shows them: every PxWeb table, and what REST answers there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from tests.simulator import kuntatalous, sotkanet, vipunen
from tests.simulator.calls import SOTKANET, STATFIN, TEN_SECONDS, Limits
from tests.simulator.pxweb_v1 import PxWebV1
from tests.simulator.recorded import Recorded
from tests.simulator.server import Simulator
from tests.simulator.table import Table, tables_in
from tests.simulator.wire import Service

PXWEB = ("statfin", "vero", "traficom")
PATHS = {
    "statfin": "/PxWeb/api/v1",
    "vero": "/PXWeb/api/v1",
    "traficom": "/PXWeb/api/v1",
    "ymparisto": "/api/Hakemistorajapinta/1.0/odata",
}
"""Host key to the path of the publisher's true address, where it has one."""
HOST_OF_DATABASE = {"Vero": "vero", "TraFi": "traficom"}
LIMITS: dict[str, Limits] = {
    "statfin": STATFIN,
    "vero": TEN_SECONDS,
    "traficom": TEN_SECONDS,
    "sotkanet": SOTKANET,
}
MOST_CELLS = {"vero": 150_000, "traficom": 110_000}
HOMES = {"avoindata": "https://www.avoindata.fi", "classifications": "https://data.stat.fi"}
"""Host key to the publisher's true address, where its answers link to themselves."""
REST = (
    "sotkanet",
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
BUILT: dict[str, tuple[Callable[[Path], bool], Callable[[Path], Service]]] = {
    "sotkanet": (sotkanet.holds, sotkanet.from_folder),
    "kuntatalous": (kuntatalous.holds, kuntatalous.from_folder),
    "vipunen": (vipunen.holds, vipunen.from_folder),
}
"""Publishers that answer more questions than were recorded, once a folder has enough of theirs."""


def serve_folders(simulator: Simulator, *roots: Path, scale: float = 1.0) -> dict[str, PxWebV1]:
    """The PxWeb services by host key, now served beside Sotkanet and the recorded REST answers of `roots`.

    Every publisher of the catalogue has an address; one without answers knows no table. `scale` shortens
    the windows of the publishers' limits. Raises: FileNotFoundError when a folder holds no answers.
    """
    by_host: dict[str, list[Table]] = {key: [] for key in PXWEB}
    for root in roots:
        tables = tables_in(root)
        if not tables and not any((root / key).is_dir() for key in REST):
            raise FileNotFoundError(f"{root} holds no answers; expected <database>/<folder>/<table id>/…")
        for table in tables:
            by_host[HOST_OF_DATABASE.get(table.database, "statfin")].append(table)
    services = {}
    for key, tables in by_host.items():
        services[key] = PxWebV1(tables, max_cells=MOST_CELLS.get(key, 120_000))
        simulator.serve(key, services[key], path=PATHS[key], limits=LIMITS[key].scaled(scale))
    for key in REST:
        simulator.serve(key, _rest(key, roots), path=PATHS.get(key, ""), limits=LIMITS.get(key, Limits()))
    return services


def _rest(key: str, roots: Sequence[Path]) -> Service:
    if key in BUILT:
        holds, build = BUILT[key]
        for root in roots:
            if holds(root / key):
                return build(root / key)
    return Recorded(*(root / key for root in roots), home=HOMES.get(key, ""))
