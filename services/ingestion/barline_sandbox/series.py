"""What one listed share looks like to the sandbox: bars as traded, and the splits and dividends of
each session.
"""

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ListedSeries:
    """Daily bars of one share, oldest first; every array has one element a session.

    Prices are in currency units as traded, `volume` in shares. `dividend` is the cash amount a
    share and `split` the new shares for an old one, both on their ex-date (0.0 and 1.0 on every
    other session).
    """

    symbol: str
    name: str
    date: NDArray[np.datetime64]
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: NDArray[np.int64]
    dividend: Floats
    split: Floats

    def __len__(self) -> int:
        return len(self.date)

    def until(self, last: dt.date) -> "ListedSeries":
        """The sessions up to and including `last`."""
        return self.rows(slice(0, int(np.searchsorted(self.date, np.datetime64(last), "right"))))

    def newest(self, count: int) -> "ListedSeries":
        return self.rows(slice(max(0, len(self) - count), len(self)))

    def rows(self, chosen: slice) -> "ListedSeries":
        return replace(
            self,
            date=self.date[chosen],
            open=self.open[chosen],
            high=self.high[chosen],
            low=self.low[chosen],
            close=self.close[chosen],
            volume=self.volume[chosen],
            dividend=self.dividend[chosen],
            split=self.split[chosen],
        )


def adjusted_closes(series: ListedSeries) -> Floats:
    """Closes adjusted for later splits and dividends, shape (n,), by Alpha Vantage's own rule.

    Going back in time from the newest session with a factor of 1: `factor *= close / (close +
    dividend) / split` on each session, and the session before it is adjusted by that factor.
    """
    step = series.close / (series.close + series.dividend) / series.split
    later = np.append(step[1:], 1.0)
    return series.close * np.cumprod(later[::-1])[::-1]


def unfinished(series: ListedSeries) -> ListedSeries:
    """The series with its newest session in the middle of the day: half way, a third of the volume."""
    close, high, low = series.close.copy(), series.high.copy(), series.low.copy()
    volume = series.volume.copy()
    start = float(series.open[-1])
    close[-1] = round((start + float(series.close[-1])) / 2, 2)
    high[-1], low[-1] = max(start, float(close[-1])), min(start, float(close[-1]))
    volume[-1] //= 3
    return replace(series, close=close, high=high, low=low, volume=volume)
