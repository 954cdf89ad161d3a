"""Intervals that say how much of a record may be chance."""

import numpy as np
import pytest
from scipy.stats import binomtest

from barline_prediction.chance import binomial_interval, gain_interval

DAYS = np.arange(0, 1500, 7)


@pytest.mark.parametrize(("hits", "trials"), [(0, 5), (5, 5), (7, 10), (480, 1000)])
def test_the_interval_of_a_rate_is_wilsons(hits: int, trials: int) -> None:
    expected = binomtest(hits, trials).proportion_ci(0.95, method="wilson")
    found = binomial_interval(hits, trials)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_no_trial_has_no_interval() -> None:
    assert binomial_interval(0, 0) is None


def test_a_constant_gain_is_no_chance_and_noise_is() -> None:
    generator = np.random.default_rng(2)
    theirs = generator.uniform(1.0, 2.0, len(DAYS))
    sure = gain_interval(0.9 * theirs, theirs, DAYS)
    assert sure is not None
    assert (sure.low, sure.high) == pytest.approx((0.1, 0.1), abs=1e-12)
    doubtful = gain_interval(theirs * generator.uniform(0.5, 1.5, len(DAYS)), theirs, DAYS)
    assert doubtful is not None
    assert doubtful.low < 0.0 < doubtful.high


def test_it_agrees_with_resampling_written_out() -> None:
    generator = np.random.default_rng(3)
    theirs = generator.uniform(1.0, 2.0, len(DAYS))
    ours = theirs * generator.uniform(0.7, 1.2, len(DAYS))
    length, count = 13, len(DAYS)  # 91 days hold thirteen weekly forecasts
    starts = np.random.default_rng(0).integers(0, count - length + 1, (2000, -(-count // length)))
    gains = []
    for row in starts:
        picked = [start + offset for start in row for offset in range(length)]
        gains.append(1 - sum(ours[picked]) / sum(theirs[picked]))
    found = gain_interval(ours, theirs, DAYS)
    assert found is not None
    assert (found.low, found.high) == pytest.approx(np.quantile(gains, [0.025, 0.975]), rel=1e-9)


@pytest.mark.parametrize("count", [1, 7, 8, 103])
def test_fewer_than_eight_blocks_say_nothing(count: int) -> None:
    ones = np.ones(count)
    assert gain_interval(0.9 * ones, ones, DAYS[:count]) is None


def test_a_baseline_without_loss_has_no_interval() -> None:
    zeros = np.zeros(len(DAYS))
    assert gain_interval(zeros, zeros, DAYS) is None
