"""The strategy's daily returns against those of buying and holding the same symbol."""

import math
from dataclasses import dataclass

from barline_backtest.compilation import compiled
from barline_backtest.prices import FloatArray
from barline_backtest.returns import SESSIONS_A_YEAR, deviation_of, mean_and_spread, per_session


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
    count, root = returns.size, math.sqrt(SESSIONS_A_YEAR)
    mean, _, _ = mean_and_spread(returns)
    held, held_squares, held_largest = mean_and_spread(benchmark)
    lead, lead_squares, lead_largest = mean_and_spread(returns - benchmark)
    beta, alpha = None, None
    if deviation_of(held_squares, count, held_largest):
        rate = per_session(risk_free)
        beta = joint_moves(returns, mean, benchmark, held) / held_squares
        alpha = (mean - rate - beta * (held - rate)) * SESSIONS_A_YEAR
    deviation = deviation_of(lead_squares, count, lead_largest)
    return RelativeMetrics(
        alpha=alpha,
        beta=beta,
        information_ratio=lead / deviation * root if deviation else None,
        tracking_error=None if deviation is None else deviation * root,
    )


@compiled
def joint_moves(one: FloatArray, one_mean: float, other: FloatArray, other_mean: float) -> float:
    """Sum of the products of two series' deviations from their means."""
    total = 0.0
    for i in range(one.size):
        total += (one[i] - one_mean) * (other[i] - other_mean)
    return total
