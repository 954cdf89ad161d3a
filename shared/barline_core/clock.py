"""Two clocks, never mixed.

The market clock gives session dates (budget day, forecast dates, what is up to date) and can be fixed, because the
sandbox's bars end in 2013. The wall clock gives instants (tokens, `known_from`, `made_at`, schedules).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

MARKET_TIME_ZONE = ZoneInfo("US/Eastern")  # Alpha Vantage's day, whatever the exchange


def utc_now() -> datetime:
    """The wall clock: an aware instant in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class MarketClock:
    """The market's date and time of day; a `fixed_date` stands at the end of that day."""

    fixed_date: date | None = None

    def now(self) -> datetime:
        """The market's instant in US/Eastern."""
        if self.fixed_date is not None:
            return datetime.combine(self.fixed_date, time(23, 59), tzinfo=MARKET_TIME_ZONE)
        return datetime.now(MARKET_TIME_ZONE)

    def today(self) -> date:
        return self.now().date()
