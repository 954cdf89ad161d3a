"""When a session is over, whether a symbol can have newer bars, and when a spent budget returns."""

from datetime import date, datetime, time, timedelta

from barline_core.clock import MARKET_TIME_ZONE
from barline_core.sessions import calendar_for, latest_session, sessions_between

# A quarter of an hour after the regular close: the upstream marks bars as final a little late.
SESSION_IS_FINAL_AT = time(16, 15)


def latest_final_session(symbol: str, market_now: datetime) -> date:
    """The newest session of the symbol's exchange that is over, at an instant in US/Eastern.

    The US close counts for every exchange: those further east have closed long before, and a bar
    of theirs is asked for a few hours late at worst.
    """
    over = market_now.time() >= SESSION_IS_FINAL_AT
    day = market_now.date() if over else market_now.date() - timedelta(days=1)
    return latest_session(calendar_for(symbol), day)


def sessions_behind(symbol: str, last_date: date, market_now: datetime) -> int:
    """How many sessions are over since the newest stored bar."""
    newest = latest_final_session(symbol, market_now)
    return len(sessions_between(calendar_for(symbol), last_date + timedelta(days=1), newest))


def next_budget_day(wall_now: datetime) -> datetime:
    """The wall-clock instant at which the upstream counts requests anew: midnight in US/Eastern.

    A minute is left for clocks that differ. A fixed market clock does not move by itself; then a
    worker looks again at the next real midnight.
    """
    local = wall_now.astimezone(MARKET_TIME_ZONE)
    tomorrow = local.date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(0, 1), tzinfo=MARKET_TIME_ZONE)
