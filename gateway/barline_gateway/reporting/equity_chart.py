"""The stitched equity of a walk-forward beside buying and holding, as a Plotly figure."""

import math
from collections.abc import Sequence

from barline_gateway.reporting import palette
from barline_gateway.reporting.chart_layout import Json, axis, quiet_layout
from barline_gateway.reporting.walk_forward_result import EquityCurve, Window

HEIGHT = 360
EVERY_DIGIT = (1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9)
MOST_POINTS = 1_500  # more than a screen has pixels for


def equity_figure(curve: EquityCurve, windows: Sequence[Window]) -> Json:
    """Money at each close; a thin line where each out-of-sample window begins."""
    kept = thinned(len(curve.date))
    return {
        "data": [
            line("Walk-forward", curve, curve.equity, kept, {"color": palette.RISE, "width": 1.8}),
            line(
                "Buy and hold",
                curve,
                curve.buy_and_hold,
                kept,
                {"color": palette.BENCHMARK, "width": 1.4, "dash": "dash"},
            ),
        ],
        "layout": layout(money_ticks([*curve.equity, *curve.buy_and_hold]))
        | {"shapes": [beginning(window) for window in windows]},
    }


def thinned(count: int) -> list[int]:
    """Evenly spread positions, the first and the last always among them."""
    if count <= MOST_POINTS:
        return list(range(count))
    last = count - 1
    return [round(step * last / (MOST_POINTS - 1)) for step in range(MOST_POINTS)]


def line(
    name: str, curve: EquityCurve, values: Sequence[float], kept: Sequence[int], pen: Json
) -> Json:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [curve.date[position] for position in kept],
        "y": [round(values[position], 2) for position in kept],
        "line": pen,
        "hovertemplate": "%{y:,.2f}",
    }


def beginning(window: Window) -> Json:
    day = window.out_of_sample.first_date
    pen = {"color": palette.AXIS, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": day, "x1": day, "y0": 0, "y1": 1, "yref": "paper", "line": pen}


def money_ticks(values: Sequence[float]) -> list[float]:
    """Round amounts for a logarithmic axis, the closer together the less the values differ."""
    low, high = min(values), max(values)
    spread = math.log10(high / low)
    digits = EVERY_DIGIT if spread < 0.8 else (1, 2, 5) if spread < 4 else (1,)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [digit * 10.0**power for power in powers for digit in digits]


def layout(ticks: Sequence[float]) -> Json:
    return quiet_layout(HEIGHT) | {
        "hovermode": "x unified",
        "xaxis": axis() | {"type": "date", "showgrid": False, "showline": True, "ticks": "outside"},
        "yaxis": axis("Value of the investment")
        | {"type": "log", "tickvals": list(ticks), "tickformat": ",~g"},
    }
