"""What the prediction service is told from outside."""

from pydantic import Field, field_validator

from barline_core.settings import ServiceSettings
from barline_prediction.pins import DEFAULT_VERSION


class PredictionSettings(ServiceSettings):
    """`model_version` chooses among the models the code has pinned; the others say how a worker works."""

    model_version: str = DEFAULT_VERSION
    worker_heartbeat_s: float = Field(default=5.0, gt=0)
    worker_stalled_after_s: float = Field(default=20.0, gt=0)

    @field_validator("model_version")
    @classmethod
    def empty_means_default(cls, value: str) -> str:
        """An empty line in an env file means the version is not chosen."""
        return value or DEFAULT_VERSION
