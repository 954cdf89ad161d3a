"""Moving averages exact to 1e-12 relative, so that a tie with the close is a tie and rounding decides nothing.

A plain prefix sum loses digits as it grows: after 60 years a window of small prices is the difference of two huge
sums. Here the prefix sums are kept in double-double arithmetic (an unevaluated sum `high + low`, about 32 digits,
built with Knuth's error-free two-sum), so the difference of two of them still has more digits than a double holds.
One pass serves every window, which is what a sweep needs: each further window costs one subtraction a session.
"""

from collections.abc import Sequence

import numpy as np

from barline_backtest.compilation import compiled
from barline_backtest.parameters import Average
from barline_backtest.prices import FloatArray


def moving_averages(
    close: FloatArray, windows: Sequence[int], average: Average
) -> tuple[FloatArray, ...]:
    """For each window the average of each session's last `window` closes, including its own.

    close: float64 of shape (sessions,), finite, in currency. Returns arrays of the same shape and unit; NaN before
    `window` closes exist (an undefined average makes no signal). `sma` is the arithmetic mean; `ema` has the weight
    2 / (window + 1) and is seeded with the mean of the first `window` closes.
    """
    high, low = prefix_sums(close)
    if average == "sma":
        return tuple(simple_average(high, low, window) for window in windows)
    return tuple(exponential_average(close, high, low, window) for window in windows)


@compiled
def prefix_sums(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Running sums in double-double: element i of `high + low` is the sum of the first i values."""
    high = np.zeros(values.size + 1)
    low = np.zeros(values.size + 1)
    for i in range(values.size):
        # Knuth's two-sum: total plus error is exactly high[i] + values[i]. The errors have a running sum of their
        # own (Ogita, Rump & Oishi 2005), so that no step waits for more than one addition of the step before.
        total = high[i] + values[i]
        back = total - high[i]
        high[i + 1] = total
        low[i + 1] = low[i] + ((high[i] - (total - back)) + (values[i] - back))
    return high, low


@compiled
def simple_average(high: FloatArray, low: FloatArray, window: int) -> FloatArray:
    """Means of each `window` consecutive values from their double-double prefix sums; NaN before the first."""
    count = high.size - 1
    mean = np.full(count, np.nan)
    for i in range(window - 1, count):
        new = high[i + 1]
        old = high[i + 1 - window]
        # The difference of the high parts is rounded; its exact error joins the low parts.
        difference = new - old
        back = difference - new
        error = (new - (difference - back)) - (old + back)
        mean[i] = (difference + (error + (low[i + 1] - low[i + 1 - window]))) / window
    return mean


@compiled
def exponential_average(
    values: FloatArray, high: FloatArray, low: FloatArray, window: int
) -> FloatArray:
    """Exponential averages with weight 2 / (window + 1), seeded with the first window's mean; NaN before it.

    The recursion forgets its own rounding: each step shrinks the error made before by (window - 1) / (window + 1).
    """
    mean = np.full(values.size, np.nan)
    if values.size < window:
        return mean
    weight = 2.0 / (window + 1.0)
    mean[window - 1] = (high[window] + low[window]) / window
    for i in range(window, values.size):
        mean[i] = mean[i - 1] + weight * (values[i] - mean[i - 1])
    return mean
