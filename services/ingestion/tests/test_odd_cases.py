"""What happens to real installations: dotted tickers, unfinished sessions, keys that were upgraded."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time

import numpy as np
import pytest
from sqlalchemy import text

from barline_core.bar_reader import read_bars
from barline_core.models import Job
from barline_ingestion.store.symbols import status_of
from barline_ingestion.world import World
from barline_sandbox.exchange import Exchange
from barline_sandbox.generated import GeneratedListing
from barline_sandbox.history import real_history
from barline_sandbox.keys import Tier

HISTORY = real_history()
GENERATED = GeneratedListing(100)
FREE_KEY = "FR33KEY8SECRET1A"

Load = Callable[..., Job]
MakeWorld = Callable[..., World]
Register = Callable[..., None]


@pytest.mark.parametrize(
    ("ticker", "upstream"), [("GEN00050.LON", "GEN00050.LON"), ("GEN00075.B", "GEN00075-B")]
)
def test_a_ticker_with_a_dot_is_loaded_and_measured_against_its_exchange(
    *,
    world: World,
    register: Register,
    load: Load,
    exchange: Exchange,
    ticker: str,
    upstream: str,
) -> None:
    exchange.listing = GENERATED
    register(ticker)
    assert load(world, ticker).state == "succeeded"
    assert exchange.requests[0][1] == upstream
    with world.database.transaction() as session:
        assert np.array_equal(read_bars(session, ticker).close, GENERATED[upstream].close)
        status = status_of(session, ticker)
    assert (status.missing_sessions, status.findings) == (0, ())


def test_the_bar_of_a_session_that_is_still_open_waits_for_its_close(
    make_world: MakeWorld, register: Register, load: Load, exchange: Exchange
) -> None:
    """The upstream says so itself, even where our clock thinks that the session is over."""
    register("IBM")
    exchange.market_date, exchange.market_time = date(2013, 3, 1), time(12, 30)
    world = make_world()
    load(world, "IBM")
    with world.database.transaction() as session:
        assert read_bars(session, "IBM").date[-1] == np.datetime64("2013-02-28")


def test_a_key_that_was_upgraded_is_found_out_within_a_month(
    make_world: MakeWorld, register: Register, load: Load, exchange: Exchange
) -> None:
    """What was refused is tried again after a month, and then the whole history is fetched."""
    register("IBM")
    exchange.market_date = date(2013, 2, 27)
    load(make_world(alpha_vantage_api_key=FREE_KEY, market_date=date(2013, 2, 27)), "IBM")
    exchange.keys.tiers[FREE_KEY] = Tier.PREMIUM
    exchange.market_date = date(2013, 2, 28)
    world = make_world(alpha_vantage_api_key=FREE_KEY, market_date=date(2013, 2, 28))
    load(world, "IBM")
    with world.database.transaction() as session:
        assert status_of(session, "IBM").sessions == 101
        session.execute(
            text("UPDATE market.upstream_capability SET learnt_at = learnt_at - interval '31 d'")
        )
    exchange.market_date = date(2013, 3, 1)
    world = make_world(alpha_vantage_api_key=FREE_KEY, market_date=date(2013, 3, 1))
    load(world, "IBM")
    with world.database.transaction() as session:
        status = status_of(session, "IBM")
    assert (status.sessions, status.capability) == (3270, "adjusted-full")


def test_splits_that_came_before_the_budget_ended_are_not_asked_for_again(
    make_world: MakeWorld,
    register: Register,
    load: Load,
    run_queue: Callable[[World], None],
    exchange: Exchange,
) -> None:
    exchange.keys.limits = replace(exchange.keys.limits, seconds_between_requests=0.0)
    register("IBM")
    settings = {"alpha_vantage_api_key": FREE_KEY, "free_requests_per_day": 4}
    exchange.market_date = date(2013, 2, 28)
    load(make_world(market_date=date(2013, 2, 28), **settings), "IBM")
    assert [function for function, _ in exchange.requests][3:] == ["SPLITS"]
    with make_world().database.transaction() as session:
        session.execute(text("UPDATE queue.procrastinate_jobs SET scheduled_at = NULL"))
        status = status_of(session, "IBM")
    assert status.known.splits_through == date(2013, 2, 28)
    assert not status.actions_known
    exchange.market_date = date(2013, 3, 1)
    world = make_world(market_date=date(2013, 3, 1), **settings)
    run_queue(world)
    assert [function for function, _ in exchange.requests][4:] == ["DIVIDENDS"]
    with world.database.transaction() as session:
        assert status_of(session, "IBM").actions_known
