"""What the charts compute from an equity curve: calendar returns, rolling risk, and the spells under water."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SESSIONS_A_YEAR = 252

Dates = NDArray[np.datetime64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PeriodReturn:
    """The return of one calendar month (`month` 1..12) or year (`month` 0), as a fraction."""

    year: int
    month: int
    value: float


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch below an earlier peak. Indices are into the equity curve; `depth` is a negative fraction.

    `peak` is -1 when the peak is the initial investment before the first close; `recovery` is `None` while the curve
    is still below the peak, and `sessions` then counts up to the last bar.
    """

    peak: int
    trough: int
    recovery: int | None
    depth: float
    sessions: int


def daily_returns(equity: Floats, initial: float) -> Floats:
    """Simple returns of shape (sessions,), the first against the initial investment."""
    return equity / np.concatenate(([initial], equity[:-1])) - 1.0


def calendar_returns(dates: Dates, equity: Floats, initial: float, unit: str) -> list[PeriodReturn]:
    """Returns per calendar month (`unit="M"`) or year (`"Y"`), from the last close of the period before.

    The first period starts at the initial investment, so that the periods compound to the whole return.
    """
    periods = dates.astype(f"datetime64[{unit}]")
    last = np.append(np.flatnonzero(periods[1:] != periods[:-1]), len(periods) - 1)
    values = daily_returns(equity[last], initial)
    months = periods[last].astype("datetime64[M]").astype(int)
    return [
        PeriodReturn(
            1970 + int(month) // 12, int(month) % 12 + 1 if unit == "M" else 0, float(value)
        )
        for month, value in zip(months, values, strict=True)
    ]


def rolling_volatility(returns: Floats, window: int) -> Floats:
    """std(ddof=1) * sqrt(252) of each `window` consecutive returns; shape (sessions - window + 1,)."""
    views = np.lib.stride_tricks.sliding_window_view(returns, window)
    return np.asarray(views.std(axis=1, ddof=1) * np.sqrt(SESSIONS_A_YEAR))


def rolling_sharpe(returns: Floats, window: int, risk_free: float) -> Floats:
    """mean(r - rf) / std(r, ddof=1) * sqrt(252) of each `window`; NaN where nothing moved in it.

    A deviation below 1e-12 is rounding of a flat curve, not risk. `risk_free` is a yearly fraction.
    """
    views = np.lib.stride_tricks.sliding_window_view(returns, window)
    daily_rate = (1.0 + risk_free) ** (1.0 / SESSIONS_A_YEAR) - 1.0
    deviation = views.std(axis=1, ddof=1)
    excess = views.mean(axis=1) - daily_rate
    sharpe = np.full(len(views), np.nan)
    moved = deviation > 1e-12
    sharpe[moved] = excess[moved] / deviation[moved] * np.sqrt(SESSIONS_A_YEAR)
    return sharpe


def drawdowns(equity: Floats, initial: float) -> Floats:
    """equity / running peak - 1, the peak starting at the initial investment. Shape (sessions,), ≤ 0."""
    return equity / np.maximum(np.maximum.accumulate(equity), initial) - 1.0


def worst_spells(drawdown: Floats, amount: int) -> list[Spell]:
    """The `amount` deepest separate stretches below a peak, deepest first; the earlier one first when equal."""
    below = np.concatenate(([False], drawdown < 0, [False]))
    starts = np.flatnonzero(~below[:-1] & below[1:])
    ends = np.flatnonzero(below[:-1] & ~below[1:])  # the session the peak was reached again
    spells = [_spell(drawdown, int(a), int(b)) for a, b in zip(starts, ends, strict=True)]
    return sorted(spells, key=lambda spell: spell.depth)[:amount]


def _spell(drawdown: Floats, start: int, end: int) -> Spell:
    trough = start + int(np.argmin(drawdown[start:end]))
    return Spell(
        peak=start - 1,
        trough=trough,
        recovery=end if end < len(drawdown) else None,
        depth=float(drawdown[trough]),
        sessions=end - start,
    )
