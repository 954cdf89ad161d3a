"""The tasks on the queue, and what becomes of one that keeps raising."""

from functools import partial

from procrastinate import Blueprint, JobContext

from barline_backtest import jobs
from barline_backtest.sweeping import Workplace, give_up_symbol, run_sweep_symbol
from barline_backtest.walking import give_up_walk_forward, run_walk_forward
from barline_core.retrying import TryAgain, telling_of_a_crash


def build_tasks(place: Workplace) -> Blueprint:
    """The tasks, bound to what they work with."""
    tasks = Blueprint()

    @tasks.task(name="sweep_symbol", queue=jobs.QUEUE, pass_context=True, retry=TryAgain())
    def sweep_symbol(context: JobContext, job_id: str, sweep_id: str, symbol: str) -> None:
        tell = partial(give_up_symbol, place, job_id, sweep_id, symbol)
        with telling_of_a_crash(context, tell):
            run_sweep_symbol(place, job_id, sweep_id, symbol)

    @tasks.task(name="walk_forward", queue=jobs.QUEUE, pass_context=True, retry=TryAgain())
    def walk_forward(context: JobContext, job_id: str, walk_id: str) -> None:
        with telling_of_a_crash(context, partial(give_up_walk_forward, place, job_id)):
            run_walk_forward(place, job_id, walk_id)

    return tasks
