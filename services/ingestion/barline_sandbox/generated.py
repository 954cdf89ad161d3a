"""Made-up shares for load tests: as many as wanted, twenty years each, and the same on every
machine.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

import exchange_calendars
import numpy as np
from numpy.typing import NDArray

from barline_sandbox.series import ListedSeries

FIRST_SESSION, LAST_SESSION = "1993-03-01", "2013-03-01"  # ends with the real bars
LONDON_EVERY, CLASS_SHARE_EVERY = 50, 75
DAILY_MOVE = 0.012
SPLITS = np.array([2.0, 3.0, 1.5, 0.1])
SESSIONS_A_QUARTER = 63
MOST_HELD = 512  # series kept in memory: 250 kB each


class GeneratedListing(Mapping[str, ListedSeries]):
    """`count` shares, each made when it is asked for from a seed that is its number."""

    def __init__(self, count: int) -> None:
        self.numbers = {symbol_of(number): number for number in range(1, count + 1)}
        self.names = {
            symbol: f"Generated Company {number}" for symbol, number in self.numbers.items()
        }

    def __getitem__(self, symbol: str) -> ListedSeries:
        return generated(self.numbers[symbol], symbol)

    def __iter__(self) -> Iterator[str]:
        return iter(self.numbers)

    def __len__(self) -> int:
        return len(self.numbers)


def symbol_of(number: int) -> str:
    """`GEN00001`; some are listed in London, some are class shares with the wire's dash."""
    if number % LONDON_EVERY == 0:
        return f"GEN{number:05d}.LON"
    if number % CLASS_SHARE_EVERY == 0:
        return f"GEN{number:05d}-B"
    return f"GEN{number:05d}"


@lru_cache(maxsize=MOST_HELD)
def generated(number: int, symbol: str) -> ListedSeries:
    """A share that wanders, pays a dividend each quarter, and splits about every six years."""
    random = np.random.default_rng(number)
    date = sessions("XLON" if symbol.endswith(".LON") else "XNYS")
    count = len(date)
    split, dividend = np.ones(count), np.zeros(count)
    days = random.choice(np.arange(100, count), size=3, replace=False)
    split[days] = random.choice(SPLITS, size=3)
    moves = random.normal(0.0002, DAILY_MOVE, count)
    wandering = 40.0 * np.exp(np.cumsum(moves)) / np.cumprod(split)
    close = np.round(wandering + 1.0, 2).astype(np.float64)
    if number % 3:
        paid = np.arange(int(random.integers(1, SESSIONS_A_QUARTER)), count, SESSIONS_A_QUARTER)
        dividend[paid] = np.round(close[paid] * 0.005, 2) + 0.01
    before = np.append(close[0], close[:-1]) / split
    opening = np.round(before * (1.0 + random.normal(0.0, 0.003, count)), 2)
    spread = np.abs(random.normal(0.0, 0.005, count))
    return ListedSeries(
        symbol=symbol,
        name=f"Generated Company {number}",
        date=date,
        open=opening,
        high=np.round(np.maximum(opening, close) * (1.0 + spread) + 0.01, 2),
        low=np.round(np.minimum(opening, close) * (1.0 - spread), 2),
        close=close,
        volume=random.integers(10_000, 10_000_000, count),
        dividend=dividend,
        split=split,
    )


@lru_cache(maxsize=2)
def sessions(calendar: str) -> NDArray[np.datetime64]:
    opened = exchange_calendars.get_calendar(calendar, start=FIRST_SESSION, end=LAST_SESSION)
    found: NDArray[np.datetime64] = opened.sessions.to_numpy().astype("datetime64[D]")
    return found
