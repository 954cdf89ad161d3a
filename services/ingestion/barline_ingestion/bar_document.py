"""A symbol's bars as the public JSON, as CSV and as Parquet, at full float precision."""

import io
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from barline_core.bars import BarSeries, adjusted
from barline_ingestion.store.symbols import StatusOfSymbol

Column = NDArray[np.float64] | NDArray[np.int64]


def columns_of(series: BarSeries, raw: BarSeries) -> Mapping[str, Column]:
    """The numeric columns of `series`; a raw one also has its adjusted close and its actions.

    `raw` is the whole raw series `series` was cut from: the adjustment knows the later actions.
    """
    columns: dict[str, Column] = {
        "open": series.open,
        "high": series.high,
        "low": series.low,
        "close": series.close,
        "volume": whole_shares(series.volume),
    }
    if series.price_basis == "raw" and len(series):
        total_return = adjusted(raw, "total_return")
        first, last = series.date[0].item(), series.date[-1].item()
        columns["adjusted_close"] = total_return.between(first, last).close
        columns["dividend"] = series.dividend
        columns["split"] = series.split_ratio
    return columns


def whole_shares(volume: NDArray[np.float64]) -> Column:
    """Volumes as integers, unless an odd split ratio has made fractions of them."""
    whole = volume.astype(np.int64)
    return whole if np.array_equal(whole, volume) else volume


def bars_json(
    series: BarSeries,
    columns: Mapping[str, Column],
    *,
    status: StatusOfSymbol,
    findings: Sequence[Mapping[str, object]],
) -> bytes:
    """The public document of `GET /financial_data/data?symbol=`."""
    names = ("date", *columns)
    days = np.datetime_as_string(series.date).tolist()
    rows = zip(days, *(column.tolist() for column in columns.values()), strict=True)
    document = {
        "symbol": status.ticker,
        "name": status.name,
        "currency": status.currency,
        "status": status.state,
        "price_basis": series.price_basis,
        "data_version": series.data_version,
        "coverage": coverage_of(status),
        "findings": findings,
        "bars": [dict(zip(names, row, strict=True)) for row in rows],
    }
    return orjson.dumps(document)


def coverage_of(status: StatusOfSymbol) -> dict[str, date | int | str | None]:
    return {
        "first_date": status.first_date,
        "last_date": status.last_date,
        "sessions": status.sessions,
        "missing_sessions": status.missing_sessions,
        "capability": status.capability,
    }


def bars_csv(series: BarSeries, columns: Mapping[str, Column]) -> bytes:
    """A header and a line a session; numbers as Python prints them, which reads back the same."""
    days = np.datetime_as_string(series.date).tolist()
    rows = zip(days, *(column.tolist() for column in columns.values()), strict=True)
    lines = [",".join(("date", *columns)), *(",".join(map(str, row)) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def bars_parquet(series: BarSeries, columns: Mapping[str, Column]) -> bytes:
    """A Parquet file with one row a session."""
    table = pa.table({"date": pa.array(series.date), **columns})
    described = {
        b"symbol": series.symbol.encode(),
        b"price_basis": series.price_basis.encode(),
        b"data_version": series.data_version.encode(),
    }
    buffer = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(described), buffer)
    return buffer.getvalue()
