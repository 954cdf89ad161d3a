"""The features: worked out by hand, free of scale, blind to the future, finite on anything."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from barline_prediction.artefact import load_model
from barline_prediction.features import FEATURES, FLOOR, features, yearly_volatility
from barline_prediction.intervals import Floats
from barline_prediction.pins import PINNED_SHA256

from .stored_bars import wandering

ORIGINS = np.array([259, 300, 699])


def named(closes: Floats, origin: int) -> dict[str, float]:
    return dict(zip(FEATURES, features(closes, np.array([origin]))[0].tolist(), strict=True))


def test_a_price_that_moves_one_percent_up_and_down_by_turns_is_worked_out_by_hand() -> None:
    logs = np.array([0.0, 0.01] * 150)  # ends on the high
    found = named(np.exp(logs), 299)
    year = 0.01 + FLOOR
    assert found["log_volatility_252"] == pytest.approx(math.log(year), abs=1e-12)
    for sessions in (1, 2, 5, 10, 21, 63, 126, 504, 1260):
        expected = math.log((0.01 + 0.05 * year) / year)
        assert found[f"volatility_{sessions}"] == pytest.approx(expected, abs=1e-9)
    assert found["volatility_all"] == pytest.approx(found["volatility_21"], abs=1e-9)
    assert found["mean_move_21"] == pytest.approx(found["volatility_21"], abs=1e-9)
    assert found["return_1"] == pytest.approx(0.01 / year, rel=1e-9)
    assert found["return_5"] == pytest.approx(0.01 / (year * math.sqrt(5)), rel=1e-9)
    assert found["return_252"] == pytest.approx(0.0, abs=1e-9)
    assert found["drawdown_252"] == 0.0
    assert found["tail_252"] == pytest.approx(math.log(year / (0.01 + 0.1 * FLOOR)), abs=1e-9)


def test_a_slow_loop_over_the_definitions_agrees() -> None:
    closes, origin = wandering(1500, daily=0.03), 1400
    returns = [math.log(closes[day] / closes[day - 1]) for day in range(1, origin + 1)]

    def volatility(sessions: int) -> float:
        window = returns[-sessions:]
        return math.sqrt(sum(move * move for move in window) / len(window))

    year = volatility(252) + FLOOR
    found = named(closes, origin)
    for sessions in (1, 2, 5, 10, 21, 63, 126, 504, 1260):
        expected = math.log(volatility(sessions) / year + 0.05)
        assert found[f"volatility_{sessions}"] == pytest.approx(expected, rel=1e-9)
    expected = math.log(volatility(len(returns)) / year + 0.05)
    assert found["volatility_all"] == pytest.approx(expected, rel=1e-9)
    weights = [0.94**lag for lag in range(252)]
    squares = [move * move for move in reversed(returns[-252:])]
    ewma = math.sqrt(sum(map(math.prod, zip(weights, squares, strict=True))) / sum(weights))
    assert found["volatility_ewma_0.94"] == pytest.approx(math.log(ewma / year + 0.05), rel=1e-9)
    for sessions in (5, 10, 21, 63, 126, 252):
        mean_move = sum(abs(move) for move in returns[-sessions:]) / sessions
        expected = math.log(mean_move / year + 0.05)
        assert found[f"mean_move_{sessions}"] == pytest.approx(expected, rel=1e-9)
    for sessions in (1, 2, 5, 10, 21, 63, 126, 252):
        expected = sum(returns[-sessions:]) / (year * math.sqrt(sessions))
        assert found[f"return_{sessions}"] == pytest.approx(expected, rel=1e-9, abs=1e-12)
    for sessions in (1, 5, 21):
        assert found[f"fall_{sessions}"] == min(found[f"return_{sessions}"], 0.0)
    window = closes[origin - 251 : origin + 1]
    for name, bound in (("drawdown_252", max(window)), ("rise_252", min(window))):
        expected = math.log(closes[origin] / bound) / (year * math.sqrt(252))
        assert found[name] == pytest.approx(expected, rel=1e-9)


def test_a_slow_loop_agrees_on_falls_and_on_how_volatility_varies() -> None:
    closes, origin = wandering(1500, daily=0.03, seed=5), 1400
    returns = [math.log(closes[day] / closes[day - 1]) for day in range(1, origin + 1)]

    def volatility(moves: list[float]) -> float:
        return math.sqrt(sum(move * move for move in moves) / len(moves))

    year = volatility(returns[-252:]) + FLOOR
    found = named(closes, origin)
    for sessions in (5, 21, 63, 252):
        window = returns[-sessions:]
        falls = math.sqrt(2.0) * volatility([min(move, 0.0) for move in window])
        expected = math.log(falls / year + 0.05) - math.log(volatility(window) / year + 0.05)
        assert found[f"downside_{sessions}"] == pytest.approx(expected, rel=1e-9, abs=1e-12)
    year_of_returns = returns[-252:]
    months = [volatility(year_of_returns[first : first + 21]) for first in range(0, 252, 21)]
    expected = math.log(statistics.pstdev(months) / year + 0.05)
    assert found["volatility_of_volatility_252"] == pytest.approx(expected, rel=1e-9)


def test_features_are_only_ever_appended() -> None:
    """A model that was shipped with the first so many keeps its meaning."""
    for version in PINNED_SHA256:
        names = load_model(version).manifest.features
        assert names == FEATURES[: len(names)]


def test_many_origins_at_once_are_each_origin_alone() -> None:
    closes = wandering(700)
    together = features(closes, ORIGINS)
    for row, origin in zip(together, ORIGINS, strict=True):
        np.testing.assert_array_equal(row, features(closes, np.array([origin]))[0])


def test_closes_after_the_origin_are_not_looked_at() -> None:
    closes = wandering(700)
    for origin in ORIGINS:
        changed = closes.copy()
        changed[origin + 1 :] *= np.linspace(0.1, 30.0, len(closes) - origin - 1)
        at = np.array([origin])
        np.testing.assert_array_equal(features(changed, at), features(closes, at))
        np.testing.assert_array_equal(features(closes[: origin + 1], at), features(closes, at))


@pytest.mark.parametrize("factor", [1e-4, 3.0, 1e6])
def test_the_price_level_does_not_matter(factor: float) -> None:
    closes = wandering(700)
    np.testing.assert_allclose(
        features(closes * factor, ORIGINS), features(closes, ORIGINS), rtol=1e-6, atol=1e-9
    )


@settings(max_examples=100, deadline=None)
@given(
    closes=hnp.arrays(
        np.float64,
        st.integers(260, 330),
        elements=st.floats(1e-4, 1e6) | st.sampled_from([1.0, 0.0001, 400_000.0]),
        fill=st.just(1.0),
    )
)
def test_anything_positive_has_finite_features(closes: Floats) -> None:
    origin = np.array([len(closes) - 1])
    assert np.isfinite(features(closes, origin)).all()
    assert yearly_volatility(closes, origin)[0] >= FLOOR


def test_a_constant_series_has_finite_features() -> None:
    assert np.isfinite(features(np.full(300, 12.5), np.array([299]))).all()
