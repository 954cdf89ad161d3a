"""Reads the daily bars of an answer, JSON or CSV, into arrays."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from barline_core.bars import Dates, Floats
from barline_ingestion.cells import PayloadError, Row, csv_rows, numbers, parsed_date, parsed_dates
from barline_ingestion.refusals import RefusalKind

SHORTEST_TIMESTAMP = len("2024-06-18 15:59")
MARKET_CLOSE = "16:00"

BAR_FIELDS = frozenset(
    {
        "open",
        "high",
        "low",
        "close",
        "adjusted_close",
        "volume",
        "dividend_amount",
        "split_coefficient",
    }
)


@dataclass(frozen=True, slots=True)
class Bars:
    """Daily bars as the upstream gave them, oldest first; each array has shape (sessions,).

    Prices are raw, `volume` in shares. The three last columns come with DAILY_ADJUSTED only: the
    adjusted close, the cash dividend (0 when none) and the split ratio (1 when none) on its
    ex-date. `duplicates` are dates that came twice (the first one counts), `unfinished` the
    session that was still open when the answer was made.
    """

    date: Dates
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    adjusted_close: Floats | None
    dividend: Floats | None
    split: Floats | None
    duplicates: tuple[dt.date, ...] = ()
    unfinished: dt.date | None = None

    def __len__(self) -> int:
        return len(self.date)


def bars_from_json(document: Mapping[str, object], body: bytes, *, asked_symbol: str) -> Bars:
    """The bars of a JSON answer, which must be about the symbol that was asked for."""
    meta, series = document.get("Meta Data"), document["Time Series (Daily)"]
    if not isinstance(meta, dict) or not isinstance(series, dict):
        raise PayloadError("the daily series or its meta data is not an object")
    answered = str(meta.get("2. Symbol", ""))
    if not same_symbol(answered, asked_symbol):
        raise PayloadError(
            f"asked for {asked_symbol}, answered for {answered[:20]}", RefusalKind.WRONG_SYMBOL
        )
    days = list(series.items())
    if body.count(b'"1. open"') != len(days):  # a parsed object cannot hold a date twice
        days = json.loads(body, object_pairs_hook=keep_dates)["Time Series (Daily)"]
    return bars_from_days(days, unfinished_on(str(meta.get("3. Last Refreshed", ""))))


def bars_from_csv(text: str) -> Bars:
    """The bars of a CSV answer, which does not say which symbol it is about."""
    return bars_from_days([(row.get("timestamp", ""), row) for row in csv_rows(text)], None)


def keep_dates(pairs: list[tuple[str, object]]) -> object:
    """A JSON object as a dict, but the one whose members are dates as pairs, which may repeat."""
    if pairs and pairs[0][0][:4].isdigit():
        return pairs
    return dict(pairs)


def same_symbol(answered: str, asked: str) -> bool:
    """Class shares are written with a dot here and with a dash upstream."""
    return answered.upper().replace("-", ".") == asked.upper().replace("-", ".")


def unfinished_on(last_refreshed: str) -> dt.date | None:
    """The session that was still open: its time of day is given, and lies before the close."""
    if len(last_refreshed) < SHORTEST_TIMESTAMP or last_refreshed[11:16] >= MARKET_CLOSE:
        return None
    return parsed_date(last_refreshed[:10])


def bars_from_days(days: Sequence[tuple[str, Row]], unfinished: dt.date | None) -> Bars:
    """Columns out of rows in any order; of a date that comes twice the first row counts."""
    if not days:
        raise PayloadError("there are no sessions", RefusalKind.NO_DATA)
    if not all(isinstance(row, Mapping) for _, row in days):
        raise PayloadError("a session is not an object")
    dates = parsed_dates([day for day, _ in days])
    rows = [row for _, row in days]
    distinct, first_rows, counts = np.unique(dates, return_index=True, return_counts=True)
    fields = field_names(rows[0])
    column = {
        name: numbers([row.get(field, "") for row in rows], name)[first_rows]
        for name, field in fields.items()
    }
    missing = {"open", "high", "low", "close", "volume"} - column.keys()
    if missing:
        raise PayloadError(f"the sessions have no {', '.join(sorted(missing))}")
    return Bars(
        date=distinct,
        open=column["open"],
        high=column["high"],
        low=column["low"],
        close=column["close"],
        volume=np.round(column["volume"]),
        adjusted_close=column.get("adjusted_close"),
        dividend=column.get("dividend_amount"),
        split=column.get("split_coefficient"),
        duplicates=tuple(day.item() for day in distinct[counts > 1]),
        unfinished=unfinished,
    )


def field_names(row: Row) -> dict[str, str]:
    """Our names of a row's fields: `5. adjusted close` and `adjusted_close` are `adjusted_close`."""
    names = {field.rpartition(". ")[2].replace(" ", "_"): field for field in row}
    return {name: field for name, field in names.items() if name in BAR_FIELDS}
