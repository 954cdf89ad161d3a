"""One sweep cell through the ledger of a single run, session by session."""

import math

import numpy as np

from barline_backtest.compilation import compiled
from barline_backtest.engine import filling_prices
from barline_backtest.holding_tables import TableArray
from barline_backtest.ledger import book_trades, mark
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import FloatArray, Prices
from barline_backtest.returns import SESSIONS_A_YEAR, daily_returns, per_session, sharpe_ratio

Walked = tuple[
    float, float, float, float
]  # growth factor, deepest drawdown, Sharpe ratio or NaN, trades


def walk_cell(
    history: Prices,
    parameters: RunParameters,
    first: int,
    next_buy: TableArray,
    next_sell: TableArray,
) -> Walked:
    """What the tables would say of this cell, from its whole equity curve."""
    equity, trades = equity_of(history, parameters, first, next_buy, next_sell)
    initial = parameters.initial_investment
    returns = daily_returns(equity, initial)
    sharpe = sharpe_ratio(returns, per_session(parameters.risk_free))
    return (
        float(equity[-1]) / initial,
        deepest_fall(equity, initial),
        math.nan if sharpe is None else sharpe * math.sqrt(SESSIONS_A_YEAR),
        float(trades),
    )


def equity_of(
    history: Prices,
    parameters: RunParameters,
    first: int,
    next_buy: TableArray,
    next_sell: TableArray,
) -> tuple[FloatArray, int]:
    """Equity at each close of the run, and the entries filled."""
    sessions, amounts, _, _, _ = book_trades(
        filling_prices(history, parameters),
        next_buy.astype(np.int64),
        next_sell.astype(np.int64),
        first,
        parameters.fill_delay_sessions,
        parameters.initial_investment,
        parameters.commission,
        parameters.slippage,
        parameters.shares == "whole",
    )
    _, entry, _, leave = sessions
    held, cash_kept, cash_after = amounts
    _, _, equity = mark(
        history.close,
        first,
        parameters.initial_investment,
        entry,
        leave,
        held,
        cash_kept,
        cash_after,
    )
    return equity, int(np.size(entry))


@compiled
def deepest_fall(equity: FloatArray, initial: float) -> float:
    """The lowest equity over its running peak, minus 1; the peak starts at the initial investment."""
    peak, deepest = initial, 0.0
    for value in equity:
        peak = max(peak, value)
        deepest = min(deepest, value / peak - 1.0)
    return deepest
