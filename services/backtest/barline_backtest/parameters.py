"""What a run is asked to do: every choice that can change a number, in one frozen value."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from barline_core.bars import PriceBasis

Rule = Literal["level", "cross"]
Fill = Literal["next_open", "next_close", "same_close"]
Average = Literal["sma", "ema"]
Shares = Literal["fractional", "whole"]

BASIS_POINT = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class RunParameters:
    """The parameters of one backtest, all resolved.

    Windows are whole sessions (at least 2), `initial_investment` is in the bars' currency and positive, costs are
    basis points per leg in [0, 10000), `risk_free` is a yearly fraction above -1. `start` and `end` are inclusive;
    `None` means as far as the bars reach. `known_at` is an aware instant in UTC; `None` means everything known.
    """

    symbol: str
    winbuy: int
    winsell: int
    initial_investment: float = 10_000.0
    start: date | None = None
    end: date | None = None
    rule: Rule = "level"
    fill: Fill = "next_open"
    average: Average = "sma"
    price_basis: PriceBasis = "total_return"
    commission_bps: float = 0.0
    slippage_bps: float = 0.0
    shares: Shares = "fractional"
    risk_free: float = 0.0
    known_at: datetime | None = None

    @property
    def commission(self) -> float:
        """Commission of a leg as a fraction of the value traded."""
        return self.commission_bps * BASIS_POINT

    @property
    def slippage(self) -> float:
        """Slippage of a leg as a fraction of the price."""
        return self.slippage_bps * BASIS_POINT

    @property
    def fill_delay_sessions(self) -> int:
        """Sessions from the signal to the fill: a `same_close` fill happens at the signal's own close."""
        return 0 if self.fill == "same_close" else 1
