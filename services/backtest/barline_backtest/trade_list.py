"""The trades and the pending order of a run as rows for people and programs."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from barline_backtest.engine import Run
from barline_backtest.prices import FloatArray, IntArray
from barline_backtest.strict_json import JsonValue, nullable

Row = dict[str, JsonValue]


def trade_rows(run: Run) -> list[Row]:
    """One row a trade, oldest first; what an open trade does not have yet is null.

    Prices are in the run's price basis, `*_fill_price` after slippage. The averages are those at the close of the
    signal. `profit`, `return` and the costs of an open trade are as of the last close, without the costs of selling.
    """
    trades = run.trades
    columns: dict[str, Sequence[JsonValue]] = {
        "entry_signal_date": dates_at(run, trades.entry_signal),
        "entry_date": dates_at(run, trades.entry),
        "entry_price": trades.entry_price.tolist(),
        "entry_fill_price": trades.entry_fill.tolist(),
        **averages_at(run, trades.entry_signal, "entry"),
        "exit_signal_date": dates_at(run, trades.exit_signal),
        "exit_date": dates_at(run, trades.exit),
        "exit_price": nullable(trades.exit_price),
        "exit_fill_price": nullable(trades.exit_fill),
        **averages_at(run, trades.exit_signal, "exit"),
        "shares": trades.shares.tolist(),
        "commission": trades.commission.tolist(),
        "slippage": trades.slippage.tolist(),
        "costs": (trades.commission + trades.slippage).tolist(),
        "profit": trades.profit.tolist(),
        "return": trades.trade_return.tolist(),
        "sessions_held": trades.sessions_held.tolist(),
        "best_excursion": trades.best_excursion.tolist(),
        "worst_excursion": trades.worst_excursion.tolist(),
        "open": (~trades.closed).tolist(),
    }
    names = tuple(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def pending_order_row(run: Run) -> Row | None:
    """The order that waits for the next session: its side, its signal's date and close, and both averages there."""
    order = run.pending_order
    if order is None:
        return None
    session = np.array([order.signal])
    averages = averages_at(run, session, "")
    return {
        "side": order.side,
        "signal_date": dates_at(run, session)[0],
        "close": float(run.prices.close[order.signal]),
        **{name: values[0] for name, values in averages.items()},
    }


def dates_at(run: Run, sessions: IntArray) -> list[date | None]:
    """The dates of sessions of the history; None for a session that there is none of."""
    named: list[date] = run.prices.date[sessions].tolist()
    return [
        name if session >= 0 else None
        for name, session in zip(named, sessions.tolist(), strict=True)
    ]


def averages_at(run: Run, sessions: IntArray, event: str) -> dict[str, list[float | None]]:
    """Both averages at the signal sessions of an event, None where there is no session or no average yet."""
    prefix = f"{event}_" if event else ""
    names = ("average_buy", "average_sell")
    return {f"{prefix}{name}": at(getattr(run.signals, name, None), sessions) for name in names}


def at(values: FloatArray | None, sessions: IntArray) -> list[float | None]:
    """The values at the sessions, None where there is none."""
    if values is None:
        return [None] * int(sessions.size)
    return nullable(np.where(sessions >= 0, values[sessions], np.nan))
