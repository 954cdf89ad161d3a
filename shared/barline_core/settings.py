"""What every service is told from outside, read once and checked when the process starts."""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from barline_core.clock import MarketClock


class ServiceSettings(BaseSettings):
    """Settings common to the services; each subclass adds its own. Names are the environment's, in upper case."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, secrets_dir=None)

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

    @field_validator("market_date", "metrics_port", mode="before")
    @classmethod
    def empty_means_unset(cls, value: object) -> object:
        """An empty line in an env file means it is not set."""
        return None if value == "" else value

    @property
    def market_clock(self) -> MarketClock:
        return MarketClock(self.market_date)
