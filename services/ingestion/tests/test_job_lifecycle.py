"""Jobs and their tasks: the order they come in, how they end, and what a cancelled one leaves."""

from collections.abc import Callable

from sqlalchemy import text

from barline_core.clock import utc_now
from barline_core.deferral import in_queue, out_of_queue, request_cancel
from barline_core.models import Job
from barline_core.retrying import ComeBackLater
from barline_ingestion import jobs
from barline_ingestion.running import run_refresh
from barline_ingestion.symbol_tasks import QUEUE
from barline_ingestion.world import World
from barline_sandbox.exchange import Exchange
from barline_sandbox.faults import Fault, FaultRule

from .stored import count, job_of

Register = Callable[..., None]
RunQueue = Callable[..., None]


def test_a_job_whose_symbols_all_failed_has_failed(
    world: World, register: Register, refresh: Callable[..., Job]
) -> None:
    register("NOSUCH", "NEITHER")
    job = refresh(world)
    assert job.state == "failed"
    assert job.problem is not None
    assert str(job.problem["type"]).endswith("/no-symbol-refreshed")
    assert job.message == "0 of 2 symbols are up to date; failed: NEITHER, NOSUCH."


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
        job = jobs.queue_refresh(
            session, None, full=False, owner_id=1, market_clock=world.market_clock
        )
    with world.database.transaction() as session:
        request_cancel(session, QUEUE, session.get_one(Job, job.id))
    run_queue(world)
    assert job_of(world, job.id).state == "cancelled"
    assert exchange.requests == []
    assert count(world.database, "queue.procrastinate_jobs") == 0


def test_a_cancel_between_a_tasks_last_step_and_the_queues_mark_ends_the_job(
    world: World, register: Register, run_queue: RunQueue, exchange: Exchange
) -> None:
    """The task has reported, and will not again; the queue still calls it running."""
    register("AAPL", "IBM")
    with world.database.transaction() as session:
        job = jobs.queue_refresh(
            session, None, full=False, owner_id=1, market_clock=world.market_clock
        )
        in_queue(session)
        session.execute(
            text("UPDATE procrastinate_jobs SET status = 'doing' WHERE args ->> 'ticker' = 'AAPL'")
        )
        out_of_queue(session)
    run_refresh(world, job.id, "AAPL", full=False, attempts=0)
    assert job_of(world, job.id).state == "running"
    with world.database.transaction() as session:
        request_cancel(session, QUEUE, session.get_one(Job, job.id))
    assert job_of(world, job.id).state == "cancelled"
    run_queue(world)
    assert {symbol for _, symbol in exchange.requests} == {"AAPL"}
    assert count(world.database, "market.daily_bar") > 0


def test_a_cancel_that_comes_too_late_changes_nothing(
    world: World, register: Register, run_queue: RunQueue
) -> None:
    register("IBM")
    with world.database.transaction() as session:
        job_id = jobs.queue_load(session, "IBM", owner_id=1).id
    with world.database.transaction() as session:
        seen_before = session.get_one(Job, job_id)
        run_queue(world)
        request_cancel(session, QUEUE, seen_before)
    assert job_of(world, job_id).state == "succeeded"
    assert not job_of(world, job_id).cancel_requested


def test_a_task_that_would_wait_does_not_when_its_job_was_cancelled(
    world: World, register: Register
) -> None:
    register("IBM")
    with world.database.transaction() as session:
        job = jobs.queue_load(session, "IBM", owner_id=1)
        request_cancel(session, QUEUE, job)
    later = ComeBackLater("Alpha Vantage does not answer.", utc_now())
    with world.database.transaction() as session:
        assert not jobs.note_waiting(session, job.id, later, requests_per_day=25)
    assert job_of(world, job.id).message == "Cancelled before it began."
    assert job_of(world, job.id).eta is None


def test_a_job_and_its_tasks_appear_together_or_not_at_all(
    world: World, register: Register
) -> None:
    register("IBM")
    with world.database.sessions() as session:
        jobs.queue_load(session, "IBM", owner_id=1)
        session.rollback()
    assert count(world.database, "market.job") == 0
    assert count(world.database, "queue.procrastinate_jobs") == 0
