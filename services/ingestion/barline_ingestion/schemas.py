"""What the routes take and give."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints, field_validator

from barline_core.bars import PriceBasis
from barline_core.route_inputs import (
    SYMBOLS_IN_A_JOB,
    Day,
    Instant,
    StrictInput,
    end_is_not_before_start,
)


class BarsQuery(StrictInput):
    start: Day | None = None
    end: Day | None = None
    price_basis: PriceBasis = "raw"
    known_at: Instant | None = None
    format: Literal["json", "csv", "parquet"] = "json"

    _order = field_validator("end")(end_is_not_before_start)


class RefreshRequest(StrictInput):
    """Which symbols to refresh: all that are followed without a list. `full` asks for all history."""

    symbols: Annotated[list[str], Field(max_length=SYMBOLS_IN_A_JOB)] | None = None
    full: bool = False


class ImportQuery(StrictInput):
    """`split_adjusted` says that the file's prices are not as traded."""

    prices: Literal["raw", "split_adjusted"] = "raw"


class SearchQuery(StrictInput):
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
