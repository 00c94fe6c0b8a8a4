"""The publishers' machines: address, pace and limits, read from `hosts.yaml`; settings may say otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field

from dagster_project.sources.errors import PermanentSourceError

HOSTS_FILE = Path(__file__).with_name("hosts.yaml")


class Host(BaseModel):
    """One machine of a publisher. At most `calls` in `seconds`, by all of this process together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    publisher: str
    base_url: str
    contract: Literal["pxweb-v1", "pxweb-v2", "rest"]
    calls: int = Field(ge=1)
    seconds: float = Field(gt=0)
    cells: int | None = None
    """Cells of a PxWeb table asked for at once; what the publisher's own configuration says may lower it."""
    answer_seconds: float = Field(default=60.0, gt=0)
    """How long the next bytes of an answer may keep us waiting."""
    redirects_to: tuple[str, ...] = ()
    """Other machines, by name, that this one may send us on to."""
    token: str | None = None
    """The name of the secret that is sent as a bearer token; none of the open interfaces needs one."""

    @property
    def name(self) -> str:
        """The machine's name in the network, with the port where one is given."""
        return urlsplit(self.base_url).netloc or self.base_url


class HostOverride(BaseModel):
    """What the settings may say of a host instead: a mirror, a simulator, another pace."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str | None = None
    calls: int | None = Field(default=None, ge=1)
    seconds: float | None = Field(default=None, gt=0)
    cells: int | None = Field(default=None, ge=1)
    token: str | None = None


def load_hosts(
    overrides: Mapping[str, str | HostOverride] | None = None, file: Path = HOSTS_FILE
) -> dict[str, Host]:
    """Every host by its key; an override is an address, or several fields.

    Raises: ValueError naming the override's key when there is no such host; pydantic.ValidationError.
    """
    told = yaml.safe_load(file.read_text(encoding="utf-8"))
    for key, override in (overrides or {}).items():
        if key not in told:
            raise ValueError(f"hosts: there is no host {key!r}; known: {', '.join(told)}")
        changed = HostOverride(base_url=override) if isinstance(override, str) else override
        told[key] = told[key] | changed.model_dump(exclude_none=True)
    return {key: Host(key=key, **fields) for key, fields in told.items()}


def locate(hosts: Mapping[str, Host], url: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Host key, path and parameters of a link that a publisher's answer gives.

    Raises: PermanentSourceError drifted when the link leads to a machine that is not in hosts.yaml.
    """
    parts = urlsplit(url)
    for host in hosts.values():
        base = urlsplit(host.base_url)
        names = {base.netloc.casefold(), *(name.casefold() for name in host.redirects_to)}
        root = base.path.rstrip("/") + "/"
        if parts.netloc.casefold() in names and parts.path.startswith(root):
            path = unquote(parts.path.removeprefix(root))
            return host.key, path, tuple(parse_qsl(parts.query, keep_blank_values=True))
    raise PermanentSourceError(
        "drifted", f"the answer links to {url[:200]}, which is on no machine of sources/hosts.yaml"
    )
