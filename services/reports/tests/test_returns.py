"""What the charts compute, against slow loops and algebra."""

import numpy as np
import pytest
from empyrical import aggregate_returns
from hypothesis import given
from hypothesis import strategies as st
from pandas import Series, to_datetime

from barline_reports.returns import (
    calendar_returns,
    daily_returns,
    drawdowns,
    rolling_sharpe,
    rolling_volatility,
    worst_spells,
)

from .report_samples import Bars

curves = st.lists(st.floats(0.5, 2.0), min_size=1, max_size=60).map(
    lambda growth: 100.0 * np.cumprod(growth)
)


@given(curves)
def test_daily_returns_compound_to_the_whole(equity: np.ndarray) -> None:
    assert np.prod(1 + daily_returns(equity, 100.0)) == pytest.approx(equity[-1] / 100.0)


def test_calendar_returns_equal_empyrical(msft: Bars) -> None:
    dates = np.array(msft.date, dtype="datetime64[D]")
    equity = np.array(msft.close)
    returns = Series(daily_returns(equity, equity[0]), index=to_datetime(msft.date))
    for unit, name in (("M", "monthly"), ("Y", "yearly")):
        mine = [period.value for period in calendar_returns(dates, equity, float(equity[0]), unit)]
        assert mine == pytest.approx(aggregate_returns(returns, name).to_list(), abs=1e-12)


def test_the_first_period_starts_at_the_initial_investment() -> None:
    dates = np.array(["2020-01-30", "2020-01-31", "2020-03-02"], dtype="datetime64[D]")
    january, march = calendar_returns(dates, np.array([110.0, 120.0, 60.0]), 100.0, "M")
    assert (january.year, january.month, january.value) == (2020, 1, pytest.approx(0.2))
    assert (march.year, march.month, march.value) == (2020, 3, pytest.approx(-0.5))


def test_rolling_measures_equal_a_slow_loop() -> None:
    returns = np.random.default_rng(3).normal(0, 0.01, 40)
    windows = [returns[i : i + 10] for i in range(31)]
    volatility = [np.std(w, ddof=1) * 252**0.5 for w in windows]
    rate = 1.05 ** (1 / 252) - 1
    sharpe = [(np.mean(w) - rate) / np.std(w, ddof=1) * 252**0.5 for w in windows]
    assert rolling_volatility(returns, 10) == pytest.approx(volatility)
    assert rolling_sharpe(returns, 10, 0.05) == pytest.approx(sharpe)


def test_a_window_without_movement_has_no_sharpe_ratio() -> None:
    assert np.isnan(rolling_sharpe(np.zeros(20), 10, 0.0)).all()
    assert np.isnan(rolling_sharpe(np.full(20, 0.001), 10, 0.0)).all()


@given(curves)
def test_worst_spells_are_separate_and_ordered_by_depth(equity: np.ndarray) -> None:
    fall = drawdowns(equity, 100.0)
    spells = worst_spells(fall, 5)
    assert [spell.depth for spell in spells] == sorted(spell.depth for spell in spells)
    assert not spells or spells[0].depth == fall.min()
    sessions: set[int] = set()
    for spell in spells:
        below = set(range(spell.peak + 1, spell.peak + 1 + spell.sessions))
        assert (fall[sorted(below)] < 0).all()
        assert spell.trough in below
        assert not below & sessions
        sessions |= below
        if spell.recovery is None:
            assert max(below) == len(fall) - 1
        else:
            assert fall[spell.recovery] == 0
    if len(spells) < 5:
        assert sessions == set(np.flatnonzero(fall < 0))


def test_a_fall_from_the_first_session_peaks_at_the_start() -> None:
    (spell,) = worst_spells(drawdowns(np.array([90.0, 80.0, 100.0]), 100.0), 5)
    assert (spell.peak, spell.trough, spell.recovery, spell.sessions) == (-1, 1, 2, 2)
