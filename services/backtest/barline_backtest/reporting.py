"""How a computation tells its job where it is, and hears that it should stop."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from barline_core.db import Database
from barline_core.jobs import FINISHED, lock_job, report_progress

PAUSE_S = 0.5  # between two looks at the job: quick ones never look


class Cancelled(Exception):
    """Somebody cancelled the job; what is stored stays."""


@dataclass(slots=True)
class JobReporter:
    """Called with a share (0..1) and a message; writes them unless other tasks report progress for the job."""

    database: Database
    job_id: str
    alone: bool
    clock: Callable[[], float] = time.monotonic
    looked_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.looked_at = self.clock()

    def __call__(self, share: float, message: str) -> None:
        """Raise Cancelled when the job is to stop."""
        now = self.clock()
        if now - self.looked_at < PAUSE_S:
            return
        self.looked_at = now
        with self.database.transaction() as session:
            job = lock_job(session, self.job_id)
            if job.cancel_requested or job.state in FINISHED:
                raise Cancelled
            if self.alone:
                report_progress(job, share, message)
