"""The baselines against slow loops over their definitions."""

import itertools
import math
import statistics

import numpy as np
import pytest

from barline_prediction.baselines import ewma, historical_simulation, random_walk
from barline_prediction.intervals import LEVELS

from .stored_bars import wandering

CLOSES = wandering(900, daily=0.025, seed=3)
RETURNS = [math.log(after / before) for before, after in itertools.pairwise(CLOSES)]
ORIGINS = np.array([260, 777])
NORMAL = [statistics.NormalDist().inv_cdf(level) for level in LEVELS]


def test_the_random_walk_spreads_the_last_years_volatility_with_the_root_of_time() -> None:
    found = random_walk(CLOSES, ORIGINS)
    for row, origin in enumerate(ORIGINS):
        daily = statistics.stdev(RETURNS[origin - 252 : origin])
        for step in (1, 7, 30):
            expected = [daily * math.sqrt(step) * bound for bound in NORMAL]
            np.testing.assert_allclose(found[row, step - 1], expected, rtol=1e-9, atol=1e-15)


def test_ewma_weighs_recent_moves_more() -> None:
    found = ewma(CLOSES, ORIGINS)
    for row, origin in enumerate(ORIGINS):
        variance = statistics.fmean(move * move for move in RETURNS[:252])
        for move in RETURNS[:origin]:
            variance = 0.94 * variance + 0.06 * move * move
        expected = [math.sqrt(variance * 9) * bound for bound in NORMAL]
        np.testing.assert_allclose(found[row, 8], expected, rtol=1e-9, atol=1e-15)


def test_historical_simulation_takes_the_quantiles_of_what_happened() -> None:
    found = historical_simulation(CLOSES, ORIGINS)
    for row, origin in enumerate(ORIGINS):
        first = max(0, origin - 504)
        moves = [math.log(CLOSES[day + 5] / CLOSES[day]) for day in range(first, origin - 4)]
        np.testing.assert_allclose(found[row, 4], np.quantile(moves, LEVELS), rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("baseline", [random_walk, historical_simulation])
def test_a_baseline_does_not_look_ahead(baseline: object) -> None:
    assert callable(baseline)
    changed = CLOSES.copy()
    changed[ORIGINS[0] + 1 :] *= 5.0
    at = ORIGINS[:1]
    np.testing.assert_array_equal(baseline(changed, at), baseline(CLOSES, at))


def test_a_constant_series_has_an_interval_of_no_width() -> None:
    flat = np.full(300, 7.0)
    for baseline in (random_walk, ewma, historical_simulation):
        assert (baseline(flat, np.array([299])) == 0.0).all()
