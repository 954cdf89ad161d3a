"""The tasks on the queue, and what becomes of one that keeps raising."""

from procrastinate import Blueprint, JobContext
from sqlalchemy.exc import OperationalError

from barline_backtest import jobs
from barline_backtest.sweeping import Workplace, note_problem, run_sweep_symbol
from barline_backtest.walking import run_walk_forward
from barline_core.jobs import FINISHED, fail, lock_job
from barline_core.problems import InternalError
from barline_core.retrying import CRASHES_ALLOWED, TryAgain


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
