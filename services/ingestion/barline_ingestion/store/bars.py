"""Bulk writing of daily bars by binary COPY, keeping every superseded version."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from barline_core.bars import Dates
from barline_ingestion.bar_payload import Bars
from barline_ingestion.joining import PRICE_TOLERANCE

SYMBOL_LOCKS = 0x626172  # "bar": the name space of the advisory locks, beside the symbol's id
Mask = NDArray[np.bool_]
POSTGRES_EPOCH = np.datetime64("2000-01-01")
POSTGRES_EPOCH_MICROSECONDS = np.datetime64("2000-01-01T00:00:00", "us")
COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_TRAILER = b"\xff\xff"
PIECE_BYTES = 256 * 1024  # sent at once; the driver's own 8 kB are a call each

# Fields of a row of PostgreSQL's binary COPY format: the count, then length and value of each.
ROW = np.dtype(
    [("fields", ">i2")]
    + [("symbol_id_length", ">i4"), ("symbol_id", ">i4")]
    + [("date_length", ">i4"), ("date", ">i4")]
    + [
        part
        for name in ("open", "high", "low", "close")
        for part in ((f"{name}_length", ">i4"), (name, ">f8"))
    ]
    + [("volume_length", ">i4"), ("volume", ">i8")]
    + [("known_from_length", ">i4"), ("known_from", ">i8")]
)
COLUMNS = ("symbol_id", "date", "open", "high", "low", "close", "volume", "known_from")
WIDTHS = {"symbol_id": 4, "date": 4}

# One packed binary string a column: reading 20 years so costs less than sending them.
STORED = """
SELECT coalesce(string_agg(int4send(date - DATE '2000-01-01'), ''::bytea), ''),
       coalesce(string_agg(float8send(open), ''::bytea), ''),
       coalesce(string_agg(float8send(high), ''::bytea), ''),
       coalesce(string_agg(float8send(low), ''::bytea), ''),
       coalesce(string_agg(float8send(close), ''::bytea), ''),
       coalesce(string_agg(int8send(volume), ''::bytea), '')
FROM (SELECT date, open, high, low, close, volume FROM market.daily_bar
      WHERE symbol_id = :symbol_id AND date BETWEEN :first AND :last ORDER BY date) AS bar
"""
REVISE = """
WITH kept AS (
    INSERT INTO market.daily_bar_revision
        (symbol_id, date, known_from, known_until, open, high, low, close, volume)
    SELECT :symbol_id, old.date, old.known_from, :now, old.open, old.high, old.low, old.close,
           old.volume
    FROM market.daily_bar AS old JOIN incoming USING (date) WHERE old.symbol_id = :symbol_id
)
UPDATE market.daily_bar AS bar
SET open = new.open, high = new.high, low = new.low, close = new.close,
    volume = new.volume, known_from = :now
FROM incoming AS new
WHERE bar.symbol_id = :symbol_id AND bar.date = new.date
"""


@dataclass(frozen=True, slots=True)
class Merged:
    """How many sessions were new, and how many got other values than before."""

    added: int
    revised: int


def lock_symbol(session: Session, symbol_id: int) -> None:
    """One writer a symbol at a time, until the transaction ends."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(:space, :symbol_id)"),
        {"space": SYMBOL_LOCKS, "symbol_id": symbol_id},
    )


def merge_bars(session: Session, symbol_id: int, bars: Bars, *, now: datetime) -> Merged:
    """Store the bars as known from `now`; versions with other values move to the revision table.

    A price within half of the fourth decimal of the stored one is no other value. The stored bars
    are compared here, while nobody else may write the symbol's: new sessions can then be sent
    straight into the table, and only changed ones need to be staged.
    """
    lock_symbol(session, symbol_id)
    connection = session.connection()
    new, changed = compared(session, symbol_id, bars)
    if new.any():
        copy(connection, "market.daily_bar", copy_rows(symbol_id, bars, now, chosen=new))
    if changed.any():
        session.execute(text("CREATE TEMP TABLE incoming (LIKE market.daily_bar) ON COMMIT DROP"))
        copy(connection, "incoming", copy_rows(symbol_id, bars, now, chosen=changed))
        session.execute(text(REVISE), {"symbol_id": symbol_id, "now": now})
        session.execute(text("DROP TABLE incoming"))
    return Merged(added=int(new.sum()), revised=int(changed.sum()))


def compared(session: Session, symbol_id: int, bars: Bars) -> tuple[Mask, Mask]:
    """Which sessions are not stored yet, and which are with other values; each of shape (sessions,)."""
    span = {"first": bars.date[0].item(), "last": bars.date[-1].item()}
    packed = session.execute(text(STORED), {"symbol_id": symbol_id, **span}).one()
    stored_days = np.frombuffer(packed[0], dtype=">i4")
    days = days_since_epoch(bars.date)
    new = ~np.isin(days, stored_days)
    changed = np.zeros(len(bars), dtype=np.bool_)
    if len(stored_days) == 0:
        return new, changed
    rows = np.searchsorted(stored_days, days[~new])
    differs = np.zeros(len(rows), dtype=np.bool_)
    for name, column in zip(("open", "high", "low", "close"), packed[1:5], strict=True):
        stored = np.frombuffer(column, dtype=">f8")[rows]
        differs |= np.abs(stored - getattr(bars, name)[~new]) > PRICE_TOLERANCE
    differs |= np.frombuffer(packed[5], dtype=">i8")[rows] != bars.volume[~new]
    changed[~new] = differs
    return new, changed


def copy(connection: Connection, table: str, rows: bytes) -> None:
    """Send rows by COPY, which is many times faster than INSERT."""
    driver_connection = connection.connection.driver_connection
    if driver_connection is None:
        raise RuntimeError("the database connection is closed")
    with driver_connection.cursor() as cursor:
        columns = ", ".join(COLUMNS)
        statement = f"COPY {table} ({columns}) FROM STDIN (FORMAT binary)"
        cursor.copy_expert(statement, io.BytesIO(rows), size=PIECE_BYTES)


def copy_rows(symbol_id: int, bars: Bars, now: datetime, *, chosen: Mask | None = None) -> bytes:
    """The bars, or the chosen ones, in PostgreSQL's binary COPY format."""
    which = np.ones(len(bars), dtype=np.bool_) if chosen is None else chosen
    rows = np.zeros(int(which.sum()), dtype=ROW)
    rows["fields"] = len(COLUMNS)
    for name in COLUMNS:
        rows[f"{name}_length"] = WIDTHS.get(name, 8)
    rows["symbol_id"] = symbol_id
    rows["date"] = days_since_epoch(bars.date[which])
    for name in ("open", "high", "low", "close", "volume"):
        rows[name] = getattr(bars, name)[which]
    rows["known_from"] = microseconds_since_epoch(now)
    return COPY_HEADER + rows.tobytes() + COPY_TRAILER


def days_since_epoch(dates: Dates) -> "np.ndarray[tuple[int], np.dtype[np.int32]]":
    return (dates - POSTGRES_EPOCH).astype(np.int32)


def microseconds_since_epoch(now: datetime) -> int:
    naive = np.datetime64(now.astimezone(UTC).replace(tzinfo=None), "us")
    return int((naive - POSTGRES_EPOCH_MICROSECONDS).astype(np.int64))
