"""The compiled heart of the engine: jumps from signal to signal and books one row a trade.

It never steps through bars. With the tables of next signals a run costs as many steps as it has trades, which is what
lets a sweep visit thousands of cells. A row is final when it is booked: nothing later in time is read for it.
"""

from dataclasses import dataclass

import numpy as np

from barline_backtest.compilation import compiled
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import FloatArray, IntArray

NONE = -1  # no such session: an exit not made, an order not pending
HAIR = 4e-15  # what a few roundings take from a quotient


@dataclass(frozen=True, slots=True)
class Ledger:
    """One element a trade (open one last), in the order of entry, then what is left at the end.

    Sessions are indices into the bars the engine was given; `NONE` where there is none. `shares` is what each trade
    held, `cash_kept` what its purchase left over and `cash_after` what its sale brought that to, in currency.
    `pending_buy` and `pending_sell` are the signal sessions of orders that no session was left to fill. `refused`
    counts orders that could not buy one whole share.
    """

    entry_signal: IntArray
    entry: IntArray
    exit_signal: IntArray
    exit: IntArray
    shares: FloatArray
    cash_kept: FloatArray
    cash_after: FloatArray
    pending_buy: int
    pending_sell: int
    refused: int


def follow_signals(
    fill_price: FloatArray,
    next_buy: IntArray,
    next_sell: IntArray,
    first: int,
    parameters: RunParameters,
) -> Ledger:
    """Book the trades of a strategy that may act from session `first` on.

    fill_price: float64 of shape (sessions,), the price orders of each session fill at, before slippage. next_buy and
    next_sell: the tables of `signals.next_true`, of shape (sessions + 1,).
    """
    sessions, amounts, pending_buy, pending_sell, refused = book_trades(
        fill_price,
        next_buy,
        next_sell,
        first,
        parameters.fill_delay_sessions,
        parameters.initial_investment,
        parameters.commission,
        parameters.slippage,
        parameters.shares == "whole",
    )
    entry_signal, entry, exit_signal, leave = sessions
    shares, cash_kept, cash_after = amounts
    return Ledger(
        entry_signal=entry_signal,
        entry=entry,
        exit_signal=exit_signal,
        exit=leave,
        shares=shares,
        cash_kept=cash_kept,
        cash_after=cash_after,
        pending_buy=pending_buy,
        pending_sell=pending_sell,
        refused=refused,
    )


def hold_from(fill_price: FloatArray, first: int, parameters: RunParameters) -> Ledger:
    """Book one purchase at session `first`, made without a signal and never sold; none when it buys no share."""
    unit_cost = (
        float(fill_price[first]) * (1.0 + parameters.slippage) * (1.0 + parameters.commission)
    )
    whole = parameters.shares == "whole"
    shares = affordable_shares(parameters.initial_investment, unit_cost, whole)
    rest = left_over(parameters.initial_investment, shares, unit_cost, whole)
    bought = 1 if shares > 0.0 else 0
    return Ledger(
        entry_signal=np.full(bought, NONE),
        entry=np.full(bought, first),
        exit_signal=np.full(bought, NONE),
        exit=np.full(bought, NONE),
        shares=np.full(bought, shares),
        cash_kept=np.full(bought, rest),
        cash_after=np.zeros(bought),
        pending_buy=NONE,
        pending_sell=NONE,
        refused=1 - bought,
    )


@compiled
def affordable_shares(cash: float, unit_cost: float, whole: bool) -> float:
    """Shares that `cash` buys at `unit_cost` (commission included): all of it, or the most whole ones."""
    if not whole:
        return cash / unit_cost
    # A hair more than the cash keeps 7.00 from buying 99 shares at 0.07: rounding decides nothing.
    return float(np.floor(cash / unit_cost * (1.0 + HAIR)))


@compiled
def left_over(cash: float, shares: float, unit_cost: float, whole: bool) -> float:
    """What a purchase leaves: nothing of fractional shares, and never less than nothing."""
    return max(cash - shares * unit_cost, 0.0) if whole else 0.0


@compiled
def book_trades(  # noqa: PLR0917 - numba kernels take their arguments by position
    fill_price: FloatArray,
    next_buy: IntArray,
    next_sell: IntArray,
    first: int,
    delay: int,
    cash: float,
    commission: float,
    slippage: float,
    whole: bool,
) -> tuple[IntArray, FloatArray, int, int, int]:
    """Alternate between the buy and the sell rule; `delay` is the sessions from a signal to its fill.

    Returns the sessions (4, trades) and amounts (3, trades) in the order of Ledger's fields, then its last three.
    """
    end = fill_price.size
    sessions = np.full((4, max(end - first, 0) // 2 + 1), NONE, dtype=np.int64)
    amounts = np.zeros((3, sessions.shape[1]))
    trades, refused, signal = 0, 0, next_buy[min(first, end)]
    while signal + delay < end:
        unit_cost = fill_price[signal + delay] * (1.0 + slippage) * (1.0 + commission)
        shares = affordable_shares(cash, unit_cost, whole)
        if shares <= 0.0:
            refused += 1
            signal = next_buy[signal + 1]
            continue
        sessions[0, trades], sessions[1, trades] = signal, signal + delay
        cash = left_over(cash, shares, unit_cost, whole)
        amounts[0, trades], amounts[1, trades] = shares, cash
        trades += 1
        # The session after the signal is the first whose close may sell: it is the session of the fill, or with
        # same_close, where the signal's own session already had its one action, the next.
        signal = next_sell[signal + 1]
        if signal + delay >= end:
            return sessions[:, :trades], amounts[:, :trades], NONE, pending(signal, end), refused
        unit_value = fill_price[signal + delay] * (1.0 - slippage) * (1.0 - commission)
        cash += shares * unit_value
        sessions[2, trades - 1], sessions[3, trades - 1] = signal, signal + delay
        amounts[2, trades - 1] = cash
        signal = next_buy[signal + 1]
    return sessions[:, :trades], amounts[:, :trades], pending(signal, end), NONE, refused


@compiled
def pending(signal: int, end: int) -> int:
    """The session of a signal that was given but could not fill; NONE when there was no signal."""
    return signal if signal < end else NONE


@compiled
def mark(  # noqa: PLR0917 - numba kernels take their arguments by position
    close: FloatArray,
    first: int,
    initial_cash: float,
    entry: IntArray,
    leave: IntArray,
    held: FloatArray,
    cash_kept: FloatArray,
    cash_after: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Cash, shares and equity at the close of each session from `first` on, from the booked trades."""
    cash = np.full(close.size - first, initial_cash)
    shares = np.zeros(close.size - first)
    for trade in range(entry.size):
        end = leave[trade] if leave[trade] != NONE else close.size
        following = entry[trade + 1] if trade + 1 < entry.size else close.size
        cash[entry[trade] - first : end - first] = cash_kept[trade]
        shares[entry[trade] - first : end - first] = held[trade]
        cash[end - first : following - first] = cash_after[trade]
    return cash, shares, cash + shares * close[first:]
