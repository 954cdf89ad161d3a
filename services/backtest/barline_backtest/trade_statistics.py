"""What the trades of a run say: how often they won, what they cost, how long they lasted."""

from dataclasses import dataclass

import numpy as np

from barline_backtest.engine import Run
from barline_backtest.prices import FloatArray

DAYS_A_YEAR = 365.25
BREAK_EVEN = 1e-12  # a trade return this small is rounding: neither a win nor a loss


@dataclass(frozen=True, slots=True)
class TradeMetrics:
    """Counts, fractions and currency; from `win_rate` to `median_holding_sessions` over closed trades only."""

    trades: int
    fills: int
    open_position: bool
    exposure: float
    win_rate: float | None
    profit_factor: float | None
    expectancy: float | None
    average_win: float | None
    average_loss: float | None
    best_trade: float | None
    worst_trade: float | None
    median_holding_sessions: float | None
    turnover: float | None
    total_costs: float


def measure_trades(run: Run) -> TradeMetrics:
    """Returns are after costs, on the cash put in; `trades` counts entries filled, one still open included.

    The profit factor is the sum of the positive trade returns over that of the negative ones, the expectancy their
    mean. Turnover is the value traded on both legs over mean equity at the closes and years of 365.25 days. Costs are
    commission and slippage in currency, those of a sale not made left out.
    """
    trades, closed = run.trades, run.trades.closed
    returns = trades.trade_return[closed]
    wins, losses = returns[returns > BREAK_EVEN], returns[returns < -BREAK_EVEN]
    years = run.calendar_days / DAYS_A_YEAR
    traded = float(np.sum(trades.value_traded)) / float(np.mean(run.equity))
    return TradeMetrics(
        trades=len(trades),
        fills=len(trades) + int(np.sum(closed)),
        open_position=bool(run.held[-1]),
        exposure=float(np.mean(run.held)),
        win_rate=wins.size / returns.size if returns.size else None,
        profit_factor=float(np.sum(wins)) / -float(np.sum(losses)) if losses.size else None,
        expectancy=mean_or_none(returns),
        average_win=mean_or_none(wins),
        average_loss=mean_or_none(losses),
        best_trade=float(np.max(returns)) if returns.size else None,
        worst_trade=float(np.min(returns)) if returns.size else None,
        median_holding_sessions=(
            float(np.median(trades.sessions_held[closed])) if returns.size else None
        ),
        turnover=traded / years if years > 0.0 else None,
        total_costs=float(np.sum(trades.commission) + np.sum(trades.slippage)),
    )


def mean_or_none(values: FloatArray) -> float | None:
    """The mean, or None of nothing."""
    return float(np.mean(values)) if values.size else None
