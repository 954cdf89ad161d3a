"""How long the queue is, for Prometheus."""

from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.orm import Session

from barline_core.exposition import Reading
from barline_core.queue import SCHEMA

STATES = ("todo", "doing", "failed")


def queue_readings(queue: str) -> tuple[Reading, ...]:
    """The tasks of one queue by state, and how long the oldest that may run has waited."""

    def tasks(session: Session) -> Iterable[tuple[tuple[str, ...], float]]:
        rows = session.execute(
            text(
                f"SELECT status::text, count(*) FROM {SCHEMA}.procrastinate_jobs"  # noqa: S608 - our own constant
                " WHERE queue_name = :queue GROUP BY status"
            ),
            {"queue": queue},
        )
        counted = {str(status): float(count) for status, count in rows}
        return [((queue, state), counted.get(state, 0.0)) for state in STATES]

    def oldest(session: Session) -> Iterable[tuple[tuple[str, ...], float]]:
        seconds = session.scalar(
            text(
                "SELECT extract(epoch FROM now() - min(coalesce(job.scheduled_at, event.at)))"  # noqa: S608 - our own constant
                f" FROM {SCHEMA}.procrastinate_jobs AS job JOIN {SCHEMA}.procrastinate_events AS event"
                " ON event.job_id = job.id AND event.type = 'deferred'"
                " WHERE job.queue_name = :queue AND job.status = 'todo'"
                " AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())"
            ),
            {"queue": queue},
        )
        return [((queue,), float(seconds or 0.0))]

    return (
        Reading("barline_queue_tasks", "Tasks on a queue, by state.", ("queue", "state"), tasks),
        Reading(
            "barline_queue_oldest_seconds",
            "How long the oldest task that may run has been waiting.",
            ("queue",),
            oldest,
        ),
    )
