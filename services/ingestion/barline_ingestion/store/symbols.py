"""The registry as ingestion sees it: it reads `symbol`, which the gateway writes, and keeps
`symbol_status`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from barline_core.models import CorporateAction, DailyBar, DailyBarRevision, Symbol, SymbolStatus
from barline_core.problems import FieldError, InvalidInput, UnknownSymbol
from barline_ingestion.knowledge import NOTHING_KNOWN, ActionsKnown

TICKER = re.compile(r"[A-Z0-9][A-Z0-9.\-]{0,19}")


@dataclass(frozen=True, slots=True)
class StatusOfSymbol:
    """A registered symbol with its load state; the defaults stand for nothing tried yet."""

    symbol_id: int
    ticker: str
    name: str | None
    currency: str | None
    state: str = "loading"
    first_date: date | None = None
    last_date: date | None = None
    sessions: int = 0
    missing_sessions: int = 0
    capability: str | None = None
    known: ActionsKnown = NOTHING_KNOWN
    findings: tuple[dict[str, object], ...] = ()
    data_version: str | None = None
    last_success_at: datetime | None = None

    @property
    def actions_known(self) -> bool:
        """Whether every split and dividend of the stored bars is known."""
        return self.last_date is not None and self.known.covers(self.last_date)


def valid_ticker(text: str) -> str:
    """The ticker in upper case, or a 400 before anything is asked of anybody."""
    ticker = text.strip().upper()
    if not TICKER.fullmatch(ticker):
        raise InvalidInput(
            f"{text[:40]!r} is no symbol: up to 20 letters, digits, dots and dashes are, beginning "
            "with a letter or a digit (IBM, BRK.B, TSCO.LON).",
            errors=(FieldError("This is no symbol.", parameter="symbol"),),
        )
    return ticker


def status_of(session: Session, ticker: str) -> StatusOfSymbol:
    """The load state of a registered symbol."""
    symbol = session.scalars(select(Symbol).where(Symbol.ticker == ticker)).one_or_none()
    if symbol is None:
        raise UnknownSymbol(
            f"{ticker} is not registered here; add it with POST /financial_data/add."
        )
    status = session.scalars(
        select(SymbolStatus).where(SymbolStatus.symbol_id == symbol.id),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if status is None:
        return StatusOfSymbol(symbol.id, symbol.ticker, symbol.name, symbol.currency)
    return StatusOfSymbol(
        symbol_id=symbol.id,
        ticker=symbol.ticker,
        name=symbol.name,
        currency=symbol.currency,
        state=status.state,
        first_date=status.first_date,
        last_date=status.last_date,
        sessions=status.sessions,
        missing_sessions=status.missing_sessions,
        capability=status.capability,
        known=ActionsKnown(status.splits_through, status.dividends_through),
        findings=tuple(status.findings),
        data_version=status.data_version,
        last_success_at=status.last_success_at,
    )


def write_status(session: Session, symbol_id: int, **columns: object) -> None:
    """Change the given columns of a symbol's load state, making the row when there is none."""
    made = insert(SymbolStatus).values(symbol_id=symbol_id, **({"state": "loading"} | columns))
    session.execute(
        made.on_conflict_do_update(index_elements=[SymbolStatus.symbol_id], set_=columns)
        if columns
        else made.on_conflict_do_nothing()
    )


def write_known(session: Session, symbol_id: int, known: ActionsKnown, *, last_bar: date) -> None:
    """Through when actions are known, and whether that is enough for all bars."""
    write_status(
        session,
        symbol_id,
        splits_through=known.splits_through,
        dividends_through=known.dividends_through,
        actions_known=known.covers(last_bar),
    )


def stalest_first(session: Session, tickers: Sequence[str] | None) -> list[str]:
    """The given registered symbols, or all that are followed, those refreshed longest ago first."""
    query = (
        select(Symbol.ticker)
        .outerjoin(SymbolStatus, SymbolStatus.symbol_id == Symbol.id)
        .order_by(SymbolStatus.last_success_at.asc().nulls_first(), Symbol.ticker)
    )
    chosen = Symbol.active if tickers is None else Symbol.ticker.in_(tickers)
    return list(session.scalars(query.where(chosen)))


def purge(session: Session, symbol_id: int) -> None:
    """Delete everything ingestion keeps of a symbol."""
    for table in (DailyBar, DailyBarRevision, CorporateAction, SymbolStatus):
        session.execute(delete(table).where(table.symbol_id == symbol_id))


def touch(session: Session, symbol_id: int, *, attempted_at: datetime) -> None:
    """Note that a symbol was looked at and needed nothing."""
    write_status(session, symbol_id, last_attempt_at=attempted_at)


def touch_all(session: Session, tickers: Sequence[str], *, attempted_at: datetime) -> None:
    """Note that all of these were looked at and needed nothing."""
    ids = select(Symbol.id).where(Symbol.ticker.in_(tickers))
    session.execute(
        update(SymbolStatus)
        .where(SymbolStatus.symbol_id.in_(ids))
        .values(last_attempt_at=attempted_at)
    )


def last_dates(session: Session, tickers: Sequence[str]) -> dict[str, date]:
    """The newest bar's date of those symbols that have bars and no problem."""
    rows = session.execute(
        select(Symbol.ticker, SymbolStatus.last_date)
        .join(SymbolStatus, SymbolStatus.symbol_id == Symbol.id)
        .where(
            Symbol.ticker.in_(tickers),
            SymbolStatus.last_date.is_not(None),
            SymbolStatus.problem.is_(None),
        )
    )
    return {ticker: last_date for ticker, last_date in rows if last_date is not None}
