"""The metrics table of one run, put together from its equity curve and its trades."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from barline_backtest.drawdown import DrawdownMetrics, drawdown_series, measure_drawdown
from barline_backtest.engine import Run
from barline_backtest.prices import FloatArray
from barline_backtest.relative import RelativeMetrics, measure_relative
from barline_backtest.returns import daily_returns
from barline_backtest.risk import RiskMetrics, measure_risk
from barline_backtest.trade_statistics import DAYS_A_YEAR, TradeMetrics, measure_trades

MetricValue = float | int | bool | date | None


@dataclass(frozen=True, slots=True)
class GrowthMetrics:
    """Fractions; `cagr` is None over a single day, `calmar` without a drawdown."""

    total_return: float
    cagr: float | None
    calmar: float | None


@dataclass(frozen=True, slots=True)
class Metrics:
    """Every metric of a run, and the two daily series they come from (fractions, one element a session)."""

    growth: GrowthMetrics
    drawdown: DrawdownMetrics
    risk: RiskMetrics
    trading: TradeMetrics
    relative: RelativeMetrics
    returns: FloatArray
    drawdowns: FloatArray


def summarise(run: Run, benchmark: Run, *, risk_free: float) -> Metrics:
    """Measure a run against buy-and-hold over the same sessions; `risk_free` is a yearly fraction."""
    returns = daily_returns(run.equity, run.initial_investment)
    held = daily_returns(benchmark.equity, benchmark.initial_investment)
    drawdowns = drawdown_series(run.equity, run.initial_investment)
    drawdown = measure_drawdown(drawdowns, run.date)
    return Metrics(
        growth=measure_growth(run, drawdown.max_drawdown),
        drawdown=drawdown,
        risk=measure_risk(returns, risk_free),
        trading=measure_trades(run),
        relative=measure_relative(returns, held, risk_free),
        returns=returns,
        drawdowns=drawdowns,
    )


def measure_growth(run: Run, max_drawdown: float) -> GrowthMetrics:
    """Total return, its yearly equivalent by calendar days from the first session to the last, and Calmar (Young 1991).

    empyrical's annual return counts sessions / 252 as years instead of calendar days / 365.25.
    """
    growth = float(run.equity[-1]) / run.initial_investment
    cagr = yearly(growth, run.calendar_days)
    calmar = cagr / -max_drawdown if cagr is not None and max_drawdown < 0.0 else None
    return GrowthMetrics(total_return=growth - 1.0, cagr=cagr, calmar=calmar)


def yearly(growth: float, calendar_days: int) -> float | None:
    """The yearly return of a growth factor; None over no days, or when a few days' growth exceeds any number."""
    if calendar_days == 0:
        return None
    try:
        return float(growth ** (DAYS_A_YEAR / calendar_days)) - 1.0
    except OverflowError:
        return None


def yearly_of_all(growth: FloatArray, calendar_days: int) -> FloatArray:
    """`yearly` of many growth factors over the same days; NaN where it gives None."""
    if calendar_days == 0:
        return np.full(growth.size, np.nan)
    with np.errstate(over="ignore"):
        cagr = growth ** (DAYS_A_YEAR / calendar_days) - 1.0
    return np.where(np.isfinite(cagr), cagr, np.nan)


def by_name(metrics: Metrics) -> dict[str, MetricValue]:
    """The table in the contract's names and order."""
    growth, drawdown, risk = metrics.growth, metrics.drawdown, metrics.risk
    trading, relative = metrics.trading, metrics.relative
    return {
        "total_return": growth.total_return,
        "cagr": growth.cagr,
        "max_drawdown": drawdown.max_drawdown,
        "drawdown_peak_date": drawdown.drawdown_peak_date,
        "drawdown_trough_date": drawdown.drawdown_trough_date,
        "drawdown_recovery_date": drawdown.drawdown_recovery_date,
        "longest_underwater_sessions": drawdown.longest_underwater_sessions,
        "trades": trading.trades,
        "fills": trading.fills,
        "open_position": trading.open_position,
        "volatility": risk.volatility,
        "sharpe": risk.sharpe,
        "sortino": risk.sortino,
        "calmar": growth.calmar,
        "exposure": trading.exposure,
        "win_rate": trading.win_rate,
        "profit_factor": trading.profit_factor,
        "expectancy": trading.expectancy,
        "average_win": trading.average_win,
        "average_loss": trading.average_loss,
        "best_trade": trading.best_trade,
        "worst_trade": trading.worst_trade,
        "median_holding_sessions": trading.median_holding_sessions,
        "value_at_risk_95": risk.value_at_risk_95,
        "expected_shortfall_95": risk.expected_shortfall_95,
        "skew": risk.skew,
        "kurtosis": risk.kurtosis,
        "ulcer_index": drawdown.ulcer_index,
        "omega": risk.omega,
        "probabilistic_sharpe": risk.probabilistic_sharpe,
        "alpha": relative.alpha,
        "beta": relative.beta,
        "information_ratio": relative.information_ratio,
        "tracking_error": relative.tracking_error,
        "turnover": trading.turnover,
        "total_costs": trading.total_costs,
    }
