"""Exchange sessions: which days a symbol trades, from `exchange_calendars`."""

from datetime import date, timedelta
from functools import lru_cache

import exchange_calendars
import numpy as np

from barline_core.bars import Dates

DEFAULT_CALENDAR = "XNYS"
CALENDAR_BY_SUFFIX = {
    "AMS": "XAMS",
    "AX": "XASX",
    "BRU": "XBRU",
    "BSE": "XBOM",
    "DEX": "XETR",
    "FRK": "XFRA",
    "HKG": "XHKG",
    "LON": "XLON",
    "MIL": "XMIL",
    "PAR": "XPAR",
    "SAO": "BVMF",
    "SHH": "XSHG",
    "SHZ": "XSHG",
    "TRT": "XTSE",
    "TRV": "XTSX",
}
FIRST_DATE = date(1962, 1, 2)  # long before the first bar Alpha Vantage has


def calendar_for(symbol: str) -> str:
    """The exchange calendar of a ticker, by its suffix: `TSCO.LON` trades in London, `BRK.B` in New York."""
    _, dot, suffix = symbol.rpartition(".")
    return CALENDAR_BY_SUFFIX.get(suffix, DEFAULT_CALENDAR) if dot else DEFAULT_CALENDAR


def sessions_between(calendar: str, first: date, last: date) -> Dates:
    """Every session from `first` to `last`, both inclusive; weekdays outside the calendar's own years."""
    known = _known_sessions(calendar)
    if last < first:
        return known[:0]
    inside = known[(known >= np.datetime64(first)) & (known <= np.datetime64(last))]
    before = _weekdays(first, min(last, known[0].item() - timedelta(days=1)))
    after = _weekdays(max(first, known[-1].item() + timedelta(days=1)), last)
    return np.concatenate([before, inside, after])


def next_sessions(calendar: str, after: date, count: int) -> Dates:
    """The `count` sessions that follow `after`."""
    # No exchange closes for more than half of any 40 days; the margin covers the longest closures on record.
    horizon = after + timedelta(days=2 * count + 40)
    return sessions_between(calendar, after + timedelta(days=1), horizon)[:count]


def latest_session(calendar: str, on_or_before: date) -> date:
    """The last session up to a date."""
    found = sessions_between(calendar, on_or_before - timedelta(days=40), on_or_before)
    latest: date = found[-1].item()
    return latest


@lru_cache(maxsize=32)
def _known_sessions(name: str) -> Dates:
    bound = exchange_calendars.get_calendar(name).bound_min()
    start = FIRST_DATE if bound is None else max(FIRST_DATE, bound.date())
    calendar = exchange_calendars.get_calendar(name, start=start.isoformat())
    sessions: Dates = calendar.sessions.to_numpy().astype("datetime64[D]")
    return sessions


def _weekdays(first: date, last: date) -> Dates:
    days = np.arange(np.datetime64(first), np.datetime64(last) + 1, dtype="datetime64[D]")
    return days[np.is_busday(days)]
