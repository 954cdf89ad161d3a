"""What the routes take and give."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

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


class ImportQuery(Strict):
    """`split_adjusted` says that the file's prices are not as traded."""

    prices: Literal["raw", "split_adjusted"] = "raw"


class SearchQuery(Strict):
    keywords: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50)]


class MatchDocument(BaseModel):
    symbol: str
    name: str
    type: str
    region: str
    currency: str
    time_zone: str


class SearchDocument(BaseModel):
    """What a search found; `cached` says that it cost no request."""

    keywords: str
    asked_at: datetime
    cached: bool
    matches: list[MatchDocument]


class ImportDocument(BaseModel):
    """What became of a file's rows; `left_out` are bars of a session that is not over."""

    symbol: str
    rows: int
    added: int
    revised: int
    unchanged: int
    left_out: int
    splits: int
    dividends: int
    ignored_columns: list[str]
    coverage: dict[str, date | int | str | None]
    findings: list[dict[str, object]]
    data_version: str | None


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
