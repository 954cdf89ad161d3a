"""When a task that raised is run again, and what happens when it is not."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job as QueuedTask
from sqlalchemy.exc import OperationalError

from barline_core.problems import InternalError, Problem

CRASHES_ALLOWED = 3
LONGEST_PAUSE_S = 60


class ComeBackLater(Exception):
    """A task has to wait for something to pass, and is run again at `at`."""

    def __init__(self, reason: str, at: datetime) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


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


@contextmanager
def telling_of_a_crash(context: JobContext, tell: Callable[[Problem], None]) -> Iterator[None]:
    """Around a task's work: `tell` writes down that it went wrong, once TryAgain will not run it again.

    The exception goes on in any case: it belongs in the log.
    """
    try:
        yield
    except (ComeBackLater, OperationalError):
        raise
    except Exception:
        if context.job.attempts >= CRASHES_ALLOWED:
            tell(InternalError("Something went wrong here."))
        raise
