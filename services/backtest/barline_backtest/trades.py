"""The trades of a run as columns: everything the trade list shows and the trade statistics need."""

from dataclasses import dataclass

import numpy as np

from barline_backtest.ledger import NONE, Ledger, close_extremes
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Trades:
    """One element a round trip, in order of entry; the last may still be open.

    Sessions are indices into the run's history, -1 where there is none (buy-and-hold has no entry signal, an open
    trade no exit). `*_price` is before slippage, `*_fill` after it, NaN for an exit not made. `commission`,
    `slippage` and `profit` are currency, `trade_return` and the excursions fractions. An open trade is marked at the
    last close without the costs of a sale.
    """

    entry_signal: IntArray
    entry: IntArray
    exit_signal: IntArray
    exit: IntArray
    entry_price: FloatArray
    entry_fill: FloatArray
    exit_price: FloatArray
    exit_fill: FloatArray
    shares: FloatArray
    commission: FloatArray
    slippage: FloatArray
    value_traded: FloatArray
    profit: FloatArray
    trade_return: FloatArray
    sessions_held: IntArray
    best_excursion: FloatArray
    worst_excursion: FloatArray

    def __len__(self) -> int:
        return int(self.entry.size)

    @property
    def closed(self) -> BoolArray:
        return np.not_equal(self.exit, NONE)


def describe_trades(
    ledger: Ledger, fill_price: FloatArray, close: FloatArray, parameters: RunParameters
) -> Trades:
    """Work out every column of the booked trades.

    fill_price and close: float64 of shape (sessions,), the whole history of the run. `trade_return` is on the cash
    put in: what the sale brought after costs over what the purchase cost with costs, minus 1; `sessions_held` counts
    from the entry's session to the exit's (or the last); the excursions compare the highest and lowest close held
    with the entry's fill price.
    """
    closed = ledger.exit != NONE
    entry_price = fill_price[ledger.entry]
    entry_fill = entry_price * (1.0 + parameters.slippage)
    exit_price = np.where(closed, fill_price[ledger.exit], np.nan)
    exit_fill = exit_price * (1.0 - parameters.slippage)
    cost_a_share = entry_fill * (1.0 + parameters.commission)
    worth_a_share = np.where(closed, exit_fill * (1.0 - parameters.commission), close[-1])
    exit_value = np.where(closed, exit_fill, 0.0)
    exit_slippage = np.where(closed, exit_price - exit_fill, 0.0)
    highest, lowest = close_extremes(close, ledger.entry, ledger.exit)
    return Trades(
        entry_signal=ledger.entry_signal,
        entry=ledger.entry,
        exit_signal=ledger.exit_signal,
        exit=ledger.exit,
        entry_price=entry_price,
        entry_fill=entry_fill,
        exit_price=exit_price,
        exit_fill=exit_fill,
        shares=ledger.shares,
        commission=ledger.shares * (entry_fill + exit_value) * parameters.commission,
        slippage=ledger.shares * (entry_fill - entry_price + exit_slippage),
        value_traded=ledger.shares * (entry_fill + exit_value),
        profit=ledger.shares * (worth_a_share - cost_a_share),
        trade_return=worth_a_share / cost_a_share - 1.0,
        sessions_held=np.where(closed, ledger.exit, close.size - 1) - ledger.entry,
        best_excursion=highest / entry_fill - 1.0,
        worst_excursion=lowest / entry_fill - 1.0,
    )
