"""The same strategy under other fills, costs, starts and price bases: what of a result is the rule, what the set-up."""

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

import numpy as np

from barline_backtest.engine import NoSessions, Strategy, run
from barline_backtest.finding import Finding
from barline_backtest.parameters import Fill, RunParameters
from barline_backtest.prices import Prices
from barline_backtest.walkforward import Measured, measure
from barline_core.bars import PriceBasis

FILLS: tuple[Fill, ...] = ("same_close", "next_open", "next_close")
SLIPPAGES_BPS = (0.0, 5.0, 10.0, 25.0)
START_SHIFTS_MONTHS = (0, 1, 3, 6)
PRICE_BASES: tuple[PriceBasis, ...] = ("split", "total_return")
RANGED = ("total_return", "cagr", "max_drawdown", "sharpe", "trades")


@dataclass(frozen=True, slots=True)
class Variation:
    """One set-up and its result; None when nothing is left to trade after the shifted start."""

    fill: Fill
    slippage_bps: float
    start_shift_months: int
    price_basis: PriceBasis
    start: date
    result: Measured | None


@dataclass(frozen=True, slots=True)
class Range:
    """The spread of one number over the variations that have it."""

    lowest: float
    median: float
    highest: float


@dataclass(frozen=True, slots=True)
class SensitivityCard:
    """Every variation, and for each number its range (None where no variation has it)."""

    variations: tuple[Variation, ...]
    ranges: Mapping[str, Range | None]
    findings: tuple[Finding, ...]


def vary(
    prices: Mapping[PriceBasis, Prices],
    parameters: RunParameters,
    start: date,
    *,
    strategy: Strategy = run,
) -> SensitivityCard:
    """All 96 variations of a run that began at `start`; `prices` has the history in both price bases."""
    variations = tuple(every_variation(prices, parameters, start, strategy))
    results = [one.result for one in variations if one.result is not None]
    ranges = {name: range_of([getattr(result, name) for result in results]) for name in RANGED}
    return SensitivityCard(variations, ranges, tuple(find_fragility(variations)))


def every_variation(
    prices: Mapping[PriceBasis, Prices], parameters: RunParameters, start: date, strategy: Strategy
) -> Iterator[Variation]:
    for basis, fill, slippage, shift in product(
        PRICE_BASES, FILLS, SLIPPAGES_BPS, START_SHIFTS_MONTHS
    ):
        shifted = months_later(start, shift)
        asked = replace(
            parameters, fill=fill, slippage_bps=slippage, price_basis=basis, start=shifted
        )
        result = result_of(prices[basis], asked, strategy)
        yield Variation(fill, slippage, shift, basis, shifted, result)


def result_of(prices: Prices, parameters: RunParameters, strategy: Strategy) -> Measured | None:
    try:
        made = strategy(prices, parameters)
    except NoSessions:
        return None
    initial, rate = parameters.initial_investment, parameters.risk_free
    return measure(made.equity, initial, made.date, len(made.trades), rate)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def range_of(values: list[float | None]) -> Range | None:
    known = [float(value) for value in values if value is not None]
    if not known:
        return None
    return Range(min(known), float(np.median(known)), max(known))


def find_fragility(variations: tuple[Variation, ...]) -> Iterator[Finding]:
    """Whether the sign of the result depends on the set-up."""
    returns = [one.result.total_return for one in variations if one.result is not None]
    losing = sum(value < 0.0 for value in returns)
    if 0 < losing < len(returns):
        yield Finding(
            "sign-depends-on-setup",
            "warning",
            f"{losing} of {len(returns)} variations lose money and the others do not: fills, costs, the start or the "
            "price basis decide, not the rule alone.",
        )
    missing = sum(one.result is None for one in variations)
    if missing:
        yield Finding(
            "start-after-end",
            "info",
            f"{missing} variation(s) have nothing to trade: their shifted start lies after the last session.",
        )
