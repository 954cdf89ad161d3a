"""Two runs in one picture each: what became of the money, how far it fell, and year by year."""

from barline_reports import palette
from barline_reports.backtest_result import BacktestResult
from barline_reports.document import Figure
from barline_reports.figures.canvas import (
    HEIGHT,
    Axis,
    axis,
    date_axis,
    line,
    log_axis,
    percent_axis,
    spec,
    spread_percent_axis,
)
from barline_reports.figures.periods import own_returns, year_axis, year_bars
from barline_reports.formats import number, percent

LINES = "Solid line: A. Dashed line: B."


def compared_figures(
    first: BacktestResult, second: BacktestResult, source: str
) -> tuple[Figure, ...]:
    linear = axis("Value of 1", rangemode="tozero")
    logarithmic = log_axis("Value of 1", [*growth(first), *growth(second)])
    return (
        growth_figure(first, second, source, linear, id_="growth", scale=""),
        growth_figure(
            first, second, source, logarithmic, id_="growth-log", scale=", logarithmic scale"
        ),
        falls_figure(first, second, source),
        years_figure(first, second, source),
    )


def growth(run: BacktestResult) -> list[float]:
    return [value / run.initial_investment for value in run.equity_curve.equity]


def both_dates(first: BacktestResult, second: BacktestResult) -> list[str]:
    return sorted((*first.equity_curve.date, *second.equity_curve.date))


def growth_figure(
    first: BacktestResult, second: BacktestResult, source: str, y: Axis, *, id_: str, scale: str
) -> Figure:
    ours, theirs = growth(first), growth(second)
    lines = [
        line(second.equity_curve.date, theirs, "B", palette.BENCHMARK, dash="dash"),
        line(first.equity_curve.date, ours, "A", palette.STRATEGY, width=1.8, rank=1),
    ]
    return Figure(
        id=id_,
        title=f"Growth of the investment{scale}",
        unit="Value of 1 invested at the start of each run"
        + (", equal steps are equal percentages" if scale else ""),
        legend=LINES,
        source=source,
        alt=f"Line chart{scale}: 1 invested ends as {number(ours[-1])} in A and as {number(theirs[-1])} in B.",
        height=HEIGHT,
        spec=spec(lines, height=HEIGHT, x=date_axis(both_dates(first, second)), y=y),
    )


def falls_figure(first: BacktestResult, second: BacktestResult, source: str) -> Figure:
    ours, theirs = first.equity_curve, second.equity_curve
    own = line(ours.date, ours.drawdown, "A", palette.STRATEGY, hover=".2%", rank=1)
    own |= {"fill": "tozeroy", "fillcolor": palette.BAND_WIDE}
    other = line(theirs.date, theirs.drawdown, "B", palette.BENCHMARK, dash="dash", hover=".2%")
    deepest = min(*ours.drawdown, *theirs.drawdown)
    floor = min(deepest * 1.08, -0.01)
    y = percent_axis(
        "Drawdown", range=[floor, -floor * 0.04], tickformat=".0%" if floor < -0.04 else ".1%"
    )
    return Figure(
        id="drawdowns-compared",
        title="Drawdown",
        unit="Percent below the highest value so far",
        legend="Solid line with shading: A. Dashed line: B.",
        source=source,
        alt=(
            f"Area chart of both drawdowns: at worst A stood {percent(min(ours.drawdown))} and B "
            f"{percent(min(theirs.drawdown))} against the highest value before."
        ),
        height=HEIGHT,
        spec=spec([other, own], height=HEIGHT, x=date_axis(both_dates(first, second)), y=y),
    )


def years_figure(first: BacktestResult, second: BacktestResult, source: str) -> Figure:
    ours, theirs = own_returns(first, "Y"), own_returns(second, "Y")
    years = {year.year for year in (*ours, *theirs)}
    values = [0.0, *(year.value for year in (*ours, *theirs))]
    other = {year.year: year.value for year in theirs}
    shared = [year for year in ours if year.year in other]
    ahead = sum(year.value > other[year.year] for year in shared)
    return Figure(
        id="yearly-compared",
        title="Yearly returns",
        unit="Percent a calendar year; the first and the last of each run may be partial",
        legend="Filled bars: A. Hollow bars: B.",
        source=source,
        alt=f"Bar chart of {len(years)} calendar years; of the {len(shared)} both runs have, A was ahead in {ahead}.",
        height=HEIGHT,
        spec=spec(
            [
                year_bars(ours, "A", palette.STRATEGY, filled=True),
                year_bars(theirs, "B", palette.BENCHMARK, filled=False),
            ],
            height=HEIGHT,
            x=year_axis(len(years)) | {"categoryorder": "category ascending"},
            y=spread_percent_axis("Return", values, zeroline=True, zerolinecolor=palette.AXIS),
            barmode="group",
            bargap=0.28,
        ),
    )
