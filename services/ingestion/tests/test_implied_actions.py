"""Splits and dividends recovered from adjusted closes, however they are rounded."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barline_core.bars import later_product
from barline_ingestion.implied_actions import Unexplained, implied_actions
from barline_sandbox.history import real_history
from barline_sandbox.series import adjusted_closes

HISTORY = real_history()


def adjusted_by_rule(close: np.ndarray, split: np.ndarray, dividend: np.ndarray) -> np.ndarray:
    """A slow loop: Alpha Vantage's rule as it is written down."""
    adjusted, factor = close.copy(), 1.0
    for row in range(len(close) - 1, 0, -1):
        factor *= close[row] / (close[row] + dividend[row]) / split[row]
        adjusted[row - 1] = close[row - 1] * factor
    return adjusted


@pytest.mark.parametrize("ticker", sorted(HISTORY))
def test_exact_adjusted_closes_give_the_very_actions(ticker: str) -> None:
    source = HISTORY[ticker]
    found = implied_actions(
        source.close, adjusted_closes(source), close_decimals=2, adjusted_decimals=17
    )
    assert np.array_equal(found.split, source.split)
    np.testing.assert_allclose(found.dividend, source.dividend, atol=1e-6)


@pytest.mark.parametrize("ticker", sorted(HISTORY))
@pytest.mark.parametrize("decimals", [2, 4, 6])
def test_rounded_adjusted_closes_are_reproduced_to_half_their_last_digit(
    ticker: str, decimals: int
) -> None:
    source = HISTORY[ticker]
    column = np.round(adjusted_closes(source), decimals)
    found = implied_actions(source.close, column, close_decimals=2, adjusted_decimals=decimals)
    ours = adjusted_by_rule(source.close, found.split, found.dividend)
    assert np.max(np.abs(ours - column)) <= 0.5 * 10.0**-decimals * (1 + 1e-6)
    assert np.array_equal(found.split[found.split != 1.0], source.split[source.split != 1.0])
    assert np.count_nonzero(found.dividend) <= np.count_nonzero(source.dividend)


def test_a_column_relative_to_a_later_day_gives_the_same_actions() -> None:
    source = HISTORY["IBM"]
    later = adjusted_closes(source) * 0.5
    found = implied_actions(source.close, later, close_decimals=2, adjusted_decimals=17)
    np.testing.assert_allclose(found.dividend, source.dividend, atol=1e-6)


def test_without_adjustment_there_is_no_action() -> None:
    close = HISTORY["GOOG"].close
    found = implied_actions(close, close, close_decimals=2, adjusted_decimals=2)
    assert np.all(found.split == 1.0)
    assert np.all(found.dividend == 0.0)


def test_a_reverse_split_is_a_split_and_no_negative_dividend() -> None:
    close = np.array([1.0, 1.01, 10.2, 10.3])
    found = implied_actions(
        close, np.array([10.0, 10.1, 10.2, 10.3]), close_decimals=2, adjusted_decimals=2
    )
    assert found.split.tolist() == [1.0, 1.0, 0.1, 1.0]


def test_an_adjusted_close_above_the_close_without_a_split_is_explained_by_nothing() -> None:
    close = np.array([10.0, 10.0, 10.0])
    with pytest.raises(Unexplained) as unexplained:
        implied_actions(close, np.array([12.0, 10.0, 10.0]), close_decimals=2, adjusted_decimals=2)
    assert unexplained.value.row == 1


def test_a_doubling_without_a_jump_of_the_close_is_no_split() -> None:
    close = np.array([10.0, 10.0, 10.0])
    found = implied_actions(
        close, np.array([5.0, 10.0, 10.0]), close_decimals=2, adjusted_decimals=2
    )
    assert found.split.tolist() == [1.0, 1.0, 1.0]
    assert found.dividend.tolist() == [0.0, 10.0, 0.0]


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    decimals=st.integers(2, 8),
    payments=st.integers(0, 12),
    splits=st.integers(0, 2),
)
def test_whatever_the_actions_were_the_column_comes_out_again(
    seed: int, decimals: int, payments: int, splits: int
) -> None:
    random = np.random.default_rng(seed)
    count = 400
    split, dividend = np.ones(count), np.zeros(count)
    split[random.choice(np.arange(1, count), splits, replace=False)] = random.choice(
        [2.0, 3.0, 1.5, 0.2], splits
    )
    wandering = 80.0 * np.exp(np.cumsum(random.normal(0.0, 0.01, count)))
    close = np.round(wandering * later_product(split), 2)
    paid = random.choice(np.arange(1, count), payments, replace=False)
    dividend[paid] = np.round(random.uniform(0.05, 2.0, payments), 2)
    column = np.round(adjusted_by_rule(close, split, dividend), decimals)
    found = implied_actions(close, column, close_decimals=2, adjusted_decimals=decimals)
    ours = adjusted_by_rule(close, found.split, found.dividend)
    assert np.max(np.abs(ours - column)) <= 0.5 * 10.0**-decimals * (1 + 1e-6) + 1e-9
