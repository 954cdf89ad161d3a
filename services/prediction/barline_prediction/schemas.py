"""What the service takes: every parameter with its bounds, and nothing that is not listed."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from barline_core.paging import PageQuery
from barline_core.route_inputs import (
    SYMBOLS_IN_A_JOB,
    Count,
    Day,
    ModelVersion,
    StrictInput,
    Symbol,
    end_is_not_before_start,
)
from barline_prediction.assessing import ScorecardRequest
from barline_prediction.forecasting import ForecastRequest
from barline_prediction.intervals import STEPS
from barline_prediction.ordering import BatchRequest
from barline_prediction.origins import Wanted

PARTS = ("history", "actuals")


class ForecastQuery(StrictInput):
    """`GET /ai_prediction`. `as_of` makes a hindcast; `include` is a list of `history` and `actuals`."""

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


class ScorecardQuery(StrictInput):
    """`GET /ai_prediction/scorecard`. Dates are those of the forecasts' last bars; a `step` lists its outcomes."""

    symbol: Symbol
    model_version: ModelVersion | None = None
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


class HindcastsBody(StrictInput):
    """Hindcasts from the bars up to every `every`-th session from `start` to `end`, both inclusive."""

    start: Day
    end: Day
    every: Annotated[Count, Field(ge=1, le=1_000)] = 5

    _order = field_validator("end")(end_is_not_before_start)


class BatchBody(StrictInput):
    """`POST /ai_prediction`: live forecasts of many symbols, or hindcasts as of one date or many."""

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


class BatchQuery(PageQuery):
    """`GET /ai_prediction/batches/{id}`: a page of its symbols."""

    page_size: Annotated[Count, Field(ge=1, le=SYMBOLS_IN_A_JOB)] = 200
