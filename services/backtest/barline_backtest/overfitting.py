"""What guards a sweep against fooling its reader: the best of many cells looks good by luck alone.

Sources: Bailey & Lopez de Prado, "The deflated Sharpe ratio" (2014); Bailey, Borwein, Lopez de Prado & Zhu, "The
probability of backtest overfitting" (2017). Every Sharpe ratio here is per session, not annualised.
"""

import math
from collections.abc import Iterator
from itertools import combinations
from statistics import NormalDist

import numpy as np

from barline_backtest.block_returns import Blocks
from barline_backtest.prices import FloatArray
from barline_backtest.risk import probabilistic_sharpe

EULER_MASCHERONI = 0.5772156649015329
BLOCKS = 10
FEWEST_BLOCK_SESSIONS = 2
CANCELLED = 1e-12  # a sum of squared deviations this far below the sum of squares is rounding


def expected_maximum_sharpe(trials: int, variance: float) -> float:
    """The Sharpe ratio that the best of `trials` worthless strategies is expected to show.

    `variance` is that of the trials' Sharpe ratios. One trial has nothing to choose from: 0.
    """
    if trials < 2:
        return 0.0
    normal = NormalDist()
    typical = normal.inv_cdf(1.0 - 1.0 / trials)
    extreme = normal.inv_cdf(1.0 - 1.0 / (trials * math.e))
    return math.sqrt(variance) * ((1.0 - EULER_MASCHERONI) * typical + EULER_MASCHERONI * extreme)


def deflated_sharpe(
    sharpe: float | None,
    sessions: int,
    skew: float | None,
    kurtosis: float | None,
    *,
    trials: int,
    variance: float,
) -> float | None:
    """Probability that the true Sharpe ratio exceeds what the best of `trials` would show by luck.

    `kurtosis` is raw (normal = 3): QuantStats, LEAN and vectorbt put excess kurtosis into this formula. None where the
    probabilistic Sharpe ratio is.
    """
    benchmark = expected_maximum_sharpe(trials, variance)
    return probabilistic_sharpe(sharpe, sessions, skew, kurtosis, benchmark=benchmark)


def probability_of_overfitting(
    blocks: Blocks, block_sessions: list[int], rate: float
) -> float | None:
    """Share of splits whose in-sample best cell ranks in the lower half out of sample (CSCV).

    blocks: (2, blocks, cells), sums of daily returns and of their squares; `rate` is the risk-free return of a
    session. Half of the blocks are in sample, in all 252 ways for ten. The Sharpe ratio is that of the joined block
    returns, 0 for a cell without trades there. Ties share their mean rank, and so do cells that tie for the best. The
    lower half is below the middle rank. None with fewer than two cells, or blocks too short for a deviation.
    """
    cells = blocks.shape[2]
    if cells < 2 or min(block_sessions) < FEWEST_BLOCK_SESSIONS:
        return None
    overfitted, splits = 0, 0
    for inside, outside in halves(len(block_sessions)):
        one = joined_sharpe(blocks, block_sessions, inside, rate)
        other = joined_sharpe(blocks, block_sessions, outside, rate)
        # Each half is in sample once: the splits come in pairs.
        for in_sample, out_of_sample in ((one, other), (other, one)):
            overfitted += rank_of_best(in_sample, out_of_sample) < (cells + 1) / 2
            splits += 1
    return overfitted / splits


def halves(blocks: int) -> Iterator[tuple[list[int], list[int]]]:
    """Every way to part the blocks into two halves, each pair once: the first block is always in the first half."""
    for rest in combinations(range(1, blocks), blocks // 2 - 1):
        inside = [0, *rest]
        yield inside, [block for block in range(blocks) if block not in inside]


def joined_sharpe(
    blocks: Blocks, block_sessions: list[int], chosen: list[int], rate: float
) -> FloatArray:
    """Sharpe ratio per session of each cell over the chosen blocks; 0 where returns have no spread."""
    count = sum(block_sessions[block] for block in chosen)
    total, squares = blocks[:, chosen].sum(axis=1)
    spread = squares - total * total / count
    moving = spread > CANCELLED * squares
    deviation = np.sqrt(np.where(moving, spread, 1.0) / (count - 1))
    return np.where(moving, (total / count - rate) / deviation, 0.0)


def rank_of_best(in_sample: FloatArray, out_of_sample: FloatArray) -> float:
    """Rank (1 is the worst) out of sample of the cell that was best in sample."""
    best = out_of_sample[in_sample == in_sample.max()]
    if best.size == 1:
        below = np.count_nonzero(out_of_sample < best[0])
        equal = np.count_nonzero(out_of_sample == best[0])
        return float(below + (equal + 1) / 2)
    ordered = np.sort(out_of_sample)
    lowest = np.searchsorted(ordered, best, side="left") + 1
    highest = np.searchsorted(ordered, best, side="right")
    return float(np.mean((lowest + highest) / 2))
