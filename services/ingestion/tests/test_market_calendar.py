"""A symbol can only have newer bars when a session has closed."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from barline_core.clock import MarketClock
from barline_ingestion.market_calendar import (
    latest_final_session,
    next_budget_day,
    sessions_behind,
)

EASTERN = ZoneInfo("US/Eastern")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2013, 3, 1, 15, 59, tzinfo=EASTERN), date(2013, 2, 28)),
        (datetime(2013, 3, 1, 16, 15, tzinfo=EASTERN), date(2013, 3, 1)),
        (datetime(2013, 3, 2, 12, 0, tzinfo=EASTERN), date(2013, 3, 1)),  # a Saturday
        (datetime(2013, 3, 4, 9, 0, tzinfo=EASTERN), date(2013, 3, 1)),
        (datetime(2012, 10, 30, 20, 0, tzinfo=EASTERN), date(2012, 10, 26)),  # the hurricane
    ],
)
def test_a_session_is_final_a_quarter_of_an_hour_after_the_close(
    now: datetime, expected: date
) -> None:
    assert latest_final_session("IBM", now) == expected


def test_a_fixed_market_clock_stands_after_the_close() -> None:
    now = MarketClock(date(2013, 3, 1)).now()
    assert latest_final_session("IBM", now) == date(2013, 3, 1)


def test_another_exchange_has_its_own_holidays() -> None:
    whit_monday = datetime(2012, 6, 4, 20, 0, tzinfo=EASTERN)  # and the Queen's jubilee
    assert latest_final_session("TSCO.LON", whit_monday) == date(2012, 6, 1)
    assert latest_final_session("IBM", whit_monday) == date(2012, 6, 4)


def test_sessions_behind_counts_sessions_and_not_days() -> None:
    monday_evening = datetime(2013, 3, 4, 20, 0, tzinfo=EASTERN)
    assert sessions_behind("IBM", date(2013, 3, 1), monday_evening) == 1
    assert sessions_behind("IBM", date(2013, 3, 4), monday_evening) == 0
    assert sessions_behind("IBM", date(2012, 3, 2), monday_evening) == 250


@pytest.mark.parametrize(
    ("wall_now", "expected"),
    [
        (datetime(2026, 1, 15, 4, 30, tzinfo=UTC), datetime(2026, 1, 15, 5, 1, tzinfo=UTC)),
        (datetime(2026, 1, 15, 5, 30, tzinfo=UTC), datetime(2026, 1, 16, 5, 1, tzinfo=UTC)),
        (datetime(2026, 7, 15, 12, 0, tzinfo=UTC), datetime(2026, 7, 16, 4, 1, tzinfo=UTC)),
    ],
)
def test_a_spent_budget_returns_at_midnight_in_the_east(
    wall_now: datetime, expected: datetime
) -> None:
    assert next_budget_day(wall_now) == expected
