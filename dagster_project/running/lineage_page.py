"""dbt's own pages as one file that loads nothing from elsewhere, built on a copy of the warehouse."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from contract.snapshot import LINEAGE_FILE
from dagster_project.publish.files import write_text_atomically
from dagster_project.running.dev_dbt import run_dbt, words_of
from dagster_project.running.exits import ExitCode, PlainFailure
from dagster_project.running.warehouse_copy import copied_warehouse
from dagster_project.settings import Settings

_BUILT_BY_DBT = "static_index.html"
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data:; font-src data:; form-action 'none'"
)
"""Whatever dbt's page would ask of other hosts, the browser does not."""
_HEAD = "<head>"


def lineage_page(settings: Settings) -> Path:
    """Where the page is once it has been built."""
    return settings.data_root / LINEAGE_FILE


def build_lineage_page(settings: Settings, say: Callable[[str], None]) -> Path:
    """The page, built anew from the dbt project and the warehouse as they stand.

    Raises: PlainFailure when there is no warehouse or dbt cannot describe the project.
    """
    with copied_warehouse(settings, say) as copy:
        done = run_dbt(copy, "--quiet", "docs", "generate", "--static")
        built = copy.dbt_target_dir / _BUILT_BY_DBT
        if done.returncode != 0 or not built.is_file():
            raise PlainFailure(f"dbt cannot describe the project in {copy.dbt_dir}: {words_of(done)}")
        text = built.read_text("utf-8")
        built.unlink()
        page = lineage_page(settings)
        write_text_atomically(page, alone(text, {copy.dbt_target_dir: "target", copy.dbt_dir: "dbt"}))
    return page


def alone(text: str, places: dict[Path, str]) -> str:
    """dbt's page told to load nothing from elsewhere, with folders of this machine by their `places`' names.

    Raises: PlainFailure when the page has no head to say it in.
    """
    if _HEAD not in text:
        raise PlainFailure(f"dbt's {_BUILT_BY_DBT} has no {_HEAD}; is this dbt's version of requirements/?")
    for folder, name in places.items():
        for written in {str(folder), str(folder.resolve())}:
            text = text.replace(written, name)
    policy = f'{_HEAD}<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    return text.replace(_HEAD, policy, 1)


def serve_page(page: Path, address: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve the page until interrupted; `ready` is told its address.

    Raises: PlainFailure for a taken port.
    """
    try:
        server = ThreadingHTTPServer((address, port), _handler(page.read_bytes()))
    except OSError as error:
        raise PlainFailure(
            f"cannot serve at {address}:{port} ({error.strerror}); choose another with --port",
            ExitCode.PORT_IN_USE,
        ) from error
    with server:
        ready(f"http://{server.server_address[0]}:{server.server_address[1]}")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


def _handler(body: bytes) -> type[BaseHTTPRequestHandler]:
    class OnePage(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.path.split("?")[0] == "/"
            self.send_response(HTTPStatus.OK if known else HTTPStatus.NOT_FOUND)
            self.send_header("Content-Type", "text/html; charset=utf-8" if known else "text/plain")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(body if known else b"there is one page, /\n")

        def log_message(self, *_: object) -> None:
            """Nothing: whoever serves it reads it themselves."""

    return OnePage
