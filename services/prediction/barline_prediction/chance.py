"""How much of a record may be chance: intervals for a rate and for a gain."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barline_prediction.intervals import NORMAL_95, Floats

BLOCK_DAYS = 91  # a quarter: longer than the overlap of two forecasts and than most storms
FEWEST_BLOCKS = 8  # with fewer, resampling them says little
RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Interval:
    """The bounds of a 95 % interval."""

    low: float
    high: float


def binomial_interval(hits: int, trials: int) -> Interval | None:
    """Wilson's score interval (1927) of a hit rate; None without a trial.

    It takes the trials as independent. Forecasts whose sessions overlap are not, so it is rather too narrow.
    """
    if trials == 0:
        return None
    rate, z2 = hits / trials, NORMAL_95**2
    centre = (rate + z2 / (2 * trials)) / (1 + z2 / trials)
    margin = NORMAL_95 * math.sqrt(rate * (1 - rate) / trials + z2 / (4 * trials**2))
    margin /= 1 + z2 / trials
    return Interval(max(0.0, centre - margin), min(1.0, centre + margin))


def gain_interval(
    ours: Floats, theirs: Floats, day: NDArray[np.int64], *, seed: int = 0
) -> Interval | None:
    """A 95 % interval of `1 - sum(ours) / sum(theirs)` by moving blocks (Künsch 1989); None when there are too few.

    `ours` and `theirs` are the summed losses of each vintage, `day` the day number of its last bar, all of shape
    (vintages,) and ascending in time. A block is as many vintages as fill a quarter, for neighbours speak of the same
    days; fewer than 8 blocks say nothing about chance.
    """
    if len(ours) < FEWEST_BLOCKS:
        return None
    spacing = max(1.0, float(day[-1] - day[0]) / (len(day) - 1))
    length = math.ceil(BLOCK_DAYS / spacing)
    if len(ours) < FEWEST_BLOCKS * length:
        return None
    blocks = -(-len(ours) // length)
    starts = np.random.default_rng(seed).integers(
        0, len(ours) - length + 1, size=(RESAMPLES, blocks)
    )
    # Sums over a block are differences of running sums, so that no block has to be spelled out.
    sums = []
    for losses in (ours, theirs):
        running = np.concatenate([[0.0], np.cumsum(losses)])
        sums.append((running[starts + length] - running[starts]).sum(axis=1))
    if not (sums[1] > 0.0).all():
        return None
    low, high = np.quantile(1.0 - sums[0] / sums[1], [0.025, 0.975])
    return Interval(float(low), float(high))
