"""What the gateway is told from outside: names are the environment's, in upper case."""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import AnyHttpUrl, Field, SecretStr, TypeAdapter, field_validator

from barline_core.settings import OutsideSettings

RATE = r"^[1-9]\d*/(s|sec|m|min|h|hour|d|day)\w*$"
HTTP_URL = TypeAdapter(AnyHttpUrl)


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

    service_connect_timeout_s: float = Field(default=2.0, gt=0)
    service_read_timeout_s: float = Field(default=60.0, gt=0)  # for one call, and what it sets off
    service_calls_at_once: int = Field(default=16, ge=1)  # to each service
    service_calls_waiting: int = Field(default=8, ge=0)  # and a moment for a place, beside them
    database_pool_size: int = Field(default=16, ge=1, le=100)
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = Field(default=None, ge=1, le=65535)  # None: no metrics are served
    otel_exporter_otlp_endpoint: str = ""  # empty: no traces are made
    leaving_sign: Path | None = None  # a file; once it is there, connections end with their answer

    debug: bool = False
    allowed_hosts: str = "127.0.0.1,localhost,[::1]"
    https_only: bool = False  # true behind TLS: secure cookies, HSTS
    trusted_origins: str = ""
    cors_origins: str = ""  # other sites whose scripts may call with an API key; none by default
    proxy_count: int = Field(default=0, ge=0, le=10)  # proxies in front that append X-Forwarded-For
    throttle_rate: str = Field(default="1200/min", pattern=RATE)
    sign_in_rate: str = Field(default="20/min", pattern=RATE)  # of one address
    cache_url: SecretStr | None = None  # a Valkey or Redis that makes counts common to all replicas
    static_root: Path | None = None
    max_body_bytes: int = 1_000_000
    max_upload_bytes: int = 50 * 1024 * 1024 + 64 * 1024  # a file of 50 MB and the form around it
    market_date: date | None = None
    sandbox: bool = False  # the bars come from the sandbox, and the pages say so
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "json"

    @field_validator("ingestion_url", "backtest_url", "prediction_url", "reports_url")
    @classmethod
    def service_is_reached_over_http(cls, value: str) -> str:
        """A service's address is a plain one: no credentials, query or fragment that would travel along."""
        url = HTTP_URL.validate_python(value)
        if url.username or url.password or url.query or url.fragment:
            raise ValueError("Give a service's address as http://host:port, and nothing more.")
        return value

    @field_validator("cache_url")
    @classmethod
    def cache_is_a_valkey_or_redis(cls, value: SecretStr | None) -> SecretStr | None:
        schemes = ("redis://", "rediss://", "valkey://", "valkeys://", "redis+unix://")
        if value is not None and not value.get_secret_value().startswith(schemes):
            raise ValueError(f"CACHE_URL begins with one of {', '.join(schemes)}.")
        return value

    @field_validator("cors_origins")
    @classmethod
    def origins_are_named(cls, value: str) -> str:
        """Each origin by scheme and host: a `*` would open every browser's every key."""
        for origin in split(value):
            url = HTTP_URL.validate_python(origin)
            if (url.path or "/") != "/" or origin.endswith("/") or "*" in origin:
                raise ValueError("An origin is https://host, without a path, a slash or a star.")
        return value

    @field_validator("market_date", "cache_url", "metrics_port", mode="before")
    @classmethod
    def empty_means_unset(cls, value: object) -> object:
        """An empty line in an env file sets nothing."""
        return None if value == "" else value

    def hosts(self) -> list[str]:
        return split(self.allowed_hosts)

    def origins(self) -> list[str]:
        return split(self.trusted_origins)

    def cross_origins(self) -> list[str]:
        return split(self.cors_origins)

    def service_urls(self) -> dict[str, str]:
        return {
            "ingestion": self.ingestion_url,
            "backtest": self.backtest_url,
            "prediction": self.prediction_url,
            "reports": self.reports_url,
        }


def split(text: str) -> list[str]:
    """The parts between commas."""
    return [part.strip() for part in text.split(",") if part.strip()]
