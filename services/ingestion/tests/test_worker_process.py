"""Worker processes that die: their tasks are found by the missing heartbeat and run again."""

import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from barline_core.db import Database
from barline_core.models import Job
from barline_ingestion import jobs
from barline_ingestion.settings import IngestionSettings
from barline_sandbox.exchange import Exchange
from barline_sandbox.faults import Fault, FaultRule

from .processes import worker_process


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def state_of(database: Database, job_id: str) -> str:
    with database.transaction() as session:
        return session.get_one(Job, job_id).state


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(
    *,
    make_settings: Callable[..., IngestionSettings],
    register: Callable[..., None],
    database: Database,
    exchange: Exchange,
    tmp_path: Path,
) -> None:
    """The first worker dies while it waits for an answer; the second one finds its task."""
    register("IBM")
    exchange.faults.rules.append(FaultRule(Fault.STALL, times=1))
    with database.transaction() as session:
        job_id = jobs.queue_load(session, "IBM", owner_id=1).id
    log = tmp_path / "worker.log"
    with worker_process(make_settings(), log) as first:
        wait_until(lambda: len(exchange.requests) == 1)
        with worker_process(make_settings(), log):
            first.kill()
            wait_until(lambda: state_of(database, job_id) == "succeeded")
    assert len(exchange.requests) == 2
    assert "task.rescued" in log.read_text()
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM market.daily_bar")) == 3270
        outcomes = session.scalars(text("SELECT outcome FROM market.upstream_call ORDER BY id"))
        assert list(outcomes) == ["sent", "data"]
