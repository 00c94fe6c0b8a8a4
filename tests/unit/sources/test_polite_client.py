"""The one HTTP client: where it lets itself be sent, how much it reads, what it tells whom; real sockets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from dagster_project.settings import Settings
from dagster_project.sources.errors import PermanentSourceError, SourceFault
from dagster_project.sources.hosts import HOSTS_FILE, Host, HostOverride, load_hosts, locate
from dagster_project.sources.http import PoliteClient
from dagster_project.sources.http_faults import followed
from dagster_project.sources.secrets import Secrets

SECRET = "s3cret-token-nobody-may-see"


class Server:
    """A loopback server; `replies` maps a path to (status, headers, body)."""

    def __init__(self) -> None:
        self.replies: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.headers: list[dict[str, str]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.headers.append(dict(self.headers))
                status, headers, body = server.replies[self.path]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Keep the tests' output quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.http.shutdown()
    made.http.server_close()


@pytest.fixture(scope="module")
def web() -> Iterator[httpx.Client]:
    """One client for all tests: making one reads the machine's certificates."""
    with httpx.Client() as client:
        yield client


@pytest.fixture
def ask(web: httpx.Client) -> Callable[..., PoliteClient]:
    """`ask(address, **host, secrets=…)`: a client for one host `x`."""

    def make(address: str, secrets: Secrets | None = None, **host: Any) -> PoliteClient:
        described = {"contract": "rest", "calls": 10_000, "seconds": 1, "publisher": "P"} | host
        there = Host(key="x", base_url=address, **described)
        return PoliteClient({"x": there}, secrets=secrets, longest_wait=0.01, client=web)

    return make


def kind(asked: Callable[[], object]) -> str:
    with pytest.raises(SourceFault) as raised:
        asked()
    assert "\n" not in raised.value.message
    return raised.value.kind


def test_a_redirect_is_followed_on_the_same_machine_and_nowhere_else(server: Server, ask: Any) -> None:
    server.replies = {
        "/old": (301, {"Location": "/new"}, b""),
        "/new": (200, {}, b"[1]"),
        "/away": (302, {"Location": "http://publisher.example/figures"}, b""),
        "/file": (302, {"Location": "file:///etc/passwd"}, b""),
        "/round": (302, {"Location": "/round"}, b""),
    }
    client = ask(server.address)
    assert client.get("x", "old") == b"[1]"
    assert [kind(lambda path=path: client.get("x", path)) for path in ("away", "file", "round")] == [
        "redirected"
    ] * 3


def test_a_redirect_to_another_machine_needs_https_and_a_name_that_is_allowed() -> None:
    host = Host(
        key="x",
        publisher="P",
        base_url="https://a.example",
        contract="rest",
        calls=1,
        seconds=1,
        redirects_to=("b.example",),
    )
    assert followed(host, "http://a.example/x", "https://a.example/x") == "https://a.example/x"
    assert followed(host, "https://a.example/x", "https://b.example/y") == "https://b.example/y"
    for location in ("http://b.example/y", "https://c.example/y", "https://a.example@evil.example/", ""):
        with pytest.raises(PermanentSourceError, match="sent on to"):
            followed(host, "https://a.example/x", location)


def test_more_bytes_than_expected_are_not_read(server: Server, ask: Any) -> None:
    server.replies["/big"] = (200, {}, b"[" + b"1," * 40_000 + b"1]")
    assert kind(lambda: ask(server.address).get("x", "big", largest_bytes=10_000)) == "too_large"


@pytest.mark.parametrize(
    ("status", "expected"),
    [(401, "refused"), (404, "wrong_table"), (410, "wrong_table"), (413, "too_many_cells"), (418, "drifted")],
)
def test_what_a_status_means_is_told_at_once(server: Server, ask: Any, status: int, expected: str) -> None:
    server.replies["/"] = (status, {}, b"<p>no</p>")
    assert kind(lambda: ask(server.address).get("x", "/")) == expected
    assert len(server.headers) == 1


def test_an_answer_of_another_kind_is_looked_at_as_such(server: Server, ask: Any) -> None:
    server.replies = {
        "/t.csv": (200, {}, b"a;b\n1;2\n"),
        "/t.xml": (200, {}, b"<wfs/>"),
        "/p": (200, {}, b"<!DOCTYPE html>"),
    }
    client = ask(server.address)
    assert client.get("x", "t.csv", accept="text/csv") == b"a;b\n1;2\n"
    assert client.get("x", "t.xml", accept="application/xml") == b"<wfs/>"
    assert kind(lambda: client.get("x", "p", accept="text/csv")) == "html_answer"


def test_a_path_is_given_as_it_reads_and_a_link_is_taken_apart_again(ask: Any) -> None:
    client = ask("https://a.example/api")
    url = client.url("x", "kunta_1#maakunta_1/maps", (("filter", "vuosi=='2024/2025'"), ("config", "")))
    assert url == "https://a.example/api/kunta_1%23maakunta_1/maps?filter=vuosi%3D%3D%272024%2F2025%27&config"
    assert locate(client.hosts, url) == (
        "x",
        "kunta_1#maakunta_1/maps",
        (("filter", "vuosi=='2024/2025'"), ("config", "")),
    )
    with pytest.raises(PermanentSourceError, match="on no machine"):
        locate(client.hosts, "https://a.example.evil.example/api/x")


def test_a_host_that_is_away_is_waited_for_once_and_no_other_host_with_it(
    server: Server, web: httpx.Client
) -> None:
    described = {"contract": "rest", "calls": 10_000, "seconds": 1, "publisher": "P"}
    server.replies["/"] = (200, {}, b"[]")
    hosts = {
        "gone": Host(key="gone", base_url="http://127.0.0.1:9", **described),
        "here": Host(key="here", base_url=server.address, **described),
    }
    client = PoliteClient(hosts, client=web)
    assert [kind(lambda: client.get("gone", "/")) for _ in range(5)] == ["unreachable"] * 5
    assert client.ledgers["gone"].calls == 1
    assert client.get("here", "/") == b"[]"


def test_a_secret_goes_to_its_host_and_into_no_message(
    server: Server, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUNTALUOTSI_SECRET_PORTAL", SECRET)
    server.replies = {"/": (200, {}, b"[]"), "/no": (404, {}, b"")}
    client = ask(server.address, token="portal", secrets=Secrets())
    client.get("x", "/")
    assert server.headers[0]["Authorization"] == f"Bearer {SECRET}"
    with pytest.raises(SourceFault) as raised:
        client.get("x", "no")
    told = [str(raised.value), repr(raised.value), repr(client.hosts), repr(Secrets()), repr(client.__dict__)]
    assert not any(SECRET in words for words in told)
    plain = ask("http://publisher.example", token="portal", secrets=Secrets())
    with pytest.raises(PermanentSourceError, match="over HTTPS only"):
        plain.get("x", "/")
    monkeypatch.setenv("KUNTALUOTSI_SECRET_PORTAL", f"{SECRET}\n")
    with pytest.raises(PermanentSourceError, match="no header can carry") as refused:
        client.get("x", "/")
    assert SECRET not in str(refused.value)


def test_a_file_of_secrets_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secrets.toml"
    file.write_text(f'portal = "{SECRET}"\n', encoding="utf-8")
    file.chmod(0o640)
    with pytest.raises(PermanentSourceError, match="chmod 600") as raised:
        Secrets(file, {}).reveal("portal")
    assert SECRET not in str(raised.value)
    file.chmod(0o600)
    assert Secrets(file, {}).reveal("portal") == SECRET
    with pytest.raises(PermanentSourceError, match="KUNTALUOTSI_SECRET_OTHER"):
        Secrets(file, {}).reveal("other")
    file.write_text(f"portal = {SECRET}\n", encoding="utf-8")
    with pytest.raises(PermanentSourceError, match="TOML") as broken:
        Secrets(file, {}).reveal("portal")
    assert SECRET not in f"{broken.value!r} {broken.value.__cause__!r}"


def test_every_shipped_host_is_asked_over_https_and_has_a_pace() -> None:
    hosts = load_hosts()
    assert all(host.base_url.startswith("https://") for host in hosts.values())
    statfin = hosts["statfin"]
    assert (statfin.calls, statfin.seconds, statfin.cells) == (35, 60, 100_000)
    assert HOSTS_FILE.is_file()


def test_settings_may_send_a_host_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUNTALUOTSI_HOSTS", '{"sotkanet": "http://127.0.0.1:1", "vero": {"calls": 5}}')
    monkeypatch.setenv("KUNTALUOTSI_STATFIN_URL", "http://127.0.0.1:2")
    hosts = Settings(profile="test").source_hosts()
    assert hosts["sotkanet"].base_url == "http://127.0.0.1:1"
    assert (hosts["vero"].calls, hosts["vero"].seconds) == (5, load_hosts()["vero"].seconds)
    assert hosts["statfin"].base_url == "http://127.0.0.1:2"
    with pytest.raises(ValueError, match="no host 'statfinn'"):
        load_hosts({"statfinn": HostOverride(calls=1)})
