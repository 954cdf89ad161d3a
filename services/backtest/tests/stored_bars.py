"""Puts bars into a real database the way ingestion keeps them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

KNOWN_FROM = datetime(2024, 1, 1, tzinfo=UTC)

Bar = tuple[date, float, float]  # date, open, close


def register(session: Session, ticker: str) -> int:
    """A symbol nobody has loaded yet."""
    statement = text("INSERT INTO market.symbol (ticker) VALUES (:ticker) RETURNING id")
    symbol_id: int = session.execute(statement, {"ticker": ticker}).scalar_one()
    return symbol_id


def store_bars(
    session: Session,
    ticker: str,
    bars: Sequence[Bar],
    *,
    splits: Mapping[date, float] | None = None,
    dividends: Mapping[date, float] | None = None,
) -> int:
    """A registered symbol with bars and known corporate actions; gives its id."""
    symbol_id = register(session, ticker)
    session.execute(
        text(
            "INSERT INTO market.symbol_status (symbol_id, state, capability, actions_known)"
            " VALUES (:id, 'ready', 'daily_adjusted_full', true)"
        ),
        {"id": symbol_id},
    )
    session.execute(
        text(
            "INSERT INTO market.daily_bar (symbol_id, date, open, high, low, close, volume, known_from)"
            " VALUES (:id, :date, :open, :high, :low, :close, 1000, :known_from)"
        ),
        [
            {
                "id": symbol_id,
                "date": day,
                "open": opened,
                "high": max(opened, closed),
                "low": min(opened, closed),
                "close": closed,
                "known_from": KNOWN_FROM,
            }
            for day, opened, closed in bars
        ],
    )
    store_actions(session, symbol_id, "split", splits or {})
    store_actions(session, symbol_id, "dividend", dividends or {})
    return symbol_id


def store_actions(
    session: Session, symbol_id: int, kind: str, actions: Mapping[date, float]
) -> None:
    """Splits or dividends by their ex-dates."""
    statement = text(
        "INSERT INTO market.corporate_action (symbol_id, ex_date, kind, value, known_at)"
        " VALUES (:id, :ex_date, :kind, :value, :known_at)"
    )
    for ex_date, value in actions.items():
        row = {"id": symbol_id, "ex_date": ex_date, "kind": kind, "value": value}
        session.execute(statement, row | {"known_at": KNOWN_FROM})
