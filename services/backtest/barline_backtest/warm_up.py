"""Compiles the engine before anybody waits for it. `python -m barline_backtest.warm_up` does it in an image build."""

from dataclasses import replace

import numpy as np

from barline_backtest.backtest import perform
from barline_backtest.data_findings import DataFaults
from barline_backtest.grid import Grid, WindowRange
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import DateArray, usable_prices
from barline_backtest.symbol_sweep import sweep_symbol
from barline_core.sessions import DEFAULT_CALENDAR, sessions_between


def warm_up() -> None:
    """Run every compiled kernel once on made-up prices, and load the calendar most symbols trade on."""
    days: DateArray = np.arange("2020-01-01", "2020-03-01", dtype="datetime64[D]")
    wave = 100.0 + 10.0 * np.sin(np.arange(days.size) / 3.0)
    prices, none = usable_prices(days, wave, wave)
    faults = DataFaults(missing=none, unusable=none, actions_known=True)
    simple = RunParameters(symbol="WARM", winbuy=3, winsell=5)
    exponential = RunParameters(symbol="WARM", winbuy=3, winsell=5, average="ema")
    for parameters in (simple, exponential):
        perform(prices, parameters, data_version="", faults=faults)
    sessions_between(DEFAULT_CALENDAR, days[0].item(), days[-1].item())


def warm_up_sweeps() -> None:
    """Run every kernel of a sweep once, for both rules and averages and for whole shares."""
    days: DateArray = np.arange("2020-01-01", "2020-04-01", dtype="datetime64[D]")
    wave = 100.0 + 10.0 * np.sin(np.arange(days.size) / 3.0)
    prices, none = usable_prices(days, wave, wave)
    faults = DataFaults(missing=none, unusable=none, actions_known=True)
    grid = Grid(WindowRange(3, 6, 1), WindowRange(3, 6, 1))
    simple = RunParameters(symbol="WARM", winbuy=3, winsell=3)
    for parameters in (simple, replace(simple, average="ema", rule="cross", shares="whole")):
        sweep_symbol(prices, parameters, grid, data_version="", faults=faults, prior_trials=0)


if __name__ == "__main__":
    warm_up()
    warm_up_sweeps()
