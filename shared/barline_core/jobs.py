"""Long actions as rows: created by a route, moved along by a worker, read and cancelled by their owner."""

from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from barline_core import tracing
from barline_core.clock import utc_now
from barline_core.models import Job
from barline_core.problems import NotFound, Problem, problem_document
from barline_core.tokens import Caller

FINISHED = frozenset({"succeeded", "failed", "cancelled"})


def create_job(
    session: Session,
    *,
    service: str,
    kind: str,
    owner_id: int | None,
    parameters: dict[str, object],
) -> Job:
    """A new queued job whose id begins with the name of the service that runs it."""
    job = Job(
        id=f"{service}-{uuid4().hex}",
        service=service,
        kind=kind,
        state="queued",
        progress=0.0,
        message="Waiting for a worker.",
        owner_id=owner_id,
        parameters=parameters,
        cancel_requested=False,
        request_id=structlog.contextvars.get_contextvars().get("request_id"),
        traceparent=tracing.traceparent(),
        created_at=utc_now(),
    )
    session.add(job)
    session.flush()
    return job


def get_job(session: Session, job_id: str, *, service: str, caller: Caller) -> Job:
    """A job of this service that the caller may see; another user's does not exist for them."""
    job = session.scalars(select(Job).where(Job.id == job_id, Job.service == service)).one_or_none()
    if job is None or (caller.user_id != job.owner_id and caller.scope != "admin"):
        raise NotFound(f"There is no job {job_id}.")
    return job


def lock_job(session: Session, job_id: str) -> Job:
    """The row for a worker to change; another worker waits."""
    return session.scalars(select(Job).where(Job.id == job_id).with_for_update()).one()


def begin(session: Session, job_id: str) -> bool:
    """Mark the job as running for one of its tasks; False when it has ended or is to end."""
    job = lock_job(session, job_id)
    if job.state in FINISHED:
        return False
    if job.cancel_requested:
        end_cancelled(job)
        return False
    start_job(job)
    return True


def expected_end(job: Job, done: int, total: int) -> datetime | None:
    """The end when the rest goes as fast as what is done."""
    if job.started_at is None or not done:
        return None
    now = utc_now()
    return now + max((now - job.started_at) / done * (total - done), timedelta(seconds=1))


def start_job(job: Job) -> None:
    job.state = "running"
    job.started_at = job.started_at or utc_now()


def report_progress(
    job: Job, progress: float, message: str, *, eta: datetime | None = None
) -> None:
    job.progress = min(1.0, max(0.0, progress))
    job.message = message
    job.eta = eta


def succeed(job: Job, *, message: str, result: str | None) -> None:
    """`result` is the public path where the outcome can be read."""
    job.progress = 1.0
    job.result = result
    _finish(job, "succeeded", message)


def fail(job: Job, problem: Problem) -> None:
    instance = f"/jobs/{job.id}"
    job.problem = problem_document(
        type(problem),
        detail=problem.detail,
        instance=instance,
        request_id=job.id,
        errors=problem.errors,
    )
    _finish(job, "failed", problem.detail)


def cancel(job: Job) -> None:
    """Ask a running job to stop at its next step, or end one that has not begun."""
    job.cancel_requested = True
    if job.state == "queued":
        _finish(job, "cancelled", "Cancelled before it began.")


def end_cancelled(job: Job) -> None:
    _finish(job, "cancelled", "Cancelled.")


def _finish(job: Job, state: str, message: str) -> None:
    job.state = state
    job.message = message
    job.eta = None
    job.finished_at = utc_now()


def job_document(job: Job) -> dict[str, object]:
    """The public shape of a job."""
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "progress": job.progress,
        "message": job.message,
        "eta": _instant(job.eta),
        "created_at": _instant(job.created_at),
        "finished_at": _instant(job.finished_at),
        "result": job.result,
        "problem": job.problem,
    }


def _instant(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat().replace("+00:00", "Z")
