"""The next sessions as a fan: history, the median, both intervals, the naive baseline, and what happened if known."""

from collections.abc import Sequence

from barline_reports import palette
from barline_reports.document import Figure
from barline_reports.figures.canvas import Trace, axis, date_axis, line, spec
from barline_reports.forecast_result import ForecastResult
from barline_reports.formats import price, price_digits

HISTORY_SESSIONS = 120
HEIGHT = 380
HOVER = ",.6~g"
LEGEND = (
    "Grey line: closes so far. Solid line: the model's median. Darker band: 80 of 100 outcomes are expected inside. "
    "Lighter band: 95 of 100. Dashed line: naive baseline, the last close."
)


def fan_figure(
    forecast: ForecastResult, source: str, *, id_: str = "fan", title: str = ""
) -> Figure:
    last = forecast.predictions[-1]
    digits = price_digits([last.lower_95])
    actual = " Line with dots: what happened." if forecast.actuals.date else ""
    history = recent(forecast)
    dates = [*history[0], *(step.date.isoformat() for step in forecast.predictions)]
    return Figure(
        id=id_,
        title=title or f"The next {len(forecast.predictions)} sessions",
        unit=f"Price, in shares as of {forecast.based_on.last_date.isoformat()}",
        legend=LEGEND + actual,
        source=source,
        alt=(
            f"Fan chart from the close of {price(forecast.based_on.last_close)} on {forecast.based_on.last_date}: "
            f"median {price(last.close, digits)} on {last.date}, 80 percent interval {price(last.lower_80, digits)} "
            f"to {price(last.upper_80, digits)}, 95 percent interval {price(last.lower_95, digits)} to "
            f"{price(last.upper_95, digits)}."
        ),
        height=HEIGHT,
        spec=spec(
            fan_traces(forecast, history),
            height=HEIGHT,
            x=date_axis(dates) | {"nticks": 5},  # two of these charts may stand side by side
            y=axis("Price"),
        ),
    )


def recent(forecast: ForecastResult) -> tuple[Sequence[str], Sequence[float]]:
    """The last closes up to the bar the forecast starts from; that bar alone when no history came along."""
    history = forecast.history
    if not history.date:
        return [forecast.based_on.last_date.isoformat()], [forecast.based_on.last_close]
    return history.date[-HISTORY_SESSIONS:], history.close[-HISTORY_SESSIONS:]


def fan_traces(
    forecast: ForecastResult, history: tuple[Sequence[str], Sequence[float]]
) -> list[Trace]:
    """Every line of the future starts at the last close, so that the fan opens where the history ends."""
    steps = forecast.predictions
    start = forecast.based_on.last_close
    dates = [forecast.based_on.last_date.isoformat(), *(step.date.isoformat() for step in steps)]
    traces = [
        *band(
            dates,
            [start, *(s.lower_95 for s in steps)],
            [start, *(s.upper_95 for s in steps)],
            "95% interval",
            palette.BAND_WIDE,
        ),
        *band(
            dates,
            [start, *(s.lower_80 for s in steps)],
            [start, *(s.upper_80 for s in steps)],
            "80% interval",
            palette.BAND_NARROW,
        ),
        line(*history, "Close", palette.MUTED, hover=HOVER),
        line(
            dates,
            [start, *(s.close for s in steps)],
            "Median",
            palette.STRATEGY,
            width=2,
            hover=HOVER,
        ),
        line(
            dates,
            [start, *(s.naive_close for s in steps)],
            "Naive baseline",
            palette.BENCHMARK,
            dash="dash",
            hover=HOVER,
        ),
    ]
    if forecast.actuals.date:
        traces.append(actual_line(forecast))
    return traces


def band(
    dates: Sequence[str], lower: Sequence[float], upper: Sequence[float], name: str, color: str
) -> list[Trace]:
    """Two lines without ink and the area between them."""
    edge = line(dates, lower, "", palette.STRATEGY, width=0, hover=HOVER) | {"showlegend": False}
    del edge["name"]
    edge["hoverinfo"] = "skip"
    del edge["hovertemplate"]
    area = line(dates, upper, name, palette.STRATEGY, width=0, hover=HOVER)
    ranges = [f"{price(a)} to {price(b)}" for a, b in zip(lower, upper, strict=True)]
    area |= {
        "fill": "tonexty",
        "fillcolor": color,
        "customdata": ranges,
        "hovertemplate": "%{customdata}",
    }
    return [edge, area]


def actual_line(forecast: ForecastResult) -> Trace:
    actual = line(
        forecast.actuals.date, forecast.actuals.close, "Actual close", palette.INK, hover=HOVER
    )
    return actual | {"mode": "lines+markers", "marker": {"size": 4, "color": palette.INK}}
