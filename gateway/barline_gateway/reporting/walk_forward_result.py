"""A finished walk-forward as the backtest service gives it: what was chosen when, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from barline_gateway.reporting.bars import Finding
from barline_gateway.reporting.followed_jobs import Job
from barline_gateway.reporting.numbers import UNKNOWN

JsonObject = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a stretch returned: fractions, None where undefined."""

    total_return: float | None
    cagr: float | None
    max_drawdown: float | None
    sharpe: float | None
    trades: int


@dataclass(frozen=True, slots=True)
class Span:
    first_date: str
    last_date: str
    sessions: int


@dataclass(frozen=True, slots=True)
class Window:
    """One step: chosen on `in_sample`, traded on `out_of_sample`; without a choice it stayed in cash."""

    in_sample: Span
    out_of_sample: Span
    winbuy: int | None
    winsell: int | None
    chosen: Measured | None
    result: Measured


@dataclass(frozen=True, slots=True)
class EquityCurve:
    date: tuple[str, ...]
    equity: tuple[float, ...]
    drawdown: tuple[float, ...]
    buy_and_hold: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class WalkForward:
    """The whole answer; the results are None while there are none."""

    id: str
    job: Job
    symbol: str = ""
    parameters: JsonObject = field(default_factory=dict)
    grid: JsonObject = field(default_factory=dict)
    plan: JsonObject = field(default_factory=dict)
    data_version: str | None = None
    out_of_sample: Measured | None = None
    buy_and_hold: Measured | None = None
    efficiency_ratio: float | None = None
    windows: tuple[Window, ...] = ()
    equity_curve: EquityCurve | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def efficiency(self) -> str:
        """As it is read: a share of what the choices earned where they were chosen."""
        return UNKNOWN if self.efficiency_ratio is None else f"{self.efficiency_ratio:.0%}"

    @property
    def efficiency_meaning(self) -> str:
        if self.efficiency_ratio is None:
            return "The choices did not gain where they were chosen, so there is nothing to keep."
        return (
            "What the chosen windows earned a year afterwards, as a share of what they had earned where they were "
            "chosen. From 50% up a search is usually taken seriously."
        )
