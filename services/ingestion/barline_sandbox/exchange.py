"""The sandbox's one piece of state: which shares are listed, which day it is, and what has been
restated.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np

from barline_sandbox.faults import FaultPlan
from barline_sandbox.keys import KeyBook
from barline_sandbox.series import ListedSeries

UPSTREAM_TIME_ZONE = ZoneInfo("US/Eastern")


@dataclass(slots=True)
class Exchange:
    """What the routes read; a test or the command line changes it between requests.

    With a `market_date` the sandbox stands at the end of that day: later bars are not known yet,
    and a free key's day is that date. Without one all bars are known and the day is today's in
    US/Eastern.
    """

    listing: Mapping[str, ListedSeries]
    keys: KeyBook = field(default_factory=lambda: KeyBook(time.monotonic))
    faults: FaultPlan = field(default_factory=FaultPlan)
    market_date: date | None = None
    restated: dict[str, ListedSeries] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)

    def today(self) -> date:
        return self.market_date or datetime.now(UPSTREAM_TIME_ZONE).date()

    def series(self, symbol: str) -> ListedSeries | None:
        """The share as known today, or nothing when it is not listed (yet)."""
        found = self.restated.get(symbol) or self.listing.get(symbol)
        if found is None:
            return None
        known = found.until(self.today())
        return known if len(known) else None

    def all_series(self) -> list[ListedSeries]:
        return [series for symbol in self.listing if (series := self.series(symbol)) is not None]

    def restate_close(self, symbol: str, session: date, close: float) -> None:
        """Give a session another close from now on, as the real upstream does at times."""
        series = self.restated.get(symbol) or self.listing[symbol]
        closes = np.where(series.date == np.datetime64(session), close, series.close)
        self.restated[symbol] = replace(series, close=closes)
