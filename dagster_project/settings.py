"""One frozen Settings: the file `kuntaluotsi.toml` and `KUNTALUOTSI_*` variables, nothing read at import."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from dagster_project.sources.hosts import Host, HostOverride, load_hosts

PROJECT_ROOT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """Where things live and how they run.

    Precedence: arguments, then `KUNTALUOTSI_*` variables, then `kuntaluotsi.toml` in the checkout,
    then the defaults below. Unknown names in the file are refused by name.
    """

    model_config = SettingsConfigDict(
        env_prefix="KUNTALUOTSI_",
        toml_file=PROJECT_ROOT / "kuntaluotsi.toml",
        frozen=True,
        extra="forbid",
    )

    profile: Literal["dev", "prod", "test"] = "dev"
    data_root: Path = PROJECT_ROOT / "data"
    bind_address: str = "127.0.0.1"
    dashboards_port: int = Field(default=8050, ge=0, le=65535)
    dagster_port: int = Field(default=3000, ge=0, le=65535)
    languages: tuple[Literal["fi", "sv", "en"], ...] = ("fi", "sv", "en")
    default_municipality: str = Field(default="305", pattern=r"^\d{3}$")
    contact: str = ""
    """An address told to publishers in the User-Agent, so that they can reach whoever runs this."""
    hosts: dict[str, str | HostOverride] = {}
    """Other addresses or paces for the hosts of `sources/hosts.yaml`, as JSON: a mirror, a test."""
    statfin_url: str | None = None
    """Another address for Statistics Finland alone."""
    secrets_file: Path | None = None
    """A TOML file of secrets that only its owner can read; each may also be `KUNTALUOTSI_SECRET_<NAME>`."""
    duckdb_memory_limit: str = "2GB"
    duckdb_threads: int = Field(default=2, ge=1)
    snapshots_kept: int = Field(default=14, ge=2)
    first_live_year: int = Field(default=2010, ge=1972)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    def source_hosts(self) -> dict[str, Host]:
        """The publishers' machines, with what these settings say of them instead."""
        overrides = dict(self.hosts)
        if self.statfin_url is not None:
            overrides.setdefault("statfin", self.statfin_url)
        return load_hosts(overrides)

    @property
    def raw_dir(self) -> Path:
        """Landed bytes with their manifests; immutable."""
        return self.data_root / "raw" / "landed"

    @property
    def inbox_dir(self) -> Path:
        return self.data_root / "raw" / "inbox"

    @property
    def quarantine_dir(self) -> Path:
        """Submissions that were refused, each with its reasons."""
        return self.data_root / "raw" / "quarantine"

    @property
    def bundled_dir(self) -> Path:
        """The extract that comes with the project, whatever the data root is."""
        return PROJECT_ROOT / "data" / "raw" / "bundled"

    @property
    def marts_dir(self) -> Path:
        return self.data_root / "marts"

    @property
    def warehouse_path(self) -> Path:
        return self.data_root / "warehouse.duckdb"

    @property
    def dagster_home(self) -> Path:
        return self.data_root / "dagster"

    @property
    def temp_dir(self) -> Path:
        return self.data_root / "tmp"

    @property
    def lock_path(self) -> Path:
        """Held with flock by the one refresh that may run."""
        return self.data_root / "refresh.lock"

    @property
    def log_dir(self) -> Path:
        return self.data_root / "logs"

    @property
    def dbt_dir(self) -> Path:
        return PROJECT_ROOT / "dbt"

    @property
    def dbt_target_dir(self) -> Path:
        return self.data_root / "dbt"
