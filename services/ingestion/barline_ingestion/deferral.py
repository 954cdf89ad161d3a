"""Puts tasks on the queue in the caller's own transaction: a job row and its tasks appear together
or not at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from procrastinate.contrib.sqlalchemy import SQLAlchemyPsycopg2Connector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job as QueuedTask
from procrastinate.manager import JobManager
from sqlalchemy import text
from sqlalchemy.orm import Session

from barline_core.queue import SCHEMA

QUEUE = "ingestion"
REFRESH_TASK = "ingestion:refresh_symbol"
ACTIONS_TASK = "ingestion:load_actions"

# Somebody waits for a load; corporate actions come after all bars.
LOAD_PRIORITY, REFRESH_PRIORITY, ACTIONS_PRIORITY = 20, 10, 0

RESCUE_LOCK = 0x726573637565  # "rescue"
TAKE_BACK = """
SELECT job.task_name, job.args, procrastinate_retry_job_v2(job.id, now(), NULL, NULL, NULL)
FROM procrastinate_jobs AS job LEFT JOIN procrastinate_workers AS worker ON worker.id = worker_id
WHERE job.status = 'doing' AND job.queue_name = :queue
  AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => :stalled_after_s))
"""


@dataclass(frozen=True, slots=True)
class SymbolTask:
    """One symbol's part of a job."""

    job_id: str
    ticker: str
    full: bool


def defer_refreshes(session: Session, tasks: Sequence[SymbolTask], *, priority: int) -> None:
    """Queue the tasks in the given order; two tasks of one symbol never run at the same time."""
    put(
        session,
        [
            QueuedTask(
                queue=QUEUE,
                task_name=REFRESH_TASK,
                priority=priority,
                lock=f"symbol:{task.ticker}",
                queueing_lock=None,
                task_kwargs={"job_id": task.job_id, "ticker": task.ticker, "full": task.full},
            )
            for task in tasks
        ],
    )


def defer_actions(session: Session, ticker: str) -> None:
    """Queue the fetching of splits and dividends, unless it is queued already."""
    task = QueuedTask(
        queue=QUEUE,
        task_name=ACTIONS_TASK,
        priority=ACTIONS_PRIORITY,
        lock=f"symbol:{ticker}",
        queueing_lock=f"actions:{ticker}",
        task_kwargs={"ticker": ticker},
    )
    try:
        with session.begin_nested():
            put(session, [task])
    except AlreadyEnqueued:
        return


def withdraw(session: Session, job_id: str) -> int:
    """Take a job's waiting tasks off the queue; gives how many of its tasks are still running."""
    in_queue(session)
    session.execute(
        text(
            "SELECT procrastinate_cancel_job_v1(id, false, true) FROM procrastinate_jobs"
            " WHERE queue_name = :queue AND status = 'todo' AND args ->> 'job_id' = :job_id"
        ),
        {"queue": QUEUE, "job_id": job_id},
    )
    running = session.scalar(
        text(
            "SELECT count(*) FROM procrastinate_jobs"
            " WHERE queue_name = :queue AND status = 'doing' AND args ->> 'job_id' = :job_id"
        ),
        {"queue": QUEUE, "job_id": job_id},
    )
    out_of_queue(session)
    return int(running or 0)


def take_back_stalled(session: Session, stalled_after_s: float) -> list[str]:
    """Put tasks whose worker shows no life back on the queue, each once however many look."""
    session.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": RESCUE_LOCK})
    in_queue(session)
    rows = session.execute(text(TAKE_BACK), {"queue": QUEUE, "stalled_after_s": stalled_after_s})
    rescued = [f"{row.task_name} {row.args}" for row in rows]
    out_of_queue(session)
    return rescued


def put(session: Session, tasks: list[QueuedTask]) -> None:
    in_queue(session)
    manager = JobManager(SQLAlchemyPsycopg2Connector())
    manager.batch_defer_jobs(jobs=tasks, connection=session.connection())
    out_of_queue(session)


def in_queue(session: Session) -> None:
    """The library's functions find their tables by the search path."""
    session.execute(text(f"SET LOCAL search_path = {SCHEMA}"))


def out_of_queue(session: Session) -> None:
    session.execute(text("SET LOCAL search_path TO DEFAULT"))
