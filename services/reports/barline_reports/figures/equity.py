"""What became of the money, beside buying and holding; once on a linear and once on a logarithmic scale."""

from barline_reports import palette
from barline_reports.backtest_result import BacktestResult
from barline_reports.document import Figure
from barline_reports.figures.canvas import (
    HEIGHT,
    Axis,
    Trace,
    axis,
    date_axis,
    line,
    log_axis,
    spec,
)
from barline_reports.formats import number


def linear_figure(result: BacktestResult, source: str) -> Figure:
    return equity_figure(result, source, axis("Value", rangemode="tozero"), id_="equity", scale="")


def logarithmic_figure(result: BacktestResult, source: str) -> Figure:
    curve = result.equity_curve
    y = log_axis("Value", (*curve.equity, *curve.buy_and_hold))
    return equity_figure(result, source, y, id_="equity-log", scale=", logarithmic scale")


def equity_figure(result: BacktestResult, source: str, y: Axis, *, id_: str, scale: str) -> Figure:
    curve = result.equity_curve
    return Figure(
        id=id_,
        title=f"Value of the investment{scale}",
        unit="Currency of the prices" + (", equal steps are equal percentages" if scale else ""),
        legend="Solid line: strategy. Dashed line: buy and hold.",
        source=source,
        alt=(
            f"Line chart of the value of {number(result.initial_investment)} invested{scale}: the strategy ends at "
            f"{number(curve.equity[-1])}, buy and hold at {number(curve.buy_and_hold[-1])}."
        ),
        height=HEIGHT,
        spec=spec(value_lines(result), height=HEIGHT, x=date_axis(curve.date), y=y),
    )


def value_lines(result: BacktestResult) -> list[Trace]:
    curve = result.equity_curve
    return [
        line(curve.date, curve.buy_and_hold, "Buy and hold", palette.BENCHMARK, dash="dash"),
        line(curve.date, curve.equity, "Strategy", palette.STRATEGY, width=1.8, rank=1),
    ]
