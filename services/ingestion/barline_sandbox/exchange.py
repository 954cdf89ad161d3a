"""The sandbox's one piece of state: which shares are listed, which day it is, and what has been
restated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from time import monotonic
from zoneinfo import ZoneInfo

import numpy as np

from barline_sandbox.faults import FaultPlan
from barline_sandbox.keys import KeyBook
from barline_sandbox.series import ListedSeries, unfinished

UPSTREAM_TIME_ZONE = ZoneInfo("US/Eastern")


@dataclass(frozen=True, slots=True)
class Seen:
    """One request, without its key: the sandbox's day, and what was asked."""

    day: date
    function: str
    symbol: str
    output_size: str


@dataclass(slots=True)
class Exchange:
    """What the routes read; a test or the command line changes it between requests.

    With a `market_date` the sandbox stands at the end of that day: later bars are not known yet,
    and a free key's day is that date. Without one all bars are known and the day is today's in
    US/Eastern. With a `market_time` too the day's session is still open, and its bar unfinished.
    `names` spares a long listing from being made only to be searched.
    """

    listing: Mapping[str, ListedSeries]
    keys: KeyBook = field(default_factory=lambda: KeyBook(monotonic))
    faults: FaultPlan = field(default_factory=FaultPlan)
    market_date: date | None = None
    market_time: time | None = None
    names: Mapping[str, str] | None = None
    latency_s: float = 0.0  # how long every answer takes
    delisted: set[str] = field(default_factory=set)
    restated: dict[str, ListedSeries] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)

    def note(self, query: Mapping[str, str]) -> None:
        """Remember a request, so that a test can count what was asked."""
        function, symbol = query.get("function", ""), query.get("symbol", "")
        self.requests.append((function, symbol))
        self.seen.append(Seen(self.today(), function, symbol, query.get("outputsize", "")))

    def today(self) -> date:
        return self.market_date or datetime.now(UPSTREAM_TIME_ZONE).date()

    def series(self, symbol: str) -> ListedSeries | None:
        """The share as known today, or nothing when it is not listed (yet, or any more)."""
        if symbol in self.delisted:
            return None
        found = self.restated.get(symbol) or self.listing.get(symbol)
        if found is None:
            return None
        known = found.until(self.today())
        if self.is_open() and len(known) and known.date[-1] == np.datetime64(self.today()):
            known = unfinished(known)
        return known if len(known) else None

    def is_open(self) -> bool:
        """Whether the day's session is still going on."""
        return self.market_date is not None and self.market_time is not None

    def last_refreshed(self, series: ListedSeries) -> str:
        """The newest session's date, with a time of day while it is unfinished."""
        day = series.date[-1].item()
        if self.is_open() and day == self.today():
            return f"{day} {self.market_time:%H:%M:%S}"
        return str(day)

    def all_names(self) -> Mapping[str, str]:
        """Every listed share's name by its symbol."""
        names = self.names or {symbol: series.name for symbol, series in self.listing.items()}
        return {symbol: name for symbol, name in names.items() if symbol not in self.delisted}

    def restate_close(self, symbol: str, session: date, close: float) -> None:
        """Give a session another close from now on, as the real upstream does at times."""
        series = self.restated.get(symbol) or self.listing[symbol]
        closes = np.where(series.date == np.datetime64(session), close, series.close)
        self.restated[symbol] = replace(series, close=closes)
