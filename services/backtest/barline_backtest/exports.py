"""Tables for other programs: trades and equity of a run as CSV or Parquet, the cells of a sweep as CSV."""

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Literal

import numpy as np
import pyarrow as pa
from pyarrow import csv, parquet

from barline_backtest.grid import Grid
from barline_backtest.sweep_document import COLUMNS, SweptSymbol

Part = Literal["trades", "equity"]
TableFormat = Literal["csv", "parquet"]

MEDIA_TYPES: Mapping[TableFormat, str] = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
DATES = ("date", "entry_signal_date", "entry_date", "exit_signal_date", "exit_date")
TRADE_TYPES: Mapping[str, pa.DataType] = {
    **dict.fromkeys(DATES[1:], pa.date32()),
    "sessions_held": pa.int64(),
    "open": pa.bool_(),
}
TRADE_COLUMNS = (
    "entry_signal_date", "entry_date", "entry_price", "entry_fill_price", "entry_average_buy",
    "entry_average_sell", "exit_signal_date", "exit_date", "exit_price", "exit_fill_price",
    "exit_average_buy", "exit_average_sell", "shares", "commission", "slippage", "costs", "profit",
    "return", "sessions_held", "best_excursion", "worst_excursion", "open",
)  # fmt: skip
EQUITY_COLUMNS = ("date", "equity", "drawdown", "buy_and_hold")


def run_table(document: Mapping[str, object], part: Part) -> pa.Table:
    """Trades or equity of a run's answer, in the columns of its JSON; what is null there is null here."""
    if part == "equity":
        curve = document["equity_curve"]
        assert isinstance(curve, dict)  # noqa: S101 - the shape of our own answer
        columns = {name: curve[name] for name in EQUITY_COLUMNS}
        types: Mapping[str, pa.DataType] = {"date": pa.date32()}
    else:
        rows = document["trades"]
        assert isinstance(rows, list)  # noqa: S101 - the shape of our own answer
        columns = {name: [row[name] for row in rows] for name in TRADE_COLUMNS}
        types = TRADE_TYPES
    return pa.table({name: column(name, values, types) for name, values in columns.items()})


def column(name: str, values: Sequence[object], types: Mapping[str, pa.DataType]) -> pa.Array:
    if name in DATES:
        days = [None if value is None else date.fromisoformat(str(value)) for value in values]
        return pa.array(days, type=pa.date32())
    return pa.array(values, type=types.get(name, pa.float64()))


def write_table(table: pa.Table, table_format: TableFormat) -> bytes:
    """A table as bytes; CSV has a header, floats with every digit, and empty fields for null."""
    sink = BytesIO()
    if table_format == "csv":
        csv.write_csv(table, sink, csv.WriteOptions(quoting_style="needed"))
    else:
        parquet.write_table(table, sink)
    return sink.getvalue()


def cells_csv(symbols: Sequence[SweptSymbol], grid: Grid) -> bytes:
    """Every cell of a sweep, one line each; empty where undefined."""
    buys = np.repeat(np.array(grid.winbuy.windows()), len(grid.winsell))
    sells = np.tile(np.array(grid.winsell.windows()), len(grid.winbuy))
    tables = []
    for swept in symbols:
        if swept.cells is None:
            continue
        names = pa.array([swept.symbol]).take(pa.array(np.zeros(len(grid), dtype=np.int64)))
        tables.append(
            pa.table(
                {"symbol": names, "winbuy": buys, "winsell": sells}
                | {name: pa.array(getattr(swept.cells, name), from_pandas=True) for name in COLUMNS}
            )
        )
    empty = pa.table({name: [] for name in ("symbol", "winbuy", "winsell", *COLUMNS)})
    return write_table(pa.concat_tables(tables) if tables else empty, "csv")
