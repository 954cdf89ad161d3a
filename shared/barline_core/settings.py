"""What every service is told from outside, read once and checked when the process starts."""

import os
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from barline_core.clock import MarketClock


class OutsideSettings(BaseSettings):
    """Settings from the environment, in upper case, or else from files named for them in lower case.

    `SECRETS_DIR` names the folder of these files, or several with colons between them, so that a secret need not be
    in the environment.
    """

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What the caller says, then the environment, then the files."""
        folders = [Path(name) for name in os.environ.get("SECRETS_DIR", "").split(":") if name]
        files = SecretsSettingsSource(settings_cls, secrets_dir=folders)
        return init_settings, env_settings, files


class ServiceSettings(OutsideSettings):
    """Settings common to the services; each subclass adds its own."""

    database_url: SecretStr
    database_pool_size: int = Field(default=8, ge=1, le=100)
    internal_keys_dir: Path  # <caller>.pub of everyone who may call; <own name>.key where this service calls others
    market_date: date | None = (
        None  # fixes the market clock; the demo stands the day after its last bar
    )
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "json"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = Field(default=None, ge=1, le=65535)  # None: no metrics are served
    otel_exporter_otlp_endpoint: str = ""  # empty: no traces are made
    leaving_sign: Path | None = None  # a file; once it is there, connections end with their answer

    @field_validator("market_date", "metrics_port", mode="before")
    @classmethod
    def empty_means_unset(cls, value: object) -> object:
        """An empty line in an env file means it is not set."""
        return None if value == "" else value

    @property
    def market_clock(self) -> MarketClock:
        return MarketClock(self.market_date)
