"""The shape every forecast has: 30 steps, one median and two intervals, whoever made it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

STEPS = 30
LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
STEP_NUMBERS: Floats = np.arange(1.0, STEPS + 1)

# The two-sided standard normal bounds of an 80 % and a 95 % interval.
NORMAL_80, NORMAL_95 = 1.2815515655446004, 1.959963984540054


@dataclass(frozen=True, slots=True)
class PriceBands:
    """Quantiles of the close at each step in the prices of the last bar; every array has shape (30,)."""

    close: Floats
    lower_80: Floats
    upper_80: Floats
    lower_95: Floats
    upper_95: Floats


def symmetric_quantiles(half_width_80: Floats, half_width_95: Floats) -> Floats:
    """Quantiles of the log return around a median of zero.

    Both inputs have shape (..., 30); the result has shape (..., 30, 5) in the order of LEVELS.
    """
    median = np.zeros_like(half_width_80)
    return np.stack([-half_width_95, -half_width_80, median, half_width_80, half_width_95], axis=-1)


def price_bands(last_close: float, log_quantiles: Floats) -> PriceBands:
    """Prices from quantiles of the log return since the last close; `log_quantiles` has shape (30, 5)."""
    prices = last_close * np.exp(log_quantiles)
    lower_95, lower_80, median, upper_80, upper_95 = prices.T
    return PriceBands(median, lower_80, upper_80, lower_95, upper_95)
