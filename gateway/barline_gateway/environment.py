"""What the gateway is told from outside: names are the environment's, in upper case."""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(BaseSettings):
    """Read once by `settings.py`; secrets have no default, so that none can be forgotten."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    secret_key: SecretStr
    api_key_secret: SecretStr  # keys the digests of API keys: another one makes all keys void
    database_url: SecretStr
    internal_keys_dir: Path  # gateway.key signs the calls to the services

    ingestion_url: str = "http://127.0.0.1:8001"
    backtest_url: str = "http://127.0.0.1:8002"
    prediction_url: str = "http://127.0.0.1:8003"
    reports_url: str = "http://127.0.0.1:8004"

    service_connect_timeout_s: float = Field(default=2.0, gt=0)
    service_read_timeout_s: float = Field(default=60.0, gt=0)  # for one call, and what it sets off
    service_calls_at_once: int = Field(default=16, ge=1)  # to each service
    service_calls_waiting: int = Field(default=8, ge=0)  # and a moment for a place, beside them
    database_pool_size: int = Field(default=16, ge=1, le=100)
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = Field(default=None, ge=1, le=65535)  # None: no metrics are served
    otel_exporter_otlp_endpoint: str = ""  # empty: no traces are made

    debug: bool = False
    allowed_hosts: str = "127.0.0.1,localhost,[::1]"
    https_only: bool = False  # true behind TLS: secure cookies, HSTS
    trusted_origins: str = ""
    throttle_rate: str = Field(default="1200/min", pattern=r"^\d+/(s|sec|m|min|h|hour|d|day)\w*$")
    static_root: Path | None = None
    max_body_bytes: int = 1_000_000
    max_upload_bytes: int = 50 * 1024 * 1024 + 64 * 1024  # a file of 50 MB and the form around it
    market_date: date | None = None
    sandbox: bool = False  # the bars come from the sandbox, and the pages say so
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "json"

    @field_validator("market_date", "metrics_port", mode="before")
    @classmethod
    def empty_means_unset(cls, value: object) -> object:
        """An empty line in an env file means it is not set."""
        return None if value == "" else value

    def hosts(self) -> list[str]:
        return [host.strip() for host in self.allowed_hosts.split(",") if host.strip()]

    def origins(self) -> list[str]:
        return [origin.strip() for origin in self.trusted_origins.split(",") if origin.strip()]

    def service_urls(self) -> dict[str, str]:
        return {
            "ingestion": self.ingestion_url,
            "backtest": self.backtest_url,
            "prediction": self.prediction_url,
            "reports": self.reports_url,
        }
