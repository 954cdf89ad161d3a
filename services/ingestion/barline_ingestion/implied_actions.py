"""Finds the splits and dividends that turn a file's closes into its adjusted closes, though both
are rounded.

Alpha Vantage's rule `adjusted[t-1] = close[t-1] * factor`, `factor *= close[t] / (close[t] +
dividend[t]) / split[t]`, read backwards: the factor is constant between two actions, and steps at
each. What is printed leaves it an interval, and every action found keeps it inside.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from barline_core.bars import Floats

LARGEST_SPLIT_TERM = 20
SPLIT_JUMP = 0.01  # how near the close must have jumped to a small ratio for it to be a split
CLEAR_SPLIT, CLEAR_SPLIT_JUMP = (
    1.5,
    0.10,
)  # a ratio that large is no dividend; markets move meanwhile
HIDDEN_DIVIDEND = 0.05
FLOAT_NOISE = 1e-11
TRADED_DECIMALS = 4  # prices as traded have no more; more means that they were computed
MOST_DECIMALS = 10

RATIOS = tuple(
    sorted(
        {
            Fraction(new, old)
            for new in range(1, LARGEST_SPLIT_TERM + 1)
            for old in range(1, LARGEST_SPLIT_TERM + 1)
            if new != old
        },
        key=lambda ratio: ratio.numerator + ratio.denominator,
    )
)


class Unexplained(ValueError):
    """The adjusted close steps as no split and no dividend makes it, before session `row`."""

    def __init__(self, row: int) -> None:
        super().__init__("no split or dividend explains the adjusted close")
        self.row = row


@dataclass(frozen=True, slots=True)
class Implied:
    """Split ratios (1 when none) and cash dividends (0 when none), each of shape (sessions,)."""

    split: Floats
    dividend: Floats


@dataclass(frozen=True, slots=True)
class Run:
    """The sessions just before session `row`, where the factor lies within [low, high]."""

    row: int
    low: float
    high: float


def implied_actions(
    close: Floats, adjusted_close: Floats, *, close_decimals: int, adjusted_decimals: int
) -> Implied:
    """The fewest actions that explain the adjusted closes to half of their last printed digit.

    Both columns have shape (sessions,), oldest first, and are positive; the adjusted one may be
    relative to a later day. Raises Unexplained.
    """
    low, high = factor_bounds(close, adjusted_close, close_decimals, adjusted_decimals)
    runs, ratios = with_splits(constant_runs(low, high), close)
    split, dividend = np.ones(len(close)), np.zeros(len(close))
    start = runs[0]
    factor = 1.0 if start.low <= 1.0 <= start.high else (start.low + start.high) / 2.0
    for run, ratio in zip(runs[1:], ratios[1:], strict=True):
        least, most = factor / run.high / ratio, factor / run.low / ratio
        paid = 0.0
        if not least <= 1.0 + FLOAT_NOISE or not most >= 1.0 - FLOAT_NOISE:
            paid = dividend_within(float(close[run.row]), least, most)
            if paid <= 0.0:
                raise Unexplained(run.row)
        split[run.row], dividend[run.row] = ratio, paid
        factor /= ratio * (1.0 + paid / float(close[run.row]))
    return Implied(split, dividend)


def with_splits(runs: list[Run], close: Floats) -> tuple[list[Run], list[float]]:
    """The split between each run and the newer one, and runs narrowed to what those allow.

    From the oldest on, so that a dividend beside a split is chosen such that the split still fits.
    """
    narrowed, ratios = list(runs), [1.0] * len(runs)
    for number in range(len(runs) - 1, 0, -1):
        newer, older = narrowed[number - 1], narrowed[number]
        jump = float(close[older.row - 1] / close[older.row])
        ratio = split_within(newer.low / older.high, newer.high / older.low, jump)
        ratios[number] = ratio
        low, high = max(newer.low, ratio * older.low), min(newer.high, ratio * older.high)
        if ratio != 1.0 and low <= high:
            narrowed[number - 1] = replace(newer, low=low, high=high)
    return narrowed, ratios


def factor_bounds(
    close: Floats, adjusted_close: Floats, close_decimals: int, adjusted_decimals: int
) -> tuple[Floats, Floats]:
    """What the factor of each session may be, given how both numbers are rounded."""
    half_adjusted = 0.5 * 10.0**-adjusted_decimals + FLOAT_NOISE * adjusted_close
    computed = close_decimals > TRADED_DECIMALS
    half_close = 0.5 * 10.0**-close_decimals if computed else 0.0
    low = (adjusted_close - half_adjusted) / (close + half_close)
    high = (adjusted_close + half_adjusted) / (close - half_close)
    return low, high


def constant_runs(low: Floats, high: Floats) -> list[Run]:
    """Walk back from the newest session: as long as one factor fits all sessions, it is the same."""
    runs: list[Run] = []
    least, most, newest = float(low[-1]), float(high[-1]), len(low)
    for row in range(len(low) - 2, -1, -1):
        tight_least, tight_most = max(least, float(low[row])), min(most, float(high[row]))
        if tight_least > tight_most:
            runs.append(Run(newest, least, most))
            newest, tight_least, tight_most = row + 1, float(low[row]), float(high[row])
        least, most = tight_least, tight_most
    return [*runs, Run(newest, least, most)]


def split_within(least: float, most: float, jump: float) -> float:
    """The simplest n:m by which the raw close jumped too; 1 when there is none.

    The step itself may be a little larger: rounding can hide a dividend next to a large split.
    """
    for ratio in RATIOS:
        value = float(ratio)
        clear = max(value, 1.0 / value) >= CLEAR_SPLIT
        largest = value * (1.0 + HIDDEN_DIVIDEND) if clear else value
        near = abs(jump / value - 1.0) <= (CLEAR_SPLIT_JUMP if clear else SPLIT_JUMP)
        if near and least <= largest and value <= most:
            return value
    return 1.0


def dividend_within(close: float, least: float, most: float) -> float:
    """The amount with the fewest decimals that fits; zero or less when no dividend does."""
    lowest, highest = close * (least - 1.0), close * (most - 1.0)
    middle = (max(lowest, 0.0) + highest) / 2.0
    for decimals in range(MOST_DECIMALS + 1):
        amount = round(middle, decimals)
        if amount > 0.0 and lowest <= amount <= highest:
            return amount
    return middle if highest > 0.0 else highest
