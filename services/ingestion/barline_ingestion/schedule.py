"""The daily refresh after the US close.

The wall clock says when to look, every quarter of an hour; the market's clock says whether another
session is over. So a worker that was down at the close catches up, daylight saving needs no rule,
and a fixed market clock, on which nothing ever closes, spends nothing.
"""

from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from barline_core.clock import MarketClock
from barline_ingestion.jobs import queue_daily
from barline_ingestion.market_calendar import latest_final_session
from barline_ingestion.store.daily import is_queued

LOOK_FOR_A_CLOSE = "*/15 * * * *"
US_SYMBOL = "IBM"  # any ticker without a suffix: the US calendar counts for the schedule
# The upstream publishes the day's bars some time after the close.
PUBLISHED_AFTER = timedelta(hours=1)
DAILY_LOCK = 0x6461696C79  # "daily"


def session_to_fetch(market_clock: MarketClock) -> date | None:
    """The newest session whose bars should be published; None on a clock that stands still."""
    if market_clock.fixed_date is not None:
        return None
    return latest_final_session(US_SYMBOL, market_clock.now() - PUBLISHED_AFTER)


def queue_daily_refresh(session: Session, market_clock: MarketClock) -> str | None:
    """Queue the refresh of all followed symbols once a session; gives the new job's id."""
    day = session_to_fetch(market_clock)
    if day is None:
        return None
    session.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": DAILY_LOCK})
    return None if is_queued(session, day) else queue_daily(session, day, market_clock).id
