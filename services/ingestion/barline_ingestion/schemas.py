"""What the routes take and give."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from barline_core.bars import PriceBasis

SYMBOLS_IN_A_JOB = 5_000


class Strict(BaseModel):
    """Anything unknown is an error of the caller."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoQuery(Strict):
    """A route without parameters."""


class LoadQuery(Strict):
    wait: Annotated[float, Field(ge=0, le=30)] = 0.0


class BarsQuery(Strict):
    start: date | None = None
    end: date | None = None
    price_basis: PriceBasis = "raw"
    known_at: AwareDatetime | None = None
    format: Literal["json", "csv", "parquet"] = "json"

    @model_validator(mode="after")
    def range_is_forward(self) -> "BarsQuery":
        """An empty range is a mistake of the caller, not an empty answer."""
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError("`end` must not be before `start`.")
        return self


class RefreshRequest(Strict):
    """Which symbols to refresh: all that are followed without a list. `full` asks for all history."""

    symbols: Annotated[list[str], Field(max_length=SYMBOLS_IN_A_JOB)] | None = None
    full: bool = False


class CapabilityDocument(BaseModel):
    function: str
    output_size: str | None
    allowed: bool
    learnt_at: datetime


class BudgetDocument(BaseModel):
    """What is left of the key's day; a paying key has no daily limit."""

    key_configured: bool
    upstream: str
    tier: Literal["free", "paid", "unknown"]
    budget_date: date
    daily_limit: int | None
    used: int
    remaining: int | None
    resumes_at: datetime | None
    capabilities: list[CapabilityDocument]
