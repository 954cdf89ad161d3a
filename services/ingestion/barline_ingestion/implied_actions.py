"""Finds the splits and dividends that turn a file's closes into its adjusted closes, though both
are rounded.

Alpha Vantage's rule `adjusted[t-1] = close[t-1] * factor`, `factor *= close[t] / (close[t] +
dividend[t]) / split[t]`, read backwards: the factor is constant between two actions, and steps at
each. What is printed leaves it an interval, and every action found keeps it inside.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from barline_core.bars import Floats

LARGEST_SPLIT_TERM = 20
SPLIT_JUMP = 0.01  # how near the close must have jumped to a small ratio for it to be a split
CLEAR_SPLIT, CLEAR_SPLIT_JUMP = (
    1.5,
    0.10,
)  # a ratio that large is no dividend; markets move meanwhile
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
class Step:
    """The factor changes at session `row`; before it, it lies within [low, high]."""

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
    start, steps = constant_runs(low, high)
    split, dividend = np.ones(len(close)), np.zeros(len(close))
    factor = 1.0 if start.low <= 1.0 <= start.high else (start.low + start.high) / 2.0
    for step in steps:
        jump = float(close[step.row - 1] / close[step.row])
        least, most = factor / step.high, factor / step.low
        ratio = split_within(least, most, jump)
        if ratio is not None:
            split[step.row] = ratio
        else:
            paid = dividend_within(float(close[step.row]), least, most)
            if paid is None:
                raise Unexplained(step.row)
            dividend[step.row] = paid
            ratio = 1.0 + paid / float(close[step.row])
        factor /= ratio
    return Implied(split, dividend)


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


def constant_runs(low: Floats, high: Floats) -> tuple[Step, list[Step]]:
    """Walk back from the newest session: as long as one factor fits all sessions, it is the same."""
    runs: list[Step] = []
    least, most, newest = float(low[-1]), float(high[-1]), len(low)
    for row in range(len(low) - 2, -1, -1):
        tight_least, tight_most = max(least, float(low[row])), min(most, float(high[row]))
        if tight_least > tight_most:
            runs.append(Step(newest, least, most))
            newest, tight_least, tight_most = row + 1, float(low[row]), float(high[row])
        least, most = tight_least, tight_most
    runs.append(Step(newest, least, most))
    return runs[0], runs[1:]


def split_within(least: float, most: float, jump: float) -> float | None:
    """The simplest n:m within the bounds by which the raw close jumped too."""
    for ratio in RATIOS:
        value = float(ratio)
        if not least <= value <= most:
            continue
        clear = max(value, 1.0 / value) >= CLEAR_SPLIT
        if abs(jump / value - 1.0) <= (CLEAR_SPLIT_JUMP if clear else SPLIT_JUMP):
            return value
    return None


def dividend_within(close: float, least: float, most: float) -> float | None:
    """The amount with the fewest decimals that fits; None when only a negative one would."""
    lowest, highest = close * (least - 1.0), close * (most - 1.0)
    if highest <= 0.0:
        return None
    middle = (max(lowest, 0.0) + highest) / 2.0
    for decimals in range(MOST_DECIMALS + 1):
        amount = round(middle, decimals)
        if amount > 0.0 and lowest <= amount <= highest:
            return amount
    return middle
