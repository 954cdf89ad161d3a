"""From the queue through the sandbox into the database and back out, as a worker does it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from sqlalchemy import text

from barline_core.bar_reader import read_bars
from barline_core.bars import BarSeries, adjusted
from barline_core.clock import utc_now
from barline_core.db import Database
from barline_core.models import Job
from barline_ingestion import jobs
from barline_ingestion.capability import ADJUSTED_COMPACT
from barline_ingestion.store.symbols import StatusOfSymbol, status_of
from barline_ingestion.world import World
from barline_sandbox.exchange import Exchange
from barline_sandbox.faults import Fault, FaultRule
from barline_sandbox.history import real_history
from barline_sandbox.series import adjusted_closes

HISTORY = real_history()
FREE_KEY = "FR33KEY8SECRET1A"
SPLIT_DAY = date(2005, 2, 28)

MakeWorld = Callable[..., World]
Register = Callable[..., None]
RunQueue = Callable[[World], None]


@pytest.fixture
def load(run_queue: RunQueue) -> Callable[..., Job]:
    """Queue a load, work the queue off, and give the job as it ended."""

    def do(world: World, ticker: str) -> Job:
        with world.database.transaction() as session:
            job_id = jobs.queue_load(session, ticker, owner_id=1).id
        run_queue(world)
        return job_of(world, job_id)

    return do


@pytest.fixture
def refresh(run_queue: RunQueue) -> Callable[..., Job]:
    def do(world: World, *tickers: str, full: bool = False) -> Job:
        with world.database.transaction() as session:
            job_id = jobs.queue_refresh(session, list(tickers) or None, full=full, owner_id=1).id
        run_queue(world)
        return job_of(world, job_id)

    return do


def job_of(world: World, job_id: str) -> Job:
    with world.database.transaction() as session:
        return session.get_one(Job, job_id)


def bars(world: World, ticker: str, **then: object) -> BarSeries:
    with world.database.transaction() as session:
        return read_bars(session, ticker, **then)


def status(world: World, ticker: str) -> StatusOfSymbol:
    with world.database.transaction() as session:
        return status_of(session, ticker)


def finding_ids(world: World, ticker: str) -> list[object]:
    return [finding["id"] for finding in status(world, ticker).findings]


def count(database: Database, table: str) -> int:
    with database.transaction() as session:
        return int(session.scalar(text(f"SELECT count(*) FROM {table}")))  # noqa: S608


def test_a_load_stores_the_whole_history_with_its_actions(
    world: World, register: Register, load: Callable[..., Job], exchange: Exchange
) -> None:
    register("AAPL")
    job = load(world, "AAPL")
    assert (job.state, job.progress, job.message) == ("succeeded", 1.0, "1 symbol is up to date.")
    assert job.result == "/financial_data/data?symbol=AAPL"
    series = bars(world, "AAPL")
    source = HISTORY["AAPL"]
    assert np.array_equal(series.date, source.date)
    for name in ("open", "high", "low", "close", "volume", "dividend"):
        assert np.array_equal(getattr(series, name), getattr(source, name))
    assert np.array_equal(series.split_ratio, source.split)
    assert len(exchange.requests) == 1
    state = status(world, "AAPL")
    assert (state.state, state.sessions, state.missing_sessions) == ("ready", 3270, 0)
    assert (state.first_date, state.last_date) == (date(2000, 3, 1), date(2013, 3, 1))
    assert (state.capability, state.actions_known) == ("adjusted-full", True)
    assert state.data_version == series.data_version
    assert finding_ids(world, "AAPL") == ["split-suspected"]  # the crash of 2000-09-29


def test_the_split_of_2005_is_a_jump_in_raw_prices_and_none_in_adjusted_ones(
    world: World, register: Register, load: Callable[..., Job]
) -> None:
    register("AAPL")
    load(world, "AAPL")
    raw = bars(world, "AAPL")
    row = int(np.searchsorted(raw.date, np.datetime64(SPLIT_DAY)))
    assert raw.close[row] / raw.close[row - 1] == pytest.approx(0.504, abs=1e-3)
    split = adjusted(raw, "split")
    assert split.close[row] / split.close[row - 1] == pytest.approx(1.008, abs=1e-3)
    assert split.volume[row - 1] == 2 * raw.volume[row - 1]
    assert split.close[-1] == raw.close[-1]


@pytest.mark.parametrize("ticker", ["AAPL", "FB", "GOOG", "IBM", "MSFT"])
def test_the_total_return_view_is_the_upstreams_adjusted_close(
    world: World, register: Register, load: Callable[..., Job], ticker: str
) -> None:
    register(ticker)
    load(world, ticker)
    ours = adjusted(bars(world, ticker), "total_return").close
    np.testing.assert_allclose(ours, adjusted_closes(HISTORY[ticker]), rtol=1e-13)


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


def test_an_unknown_symbol_leaves_nothing_behind_but_the_reason(
    world: World, register: Register, load: Callable[..., Job]
) -> None:
    register("NOSUCH")
    job = load(world, "NOSUCH")
    assert job.state == "failed"
    assert job.problem is not None
    assert (job.problem["status"], job.problem["title"]) == (404, "Unknown symbol")
    for table in ("daily_bar", "daily_bar_revision", "corporate_action"):
        assert count(world.database, f"market.{table}") == 0
    assert status(world, "NOSUCH").state == "failed"
    with world.database.transaction() as session:  # what the gateway does then
        session.execute(text("DELETE FROM market.symbol WHERE ticker = 'NOSUCH'"))
    assert count(world.database, "market.symbol_status") == 0


def test_a_job_whose_symbols_all_failed_has_failed(
    world: World, register: Register, refresh: Callable[..., Job]
) -> None:
    register("NOSUCH", "NEITHER")
    job = refresh(world)
    assert job.state == "failed"
    assert job.problem is not None
    assert str(job.problem["type"]).endswith("/no-symbol-refreshed")
    assert job.message == "0 of 2 symbols are up to date; failed: NEITHER, NOSUCH."


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


def test_the_bar_of_an_open_session_is_not_stored(
    make_world: MakeWorld, register: Register, load: Callable[..., Job]
) -> None:
    """The sandbox already has March 1st, but by our clock that session is not over."""
    register("IBM")
    world = make_world(market_date=date(2013, 2, 28))
    load(world, "IBM")
    assert bars(world, "IBM").date[-1] == np.datetime64("2013-02-28")


@pytest.mark.parametrize(
    ("fault", "status_code", "problem_type"),
    [
        (Fault.HTML, 503, "service-unavailable"),
        (Fault.SERVER_ERROR, 503, "service-unavailable"),
        (Fault.EMPTY, 502, "upstream-has-no-data"),
        (Fault.NEW_WORDING, 502, "upstream-wrong"),
        (Fault.TRUNCATED, 502, "upstream-wrong"),
        (Fault.REDIRECT, 502, "upstream-wrong"),
        (Fault.SAMPLE_ROWS, 503, "not-in-plan"),
    ],
)
def test_a_load_whose_answers_go_wrong_fails_with_the_right_problem_and_stores_nothing(
    *,
    world: World,
    register: Register,
    load: Callable[..., Job],
    exchange: Exchange,
    fault: Fault,
    status_code: int,
    problem_type: str,
) -> None:
    register("IBM")
    exchange.faults.rules.append(FaultRule(fault, times=99))
    job = load(world, "IBM")
    assert job.state == "failed"
    assert job.problem is not None
    assert job.problem["status"] == status_code
    assert str(job.problem["type"]).endswith(f"/{problem_type}")
    assert count(world.database, "market.daily_bar") == 0
    assert status(world, "IBM").state == "failed"


def test_after_a_failed_load_the_next_one_succeeds(
    world: World, register: Register, load: Callable[..., Job], exchange: Exchange
) -> None:
    register("IBM")
    exchange.faults.rules.append(FaultRule(Fault.SERVER_ERROR, times=3))
    assert load(world, "IBM").state == "failed"
    assert load(world, "IBM").state == "succeeded"
    assert status(world, "IBM").state == "ready"
    assert count(world.database, "market.symbol_status") == 1


def test_a_refresh_waits_out_an_outage_and_says_so(
    world: World, register: Register, refresh: Callable[..., Job], exchange: Exchange
) -> None:
    register("IBM")
    exchange.faults.rules.append(FaultRule(Fault.SERVER_ERROR, times=3))
    job = refresh(world)
    assert job.state == "running"
    assert job.message.startswith("0 of 1 symbols; Alpha Vantage does not answer")
    assert job.eta is not None
    assert job.eta > utc_now()


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


def bring_forward(database: Database) -> None:
    """Let the tasks that wait for a time be due now."""
    with database.transaction() as session:
        session.execute(text("UPDATE queue.procrastinate_jobs SET scheduled_at = NULL"))


def test_the_stalest_symbol_comes_first(
    world: World,
    register: Register,
    load: Callable[..., Job],
    refresh: Callable[..., Job],
    exchange: Exchange,
) -> None:
    register("AAPL", "IBM", "MSFT")
    for ticker in ("MSFT", "AAPL"):
        load(world, ticker)
    exchange.requests.clear()
    refresh(world, full=True)
    assert [symbol for _, symbol in exchange.requests] == ["IBM", "MSFT", "AAPL"]


def test_a_cancelled_job_stops_and_keeps_what_it_has(
    world: World, register: Register, run_queue: RunQueue, exchange: Exchange
) -> None:
    register("AAPL", "IBM")
    with world.database.transaction() as session:
        job = jobs.queue_refresh(session, None, full=False, owner_id=1)
    with world.database.transaction() as session:
        jobs.request_cancel(session, session.get_one(Job, job.id))
    run_queue(world)
    assert job_of(world, job.id).state == "cancelled"
    assert exchange.requests == []
    assert count(world.database, "queue.procrastinate_jobs") == 0


def test_a_job_and_its_tasks_appear_together_or_not_at_all(
    world: World, register: Register
) -> None:
    register("IBM")
    with world.database.sessions() as session:
        jobs.queue_load(session, "IBM", owner_id=1)
        session.rollback()
    assert count(world.database, "market.job") == 0
    assert count(world.database, "queue.procrastinate_jobs") == 0
