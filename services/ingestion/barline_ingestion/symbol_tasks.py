"""What ingestion puts on its queue: a symbol's part of a job, and the fetching of its splits and dividends."""

from collections.abc import Sequence
from dataclasses import dataclass

from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job as QueuedTask
from sqlalchemy.orm import Session

from barline_core.deferral import put

QUEUE = "ingestion"
REFRESH_TASK = "ingestion:refresh_symbol"
ACTIONS_TASK = "ingestion:load_actions"

# Somebody waits for a load; corporate actions come after all bars.
LOAD_PRIORITY, REFRESH_PRIORITY, ACTIONS_PRIORITY = 20, 10, 0


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
