"""Risk and its reward over a moving half year, strategy and buy and hold."""

from collections.abc import Callable

import numpy as np

from barline_reports import palette
from barline_reports.backtest_result import BacktestResult
from barline_reports.document import Figure
from barline_reports.figures.canvas import (
    HEIGHT,
    Axis,
    axis,
    date_axis,
    finite,
    line,
    spec,
    spread_percent_axis,
)
from barline_reports.formats import number, percent
from barline_reports.returns import Floats, daily_returns, rolling_sharpe, rolling_volatility

WINDOW = 126  # sessions: half a year
LINES = "Solid line: strategy. Dashed line: buy and hold. A gap: nothing moved in the window."


def volatility_figure(result: BacktestResult, source: str) -> Figure:
    title, unit = "Rolling volatility", f"Percent a year, over the last {WINDOW} sessions"
    if len(result.equity_curve.date) < WINDOW:
        return too_short("volatility", title, unit, source, len(result.equity_curve.date))
    own, held = both(result, lambda returns: rolling_volatility(returns, WINDOW))
    y = spread_percent_axis("Volatility", [0.0, *own, *held], rangemode="tozero")
    last = percent(float(own[-1]), signed=False), percent(float(held[-1]), signed=False)
    return rolling_figure(
        result,
        own,
        held,
        y,
        id_="volatility",
        title=title,
        unit=unit,
        source=source,
        hover=".1%",
        last=last,
    )


def sharpe_figure(result: BacktestResult, source: str) -> Figure:
    title, unit = "Rolling Sharpe ratio", f"Yearly ratio, over the last {WINDOW} sessions"
    if len(result.equity_curve.date) < WINDOW:
        return too_short("sharpe", title, unit, source, len(result.equity_curve.date))
    rate = result.parameter("risk_free", 0.0)
    own, held = both(result, lambda returns: rolling_sharpe(returns, WINDOW, rate))
    y = axis("Sharpe ratio", zeroline=True, zerolinecolor=palette.AXIS)
    last = (ratio(own[-1]), ratio(held[-1]))
    return rolling_figure(
        result,
        own,
        held,
        y,
        id_="sharpe",
        title=title,
        unit=unit,
        source=source,
        hover=".2f",
        last=last,
    )


def ratio(value: float) -> str:
    return number(float(value) if np.isfinite(value) else None)


def both(result: BacktestResult, measure: Callable[[Floats], Floats]) -> tuple[Floats, Floats]:
    curve, initial = result.equity_curve, result.initial_investment
    return (
        measure(daily_returns(np.asarray(curve.equity), initial)),
        measure(daily_returns(np.asarray(curve.buy_and_hold), initial)),
    )


def rolling_figure(
    result: BacktestResult,
    own: Floats,
    held: Floats,
    y: Axis,
    *,
    id_: str,
    title: str,
    unit: str,
    source: str,
    hover: str,
    last: tuple[str, str],
) -> Figure:
    dates = result.equity_curve.date[WINDOW - 1 :]
    lines = [
        line(dates, finite(held), "Buy and hold", palette.BENCHMARK, dash="dash", hover=hover),
        line(dates, finite(own), "Strategy", palette.STRATEGY, hover=hover, rank=1),
    ]
    return Figure(
        id=id_,
        title=title,
        unit=unit,
        legend=LINES,
        source=source,
        alt=f"Line chart; at the last bar the strategy stands at {last[0]}, buy and hold at {last[1]}.",
        height=HEIGHT,
        spec=spec(lines, height=HEIGHT, x=date_axis(dates), y=y),
    )


def too_short(id_: str, title: str, unit: str, source: str, sessions: int) -> Figure:
    return Figure(
        id=id_,
        title=title,
        unit=unit,
        legend="",
        source=source,
        alt="",
        height=HEIGHT,
        spec=None,
        missing=f"Not drawn: it needs {WINDOW} sessions and this run has {sessions:,}.",
    )
