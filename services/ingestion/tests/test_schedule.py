"""The daily refresh: once a session, after the US close by the market's clock, never on a fixed one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import pytest
from sqlalchemy import text

from barline_core.clock import MARKET_TIME_ZONE, MarketClock
from barline_core.db import Database
from barline_core.models import Job
from barline_ingestion.schedule import LOOK_FOR_A_CLOSE, queue_daily_refresh, session_to_fetch
from barline_ingestion.tasks import build_tasks
from barline_ingestion.world import World


@dataclass(frozen=True, slots=True)
class ClockAt(MarketClock):
    """A market clock that goes, and is read at one moment."""

    moment: str = ""

    def now(self) -> datetime:
        return datetime.fromisoformat(self.moment).replace(tzinfo=MARKET_TIME_ZONE)


@pytest.mark.parametrize(
    ("moment", "session"),
    [
        ("2026-05-15 16:00", date(2026, 5, 14)),  # the session is just over
        ("2026-05-15 17:10", date(2026, 5, 14)),  # its bars may not be published yet
        ("2026-05-15 17:15", date(2026, 5, 15)),
        ("2026-05-16 12:00", date(2026, 5, 15)),  # Saturday
        ("2026-05-18 00:30", date(2026, 5, 15)),
        ("2026-01-15 17:15", date(2026, 1, 15)),  # in winter as in summer
    ],
)
def test_a_session_is_fetched_an_hour_after_it_is_final(moment: str, session: date) -> None:
    assert session_to_fetch(ClockAt(moment=moment)) == session


def test_on_a_fixed_clock_nothing_is_ever_due() -> None:
    assert session_to_fetch(MarketClock(date(2013, 3, 2))) is None


def test_a_fixed_clock_has_no_periodic_task(world: World) -> None:
    assert build_tasks(world).periodic_registry.periodic_tasks == {}


def test_a_clock_that_goes_looks_every_quarter_of_an_hour(
    make_world: Callable[..., World],
) -> None:
    (task,) = build_tasks(make_world(market_date=None)).periodic_registry.periodic_tasks.values()
    assert task.cron == LOOK_FOR_A_CLOSE


def test_a_session_is_queued_once_for_all_followed_symbols(
    empty_database: Database, register: Callable[..., None]
) -> None:
    register("AAPL", "IBM", "MSFT")
    with empty_database.transaction() as session:
        session.execute(text("UPDATE market.symbol SET active = false WHERE ticker = 'IBM'"))
    clock = ClockAt(moment="2026-05-15 18:00")
    ids = []
    for _ in range(3):
        with empty_database.transaction() as session:
            ids.append(queue_daily_refresh(session, clock))
    assert ids[1:] == [None, None]
    with empty_database.transaction() as session:
        job = session.get_one(Job, ids[0])
        assert job.parameters == {
            "symbols": ["AAPL", "MSFT"],
            "full": False,
            "session": "2026-05-15",
        }
        assert session.scalar(text("SELECT count(*) FROM queue.procrastinate_jobs")) == 2
        assert queue_daily_refresh(session, ClockAt(moment="2026-05-18 18:00")) is not None


def test_without_followed_symbols_the_days_job_is_done_at_once(
    empty_database: Database,
) -> None:
    with empty_database.transaction() as session:
        job_id = queue_daily_refresh(session, ClockAt(moment="2026-05-15 18:00"))
        assert session.get_one(Job, job_id).state == "succeeded"
