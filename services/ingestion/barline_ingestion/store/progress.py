"""How far a job is: counted from the load states of its symbols, so that a repeated task counts
once.
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from barline_core.models import Job

FAILURES_NAMED = 5

# A symbol that was removed meanwhile is not waited for.
COUNT = """
SELECT count(*) AS total,
       count(*) FILTER (WHERE symbol.id IS NOT NULL
                          AND (status.last_attempt_at IS NULL OR status.last_attempt_at < :since))
           AS pending,
       count(*) FILTER (WHERE status.last_attempt_at >= :since AND status.problem IS NOT NULL)
           AS failed,
       coalesce(array_agg(wanted.ticker ORDER BY wanted.ticker) FILTER (
           WHERE status.last_attempt_at >= :since AND status.problem IS NOT NULL), '{}') AS failures
FROM jsonb_array_elements_text(CAST(:symbols AS jsonb)) AS wanted (ticker)
LEFT JOIN market.symbol ON symbol.ticker = wanted.ticker
LEFT JOIN market.symbol_status AS status ON status.symbol_id = symbol.id
"""


@dataclass(frozen=True, slots=True)
class Progress:
    total: int
    pending: int
    failed: int
    failures: tuple[str, ...]

    @property
    def done(self) -> int:
        return self.total - self.pending

    @property
    def fraction(self) -> float:
        return self.done / self.total if self.total else 1.0


def progress_of(session: Session, job: Job) -> Progress:
    """Count the symbols attempted since the job was made."""
    symbols = session.scalar(
        text("SELECT parameters ->> 'symbols' FROM market.job WHERE id = :id"), {"id": job.id}
    )
    row = session.execute(text(COUNT), {"symbols": symbols, "since": job.created_at}).one()
    return Progress(row.total, row.pending, row.failed, tuple(row.failures[:FAILURES_NAMED]))
