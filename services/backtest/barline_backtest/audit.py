"""Does a backtest look ahead? Cut the future off, and make another future up: the past must not move by one bit."""

from dataclasses import dataclass, replace

import numpy as np

from barline_backtest.engine import Run, Strategy, run
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import DateArray, Prices


@dataclass(frozen=True, slots=True)
class AuditedDate:
    """What moved up to the close of one date: names of what differs, empty when nothing does."""

    cut: np.datetime64
    moved_when_truncated: tuple[str, ...]
    moved_when_perturbed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """The dates looked at, and the seed that chose them and the made-up futures."""

    seed: int
    dates: tuple[AuditedDate, ...]

    @property
    def passed(self) -> bool:
        return not any(one.moved_when_truncated or one.moved_when_perturbed for one in self.dates)


def audit(
    prices: Prices,
    parameters: RunParameters,
    *,
    dates: int,
    seed: int,
    strategy: Strategy = run,
) -> Audit:
    """Truncate at random sessions of the run and perturb every price after them.

    Signals, fills, cash, shares and equity up to that close must be equal to the last bit. The last session is never
    chosen: nothing comes after it. Raises NoSessions like the strategy itself.
    """
    whole = strategy(prices, parameters)
    history = whole.prices
    generator = np.random.default_rng(seed)
    choice = np.arange(whole.first, len(history) - 1)
    count = min(dates, choice.size)
    sessions = np.sort(generator.choice(choice, size=count, replace=False)) if count else choice
    return Audit(
        seed=seed,
        dates=tuple(
            examine(whole, parameters, int(session), generator, strategy) for session in sessions
        ),
    )


def examine(
    whole: Run,
    parameters: RunParameters,
    session: int,
    generator: np.random.Generator,
    strategy: Strategy,
) -> AuditedDate:
    """Both experiments at one session."""
    history = whole.prices
    cut = history.date[session]
    truncated = strategy(history, replace(parameters, end=cut.item()))
    perturbed = strategy(perturb_after(history, session, generator), parameters)
    return AuditedDate(
        cut=cut,
        moved_when_truncated=differences(whole, truncated, session),
        moved_when_perturbed=differences(whole, perturbed, session),
    )


def perturb_after(history: Prices, session: int, generator: np.random.Generator) -> Prices:
    """The same history up to `session`, and after it opens and closes up to a third higher or lower."""
    later = len(history) - session - 1
    opened, closed = history.open.copy(), history.close.copy()
    opened[session + 1 :] *= generator.uniform(0.67, 1.5, later)
    closed[session + 1 :] *= generator.uniform(0.67, 1.5, later)
    dates: DateArray = history.date
    return Prices(dates, opened, closed)


def differences(one: Run, other: Run, session: int) -> tuple[str, ...]:
    """What of two runs differs up to the close of a session of the history."""
    count = session + 1 - one.first
    same = {
        "equity": np.array_equal(one.equity[:count], other.equity[:count]),
        "cash": np.array_equal(one.cash[:count], other.cash[:count]),
        "shares": np.array_equal(one.shares[:count], other.shares[:count]),
        "fills": fills_until(one, session) == fills_until(other, session),
        "signals": signals_until(one, session) == signals_until(other, session),
    }
    return tuple(name for name, equal in same.items() if not equal)


def fills_until(made: Run, session: int) -> list[tuple[int, int, float, float]]:
    """Signal and fill sessions of each leg filled up to a session, with its price and shares."""
    trades = made.trades
    bought = trades.entry <= session
    sold = trades.closed & (trades.exit <= session)
    legs = [
        *zip(*(c[bought].tolist() for c in buy_columns(made)), strict=True),
        *zip(*(c[sold].tolist() for c in sell_columns(made)), strict=True),
    ]
    return sorted(legs)


def buy_columns(made: Run) -> tuple[np.ndarray[tuple[int], np.dtype[np.generic]], ...]:
    trades = made.trades
    return trades.entry_signal, trades.entry, trades.entry_fill, trades.shares


def sell_columns(made: Run) -> tuple[np.ndarray[tuple[int], np.dtype[np.generic]], ...]:
    trades = made.trades
    return trades.exit_signal, trades.exit, trades.exit_fill, trades.shares


def signals_until(made: Run, session: int) -> tuple[bytes, bytes] | None:
    """Where each rule spoke up to a session."""
    if made.signals is None:
        return None
    return (
        made.signals.buy[: session + 1].tobytes(),
        made.signals.sell[: session + 1].tobytes(),
    )
