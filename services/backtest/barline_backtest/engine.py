"""One backtest from bars and parameters to trades and equity. Pure: no clock, no database, no randomness.

The stages are separate so that a sweep can keep what its cells share: averages and signal tables depend on one
window each, the ledger on a pair of them, and marking is needed only for the cells that are looked at.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from barline_backtest.ledger import NONE, Ledger, follow_signals, hold_from, mark
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import BoolArray, DateArray, FloatArray, Prices
from barline_backtest.signals import Signals, find_signals, next_true
from barline_backtest.trades import Trades, describe_trades

ENGINE_VERSION = "1.1.0"  # changes whenever any number of any run could change


class NoSessions(ValueError):
    """There is not one session between the start and the end that were asked for."""


@dataclass(frozen=True, slots=True)
class PendingOrder:
    """An order signalled at the last close, which no session was left to fill."""

    side: Literal["buy", "sell"]
    signal: int  # session index


@dataclass(frozen=True, slots=True)
class Run:
    """What one strategy did. `prices` and `signals` are the whole history up to the end; the run begins at `first`.

    `cash` and `shares` have one element a session of the run, at its close; `equity` is cash + shares x close.
    """

    prices: Prices
    signals: Signals | None  # None for buy-and-hold, which follows none
    first: int
    initial_investment: float
    cash: FloatArray
    shares: FloatArray
    equity: FloatArray
    trades: Trades
    pending_order: PendingOrder | None
    refused_orders: int

    @property
    def date(self) -> DateArray:
        """The sessions of the run."""
        return self.prices.date[self.first :]

    @property
    def held(self) -> BoolArray:
        """Whether there was a position at each close of the run."""
        return self.shares > 0.0

    @property
    def calendar_days(self) -> int:
        """Days from the first session of the run to its last."""
        return int((self.date[-1] - self.date[0]) / np.timedelta64(1, "D"))


# How a strategy is handed to whoever makes runs of it: the whole history in, one run out; raises NoSessions.
Strategy = Callable[[Prices, RunParameters], Run]


def run(prices: Prices, parameters: RunParameters) -> Run:
    """Backtest the moving-average rules of `parameters`.

    prices: one price basis, the whole history; bars after `end` are cut off before anything is computed, bars before
    `start` serve the averages only. The first signal can be at the close of the first session at or after `start`.
    Raises NoSessions when no session lies between the two.
    """
    history, first = cut(prices, parameters)
    return trade(history, first, find_signals(history.close, parameters), parameters)


def trade(history: Prices, first: int, signals: Signals, parameters: RunParameters) -> Run:
    """Trade any signals of `history` from session `first` on: the way in for rules that are not moving averages.

    Of `parameters` only the fill, the costs, the shares and the investment are looked at; see `cut` for history and
    first. Signals have one element a session of the history.
    """
    if not signals.buy.size == signals.sell.size == len(history):
        raise ValueError("buy and sell signals must have one element a session of the history")
    next_buy, next_sell = next_true(signals.buy), next_true(signals.sell)
    fill_price = filling_prices(history, parameters)
    ledger = follow_signals(fill_price, next_buy, next_sell, first, parameters)
    return settle(history, signals, first, ledger, parameters)


def buy_and_hold(prices: Prices, parameters: RunParameters) -> Run:
    """Buy at the first session's open (its close when the strategy fills at closes) and hold, with the same costs.

    Takes the prices, start and end of the strategy, so that the two can be compared session by session.
    """
    history, first = cut(prices, parameters)
    ledger = hold_from(filling_prices(history, parameters), first, parameters)
    return settle(history, None, first, ledger, parameters)


def cut(prices: Prices, parameters: RunParameters) -> tuple[Prices, int]:
    """The history a run may see, and the index of its first session."""
    history = prices.until(parameters.end)
    first = history.first_session(parameters.start)
    if first >= len(history):
        raise NoSessions
    return history, first


def filling_prices(prices: Prices, parameters: RunParameters) -> FloatArray:
    """The price each session's orders fill at, before slippage."""
    return prices.open if parameters.fill == "next_open" else prices.close


def settle(
    history: Prices,
    signals: Signals | None,
    first: int,
    ledger: Ledger,
    parameters: RunParameters,
) -> Run:
    """Mark the booked trades at every close. An open position is marked, not sold."""
    cash, shares, equity = mark(
        history.close,
        first,
        parameters.initial_investment,
        ledger.entry,
        ledger.exit,
        ledger.shares,
        ledger.cash_kept,
        ledger.cash_after,
    )
    fill_price = filling_prices(history, parameters)
    return Run(
        prices=history,
        signals=signals,
        first=first,
        initial_investment=parameters.initial_investment,
        cash=cash,
        shares=shares,
        equity=equity,
        trades=describe_trades(ledger, fill_price, history.close, parameters),
        pending_order=pending_order(ledger),
        refused_orders=ledger.refused,
    )


def pending_order(ledger: Ledger) -> PendingOrder | None:
    """The order still waiting at the end; there is at most one."""
    if ledger.pending_buy != NONE:
        return PendingOrder("buy", ledger.pending_buy)
    if ledger.pending_sell != NONE:
        return PendingOrder("sell", ledger.pending_sell)
    return None
