"""What the service takes: every parameter with its bounds, and nothing that is not listed."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from barline_backtest.answer import Part
from barline_backtest.forecast_rule import ForecastChoice, Vintages, stand_in_windows
from barline_backtest.grid import LARGEST_GRID, Grid, WindowRange
from barline_backtest.parameters import Average, Fill, Rule, RunParameters, Shares
from barline_backtest.walkforward import Mode, Objective, Plan
from barline_core.bars import PriceBasis
from barline_core.paging import PageQuery
from barline_core.route_inputs import (
    SYMBOLS_IN_A_JOB,
    Count,
    Day,
    Instant,
    ModelVersion,
    StrictInput,
    Symbol,
    end_is_not_before_start,
    whole_number,
)

# Eight years of sessions: longer averages say nothing on daily bars, and an open bound invites mistakes.
LONGEST_WINDOW = 2000
LARGEST_INVESTMENT = 1e12
SWEEP_PARTS = ("cells", "heatmap")
STORED_PARTS: tuple[Part, ...] = ("trades", "equity_curve")
DEFAULT_INCLUDE = ",".join(STORED_PARTS)

Window = Annotated[int, BeforeValidator(whole_number), Field(ge=2, le=LONGEST_WINDOW)]
BasisPoints = Annotated[float, Field(ge=0, lt=10_000, allow_inf_nan=False)]


class IncludeQuery(StrictInput):
    """Which of the large parts of an answer are wanted."""

    include: str = DEFAULT_INCLUDE

    def parts(self) -> frozenset[Part]:
        """The parts named in `include`."""
        known: tuple[Part, ...] = get_args(Part)
        named = self.include.split(",")
        return frozenset(part for part in known if part in named)


class TradingChoices(StrictInput):
    """What any strategy needs. Dates are inclusive, costs basis points a leg, rates yearly fractions."""

    initial_investment: Annotated[
        float, Field(gt=0, le=LARGEST_INVESTMENT, allow_inf_nan=False)
    ] = 10_000.0
    start: Day | None = None
    end: Day | None = None
    fill: Fill = "next_open"
    price_basis: PriceBasis = "total_return"
    commission_bps: BasisPoints = 0.0
    slippage_bps: BasisPoints = 0.0
    shares: Shares = "fractional"
    risk_free: Annotated[float, Field(gt=-1, le=1, allow_inf_nan=False)] = 0.0
    known_at: Instant | None = None

    _order = field_validator("end")(end_is_not_before_start)

    @field_validator("known_at")
    @classmethod
    def instant_is_kept_in_utc(cls, known_at: datetime | None) -> datetime | None:
        return None if known_at is None else known_at.astimezone(UTC)

    def trading(self) -> dict[str, Any]:
        """These choices by name."""
        return {name: getattr(self, name) for name in TradingChoices.model_fields}


class RunChoices(TradingChoices):
    """All of a run but symbol and windows."""

    rule: Rule = "level"
    average: Average = "sma"

    def shared_parameters(self, symbol: str, winbuy: int, winsell: int) -> RunParameters:
        """The choices as parameters of a run."""
        return RunParameters(
            symbol=symbol,
            winbuy=winbuy,
            winsell=winsell,
            rule=self.rule,
            average=self.average,
            **self.trading(),
        )


class BacktestQuery(RunChoices, IncludeQuery):
    """`GET /back_test`."""

    symbol: Symbol
    winbuy: Window
    winsell: Window

    @field_validator("include")
    @classmethod
    def parts_are_known(cls, include: str) -> str:
        return check_parts(include, get_args(Part))

    def parameters(self) -> RunParameters:
        return self.shared_parameters(self.symbol, self.winbuy, self.winsell)


class ForecastRunBody(TradingChoices, IncludeQuery):
    """`POST /back_test/forecasts`: long while the median of step 5 is above the last close by `threshold_bps`."""

    symbol: Symbol
    threshold_bps: Annotated[float, Field(gt=-10_000, lt=10_000, allow_inf_nan=False)] = 0.0
    model_version: ModelVersion | None = None
    vintages: Vintages = "any"

    @field_validator("include")
    @classmethod
    def parts_are_known(cls, include: str) -> str:
        return check_parts(include, get_args(Part))

    def choice(self) -> ForecastChoice:
        return ForecastChoice(
            model_version=self.model_version,
            vintages=self.vintages,
            threshold_bps=self.threshold_bps,
        )

    def parameters(self) -> RunParameters:
        return stand_in_windows(self.symbol, self.trading())


class StoredRunQuery(IncludeQuery):
    """`GET /back_test/runs/{id}`: prices are not kept with a run. A table has one `part`."""

    format: Literal["json", "csv", "parquet"] = "json"
    part: Literal["trades", "equity"] = "trades"

    @field_validator("include")
    @classmethod
    def parts_are_stored(cls, include: str) -> str:
        return check_parts(include, STORED_PARTS)


class RunsQuery(PageQuery):
    """`GET /back_test/runs`: a page of the caller's own runs, the newest first."""

    symbol: Symbol | None = None


def check_parts(include: str, known: tuple[Part, ...]) -> str:
    """The list as given; raise when it names a part that is not known. An empty list wants none."""
    unknown = sorted(set(include.split(",")) - {"", *known})
    if unknown:
        raise ValueError(
            f"There is no {', '.join(unknown)} to include; choose of {', '.join(known)}."
        )
    return include


class RangeBody(StrictInput):
    """Windows from `start` up to but not including `stop`, every `step` sessions."""

    start: Window
    stop: Annotated[Count, Field(ge=3, le=LONGEST_WINDOW + 1)]
    step: Annotated[Count, Field(ge=1, le=LONGEST_WINDOW)] = 1

    @field_validator("stop")
    @classmethod
    def stop_lies_after_start(cls, stop: int, info: ValidationInfo) -> int:
        start: int | None = info.data.get("start")
        if start is not None and stop <= start:
            raise ValueError(
                f"The range is empty: stop is exclusive and must exceed start, {start}."
            )
        return stop

    def window_range(self) -> WindowRange:
        # A stop beyond the last window is brought down to it, so that equal ranges are stored alike.
        last = range(self.start, self.stop, self.step)[-1]
        return WindowRange(self.start, last + 1, self.step)


class GridBody(RunChoices):
    """A grid of windows with the other choices of a run."""

    winbuy: RangeBody
    winsell: RangeBody

    @field_validator("winsell")
    @classmethod
    def grid_is_not_too_large(cls, winsell: RangeBody, info: ValidationInfo) -> RangeBody:
        winbuy: RangeBody | None = info.data.get("winbuy")
        if winbuy is not None:
            cells = len(Grid(winbuy.window_range(), winsell.window_range()))
            if cells > LARGEST_GRID:
                raise ValueError(
                    f"The grid has {cells:,} cells, more than {LARGEST_GRID:,}: choose larger steps."
                )
        return winsell

    def grid(self) -> Grid:
        return Grid(self.winbuy.window_range(), self.winsell.window_range())


class SweepBody(GridBody):
    """`POST /back_test/sweeps`: a grid on one symbol or many."""

    symbols: Annotated[list[Symbol], Field(min_length=1, max_length=SYMBOLS_IN_A_JOB)]

    @field_validator("symbols")
    @classmethod
    def symbols_are_named_once(cls, symbols: list[str]) -> list[str]:
        return list(dict.fromkeys(symbols))


class WalkForwardBody(GridBody):
    """`POST /back_test/walk_forwards`: lengths in sessions."""

    symbol: Symbol
    mode: Mode = "rolling"
    objective: Objective = "sharpe"
    in_sample_sessions: Annotated[Count, Field(ge=20, le=20_000)] = 756
    out_of_sample_sessions: Annotated[Count, Field(ge=5, le=20_000)] = 252

    def plan(self) -> Plan:
        return Plan(self.mode, self.in_sample_sessions, self.out_of_sample_sessions, self.objective)


class AuditBody(StrictInput):
    """`POST /back_test/runs/{id}/audit`: at how many random dates, chosen by which seed."""

    dates: Annotated[Count, Field(ge=1, le=200)] = 20
    seed: Annotated[Count, Field(ge=0)] = 1


class SweepQuery(StrictInput):
    """`GET /back_test/sweeps/{id}`: all symbols or one; `include` chooses among the large parts."""

    format: Literal["json", "csv"] = "json"
    symbol: Symbol | None = None
    include: str = "cells"

    @field_validator("include")
    @classmethod
    def parts_are_known(cls, include: str) -> str:
        unknown = sorted(set(include.split(",")) - {"", *SWEEP_PARTS})
        if unknown:
            raise ValueError(
                f"There is no {', '.join(unknown)} to include; choose of {', '.join(SWEEP_PARTS)}."
            )
        return include

    def parts(self) -> frozenset[str]:
        return frozenset(self.include.split(",")) & frozenset(SWEEP_PARTS)
