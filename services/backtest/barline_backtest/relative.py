"""The strategy's daily returns against those of buying and holding the same symbol."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from barline_backtest.compilation import compiled
from barline_backtest.prices import FloatArray
from barline_backtest.returns import SESSIONS_A_YEAR, deviation_of, per_session


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
    moves = compare_moves(returns, benchmark)
    beta, alpha = None, None
    if deviation_of(moves.held_squares, count, moves.held_largest):
        rate = per_session(risk_free)
        beta = moves.joint / moves.held_squares
        alpha = (moves.mean - rate - beta * (moves.held - rate)) * SESSIONS_A_YEAR
    deviation = deviation_of(moves.lead_squares, count, moves.lead_largest)
    lead = moves.mean - moves.held
    return RelativeMetrics(
        alpha=alpha,
        beta=beta,
        information_ratio=lead / deviation * root if deviation else None,
        tracking_error=None if deviation is None else deviation * root,
    )


class Moves(NamedTuple):
    """Two series of returns and their difference, the lead: means, sums of squared deviations, largest magnitudes.

    `joint` is the sum of the products of the two series' deviations from their means.
    """

    mean: float
    held: float
    held_squares: float
    held_largest: float
    joint: float
    lead_squares: float
    lead_largest: float


@compiled
def compare_moves(returns: FloatArray, benchmark: FloatArray) -> Moves:
    """Two passes as in `returns.mean_and_spread`, through both series at once."""
    total, held_total, held_largest, lead_largest = 0.0, 0.0, 0.0, 0.0
    for i in range(returns.size):
        total += returns[i]
        held_total += benchmark[i]
        held_largest = max(held_largest, abs(benchmark[i]))
        lead_largest = max(lead_largest, abs(returns[i] - benchmark[i]))
    count = returns.size
    centre, held_centre = total / count, held_total / count
    rest, held_rest, held_squares, joint, lead_squares = 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(count):
        move, held_move = returns[i] - centre, benchmark[i] - held_centre
        rest += move
        held_rest += held_move
        held_squares += held_move * held_move
        joint += move * held_move
        lead_squares += (move - held_move) ** 2
    return Moves(
        centre + rest / count,
        held_centre + held_rest / count,
        max(held_squares - held_rest**2 / count, 0.0),
        held_largest,
        joint - rest * held_rest / count,
        max(lead_squares - (rest - held_rest) ** 2 / count, 0.0),
        lead_largest,
    )
