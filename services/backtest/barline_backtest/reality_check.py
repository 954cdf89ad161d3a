"""White's reality check (2000): could the best cell's lead over buying and holding be luck of the search?

Resamples are stationary bootstraps (Politis & Romano 1994), seeded. A resample is a weight a session; the weighted
return of a whole holding is one entry of a table plus one exit, so that a cell again costs its trades.
"""

import math
from dataclasses import dataclass

import numpy as np

from barline_backtest.compilation import compiled
from barline_backtest.holding_tables import TableArray
from barline_backtest.prices import FloatArray, IntArray
from barline_backtest.sweep import SweepTables, in_parts

RESAMPLES = 500
MEAN_BLOCK_SESSIONS = 10
SEED = 20_000
AT_ONCE = 16  # resamples that one walk through the cells carries along: tables for them fit the second cache


@dataclass(frozen=True, slots=True)
class RealityCheck:
    """`p` is the chance of such a lead under the null; lead and resampled leads are daily means (fractions)."""

    p: float
    lead: float
    resamples: int
    mean_block_sessions: int
    seed: int


def check_reality(
    tables: SweepTables,
    cell_means: FloatArray,
    benchmark: FloatArray,
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    threads: int | None = None,
) -> RealityCheck:
    """Test the best cell's mean daily return against buy-and-hold's.

    cell_means: (cells,) mean daily returns with fractional shares; benchmark: (sessions,) daily returns of buying and
    holding. The statistic is the largest mean difference; p = (1 + resamples whose largest centred difference reaches
    it) / (1 + resamples), so that no p is zero.
    """
    lead = float(np.max(cell_means) - np.mean(benchmark))
    means = cell_means.reshape(tables.grid.shape).T.copy()
    groups = math.ceil(resamples / AT_ONCE)
    leads = np.empty((groups, AT_ONCE))

    def resample(start: int, stop: int) -> None:
        for group in range(start, stop):
            weights = stationary_weights(tables.sessions, seed, group)
            best = np.full(AT_ONCE, -np.inf)
            entries, exits = weigh_holdings(
                tables.history.close, tables.unit_cost, tables.unit_value, tables.first, weights
            )
            follow_weighted(
                tables.next_buy,
                tables.next_sell,
                tables.first,
                tables.delay,
                entries,
                exits,
                means,
                best,
            )
            # Not a matrix product: its last bits may depend on the number of threads behind it.
            held = np.sum(benchmark[:, None] * weights, axis=0) / tables.sessions
            leads[group] = best - (held - np.mean(benchmark))

    in_parts(resample, groups, threads)
    reached = int(np.count_nonzero(leads.ravel()[:resamples] >= lead))
    return RealityCheck(
        p=(1 + reached) / (1 + resamples),
        lead=lead,
        resamples=resamples,
        mean_block_sessions=MEAN_BLOCK_SESSIONS,
        seed=seed,
    )


def stationary_weights(sessions: int, seed: int, group: int) -> FloatArray:
    """How often each session occurs in each resample of a group: float64 (sessions, AT_ONCE).

    A resample goes on to the next session, round the end, and jumps to a random one with probability 1 / mean block
    length. Each group has a generator of its own, so that it does not matter who computes it.
    """
    generator = np.random.default_rng([seed, group])
    jumps = generator.random((AT_ONCE, sessions)) < 1.0 / MEAN_BLOCK_SESSIONS
    starts = generator.integers(0, sessions, (AT_ONCE, sessions))
    jumps[:, 0] = True
    return count_sessions(jumps, starts)


@compiled
def count_sessions(
    jumps: np.ndarray[tuple[int, int], np.dtype[np.bool_]], starts: IntArray
) -> FloatArray:
    """Walk each resample and count: float64 (sessions, resamples)."""
    resamples, sessions = jumps.shape
    weights = np.zeros((sessions, resamples))
    for i in range(resamples):
        at = 0
        for t in range(sessions):
            at = starts[i, t] if jumps[i, t] else at + 1
            if at == sessions:
                at = 0
            weights[at, i] += 1.0
    return weights


@compiled
def weigh_holdings(
    close: FloatArray,
    unit_cost: FloatArray,
    unit_value: FloatArray,
    first: int,
    weights: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Two tables whose sum is a holding's weighted return: `entries` by its first session, `exits` by its last fill.

    The last row of `exits` is for a holding still open.
    """
    count = close.size
    entries = np.zeros((count, AT_ONCE))
    exits = np.zeros((count + 1, AT_ONCE))
    running = np.zeros(AT_ONCE)
    for i in range(first, count):
        step = close[i] / close[i - 1] - 1.0 if i > first else 0.0
        bought = close[i] / unit_cost[i] - 1.0
        sold = unit_value[i] / close[i - 1] - 1.0 if i > first else 0.0
        for c in range(AT_ONCE):
            weight = weights[i - first, c]
            exits[i, c] = running[c] + weight * sold
            running[c] += weight * step
            entries[i, c] = weight * bought - running[c]
    exits[count] = running
    return entries, exits


@compiled
def follow_weighted(  # noqa: PLR0917 - numba kernels take their arguments by position
    next_buy: TableArray,
    next_sell: TableArray,
    first: int,
    delay: int,
    entries: FloatArray,
    exits: FloatArray,
    means: FloatArray,
    best: FloatArray,
) -> None:
    """Raise `best` (AT_ONCE,) to the largest centred mean return over all cells; means is (sells, buys)."""
    count = entries.shape[0]
    sessions = count - first
    gathered = np.zeros(AT_ONCE)
    for sell in range(next_sell.shape[0]):
        sells = next_sell[sell]
        for buy in range(next_buy.shape[0]):
            buys = next_buy[buy]
            gathered[:] = 0.0
            signal = int(buys[first])
            while signal + delay < count:
                sold = int(sells[signal + 1])
                leave = min(sold + delay, count)
                entry = signal + delay
                for c in range(AT_ONCE):
                    gathered[c] += entries[entry, c] + exits[leave, c]
                if leave == count:
                    break
                signal = int(buys[sold + 1])
            for c in range(AT_ONCE):
                best[c] = max(best[c], gathered[c] / sessions - means[sell, buy])
