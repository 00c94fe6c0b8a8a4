"""`python -m tests.simulator --folder DIR`: the official interfaces here, from a folder of answers."""

from __future__ import annotations

import json
import signal
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import click

from dagster_project.sources.hosts import load_hosts
from tests.simulator import faults
from tests.simulator.folder import serve_folders
from tests.simulator.server import Simulator

FAULTS = {
    "429": faults.too_many_calls(1),
    "403": faults.refused(),
    "503": faults.server_error(),
    "html": faults.web_page(),
    "cut": faults.cut_off(),
    "hang-up": faults.hang_up(),
    "reset": faults.reset(),
    "silent": faults.no_answer(),
    "endless": faults.endless(),
    "bomb": faults.gzip_bomb(),
}


@click.command()
@click.option("--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--port", default=0, show_default=True, help="0 takes a free one.")
@click.option(
    "--scale", default=1.0, show_default=True, help="Shortens the windows of the rate limits and of our pace."
)
@click.option(
    "--fault",
    "ordered",
    multiple=True,
    metavar="HOST:KIND[:CONTAINING]",
    help=f"Spoil every call to HOST whose address holds CONTAINING; KIND: {', '.join(FAULTS)}.",
)
def main(folder: Path, port: int, scale: float, ordered: tuple[str, ...]) -> None:
    """Serve a folder's answers as the official interfaces would, until interrupted."""
    with Simulator(port=port) as simulator:
        serve_folders(simulator, folder, scale=scale)
        for order in ordered:
            host, kind, *containing = order.split(":", 2)
            if kind not in FAULTS:
                raise click.BadParameter(f"{kind!r} is no fault; known: {', '.join(FAULTS)}")
            simulator.misbehave(host, FAULTS[kind], containing="".join(containing), times=None)
        for key, address in simulator.hosts.items():
            click.echo(f"{key:22} {address}")
        told = json.dumps(_overrides(simulator, scale))
        click.echo(f"\nKUNTALUOTSI_HOSTS='{told}' kuntaluotsi refresh --from live")
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):  # also in the background of a script
            signal.signal(number, lambda *_: stop.set())
        stop.wait()
        answered = Counter((call.host, call.method, call.status) for call in simulator.calls)
        for (host, method, status), calls in sorted(answered.items()):
            click.echo(f"{host:22} {method:5} {status} {calls:6}")


def _overrides(simulator: Simulator, scale: float) -> dict[str, Any]:
    """The settings that send a refresh here, at a pace that is scaled as the publishers' limits are."""
    if scale == 1.0:
        return simulator.hosts
    seconds = {key: max(0.01, host.seconds * scale) for key, host in load_hosts().items()}
    return {key: {"base_url": url, "seconds": seconds[key]} for key, url in simulator.hosts.items()}


if __name__ == "__main__":
    main()
