"""The contract's backtest again, one session after another in plain Python, sharing no code with the engine.

Written from the words of the contract, for being read: no arrays, no tables, exact sums.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

Beyond = Callable[[list[float], list[float | None], int], bool]

NOISE = 1e-13  # a spread of returns below this is rounding


@dataclass(frozen=True, kw_only=True)
class Choices:
    winbuy: int
    winsell: int
    initial: float = 10_000.0
    start: date | None = None
    end: date | None = None
    rule: str = "level"
    fill: str = "next_open"
    average: str = "sma"
    commission_bps: float = 0.0
    slippage_bps: float = 0.0
    whole: bool = False
    risk_free: float = 0.0


@dataclass
class Position:
    signal: int | None
    entry: int
    price: float
    fill: float
    shares: float
    paid: float
    closes: list[float] = field(default_factory=list)
    exit_signal: int | None = None
    exit: int | None = None
    exit_price: float | None = None
    exit_fill: float | None = None
    received: float | None = None
    fees: float = 0.0
    slipped: float = 0.0


def averages(close: list[float], window: int, kind: str) -> list[float | None]:
    values: list[float | None] = [None] * len(close)
    for t in range(window - 1, len(close)):
        before = values[t - 1] if t else None
        if kind == "sma" or before is None:
            values[t] = math.fsum(close[t + 1 - window : t + 1]) / window
        else:
            values[t] = before + 2 / (window + 1) * (close[t] - before)
    return values


def is_below(close: list[float], mean: list[float | None], t: int) -> bool:
    value = mean[t]
    return value is not None and close[t] < value * (1 - 1e-9)


def is_above(close: list[float], mean: list[float | None], t: int) -> bool:
    value = mean[t]
    return value is not None and close[t] > value * (1 + 1e-9)


class Trader:
    """Money, one position, one waiting order, and the rules."""

    def __init__(self, choices: Choices, opens: list[float], closes: list[float]) -> None:
        self.choices = choices
        self.opens, self.closes = opens, closes
        self.mean_buy = averages(closes, choices.winbuy, choices.average)
        self.mean_sell = averages(closes, choices.winsell, choices.average)
        self.commission = choices.commission_bps / 10_000
        self.slippage = choices.slippage_bps / 10_000
        self.cash = choices.initial
        self.order: tuple[str, int] | None = None
        self.held: Position | None = None
        self.positions: list[Position] = []
        self.refused = 0

    def live_through(self, t: int) -> None:
        if self.choices.fill == "next_open":
            self.fill_order(t, self.opens[t])
        if self.choices.fill == "next_close":
            self.fill_order(t, self.closes[t])
        side = self.signal_at(t)
        if side is not None:
            self.order = (side, t)
        if self.choices.fill == "same_close":
            self.fill_order(t, self.closes[t])
        if self.held is not None:
            self.held.closes.append(self.closes[t])

    def signal_at(self, t: int) -> str | None:
        if self.held is None:
            return "buy" if self.speaks(is_below, self.mean_buy, t) else None
        return "sell" if self.speaks(is_above, self.mean_sell, t) else None

    def speaks(self, beyond: Beyond, mean: list[float | None], t: int) -> bool:
        if not beyond(self.closes, mean, t):
            return False
        if self.choices.rule == "level":
            return True
        return t > 0 and mean[t - 1] is not None and not beyond(self.closes, mean, t - 1)

    def fill_order(self, t: int, price: float) -> None:
        if self.order is None:
            return
        side, signal = self.order
        self.order = None
        if side == "buy":
            self.buy(signal, t, price)
        else:
            self.sell(signal, t, price)

    def buy(self, signal: int | None, t: int, price: float) -> None:
        fill = price * (1 + self.slippage)
        each = fill * (1 + self.commission)
        shares = self.cash / each
        if self.choices.whole:
            shares = float(math.floor(self.cash / each * (1 + 4e-15)))
            if shares < 1:
                self.refused += 1
                return
        paid = shares * each
        self.cash = self.cash - paid if self.choices.whole else 0.0
        self.held = Position(signal, t, price, fill, shares, paid)
        self.held.fees += shares * fill * self.commission
        self.held.slipped += shares * (fill - price)
        self.positions.append(self.held)

    def sell(self, signal: int, t: int, price: float) -> None:
        held = self.held
        assert held is not None
        held.exit_signal, held.exit, held.exit_price = signal, t, price
        held.exit_fill = price * (1 - self.slippage)
        value = held.shares * held.exit_fill
        held.received = value * (1 - self.commission)
        held.fees += value * self.commission
        held.slipped += held.shares * (price - held.exit_fill)
        self.cash += held.received
        self.held = None


class Story:
    """What happened, close by close."""

    def __init__(self, trader: Trader) -> None:
        self.trader = trader
        self.days: list[date] = []
        self.equity: list[float] = []
        self.cash: list[float] = []
        self.shares: list[float] = []

    def note(self, day: date, close: float) -> None:
        shares = self.trader.held.shares if self.trader.held else 0.0
        self.days.append(day)
        self.cash.append(self.trader.cash)
        self.shares.append(shares)
        self.equity.append(self.trader.cash + shares * close)

    @property
    def positions(self) -> list[Position]:
        return self.trader.positions


def tell(days: list[date], opens: list[float], closes: list[float], choices: Choices) -> Story:
    """What the strategy did."""
    known = [day for day in days if choices.end is None or day <= choices.end]
    trader = Trader(choices, opens[: len(known)], closes[: len(known)])
    story = Story(trader)
    for t, day in enumerate(known):
        if choices.start is None or day >= choices.start:
            trader.live_through(t)
            story.note(day, closes[t])
    return story


def tell_holding(
    days: list[date], opens: list[float], closes: list[float], choices: Choices
) -> Story:
    """What buying at the first chance and never selling did."""
    trader = Trader(choices, opens, closes)
    story = Story(trader)
    for t, day in enumerate(days):
        if choices.start is not None and day < choices.start:
            continue
        if choices.end is not None and day > choices.end:
            continue
        if not story.days:
            trader.buy(None, t, opens[t] if choices.fill == "next_open" else closes[t])
        story.note(day, closes[t])
    return story
