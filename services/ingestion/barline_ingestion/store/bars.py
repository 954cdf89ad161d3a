"""Bulk writing of daily bars: binary COPY, then one set-based merge that keeps every superseded
version.
"""

import io
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from barline_core.bars import Dates
from barline_ingestion.bar_payload import Bars
from barline_ingestion.joining import PRICE_TOLERANCE

SYMBOL_LOCKS = 0x626172  # "bar": the name space of the advisory locks, beside the symbol's id
POSTGRES_EPOCH = np.datetime64("2000-01-01")
POSTGRES_EPOCH_MICROSECONDS = np.datetime64("2000-01-01T00:00:00", "us")
COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_TRAILER = b"\xff\xff"

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

MERGE = """
WITH changed AS (
    SELECT old.date, old.known_from, old.open, old.high, old.low, old.close, old.volume
    FROM market.daily_bar AS old JOIN incoming AS new USING (symbol_id, date)
    WHERE greatest(abs(old.open - new.open), abs(old.high - new.high),
                   abs(old.low - new.low), abs(old.close - new.close)) > :tolerance
       OR old.volume <> new.volume
), kept AS (
    INSERT INTO market.daily_bar_revision
        (symbol_id, date, known_from, known_until, open, high, low, close, volume)
    SELECT :symbol_id, date, known_from, :now, open, high, low, close, volume FROM changed
), revised AS (
    UPDATE market.daily_bar AS bar
    SET open = new.open, high = new.high, low = new.low, close = new.close,
        volume = new.volume, known_from = :now
    FROM incoming AS new JOIN changed USING (date)
    WHERE bar.symbol_id = :symbol_id AND bar.date = new.date
    RETURNING 1
), added AS (
    INSERT INTO market.daily_bar
        (symbol_id, date, open, high, low, close, volume, known_from)
    SELECT symbol_id, date, open, high, low, close, volume, :now FROM incoming
    WHERE NOT EXISTS (
        SELECT FROM market.daily_bar AS old
        WHERE old.symbol_id = incoming.symbol_id AND old.date = incoming.date
    )
    RETURNING 1
)
SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM revised)
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

    A price within half of the fourth decimal of the stored one is no other value.
    """
    connection = session.connection()
    rows = copy_rows(symbol_id, bars, now)
    if not has_bars(session, symbol_id):
        copy(connection, "market.daily_bar", rows)
        return Merged(added=len(bars), revised=0)
    session.execute(
        text("CREATE TEMP TABLE incoming (LIKE market.daily_bar) ON COMMIT DROP"),
    )
    copy(connection, "incoming", rows)
    counted = session.execute(
        text(MERGE), {"symbol_id": symbol_id, "now": now, "tolerance": PRICE_TOLERANCE}
    ).one()
    session.execute(text("DROP TABLE incoming"))
    return Merged(added=counted[0], revised=counted[1])


def has_bars(session: Session, symbol_id: int) -> bool:
    query = text("SELECT EXISTS (SELECT FROM market.daily_bar WHERE symbol_id = :symbol_id)")
    return bool(session.scalar(query, {"symbol_id": symbol_id}))


def copy(connection: Connection, table: str, rows: bytes) -> None:
    """Send rows by COPY, which is many times faster than INSERT."""
    driver_connection = connection.connection.driver_connection
    if driver_connection is None:
        raise RuntimeError("the database connection is closed")
    with driver_connection.cursor() as cursor:
        columns = ", ".join(COLUMNS)
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN (FORMAT binary)", io.BytesIO(rows))


def copy_rows(symbol_id: int, bars: Bars, now: datetime) -> bytes:
    """The bars in PostgreSQL's binary COPY format."""
    rows = np.zeros(len(bars), dtype=ROW)
    rows["fields"] = len(COLUMNS)
    for name in COLUMNS:
        rows[f"{name}_length"] = WIDTHS.get(name, 8)
    rows["symbol_id"] = symbol_id
    rows["date"] = days_since_epoch(bars.date)
    for name in ("open", "high", "low", "close", "volume"):
        rows[name] = getattr(bars, name)
    rows["known_from"] = microseconds_since_epoch(now)
    return COPY_HEADER + rows.tobytes() + COPY_TRAILER


def days_since_epoch(dates: Dates) -> "np.ndarray[tuple[int], np.dtype[np.int32]]":
    return (dates - POSTGRES_EPOCH).astype(np.int32)


def microseconds_since_epoch(now: datetime) -> int:
    naive = np.datetime64(now.astimezone(UTC).replace(tzinfo=None), "us")
    return int((naive - POSTGRES_EPOCH_MICROSECONDS).astype(np.int64))
