"""The tasks on the queue, and when one that raised is run again."""

import asyncio

import structlog
from procrastinate import BaseRetryStrategy, Blueprint, JobContext, RetryDecision
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job as QueuedTask
from sqlalchemy.exc import OperationalError

from barline_backtest import jobs
from barline_backtest.sweeping import Workplace, note_problem, run_sweep_symbol
from barline_backtest.walking import run_walk_forward
from barline_core.jobs import FINISHED, fail, lock_job
from barline_core.problems import InternalError

CRASHES_ALLOWED = 3
LONGEST_PAUSE_S = 60

log = structlog.get_logger("barline.backtest")


class TryAgain(BaseRetryStrategy):
    """At once after a shutdown, else after ever longer pauses.

    A database that does not answer is waited for without end; a bug is given up on.
    """

    def get_retry_decision(
        self, *, exception: BaseException, job: QueuedTask
    ) -> RetryDecision | None:
        if isinstance(exception, asyncio.CancelledError | JobAborted):
            return RetryDecision(retry_in={"seconds": 0})
        if isinstance(exception, OperationalError) or job.attempts < CRASHES_ALLOWED:
            return RetryDecision(
                retry_in={"seconds": min(LONGEST_PAUSE_S, 2 ** min(job.attempts + 1, 10))}
            )
        return None


def build_tasks(place: Workplace) -> Blueprint:
    """The tasks, bound to what they work with."""
    tasks = Blueprint()

    @tasks.task(name="sweep_symbol", queue=jobs.QUEUE, pass_context=True, retry=TryAgain())
    def sweep_symbol(context: JobContext, job_id: str, sweep_id: str, symbol: str) -> None:
        try:
            run_sweep_symbol(place, job_id, sweep_id, symbol)
        except OperationalError:
            raise
        except Exception:
            if context.job.attempts >= CRASHES_ALLOWED:
                crashed = InternalError("Something went wrong here.")
                note_problem(place, job_id, sweep_id, symbol, crashed)
                with place.database.transaction() as session:
                    jobs.advance_sweep(session, job_id, sweep_id)
            raise

    @tasks.task(name="walk_forward", queue=jobs.QUEUE, pass_context=True, retry=TryAgain())
    def walk_forward(context: JobContext, job_id: str, walk_id: str) -> None:
        try:
            run_walk_forward(place, job_id, walk_id)
        except OperationalError:
            raise
        except Exception:
            if context.job.attempts >= CRASHES_ALLOWED:
                with place.database.transaction() as session:
                    job = lock_job(session, job_id)
                    if job.state not in FINISHED:
                        fail(job, InternalError("Something went wrong here."))
            raise

    return tasks
