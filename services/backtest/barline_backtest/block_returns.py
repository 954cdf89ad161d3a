"""Sums of each cell's daily returns over contiguous blocks of sessions, without making its daily returns.

What the probability of backtest overfitting needs of a cell is the sum and the sum of squares of its returns in each
block. A holding inside one block is one look into a table; one that crosses a border is followed block by block.
"""

import numpy as np

from barline_backtest.compilation import compiled
from barline_backtest.holding_tables import TableArray
from barline_backtest.prices import FloatArray, IntArray
from barline_backtest.sweep import SweepTables, in_parts

Blocks = FloatArray  # (2, blocks, cells): sums of daily returns, then of their squares


def block_edges(sessions: int, blocks: int) -> list[int]:
    """Where each block begins, and where the last one ends: equal blocks, the remainder in the last."""
    size = sessions // blocks
    return [size * i for i in range(blocks)] + [sessions]


def sum_blocks(tables: SweepTables, blocks: int, *, threads: int | None = None) -> Blocks:
    """Sums of every cell's daily returns (fractions) a block, and of their squares, with fractional shares."""
    buys, sells = tables.grid.shape
    sums = np.zeros((sells, buys, blocks, 2))
    edges = np.array(block_edges(tables.sessions, blocks), dtype=np.int64) + tables.first

    def visit(start: int, stop: int) -> None:
        sum_grid(
            tables.history.close,
            tables.unit_cost,
            tables.unit_value,
            tables.next_buy,
            tables.next_sell[start:stop],
            tables.first,
            tables.delay,
            edges,
            sums[start:stop],
        )

    in_parts(visit, sells, threads)
    return np.ascontiguousarray(sums.transpose(3, 2, 1, 0).reshape(2, blocks, -1))


@compiled
def sum_grid(  # noqa: PLR0917 - numba kernels take their arguments by position
    close: FloatArray,
    unit_cost: FloatArray,
    unit_value: FloatArray,
    next_buy: TableArray,
    next_sell: TableArray,
    first: int,
    delay: int,
    edges: IntArray,
    sums: FloatArray,
) -> None:
    """Every cell of some sell windows; `edges` are sessions of the history, `sums` is (sells, buys, blocks, 2)."""
    count = close.size
    block = np.zeros(count, dtype=np.int64)
    for k in range(edges.size - 1):
        block[edges[k] : edges[k + 1]] = k
    later = np.zeros((count, 2))
    for sell in range(next_sell.shape[0]):
        tabulate_rest_of_block(close, unit_value, next_sell[sell], delay, block, later)
        for buy in range(next_buy.shape[0]):
            signal = int(next_buy[buy, first])
            while signal + delay < count:
                sold = int(next_sell[sell, signal + 1])
                leave = sold + delay
                add_holding(
                    close,
                    unit_cost,
                    unit_value,
                    signal + delay,
                    leave,
                    block,
                    edges,
                    later,
                    sums[sell, buy],
                )
                if leave >= count:
                    break
                signal = int(next_buy[buy, sold + 1])


@compiled
def tabulate_rest_of_block(  # noqa: PLR0917 - numba kernels take their arguments by position
    close: FloatArray,
    unit_value: FloatArray,
    next_sell: TableArray,
    delay: int,
    block: IntArray,
    later: FloatArray,
) -> None:
    """For a holding that is there at session i: the sums over the sessions after i that are still in i's block."""
    count = close.size
    later[count - 1] = 0.0
    for i in range(count - 2, -1, -1):
        leave = int(next_sell[i + 1 - delay]) + delay
        if block[i + 1] != block[i]:
            later[i, 0], later[i, 1] = 0.0, 0.0
            continue
        if leave == i + 1:
            step = unit_value[i + 1] / close[i] - 1.0
            later[i, 0], later[i, 1] = step, step * step
        else:
            step = close[i + 1] / close[i] - 1.0
            later[i, 0] = step + later[i + 1, 0]
            later[i, 1] = step * step + later[i + 1, 1]


@compiled
def add_holding(  # noqa: PLR0917 - numba kernels take their arguments by position
    close: FloatArray,
    unit_cost: FloatArray,
    unit_value: FloatArray,
    entry: int,
    leave: int,
    block: IntArray,
    edges: IntArray,
    later: FloatArray,
    sums: FloatArray,
) -> None:
    """Add one holding's returns to the blocks it touches; `leave` lies past the end while it is open."""
    at = entry
    step = close[entry] / unit_cost[entry] - 1.0
    last = min(leave, close.size - 1)
    while True:
        k = block[at]
        rest, rest_squares = later[at, 0], later[at, 1]
        if at == leave:
            rest, rest_squares = 0.0, 0.0
        sums[k, 0] += step + rest
        sums[k, 1] += step * step + rest_squares
        at = edges[k + 1]
        if at > last:
            return
        price = unit_value[at] if at == leave else close[at]
        step = price / close[at - 1] - 1.0
