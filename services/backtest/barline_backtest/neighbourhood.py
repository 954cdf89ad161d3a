"""What surrounds the best cell of a grid: a plateau may be a property of the market, a spike is one of the search."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from barline_backtest.grid import Grid
from barline_backtest.prices import FloatArray

Shape = Literal["plateau", "slope", "spike"]

PLATEAU_SHARE = 0.8  # neighbours keep at least this share of the best Sharpe ratio
SPIKE_SHARE = 0.5  # neighbours keep less than half of it


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Up to eight cells around the best, and on which edges of the grid it lies ("winbuy=5")."""

    shape: Shape
    neighbours: int
    neighbours_median_sharpe: float
    edges: tuple[str, ...]


def look_around(sharpe: FloatArray, grid: Grid, best: int) -> Neighbourhood | None:
    """The neighbourhood of the cell `best`; sharpe is (cells,), NaN counts as 0. None where there is no neighbour."""
    edges = edges_of(grid, best)
    buys, sells = grid.shape
    buy, sell = divmod(best, sells)
    values = [
        float(np.nan_to_num(sharpe[i * sells + j]))
        for i in range(max(buy - 1, 0), min(buy + 2, buys))
        for j in range(max(sell - 1, 0), min(sell + 2, sells))
        if (i, j) != (buy, sell)
    ]
    if not values:
        return None
    median = float(np.median(values))
    return Neighbourhood(shape_of(float(sharpe[best]), median), len(values), median, edges)


def shape_of(best: float, median: float) -> Shape:
    """By the share of the best Sharpe ratio that its neighbours keep; of a loser, by how much more they lose."""
    reach = abs(best)
    if median >= best - (1.0 - PLATEAU_SHARE) * reach:
        return "plateau"
    return "slope" if median >= best - (1.0 - SPIKE_SHARE) * reach else "spike"


def edges_of(grid: Grid, best: int) -> tuple[str, ...]:
    """The windows of the best cell that are the smallest or largest of their range."""
    edges = []
    winbuy, winsell = grid.cell(best)
    for name, window, windows in (
        ("winbuy", winbuy, grid.winbuy.windows()),
        ("winsell", winsell, grid.winsell.windows()),
    ):
        if len(windows) > 1 and window in {windows[0], windows[-1]}:
            edges.append(f"{name}={window}")
    return tuple(edges)
