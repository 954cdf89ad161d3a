"""Metrics agree with empyrical-reloaded and scipy where the definitions do, and differ where the docstrings say so."""

import math

import empyrical
import numpy as np
import pytest
import scipy.stats

from barline_backtest.backtest import Backtest, perform
from barline_backtest.metrics import MetricValue, by_name
from barline_backtest.returns import daily_returns, deviation_of, mean_and_spread, per_session
from barline_backtest.risk import measure_risk, probabilistic_sharpe

from .cases import NO_FAULTS, Case, asked
from .slow_loop import Choices

RISK_FREE = 0.015


@pytest.fixture(scope="module")
def backtest(msft: Case) -> Backtest:
    choices = Choices(winbuy=20, winsell=50, commission_bps=3.0, risk_free=RISK_FREE, rule="cross")
    return perform(msft.prices, asked(choices), data_version="v", faults=NO_FAULTS)


@pytest.fixture(scope="module")
def metrics(backtest: Backtest) -> dict[str, MetricValue]:
    return by_name(backtest.metrics)


def test_risk_metrics_agree_with_empyrical(
    backtest: Backtest, metrics: dict[str, MetricValue]
) -> None:
    r = backtest.metrics.returns
    rate = per_session(RISK_FREE)
    expected = {
        "total_return": empyrical.cum_returns_final(r),
        "volatility": empyrical.annual_volatility(r),
        "sharpe": empyrical.sharpe_ratio(r, risk_free=rate),
        "sortino": empyrical.sortino_ratio(r, required_return=rate),
        "omega": empyrical.omega_ratio(r),
        "value_at_risk_95": empyrical.value_at_risk(r, 0.05),
        "expected_shortfall_95": empyrical.conditional_value_at_risk(r, 0.05),
        "max_drawdown": empyrical.max_drawdown(r),
    }
    for name, value in expected.items():
        assert metrics[name] == pytest.approx(float(value), rel=1e-9), name


def test_relative_metrics_agree_with_empyrical(
    backtest: Backtest, metrics: dict[str, MetricValue]
) -> None:
    r, b = backtest.metrics.returns, backtest.benchmark_metrics.returns
    rate = per_session(RISK_FREE)
    assert metrics["beta"] == pytest.approx(float(empyrical.beta(r, b, risk_free=rate)), rel=1e-9)
    ratio = float(empyrical.excess_sharpe(r, b)) * math.sqrt(252)
    assert metrics["information_ratio"] == pytest.approx(ratio, rel=1e-9)
    # empyrical compounds alpha over the year; the contract multiplies.
    compounded = float(empyrical.alpha(r, b, risk_free=rate))
    alpha = metrics["alpha"]
    assert isinstance(alpha, float)
    assert (1 + alpha / 252) ** 252 - 1 == pytest.approx(compounded, rel=1e-9)


def test_moments_agree_with_scipy(backtest: Backtest, metrics: dict[str, MetricValue]) -> None:
    r = backtest.metrics.returns
    assert metrics["skew"] == pytest.approx(scipy.stats.skew(r), rel=1e-9)
    assert metrics["kurtosis"] == pytest.approx(scipy.stats.kurtosis(r, fisher=False), rel=1e-9)


@pytest.mark.parametrize("value", [0.0123456789, 1 / 3, -0.07, 0.0])
def test_equal_returns_have_no_spread_however_many_there_are(value: float) -> None:
    returns = np.full(20_000, value)
    mean, squares, largest = mean_and_spread(returns)
    assert mean == pytest.approx(value, rel=1e-15)
    assert deviation_of(squares, returns.size, largest) == 0.0
    risk = measure_risk(returns, 0.0)
    assert risk.sharpe is risk.skew is risk.kurtosis is risk.probabilistic_sharpe is None
    assert risk.volatility == 0.0


def test_mean_and_spread_are_those_of_exact_sums() -> None:
    returns = np.random.default_rng(5).normal(0.0004, 0.02, 15_000)
    mean, squares, largest = mean_and_spread(returns)
    exact = math.fsum(returns) / returns.size
    assert mean == pytest.approx(exact, rel=1e-14)
    assert squares == pytest.approx(math.fsum((returns - exact) ** 2), rel=1e-13)
    assert largest == np.max(np.abs(returns))


def test_the_first_session_counts_against_the_initial_investment() -> None:
    returns = daily_returns(np.array([9_900.0, 10_890.0]), 10_000.0)
    assert returns.tolist() == pytest.approx([-0.01, 0.1])


def test_probabilistic_sharpe_takes_raw_kurtosis() -> None:
    # Bailey & Lopez de Prado 2012, by hand for normal returns: z = 0.1 sqrt(99) / sqrt(1 + 0.1^2 / 2).
    z = 0.1 * math.sqrt(99) / math.sqrt(1.005)
    expected = scipy.stats.norm.cdf(z)
    assert probabilistic_sharpe(0.1, 100, 0.0, 3.0) == pytest.approx(expected, rel=1e-12)
    excess = probabilistic_sharpe(0.1, 100, 0.0, 0.0)
    assert excess is not None
    assert excess > expected  # what feeding excess kurtosis would claim


def test_probabilistic_sharpe_reproduces_published_moments() -> None:
    # The returns of OpenBB's pull request 7633 with their population Sharpe ratio, against zero.
    i = np.arange(90)
    r = 0.003 + 0.01 * np.sin(i) + 0.004 * np.cos(3 * i)
    sharpe = float(np.mean(r) / np.std(r))
    assert sharpe == pytest.approx(0.4101142526, abs=1e-10)
    skew, kurtosis = float(scipy.stats.skew(r)), float(scipy.stats.kurtosis(r, fisher=False))
    found = probabilistic_sharpe(sharpe, 90, skew, kurtosis, benchmark=0.2412876454)
    assert found == pytest.approx(0.9399085246, abs=1e-9)
