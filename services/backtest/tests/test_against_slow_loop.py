"""The engine and every metric agree with a loop that anybody can read."""

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from barline_backtest.backtest import Backtest, perform
from barline_backtest.metrics import Metrics, by_name

from .cases import NO_FAULTS, Case, asked, cases
from .slow_loop import Choices, Story, tell, tell_holding
from .slow_metrics import Value, measure

TOLERANCE = 1e-9


def backtest_of(case: Case) -> Backtest:
    return perform(case.prices, asked(case.choices), data_version="v", faults=NO_FAULTS)


def assert_same_run(backtest: Backtest, story: Story) -> None:
    run = backtest.run
    assert run.date.tolist() == story.days
    assert run.equity == pytest.approx(story.equity, rel=TOLERANCE)
    # What whole shares leave over is the difference of two large amounts: its scale is theirs.
    assert run.cash == pytest.approx(story.cash, abs=TOLERANCE * max(story.equity))
    assert run.shares == pytest.approx(story.shares, rel=TOLERANCE)
    assert run.refused_orders == story.trader.refused
    pending = run.pending_order and (run.pending_order.side, run.pending_order.signal)
    assert pending == story.trader.order


def assert_same_trades(backtest: Backtest, story: Story) -> None:
    trades = backtest.run.trades
    assert len(trades) == len(story.positions)
    last = len(backtest.run.prices) - 1
    for i, position in enumerate(story.positions):
        sessions = (position.signal, position.entry, position.exit_signal, position.exit)
        columns = (trades.entry_signal, trades.entry, trades.exit_signal, trades.exit)
        assert tuple(int(c[i]) for c in columns) == tuple(-1 if s is None else s for s in sessions)
        close = float(backtest.run.prices.close[last])
        received = position.shares * close if position.received is None else position.received
        expected = {
            "entry_price": position.price,
            "entry_fill": position.fill,
            "exit_price": math.nan if position.exit_price is None else position.exit_price,
            "exit_fill": math.nan if position.exit_fill is None else position.exit_fill,
            "shares": position.shares,
            "commission": position.fees,
            "slippage": position.slipped,
            "profit": received - position.paid,
            "trade_return": received / position.paid - 1,
            "sessions_held": (last if position.exit is None else position.exit) - position.entry,
            "best_excursion": max(position.closes) / position.fill - 1,
            "worst_excursion": min(position.closes) / position.fill - 1,
        }
        for name, value in expected.items():
            found = float(getattr(trades, name)[i])
            assert found == pytest.approx(
                value, rel=TOLERANCE, abs=TOLERANCE * max(1, position.paid), nan_ok=True
            ), name


def assert_same_metrics(metrics: Metrics, expected: dict[str, Value]) -> None:
    found = by_name(metrics)
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        if value is None or isinstance(value, bool | date):
            assert found[name] == value, (name, found[name], value)
        else:
            assert found[name] == pytest.approx(value, rel=TOLERANCE, abs=TOLERANCE), name


def assert_agreement(case: Case) -> None:
    backtest = backtest_of(case)
    story = tell(case.days, case.opens, case.closes, case.choices)
    holding = tell_holding(case.days, case.opens, case.closes, case.choices)
    assert_same_run(backtest, story)
    assert_same_trades(backtest, story)
    assert backtest.benchmark.equity == pytest.approx(holding.equity, rel=TOLERANCE)
    assert_same_metrics(backtest.metrics, measure(story, holding, case.choices))
    assert_same_metrics(backtest.benchmark_metrics, measure(holding, holding, case.choices))


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=cases())
def test_engine_and_metrics_agree_with_the_slow_loop(case: Case) -> None:
    assert_agreement(case)


EVERY_COMBINATION = [
    {"rule": rule, "fill": fill, "average": average, "whole": whole, "commission_bps": costs}
    for rule in ("level", "cross")
    for fill in ("next_open", "next_close", "same_close")
    for average in ("sma", "ema")
    for whole in (False, True)
    for costs in (0.0, 10.0)
]


@pytest.mark.parametrize(
    "combination", EVERY_COMBINATION, ids=lambda c: "-".join(map(str, c.values()))
)
def test_every_combination_agrees_on_thirteen_years_of_real_bars(
    msft: Case, combination: dict[str, object]
) -> None:
    slippage = 5.0 if combination["commission_bps"] else 0.0
    choices = Choices(winbuy=50, winsell=200, slippage_bps=slippage, risk_free=0.02, **combination)
    assert_agreement(replace(msft, choices=choices))


def test_real_bars_trade_often_enough_to_mean_something(msft: Case) -> None:
    assert len(backtest_of(msft).run.trades) > 100
    assert np.all(np.isfinite(backtest_of(msft).run.equity))
