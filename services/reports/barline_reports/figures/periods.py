"""Returns month by month as a heatmap with its numbers written in, and year by year beside buy and hold."""

import calendar

import numpy as np

from barline_reports import palette
from barline_reports.backtest_result import BacktestResult
from barline_reports.document import Figure, JsonValue
from barline_reports.figures.canvas import HEIGHT, Trace, axis, spec, spread_percent_axis
from barline_reports.formats import MINUS, percent
from barline_reports.returns import PeriodReturn, calendar_returns

MONTHS = [calendar.month_abbr[month] for month in range(1, 13)]
MOST_YEARS = 60  # rows that fit on a page


def own_returns(result: BacktestResult, unit: str) -> list[PeriodReturn]:
    dates = np.array(result.equity_curve.date, dtype="datetime64[D]")
    return calendar_returns(
        dates, np.asarray(result.equity_curve.equity), result.initial_investment, unit
    )


def monthly_figure(result: BacktestResult, source: str) -> Figure:
    months = own_returns(result, "M")
    last_year = months[-1].year
    shown = [month for month in months if month.year > last_year - MOST_YEARS]
    years = last_year - shown[0].year + 1
    height = 64 + years * max(13, min(24, 780 // years))
    hidden = months[0].year < shown[0].year
    best, worst = max(months, key=by_value), min(months, key=by_value)
    return Figure(
        id="monthly",
        title="Monthly returns of the strategy",
        unit="Percent a month",
        legend=(
            "Each cell carries its return in percent; blue is a gain, orange a loss, the stronger the larger."
            + (f" The years before {shown[0].year} are not shown." if hidden else "")
        ),
        source=source,
        alt=(
            f"Heatmap of {len(shown)} monthly returns. Best month {name_of(best)} with {percent(best.value)}, "
            f"worst month {name_of(worst)} with {percent(worst.value)}."
        ),
        height=height,
        spec=spec(
            [cells(shown, font_size=10 if years <= 36 else 8)],
            height=height,
            x=month_axis(),
            y=axis(autorange="reversed", showgrid=False, type="category", dtick=1),
            margin={"l": 44, "r": 8, "t": 24, "b": 8},
            bargap=0.06,
            hovermode="closest",
        ),
    )


def by_value(period: PeriodReturn) -> float:
    return period.value


def name_of(period: PeriodReturn) -> str:
    return f"{MONTHS[period.month - 1]} {period.year}"


def month_axis() -> dict[str, JsonValue]:
    ticks = [month + 0.5 for month in range(12)]
    return axis(
        range=[0, 12], tickvals=ticks, ticktext=MONTHS, side="top", showgrid=False, fixedrange=True
    )


def cells(months: list[PeriodReturn], *, font_size: int) -> Trace:
    """Bars laid out as a grid: Plotly draws its own heatmaps as pixels, bars stay sharp on paper."""
    limit = float(np.quantile([abs(month.value) for month in months], 0.95)) or 0.01
    return {
        "type": "bar",
        "orientation": "h",
        "y": [str(month.year) for month in months],
        "base": [month.month - 1 + 0.03 for month in months],
        "x": [0.94] * len(months),
        "text": [cell_text(month.value) for month in months],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"size": font_size, "color": palette.INK},
        "customdata": [[name_of(month), percent(month.value)] for month in months],
        "hovertemplate": "%{customdata[0]}: %{customdata[1]}<extra></extra>",
        "marker": {
            "color": [cell_color(month.value, limit) for month in months],
            "line": {"width": 0},
        },
    }


def cell_color(value: float, limit: float) -> str:
    """One of nine steps; from `limit` on, which few months exceed, the strongest."""
    if cell_text(value) == "0":
        return palette.CELL_ZERO
    strengths = palette.CELL_GAINS if value > 0 else palette.CELL_LOSSES
    step = int(abs(value) / limit * len(strengths))
    return strengths[min(step, len(strengths) - 1)]


def cell_text(value: float) -> str:
    """One decimal of a percent with its sign; none when it is large, nothing when it is zero."""
    size = abs(value) * 100
    digits = f"{size:.1f}" if size < 99.95 else f"{size:.0f}"
    if digits == "0.0":
        return "0"
    return ("+" if value > 0 else MINUS) + digits


def yearly_figure(result: BacktestResult, source: str) -> Figure:
    own = own_returns(result, "Y")
    dates = np.array(result.equity_curve.date, dtype="datetime64[D]")
    held = calendar_returns(
        dates, np.asarray(result.equity_curve.buy_and_hold), result.initial_investment, "Y"
    )
    ahead = sum(a.value > b.value for a, b in zip(own, held, strict=True))
    values = [0.0, *(year.value for year in (*own, *held))]
    return Figure(
        id="yearly",
        title="Yearly returns",
        unit="Percent a calendar year; the first and the last may be partial",
        legend="Filled bars: strategy. Hollow bars: buy and hold.",
        source=source,
        alt=f"Bar chart of {len(own)} calendar years; the strategy was ahead of buy and hold in {ahead}.",
        height=HEIGHT,
        spec=spec(
            [
                year_bars(own, "Strategy", palette.STRATEGY, filled=True),
                year_bars(held, "Buy and hold", palette.BENCHMARK, filled=False),
            ],
            height=HEIGHT,
            x=year_axis(len(own)),
            y=spread_percent_axis("Return", values, zeroline=True, zerolinecolor=palette.AXIS),
            barmode="group",
            bargap=0.28,
        ),
    )


def year_axis(years: int) -> dict[str, JsonValue]:
    """Room for at least six years, so that a single one is no wall."""
    pad = max(0.0, 6 - years) / 2
    limits: list[JsonValue] = [-0.5 - pad, years - 0.5 + pad]
    return axis(type="category", showgrid=False, nticks=14, tickangle=0, range=limits)


def year_bars(years: list[PeriodReturn], name: str, color: str, *, filled: bool) -> Trace:
    return {
        "type": "bar",
        "x": [str(year.year) for year in years],
        "y": [year.value for year in years],
        "name": name,
        "hovertemplate": "%{y:+.2%}",
        "marker": {
            "color": color if filled else palette.SURFACE,
            "line": {"color": color, "width": 1.2},
        },
    }
