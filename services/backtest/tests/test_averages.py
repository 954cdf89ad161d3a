"""Averages hold twelve digits on histories where a plain running sum does not."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barline_backtest.averages import moving_averages
from barline_backtest.parameters import Average
from barline_backtest.prices import FloatArray

PRICES = st.lists(
    st.floats(1e-4, 4e5, allow_nan=False, allow_infinity=False), min_size=1, max_size=60
)


def moving_average(closes: FloatArray, window: int, average: Average) -> FloatArray:
    (made,) = moving_averages(closes, (window,), average)
    return made


def exact_means(closes: list[float], window: int) -> list[Fraction]:
    exact = [Fraction(close) for close in closes]
    return [
        sum(exact[t + 1 - window : t + 1], Fraction()) / window
        for t in range(window - 1, len(exact))
    ]


def worst_error(average: FloatArray, expected: list[Fraction]) -> float:
    defined = average[~np.isnan(average)]
    assert defined.size == len(expected)
    errors = [abs(Fraction(float(a)) / e - 1) for a, e in zip(defined, expected, strict=True)]
    return float(max(errors, default=Fraction()))


@settings(max_examples=200, deadline=None)
@given(closes=PRICES, window=st.integers(2, 20))
def test_simple_average_is_exact_to_the_last_digits(closes: list[float], window: int) -> None:
    average = moving_average(np.array(closes), window, "sma")
    assert worst_error(average, exact_means(closes, window)) < 1e-15


def test_simple_average_holds_twelve_digits_after_a_fall_by_nine_orders_of_magnitude() -> None:
    closes = [400_000.0 + i / 7 for i in range(7_500)] + [0.0003 + i * 1e-9 for i in range(7_500)]
    window = 200
    # From the same prefix sums as another window.
    _, average = moving_averages(np.array(closes), (50, window), "sma")
    expected = exact_means(closes[-400:], window)
    assert worst_error(average[-len(expected) :], expected) < 1e-12
    # The obvious way does not: this is why the engine takes the trouble.
    sums = np.concatenate(([0.0], np.cumsum(closes)))
    plain = (sums[window:] - sums[:-window]) / window
    assert worst_error(plain[-len(expected) :], expected) > 1e-9


@settings(max_examples=100, deadline=None)
@given(closes=PRICES, window=st.integers(2, 20))
def test_exponential_average_holds_twelve_digits(closes: list[float], window: int) -> None:
    expected = exact_means(closes[:window], window) if len(closes) >= window else []
    for close in closes[window:]:
        expected.append(expected[-1] + Fraction(2, window + 1) * (Fraction(close) - expected[-1]))
    assert worst_error(moving_average(np.array(closes), window, "ema"), expected) < 1e-12


@pytest.mark.parametrize("average", ["sma", "ema"])
def test_average_is_undefined_before_its_window_is_full(average: str) -> None:
    closes = np.array([1.0, 2.0, 3.0, 4.0])
    assert np.isnan(moving_average(closes, 3, average)).tolist() == [True, True, False, False]
    assert np.isnan(moving_average(closes, 5, average)).all()
    assert moving_average(closes[:0], 2, average).size == 0
