"""How time grows: ten times the bars, ten times the cells, ten times the symbols; each a sweep with its statistics.

The bars are random walks. `cells_s` is the sweep itself, `statistics_s` what doubts its best cell; medians.
"""

import json
import statistics

import numpy as np
from single_run import FAULTS

from barline_backtest.grid import Grid, WindowRange
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import Prices, usable_prices
from barline_backtest.symbol_sweep import sweep_symbol

REPEATS = 5
SESSIONS = 1_000
SMALL = Grid(WindowRange(5, 105, 10), WindowRange(5, 105, 10))  # 100 cells
LARGE = Grid(WindowRange(5, 105, 1), WindowRange(5, 105, 10))  # 1,000 cells
LARGEST = Grid(WindowRange(5, 105, 1), WindowRange(5, 105, 1))  # 10,000 cells


def walk(sessions: int, seed: int) -> Prices:
    rng = np.random.default_rng(seed)
    close = 50.0 * np.exp(np.cumsum(rng.normal(0.0003, 0.018, sessions)))
    opened = close * np.exp(rng.normal(0.0, 0.004, sessions))
    days = np.datetime64("1900-01-01") + np.arange(sessions)
    return usable_prices(days, opened, close)[0]


def measure(sessions: int, grid: Grid, symbols: int) -> dict[str, float | int]:
    asked = RunParameters(symbol="BENCH", winbuy=5, winsell=5)
    histories = [walk(sessions, seed) for seed in range(symbols)]
    cells, statistic = [], []
    for repeat in range(REPEATS + 1):
        made = [
            sweep_symbol(
                prices, asked, grid, data_version="v", faults=FAULTS, prior_trials=0, threads=1
            )
            for prices in histories
        ]
        if repeat:  # the first may compile
            cells.append(sum(one.cells_s for one in made))
            statistic.append(sum(one.statistics_s for one in made))
    return {
        "sessions": sessions,
        "cells": len(grid),
        "symbols": symbols,
        "cells_s": round(statistics.median(cells), 5),
        "statistics_s": round(statistics.median(statistic), 4),
    }


if __name__ == "__main__":
    plan = {
        "bars x 10": ((SESSIONS, LARGE, 1), (10 * SESSIONS, LARGE, 1)),
        "cells x 10": ((SESSIONS, LARGE, 1), (SESSIONS, LARGEST, 1)),
        "symbols x 10": ((SESSIONS, SMALL, 1), (SESSIONS, SMALL, 10)),
    }
    for name, (before, after) in plan.items():
        one, other = measure(*before), measure(*after)
        growth = {key: round(other[key] / one[key], 1) for key in ("cells_s", "statistics_s")}
        print(
            json.dumps(
                {"benchmark": "growth", "of": name, "from": one, "to": other, "times": growth}
            )
        )
