"""What the service takes: every parameter with its bounds, and nothing that is not listed."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from barline_prediction.assessing import ScorecardRequest
from barline_prediction.forecasting import ForecastRequest
from barline_prediction.intervals import STEPS
from barline_prediction.ordering import BatchRequest
from barline_prediction.origins import Wanted

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
WHOLE_NUMBER = re.compile(r"\d{1,9}")
PARTS = ("history", "actuals")
SYMBOLS_IN_A_JOB = 5_000


def iso_date(value: object) -> object:
    """Refuse what pydantic would read as seconds since 1970: `20121231`."""
    if isinstance(value, str) and not ISO_DATE.fullmatch(value):
        raise ValueError("Give a date as YYYY-MM-DD.")
    return value


def whole_number(value: object) -> object:
    """Refuse what pydantic would still read as an integer: `5.0`, ` 5`, `true`."""
    if isinstance(value, bool | float) or (
        isinstance(value, str) and not WHOLE_NUMBER.fullmatch(value)
    ):
        raise ValueError("Give a whole number, for example 5.")
    return value


def end_is_not_before_start(end: date | None, info: ValidationInfo) -> date | None:
    """For a model whose `start` is validated first."""
    start: date | None = info.data.get("start")
    if start is not None and end is not None and end < start:
        raise ValueError(f"The end lies before the start, {start}: exchange the two.")
    return end


def upper_case(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


Symbol = Annotated[str, BeforeValidator(upper_case), Field(pattern=r"^[A-Z0-9][A-Z0-9.\-]{0,19}$")]
Day = Annotated[date, BeforeValidator(iso_date)]
Count = Annotated[int, BeforeValidator(whole_number)]
Version = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._\-]{0,39}$")]


class ForecastQuery(BaseModel):
    """`GET /ai_prediction`. `as_of` makes a hindcast; `include` is a list of `history` and `actuals`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    symbol: Symbol
    as_of: Day | None = None
    include: str = ""

    @field_validator("include")
    @classmethod
    def parts_are_known(cls, include: str) -> str:
        unknown = sorted(set(include.split(",")) - {"", *PARTS})
        if unknown:
            raise ValueError(
                f"There is no {', '.join(unknown)} to include; choose of {', '.join(PARTS)}."
            )
        return include

    def request(self) -> ForecastRequest:
        parts = self.include.split(",")
        return ForecastRequest(
            symbol=self.symbol,
            as_of=self.as_of,
            with_history="history" in parts,
            with_actuals="actuals" in parts,
        )


class ScorecardQuery(BaseModel):
    """`GET /ai_prediction/scorecard`. Dates are those of the forecasts' last bars; a `step` lists its outcomes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    symbol: Symbol
    model_version: Version | None = None
    kind: Literal["all", "live", "hindcast"] = "all"
    start: Day | None = None
    end: Day | None = None
    step: Annotated[Count, Field(ge=1, le=STEPS)] | None = None

    _order = field_validator("end")(end_is_not_before_start)

    def request(self) -> ScorecardRequest:
        return ScorecardRequest(
            symbol=self.symbol,
            model_version=self.model_version,
            hindcast=None if self.kind == "all" else self.kind == "hindcast",
            start=self.start,
            end=self.end,
            step=self.step,
        )


class HindcastsBody(BaseModel):
    """Hindcasts from the bars up to every `every`-th session from `start` to `end`, both inclusive."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: Day
    end: Day
    every: Annotated[Count, Field(ge=1, le=1_000)] = 5

    _order = field_validator("end")(end_is_not_before_start)


class BatchBody(BaseModel):
    """`POST /ai_prediction`: live forecasts of many symbols, or hindcasts as of one date or many."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    symbols: Annotated[list[Symbol], Field(min_length=1, max_length=SYMBOLS_IN_A_JOB)]
    as_of: Day | None = None
    hindcasts: HindcastsBody | None = None

    @field_validator("symbols")
    @classmethod
    def symbols_are_named_once(cls, symbols: list[str]) -> list[str]:
        return list(dict.fromkeys(symbols))

    @field_validator("hindcasts")
    @classmethod
    def either_one_date_or_many(
        cls, hindcasts: HindcastsBody | None, info: ValidationInfo
    ) -> HindcastsBody | None:
        if hindcasts is not None and info.data.get("as_of") is not None:
            raise ValueError("Give either as_of or hindcasts.")
        return hindcasts

    def request(self) -> BatchRequest:
        many = self.hindcasts
        if many is None:
            return BatchRequest(self.symbols, Wanted(as_of=self.as_of))
        return BatchRequest(self.symbols, Wanted(None, many.start, many.end, many.every))


class BatchQuery(BaseModel):
    """`GET /ai_prediction/batches/{id}`: a page of its symbols."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page: Annotated[Count, Field(ge=1, le=1_000_000)] = 1
    page_size: Annotated[Count, Field(ge=1, le=SYMBOLS_IN_A_JOB)] = 200


class NoQuery(BaseModel):
    """A route without parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True)
