"""Reads a symbol's bars for an answer: known now or then, in a price basis, within a range."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from barline_core.bar_reader import read_bars
from barline_core.bars import BarSeries, PriceBasis, adjusted
from barline_core.sessions import calendar_for, sessions_between
from barline_ingestion.quality import findings_of
from barline_ingestion.store.symbols import StatusOfSymbol, status_of


@dataclass(frozen=True, slots=True)
class Selection:
    """What a reader wants; without dates the whole range."""

    start: date | None
    end: date | None
    price_basis: PriceBasis
    known_at: datetime | None


@dataclass(frozen=True, slots=True)
class SelectedBars:
    """The chosen bars, the whole raw series they come from, and the symbol's load state."""

    chosen: BarSeries
    raw: BarSeries
    status: StatusOfSymbol


def select_bars(session: Session, ticker: str, wanted: Selection) -> SelectedBars:
    """Adjust first, then cut: prices are relative to the newest bar, not to the end of the range."""
    status = status_of(session, ticker)
    raw = read_bars(session, ticker, known_at=wanted.known_at)
    if wanted.known_at is not None:
        status = as_known_then(status, raw)
    chosen = adjusted(raw, wanted.price_basis).between(wanted.start, wanted.end)
    return SelectedBars(chosen, raw, status)


def as_known_then(status: StatusOfSymbol, raw: BarSeries) -> StatusOfSymbol:
    """Coverage and findings of an earlier view, which no table keeps: they follow from its bars."""
    if len(raw) == 0:
        return replace(
            status, first_date=None, last_date=None, sessions=0, missing_sessions=0, findings=()
        )
    first, last = raw.date[0].item(), raw.date[-1].item()
    found = findings_of(raw, sessions_between(calendar_for(status.ticker), first, last))
    return replace(
        status,
        first_date=first,
        last_date=last,
        sessions=len(raw),
        missing_sessions=sum(one.count for one in found if one.id == "missing-sessions"),
        findings=tuple(one.as_dict() for one in found),
    )
