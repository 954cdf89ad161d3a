"""The frame and the pens all charts share, so that they look like one family on paper and on a page."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from barline_reports import palette
from barline_reports.document import JsonObject, JsonValue
from barline_reports.formats import LARGEST_WRITTEN_OUT, power_of_ten

FONT = "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
FONT_SIZE = 11
HEIGHT = 350
DAY_MS = 86_400_000
SHORTEST_WITHOUT_DAYS = 6  # days; below, Plotly would put hours between the sessions

Trace = dict[str, JsonValue]
Axis = dict[str, JsonValue]
Floats = NDArray[np.float64]


def spec(
    data: Sequence[JsonObject], *, height: int, x: Axis, y: Axis, **layout: JsonValue
) -> JsonObject:
    """A Plotly figure in our frame. The title stands outside, the width is the reader's."""
    frame: dict[str, JsonValue] = {
        "height": height,
        "margin": {"l": 58, "r": 26, "t": 6, "b": 40},
        "font": {"family": FONT, "size": FONT_SIZE, "color": palette.INK},
        "paper_bgcolor": palette.SURFACE,
        "plot_bgcolor": palette.SURFACE,
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": palette.SURFACE, "bordercolor": palette.AXIS},
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.0,
            "yanchor": "bottom",
            "bgcolor": "rgba(0,0,0,0)",
        },
        "xaxis": x,
        "yaxis": y,
        "showlegend": any(trace.get("name") for trace in data),
    }
    return {"data": list(data), "layout": frame | layout}


def axis(title: str = "", **extra: JsonValue) -> Axis:
    """A quiet axis: thin grid, plain digits with thousands, room made for its own labels."""
    plain: Axis = {
        "title": {
            "text": title,
            "standoff": 8,
            "font": {"color": palette.MUTED, "size": FONT_SIZE},
        },
        "gridcolor": palette.GRID,
        "linecolor": palette.AXIS,
        "zeroline": False,
        "tickcolor": palette.AXIS,
        "tickfont": {"color": palette.MUTED},
        "automargin": True,
        "separatethousands": True,
        "exponentformat": "power",
        "minexponent": 11,  # written out below formats.LARGEST_WRITTEN_OUT
    }
    if title:  # an empty title would still take its room
        font: JsonValue = {"color": palette.MUTED, "size": FONT_SIZE}
        plain["title"] = {"text": title, "standoff": 8, "font": font}
    return plain | extra


def date_axis(dates: Sequence[str]) -> Axis:
    """Time from the first to the last of `dates`, with a little air on both sides.

    Its labels have one line when they are years and two when they are days; the bottom margin of `spec` holds both.
    """
    days = np.array([dates[0], dates[-1]], dtype="datetime64[D]")
    span = int((days[1] - days[0]).astype(int))
    air = max(2, span // 60)
    limits: list[JsonValue] = [str(days[0] - air), str(days[1] + air)]
    plain = axis(
        type="date",
        showline=True,
        ticks="outside",
        showgrid=False,
        range=limits,
        nticks=8,
        automargin=False,
    )
    return plain | {"dtick": DAY_MS} if span < SHORTEST_WITHOUT_DAYS else plain


def percent_axis(title: str, **extra: JsonValue) -> Axis:
    return axis(title, **({"tickformat": ",.0%"} | extra))


def spread_percent_axis(title: str, values: Sequence[float], **extra: JsonValue) -> Axis:
    """A percent axis with decimals where the values lie so close together that whole percents repeat."""
    spread = max(values, default=0.0) - min(values, default=0.0)
    digits = 0 if spread > 0.04 or spread == 0 else min(6, math.ceil(-math.log10(spread)) - 1)
    return percent_axis(title, **({"tickformat": f",.{digits}%"} | extra))


def line(
    x: Sequence[str],
    y: Sequence[float | None],
    name: str,
    color: str,
    *,
    dash: str = "solid",
    width: float = 1.5,
    hover: str = ",.2f",
    rank: int = 1000,
) -> Trace:
    """A line; a single point is drawn as a dot, because a line through it would be invisible.

    The legend lists by `rank`, while a later line is drawn over an earlier one.
    """
    return {
        "type": "scatter",
        "mode": "lines" if len(x) > 1 else "lines+markers",
        "x": x,
        "y": y,
        "name": name,
        "line": {"color": color, "width": width, "dash": dash},
        "hovertemplate": f"%{{y:{hover}}}",
        "legendrank": rank,
    }


def marks(
    x: Sequence[str], y: Sequence[float], name: str, color: str, symbol: str, *, size: int = 8
) -> Trace:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": y,
        "name": name,
        "marker": {
            "color": color,
            "symbol": symbol,
            "size": size,
            "line": {"color": color, "width": 1.2},
        },
        "hovertemplate": "%{y:,.6~g}",
    }


def finite(values: Floats) -> list[float | None]:
    """As JSON knows it: `None` for NaN and infinity."""
    return [float(value) if math.isfinite(value) else None for value in values]


def log_axis(title: str, values: Sequence[float]) -> Axis:
    """A logarithmic axis with its ticks written out in full: Plotly's own labels drop the powers of ten."""
    low, high = min(values), max(values)
    ticks = log_ticks(low, high)
    return axis(
        title,
        type="log",
        tickmode="array",
        tickvals=ticks,
        ticktext=[tick_text(tick) for tick in ticks],
    )


def tick_text(tick: float) -> str:
    return power_of_ten(tick, 0) if tick >= LARGEST_WRITTEN_OUT else f"{tick:,.12g}"


def log_ticks(low: float, high: float) -> list[float]:
    """About three to nine round values between `low` and `high` (both positive)."""
    if high <= low * 1.001:
        return [float(f"{low:.4g}")]
    for mantissas in ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 7)):
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        ticks = [float(f"{m * 10.0**power:.3g}") for power in powers for m in mantissas]
        inside = [tick for tick in ticks if low <= tick <= high]
        if len(inside) >= 4:
            return inside[:: math.ceil(len(inside) / 9)]
    step = 10.0 ** math.floor(math.log10((high - low) / 3))
    step *= next(m for m in (5, 2, 1) if m * step <= (high - low) / 3)
    first = math.ceil(low / step)
    return [float(f"{k * step:.6g}") for k in range(first, math.floor(high / step) + 1)]
