"""The naive forecasts every model has to beat: no skill but a memory of how much the price has moved."""

import numpy as np

from barline_prediction.intervals import (
    LEVELS,
    NORMAL_80,
    NORMAL_95,
    STEP_NUMBERS,
    STEPS,
    Floats,
    Integers,
    symmetric_quantiles,
)

RANDOM_WALK_SESSIONS = 252
EWMA_DECAY = 0.94  # RiskMetrics 1996, daily
HISTORICAL_SESSIONS = 504


def random_walk(closes: Floats, origins: Integers) -> Floats:
    """A driftless random walk with the volatility of the last 252 daily log returns (ddof 1), normal quantiles.

    `closes` has shape (sessions,), positive, none missing, in one price basis; `origins` are positions in it of at
    least 252. Gives log-return quantiles of shape (origins, 30, 5).
    """
    windows = origins[:, np.newaxis] - np.arange(RANDOM_WALK_SESSIONS)
    daily = np.diff(np.log(closes), prepend=np.nan)[windows].std(axis=1, ddof=1)
    return _normal_quantiles(np.outer(daily, np.sqrt(STEP_NUMBERS)))


def ewma(closes: Floats, origins: Integers) -> Floats:
    """A driftless random walk with exponentially weighted volatility (decay 0.94), started at the first 252 returns.

    Shapes as in `random_walk`. The recursion is RiskMetrics' `s² = 0.94 s² + 0.06 r²`.
    """
    squares = np.diff(np.log(closes)) ** 2
    variance = np.empty(len(closes))
    variance[0] = squares[:RANDOM_WALK_SESSIONS].mean()
    for session, square in enumerate(squares, start=1):
        variance[session] = EWMA_DECAY * variance[session - 1] + (1.0 - EWMA_DECAY) * square
    return _normal_quantiles(np.outer(np.sqrt(variance[origins]), np.sqrt(STEP_NUMBERS)))


def historical_simulation(closes: Floats, origins: Integers) -> Floats:
    """The quantiles of all overlapping returns of the same length within the last 504 sessions.

    Shapes as in `random_walk`; shorter histories use what there is. Quantiles interpolate linearly. It carries the
    drift of its window: that is what the method is.
    """
    logs = np.log(closes)
    quantiles = np.empty((len(origins), STEPS, len(LEVELS)))
    for row, origin in enumerate(origins):
        window = logs[max(0, origin - HISTORICAL_SESSIONS) : origin + 1]
        for step in range(1, STEPS + 1):
            quantiles[row, step - 1] = np.quantile(window[step:] - window[:-step], LEVELS)
    return quantiles


def _normal_quantiles(sigma: Floats) -> Floats:
    return symmetric_quantiles(NORMAL_80 * sigma, NORMAL_95 * sigma)
