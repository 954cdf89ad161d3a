"""Daily returns of an equity curve, their mean and spread, and when a spread is nothing but rounding."""

import math

import numpy as np

from barline_backtest.compilation import compiled
from barline_backtest.prices import FloatArray

SESSIONS_A_YEAR = 252
ROUNDING = 1e-14  # forty times what rounding puts into one daily return


@compiled
def daily_returns(equity: FloatArray, initial_investment: float) -> FloatArray:
    """Simple return of each session, the first against the initial investment.

    equity: float64 of shape (sessions,), positive, in currency. Returns fractions of the same shape. (empyrical takes
    returns as given; a curve handed to it usually loses the first session.)
    """
    returns = np.empty(equity.size)
    before = initial_investment
    for i in range(equity.size):
        returns[i] = equity[i] / before - 1.0
        before = equity[i]
    return returns


@compiled
def mean_and_spread(values: FloatArray) -> tuple[float, float, float]:
    """Mean, sum of squared deviations from it, and largest magnitude of at least one value.

    Two passes, the second of which corrects the first (Chan, Golub & LeVeque 1983), so that equal values have no
    spread however many there are. The order of the additions is fixed: any machine gives the same bits.
    """
    total, largest = 0.0, 0.0
    for value in values:
        total += value
        largest = max(largest, abs(value))
    centre = total / values.size
    rest, squares = 0.0, 0.0
    for value in values:
        rest += value - centre
        squares += (value - centre) ** 2
    return centre + rest / values.size, max(squares - rest * rest / values.size, 0.0), largest


def rounding_of(largest: float) -> float:
    """The size below which a deviation of returns is rounding: a constant price has no volatility of 1e-17.

    `largest` is the largest magnitude among the returns.
    """
    return ROUNDING * (1.0 + largest)


def deviation_of(squares: float, count: int, largest: float) -> float | None:
    """Sample standard deviation (ddof 1) from a sum of squared deviations.

    None for fewer than two returns, 0.0 for mere rounding.
    """
    if count < 2:
        return None
    deviation = math.sqrt(squares / (count - 1))
    return deviation if deviation > rounding_of(largest) else 0.0


def sharpe_ratio(returns: FloatArray, rate: float) -> float | None:
    """Mean return above `rate` over the standard deviation (ddof 1) of returns, all of one session (Sharpe 1994).

    Not annualised. None without volatility, where empyrical gives NaN or infinity.
    """
    mean, squares, largest = mean_and_spread(returns)
    deviation = deviation_of(squares, returns.size, largest)
    return (mean - rate) / deviation if deviation else None


def per_session(yearly_rate: float) -> float:
    """The rate of one session that compounds to `yearly_rate` over 252."""
    return float((1.0 + yearly_rate) ** (1.0 / SESSIONS_A_YEAR) - 1.0)
