"""How the forecast of thirty sessions ago turned out, and how far off it was beside the naive baseline."""

from collections.abc import Sequence

from barline_reports import palette
from barline_reports.document import Figure
from barline_reports.figures.canvas import HEIGHT, Trace, axis, spec, spread_percent_axis
from barline_reports.figures.forecast import fan_figure
from barline_reports.forecast_result import ForecastResult, Outcome, outcomes
from barline_reports.formats import percent


def track_figure(hindcast: ForecastResult, source: str) -> Figure:
    return fan_figure(
        hindcast,
        source,
        id_="predicted-actual",
        title=f"Predicted and actual since {hindcast.based_on.last_date.isoformat()}",
    )


def error_figure(hindcast: ForecastResult, source: str) -> Figure:
    known = outcomes(hindcast)
    nearer = sum(outcome.error < outcome.naive_error for outcome in known)
    values = [0.0, *(o.error for o in known), *(o.naive_error for o in known)]
    return Figure(
        id="error",
        title="Error by horizon",
        unit="Percent of the actual price, without sign",
        legend="Filled bars: model. Hollow bars: naive baseline. The lower bar of a pair was nearer to what happened.",
        source=source,
        alt=(
            f"Bar chart of the error {len(known)} sessions ahead; the model was nearer than the naive baseline in "
            f"{nearer} of them. Mean error {percent(mean_error(known), signed=False)} against "
            f"{percent(mean_naive_error(known), signed=False)}."
        ),
        height=HEIGHT,
        spec=spec(
            [
                error_bars(known, [o.error for o in known], "Model", filled=True),
                error_bars(known, [o.naive_error for o in known], "Naive baseline", filled=False),
            ],
            height=HEIGHT,
            x=axis("Sessions ahead", showgrid=False, dtick=5, tick0=0),
            y=spread_percent_axis("Error", values, rangemode="tozero"),
            barmode="group",
            bargap=0.25,
        ),
    )


def error_bars(
    known: Sequence[Outcome], errors: Sequence[float], name: str, *, filled: bool
) -> Trace:
    color = palette.STRATEGY if filled else palette.BENCHMARK
    return {
        "type": "bar",
        "x": [outcome.step.step for outcome in known],
        "y": list(errors),
        "name": name,
        "hovertemplate": "%{y:.2%}",
        "marker": {
            "color": color if filled else palette.SURFACE,
            "line": {"color": color, "width": 1},
        },
    }


def mean_error(known: Sequence[Outcome]) -> float | None:
    """The mean of |median - actual| / actual; `None` when nothing is known yet."""
    return sum(outcome.error for outcome in known) / len(known) if known else None


def mean_naive_error(known: Sequence[Outcome]) -> float | None:
    return sum(outcome.naive_error for outcome in known) / len(known) if known else None
