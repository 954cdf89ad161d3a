"""A strategy that follows stored forecasts: long while the median of step 5 is above the last close, else flat."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np

from barline_backtest.engine import Run, cut, trade
from barline_backtest.finding import Finding
from barline_backtest.parameters import BASIS_POINT, RunParameters
from barline_backtest.prices import BoolArray, DateArray, FloatArray, Prices
from barline_backtest.signals import TIE_BAND, Signals

STEP = 5  # sessions ahead: a week
DEFINITIONS: Mapping[str, str] = {"rule": "forecast_median_step_5_above_last_close/1"}
NOT_OF_FORECASTS = ("winbuy", "winsell", "rule", "average")

Vintages = Literal["any", "live", "hindcast"]


@dataclass(frozen=True, slots=True)
class ForecastChoice:
    """Which forecasts to follow, and how much they must promise; a version of None means that of the newest one."""

    model_version: str | None
    vintages: Vintages
    threshold_bps: float


@dataclass(frozen=True, slots=True)
class StoredForecasts:
    """One vintage a date of the last bar, ascending; arrays of shape (forecasts,), none missing.

    `median` is that of step 5 in prices of the last bar, whose raw close is `last_close`. `made_through` is when the
    last of them was made: what is added to the ledger later is not among them. `in_sample` counts those left out.
    """

    model_version: str
    last_date: DateArray
    last_close: FloatArray
    median: FloatArray
    hindcast: BoolArray
    made_through: datetime
    in_sample: int

    @property
    def digest(self) -> str:
        """SHA-256 of all that the signals come from."""
        digest = hashlib.sha256(self.model_version.encode())
        digest.update(self.last_date.astype("datetime64[D]").astype("<i8").tobytes())
        for column in (self.last_close, self.median):
            digest.update(column.astype("<f8").tobytes())
        return digest.hexdigest()

    def long(self, threshold_bps: float) -> BoolArray:
        """Which forecasts say to hold the symbol; a tie, as in every rule of the engine, says not to."""
        needed = self.last_close * (1.0 + threshold_bps * BASIS_POINT)
        above: BoolArray = self.median > needed * (1.0 + TIE_BAND)
        return above

    @property
    def claims_nothing(self) -> bool:
        """Whether every median is the last close."""
        return bool(np.all(np.abs(self.median / self.last_close - 1.0) <= TIE_BAND))


@dataclass(frozen=True, slots=True)
class ForecastRule:
    """The strategy: called like `engine.run`, and pure like it."""

    forecasts: StoredForecasts
    threshold_bps: float

    def __call__(self, prices: Prices, parameters: RunParameters) -> Run:
        """Raises NoSessions when no session lies between start and end."""
        history, first = cut(prices, parameters)
        return trade(history, first, self.signals(history), parameters)

    def signals(self, history: Prices) -> Signals:
        """A signal at the close of each forecast's last bar; a session without a forecast changes nothing."""
        spoken, place = self.spoken(history)
        long = self.forecasts.long(self.threshold_bps)[spoken]
        buy, sell = (np.zeros(len(history), dtype=np.bool_) for _ in range(2))
        buy[place[long]], sell[place[~long]] = True, True
        return Signals(buy, sell)

    def spoken(self, history: Prices) -> tuple[BoolArray, np.ndarray[Any, np.dtype[np.int64]]]:
        """Which forecasts were made at the close of a session of the history, and at which."""
        dates = self.forecasts.last_date
        place = np.searchsorted(history.date, dates)
        inside = place < len(history)
        inside[inside] = history.date[place[inside]] == dates[inside]
        return inside, place[inside]


def stand_in_windows(symbol: str, trading: Mapping[str, Any]) -> RunParameters:
    """Parameters for the engine, which asks for windows; these stand for none and are never shown."""
    return RunParameters(symbol=symbol, winbuy=2, winsell=2, **trading)


def find_forecast_doubts(made: Run, rule: ForecastRule) -> Iterator[Finding]:
    """What the forecasts behind a run leave to doubt."""
    forecasts, threshold = rule.forecasts, rule.threshold_bps
    if forecasts.claims_nothing:
        yield no_direction(threshold)
    _, place = rule.spoken(made.prices)
    inside = place[place >= made.first]
    silent = len(made.prices) - made.first - inside.size
    if silent:
        yield Finding(
            "sessions-without-forecast",
            "warning",
            f"{silent} of {len(made.prices) - made.first} sessions have no stored forecast by this model: the "
            "position then stays as it is. POST /ai_prediction with `hindcasts` fills the gaps.",
        )
    hindcasts = int(forecasts.hindcast.sum())
    if hindcasts:
        yield Finding(
            "hindcasts",
            "info",
            f"{hindcasts} of {forecasts.hindcast.size} forecasts are hindcasts: made later, from the bars up to their "
            "date only, by a model that may have been chosen with hindsight.",
        )
    if forecasts.in_sample:
        yield Finding(
            "in-sample-left-out",
            "info",
            f"{forecasts.in_sample} stored forecasts are left out: the model was trained on their time or symbol.",
        )


def no_direction(threshold_bps: float) -> Finding:
    """Said plainly, because a run without a trade looks like a fault."""
    told = (
        "The model says how far the price may move, not which way: the median of every one of these forecasts is the "
        "last close. "
    )
    if threshold_bps >= 0.0:
        told += (
            f"It is never above it by {threshold_bps:g} basis points, so this rule never buys. Only a negative "
            "threshold would buy, and then at every forecast."
        )
    else:
        told += (
            f"With a threshold of {threshold_bps:g} basis points the rule is long at every forecast: this is buying "
            "and holding, not a skill."
        )
    return Finding("forecasts-claim-no-direction", "warning", told)
