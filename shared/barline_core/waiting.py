"""Waits a while for a job that was just queued."""

import time

from barline_core.db import Database
from barline_core.jobs import FINISHED
from barline_core.models import Job

SHORTEST_PAUSE_S = 0.02
LONGEST_PAUSE_S = 0.25


def wait_for_job(database: Database, job_id: str, wait_s: float) -> Job:
    """The job when it has ended, or as it is after `wait_s` seconds; no transaction is held open."""
    deadline = time.monotonic() + wait_s
    pause_s = SHORTEST_PAUSE_S
    while True:
        with database.transaction() as session:
            job = session.get_one(Job, job_id)
        left_s = deadline - time.monotonic()
        if job.state in FINISHED or left_s <= 0:
            return job
        time.sleep(min(pause_s, left_s))
        pause_s = min(LONGEST_PAUSE_S, pause_s * 1.5)
