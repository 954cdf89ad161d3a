"""What the gateway is told from outside: names are the environment's, in upper case."""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from barline_core.settings import OutsideSettings


class Environment(OutsideSettings):
    """Read once by `settings.py`; secrets have no default, so that none can be forgotten."""

    secret_key: SecretStr
    api_key_secret: SecretStr  # keys the digests of API keys: another one makes all keys void
    database_url: SecretStr
    internal_keys_dir: Path  # gateway.key signs the calls to the services

    ingestion_url: str = "http://127.0.0.1:8001"
    backtest_url: str = "http://127.0.0.1:8002"
    prediction_url: str = "http://127.0.0.1:8003"
    reports_url: str = "http://127.0.0.1:8004"

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

    @field_validator("market_date", mode="before")
    @classmethod
    def empty_means_unset(cls, value: object) -> object:
        """An empty line in an env file means the clock is not fixed."""
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
