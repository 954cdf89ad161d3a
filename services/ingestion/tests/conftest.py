"""A sandbox over real HTTP, and a world around a real database that asks it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from barline_core.db import Database
from barline_core.models import Job
from barline_core.queue import working_app
from barline_core.testing import serving
from barline_ingestion import jobs
from barline_ingestion.settings import IngestionSettings
from barline_ingestion.tasks import build_tasks
from barline_ingestion.world import World, open_world
from barline_sandbox.app import create_app as create_sandbox
from barline_sandbox.exchange import Exchange
from barline_sandbox.history import real_history
from barline_sandbox.keys import KeyBook, Tier

from .stored import job_of

KEY = "K3Y7SECRET9QX2ZW"
FREE_KEY = "FR33KEY8SECRET1A"
LAST_BAR = date(2013, 3, 1)
HISTORY = real_history()

MakeSettings = Callable[..., IngestionSettings]
MakeWorld = Callable[..., World]
RunQueue = Callable[..., None]


class Clock:
    """Seconds of the sandbox that pass only when told, so that its limits can be tested."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def sandbox_app() -> Iterator[tuple[object, str]]:
    """One server for all tests; each test gives it an exchange of its own."""
    app = create_sandbox(Exchange(HISTORY))
    with serving(app) as url:
        yield app, url


@pytest.fixture
def exchange(sandbox_app: tuple[object, str], clock: Clock) -> Exchange:
    """The sandbox's state, new for each test; a free key's requests are always far enough apart."""
    app, _ = sandbox_app

    def ever_later() -> float:
        clock.now_s += 10.0
        return clock.now_s

    keys = KeyBook(ever_later, tiers={"demo": Tier.DEMO, FREE_KEY: Tier.FREE})
    fresh = Exchange(HISTORY, keys=keys)
    app.state.exchange = fresh
    return fresh


@pytest.fixture
def sandbox_url(sandbox_app: tuple[object, str], exchange: Exchange) -> str:
    return sandbox_app[1]


@pytest.fixture
def make_settings(sandbox_url: str, database_url: str, internal_keys_dir: Path) -> MakeSettings:
    """Settings of a service that asks the sandbox, impatiently."""

    def make(**changes: object) -> IngestionSettings:
        chosen: dict[str, object] = {
            "database_url": database_url,
            "internal_keys_dir": internal_keys_dir,
            "alpha_vantage_base_url": sandbox_url,
            "alpha_vantage_api_key": KEY,
            "market_date": LAST_BAR,
            "upstream_backoff_s": 0.005,
            "upstream_read_timeout_s": 5.0,
            "free_seconds_between_requests": 0.0,
        }
        return IngestionSettings(**(chosen | changes))

    return make


@pytest.fixture
def make_world(make_settings: MakeSettings) -> Iterator[MakeWorld]:
    with ExitStack() as stack:

        def make(**changes: object) -> World:
            return stack.enter_context(open_world(make_settings(**changes)))

        yield make


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world()


@pytest.fixture
def free_world(make_world: MakeWorld) -> World:
    return make_world(alpha_vantage_api_key=FREE_KEY)


@pytest.fixture
def empty_database(database: Database) -> Database:
    """The module's database without a row in any of our tables."""
    with database.transaction() as session:
        session.execute(
            text(
                "TRUNCATE market.symbol, market.symbol_status, market.daily_bar,"
                " market.daily_bar_revision, market.corporate_action, market.upstream_call,"
                " market.upstream_capability, market.job, queue.procrastinate_jobs CASCADE"
            )
        )
    return database


@pytest.fixture
def register(empty_database: Database) -> Callable[..., None]:
    """Add symbols to the registry, as the gateway does."""

    def add(*tickers: str) -> None:
        with empty_database.transaction() as session:
            for ticker in tickers:
                session.execute(
                    text("INSERT INTO market.symbol (ticker, currency) VALUES (:ticker, 'USD')"),
                    {"ticker": ticker},
                )

    return add


@pytest.fixture
def run_queue(database_url: str) -> Callable[..., None]:
    """Run a worker until no task is due any more."""

    def run(world: World, url: str = database_url) -> None:
        async def work() -> None:
            app = working_app(url, build_tasks(world), namespace="ingestion")
            async with app.open_async():
                await app.run_worker_async(
                    queues=["ingestion"], wait=False, install_signal_handlers=False
                )

        asyncio.run(work())

    return run


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
            job_id = jobs.queue_refresh(
                session,
                list(tickers) or None,
                full=full,
                owner_id=1,
                market_clock=world.market_clock,
            ).id
        run_queue(world)
        return job_of(world, job_id)

    return do
