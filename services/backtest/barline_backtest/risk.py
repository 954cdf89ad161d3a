"""Ratios and moments of daily returns. Undefined is None: never NaN, never infinity."""

import math
from dataclasses import dataclass

import numpy as np

from barline_backtest.prices import FloatArray
from barline_backtest.returns import (
    ROUNDING,
    SESSIONS_A_YEAR,
    per_session,
    rounding_of,
    standard_deviation,
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
    """All of them for daily returns (fractions, shape (sessions,), at least one) and a yearly risk-free rate."""
    excess = returns - per_session(risk_free)
    deviation = standard_deviation(returns)
    sharpe = sharpe_per_session(excess, deviation)
    skew, kurtosis = moments(returns)
    quantile, shortfall = tail(returns)
    return RiskMetrics(
        volatility=None if deviation is None else deviation * math.sqrt(SESSIONS_A_YEAR),
        sharpe=None if sharpe is None else sharpe * math.sqrt(SESSIONS_A_YEAR),
        sortino=sortino(excess),
        value_at_risk_95=quantile,
        expected_shortfall_95=shortfall,
        skew=skew,
        kurtosis=kurtosis,
        omega=omega(returns),
        probabilistic_sharpe=probabilistic_sharpe(sharpe, returns.size, skew, kurtosis),
    )


def sharpe_per_session(excess: FloatArray, deviation: float | None) -> float | None:
    """Mean excess return over the standard deviation (ddof 1) of returns, not annualised (Sharpe 1994).

    None without volatility, where empyrical gives NaN or infinity.
    """
    return float(np.mean(excess)) / deviation if deviation else None


def sortino(excess: FloatArray) -> float | None:
    """Yearly mean excess return over the yearly downside deviation: root of the mean square of min(excess, 0).

    All sessions count in that mean (Sortino & Price 1994), as in empyrical. None when nothing was lost.
    """
    downside = float(np.sqrt(np.mean(np.minimum(excess, 0.0) ** 2)))
    if downside <= rounding_of(excess):
        return None
    return float(np.mean(excess)) * SESSIONS_A_YEAR / (downside * math.sqrt(SESSIONS_A_YEAR))


def tail(returns: FloatArray) -> tuple[float, float]:
    """The 5 % quantile of daily returns (linear interpolation) and the mean of the returns at or below it.

    empyrical's conditional value at risk takes the int((n - 1) x 0.05) + 1 smallest returns instead; the two agree
    unless the quantile ties with further returns.
    """
    quantile = float(np.quantile(returns, TAIL))
    # Where the quantile is one of the returns, its interpolation can land a hair below it.
    reach = quantile + ROUNDING * (1.0 + abs(quantile))
    return quantile, float(np.mean(returns[returns <= reach]))


def moments(returns: FloatArray) -> tuple[float | None, float | None]:
    """Skewness m3 / m2^1.5 and raw kurtosis m4 / m2^2 (normal = 3), population moments; None without spread."""
    deviations = returns - np.mean(returns)
    variance = float(np.mean(deviations**2))
    if variance <= rounding_of(returns) ** 2:
        return None, None
    # Dividing first keeps the powers of tiny returns away from underflow.
    standardised = deviations / math.sqrt(variance)
    squared = standardised * standardised  # numpy's own power is fifty times slower
    return float(np.mean(squared * standardised)), float(np.mean(squared * squared))


def omega(returns: FloatArray) -> float | None:
    """Sum of gains over sum of losses, threshold 0 (Keating & Shadwick 2002); None when nothing was lost."""
    gains = float(np.sum(np.maximum(returns, 0.0)))
    losses = -float(np.sum(np.minimum(returns, 0.0)))
    return gains / losses if losses > rounding_of(returns) * returns.size else None


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
