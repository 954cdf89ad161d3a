"""When a task that raised is run again."""

import asyncio

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job as QueuedTask
from sqlalchemy.exc import OperationalError

CRASHES_ALLOWED = 3
LONGEST_PAUSE_S = 60


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
