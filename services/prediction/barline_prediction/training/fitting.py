"""Fits the model: a ridge regression of future on past volatility, then the width of its intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from barline_prediction.features import MINIMUM_SESSIONS, features, yearly_volatility
from barline_prediction.intervals import STEPS, Floats, Integers
from barline_prediction.model import ForecastModel
from barline_prediction.training.dataset import Panel

SEED = 0  # nothing in this fit is random; the manifest says so by naming it all the same
STRIDE = 3  # neighbouring origins share nearly everything: a third of them fits as well in a third of the time
# So strong that neighbouring windows share their weight; chosen on 1962-2011 (LOG.md).
PENALTY = 1000.0
RARE = 0.001  # the share of training inputs beyond each end of the range a feature is cut to

# Processors differ in the last bits of a sum; what is kept is rounded far above that, so that the bytes do not.
DECIMALS = 9


@dataclass(frozen=True, slots=True)
class Examples:
    """Training rows of one symbol or many: inputs (rows, features), scale (rows,), outcomes of shape (rows, 30)."""

    inputs: Floats
    year: Floats
    future_volatility: Floats  # root mean square daily log return over the next 1..30 sessions
    future_return: Floats  # log return over the next 1..30 sessions


def fit_model(panel: Panel, symbols: Sequence[str], through: date) -> ForecastModel:
    """The model trained on `symbols` with nothing later than `through`, in inputs or outcomes."""
    rows = pooled(
        [examples(panel.closes_of(name)[: panel.position_after(through)]) for name in symbols]
    )
    low, high = np.quantile(rows.inputs, [RARE, 1.0 - RARE], axis=0).round(DECIMALS)
    regression = make_pipeline(StandardScaler(), Ridge(PENALTY, solver="cholesky"))
    target = rows.future_volatility / rows.year[:, np.newaxis]
    regression.fit(np.clip(rows.inputs, low, high), target)
    rounded(regression)
    unit = np.ones(STEPS)
    unscaled = ForecastModel(regression, low, high, unit, unit)
    scale = unscaled.scale(rows.inputs, rows.year)
    width_80, width_95 = half_widths(np.abs(rows.future_return) / scale, scale).round(DECIMALS)
    return ForecastModel(regression, low, high, width_80, width_95)


def half_widths(standardised: Floats, scale: Floats) -> Floats:
    """The 80 % and 95 % quantiles of absolute standardised returns at each step, shape (2, 30).

    Each return counts as much as its scale, of the same shape (rows, 30): that is where the pinball loss of the
    unscaled return, which is what forecasts are scored by, is lowest.
    """
    return np.quantile(standardised, [0.8, 0.95], axis=0, weights=scale, method="inverted_cdf")


def examples(closes: Floats, stride: int = STRIDE) -> Examples:
    """Every `stride`-th origin of one symbol whose next 30 sessions all lie within `closes`."""
    origins = np.arange(MINIMUM_SESSIONS, len(closes) - STEPS, stride)
    future_volatility, future_return = outcomes(closes, origins)
    return Examples(
        inputs=features(closes, origins),
        year=yearly_volatility(closes, origins),
        future_volatility=future_volatility,
        future_return=future_return,
    )


def outcomes(closes: Floats, origins: Integers) -> tuple[Floats, Floats]:
    """What happened in the next 1..30 sessions: volatility a session and log return, both (origins, 30)."""
    steps: NDArray[np.int64] = np.arange(1, STEPS + 1)
    logs = np.log(closes)
    cumulated = np.concatenate([[0.0], np.cumsum(np.diff(logs) ** 2)])
    ahead = origins[:, np.newaxis] + steps
    squares = np.maximum(cumulated[ahead] - cumulated[origins][:, np.newaxis], 0.0)
    return np.sqrt(squares / steps), logs[ahead] - logs[origins][:, np.newaxis]


def pooled(parts: Sequence[Examples]) -> Examples:
    return Examples(
        inputs=np.concatenate([part.inputs for part in parts]),
        year=np.concatenate([part.year for part in parts]),
        future_volatility=np.concatenate([part.future_volatility for part in parts]),
        future_return=np.concatenate([part.future_return for part in parts]),
    )


def rounded(regression: Pipeline) -> None:
    """Round what the pipeline learnt."""
    scaler, ridge = (step for _, step in regression.steps)
    for part, names in ((scaler, ("mean_", "var_", "scale_")), (ridge, ("coef_", "intercept_"))):
        for name in names:
            setattr(part, name, getattr(part, name).round(DECIMALS))
