"""Bars of a week or a month made from bars of a day: thousands of candles are a smear, hundreds can be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Literal

from barline_gateway.reporting.bars import Bar

Step = Literal["day", "week", "month"]

MOST_CANDLES = 420
WORDS = {"day": "one session", "week": "one week", "month": "one month"}


@dataclass(frozen=True, slots=True)
class Candle:
    """Several sessions as one: the first open, the last close, the extremes, all the volume."""

    begins: date  # where it stands: the session, the week's Monday or the month's first day
    last_session: date
    open: float
    high: float
    low: float
    close: float
    volume: float


def candle_step(sessions: int) -> Step:
    """The finest step that gives a readable number of candles."""
    if sessions <= MOST_CANDLES:
        return "day"
    return "week" if sessions <= 5 * MOST_CANDLES else "month"


def resampled(bars: Sequence[Bar], step: Step) -> list[Candle]:
    """One candle for each day, week or calendar month that has a bar."""

    def beginning(bar: Bar) -> date:
        if step == "day":
            return bar.date
        if step == "week":
            return bar.date - timedelta(days=bar.date.weekday())
        return bar.date.replace(day=1)

    return [joined(start, list(group)) for start, group in groupby(bars, key=beginning)]


def joined(start: date, group: Sequence[Bar]) -> Candle:
    return Candle(
        begins=start,
        last_session=group[-1].date,
        open=group[0].open,
        high=max(bar.high for bar in group),
        low=min(bar.low for bar in group),
        close=group[-1].close,
        volume=sum(bar.volume for bar in group),
    )
