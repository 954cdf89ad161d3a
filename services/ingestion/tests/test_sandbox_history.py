"""The recovered corporate actions must be the real ones, and must lead back to the source's closes."""

import numpy as np
import pytest
from bokeh_sampledata import stocks
from hypothesis import given
from hypothesis import strategies as st

from barline_sandbox.history import NAMES, real_history
from barline_sandbox.series import ListedSeries, adjusted_closes


@pytest.fixture(scope="module")
def history() -> dict[str, ListedSeries]:
    return dict(real_history())


def splits(series: ListedSeries) -> dict[str, float]:
    rows = np.flatnonzero(series.split != 1.0)
    return {str(series.date[row]): float(series.split[row]) for row in rows}


def dividends(series: ListedSeries) -> dict[str, float]:
    rows = np.flatnonzero(series.dividend)
    return {str(series.date[row]): float(series.dividend[row]) for row in rows}


def test_the_splits_of_the_period_are_found(history: dict[str, ListedSeries]) -> None:
    assert {symbol: splits(series) for symbol, series in history.items()} == {
        "AAPL": {"2000-06-21": 2.0, "2005-02-28": 2.0},
        "FB": {},
        "GOOG": {},
        "IBM": {},
        "MSFT": {"2003-02-18": 2.0},
    }


def test_dividends_are_recovered_to_the_cent(history: dict[str, ListedSeries]) -> None:
    counts = {symbol: len(dividends(series)) for symbol, series in history.items()}
    assert counts == {"AAPL": 3, "FB": 0, "GOOG": 0, "IBM": 52, "MSFT": 37}
    for series in history.values():
        assert np.array_equal(series.dividend, np.round(series.dividend, 2))
    assert dividends(history["AAPL"]) == {
        "2012-08-09": 2.65,
        "2012-11-07": 2.65,
        "2013-02-07": 2.65,
    }
    assert dividends(history["MSFT"])["2004-11-15"] == 3.08  # Three dollars were a special one.


@pytest.mark.parametrize("symbol", NAMES)
def test_adjusting_again_gives_the_adjusted_close_of_the_source(
    symbol: str, history: dict[str, ListedSeries]
) -> None:
    """To 1e-13: the source's column is relative to a later date, so it is brought to its end."""
    source = np.array(getattr(stocks, symbol)["adj_close"])
    series = history[symbol]
    relative = source / source[-1] * series.close[-1]
    assert np.max(np.abs(adjusted_closes(series) / relative - 1.0)) < 1e-13


def test_the_rule_of_previous_closes_would_not_give_cents() -> None:
    """The evidence for the rule: the other usual one leaves fractions of a cent."""
    columns = stocks.IBM
    close, adjusted = np.array(columns["close"]), np.array(columns["adj_close"])
    step = (adjusted / close)[1:] / (adjusted / close)[:-1]
    paid = np.flatnonzero(step - 1.0 > 1e-9)
    other_rule = close[paid] * (1.0 - 1.0 / step[paid])
    assert np.max(np.abs(other_rule - np.round(other_rule, 2))) > 1e-3


@given(st.integers(1, 3000))
def test_adjusted_closes_agree_with_a_loop_at_any_end(length: int) -> None:
    series = HISTORY["MSFT"].rows(slice(0, length))
    factor, expected = 1.0, []
    for row in range(length - 1, -1, -1):
        expected.append(series.close[row] * factor)
        paid = series.close[row] + series.dividend[row]
        factor *= series.close[row] / paid / series.split[row]
    np.testing.assert_allclose(adjusted_closes(series), expected[::-1], rtol=1e-13)


HISTORY = real_history()
