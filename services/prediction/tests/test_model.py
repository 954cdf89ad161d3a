"""The shipped model on ordinary and on strange symbols."""

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barline_core.bars import BarSeries, data_version_of
from barline_prediction.artefact import LoadedModel
from barline_prediction.intervals import Floats
from barline_prediction.making import choose_basis, make_vintage
from barline_prediction.model import forecast
from barline_prediction.vintage import ForecastStep

from .stored_bars import recent_sessions, wandering

MADE_AT = datetime(2013, 3, 2, 12, tzinfo=UTC)


def series_of(closes: Floats) -> BarSeries:
    count = len(closes)
    ones = np.ones(count)
    series = BarSeries(
        symbol="TEST",
        date=np.array(recent_sessions(count), dtype="datetime64[D]"),
        open=closes,
        high=closes,
        low=closes,
        close=closes,
        volume=1000.0 * ones,
        split_ratio=ones,
        dividend=0.0 * ones,
        actions_known=True,
        data_version="",
    )
    return replace(series, data_version=data_version_of(series))


def steps_of(loaded: LoadedModel, closes: Floats) -> tuple[ForecastStep, ...]:
    return make_vintage(choose_basis(1, series_of(closes), None), loaded, "v", MADE_AT).steps


STRANGE = {
    "constant": np.full(300, 20.0),
    "260 bars": wandering(260),
    "300 bars": wandering(300),
    "penny stock": np.round(wandering(600, start=0.03, daily=0.05), 4).clip(0.0001),
    "one tick up and down": np.where(np.arange(400) % 2 == 0, 0.0001, 0.0002),
    "a fund that hardly moves": wandering(1500, start=100.0, daily=0.0004),
    "very dear": wandering(800, start=400_000.0),
    "split nobody told of": np.where(np.arange(500) < 480, 700.0, 100.0) * wandering(500) / 50.0,
    "woken after years": np.concatenate([np.full(2000, 5.0), wandering(30, start=5.0, daily=0.1)]),
    "asleep after years": np.concatenate([wandering(2000), np.full(300, 5.0)]),
    "ever falling": 1000.0 * 0.98 ** np.arange(400),
}


@pytest.mark.parametrize("closes", STRANGE.values(), ids=STRANGE.keys())
def test_intervals_are_finite_positive_and_ordered_on_any_symbol(
    loaded: LoadedModel, closes: Floats
) -> None:
    for step in steps_of(loaded, closes):
        bounds = [step.lower_95, step.lower_80, step.close, step.upper_80, step.upper_95]
        naive = [
            step.naive_lower_95, step.naive_lower_80, step.naive_close,
            step.naive_upper_80, step.naive_upper_95,
        ]  # fmt: skip
        for prices in (bounds, naive):
            assert np.isfinite(prices).all()
            assert prices == sorted(prices)
            assert prices[0] > 0.0
        assert step.lower_95 < step.lower_80 < step.close < step.upper_80 < step.upper_95


def test_the_interval_of_a_flat_series_is_next_to_nothing(loaded: LoadedModel) -> None:
    last = steps_of(loaded, STRANGE["constant"])[-1]
    assert 20.0 * 0.999 < last.lower_95 < last.upper_95 < 20.0 * 1.001


def test_a_random_walk_gets_about_the_intervals_of_a_random_walk(loaded: LoadedModel) -> None:
    for seed in range(5):
        last = steps_of(loaded, wandering(1500, daily=0.02, seed=seed))[-1]
        width = np.log(last.upper_95 / last.lower_95) / np.log(
            last.naive_upper_95 / last.naive_lower_95
        )
        assert 0.7 < width < 1.5


@pytest.mark.parametrize("drift", [-0.004, -0.001, 0.0, 0.001, 0.004])
def test_the_median_carries_no_drift_whatever_the_past(loaded: LoadedModel, drift: float) -> None:
    closes = wandering(1000) * np.exp(drift * np.arange(1000))
    assert {step.close for step in steps_of(loaded, closes)} == {closes[-1]}


def test_bars_after_the_origin_change_nothing(loaded: LoadedModel) -> None:
    series = series_of(wandering(700))
    as_of: date = series.date[399].item()
    perturbed = series.close.copy()
    perturbed[400:] *= 3.0
    later = replace(series, close=perturbed, split_ratio=np.where(np.arange(700) == 500, 2.0, 1.0))
    first, second = (
        make_vintage(choose_basis(1, bars, as_of), loaded, "v", MADE_AT) for bars in (series, later)
    )
    assert first == second


def test_a_close_of_zero_in_the_past_is_left_out(loaded: LoadedModel) -> None:
    closes = wandering(400)
    holed = np.insert(closes, 350, 0.0)
    for ours, theirs in zip(steps_of(loaded, holed), steps_of(loaded, closes), strict=True):
        assert ours.upper_80 == pytest.approx(theirs.upper_80, rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), daily=st.floats(1e-5, 0.5), count=st.integers(260, 900))
def test_wider_for_longer_and_ordered_for_any_walk(
    loaded: LoadedModel, seed: int, daily: float, count: int
) -> None:
    closes = wandering(count, daily=daily, seed=seed)
    quantiles = forecast(loaded.model, closes, np.array([count - 1]))[0]
    assert np.isfinite(quantiles).all()
    assert (np.diff(quantiles, axis=1) > 0.0).all()
    assert quantiles[-1, 4] > quantiles[0, 4]


def test_a_batch_is_each_origin_alone(loaded: LoadedModel) -> None:
    closes = wandering(900)
    origins = np.arange(260, 900, 7)
    together = forecast(loaded.model, closes, origins)
    for row, origin in zip(together, origins, strict=True):
        alone = forecast(loaded.model, closes, np.array([origin]))[0]
        np.testing.assert_allclose(row, alone, rtol=1e-10, atol=1e-15)
