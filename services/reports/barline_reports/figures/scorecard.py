"""How stored forecasts turned out: losses and coverage by horizon, and each outcome inside or outside its interval."""

from collections.abc import Sequence

from barline_reports import palette
from barline_reports.document import Figure
from barline_reports.figures.canvas import (
    HEIGHT,
    Axis,
    Trace,
    axis,
    date_axis,
    line,
    marks,
    percent_axis,
    spec,
    spread_percent_axis,
)
from barline_reports.figures.forecast import band
from barline_reports.formats import count, percent, plural
from barline_reports.scorecard_result import Record, Score, StepOutcomes

SHARE = ".1%"
BASELINES = {
    "ewma": ("Random walk, EWMA", palette.BUY_AVERAGE, "dot"),
    "historical_simulation": ("Historical simulation", palette.SELL_AVERAGE, "dashdot"),
}


def loss_figure(record: Record, source: str) -> Figure:
    """The losses of the model and of the other baselines as shares of the naive one's."""
    steps = [str(score.step) for score in record.by_step]
    model = [relative(score.naive.gain) for score in record.by_step]
    level = line(
        steps, [1.0] * len(steps), "Naive baseline", palette.BENCHMARK, dash="dash", hover=SHARE
    )
    traces = [level]
    shown: list[float | None] = [1.0, *model]
    for name, (label, color, dash) in BASELINES.items():
        if name in record.overall.baselines:
            values = [relative_loss(score, name) for score in record.by_step]
            traces.append(line(steps, values, label, color, dash=dash, hover=SHARE))
            shown += values
    traces.append(line(steps, model, "Model", palette.STRATEGY, width=2, hover=SHARE))
    overall = relative(record.overall.naive.gain)
    return Figure(
        id="losses",
        title="Loss by horizon, beside the naive baseline",
        unit="Pinball loss of all five quantiles; 100% is the naive baseline's",
        legend=(
            "Solid line: model. Dashed line: naive baseline. Dotted: random walk with exponentially weighted "
            "volatility. Dash-dotted: historical simulation. Lower is better."
        ),
        source=source,
        alt=(
            f"Line chart of the loss 1 to {len(steps)} sessions ahead as a share of the naive baseline's; over all "
            f"horizons the model's is {percent(overall, digits=1, signed=False)} of it."
        ),
        height=HEIGHT,
        spec=spec(
            traces,
            height=HEIGHT,
            x=step_axis(),
            y=spread_percent_axis("Share of the naive loss", [one for one in shown if one]),
        ),
    )


def coverage_figure(record: Record, source: str) -> Figure:
    """How often the intervals held, by horizon, beside what they promise."""
    steps = [str(score.step) for score in record.by_step]
    wide = [score.coverage_95 for score in record.by_step]
    narrow = [score.coverage_80 for score in record.by_step]
    overall = record.overall
    traces = [
        *(promised(steps, share) for share in (0.95, 0.8)),
        line(steps, wide, "95% interval", palette.SELL_AVERAGE, width=2, hover=SHARE),
        line(steps, narrow, "80% interval", palette.STRATEGY, dash="dot", width=2, hover=SHARE),
    ]
    lowest = min((share for share in (*wide, *narrow) if share is not None), default=0.8)
    return Figure(
        id="coverage",
        title="Interval coverage by horizon",
        unit="Share of the actual closes inside",
        legend=(
            "Solid line: 95% interval. Dotted line: 80% interval. Thin dashed lines: the 95% and 80% they promise. "
            "With few forecasts the lines stray far from them by chance alone."
        ),
        source=source,
        alt=(
            f"Line chart of the share of actual closes inside both intervals, 1 to {len(steps)} sessions ahead: "
            f"over all horizons {percent(overall.coverage_80, digits=1, signed=False)} inside the 80 percent interval "
            f"and {percent(overall.coverage_95, digits=1, signed=False)} inside the 95 percent interval."
        ),
        height=HEIGHT,
        spec=spec(
            traces,
            height=HEIGHT,
            x=step_axis(),
            y=percent_axis("Inside", range=[max(0.0, min(lowest, 0.75) - 0.05), 1.02]),
        ),
    )


def outcomes_figure(outcomes: StepOutcomes, record: Record, source: str) -> Figure:
    """Every stored forecast of one step beside what came, as changes from its last close."""
    places = outcomes.of(record)
    dates = [outcomes.date[place] for place in places]
    low, high = (outcomes.moves(name, places) for name in ("lower_95", "upper_95"))
    inner_low, inner_high = (outcomes.moves(name, places) for name in ("lower_80", "upper_80"))
    actual, median = outcomes.moves("actual", places), outcomes.moves("close", places)
    inside = sum(a <= value <= b for a, value, b in zip(inner_low, actual, inner_high, strict=True))
    spread = [*low, *high, *actual]
    return Figure(
        id="outcomes",
        title=f"Predicted and actual, {plural(outcomes.step, 'session')} ahead",
        unit="Change from the close each forecast started from",
        legend=(
            "Dots: what happened. Line: the model's median. Darker band: 80 of 100 outcomes were expected inside. "
            "Lighter band: 95 of 100. Each stored forecast stands at the session it spoke of."
        ),
        source=source,
        alt=(
            f"{plural(len(places), 'stored forecast')} of the change over {outcomes.step} sessions beside what "
            f"happened: {count(inside)} of {count(len(places))} inside the 80 percent interval."
        ),
        height=HEIGHT,
        spec=spec(
            [
                *change_band(dates, low, high, "95% interval", palette.BAND_WIDE),
                *change_band(dates, inner_low, inner_high, "80% interval", palette.BAND_NARROW),
                line(dates, median, "Median", palette.STRATEGY, width=2, hover=SHARE),
                marks(dates, actual, "Actual", palette.INK, "circle", size=5)
                | {"hovertemplate": f"%{{y:{SHARE}}}"},
            ],
            height=HEIGHT,
            x=date_axis(dates),
            y=spread_percent_axis("Change", spread),
        ),
    )


def change_band(
    dates: Sequence[str], low: Sequence[float], high: Sequence[float], name: str, color: str
) -> list[Trace]:
    """A band of changes: the one of prices, with percents to read."""
    edge, area = band(dates, low, high, name, color)
    ranges = [
        f"{percent(a, digits=1)} to {percent(b, digits=1)}" for a, b in zip(low, high, strict=True)
    ]
    return [edge, area | {"customdata": ranges}]


def step_axis() -> Axis:
    return axis("Sessions ahead", showgrid=False, dtick=5, tick0=0, type="linear")


def relative(gain: float | None) -> float | None:
    return None if gain is None else 1.0 - gain


def relative_loss(score: Score, baseline: str) -> float | None:
    """Another baseline's loss as a share of the naive one's."""
    loss, naive = score.baselines[baseline].pinball_loss, score.naive.pinball_loss
    return None if loss is None or not naive else loss / naive


def promised(steps: Sequence[str], share: float) -> Trace:
    """A level to compare with, without a name: Plotly would list it in the legend, and under the pointer."""
    level = line(steps, [share] * len(steps), "", palette.MUTED, dash="dash", width=1)
    kept = {name: value for name, value in level.items() if name not in {"name", "hovertemplate"}}
    return kept | {"showlegend": False, "hoverinfo": "skip"}
