"""The jobs behind sweeps and walk-forwards: put on the queue with their rows, moved along by workers, cancelled."""

from collections.abc import Sequence

from procrastinate.jobs import Job as QueuedTask
from sqlalchemy.orm import Session

from barline_backtest.errors import NothingComputed
from barline_backtest.store.sweeps import count_symbols
from barline_core.deferral import put
from barline_core.jobs import (
    FINISHED,
    end_cancelled,
    expected_end,
    fail,
    lock_job,
    report_progress,
    succeed,
)

SERVICE = QUEUE = "backtest"
SWEEP, WALK_FORWARD = "sweep", "walk_forward"
SWEEP_TASK, WALK_FORWARD_TASK = "backtest:sweep_symbol", "backtest:walk_forward"
SWEEPS_PATH, WALK_FORWARDS_PATH = "/back_test/sweeps", "/back_test/walk_forwards"

# Somebody may be waiting for one symbol; a universe takes its time anyway.
SINGLE_PRIORITY, UNIVERSE_PRIORITY = 20, 10


def queue_sweep_tasks(session: Session, job_id: str, sweep_id: str, symbols: Sequence[str]) -> None:
    """One task a symbol."""
    priority = SINGLE_PRIORITY if len(symbols) == 1 else UNIVERSE_PRIORITY
    put(
        session,
        [
            task(SWEEP_TASK, priority, job_id=job_id, sweep_id=sweep_id, symbol=symbol)
            for symbol in symbols
        ],
    )


def queue_walk_forward_task(session: Session, job_id: str, walk_id: str) -> None:
    put(session, [task(WALK_FORWARD_TASK, SINGLE_PRIORITY, job_id=job_id, walk_id=walk_id)])


def task(name: str, priority: int, **arguments: str) -> QueuedTask:
    return QueuedTask(
        queue=QUEUE,
        task_name=name,
        priority=priority,
        lock=None,
        queueing_lock=None,
        task_kwargs=dict(arguments),
    )


def advance_sweep(session: Session, job_id: str, sweep_id: str) -> None:
    """Count what is done after a task, and end the job after its last one."""
    job = lock_job(session, job_id)
    if job.state in FINISHED:
        return
    total, done, failed = count_symbols(session, sweep_id)
    if job.cancel_requested:
        end_cancelled(job)
    elif done < total:
        report_progress(
            job, done / total, f"{done} of {total} symbols.", eta=expected_end(job, done, total)
        )
    elif failed == total:
        fail(
            job,
            NothingComputed(f"Not one of {total} symbol(s) could be swept; the sweep says why."),
        )
    else:
        message = f"{total - failed} of {total} symbols swept." if total > 1 else "Swept."
        succeed(job, message=message, result=f"{SWEEPS_PATH}/{sweep_id}")
