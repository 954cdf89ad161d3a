"""Tables that let a sweep price a whole holding in one look: for one sell window, a holding that starts at a session
ends at a known session, so everything it does in between is known before any cell is visited.

The recursions run backwards inside one holding only, so no rounding travels further than that holding.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from barline_backtest.compilation import compiled
from barline_backtest.prices import FloatArray, IntArray

TableArray = npt.NDArray[np.integer[Any]]
MOST_SHORT_SESSIONS = np.iinfo(
    np.uint16
).max  # two bytes an entry keep both tables of a cell in the fastest cache

# Columns of a holding row, each relative to the cash that was put in.
GROWTH, HIGHEST, LOWEST, DEEPEST, SUM, SQUARES = range(6)


def empty_tables(windows: int, sessions: int) -> TableArray:
    """Room for one table of next signals a window, in the smallest integers that can count the sessions."""
    dtype = np.uint16 if sessions < MOST_SHORT_SESSIONS else np.int32
    return np.empty((windows, sessions + 1), dtype=dtype)


@compiled
def note_next_signals(  # noqa: PLR0917 - numba kernels take their arguments by position
    close: FloatArray,
    average: FloatArray,
    tie_band: float,
    below: bool,
    cross: bool,
    following: TableArray,
) -> None:
    """Write for each session the first one at or after it whose close signals, or the number of sessions.

    The comparison is that of `signals.find_signals`; one element more than `close`, as in `signals.next_true`.
    """
    count = close.size
    following[count] = count
    limit = 1.0 - tie_band if below else 1.0 + tie_band
    for i in range(count - 1, -1, -1):
        bound = average[i] * limit
        speaks = close[i] < bound if below else close[i] > bound
        if speaks and cross:
            before = average[i - 1] * limit if i > 0 else np.nan
            already = close[i - 1] < before if below else close[i - 1] > before
            speaks = not np.isnan(before) and not already
        following[i] = i if speaks else following[i + 1]


@compiled
def tabulate_holdings(
    close: FloatArray,
    unit_cost: FloatArray,
    unit_value: FloatArray,
    next_sell: TableArray,
    delay: int,
) -> tuple[FloatArray, TableArray]:
    """One row for a purchase signalled at each session, and the session from which the next signal may come.

    close: float64 (sessions,); unit_cost and unit_value: what a share costs and brings at each session's fill, costs
    included; delay: sessions from a signal to its fill. A row has the columns above: growth of the cash by the end,
    highest and lowest value on the way, the deepest fall from a peak of the holding itself (as a ratio), the sum of
    the daily returns and of their squares. A holding still open ends at the last close, and nothing follows it.
    """
    count = close.size
    rows = np.zeros((count, 8))  # six columns, padded to one cache line a row
    resume = np.full_like(next_sell, count)
    last, high, low, deepest, total, squares = 0.0, 0.0, 0.0, 1.0, 0.0, 0.0
    for entry in range(count - 1, delay - 1, -1):
        signal = entry - delay
        sell = next_sell[signal + 1]
        leave = sell + delay
        price = close[entry]
        if leave == entry + 1 and leave < count:
            last = unit_value[leave]
            high, low, deepest = max(price, last), min(price, last), min(1.0, last / price)
            total = last / price - 1.0
            squares = total * total
        elif entry == count - 1:
            last, high, low, deepest, total, squares = price, price, price, 1.0, 0.0, 0.0
        else:
            step = close[entry + 1] / price - 1.0
            deepest = min(deepest, low / price)
            high, low = max(price, high), min(price, low)
            total, squares = step + total, step * step + squares
        cost = unit_cost[entry]
        first = price / cost - 1.0
        rows[signal, 0] = last / cost
        rows[signal, 1] = high / cost
        rows[signal, 2] = low / cost
        rows[signal, 3] = deepest
        rows[signal, 4] = first + total
        rows[signal, 5] = first * first + squares
        resume[signal] = sell + 1 if leave < count else count
    return rows, resume


@compiled
def follow_cells(  # noqa: PLR0917 - numba kernels take their arguments by position
    next_buy: TableArray,
    rows: FloatArray,
    resume: TableArray,
    first: int,
    delay: int,
    sums: FloatArray,
    trades: IntArray,
) -> None:
    """Visit every buy window of one sell window; a cell costs its trades, not its sessions.

    next_buy: (buy windows, sessions + 1). `sums`, (buy windows, 4), receives the growth factor, the deepest equity
    over its running peak, the sum of the daily returns and that of their squares; `trades` the entries filled.
    """
    end = np.uint64(max(resume.size - 1 - delay, 0))
    for cell in range(next_buy.shape[0]):
        table = next_buy[cell]
        value, peak, worst, returned, squared, count = 1.0, 1.0, 1.0, 0.0, 0.0, 0
        signal = np.uint64(table[first])
        while signal < end:
            row = rows[signal]
            # Unsigned indices spare numba the question whether they count from the end.
            signal = np.uint64(table[np.uint64(resume[signal])])
            # A fall is measured from the peak before the holding or from one inside it, whichever is deeper.
            # Comparisons instead of min and max, and no division but for a new worst: both are slower here.
            lowest = value * row[2]
            if lowest < worst * peak:
                worst = lowest / peak
            worst = min(worst, row[3])
            highest = value * row[1]
            peak = max(peak, highest)
            returned += row[4]
            squared += row[5]
            value *= row[0]
            count += 1
        sums[cell, 0], sums[cell, 1], sums[cell, 2], sums[cell, 3] = (
            value,
            worst,
            returned,
            squared,
        )
        trades[cell] = count


@compiled
def follow_grid(  # noqa: PLR0917 - numba kernels take their arguments by position
    close: FloatArray,
    unit_cost: FloatArray,
    unit_value: FloatArray,
    next_buy: TableArray,
    next_sell: TableArray,
    first: int,
    delay: int,
    sums: FloatArray,
    trades: IntArray,
) -> None:
    """Every cell of some sell windows: sums is (sell windows, buy windows, 4), trades (sell windows, buy windows)."""
    for sell in range(next_sell.shape[0]):
        rows, resume = tabulate_holdings(close, unit_cost, unit_value, next_sell[sell], delay)
        follow_cells(next_buy, rows, resume, first, delay, sums[sell], trades[sell])
