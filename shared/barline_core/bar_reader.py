"""Reads one symbol's bars and corporate actions from the database into a BarSeries."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date as Date  # noqa: N812 - `date` is a column of the series
from datetime import datetime

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from barline_core.bars import BarSeries, Dates, Floats, data_version_of
from barline_core.problems import UnknownSymbol

# Columns come back as one packed binary string each: 20 years of bars cost a third of what row tuples do.
PACKED = """
SELECT coalesce(string_agg(int4send(date - DATE '1970-01-01'), ''::bytea), ''),
       coalesce(string_agg(float8send(open), ''::bytea), ''),
       coalesce(string_agg(float8send(high), ''::bytea), ''),
       coalesce(string_agg(float8send(low), ''::bytea), ''),
       coalesce(string_agg(float8send(close), ''::bytea), ''),
       coalesce(string_agg(float8send(volume), ''::bytea), '')
FROM ({bars} ORDER BY date) AS bar
"""
CURRENT = """
SELECT date, open, high, low, close, volume FROM market.daily_bar WHERE symbol_id = :symbol_id
"""
KNOWN_THEN = (
    CURRENT
    + """ AND known_from <= :known_at
UNION ALL
SELECT date, open, high, low, close, volume FROM market.daily_bar_revision
WHERE symbol_id = :symbol_id AND known_from <= :known_at AND :known_at < known_until
"""
)
ACTIONS = """
SELECT ex_date, kind, value FROM market.corporate_action
WHERE symbol_id = :symbol_id
  AND (CAST(:known_at AS timestamptz) IS NULL AND withdrawn_at IS NULL
       OR known_at <= :known_at AND (withdrawn_at IS NULL OR :known_at < withdrawn_at))
ORDER BY ex_date
"""


def read_bars(session: Session, symbol: str, *, known_at: datetime | None = None) -> BarSeries:
    """The raw series of a registered symbol, as known now or at the instant `known_at`; possibly empty.

    Raises UnknownSymbol when it is not registered.
    """
    symbol_id, actions_known = find_symbol(session, symbol)
    parameters = {"symbol_id": symbol_id, "known_at": known_at}
    query = PACKED.format(bars=CURRENT if known_at is None else KNOWN_THEN)
    packed = session.execute(text(query), parameters).one()
    date = np.frombuffer(packed[0], dtype=">i4").astype("datetime64[D]")
    open_, high, low, close, volume = (
        np.frombuffer(column, dtype=">f8").astype(np.float64) for column in packed[1:]
    )
    rows = session.execute(text(ACTIONS), parameters)
    actions = [(row.ex_date, row.kind, row.value) for row in rows]
    split_ratio, dividend = place_actions(date, actions)
    series = BarSeries(
        symbol=symbol,
        date=date,
        open=open_,
        high=high,
        low=low,
        close=close,
        volume=volume,
        split_ratio=split_ratio,
        dividend=dividend,
        actions_known=actions_known,
        data_version="",
    )
    return replace(series, data_version=data_version_of(series))


def find_symbol(session: Session, symbol: str) -> tuple[int, bool]:
    """The id of a registered symbol, and whether its corporate actions are known."""
    row = session.execute(
        text(
            "SELECT id, coalesce(actions_known, false) FROM market.symbol"
            " LEFT JOIN market.symbol_status ON symbol_id = id WHERE ticker = :ticker"
        ),
        {"ticker": symbol},
    ).one_or_none()
    if row is None:
        raise UnknownSymbol(
            f"{symbol} is not registered here; add it with POST /financial_data/add."
        )
    return row[0], row[1]


def place_actions(date: Dates, actions: Iterable[tuple[Date, str, float]]) -> tuple[Floats, Floats]:
    """Split ratios and dividends by session.

    An ex-date without a bar takes effect on the next session that has one; one before the first bar changes nothing,
    since there is no earlier price to adjust.
    """
    split_ratio, dividend = np.ones(len(date)), np.zeros(len(date))
    for ex_date, kind, value in actions:
        session = int(np.searchsorted(date, np.datetime64(ex_date), side="left"))
        if session == len(date) or np.datetime64(ex_date) < date[0]:
            continue
        if kind == "split":
            split_ratio[session] *= value
        else:
            dividend[session] += value
    return split_ratio, dividend
