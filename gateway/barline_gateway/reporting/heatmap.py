"""The grid of a sweep as a Plotly heatmap: orange below zero, blue above, and a ring around the best cell."""

from collections.abc import Sequence
from dataclasses import dataclass

from barline_gateway.reporting import palette
from barline_gateway.reporting.chart_layout import Json, axis, quiet_layout
from barline_gateway.reporting.numbers import signed_percent, thousands
from barline_gateway.reporting.sweep_result import Cell, Heatmap, Matrix, Metric

HEIGHT = 560
OUTLIER_SHARE = 0.02  # of the cells may be beyond the strongest colour
DIGITS = {"sharpe": 3, "cagr": 5, "total_return": 4, "max_drawdown": 4, "trades": 0}
HOVER = {
    "sharpe": "+.2f",
    "cagr": "+.2%",
    "total_return": "+,.1%",
    "max_drawdown": ".1%",
    "trades": ",d",
}
SIGNED = (
    (0.0, palette.FALL),
    (0.25, palette.FALL_PALE),
    (0.5, palette.NEUTRAL),
    (0.75, palette.RISE_PALE),
    (1.0, palette.RISE),
)
UNSIGNED = ((0.0, palette.NEUTRAL), (0.5, palette.RISE_PALE), (1.0, palette.RISE))


@dataclass(frozen=True, slots=True)
class ColourKey:
    """A strip from `low` to `high`; `kind` names its colours: signed, rises or falls."""

    kind: str
    low: str
    middle: str
    high: str


def heatmap_figure(heatmap: Heatmap, metric: Metric, label: str, best: Cell | None) -> Json:
    """Sell windows across, buy windows up; values as fractions."""
    values = heatmap.values(metric)
    low, high = colour_range(values, metric)
    hover = f"Buy %{{y}}, sell %{{x}}<br>{label} %{{z:{HOVER[metric]}}}<extra></extra>"
    cells: Json = {
        "type": "heatmap",
        "x": list(heatmap.winsell),
        "y": list(heatmap.winbuy),
        "z": [[rounded(value, metric) for value in row] for row in values],
        "zmin": low,
        "zmax": high,
        "colorscale": [list(step) for step in (SIGNED if low < 0 < high else unsigned(metric))],
        "hovertemplate": hover,
        "hoverongaps": False,
        "xgap": gap(heatmap.winsell),
        "ygap": gap(heatmap.winbuy),
        "showscale": False,
    }
    return {"data": [cells, *ring(best)], "layout": layout()}


def rounded(value: float | None, metric: Metric) -> float | None:
    """As many digits as can be seen: a grid may have 250,000 cells."""
    return None if value is None else round(value, DIGITS[metric])


def colour_range(values: Matrix, metric: Metric) -> tuple[float, float]:
    """Symmetric about zero where there are gains and losses; the few extreme cells share the strongest colour."""
    known = sorted(value for row in values for value in row if value is not None)
    if not known:
        return 0.0, 1.0
    last = len(known) - 1
    low, high = known[round(OUTLIER_SHARE * last)], known[round((1 - OUTLIER_SHARE) * last)]
    if metric in ("max_drawdown", "trades"):
        return (low, high) if low < high else (low - 1.0, high)
    limit = max(abs(low), abs(high)) or 1.0
    return -limit, limit


def unsigned(metric: Metric) -> Sequence[tuple[float, str]]:
    """The deeper the fall, the stronger the orange; the more trades, the stronger the blue."""
    if metric == "max_drawdown":
        return ((0.0, palette.FALL), (0.5, palette.FALL_PALE), (1.0, palette.NEUTRAL))
    return UNSIGNED


def gap(windows: Sequence[int]) -> int:
    """A line between the cells while they are large enough."""
    return 1 if len(windows) <= 60 else 0


def colour_key(heatmap: Heatmap, metric: Metric) -> ColourKey:
    """What the two ends and the middle of the colours stand for.

    Plotly's own colour bar sets style attributes, which the pages' policy forbids.
    """
    low, high = colour_range(heatmap.values(metric), metric)
    kind = {"max_drawdown": "falls", "trades": "rises"}.get(metric, "signed")
    middle = (low + high) / 2
    return ColourKey(kind, *(written(value, metric) for value in (low, middle, high)))


def written(value: float, metric: Metric) -> str:
    if metric == "trades":
        return thousands(value)
    return thousands(value, 2) if metric == "sharpe" else signed_percent(value, 1)


def ring(best: Cell | None) -> list[Json]:
    if best is None:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "Highest Sharpe ratio",
            "x": [best.winsell],
            "y": [best.winbuy],
            "marker": {
                "symbol": "circle",
                "size": 12,
                "color": palette.SURFACE,
                "line": {"width": 2, "color": palette.INK},
            },
            "hoverinfo": "skip",
            "showlegend": True,
        }
    ]


def layout() -> Json:
    return quiet_layout(HEIGHT, bottom=48) | {
        "hovermode": "closest",
        "dragmode": "zoom",
        "xaxis": axis("Sell window, sessions") | {"showgrid": False, "constrain": "domain"},
        "yaxis": axis("Buy window, sessions") | {"showgrid": False},
    }
