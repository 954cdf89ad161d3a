"""What the trades of a run say: how often they won, what they cost, how long they lasted."""

from dataclasses import dataclass

import numpy as np

from barline_backtest.compilation import compiled
from barline_backtest.engine import Run
from barline_backtest.prices import FloatArray, IntArray

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
    trades = run.trades
    closed = trades.closed
    returns = trades.trade_return[closed]
    count = returns.size
    wins, won, losses, lost, best, worst, total = sum_trades(returns)
    years = run.calendar_days / DAYS_A_YEAR
    traded = float(np.sum(trades.value_traded)) / float(np.mean(run.equity))
    return TradeMetrics(
        trades=len(trades),
        fills=len(trades) + count,
        open_position=bool(run.shares[-1] > 0.0),
        exposure=np.count_nonzero(run.held) / run.equity.size,
        win_rate=wins / count if count else None,
        profit_factor=won / -lost if losses else None,
        expectancy=total / count if count else None,
        average_win=won / wins if wins else None,
        average_loss=lost / losses if losses else None,
        best_trade=best if count else None,
        worst_trade=worst if count else None,
        median_holding_sessions=middle_of(trades.sessions_held[closed]) if count else None,
        turnover=traded / years if years > 0.0 else None,
        total_costs=float(np.sum(trades.commission) + np.sum(trades.slippage)),
    )


def middle_of(values: IntArray) -> float:
    """The median of at least one value."""
    ordered, half = np.sort(values), values.size // 2
    return float(ordered[half] + ordered[-half - 1]) / 2.0


@compiled
def sum_trades(returns: FloatArray) -> tuple[int, float, int, float, float, float, float]:
    """Count and sum of the winners, of the losers, the best and the worst return, and the sum of all."""
    wins, won, losses, lost, total = 0, 0.0, 0, 0.0, 0.0
    best, worst = -np.inf, np.inf
    for value in returns:
        total += value
        best, worst = max(best, value), min(worst, value)
        if value > BREAK_EVEN:
            wins += 1
            won += value
        elif value < -BREAK_EVEN:
            losses += 1
            lost += value
    return wins, won, losses, lost, best, worst, total
