"""Ratios and moments of daily returns. Undefined is None: never NaN, never infinity."""

import math
from dataclasses import dataclass

import numpy as np

from barline_backtest.compilation import compiled
from barline_backtest.prices import FloatArray
from barline_backtest.returns import (
    ROUNDING,
    SESSIONS_A_YEAR,
    deviation_of,
    mean_and_spread,
    per_session,
    rounding_of,
)

TAIL = 0.05


@dataclass(frozen=True, slots=True)
class RiskMetrics:
    """Yearly fractions and ratios, per-session tails, and moments without unit; see the functions that make them."""

    volatility: float | None
    sharpe: float | None
    sortino: float | None
    value_at_risk_95: float
    expected_shortfall_95: float
    skew: float | None
    kurtosis: float | None
    omega: float | None
    probabilistic_sharpe: float | None


def measure_risk(returns: FloatArray, risk_free: float) -> RiskMetrics:
    """All of them for daily returns (fractions, shape (sessions,), at least one) and a yearly risk-free rate.

    The Sharpe ratio is the mean return above the rate over the standard deviation (ddof 1) of returns, times the root
    of 252 (Sharpe 1994); None without volatility, where empyrical gives NaN or infinity.
    """
    rate, count = per_session(risk_free), returns.size
    mean, squares, largest = mean_and_spread(returns)
    deviation = deviation_of(squares, count, largest)
    sharpe = (mean - rate) / deviation if deviation else None
    skew, kurtosis = moments(returns, mean, math.sqrt(squares / count), rounding_of(largest))
    gains, losses, shortfalls = sum_sides(returns, rate)
    quantile, shortfall = tail(returns)
    root = math.sqrt(SESSIONS_A_YEAR)
    return RiskMetrics(
        volatility=None if deviation is None else deviation * root,
        sharpe=None if sharpe is None else sharpe * root,
        sortino=sortino(mean - rate, math.sqrt(shortfalls / count), rounding_of(largest)),
        value_at_risk_95=quantile,
        expected_shortfall_95=shortfall,
        skew=skew,
        kurtosis=kurtosis,
        omega=gains / losses if losses > rounding_of(largest) * count else None,
        probabilistic_sharpe=probabilistic_sharpe(sharpe, count, skew, kurtosis),
    )


@compiled
def sum_sides(returns: FloatArray, rate: float) -> tuple[float, float, float]:
    """Sum of the gains, sum of the losses (positive), and sum of the squared shortfalls below `rate`.

    Gains over losses are omega with threshold 0 (Keating & Shadwick 2002); it is None when nothing was lost.
    """
    gains, losses, shortfalls = 0.0, 0.0, 0.0
    for value in returns:
        gains += max(value, 0.0)
        losses -= min(value, 0.0)
        shortfalls += min(value - rate, 0.0) ** 2
    return gains, losses, shortfalls


def sortino(excess: float, downside: float, rounding: float) -> float | None:
    """Yearly mean excess return over the yearly downside deviation: root of the mean square of min(excess, 0).

    All sessions count in that mean (Sortino & Price 1994), as in empyrical. None when nothing was lost. `excess` and
    `downside` are of one session.
    """
    if downside <= rounding:
        return None
    return excess * SESSIONS_A_YEAR / (downside * math.sqrt(SESSIONS_A_YEAR))


def tail(returns: FloatArray) -> tuple[float, float]:
    """The 5 % quantile of daily returns (linear interpolation) and the mean of the returns at or below it.

    empyrical's conditional value at risk takes the int((n - 1) x 0.05) + 1 smallest returns instead; the two agree
    unless the quantile ties with further returns.
    """
    place = TAIL * (returns.size - 1)
    below = int(place)
    above = min(below + 1, returns.size - 1)
    ordered = np.partition(returns, (below, above))
    quantile = float(ordered[below] + (ordered[above] - ordered[below]) * (place - below))
    # Where the quantile is one of the returns, its interpolation can land a hair below it.
    return quantile, mean_up_to(returns, quantile + ROUNDING * (1.0 + abs(quantile)))


@compiled
def mean_up_to(returns: FloatArray, limit: float) -> float:
    """Mean of the returns at or below a limit that at least one does not exceed."""
    total, count = 0.0, 0
    for value in returns:
        if value <= limit:
            total += value
            count += 1
    return total / count


def moments(
    returns: FloatArray, mean: float, deviation: float, rounding: float
) -> tuple[float | None, float | None]:
    """Skewness m3 / m2^1.5 and raw kurtosis m4 / m2^2 (normal = 3), population moments; None without spread."""
    return (None, None) if deviation <= rounding else higher_moments(returns, mean, deviation)


@compiled
def higher_moments(returns: FloatArray, mean: float, deviation: float) -> tuple[float, float]:
    """Means of the third and fourth powers of the standardised returns."""
    cubes, fourths = 0.0, 0.0
    for value in returns:
        # Dividing first keeps the powers of tiny returns away from underflow.
        standardised = (value - mean) / deviation
        squared = standardised * standardised
        cubes += squared * standardised
        fourths += squared * squared
    return cubes / returns.size, fourths / returns.size


def sharpe_standard_error(
    sharpe: float | None, sessions: int, skew: float | None, kurtosis: float | None
) -> float | None:
    """Standard error of a per-session Sharpe ratio when returns are not normal (Mertens 2002).

    `kurtosis` is raw. QuantStats, LEAN and vectorbt put excess kurtosis into this formula, which makes them too sure.
    """
    if sharpe is None or skew is None or kurtosis is None or sessions < 2:
        return None
    variance = 1.0 - skew * sharpe + (kurtosis - 1.0) / 4.0 * sharpe**2
    return math.sqrt(variance / (sessions - 1)) if variance > 0.0 else None


def probabilistic_sharpe(
    sharpe: float | None,
    sessions: int,
    skew: float | None,
    kurtosis: float | None,
    *,
    benchmark: float = 0.0,
) -> float | None:
    """Probability that the true Sharpe ratio exceeds `benchmark` (Bailey & Lopez de Prado 2012), both per session."""
    error = sharpe_standard_error(sharpe, sessions, skew, kurtosis)
    if sharpe is None or not error:
        return None
    return 0.5 * math.erfc(-(sharpe - benchmark) / error / math.sqrt(2.0))
