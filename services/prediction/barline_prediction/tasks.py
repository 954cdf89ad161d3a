"""The task on the queue, and what becomes of one that keeps raising."""

from procrastinate import Blueprint, JobContext
from sqlalchemy.exc import OperationalError

from barline_core.problems import InternalError
from barline_core.retrying import CRASHES_ALLOWED, TryAgain
from barline_prediction import jobs
from barline_prediction.batching import Workplace, forecast_symbols, note_crash


def build_tasks(place: Workplace) -> Blueprint:
    """The tasks, bound to what they work with."""
    tasks = Blueprint()

    @tasks.task(name="forecast_symbols", queue=jobs.QUEUE, pass_context=True, retry=TryAgain())
    def forecast(context: JobContext, job_id: str, first: int, stop: int) -> None:
        try:
            forecast_symbols(place, job_id, first, stop)
        except OperationalError:
            raise
        except Exception:
            if context.job.attempts >= CRASHES_ALLOWED:
                crashed = InternalError("Something went wrong here.")
                note_crash(place, job_id, first, stop, crashed)
            raise

    return tasks
