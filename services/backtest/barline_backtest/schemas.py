"""What the service takes: every parameter with its bounds, and nothing that is not listed."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, get_args

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from barline_backtest.answer import Part
from barline_backtest.parameters import Average, Fill, Rule, RunParameters, Shares
from barline_core.bars import PriceBasis

# Eight years of sessions: longer averages say nothing on daily bars, and an open bound invites mistakes.
LONGEST_WINDOW = 2000
LARGEST_INVESTMENT = 1e12
STORED_PARTS: tuple[Part, ...] = ("trades", "equity_curve")
DEFAULT_INCLUDE = ",".join(STORED_PARTS)

WHOLE_NUMBER = re.compile(r"\d{1,9}")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def whole_number(value: object) -> object:
    """Refuse what pydantic would still read as an integer: `50.0`, `1_0`, ` 5`."""
    if isinstance(value, str) and not WHOLE_NUMBER.fullmatch(value):
        raise ValueError("Give a whole number, for example 50.")
    return value


def iso_date(value: object) -> object:
    """Refuse what pydantic would read as seconds since 1970: `20200131`."""
    if isinstance(value, str) and not ISO_DATE.fullmatch(value):
        raise ValueError("Give a date as YYYY-MM-DD.")
    return value


def iso_instant(value: object) -> object:
    """Refuse a bare number, and a date without a time of day: which instant that is would be a guess."""
    if isinstance(value, str) and not ISO_DATE.match(value):
        raise ValueError("Give an instant with its offset, for example 2024-05-31T21:00:00Z.")
    return value


def upper_case(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


Symbol = Annotated[str, BeforeValidator(upper_case), Field(pattern=r"^[A-Z0-9][A-Z0-9.\-]{0,19}$")]
Window = Annotated[int, BeforeValidator(whole_number), Field(ge=2, le=LONGEST_WINDOW)]
Count = Annotated[int, BeforeValidator(whole_number)]
Day = Annotated[date, BeforeValidator(iso_date)]
Instant = Annotated[AwareDatetime, BeforeValidator(iso_instant)]
BasisPoints = Annotated[float, Field(ge=0, lt=10_000, allow_inf_nan=False)]


class IncludeQuery(BaseModel):
    """Which of the large parts of an answer are wanted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    include: str = DEFAULT_INCLUDE

    def parts(self) -> frozenset[Part]:
        """The parts named in `include`."""
        known: tuple[Part, ...] = get_args(Part)
        named = self.include.split(",")
        return frozenset(part for part in known if part in named)


class BacktestQuery(IncludeQuery):
    """`GET /back_test`. Dates are inclusive, costs are basis points a leg, `risk_free` is a yearly fraction."""

    symbol: Symbol
    winbuy: Window
    winsell: Window
    initial_investment: Annotated[
        float, Field(gt=0, le=LARGEST_INVESTMENT, allow_inf_nan=False)
    ] = 10_000.0
    start: Day | None = None
    end: Day | None = None
    rule: Rule = "level"
    fill: Fill = "next_open"
    average: Average = "sma"
    price_basis: PriceBasis = "total_return"
    commission_bps: BasisPoints = 0.0
    slippage_bps: BasisPoints = 0.0
    shares: Shares = "fractional"
    risk_free: Annotated[float, Field(gt=-1, le=1, allow_inf_nan=False)] = 0.0
    known_at: Instant | None = None

    @field_validator("end")
    @classmethod
    def end_is_not_before_start(cls, end: date | None, info: ValidationInfo) -> date | None:
        start: date | None = info.data.get("start")
        if start is not None and end is not None and end < start:
            raise ValueError(f"The end lies before the start, {start}: exchange the two.")
        return end

    @field_validator("known_at")
    @classmethod
    def instant_is_kept_in_utc(cls, known_at: datetime | None) -> datetime | None:
        return None if known_at is None else known_at.astimezone(UTC)

    @field_validator("include")
    @classmethod
    def parts_are_known(cls, include: str) -> str:
        return check_parts(include, get_args(Part))

    def parameters(self) -> RunParameters:
        return RunParameters(**self.model_dump(exclude={"include"}))


class StoredRunQuery(IncludeQuery):
    """`GET /back_test/runs/{id}`: prices are not kept with a run."""

    @field_validator("include")
    @classmethod
    def parts_are_stored(cls, include: str) -> str:
        return check_parts(include, STORED_PARTS)


class RunsQuery(BaseModel):
    """`GET /back_test/runs`: a page of the caller's own runs, the newest first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    symbol: Symbol | None = None
    page: Annotated[Count, Field(ge=1, le=1_000_000)] = 1
    page_size: Annotated[Count, Field(ge=1, le=200)] = 50


def check_parts(include: str, known: tuple[Part, ...]) -> str:
    """The list as given; raise when it names a part that is not known. An empty list wants none."""
    unknown = sorted(set(include.split(",")) - {"", *known})
    if unknown:
        raise ValueError(
            f"There is no {', '.join(unknown)} to include; choose of {', '.join(known)}."
        )
    return include
