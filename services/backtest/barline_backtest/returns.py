"""Daily returns of an equity curve, and when a spread of them is nothing but rounding."""

import numpy as np

from barline_backtest.prices import FloatArray

SESSIONS_A_YEAR = 252
ROUNDING = 1e-14  # forty times what rounding puts into one daily return


def daily_returns(equity: FloatArray, initial_investment: float) -> FloatArray:
    """Simple return of each session, the first against the initial investment.

    equity: float64 of shape (sessions,), positive, in currency. Returns fractions of the same shape. (empyrical takes
    returns as given; a curve handed to it usually loses the first session.)
    """
    before = np.concatenate(([initial_investment], equity[:-1]))
    return equity / before - 1.0


def rounding_of(returns: FloatArray) -> float:
    """The size below which a deviation of these returns is rounding: a constant price has no volatility of 1e-17."""
    return ROUNDING * (1.0 + float(np.max(np.abs(returns), initial=0.0)))


def standard_deviation(returns: FloatArray) -> float | None:
    """Sample standard deviation (ddof 1) of one session: None for fewer than two returns, 0.0 for mere rounding."""
    if returns.size < 2:
        return None
    deviation = float(np.std(returns, ddof=1))
    return deviation if deviation > rounding_of(returns) else 0.0


def per_session(yearly_rate: float) -> float:
    """The rate of one session that compounds to `yearly_rate` over 252."""
    return float((1.0 + yearly_rate) ** (1.0 / SESSIONS_A_YEAR) - 1.0)
