"""Inputs with nothing in them give null metrics and a finding, never NaN, infinity or a crash."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from barline_backtest.backtest import Backtest, perform
from barline_backtest.engine import NoSessions, run
from barline_backtest.metrics import by_name
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import Prices, usable_prices

from .cases import FIRST_DAY, NO_FAULTS, prices_of

PARAMETERS = RunParameters(symbol="FLAT", winbuy=2, winsell=3, price_basis="raw")
RATIOS = ("sharpe", "sortino", "calmar", "omega", "skew", "kurtosis", "probabilistic_sharpe")
TRADING = ("win_rate", "profit_factor", "expectancy", "average_win", "average_loss", "best_trade")


def backtest_over(closes: list[float], **changes: object) -> Backtest:
    parameters = replace(PARAMETERS, **changes)
    return perform(prices_of(closes), parameters, data_version="v", faults=NO_FAULTS)


def assert_undefined(backtest: Backtest, *names: str) -> None:
    metrics = by_name(backtest.metrics)
    message = next(f.message for f in backtest.findings if f.id == "undefined-metrics")
    for name in names:
        assert metrics[name] is None
        assert name in message


def ids(backtest: Backtest) -> list[str]:
    return [finding.id for finding in backtest.findings]


def test_constant_price_makes_no_trade_and_no_ratio() -> None:
    backtest = backtest_over([33.3] * 100)
    assert "no-trades" in ids(backtest)
    assert_undefined(backtest, *RATIOS, *TRADING, "alpha", "beta", "information_ratio")
    metrics = by_name(backtest.metrics)
    assert metrics["total_return"] == metrics["volatility"] == metrics["max_drawdown"] == 0.0
    assert metrics["cagr"] == 0.0
    assert metrics["drawdown_trough_date"] is None


def test_buying_and_holding_a_constant_price_has_no_volatility_from_rounding() -> None:
    # 10000 / 33.3 shares are worth 10000.000000000002: a curve of nothing but rounding.
    held = by_name(backtest_over([33.3] * 100).benchmark_metrics)
    assert held["volatility"] == 0.0
    assert held["max_drawdown"] == 0.0
    assert held["longest_underwater_sessions"] == 0
    assert all(held[name] is None for name in RATIOS)


def test_one_bar_has_no_yearly_figures() -> None:
    backtest = backtest_over([10.0])
    assert_undefined(backtest, *RATIOS, "cagr", "volatility", "turnover", "tracking_error")
    assert {"no-trades", "window-longer-than-history", "short-history"} <= set(ids(backtest))


def test_two_bars_are_enough_for_a_return() -> None:
    backtest = backtest_over([10.0, 9.0])
    assert by_name(backtest.benchmark_metrics)["total_return"] == pytest.approx(-0.1)
    assert backtest.run.pending_order is not None


def test_windows_longer_than_the_history_give_no_signal_and_a_finding() -> None:
    backtest = backtest_over([10.0, 9.0, 12.0, 8.0], winbuy=2000, winsell=5)
    found = [f.message for f in backtest.findings if f.id == "window-longer-than-history"]
    assert len(found) == 2
    assert "winbuy = 2000" in found[0]
    assert len(backtest.run.trades) == 0


def test_losses_only_leave_wins_undefined() -> None:
    closes = [100.0]
    for _ in range(12):  # falls, then a rise above the short average only: each trade loses
        closes += [closes[-1] * 0.8, closes[-1] * 0.8 * 0.7, closes[-1] * 0.8 * 0.7 * 1.01]
    backtest = backtest_over(closes, winbuy=3, winsell=2, commission_bps=100.0)
    metrics = by_name(backtest.metrics)
    assert metrics["win_rate"] == 0.0
    assert metrics["profit_factor"] == 0.0
    assert_undefined(backtest, "average_win")
    assert isinstance(metrics["average_loss"], float)
    assert metrics["average_loss"] < 0


def test_growth_beyond_any_number_in_a_year_is_null() -> None:
    prices = prices_of([1.0, 1e4], days=[FIRST_DAY, date(2020, 1, 2)])
    backtest = perform(prices, PARAMETERS, data_version="v", faults=NO_FAULTS)
    held = by_name(backtest.benchmark_metrics)
    assert held["total_return"] == pytest.approx(9999)
    assert held["cagr"] is None


def test_no_session_between_start_and_end_is_said_so() -> None:
    prices = prices_of([10.0, 11.0, 12.0])
    with pytest.raises(NoSessions):
        run(prices, replace(PARAMETERS, start=date(2030, 1, 1)))
    with pytest.raises(NoSessions):
        run(prices, replace(PARAMETERS, end=date(2010, 1, 1)))
    with pytest.raises(NoSessions):
        run(prices_of([]), PARAMETERS)


def test_prices_nobody_can_trade_at_are_left_out_and_named() -> None:
    days = np.arange(5).astype("datetime64[D]")
    opens = np.array([1.0, 0.0, 2.0, np.nan, 3.0])
    closes = np.array([1.0, 2.0, -1.0, 2.0, 3.0])
    prices, left_out = usable_prices(days, opens, closes)
    assert prices.date.tolist() == days[[0, 4]].tolist()
    assert left_out.tolist() == days[1:4].tolist()


def test_prices_refuse_what_the_engine_cannot_work_with() -> None:
    days, price = np.arange(2).astype("datetime64[D]"), np.array([1.0, 2.0])
    with pytest.raises(ValueError, match="ascending"):
        Prices(days[::-1], price, price)
    with pytest.raises(ValueError, match="positive"):
        Prices(days, price, np.array([1.0, 0.0]))
    with pytest.raises(ValueError, match="one length"):
        Prices(days, price, price[:1])
