"""The trades of a run as columns: everything the trade list shows and the trade statistics need."""

from dataclasses import dataclass

import numpy as np

from barline_backtest.compilation import compiled
from barline_backtest.ledger import NONE, Ledger
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
    columns, sessions_held = describe(
        fill_price,
        close,
        ledger.entry,
        ledger.exit,
        ledger.shares,
        parameters.commission,
        parameters.slippage,
    )
    return Trades(
        entry_signal=ledger.entry_signal,
        entry=ledger.entry,
        exit_signal=ledger.exit_signal,
        exit=ledger.exit,
        entry_price=columns[0],
        entry_fill=columns[1],
        exit_price=columns[2],
        exit_fill=columns[3],
        shares=ledger.shares,
        commission=columns[4],
        slippage=columns[5],
        value_traded=columns[6],
        profit=columns[7],
        trade_return=columns[8],
        sessions_held=sessions_held,
        best_excursion=columns[9],
        worst_excursion=columns[10],
    )


@compiled
def describe(  # noqa: PLR0917 - numba kernels take their arguments by position
    fill_price: FloatArray,
    close: FloatArray,
    entry: IntArray,
    leave: IntArray,
    shares: FloatArray,
    commission: float,
    slippage: float,
) -> tuple[FloatArray, IntArray]:
    """The columns of Trades that are computed, (11, trades) in its order, and the sessions held."""
    columns = np.empty((11, entry.size))
    sessions_held = np.empty(entry.size, dtype=np.int64)
    for i in range(entry.size):
        closed = leave[i] != NONE
        price = fill_price[entry[i]]
        fill = price * (1.0 + slippage)
        exit_price = fill_price[leave[i]] if closed else np.nan
        exit_fill = exit_price * (1.0 - slippage)
        exit_value = exit_fill if closed else 0.0
        slipped = fill - price + (exit_price - exit_fill if closed else 0.0)
        cost = fill * (1.0 + commission)
        worth = exit_fill * (1.0 - commission) if closed else close[-1]
        highest, lowest = -np.inf, np.inf
        for held in close[entry[i] : leave[i] if closed else close.size]:
            highest, lowest = max(highest, held), min(lowest, held)
        traded = shares[i] * (fill + exit_value)
        columns[0, i], columns[1, i] = price, fill
        columns[2, i], columns[3, i] = exit_price, exit_fill
        columns[4, i], columns[5, i], columns[6, i] = (
            traded * commission,
            shares[i] * slipped,
            traded,
        )
        columns[7, i], columns[8, i] = shares[i] * (worth - cost), worth / cost - 1.0
        columns[9, i], columns[10, i] = highest / fill - 1.0, lowest / fill - 1.0
        sessions_held[i] = (leave[i] if closed else close.size - 1) - entry[i]
    return columns, sessions_held
