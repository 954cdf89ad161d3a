"""Puts closes into a real database the way ingestion keeps bars."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from barline_core.models import CorporateAction, DailyBar, Symbol, SymbolStatus
from barline_core.sessions import sessions_between
from barline_prediction.intervals import Floats

KNOWN_FROM = datetime(2024, 1, 1, tzinfo=UTC)


def store_closes(
    session: Session,
    ticker: str,
    dates: Sequence[date],
    closes: Floats,
    *,
    splits: Mapping[date, float] | None = None,
    actions_known: bool = True,
) -> int:
    """A registered symbol with these raw closes; gives its id."""
    symbol = Symbol(ticker=ticker)
    session.add(symbol)
    session.flush()
    session.add(SymbolStatus(symbol_id=symbol.id, state="ready", actions_known=actions_known))
    add_closes(session, symbol.id, dates, closes)
    for ex_date, ratio in (splits or {}).items():
        session.add(
            CorporateAction(
                symbol_id=symbol.id, ex_date=ex_date, kind="split", value=ratio, known_at=KNOWN_FROM
            )
        )
    return symbol.id


def add_closes(session: Session, symbol_id: int, dates: Sequence[date], closes: Floats) -> None:
    """More bars; open, high and low are the close."""
    rows = [
        {
            "symbol_id": symbol_id,
            "date": day,
            **dict.fromkeys(("open", "high", "low", "close"), float(close)),
            "volume": 1000,
            "known_from": KNOWN_FROM,
        }
        for day, close in zip(dates, closes, strict=True)
    ]
    if rows:
        session.execute(insert(DailyBar), rows)


def recent_sessions(count: int, last: date = date(2013, 3, 1)) -> list[date]:
    """The `count` New York sessions up to `last`."""
    return [day.item() for day in sessions_between("XNYS", date(1995, 1, 3), last)[-count:]]


def wandering(count: int, *, start: float = 50.0, daily: float = 0.02, seed: int = 0) -> Floats:
    """Closes of a driftless random walk."""
    steps = np.random.default_rng(seed).normal(0.0, daily, count - 1)
    return start * np.exp(np.concatenate([[0.0], np.cumsum(steps)]))
