"""Whether a session's daily refresh was queued already, which its job row tells."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from barline_core.models import Job

DAILY = "daily-refresh"


def is_queued(session: Session, day: date) -> bool:
    made = select(Job.id).where(
        Job.service == "ingestion",
        Job.kind == DAILY,
        Job.parameters["session"].astext == day.isoformat(),
    )
    return session.scalar(made.limit(1)) is not None
