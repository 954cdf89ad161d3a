"""The strategy's daily returns against those of buying and holding the same symbol."""

import math
from dataclasses import dataclass

import numpy as np

from barline_backtest.prices import FloatArray
from barline_backtest.returns import SESSIONS_A_YEAR, per_session, standard_deviation


@dataclass(frozen=True, slots=True)
class RelativeMetrics:
    """Yearly alpha, information ratio and tracking error, and beta; None where undefined."""

    alpha: float | None
    beta: float | None
    information_ratio: float | None
    tracking_error: float | None


def measure_relative(
    returns: FloatArray, benchmark: FloatArray, risk_free: float
) -> RelativeMetrics:
    """Compare daily returns with the benchmark's of the same sessions (fractions, shape (sessions,)).

    Beta is covariance over variance (ddof 1). Alpha is the mean of r - rf - beta (b - rf) times 252: not compounded,
    where empyrical's is `(1 + mean) ** 252 - 1`. The information ratio is the mean of r - b over its standard deviation
    (ddof 1) times the root of 252; the tracking error is that deviation times the same root.
    """
    beta = beta_of(returns, benchmark)
    rate = per_session(risk_free)
    difference = returns - benchmark
    deviation = standard_deviation(difference)
    root = math.sqrt(SESSIONS_A_YEAR)
    alpha = None
    if beta is not None:
        alpha = float(np.mean(returns - rate - beta * (benchmark - rate))) * SESSIONS_A_YEAR
    return RelativeMetrics(
        alpha=alpha,
        beta=beta,
        information_ratio=float(np.mean(difference)) / deviation * root if deviation else None,
        tracking_error=None if deviation is None else deviation * root,
    )


def beta_of(returns: FloatArray, benchmark: FloatArray) -> float | None:
    """Covariance with the benchmark over its variance; None when the benchmark does not move."""
    deviation = standard_deviation(benchmark)
    if not deviation:
        return None
    moves = benchmark - np.mean(benchmark)
    covariance = float(np.sum((returns - np.mean(returns)) * moves))
    return covariance / float(np.sum(moves**2))
