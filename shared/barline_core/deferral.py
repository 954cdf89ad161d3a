"""Puts tasks on the queue in the caller's own transaction: a job row and its tasks appear together or not at all."""

from collections.abc import Sequence

from procrastinate.contrib.sqlalchemy import SQLAlchemyPsycopg2Connector
from procrastinate.jobs import Job as QueuedTask
from procrastinate.manager import JobManager
from sqlalchemy import text
from sqlalchemy.orm import Session

from barline_core.jobs import FINISHED, cancel, end_cancelled
from barline_core.models import Job
from barline_core.queue import SCHEMA


def put(session: Session, tasks: Sequence[QueuedTask]) -> None:
    """Queue the tasks in the given order."""
    in_queue(session)
    manager = JobManager(SQLAlchemyPsycopg2Connector())
    manager.batch_defer_jobs(jobs=list(tasks), connection=session.connection())
    out_of_queue(session)


def withdraw(session: Session, queue: str, job_id: str) -> int:
    """Take a job's waiting tasks off the queue; gives how many of its tasks are still running.

    Tasks belong to a job by their argument `job_id`.
    """
    in_queue(session)
    session.execute(
        text(
            "SELECT procrastinate_cancel_job_v1(id, false, true) FROM procrastinate_jobs"
            " WHERE queue_name = :queue AND status = 'todo' AND args ->> 'job_id' = :job_id"
        ),
        {"queue": queue, "job_id": job_id},
    )
    running = session.scalar(
        text(
            "SELECT count(*) FROM procrastinate_jobs"
            " WHERE queue_name = :queue AND status = 'doing' AND args ->> 'job_id' = :job_id"
        ),
        {"queue": queue, "job_id": job_id},
    )
    out_of_queue(session)
    return int(running or 0)


def request_cancel(session: Session, queue: str, job: Job) -> None:
    """Take the job's waiting tasks back and end it; a task that is running stops at its next step.

    Ending it here and not in that task leaves no gap: the task may have reported just before, and never again.
    """
    session.refresh(job, with_for_update=True)
    if job.state in FINISHED:
        return
    cancel(job)
    withdraw(session, queue, job.id)
    if job.state not in FINISHED:
        end_cancelled(job)


def in_queue(session: Session) -> None:
    """The library's functions find their tables by the search path."""
    session.execute(text(f"SET LOCAL search_path = {SCHEMA}"))


def out_of_queue(session: Session) -> None:
    session.execute(text("SET LOCAL search_path TO DEFAULT"))
