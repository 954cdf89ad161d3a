"""How many distinct parameter sets somebody has tried on a symbol: every one of them is a ticket in the lottery."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from barline_backtest.grid import Grid
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import BoolArray

# What makes a strategy another one, beside its windows. When it runs and with how much money does not.
SETTING = ("rule", "fill", "average", "price_basis", "commission_bps", "slippage_bps", "shares")
MOST_WINDOW = 4096

Setting = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """A grid of windows (a single run is a grid of one cell) tried under one setting."""

    setting: Setting
    grid: Grid


def setting_of(values: Mapping[str, object]) -> Setting:
    """The part of stored parameters that makes a strategy another one."""
    return tuple(values[name] for name in SETTING)


def setting_of_run(parameters: RunParameters) -> Setting:
    return tuple(getattr(parameters, name) for name in SETTING)


def count_prior_trials(earlier: Iterable[Tried], now: Tried) -> int:
    """Distinct parameter sets of `earlier` that are not among the cells of `now`."""
    seen: dict[Setting, BoolArray] = {}
    for tried in earlier:
        if tried.setting not in seen:
            seen[tried.setting] = np.zeros((MOST_WINDOW, MOST_WINDOW), dtype=np.bool_)
        mark(seen[tried.setting], tried.grid, tried=True)
    if now.setting in seen:
        mark(seen[now.setting], now.grid, tried=False)
    return sum(int(np.count_nonzero(pairs)) for pairs in seen.values())


def mark(pairs: BoolArray, grid: Grid, *, tried: bool) -> None:
    """Set every cell of the grid in a table of buy window by sell window."""
    buy, sell = grid.winbuy, grid.winsell
    pairs[buy.start : buy.stop : buy.step, sell.start : sell.stop : sell.step] = tried
