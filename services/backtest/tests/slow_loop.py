"""The contract's backtest again, one session after another in plain Python, sharing no code with the engine.

Written from the words of the contract, for being read: no arrays, no tables, exact sums.
"""

import math
from dataclasses import dataclass, field
from datetime import date

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


@dataclass
class Story:
    days: list[date]
    equity: list[float]
    cash: list[float]
    shares: list[float]
    positions: list[Position]
    pending: tuple[str, int] | None
    refused: int


def average_at(close: list[float], t: int, window: int, kind: str) -> float | None:
    if t + 1 < window:
        return None
    if kind == "sma":
        return math.fsum(close[t + 1 - window : t + 1]) / window
    value = math.fsum(close[:window]) / window
    for c in close[window : t + 1]:
        value += 2 / (window + 1) * (c - value)
    return value


def averages(close: list[float], window: int, kind: str) -> list[float | None]:
    if kind == "sma":
        return [average_at(close, t, window, kind) for t in range(len(close))]
    values: list[float | None] = [None] * len(close)
    for t in range(window - 1, len(close)):
        if t == window - 1:
            values[t] = average_at(close, t, window, kind)
        else:
            before = values[t - 1]
            assert before is not None
            values[t] = before + 2 / (window + 1) * (close[t] - before)
    return values


def is_below(close: list[float], mean: list[float | None], t: int) -> bool:
    value = mean[t]
    return value is not None and close[t] < value * (1 - 1e-9)


def is_above(close: list[float], mean: list[float | None], t: int) -> bool:
    value = mean[t]
    return value is not None and close[t] > value * (1 + 1e-9)


class SlowTrader:
    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self.cash = choices.initial
        self.open_position: Position | None = None
        self.positions: list[Position] = []
        self.refused = 0
        self.commission = choices.commission_bps / 10_000
        self.slippage = choices.slippage_bps / 10_000

    def buy(self, signal: int | None, t: int, price: float) -> None:
        fill = price * (1 + self.slippage)
        each = fill * (1 + self.commission)
        shares = self.cash / each
        if self.choices.whole:
            shares = float(math.floor(self.cash / each + 1e-9))
            if shares < 1:
                self.refused += 1
                return
        paid = shares * each
        self.cash = self.cash - paid if self.choices.whole else 0.0
        self.open_position = Position(signal, t, price, fill, shares, paid)
        self.open_position.fees += shares * fill * self.commission
        self.open_position.slipped += shares * (fill - price)
        self.positions.append(self.open_position)

    def sell(self, signal: int, t: int, price: float) -> None:
        held = self.open_position
        assert held is not None
        held.exit_signal, held.exit, held.exit_price = signal, t, price
        held.exit_fill = price * (1 - self.slippage)
        value = held.shares * held.exit_fill
        held.received = value * (1 - self.commission)
        held.fees += value * self.commission
        held.slipped += held.shares * (price - held.exit_fill)
        self.cash += held.received
        self.open_position = None


def tell(days: list[date], opens: list[float], closes: list[float], choices: Choices) -> Story:
    last = max(
        (t for t, day in enumerate(days) if choices.end is None or day <= choices.end), default=-1
    )
    days, opens, closes = days[: last + 1], opens[: last + 1], closes[: last + 1]
    mean_buy = averages(closes, choices.winbuy, choices.average)
    mean_sell = averages(closes, choices.winsell, choices.average)
    trader = SlowTrader(choices)
    story = Story([], [], [], [], trader.positions, None, 0)
    order: tuple[str, int] | None = None

    def fill_order(t: int, price: float) -> None:
        nonlocal order
        if order is not None:
            side, signal = order
            if side == "buy":
                trader.buy(signal, t, price)
            else:
                trader.sell(signal, t, price)
            order = None

    def signal_at(t: int) -> str | None:
        if trader.open_position is None:
            speaks = is_below(closes, mean_buy, t)
            if choices.rule == "cross":
                speaks = (
                    speaks
                    and t > 0
                    and mean_buy[t - 1] is not None
                    and not is_below(closes, mean_buy, t - 1)
                )
            return "buy" if speaks else None
        speaks = is_above(closes, mean_sell, t)
        if choices.rule == "cross":
            speaks = (
                speaks
                and t > 0
                and mean_sell[t - 1] is not None
                and not is_above(closes, mean_sell, t - 1)
            )
        return "sell" if speaks else None

    for t, day in enumerate(days):
        if choices.start is not None and day < choices.start:
            continue
        if choices.fill == "next_open":
            fill_order(t, opens[t])
        if choices.fill == "next_close":
            fill_order(t, closes[t])
        side = signal_at(t)
        if side is not None:
            order = (side, t)
            if choices.fill == "same_close":
                fill_order(t, closes[t])
        held = trader.open_position
        if held is not None:
            held.closes.append(closes[t])
        story.days.append(day)
        story.cash.append(trader.cash)
        story.shares.append(held.shares if held else 0.0)
        story.equity.append(trader.cash + (held.shares * closes[t] if held else 0.0))
    story.pending, story.refused = order, trader.refused
    return story


def tell_holding(
    days: list[date], opens: list[float], closes: list[float], choices: Choices
) -> Story:
    trader = SlowTrader(choices)
    story = Story([], [], [], [], trader.positions, None, 0)
    bought = False
    for t, day in enumerate(days):
        if (choices.start is None or day >= choices.start) and (
            choices.end is None or day <= choices.end
        ):
            if not bought:
                trader.buy(None, t, opens[t] if choices.fill == "next_open" else closes[t])
                bought = True
            held = trader.open_position
            shares = held.shares if held else 0.0
            story.days.append(day)
            story.cash.append(trader.cash)
            story.shares.append(shares)
            story.equity.append(trader.cash + shares * closes[t])
    return story
