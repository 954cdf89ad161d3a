"""HTTP answers of studies: the result, or the job that makes it."""

from http import HTTPStatus

from fastapi import Response

from barline_backtest.exports import MEDIA_TYPES, TableFormat
from barline_backtest.jobs import SWEEPS_PATH, WALK_FORWARDS_PATH
from barline_backtest.schemas import SweepQuery
from barline_backtest.studies import (
    own_sweep,
    own_walk_forward,
    pending,
    sweep_body,
    walk_forward_body,
)
from barline_core.db import Database
from barline_core.jobs import FINISHED
from barline_core.models import Job
from barline_core.tokens import Caller

JSON = "application/json"


def sweep_answer(database: Database, sweep_id: str, query: SweepQuery, caller: Caller) -> Response:
    """200 with the result when the job has ended, however it did; 202 with the job before. Raises UnknownSweep."""
    with database.transaction() as session:
        sweep = own_sweep(session, sweep_id, caller)
        job = session.get_one(Job, sweep.job_id)
        if job.state not in FINISHED:
            return still_running(sweep_id, job, f"{SWEEPS_PATH}/{sweep_id}")
        body = sweep_body(session, sweep, query)
    if query.format == "csv":
        return download(body, sweep_id, "csv")
    return Response(body, media_type=JSON)


def walk_forward_answer(database: Database, walk_id: str, caller: Caller) -> Response:
    """As for sweeps. Raises UnknownWalkForward."""
    with database.transaction() as session:
        walk = own_walk_forward(session, walk_id, caller)
        job = session.get_one(Job, walk.job_id)
        if job.state not in FINISHED:
            return still_running(walk_id, job, f"{WALK_FORWARDS_PATH}/{walk_id}")
        return Response(walk_forward_body(session, walk), media_type=JSON)


def still_running(study_id: str, job: Job, path: str) -> Response:
    return Response(
        pending(study_id, job),
        status_code=HTTPStatus.ACCEPTED,
        media_type=JSON,
        headers={"Location": path, "Retry-After": "1"},
    )


def download(body: bytes, name: str, form: TableFormat) -> Response:
    """A table as a file."""
    disposition = f'attachment; filename="{name}.{form}"'
    return Response(
        body, media_type=MEDIA_TYPES[form], headers={"Content-Disposition": disposition}
    )
