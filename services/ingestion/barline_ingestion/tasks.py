"""The tasks on the queue, and when one that raised is run again."""

import asyncio

from procrastinate import BaseRetryStrategy, Blueprint, JobContext, RetryDecision
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job as QueuedTask
from sqlalchemy.exc import OperationalError

from barline_ingestion.errors import ComeBackLater
from barline_ingestion.running import CRASHES_ALLOWED, fetch_actions, run_refresh
from barline_ingestion.schedule import LOOK_FOR_A_CLOSE, queue_daily_refresh
from barline_ingestion.symbol_tasks import QUEUE
from barline_ingestion.world import World

LONGEST_PAUSE_S = 60


class TryAgain(BaseRetryStrategy):
    """As told by ComeBackLater, at once after a shutdown, else after ever longer pauses.

    A database that does not answer is waited for without end; a bug is given up on.
    """

    def get_retry_decision(
        self, *, exception: BaseException, job: QueuedTask
    ) -> RetryDecision | None:
        if isinstance(exception, ComeBackLater):
            return RetryDecision(retry_at=exception.at)
        if isinstance(exception, asyncio.CancelledError | JobAborted):
            return RetryDecision(retry_in={"seconds": 0})
        if isinstance(exception, OperationalError) or job.attempts < CRASHES_ALLOWED:
            return RetryDecision(
                retry_in={"seconds": min(LONGEST_PAUSE_S, 2 ** min(job.attempts + 1, 10))}
            )
        return None


def build_tasks(world: World) -> Blueprint:
    """The tasks, bound to what they work with."""
    tasks = Blueprint()

    @tasks.task(name="refresh_symbol", queue=QUEUE, pass_context=True, retry=TryAgain())
    def refresh_symbol(context: JobContext, job_id: str, ticker: str, full: bool) -> None:
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
