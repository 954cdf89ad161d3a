"""What a free key gets: compact bars joined with proof, actions afterwards, a budget a day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from sqlalchemy import text

from barline_core.clock import utc_now
from barline_core.db import Database
from barline_core.models import Job
from barline_ingestion.world import World
from barline_sandbox.exchange import Exchange
from barline_sandbox.history import real_history

from .stored import bars, finding_ids, job_of, status

HISTORY = real_history()
FREE_KEY = "FR33KEY8SECRET1A"
SPLIT_DAY = date(2005, 2, 28)
MakeWorld = Callable[..., World]
Register = Callable[..., None]
RunQueue = Callable[..., None]


def bring_forward(database: Database) -> None:
    """Let the tasks that wait for a time be due now."""
    with database.transaction() as session:
        session.execute(text("UPDATE queue.procrastinate_jobs SET scheduled_at = NULL"))


def test_a_free_key_gets_compact_bars_and_their_actions_afterwards(
    make_world: MakeWorld, register: Register, load: Callable[..., Job], exchange: Exchange
) -> None:
    register("MSFT")
    world = make_world(alpha_vantage_api_key=FREE_KEY)
    assert load(world, "MSFT").state == "succeeded"
    assert [function for function, _ in exchange.requests] == [
        "TIME_SERIES_DAILY_ADJUSTED",
        "TIME_SERIES_DAILY",
        "TIME_SERIES_DAILY",
        "SPLITS",
        "DIVIDENDS",
    ]
    state = status(world, "MSFT")
    assert (state.sessions, state.capability) == (100, "daily-compact")
    assert state.actions_known
    series = bars(world, "MSFT")
    np.testing.assert_array_equal(series.dividend, HISTORY["MSFT"].dividend[-100:])


def test_while_a_free_keys_actions_are_refused_they_are_said_to_be_unknown(
    make_world: MakeWorld, register: Register, load: Callable[..., Job], exchange: Exchange
) -> None:
    exchange.keys.limits = replace(
        exchange.keys.limits,
        premium_functions=exchange.keys.limits.premium_functions | {"DIVIDENDS"},
    )
    register("MSFT")
    world = make_world(alpha_vantage_api_key=FREE_KEY)
    load(world, "MSFT")
    assert finding_ids(world, "MSFT") == ["actions-unknown"]
    assert not status(world, "MSFT").actions_known


def test_splits_come_for_every_symbol_while_dividends_are_refused(
    make_world: MakeWorld, register: Register, load: Callable[..., Job], exchange: Exchange
) -> None:
    """They are enough for split-adjusted prices; what a refusal taught is not asked again."""
    exchange.keys.limits = replace(
        exchange.keys.limits,
        premium_functions=exchange.keys.limits.premium_functions | {"DIVIDENDS"},
    )
    register("AAPL", "IBM")
    exchange.market_date = date(2005, 6, 17)
    world = make_world(alpha_vantage_api_key=FREE_KEY, market_date=date(2005, 6, 17))
    for ticker in ("IBM", "AAPL"):
        load(world, ticker)
    actions = [one for one in exchange.requests if one[0] in {"SPLITS", "DIVIDENDS"}]
    assert actions == [("SPLITS", "IBM"), ("DIVIDENDS", "IBM"), ("SPLITS", "AAPL")]
    series = bars(world, "AAPL")
    assert series.split_ratio[series.date == np.datetime64(SPLIT_DAY)] == 2.0
    assert finding_ids(world, "AAPL") == ["actions-unknown"]


def test_compact_bars_accumulate_over_a_split_without_mixing_epochs(
    make_world: MakeWorld, register: Register, load: Callable[..., Job], exchange: Exchange
) -> None:
    """Raw bars are joined, and the split is applied when they are read."""
    register("AAPL")
    for day in (date(2005, 2, 18), date(2005, 6, 17)):
        exchange.market_date = day
        load(make_world(alpha_vantage_api_key=FREE_KEY, market_date=day), "AAPL")
    world = make_world(alpha_vantage_api_key=FREE_KEY, market_date=date(2005, 6, 17))
    series = bars(world, "AAPL")
    source = HISTORY["AAPL"].until(date(2005, 6, 17)).newest(len(series))
    assert len(series) > 100
    assert np.array_equal(series.close, source.close)
    assert series.split_ratio[series.date == np.datetime64(SPLIT_DAY)] == 2.0
    assert finding_ids(world, "AAPL") == []


def test_compact_bars_without_a_shared_session_are_joined_with_a_warning(
    make_world: MakeWorld, register: Register, load: Callable[..., Job], exchange: Exchange
) -> None:
    register("IBM")
    for day in (date(2010, 1, 4), date(2010, 12, 31)):
        exchange.market_date = day
        load(make_world(alpha_vantage_api_key=FREE_KEY, market_date=day), "IBM")
    world = make_world(alpha_vantage_api_key=FREE_KEY, market_date=date(2010, 12, 31))
    state = status(world, "IBM")
    assert state.sessions == 200
    assert state.missing_sessions > 100
    assert finding_ids(world, "IBM") == ["missing-sessions", "unproven-join"]


def test_a_spent_budget_keeps_the_queue_and_says_when_it_goes_on(
    make_world: MakeWorld,
    register: Register,
    refresh: Callable[..., Job],
    run_queue: RunQueue,
    exchange: Exchange,
) -> None:
    """Five symbols, three requests a day: the rest comes on the next market day."""
    register("AAPL", "FB", "GOOG", "IBM", "MSFT")
    exchange.market_date = date(2013, 2, 28)
    rules = {"alpha_vantage_api_key": FREE_KEY, "free_requests_per_day": 5}
    world = make_world(market_date=date(2013, 2, 28), **rules)
    job = refresh(world)
    # Two requests showed what the key may not do, three brought bars.
    assert len(exchange.requests) == 5
    assert (job.state, job.message) == (
        "running",
        "3 of 5 today; the rest after 00:00 US/Eastern.",
    )
    assert job.eta is not None
    assert job.eta - utc_now() < timedelta(hours=25)
    exchange.market_date = date(2013, 3, 1)
    tomorrow = make_world(market_date=date(2013, 3, 1), **rules)
    bring_forward(tomorrow.database)
    run_queue(tomorrow)
    assert job_of(tomorrow, job.id).state == "succeeded"
    for ticker in ("AAPL", "FB", "GOOG", "IBM", "MSFT"):
        assert status(tomorrow, ticker).sessions == 100
