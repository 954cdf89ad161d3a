"""What backtests and studies may be told beside symbol and windows. What is left out is the server's default."""

import datetime as dt
from typing import Literal, TypedDict


class Account(TypedDict, total=False):
    """Money, period, fills and costs: of any run."""

    initial_investment: float
    start: dt.date
    end: dt.date
    fill: Literal["next_open", "next_close", "same_close"]
    price_basis: Literal["raw", "split", "total_return"]
    commission_bps: float
    slippage_bps: float
    shares: Literal["fractional", "whole"]
    risk_free: float
    known_at: dt.datetime


class Assumptions(Account, total=False):
    """And how the averages signal: of runs on moving averages."""

    rule: Literal["level", "cross"]
    average: Literal["sma", "ema"]


class Windows(TypedDict):
    """From `start` up to but not including `stop`, every `step` sessions."""

    start: int
    stop: int
    step: int
