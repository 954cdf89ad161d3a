"""What ingestion is told from outside, beyond what every service is."""

from pydantic import Field, HttpUrl, SecretStr, field_validator

from barline_core.settings import ServiceSettings

ALPHA_VANTAGE = "https://www.alphavantage.co"


class IngestionSettings(ServiceSettings):
    """The upstream, its key, and how patiently it is asked."""

    alpha_vantage_base_url: HttpUrl = HttpUrl(ALPHA_VANTAGE)
    alpha_vantage_api_key: SecretStr = SecretStr("")
    upstream_connect_timeout_s: float = Field(default=5.0, gt=0)
    upstream_read_timeout_s: float = Field(default=30.0, gt=0)
    upstream_total_timeout_s: float = Field(default=90.0, gt=0)
    upstream_attempts: int = Field(default=3, ge=1, le=10)
    upstream_backoff_s: float = Field(default=1.0, gt=0)  # doubles with each attempt
    free_requests_per_day: int = Field(default=25, ge=1)
    free_seconds_between_requests: float = Field(default=1.2, ge=0)
    worker_concurrency: int = Field(default=1, ge=1, le=32)
    worker_heartbeat_s: float = Field(default=5.0, gt=0)
    worker_stalled_after_s: float = Field(default=20.0, gt=0)

    @field_validator("alpha_vantage_base_url", mode="before")
    @classmethod
    def empty_means_the_real_one(cls, value: object) -> object:
        """An empty line in an env file means the real Alpha Vantage."""
        return ALPHA_VANTAGE if value == "" else value
