"""The tasks on the queue, and what becomes of one that keeps raising."""

from functools import partial

from procrastinate import Blueprint, JobContext

from barline_core.retrying import TryAgain, telling_of_a_crash
from barline_ingestion.running import fetch_actions, give_up, run_refresh
from barline_ingestion.schedule import LOOK_FOR_A_CLOSE, queue_daily_refresh
from barline_ingestion.symbol_tasks import QUEUE
from barline_ingestion.world import World


def build_tasks(world: World) -> Blueprint:
    """The tasks, bound to what they work with."""
    tasks = Blueprint()

    @tasks.task(name="refresh_symbol", queue=QUEUE, pass_context=True, retry=TryAgain())
    def refresh_symbol(context: JobContext, job_id: str, ticker: str, full: bool) -> None:
        with telling_of_a_crash(context, partial(give_up, world, job_id, ticker)):
            run_refresh(world, job_id, ticker, full=full, attempts=context.job.attempts)

    @tasks.task(name="load_actions", queue=QUEUE, pass_context=True, retry=TryAgain())
    def load_actions(context: JobContext, ticker: str) -> None:
        fetch_actions(world, ticker, attempts=context.job.attempts)

    @tasks.task(name="daily_refresh", queue=QUEUE, queueing_lock="daily_refresh")
    def daily_refresh(timestamp: int) -> None:
        with world.database.transaction() as session:
            queue_daily_refresh(session, world.market_clock)

    if world.market_clock.fixed_date is None:  # on a clock that stands still no session closes
        tasks.periodic(cron=LOOK_FOR_A_CLOSE, periodic_id="daily")(daily_refresh)
    return tasks
