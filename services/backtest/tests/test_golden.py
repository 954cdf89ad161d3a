"""Seven sessions worked out by hand for each rule, fill and cost."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from barline_backtest.engine import Run, buy_and_hold, run
from barline_backtest.metrics import by_name, summarise
from barline_backtest.parameters import RunParameters

from .cases import FIRST_DAY, prices_of

#          session     0     1     2     3     4     5     6
OPENS = [10.0, 11.0, 11.0, 10.0, 13.0, 14.0, 11.0]
CLOSES = [10.0, 12.0, 9.0, 12.0, 15.0, 12.0, 10.0]
# mean of two       none  11.0  10.5  10.5  13.5  13.5  11.0
# below                         buy               buy   buy
# above                   sell        sell  sell
PARAMETERS = RunParameters(symbol="HAND", winbuy=2, winsell=2, price_basis="raw")


def played(**changes: object) -> Run:
    return run(prices_of(CLOSES, OPENS), replace(PARAMETERS, **changes))


def day(session: int) -> date:
    return FIRST_DAY + timedelta(days=session)


def test_order_fills_at_the_next_open() -> None:
    result = played()
    # 1,000 shares at 10 in session 3, sold at 13 in session 4; 13000 / 11 shares bought in session 6.
    assert result.trades.entry_signal.tolist() == [2, 5]
    assert result.trades.entry.tolist() == [3, 6]
    assert result.trades.exit_signal.tolist() == [3, -1]
    assert result.trades.exit.tolist() == [4, -1]
    assert result.trades.shares.tolist() == pytest.approx([1000, 13000 / 11])
    assert result.equity.tolist() == pytest.approx(
        [10000, 10000, 10000, 12000, 13000, 13000, 130000 / 11]
    )


def test_a_position_can_be_sold_by_the_close_of_the_session_it_was_filled_in() -> None:
    trades = played().trades
    assert trades.entry[0] == trades.exit_signal[0] == 3


def test_order_fills_at_the_next_close() -> None:
    result = played(fill="next_close")
    # Bought at 12 in session 3, whose own close is above the mean: sold at 15 in session 4; bought at 10 in session 6.
    assert result.trades.entry.tolist() == [3, 6]
    assert result.trades.exit.tolist() == [4, -1]
    assert result.equity.tolist() == pytest.approx([10000] * 4 + [12500] * 3)


def test_order_fills_at_the_same_close() -> None:
    result = played(fill="same_close")
    assert result.trades.entry.tolist() == result.trades.entry_signal.tolist() == [2, 5]
    assert result.trades.exit.tolist() == [3, -1]
    won = 10000 * 12 / 9
    assert result.equity.tolist() == pytest.approx(
        [10000, 10000, 10000, won, won, won, won / 12 * 10]
    )


def test_same_close_acts_once_a_session() -> None:
    # Below the average of nine sessions and above that of two at the same closes: a second action would sell at once.
    closes = [100.0] * 8 + [50.0, 60.0, 50.0, 60.0, 61.0]
    parameters = replace(PARAMETERS, winbuy=9, winsell=2, fill="same_close")
    trades = run(prices_of(closes), parameters).trades
    assert trades.entry.tolist() == [8, 10, 12]
    assert trades.exit.tolist() == [9, 11, -1]


def test_slippage_moves_the_price_then_commission_is_charged_on_both_legs() -> None:
    result = played(commission_bps=100.0, slippage_bps=50.0)
    bought = 10000 / (10 * 1.005 * 1.01)
    assert result.trades.shares[0] == pytest.approx(bought)
    assert result.trades.entry_fill[0] == pytest.approx(10.05)
    assert result.trades.exit_fill[0] == pytest.approx(12.935)
    assert result.cash[4] == pytest.approx(bought * 12.935 * 0.99)
    assert result.trades.commission[0] == pytest.approx(bought * (10.05 + 12.935) * 0.01)
    assert result.trades.slippage[0] == pytest.approx(bought * (0.05 + 0.065))


def test_whole_shares_leave_the_rest_in_cash() -> None:
    result = played(shares="whole", initial_investment=105.0)
    assert result.trades.shares.tolist() == [10, 12]  # then 135 in cash buys 12 at 11
    assert result.cash.tolist() == pytest.approx([105, 105, 105, 5, 135, 135, 3])
    assert result.equity[-1] == pytest.approx(3 + 12 * 10)


def test_no_trade_when_not_even_one_share_can_be_bought() -> None:
    result = played(shares="whole", initial_investment=9.99)
    assert len(result.trades) == 0
    assert result.refused_orders == 2
    assert set(result.equity) == {9.99}


def test_rounding_does_not_cost_a_share() -> None:
    closes = [0.09, 0.09, 0.07, 0.07]
    result = run(prices_of(closes), replace(PARAMETERS, shares="whole", initial_investment=7.0))
    assert result.trades.shares.tolist() == [100]
    assert result.cash[-1] == 0


def test_cross_signals_only_where_the_close_goes_beyond_its_average() -> None:
    assert played(rule="cross").trades.entry_signal.tolist() == [2, 5]
    late = {"start": day(6)}
    assert played(rule="level", **late).pending_order is not None
    assert played(rule="cross", **late).pending_order is None


def test_cross_needs_the_average_of_the_session_before() -> None:
    # The first defined average is at session 1, where the close is below it at once.
    falling = prices_of([10.0, 9.0, 8.0, 7.0])
    assert run(falling, PARAMETERS).trades.entry_signal.tolist() == [1]
    assert len(run(falling, replace(PARAMETERS, rule="cross")).trades) == 0


def test_bars_before_the_start_serve_the_averages_only() -> None:
    result = played(start=day(2))
    assert result.date[0] == day(2)
    assert result.trades.entry_signal[0] == 2  # at the close of the start itself
    assert result.equity.size == 5


def test_a_signal_at_the_last_close_is_a_pending_order() -> None:
    buying = played(end=day(2)).pending_order
    assert buying is not None
    assert (buying.side, buying.signal) == ("buy", 2)
    selling = played(end=day(3)).pending_order
    assert selling is not None
    assert (selling.side, selling.signal) == ("sell", 3)


def test_same_close_leaves_no_order_pending() -> None:
    assert played(fill="same_close", end=day(2)).pending_order is None


def test_exponential_average_is_seeded_with_the_simple_one() -> None:
    signals = played(average="ema", winbuy=3).signals
    assert signals is not None
    # Weight 1/2: the mean of 10, 12 and 9, then half way to each further close.
    expected = [31 / 3, (31 / 3 + 12) / 2]
    assert signals.average_buy[2:4].tolist() == pytest.approx(expected, rel=1e-15)


def test_closes_that_tie_with_their_average_make_no_signal() -> None:
    flat = prices_of([33.3] * 50)
    for rule in ("level", "cross"):
        for average in ("sma", "ema"):
            parameters = replace(PARAMETERS, rule=rule, average=average, winbuy=7, winsell=11)
            result = run(flat, parameters)
            assert len(result.trades) == 0
            assert result.pending_order is None


def test_the_band_of_a_tie_is_one_billionth() -> None:
    # With a window of two, the close is below its mean by half the step.
    for step, signals in ((1e-9, 0), (4e-9, 1)):
        closes = [1.0, 1.0 - step, 1.0 - step]
        assert len(run(prices_of(closes), PARAMETERS).trades) == signals


def test_buy_and_hold_buys_at_the_first_open_and_pays_the_same_costs() -> None:
    prices = prices_of(CLOSES, OPENS)
    held = buy_and_hold(prices, replace(PARAMETERS, start=day(1), commission_bps=100.0))
    assert held.equity.tolist() == pytest.approx([10000 / 11 / 1.01 * c for c in CLOSES[1:]])
    at_close = buy_and_hold(prices, replace(PARAMETERS, start=day(1), fill="next_close"))
    assert at_close.equity[0] == pytest.approx(10000)


def test_the_metrics_of_the_hand_worked_run() -> None:
    prices = prices_of(CLOSES, OPENS)
    metrics = by_name(summarise(played(), buy_and_hold(prices, PARAMETERS), risk_free=0.0))
    assert metrics["total_return"] == pytest.approx(2 / 11)
    assert metrics["cagr"] == pytest.approx((13 / 11) ** (365.25 / 6) - 1)
    assert metrics["max_drawdown"] == pytest.approx(-1 / 11)
    assert metrics["drawdown_peak_date"] == day(5)
    assert metrics["drawdown_trough_date"] == day(6)
    assert metrics["drawdown_recovery_date"] is None
    assert metrics["longest_underwater_sessions"] == 1
    assert (metrics["trades"], metrics["fills"], metrics["open_position"]) == (2, 3, True)
    assert metrics["exposure"] == pytest.approx(2 / 7)
    assert metrics["win_rate"] == 1.0
    assert metrics["profit_factor"] is None
    assert metrics["expectancy"] == metrics["best_trade"] == pytest.approx(0.3)
    assert metrics["median_holding_sessions"] == 1
    assert metrics["ulcer_index"] == pytest.approx((1 / 11) / 7**0.5)
    # Returns: 0, 0, 0, 1/5, 1/12, 0, -1/11.
    assert metrics["omega"] == pytest.approx((1 / 5 + 1 / 12) * 11)
    mean_equity = (10000 * 3 + 12000 + 13000 * 2 + 130000 / 11) / 7
    traded = 10000 + 13000 + 13000
    assert metrics["turnover"] == pytest.approx(traded / mean_equity / (6 / 365.25))
