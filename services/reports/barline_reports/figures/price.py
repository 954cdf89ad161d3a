"""The price with both averages and every trade on it."""

from collections.abc import Sequence
from datetime import date

from barline_reports import palette
from barline_reports.backtest_result import BacktestResult, Trade
from barline_reports.document import Figure, JsonValue
from barline_reports.figures.canvas import Trace, axis, date_axis, line, marks, spec
from barline_reports.formats import plural, price

MOST_TRIANGLES = (
    100  # more of them would cover the price; rows of strokes below it take their place
)
PRICE_HOVER = ",.6~g"
BASES = {
    "raw": "as traded",
    "split": "adjusted for splits",
    "total_return": "adjusted for splits and dividends",
}


def price_figure(result: BacktestResult, source: str) -> Figure:
    prices = result.prices
    assert prices is not None  # noqa: S101 - a report on one backtest asks for them
    winbuy, winsell = (int(result.parameter(name, 0)) for name in ("winbuy", "winsell"))
    closes = line(prices.date, prices.close, "Close", palette.MUTED, width=1.2, hover=PRICE_HOVER)
    buy = average(prices.date, prices.average_buy, f"{winbuy}-session average (buy)")
    sell = average(prices.date, prices.average_sell, f"{winsell}-session average (sell)")
    buy["line"] = {"color": palette.BUY_AVERAGE, "width": 1.3, "dash": "dash"}
    sell["line"] = {"color": palette.SELL_AVERAGE, "width": 1.3, "dash": "dot"}
    many = len(result.trades) > MOST_TRIANGLES
    trades = strips(result.trades) if many else triangles(result.trades)
    basis = BASES.get(result.data.price_basis, result.data.price_basis)
    return Figure(
        id="price",
        title="Price, averages and trades",
        unit=f"Price, {basis}",
        legend=legend(many=many, traded=bool(result.trades)),
        source=source,
        alt=(
            f"Line chart of the closing price from {price(prices.close[0])} on {prices.date[0]} to "
            f"{price(prices.close[-1])} on {prices.date[-1]}, with both averages and "
            f"{plural(len(result.trades), 'trade')} marked."
        ),
        height=380,
        spec=spec(
            [closes, buy, sell, *trades],
            height=380,
            x=date_axis(prices.date),
            y=axis("Price") | ({"domain": [0.16, 1]} if many else {}),
            **(strip_layout(prices.date) if many else {}),
        ),
    )


def average(dates: Sequence[str], values: Sequence[float | None], name: str) -> Trace:
    """The line begins where the average does: its window must be full first."""
    start = next((i for i, value in enumerate(values) if value is not None), len(values))
    return line(dates[start:], values[start:], name, palette.INK, hover=PRICE_HOVER)


def triangles(trades: Sequence[Trade]) -> list[Trace]:
    bought = [(trade.entry_date, trade.entry_fill_price) for trade in trades]
    sold = [trade.exit for trade in trades if trade.exit is not None]
    pens = (
        ("Buy", bought, palette.STRATEGY, "triangle-up"),
        ("Sell", sold, palette.LOSS, "triangle-down-open"),
    )
    return [
        marks([d.isoformat() for d, _ in fills], [p for _, p in fills], name, color, symbol)
        for name, fills, color, symbol in pens
        if fills
    ]


def strips(trades: Sequence[Trade]) -> list[Trace]:
    """Two rows of strokes below the price, one for the buys and one for the sales: thin enough for thousands."""
    bought = [trade.entry_date for trade in trades]
    sold = [trade.exit_date for trade in trades if trade.exit_date is not None]
    return [
        strip(bought, 1.15, "Buy", palette.STRATEGY),
        *([strip(sold, 0.15, "Sell", palette.LOSS)] if sold else []),
    ]


def strip(days: Sequence[date], bottom: float, name: str, color: str) -> Trace:
    """All strokes of a row as a single line with gaps, which is one shape to draw."""
    x: list[JsonValue] = []
    y: list[JsonValue] = []
    for day in days:
        x += [day.isoformat(), day.isoformat(), None]
        y += [bottom, bottom + 0.7, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "yaxis": "y2",
        "name": name,
        "line": {"color": color, "width": 1.2},
        "hoverinfo": "skip",
    }


def strip_layout(dates: Sequence[str]) -> dict[str, JsonValue]:
    """The price above, the strips below it on an axis of their own."""
    rows = axis(
        domain=[0, 0.1], range=[0, 2], tickvals=[0.5, 1.5], ticktext=["Sell", "Buy"], showgrid=False
    )
    return {"yaxis2": rows, "xaxis": date_axis(dates) | {"anchor": "y2"}}


def legend(*, many: bool, traded: bool) -> str:
    lines = "Grey line: close. Dashed: average of the buy rule. Dotted: average of the sell rule."
    if not traded:
        return f"{lines} No trade was made, so none is marked."
    if many:
        return f"{lines} The two rows of strokes below it: buys above, sells beneath."
    return f"{lines} Filled triangle up: buy. Hollow triangle down: sell."
