"""Signals that come from elsewhere are traded, measured and shown like those of the moving averages."""

from dataclasses import replace

import numpy as np
import pytest

from barline_backtest.answer import prices_part
from barline_backtest.audit import audit
from barline_backtest.backtest import perform
from barline_backtest.engine import Run, cut, run, trade
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import Prices
from barline_backtest.signals import Signals, find_signals
from barline_backtest.strict_json import encode
from barline_backtest.trade_list import trade_rows

from .cases import NO_FAULTS, Case, asked, prices_of

OPENS = [10.0, 11.0, 12.0, 20.0, 21.0, 25.0]
CLOSES = [10.0, 12.0, 16.0, 20.0, 24.0, 25.0]
PARAMETERS = RunParameters(symbol="OWN", winbuy=2, winsell=2, price_basis="raw")


def wanted_long(prices: Prices, parameters: RunParameters) -> Run:
    """Long while the close is above 11 and below 20: as an outsider would write a strategy."""
    history, first = cut(prices, parameters)
    long = (history.close > 11.0) & (history.close < 20.0)
    return trade(history, first, Signals(buy=long, sell=~long), parameters)


def test_long_and_flat_signals_fill_at_the_next_open() -> None:
    made = wanted_long(prices_of(CLOSES, OPENS), PARAMETERS)
    # Bought at 12 in session 2 for the close of session 1, sold at 21 in session 4 for that of session 3.
    assert made.trades.entry.tolist() == [2]
    assert made.trades.exit.tolist() == [4]
    assert made.equity.tolist() == pytest.approx(
        [1e4, 1e4, 1e4 * 16 / 12, 1e4 * 20 / 12, 1e4 * 21 / 12, 1e4 * 21 / 12]
    )


def test_the_rules_own_signals_handed_in_make_the_same_run(msft: Case) -> None:
    parameters = replace(asked(msft.choices), commission_bps=5.0, slippage_bps=3.0)
    history, first = cut(msft.prices, parameters)
    own = find_signals(history.close, parameters)
    given = trade(history, first, Signals(buy=own.buy, sell=own.sell), parameters)
    assert given.equity.tolist() == run(msft.prices, parameters).equity.tolist()


def test_a_run_of_own_signals_is_measured_and_has_no_averages() -> None:
    backtest = perform(
        prices_of(CLOSES, OPENS),
        PARAMETERS,
        data_version="v",
        faults=NO_FAULTS,
        strategy=wanted_long,
    )
    assert backtest.metrics.trading.trades == 1
    assert backtest.metrics.growth.total_return == pytest.approx(21 / 12 - 1)
    [row] = trade_rows(backtest.run)
    assert row["entry_average_buy"] is row["exit_average_sell"] is None
    assert "average_buy" not in prices_part(backtest)
    assert encode([row])


def test_own_signals_can_be_audited_for_a_look_ahead() -> None:
    assert audit(prices_of(CLOSES, OPENS), PARAMETERS, dates=5, seed=1, strategy=wanted_long).passed


def test_signals_of_another_length_are_refused() -> None:
    history, first = cut(prices_of(CLOSES, OPENS), PARAMETERS)
    short = np.zeros(len(history) - 1, dtype=np.bool_)
    with pytest.raises(ValueError, match="one element a session"):
        trade(history, first, Signals(buy=short, sell=short), PARAMETERS)
