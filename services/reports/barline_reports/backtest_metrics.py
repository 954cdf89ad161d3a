"""The metrics a backtest report lists, in reading order, each beside buy and hold."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from barline_reports.backtest_result import BacktestResult, Metrics
from barline_reports.document import KeyFigure
from barline_reports.formats import UNKNOWN, count, day, number, percent

Reader = Callable[[Metrics], str]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: how to read it from the metrics, and whether buy and hold has it too."""

    id: str
    label: str
    group: str
    read: Reader
    compared: bool = True
    headline: bool = False


def key_figures(result: BacktestResult) -> tuple[KeyFigure, ...]:
    return (
        KeyFigure(
            id="final_value",
            label="Final value",
            value=number(result.equity_curve.equity[-1]),
            benchmark=number(result.equity_curve.buy_and_hold[-1]),
            group="Return",
        ),
        *(read(line, result.metrics, result.buy_and_hold) for line in LINES),
    )


def compared_figures(first: BacktestResult, second: BacktestResult) -> tuple[KeyFigure, ...]:
    """The same figures of two runs side by side, those that only a strategy has included."""
    final = KeyFigure(
        id="final_value",
        label="Final value",
        value=number(first.equity_curve.equity[-1]),
        benchmark=number(second.equity_curve.equity[-1]),
        group="Return",
    )
    compared = (replace(line, compared=True) for line in LINES)
    return (final, *(read(line, first.metrics, second.metrics) for line in compared))


def read(line: Line, own: Metrics, held: Metrics) -> KeyFigure:
    return KeyFigure(
        id=line.id,
        label=line.label,
        value=line.read(own),
        benchmark=line.read(held) if line.compared else "",
        group=line.group,
        headline=line.headline,
    )


def signed(name: str) -> Reader:
    return lambda metrics: percent(getattr(metrics, name))


def share(name: str) -> Reader:
    return lambda metrics: percent(getattr(metrics, name), signed=False)


def ratio(name: str) -> Reader:
    return lambda metrics: number(getattr(metrics, name))


def whole(name: str) -> Reader:
    return lambda metrics: count(getattr(metrics, name))


def tidy(name: str) -> Reader:
    """A count that may be a half."""
    return lambda metrics: UNKNOWN if (value := getattr(metrics, name)) is None else f"{value:,g}"


def fall_dates(metrics: Metrics) -> str:
    """From peak over trough to recovery."""
    if metrics.drawdown_trough_date is None:
        return "none"
    peak = day(metrics.drawdown_peak_date) if metrics.drawdown_peak_date else "start"
    return f"{peak} to {day(metrics.drawdown_trough_date)}"


def recovery(metrics: Metrics) -> str:
    return "none" if metrics.drawdown_trough_date is None else day(metrics.drawdown_recovery_date)


LINES = (
    Line("total_return", "Total return", "Return", signed("total_return"), headline=True),
    Line("cagr", "Return a year (CAGR)", "Return", signed("cagr"), headline=True),
    Line("alpha", "Alpha a year", "Return", signed("alpha"), compared=False),
    Line("beta", "Beta", "Return", ratio("beta"), compared=False),
    Line("max_drawdown", "Maximum drawdown", "Risk", signed("max_drawdown"), headline=True),
    Line("drawdown_dates", "Its peak and trough", "Risk", fall_dates),
    Line("drawdown_recovery_date", "Recovered", "Risk", recovery),
    Line(
        "longest_underwater_sessions",
        "Longest below a peak, sessions",
        "Risk",
        whole("longest_underwater_sessions"),
    ),
    Line("volatility", "Volatility a year", "Risk", share("volatility")),
    Line("value_at_risk_95", "Value at risk, 95%, a day", "Risk", signed("value_at_risk_95")),
    Line(
        "expected_shortfall_95",
        "Expected shortfall, 95%, a day",
        "Risk",
        signed("expected_shortfall_95"),
    ),
    Line("ulcer_index", "Ulcer index", "Risk", share("ulcer_index")),
    Line("skew", "Skewness", "Risk", ratio("skew")),
    Line("kurtosis", "Kurtosis (normal is 3)", "Risk", ratio("kurtosis")),
    Line("sharpe", "Sharpe ratio", "Reward for risk", ratio("sharpe"), headline=True),
    Line(
        "probabilistic_sharpe",
        "Probability that it is above 0",
        "Reward for risk",
        share("probabilistic_sharpe"),
    ),
    Line("sortino", "Sortino ratio", "Reward for risk", ratio("sortino")),
    Line("calmar", "Calmar ratio", "Reward for risk", ratio("calmar")),
    Line("omega", "Omega ratio", "Reward for risk", ratio("omega")),
    Line(
        "information_ratio",
        "Information ratio",
        "Reward for risk",
        ratio("information_ratio"),
        compared=False,
    ),
    Line(
        "tracking_error",
        "Tracking error a year",
        "Reward for risk",
        share("tracking_error"),
        compared=False,
    ),
    Line("trades", "Trades", "Trades", whole("trades")),
    Line("exposure", "Time invested", "Trades", share("exposure")),
    Line("win_rate", "Trades with a gain", "Trades", share("win_rate"), compared=False),
    Line("profit_factor", "Profit factor", "Trades", ratio("profit_factor"), compared=False),
    Line("expectancy", "Mean return of a trade", "Trades", signed("expectancy"), compared=False),
    Line("average_win", "Mean gain", "Trades", signed("average_win"), compared=False),
    Line("average_loss", "Mean loss", "Trades", signed("average_loss"), compared=False),
    Line("best_trade", "Best trade", "Trades", signed("best_trade"), compared=False),
    Line("worst_trade", "Worst trade", "Trades", signed("worst_trade"), compared=False),
    Line(
        "median_holding_sessions",
        "Median holding, sessions",
        "Trades",
        tidy("median_holding_sessions"),
        compared=False,
    ),
    Line("turnover", "Turnover a year", "Trades", ratio("turnover")),
    Line("total_costs", "Costs paid", "Trades", ratio("total_costs")),
)
