"""Proper scores of quantile forecasts, the same for the model, its baselines, the held-out table and the scorecard."""

import numpy as np
from numpy.typing import NDArray

from barline_prediction.intervals import LEVELS, Floats


def pinball_loss(outcome: Floats, quantiles: Floats) -> Floats:
    """The quantile loss of Koenker and Bassett (1978), averaged over the five levels; lower is better.

    `outcome` has shape (...) and `quantiles` (..., 5) in the same unit, which is also the unit of the result of
    shape (...). Missing values are not allowed. Scikit-learn's `mean_pinball_loss` gives the same, one level a call.
    """
    levels = np.array(LEVELS)
    error = outcome[..., np.newaxis] - quantiles
    loss: Floats = np.maximum(levels * error, (levels - 1.0) * error).mean(axis=-1)
    return loss


def inside_80(outcome: Floats, quantiles: Floats) -> NDArray[np.bool_]:
    """Whether each outcome lies in the 80 % interval, its bounds included."""
    return (quantiles[..., 1] <= outcome) & (outcome <= quantiles[..., 3])


def inside_95(outcome: Floats, quantiles: Floats) -> NDArray[np.bool_]:
    """Whether each outcome lies in the 95 % interval, its bounds included."""
    return (quantiles[..., 0] <= outcome) & (outcome <= quantiles[..., 4])
