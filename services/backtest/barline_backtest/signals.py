"""From closes and averages to signals, and from signals to tables that say where the next one is."""

from dataclasses import dataclass

import numpy as np

from barline_backtest.averages import moving_averages
from barline_backtest.compilation import compiled
from barline_backtest.parameters import Rule, RunParameters
from barline_backtest.prices import BoolArray, FloatArray, IntArray

TIE_BAND = 1e-9  # a close this near to its average, relatively, is neither below nor above it


@dataclass(frozen=True, slots=True)
class Signals:
    """Where each rule speaks, one element a session: `buy` is looked at while flat, `sell` while long.

    A signal is one of the session's close and may know nothing later. The averages behind it are there to be shown,
    and None for signals that come from elsewhere.
    """

    buy: BoolArray
    sell: BoolArray
    average_buy: FloatArray | None = None
    average_sell: FloatArray | None = None


def find_signals(close: FloatArray, parameters: RunParameters) -> Signals:
    """Buy where the close is below its `winbuy` average, sell where it is above its `winsell` average.

    close: float64 of shape (sessions,). With `rule=cross` only the first session of such a stretch counts, and only
    when the average of the session before is defined too. Undefined averages make no signal.
    """
    windows = (parameters.winbuy, parameters.winsell)
    average_buy, average_sell = moving_averages(close, windows, parameters.average)
    # Comparisons with NaN are false: before its window is full an average makes no signal.
    below = close < average_buy * (1.0 - TIE_BAND)
    above = close > average_sell * (1.0 + TIE_BAND)
    return Signals(
        buy=apply_rule(below, average_buy, parameters.rule),
        sell=apply_rule(above, average_sell, parameters.rule),
        average_buy=average_buy,
        average_sell=average_sell,
    )


def apply_rule(beyond: BoolArray, average: FloatArray, rule: Rule) -> BoolArray:
    """`level` speaks at every session beyond the average, `cross` where the session before was not beyond it."""
    if rule == "level":
        return beyond
    crossed = np.zeros_like(beyond)
    crossed[1:] = beyond[1:] & ~beyond[:-1] & np.isfinite(average[:-1])
    return crossed


@compiled
def next_true(flags: BoolArray) -> IntArray:
    """For each session the index of the first true flag at or after it; the length of `flags` when none is left.

    Has one element more than `flags`, so that looking past the last session is allowed.
    """
    count = flags.size
    following = np.empty(count + 1, dtype=np.int64)
    following[count] = count
    for i in range(count - 1, -1, -1):
        following[i] = i if flags[i] else following[i + 1]
    return following
