"""Forecasts judged outcome by outcome, and their figures at one step or over all of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from barline_prediction.chance import Interval, binomial_interval
from barline_prediction.intervals import Floats
from barline_prediction.outcomes import Met
from barline_prediction.scoring import inside_80, inside_95, pinball_loss

MEDIAN = 2  # its place among the levels
NO_CLAIM = 1e-9  # a median this near to the last close, relatively, claims no direction


@dataclass(frozen=True, slots=True)
class Direction:
    """How often the price went the way the median said; `rate` and its interval are None without a claim."""

    claims: int
    hits: int
    rate: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class BaselineScore:
    """A baseline on the same outcomes. `gain` is the share of its pinball loss that the model saved."""

    outcomes: int
    pinball_loss: float | None
    gain: float | None
    coverage_80: float | None
    coverage_95: float | None


@dataclass(frozen=True, slots=True)
class Score:
    """At one step (None: over all of them). Figures are None where there is nothing to divide by.

    Errors are of the median: `absolute_error` in the prices of each forecast's last bar, `percentage_error` a fraction
    of the actual close. `mase` is the mean absolute error over that of the naive close at the same steps, so 1 is no
    better. Losses are mean pinball losses of the log return over the five levels.
    """

    step: int | None
    outcomes: int
    absolute_error: float | None
    percentage_error: float | None
    naive_absolute_error: float | None
    naive_percentage_error: float | None
    mase: float | None
    pinball_loss: float | None
    coverage_80: float | None
    coverage_95: float | None
    direction: Direction
    baselines: Mapping[str, BaselineScore]


@dataclass(frozen=True, slots=True)
class Quantified:
    """Quantile forecasts judged outcome by outcome, shape (vintages, 30): 1.0 inside, 0.0 outside, NaN unknown."""

    loss: Floats
    in_80: Floats
    in_95: Floats


@dataclass(frozen=True, slots=True)
class Scored:
    """Every outcome judged, shape (vintages, 30); NaN where there is none."""

    error: Floats
    percentage_error: Floats
    naive_error: Floats
    naive_percentage_error: Floats
    claimed: Floats  # 1.0 where the median said up or down
    hit: Floats  # 1.0 where it was right, NaN where it said nothing
    loss: Floats
    in_80: Floats
    in_95: Floats
    baselines: Mapping[str, Quantified]

    @classmethod
    def of(cls, met: Met) -> "Scored":
        ledger, actual, moved = met.ledger, met.actual, met.log_return()
        start = ledger.last_close[:, np.newaxis]
        median, naive = ledger.quantiles[..., MEDIAN], ledger.naive[..., MEDIAN]
        said = np.where(np.abs(median / start - 1.0) > NO_CLAIM, np.sign(median - start), np.nan)
        own = quantified(moved, met.log_quantiles(ledger.quantiles))
        error, naive_error = np.abs(median - actual), np.abs(naive - actual)
        return cls(
            error=error,
            percentage_error=error / actual,
            naive_error=naive_error,
            naive_percentage_error=naive_error / actual,
            claimed=np.where(met.known, np.isfinite(said), np.nan),
            hit=np.where(met.known & np.isfinite(said), said == np.sign(actual - start), np.nan),
            loss=own.loss,
            in_80=own.in_80,
            in_95=own.in_95,
            baselines={
                name: quantified(moved, quantiles)
                for name, quantiles in met.baseline_quantiles.items()
            },
        )

    def score(self, step: int | None) -> Score:
        """At one step, or over all of them."""
        at = slice(None) if step is None else slice(step - 1, step)
        error, naive = mean(self.error[:, at]), mean(self.naive_error[:, at])
        return Score(
            step=step,
            outcomes=count(self.error[:, at]),
            absolute_error=error,
            percentage_error=mean(self.percentage_error[:, at]),
            naive_absolute_error=naive,
            naive_percentage_error=mean(self.naive_percentage_error[:, at]),
            mase=ratio(error, naive),
            pinball_loss=mean(self.loss[:, at]),
            coverage_80=mean(self.in_80[:, at]),
            coverage_95=mean(self.in_95[:, at]),
            direction=direction(self.claimed[:, at], self.hit[:, at]),
            baselines={
                name: self.beside(baseline, at) for name, baseline in self.baselines.items()
            },
        )

    def beside(self, baseline: Quantified, at: slice) -> BaselineScore:
        """The baseline's score, and the model's gain on the outcomes both have."""
        theirs = baseline.loss[:, at]
        ours = np.where(np.isfinite(theirs), self.loss[:, at], np.nan)
        relative = ratio(mean(ours), mean(theirs))
        return BaselineScore(
            outcomes=count(theirs),
            pinball_loss=mean(theirs),
            gain=None if relative is None else 1.0 - relative,
            coverage_80=mean(baseline.in_80[:, at]),
            coverage_95=mean(baseline.in_95[:, at]),
        )


def quantified(moved: Floats, quantiles: Floats) -> Quantified:
    """Judge quantiles of shape (vintages, 30, 5) by log returns of shape (vintages, 30)."""
    known = np.isfinite(moved) & np.isfinite(quantiles).all(axis=-1)
    found = (np.full(moved.shape, np.nan) for _ in range(3))
    loss, in_80, in_95 = found
    loss[known] = pinball_loss(moved[known], quantiles[known])
    in_80[known] = inside_80(moved[known], quantiles[known])
    in_95[known] = inside_95(moved[known], quantiles[known])
    return Quantified(loss, in_80, in_95)


def direction(claimed: Floats, hit: Floats) -> Direction:
    claims, hits = int(np.nansum(claimed)), int(np.nansum(hit))
    return Direction(claims, hits, ratio(hits, claims), binomial_interval(hits, claims))


def count(values: Floats) -> int:
    return int(np.isfinite(values).sum())


def mean(values: Floats) -> float | None:
    """Over the values there are."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else None


def ratio(value: float | None, by: float | None) -> float | None:
    return None if value is None or not by else value / by
