"""The trained model at work: features in, quantiles of the next 30 sessions out."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from barline_prediction.features import features, yearly_volatility
from barline_prediction.intervals import (
    STEP_NUMBERS,
    Floats,
    Integers,
    symmetric_quantiles,
)

# A month in which a symbol moves a fifth as much as in its last year is rarer than any interval here covers.
LOWEST_RATIO = 0.2


class Regression(Protocol):
    """A fitted scikit-learn estimator."""

    def predict(self, inputs: Floats, /) -> Floats: ...


@dataclass(frozen=True, slots=True)
class ForecastModel:
    """Forecasts how much a symbol will move, and in which direction it claims to know nothing.

    `regression` maps the first so many features to the volatility of the next 1..30 sessions relative to the last 252;
    inputs are cut to [`feature_low`, `feature_high`] first, the range seen in training, so that a symbol unlike any
    other gets a forecast like that of the nearest one seen. `half_width_80` and `half_width_95`, of shape (30,), are
    the quantiles of the absolute log return in units of that forecast: symmetric around a median of zero, as whatever
    drift the training symbols show is that of companies which survived.
    """

    regression: Regression
    feature_low: Floats
    feature_high: Floats
    half_width_80: Floats
    half_width_95: Floats

    def log_quantiles(self, inputs: Floats, year: Floats) -> Floats:
        """Quantiles of the log return since the origin, shape (origins, 30, 5), in the order of LEVELS.

        `inputs` are `features` of shape (origins, features), `year` their `yearly_volatility` of shape (origins,).
        """
        scale = self.scale(inputs, year)
        return symmetric_quantiles(self.half_width_80 * scale, self.half_width_95 * scale)

    def scale(self, inputs: Floats, year: Floats) -> Floats:
        """The forecast standard deviation of the log return over 1..30 sessions, shape (origins, 30)."""
        known = inputs[:, : len(self.feature_low)]
        cut = np.clip(known, self.feature_low, self.feature_high)
        ratio = np.maximum(self.regression.predict(cut), LOWEST_RATIO)
        scale: Floats = year[:, np.newaxis] * ratio * np.sqrt(STEP_NUMBERS)
        return scale


def forecast(model: ForecastModel, closes: Floats, origins: Integers) -> Floats:
    """Log-return quantiles from each origin, shape (origins, 30, 5); inputs as in `features`."""
    return model.log_quantiles(features(closes, origins), yearly_volatility(closes, origins))
