"""The engine and every metric agree with a loop that anybody can read."""

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from barline_backtest.backtest import Backtest, perform
from barline_backtest.metrics import Metrics, by_name
from barline_backtest.stored_bars import StoredBars
from barline_core.bars import BarSeries, PriceBasis

from .cases import NO_FAULTS, Case, asked, cases
from .slow_loop import Choices, Story, tell, tell_holding
from .slow_metrics import Value, measure

TOLERANCE = 1e-9

Actions = dict[int, tuple[float, float]]  # session: split ratio, dividend
ACTIONS = st.dictionaries(
    st.integers(0, 119),
    st.sampled_from([(2.0, 0.0), (0.1, 0.0), (1.0, 0.13), (1.0, 2.5), (3.0, 0.02)]),
    max_size=3,
)


def backtest_of(case: Case) -> Backtest:
    return perform(case.prices, asked(case.choices), data_version="v", faults=NO_FAULTS)


def adjusted_by_hand(case: Case, actions: Actions, basis: PriceBasis) -> Case:
    """The case in a price basis: back in time, every action scales all that came before it."""
    factor, factors = 1.0, []
    for session in reversed(range(len(case.days))):
        factors.append(factor)
        split, dividend = actions.get(session, (1.0, 0.0))
        close = case.closes[session]
        kept = close / (close + dividend) if basis == "total_return" else 1.0
        factor *= kept / split if basis != "raw" else 1.0
    factors.reverse()
    opens = [price * f for price, f in zip(case.opens, factors, strict=True)]
    closes = [price * f for price, f in zip(case.closes, factors, strict=True)]
    return replace(case, opens=opens, closes=closes)


def stored(case: Case, actions: Actions) -> BarSeries:
    """The raw case as the store hands it out."""
    opens, closes = case.prices.open, case.prices.close
    each = [actions.get(session, (1.0, 0.0)) for session in range(len(case.days))]
    split_ratio, dividend = np.array(each).T
    return BarSeries(
        symbol="TEST",
        date=case.prices.date,
        open=opens,
        high=np.maximum(opens, closes),
        low=np.minimum(opens, closes),
        close=closes,
        volume=np.ones(len(closes)),
        split_ratio=split_ratio,
        dividend=dividend,
        actions_known=True,
        data_version="v",
    )


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


def assert_agreement(case: Case, backtest: Backtest) -> None:
    story = tell(case.days, case.opens, case.closes, case.choices)
    holding = tell_holding(case.days, case.opens, case.closes, case.choices)
    assert_same_run(backtest, story)
    assert_same_trades(backtest, story)
    assert backtest.benchmark.equity == pytest.approx(holding.equity, rel=TOLERANCE)
    assert_same_metrics(backtest.metrics, measure(story, holding, case.choices))
    assert_same_metrics(backtest.benchmark_metrics, measure(holding, holding, case.choices))


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=cases(), actions=ACTIONS, basis=st.sampled_from(["raw", "split", "total_return"]))
def test_engine_and_metrics_agree_with_the_slow_loop(
    case: Case, actions: Actions, basis: PriceBasis
) -> None:
    bars = StoredBars(stored(case, actions), capability=None)
    parameters = replace(asked(case.choices), price_basis=basis)
    backtest = perform(bars.prices(basis), parameters, data_version="v", faults=NO_FAULTS)
    assert_agreement(adjusted_by_hand(case, actions, basis), backtest)


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
    case = replace(msft, choices=choices)
    assert_agreement(case, backtest_of(case))


def test_real_bars_trade_often_enough_to_mean_something(msft: Case) -> None:
    assert len(backtest_of(msft).run.trades) > 100
    assert np.all(np.isfinite(backtest_of(msft).run.equity))
