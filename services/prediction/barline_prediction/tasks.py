"""The task on the queue, and what becomes of one that keeps raising."""

from functools import partial

from procrastinate import Blueprint, JobContext

from barline_core.retrying import TryAgain, telling_of_a_crash
from barline_prediction import jobs
from barline_prediction.batching import Workplace, forecast_symbols, note_crash


def build_tasks(place: Workplace) -> Blueprint:
    """The tasks, bound to what they work with."""
    tasks = Blueprint()

    @tasks.task(name="forecast_symbols", queue=jobs.QUEUE, pass_context=True, retry=TryAgain())
    def forecast(context: JobContext, job_id: str, first: int, stop: int) -> None:
        with telling_of_a_crash(context, partial(note_crash, place, job_id, first, stop)):
            forecast_symbols(place, job_id, first, stop)

    return tasks
