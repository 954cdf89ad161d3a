"""What single trades made: how their returns are spread, and in which order they came."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from barline_reports import palette
from barline_reports.backtest_result import BacktestResult, Trade
from barline_reports.document import Figure, JsonValue
from barline_reports.figures.canvas import HEIGHT, Trace, axis, date_axis, spec, spread_percent_axis
from barline_reports.formats import percent, plural

MOST_BINS = 40
NO_CLOSED_TRADE = "Not drawn: no trade was closed."
FILLED = "Filled bars: gains. Hollow bars: losses."


def closed_returns(result: BacktestResult) -> list[float]:
    return [trade.trade_return for trade in result.trades if trade.exit]


def distribution_figure(result: BacktestResult, source: str) -> Figure:
    returns = closed_returns(result)
    title, unit = "Distribution of trade returns", "Closed trades by their return after costs"
    if not returns:
        return undrawn("trade-distribution", title, unit, source)
    edges = bin_edges(returns)
    counts, _ = np.histogram(returns, bins=edges)
    middle = float(np.median(returns))
    x = spread_percent_axis("Return of the trade", edges, zeroline=True, zerolinecolor=palette.INK)
    return Figure(
        id="trade-distribution",
        title=title,
        unit=unit,
        legend=f"{FILLED} Dotted vertical line: the median.",
        source=source,
        alt=(
            f"Histogram of {plural(len(returns), 'closed trade')}: median return {percent(middle)}, "
            f"from {percent(min(returns))} to {percent(max(returns))}."
        ),
        height=HEIGHT,
        spec=spec(
            [column_bars(edges, counts.tolist())],
            height=HEIGHT,
            x=x,
            y=axis("Trades", rangemode="tozero", tickformat=",d", **whole_steps(int(counts.max()))),
            bargap=0.04,
            shapes=[vertical(middle)],
            hovermode="closest",
            showlegend=False,
        ),
    )


def bin_edges(returns: Sequence[float]) -> list[float]:
    """Equal bins by numpy's `auto` rule, with zero as an edge: a gain never shares a bin with a loss."""
    low, high = min(*returns, 0.0), max(*returns, 0.0)
    automatic = len(np.histogram_bin_edges(returns, bins="auto", range=(low, high))) - 1
    wanted = min(max(automatic, 5), MOST_BINS)
    width = (high - low) / wanted or 0.01
    first, last = int(np.floor(low / width + 1e-9)), int(np.ceil(high / width - 1e-9))
    return [k * width for k in range(min(first, -1), max(last, 1) + 1)]


def whole_steps(highest: int) -> dict[str, JsonValue]:
    """Counts up to a handful get a tick each: Plotly would put halves between them."""
    return {"dtick": 1} if highest <= 5 else {}


def column_bars(edges: Sequence[float], counts: Sequence[int]) -> Trace:
    width = edges[1] - edges[0]
    centres = [edge + width / 2 for edge in edges[:-1]]
    return {
        "type": "bar",
        "x": centres,
        "y": counts,
        "width": width * 0.86,
        "marker": {
            "color": [palette.STRATEGY if centre > 0 else palette.SURFACE for centre in centres],
            "line": {
                "color": [palette.STRATEGY if centre > 0 else palette.LOSS for centre in centres],
                "width": 1.2,
            },
        },
        "customdata": [[percent(a), percent(b)] for a, b in pairwise(edges)],
        "hovertemplate": "%{y} between %{customdata[0]} and %{customdata[1]}<extra></extra>",
    }


def vertical(x: float) -> JsonValue:
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": palette.MUTED, "width": 1.4, "dash": "dot"},
    }


def sequence_figure(result: BacktestResult, source: str) -> Figure:
    returns = closed_returns(result)
    title, unit = "Trade by trade", "Percent return of each closed trade, at the date of its sale"
    if not returns:
        return undrawn("trade-sequence", title, unit, source)
    gains = sum(value > 0 for value in returns)
    return Figure(
        id="trade-sequence",
        title=title,
        unit=unit,
        legend="Solid strokes up: gains. Dotted strokes down: losses.",
        source=source,
        alt=(
            f"One stroke for each of {plural(len(returns), 'closed trade')}; {gains} gained, "
            f"best {percent(max(returns))}, worst {percent(min(returns))}."
        ),
        height=HEIGHT,
        spec=spec(
            stems(result),
            height=HEIGHT,
            x=date_axis(result.equity_curve.date),
            y=spread_percent_axis(
                "Return", [0.0, *returns], zeroline=True, zerolinecolor=palette.AXIS
            ),
            hovermode="closest",
        ),
    )


def stems(result: BacktestResult) -> list[Trace]:
    """Each kind as one broken line: thousands of separate bars would make the page slow to draw."""
    closed = [trade for trade in result.trades if trade.exit]
    gains = [trade for trade in closed if trade.trade_return > 0]
    losses = [trade for trade in closed if trade.trade_return <= 0]
    traces = [
        stem(gains, "Gain", palette.STRATEGY, "solid"),
        stem(losses, "Loss", palette.LOSS, "dot"),
    ]
    return [trace for trace in traces if trace["x"]]


def stem(trades: Sequence[Trade], name: str, color: str, dash: str) -> Trace:
    x: list[JsonValue] = []
    y: list[JsonValue] = []
    for trade in trades:
        if trade.exit is not None:
            x += [trade.exit[0].isoformat()] * 2 + [None]
            y += [0.0, trade.trade_return, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "name": name,
        "line": {"color": color, "width": 2, "dash": dash},
        "hovertemplate": "%{x}: %{y:+.2%}<extra></extra>",
    }


def undrawn(id_: str, title: str, unit: str, source: str) -> Figure:
    return Figure(
        id=id_,
        title=title,
        unit=unit,
        legend="",
        source=source,
        alt="",
        height=HEIGHT,
        spec=None,
        missing=NO_CLOSED_TRADE,
    )
