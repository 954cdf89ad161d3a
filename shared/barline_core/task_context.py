"""What surrounds every task of a worker: the id of the request that asked for it, a span, and a measurement."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from procrastinate import JobContext
from procrastinate.worker import Worker
from prometheus_client import Histogram
from sqlalchemy import select

from barline_core import tracing
from barline_core.db import Database
from barline_core.models import Job

BUCKETS_S = (0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)
TASK_SECONDS = Histogram(
    "barline_task_seconds",
    "How long a task took, by whether it was done or will have to be done again.",
    ["task", "outcome"],
    buckets=BUCKETS_S,
)


@dataclass(frozen=True, slots=True)
class TaskContext:
    """Procrastinate's middleware for tasks that are plain functions; those of a job have the argument `job_id`."""

    database: Database

    def __call__(
        self, call_next: Callable[[], object], context: JobContext, worker: Worker
    ) -> object:
        name, task_id = context.job.task_name, context.job.id
        request_id, parent = self.origin_of(str(context.job.task_kwargs.get("job_id", "")))
        started, outcome = time.perf_counter(), "again"
        with (
            structlog.contextvars.bound_contextvars(request_id=request_id or f"task-{task_id}"),
            tracing.span(name, parent),
        ):
            try:
                result = call_next()
                outcome = "done"
                return result
            finally:
                TASK_SECONDS.labels(name, outcome).observe(time.perf_counter() - started)

    def origin_of(self, job_id: str) -> tuple[str | None, str | None]:
        """The request and the span that asked for the job; a job nobody asked for is its own request."""
        if not job_id:
            return None, None
        with self.database.transaction() as session:
            query = select(Job.request_id, Job.traceparent).where(Job.id == job_id)
            row = session.execute(query).one_or_none()
        return (job_id, None) if row is None else (row.request_id or job_id, row.traceparent)
