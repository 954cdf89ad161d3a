"""A grid of windows on one symbol: five numbers a cell, equal to what a single run of each cell would say.

The cells of one sell window share their holding tables, those of one buy window their signal table. Threads share the
sell windows out among them; a cell is computed by itself, so their number changes no bit. The kernels release the
interpreter lock and use none of numba's own threading layers: those are not safe under concurrent requests.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from joblib import Parallel, delayed

from barline_backtest.averages import exponential_average, prefix_sums, simple_average
from barline_backtest.cell_walk import walk_cell
from barline_backtest.engine import cut, filling_prices
from barline_backtest.grid import Grid, WindowRange
from barline_backtest.holding_tables import (
    TableArray,
    empty_tables,
    follow_grid,
    note_next_signals,
    tabulate_holdings,
)
from barline_backtest.metrics import yearly_of_all
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import FloatArray, IntArray, Prices
from barline_backtest.returns import SESSIONS_A_YEAR, per_session
from barline_backtest.signals import TIE_BAND

AT_PEAK = 1e-12  # as in drawdown.AT_PEAK
WORTH_A_THREAD = 20_000  # cells; fewer are done before a second thread has begun
# A variance this much smaller than the mean square has lost digits to cancellation.
TRUSTED_SPREAD = 1e-2
# Moves smaller than a tenth of a percent in all lose theirs to the rounding of equity itself.
TRUSTED_SQUARES = 1e-6

Part = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SweepTables:
    """What all cells share: the history, the fill costs, and one table of next signals a window (small integers)."""

    history: Prices
    first: int
    parameters: RunParameters
    grid: Grid
    unit_cost: FloatArray
    unit_value: FloatArray
    next_buy: TableArray  # (buy windows, sessions + 1)
    next_sell: TableArray  # (sell windows, sessions + 1)

    @property
    def delay(self) -> int:
        return self.parameters.fill_delay_sessions

    @property
    def sessions(self) -> int:
        """Sessions of the run itself."""
        return len(self.history) - self.first

    @property
    def calendar_days(self) -> int:
        days = self.history.date
        return int((days[-1] - days[self.first]) / np.timedelta64(1, "D"))

    def holdings(self, sell: int) -> tuple[FloatArray, TableArray]:
        """The holding table of the sell window with this index."""
        return tabulate_holdings(
            self.history.close, self.unit_cost, self.unit_value, self.next_sell[sell], self.delay
        )


@dataclass(frozen=True, slots=True)
class Cells:
    """Columns with one element a cell in the grid's order; fractions, NaN where undefined."""

    total_return: FloatArray
    cagr: FloatArray
    max_drawdown: FloatArray
    sharpe: FloatArray
    trades: IntArray

    def __len__(self) -> int:
        return int(self.trades.size)


def none_if_nan(value: float) -> float | None:
    """An element of a column as a number or None."""
    return None if np.isnan(value) else float(value)


def sweep(
    prices: Prices, parameters: RunParameters, grid: Grid, *, threads: int | None = None
) -> Cells:
    """Every cell of the grid, with the other choices of `parameters` (its own two windows are not looked at)."""
    return compute_cells(prepare(prices, parameters, grid, threads=threads), threads=threads)


def prepare(
    prices: Prices, parameters: RunParameters, grid: Grid, *, threads: int | None = None
) -> SweepTables:
    """Averages and signal tables of every window. Raises NoSessions when there is no session to run on."""
    history, first = cut(prices, parameters)
    fill_price = filling_prices(history, parameters)
    return SweepTables(
        history=history,
        first=first,
        parameters=parameters,
        grid=grid,
        # The order of the factors is the ledger's, so that the last bits are its too.
        unit_cost=fill_price * (1.0 + parameters.slippage) * (1.0 + parameters.commission),
        unit_value=fill_price * (1.0 - parameters.slippage) * (1.0 - parameters.commission),
        next_buy=signal_tables(history.close, parameters, grid.winbuy, below=True, threads=threads),
        next_sell=signal_tables(
            history.close, parameters, grid.winsell, below=False, threads=threads
        ),
    )


def signal_tables(
    close: FloatArray,
    parameters: RunParameters,
    windows: WindowRange,
    *,
    below: bool,
    threads: int | None,
) -> TableArray:
    """Tables of next signals, one row a window, from one pass of prefix sums for all of them."""
    high, low = prefix_sums(close)
    chosen = windows.windows()
    tables = empty_tables(len(chosen), close.size)
    cross = parameters.rule == "cross"

    def fill(start: int, stop: int) -> None:
        for i in range(start, stop):
            if parameters.average == "sma":
                average = simple_average(high, low, chosen[i])
            else:
                average = exponential_average(close, high, low, chosen[i])
            note_next_signals(close, average, TIE_BAND, below, cross, tables[i])

    in_parts(fill, len(chosen), threads if len(chosen) * close.size >= 2_000_000 else 1)
    return tables


def compute_cells(tables: SweepTables, *, threads: int | None = None) -> Cells:
    """The five numbers of every cell."""
    if tables.parameters.shares == "whole":
        return walk_all(tables, range(len(tables.grid)), threads)
    buys, sells = tables.grid.shape
    # Sell windows first, so that each thread writes to memory of its own.
    sums = np.empty((sells, buys, 4))
    trades = np.empty((sells, buys), dtype=np.int64)

    def visit(start: int, stop: int) -> None:
        follow_grid(
            tables.history.close,
            tables.unit_cost,
            tables.unit_value,
            tables.next_buy,
            tables.next_sell[start:stop],
            tables.first,
            tables.delay,
            sums[start:stop],
            trades[start:stop],
        )

    in_parts(visit, sells, threads if len(tables.grid) >= WORTH_A_THREAD else 1)
    growth, deepest, total, squares = sums.transpose(2, 1, 0).reshape(4, -1)
    entries = trades.T.ravel().copy()
    sharpe, doubtful = sharpe_of_sums(tables, total, squares, entries)
    cells = assemble(tables, growth, deepest - 1.0, sharpe, entries)
    if doubtful.size:
        exact = walk_all(tables, doubtful.tolist(), threads)
        cells.sharpe[doubtful] = exact.sharpe
    return cells


def sharpe_of_sums(
    tables: SweepTables, total: FloatArray, squares: FloatArray, trades: IntArray
) -> tuple[FloatArray, IntArray]:
    """Sharpe ratios from sums of returns and squares, and the cells where the difference of the two says too little."""
    count = tables.sessions
    if count < 2:
        return np.full(total.size, np.nan), np.array([], dtype=np.int64)
    spread = squares - total * total / count
    doubtful = (trades > 0) & ~((spread > TRUSTED_SPREAD * squares) & (squares > TRUSTED_SQUARES))
    usable = np.where((trades > 0) & ~doubtful, spread, np.nan)
    excess = total / count - per_session(tables.parameters.risk_free)
    sharpe = excess / np.sqrt(usable / (count - 1)) * np.sqrt(SESSIONS_A_YEAR)
    return sharpe, np.flatnonzero(doubtful)


def assemble(
    tables: SweepTables,
    growth: FloatArray,
    drawdown: FloatArray,
    sharpe: FloatArray,
    trades: IntArray,
) -> Cells:
    """Columns from growth factors and raw drawdowns; what no number can say is NaN."""
    drawdown = np.where(drawdown > -AT_PEAK, 0.0, drawdown)
    total_return = np.where(np.isfinite(growth), growth - 1.0, np.nan)
    return Cells(
        total_return=total_return,
        cagr=yearly_of_all(growth, tables.calendar_days),
        max_drawdown=np.where(np.isfinite(drawdown), drawdown, np.nan),
        sharpe=np.where(np.isfinite(sharpe), sharpe, np.nan),
        trades=trades,
    )


def walk_all(tables: SweepTables, chosen: Sequence[int], threads: int | None) -> Cells:
    """Cells one by one through the single run's own ledger: for whole shares, and where sums say too little."""
    columns = np.empty((4, len(chosen)))
    sells = tables.grid.shape[1]

    def walk(start: int, stop: int) -> None:
        for i in range(start, stop):
            buy, sell = divmod(chosen[i], sells)
            columns[:, i] = walk_cell(
                tables.history,
                tables.parameters,
                tables.first,
                tables.next_buy[buy],
                tables.next_sell[sell],
            )

    in_parts(walk, len(chosen), threads)
    growth, drawdown, sharpe, trades = columns
    return assemble(tables, growth, drawdown, sharpe, trades.astype(np.int64))


def in_parts(work: Callable[[int, int], None], count: int, threads: int | None) -> None:
    """Call `work(start, stop)` for consecutive parts of range(count), one a thread."""
    workers = min(threads or os.cpu_count() or 1, count)
    if workers <= 1:
        work(0, count)
        return
    edges = [count * i // workers for i in range(workers + 1)]
    parts = pairwise(edges)
    Parallel(n_jobs=workers, backend="threading")(delayed(work)(*part) for part in parts)
