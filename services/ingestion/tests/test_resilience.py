"""Workers killed at random moments, and PostgreSQL restarted under their hands: short versions of
`benchmarks/kills.py` and `benchmarks/restarts.py`.
"""

import random
import secrets
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from barline_core.bar_reader import read_bars
from barline_core.clock import MarketClock
from barline_core.db import Database, connect
from barline_core.embedded import EmbeddedPostgres
from barline_core.migrate import migrate
from barline_core.models import Job
from barline_ingestion import jobs
from barline_ingestion.settings import IngestionSettings
from barline_sandbox.exchange import Exchange
from barline_sandbox.history import real_history

from .processes import worker_process

MakeSettings = Callable[..., IngestionSettings]
HISTORY = real_history()
FREE_KEY = "FR33KEY8SECRET1A"
KILLS = 4


def queue_all(database: Database) -> str:
    with database.transaction() as session:
        clock = MarketClock()
        return jobs.queue_refresh(session, None, full=False, owner_id=1, market_clock=clock).id


def wait_for_end(database: Database, job_id: str) -> str:
    """The job's state in the end; the database may be away while we look."""
    deadline = time.monotonic() + 45
    state = "queued"
    while state not in jobs.FINISHED and time.monotonic() < deadline:
        time.sleep(0.1)
        try:
            with database.transaction() as session:
                state = session.get_one(Job, job_id).state
        except OperationalError:
            continue
    return state


def test_three_workers_killed_at_random_spend_and_store_everything_once(
    *,
    make_settings: MakeSettings,
    register: Callable[..., None],
    database: Database,
    exchange: Exchange,
    tmp_path: Path,
) -> None:
    register(*HISTORY)
    exchange.latency_s = 0.15
    settings = make_settings(alpha_vantage_api_key=FREE_KEY, free_seconds_between_requests=0.3)
    job_id = queue_all(database)
    log = tmp_path / "workers.log"
    chance = random.Random(7)  # noqa: S311 - moments nobody chose
    with ExitStack() as stack:
        alive = [stack.enter_context(worker_process(settings, log)) for _ in range(3)]
        wait_for_request(exchange)
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.1, 0.6))
            alive.pop(chance.randrange(len(alive))).kill()
            alive.append(stack.enter_context(worker_process(settings, log)))
        assert wait_for_end(database, job_id) == "succeeded"
    assert len(exchange.requests) <= 25
    asked = Counter((one.function, one.symbol, one.output_size) for one in exchange.seen)
    assert sum(count - 1 for count in asked.values()) <= KILLS
    with database.transaction() as session:
        for ticker, source in HISTORY.items():
            assert np.array_equal(read_bars(session, ticker).close, source.close[-100:])
    assert FREE_KEY not in log.read_text()


def wait_for_request(exchange: Exchange) -> None:
    deadline = time.monotonic() + 30
    while not exchange.requests:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def own_cluster() -> Iterator[tuple[EmbeddedPostgres, str]]:
    """A server that may be restarted: the other tests' must stay up."""
    with tempfile.TemporaryDirectory(prefix="barline-test-") as folder:
        Path(folder).chmod(0o755)
        postgres = EmbeddedPostgres(
            Path(folder) / "postgres", password=secrets.token_hex(8), durable=False
        )
        url = postgres.url(postgres.start())
        try:
            migrate(url)
            yield postgres, url
        finally:
            postgres.stop()


def test_postgres_restarted_under_load_stops_nothing_for_good(
    own_cluster: tuple[EmbeddedPostgres, str],
    make_settings: MakeSettings,
    exchange: Exchange,
    tmp_path: Path,
) -> None:
    postgres, url = own_cluster
    database = connect(url)
    with database.transaction() as session:
        for ticker in HISTORY:
            session.execute(text("INSERT INTO market.symbol (ticker) VALUES (:t)"), {"t": ticker})
    exchange.latency_s = 0.5
    job_id = queue_all(database)
    with worker_process(make_settings(database_url=url), tmp_path / "worker.log"):
        wait_for_request(exchange)
        for _ in range(2):
            postgres.restart()
            time.sleep(1.0)
        assert wait_for_end(database, job_id) == "succeeded"
    with database.transaction() as session:
        for ticker, source in HISTORY.items():
            assert np.array_equal(read_bars(session, ticker).close, source.close)
        assert session.scalar(text("SELECT count(*) FROM queue.procrastinate_jobs")) == 0
    assert len(exchange.requests) <= len(HISTORY) + 2
    database.close()
