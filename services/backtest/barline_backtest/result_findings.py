"""Findings about the result itself: what it rests on, and what it does not say."""

import math
from collections.abc import Iterator
from datetime import date

import numpy as np

from barline_backtest.engine import Run
from barline_backtest.finding import Finding
from barline_backtest.metrics import Metrics, by_name
from barline_backtest.parameters import RunParameters
from barline_backtest.returns import SESSIONS_A_YEAR
from barline_backtest.risk import sharpe_standard_error

FEW_TRADES = 30  # below this the normal approximation behind any statement about trades is poor
LONG_FLAT_SESSIONS = 63  # a quarter of a year
NORMAL_95 = 1.959963984540054
MEANINGFUL_NULLS = {"drawdown_peak_date", "drawdown_trough_date", "drawdown_recovery_date"}


def find_trading_doubts(run: Run, metrics: Metrics, parameters: RunParameters) -> Iterator[Finding]:
    """What the trades and their fills leave to doubt."""
    if parameters.fill == "same_close":
        yield Finding(
            "optimistic-fill",
            "warning",
            "Orders fill at the very close that made their signal, which nobody can do: expect less from next_open.",
        )
    if run.refused_orders:
        yield Finding(
            "too-little-cash",
            "warning",
            f"{run.refused_orders} buy order(s) could not pay for one whole share and were dropped. Invest more, or "
            "choose shares=fractional.",
        )
    if not len(run.trades):
        yield Finding(
            "no-trades",
            "warning",
            "No order was filled: equity is the initial investment throughout.",
        )
        return
    yield from find_few_trades(run, metrics)
    yield from find_dominating_trade(run)
    yield from find_flat_end(run)


def find_few_trades(run: Run, metrics: Metrics) -> Iterator[Finding]:
    """Too few closed trades for a Sharpe ratio to mean much, with its 95 % confidence interval."""
    closed = int(np.sum(run.trades.closed))
    if closed >= FEW_TRADES:
        return
    message = f"Only {closed} closed trade{'' if closed == 1 else 's'} (fewer than {FEW_TRADES})"
    sharpe, risk = metrics.risk.sharpe, metrics.risk
    if sharpe is not None:
        root = math.sqrt(SESSIONS_A_YEAR)
        error = sharpe_standard_error(sharpe / root, len(metrics.returns), risk.skew, risk.kurtosis)
        if error is not None:
            margin = NORMAL_95 * error * root
            message += (
                f": the Sharpe ratio of {sharpe:.2f} has a 95 % confidence interval from {sharpe - margin:.2f} to "
                f"{sharpe + margin:.2f}"
            )
    yield Finding("few-trades", "warning", f"{message}.")


def find_dominating_trade(run: Run) -> Iterator[Finding]:
    """One of several closed trades that made more than half of their joint profit."""
    trades = run.trades
    profit = trades.profit[trades.closed]
    total = float(np.sum(profit))
    if profit.size < 2 or total <= 0.0 or float(np.max(profit)) <= total / 2.0:
        return
    best = int(np.argmax(profit))
    entered, left = (run.prices.date[column[best]] for column in (trades.entry, trades.exit))
    yield Finding(
        "one-trade-dominates",
        "warning",
        f"One of {profit.size:,} closed trades ({entered} to {left}) made {profit[best] / total:,.0%} of the profit: "
        "without it the result would be another one.",
    )


def find_flat_end(run: Run) -> Iterator[Finding]:
    """A strategy that has long been out of the market when the run ends."""
    sessions_flat = len(run.prices) - 1 - int(run.trades.exit[-1])
    if run.held[-1] or sessions_flat < LONG_FLAT_SESSIONS:
        return
    since: date = run.prices.date[run.trades.exit[-1]].item()
    yield Finding(
        "flat-since",
        "info",
        f"There has been no position since {since} ({sessions_flat:,} sessions).",
    )


def find_comparison_doubts(metrics: Metrics, benchmark: Metrics) -> Iterator[Finding]:
    """Buy-and-hold did better after the same costs."""
    strategy, held = metrics.growth.total_return, benchmark.growth.total_return
    if held > strategy:
        yield Finding(
            "buy-and-hold-better",
            "warning",
            f"Buying and holding returned {held:,.1%} after the same costs, this strategy {strategy:,.1%}.",
        )


def find_undefined_metrics(run: Run, metrics: Metrics) -> Iterator[Finding]:
    """Every metric that is null, and why."""
    names = [
        name
        for name, value in by_name(metrics).items()
        if value is None and name not in MEANINGFUL_NULLS
    ]
    if names:
        reasons = "; ".join(reasons_for_nulls(run, metrics)) or "their divisor is zero"
        yield Finding(
            "undefined-metrics",
            "info",
            f"Not defined for this run, and null: {', '.join(names)} ({reasons}).",
        )


def reasons_for_nulls(run: Run, metrics: Metrics) -> Iterator[str]:
    """The causes present in this run."""
    if len(metrics.returns) < 2:
        yield "the run has one session only"
    elif not metrics.risk.volatility:
        yield "equity did not move"
    elif metrics.relative.beta is None:
        yield "buy-and-hold did not move"
    if not np.any(run.trades.closed):
        yield "no trade was closed"
    else:
        if metrics.trading.average_win is None:
            yield "no closed trade won"
        if metrics.trading.average_loss is None:
            yield "no closed trade lost"
    if metrics.drawdown.max_drawdown == 0.0:
        yield "there was no drawdown"
