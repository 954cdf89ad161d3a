"""A refresh asks for what is missing, revises what was restated, and never touches the rest."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
from sqlalchemy import text

from barline_core.clock import utc_now
from barline_core.models import Job
from barline_ingestion.capability import ADJUSTED_COMPACT
from barline_ingestion.world import World
from barline_sandbox.exchange import Exchange
from barline_sandbox.history import real_history

from .stored import bars, count, finding_ids, status

HISTORY = real_history()
SPLIT_DAY = date(2005, 2, 28)
MakeWorld = Callable[..., World]
Register = Callable[..., None]


def test_an_up_to_date_symbol_makes_no_request(
    world: World,
    register: Register,
    load: Callable[..., Job],
    refresh: Callable[..., Job],
    exchange: Exchange,
) -> None:
    register("IBM")
    load(world, "IBM")
    before = count(world.database, "market.daily_bar_revision"), bars(world, "IBM").data_version
    again = refresh(world)
    assert again.state == "succeeded"
    assert load(world, "IBM").state == "succeeded"
    assert len(exchange.requests) == 1
    after = count(world.database, "market.daily_bar_revision"), bars(world, "IBM").data_version
    assert before == after == (0, before[1])


def test_a_bar_the_upstream_has_not_yet_is_not_asked_for_again_within_the_hour(
    make_world: MakeWorld, register: Register, load: Callable[..., Job], exchange: Exchange
) -> None:
    register("IBM")
    exchange.market_date = date(2013, 2, 28)
    load(make_world(market_date=date(2013, 2, 28)), "IBM")
    late = make_world(market_date=date(2013, 3, 1))
    for _ in range(3):
        assert load(late, "IBM").state == "succeeded"
    assert len(exchange.requests) == 2


def test_an_answer_that_was_not_stored_is_asked_for_again(
    make_world: MakeWorld, register: Register, load: Callable[..., Job], exchange: Exchange
) -> None:
    """A worker that dies between the answer and the transaction must not lose the bar."""
    register("IBM")
    exchange.market_date = date(2013, 2, 28)
    load(make_world(market_date=date(2013, 2, 28)), "IBM")
    exchange.market_date = date(2013, 3, 1)
    world = make_world(market_date=date(2013, 3, 1))
    world.provider.ask(ADJUSTED_COMPACT, "IBM")
    load(world, "IBM")
    assert bars(world, "IBM").date[-1] == np.datetime64("2013-03-01")
    assert len(exchange.requests) == 3


def test_a_full_refresh_of_unchanged_bars_changes_nothing(
    world: World,
    register: Register,
    load: Callable[..., Job],
    refresh: Callable[..., Job],
    exchange: Exchange,
) -> None:
    register("MSFT")
    load(world, "MSFT")
    version = bars(world, "MSFT").data_version
    assert refresh(world, "MSFT", full=True).state == "succeeded"
    assert len(exchange.requests) == 2
    assert bars(world, "MSFT").data_version == version
    assert count(world.database, "market.daily_bar_revision") == 0
    assert count(world.database, "market.corporate_action") == 38


def test_a_refresh_fetches_the_newest_bars_only_and_their_actions(
    make_world: MakeWorld,
    register: Register,
    load: Callable[..., Job],
    refresh: Callable[..., Job],
    exchange: Exchange,
) -> None:
    register("AAPL")
    for day in (date(2005, 2, 25), date(2005, 3, 4)):
        exchange.market_date = day
        job = load(make_world(market_date=day), "AAPL")
        assert job.state == "succeeded"
    world = make_world(market_date=date(2005, 3, 4))
    assert [function for function, _ in exchange.requests] == ["TIME_SERIES_DAILY_ADJUSTED"] * 2
    series = bars(world, "AAPL")
    assert series.date[-1] == np.datetime64("2005-03-04")
    assert series.split_ratio[series.date == np.datetime64(SPLIT_DAY)] == 2.0
    state = status(world, "AAPL")
    assert (state.actions_known, state.capability) == (True, "adjusted-full")
    assert count(world.database, "market.daily_bar_revision") == 0
    refresh(world)
    assert len(exchange.requests) == 2


def test_a_symbol_that_fell_far_behind_is_fetched_whole_again(
    make_world: MakeWorld, register: Register, load: Callable[..., Job], exchange: Exchange
) -> None:
    register("IBM")
    for day in (date(2010, 1, 4), date(2013, 3, 1)):
        exchange.market_date = day
        load(make_world(market_date=day), "IBM")
    world = make_world()
    assert len(bars(world, "IBM")) == 3270
    assert finding_ids(world, "IBM") == []


def test_a_restated_close_is_taken_over_and_the_old_view_stays_readable(
    world: World,
    register: Register,
    load: Callable[..., Job],
    refresh: Callable[..., Job],
    exchange: Exchange,
) -> None:
    register("IBM")
    load(world, "IBM")
    old_version = bars(world, "IBM").data_version
    then = utc_now()
    exchange.restate_close("IBM", date(2013, 2, 28), 199.99)
    refresh(world, full=True)
    row = -2
    assert bars(world, "IBM").close[row] == 199.99
    assert bars(world, "IBM").data_version != old_version
    yesterday = bars(world, "IBM", known_at=then)
    assert yesterday.close[row] == HISTORY["IBM"].close[row] != 199.99
    assert yesterday.data_version == old_version
    assert count(world.database, "market.daily_bar_revision") == 1


def test_a_symbol_that_vanished_upstream_keeps_its_bars_and_says_so(
    world: World,
    register: Register,
    load: Callable[..., Job],
    refresh: Callable[..., Job],
    exchange: Exchange,
) -> None:
    register("FB", "IBM")
    load(world, "FB")
    exchange.listing = {"IBM": HISTORY["IBM"]}
    job = refresh(world, full=True)
    assert job.state == "succeeded"
    assert job.message == "1 of 2 symbols are up to date; failed: FB."
    assert len(bars(world, "FB")) == 196
    with world.database.transaction() as session:
        problem = session.scalar(
            text("SELECT problem ->> 'type' FROM market.symbol_status WHERE problem IS NOT NULL")
        )
    assert str(problem).endswith("/unknown-symbol")
    assert status(world, "FB").state == "ready"


def test_a_reused_ticker_does_not_touch_the_stored_bars(
    make_world: MakeWorld, register: Register, load: Callable[..., Job], exchange: Exchange
) -> None:
    register("IBM")
    exchange.market_date = date(2013, 2, 1)
    load(make_world(market_date=date(2013, 2, 1)), "IBM")
    exchange.market_date = date(2013, 3, 1)
    exchange.listing = {"IBM": replace(HISTORY["MSFT"], symbol="IBM")}
    world = make_world()
    version = bars(world, "IBM").data_version
    job = load(world, "IBM")
    assert job.state == "failed"
    assert job.problem is not None
    assert str(job.problem["type"]).endswith("/history-disagrees")
    assert bars(world, "IBM").data_version == version
