"""The chart of a symbol: candles, two averages, volume, splits and dividends, as Plotly's JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from barline_gateway.reporting import palette
from barline_gateway.reporting.bars import Bar, CorporateAction, moving_average
from barline_gateway.reporting.chart_layout import Json, axis, quiet_layout
from barline_gateway.reporting.resampling import Candle, Step, candle_step, resampled

WINDOWS = (50, 200)
HEIGHT = 520
PRICE_HOVER = ",.6~g"
WEEKEND = 5


@dataclass(frozen=True, slots=True)
class View:
    """What to draw: all `bars` (the averages need those before `start` too), shown from `start` on."""

    bars: Sequence[Bar]
    actions: Sequence[CorporateAction]
    start: date | None
    price_label: str

    @property
    def shown(self) -> list[Bar]:
        return [bar for bar in self.bars if self.start is None or bar.date >= self.start]

    @property
    def step(self) -> Step:
        """What one candle stands for."""
        return candle_step(len(self.shown))


def candle_figure(view: View) -> Json:
    """A Plotly figure (`data`, `layout`) with prices above and volume below on one time axis."""
    shown, step = view.shown, view.step
    grouped = resampled(shown, step)
    dates = [candle.begins.isoformat() for candle in grouped]
    actions = [action for action in view.actions if shown and action.date >= shown[0].date]
    splits = [action for action in actions if action.kind == "split"]
    return {
        "data": [
            candles(grouped, dates),
            *averages(view.bars, grouped, dates),
            volumes(grouped, dates),
            *dividends(actions),
        ],
        "layout": layout(view.price_label, weekends_off=step == "day" and without_weekends(shown))
        | {"shapes": [split_line(one) for one in splits]}
        | {"annotations": [split_note(one) for one in splits]},
    }


def candles(shown: Sequence[Candle], dates: list[str]) -> Json:
    """Hollow candles rise and filled ones fall, so that the colour is not needed to tell them apart."""
    return {
        "type": "candlestick",
        "name": "Open, high, low, close",
        "x": dates,
        "open": [bar.open for bar in shown],
        "high": [bar.high for bar in shown],
        "low": [bar.low for bar in shown],
        "close": [bar.close for bar in shown],
        "increasing": {
            "line": {"color": palette.RISE, "width": 1},
            "fillcolor": palette.SURFACE,
        },
        "decreasing": {"line": {"color": palette.FALL, "width": 1}, "fillcolor": palette.FALL},
        "showlegend": False,
    }


def averages(bars: Sequence[Bar], shown: Sequence[Candle], dates: list[str]) -> list[Json]:
    """Averages over sessions, whatever a candle stands for, read at the last session of each."""
    closes = [bar.close for bar in bars]
    position = {bar.date: index for index, bar in enumerate(bars)}
    chosen = [position[candle.last_session] for candle in shown]

    def at_candles(window: int) -> list[float | None]:
        average = moving_average(closes, window)
        return [average[index] for index in chosen]

    pens = zip(WINDOWS, (palette.SHORT_AVERAGE, palette.LONG_AVERAGE), ("dash", "dot"), strict=True)
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": f"{window}-session average",
            "x": dates,
            "y": at_candles(window),
            "line": {"color": color, "width": 1.4, "dash": dash},
            "hovertemplate": f"%{{y:{PRICE_HOVER}}}",
        }
        for window, color, dash in pens
        if len(closes) >= window
    ]


def volumes(shown: Sequence[Candle], dates: list[str]) -> Json:
    return {
        "type": "bar",
        "name": "Volume",
        "x": dates,
        "y": [bar.volume for bar in shown],
        "yaxis": "y2",
        "marker": {"color": palette.AXIS, "line": {"width": 0}},
        "hovertemplate": "%{y:,.0f}",
        "showlegend": False,
    }


def dividends(actions: Sequence[CorporateAction]) -> list[Json]:
    paid = [action for action in actions if action.kind == "dividend"]
    if not paid:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "Dividend",
            "x": [action.date.isoformat() for action in paid],
            "y": [0] * len(paid),
            "customdata": [action.value for action in paid],
            "yaxis": "y2",
            "marker": {"color": palette.DIVIDEND, "symbol": "diamond", "size": 7},
            "hovertemplate": "%{customdata:,.6~g} a share",
            "cliponaxis": False,
        }
    ]


def split_line(action: CorporateAction) -> Json:
    day = action.date.isoformat()
    return {
        "type": "line",
        "x0": day,
        "x1": day,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": palette.MUTED, "width": 1, "dash": "dot"},
    }


def split_note(action: CorporateAction) -> Json:
    return {
        "x": action.date.isoformat(),
        "y": 1,
        "yref": "paper",
        "yanchor": "top",
        "xanchor": "left",
        "showarrow": False,
        "text": f"Split {action.value:.6g} for 1",
        "font": {"color": palette.MUTED, "size": 11},
    }


def without_weekends(bars: Sequence[Bar]) -> bool:
    return all(bar.date.weekday() < WEEKEND for bar in bars)


def layout(price_label: str, *, weekends_off: bool) -> Json:
    return quiet_layout(HEIGHT) | {
        "hovermode": "x unified",
        "dragmode": "zoom",
        "bargap": 0.2,
        "xaxis": axis()
        | {
            "type": "date",
            "anchor": "y2",
            "showgrid": False,
            "showline": True,
            "ticks": "outside",
            "rangeslider": {"visible": False},
            "rangebreaks": [{"bounds": ["sat", "mon"]}] if weekends_off else [],
            "nticks": 8,
        },
        "yaxis": axis(price_label) | {"domain": [0.27, 1.0]},
        "yaxis2": axis("Volume") | {"domain": [0.0, 0.2], "rangemode": "tozero", "nticks": 4},
    }
