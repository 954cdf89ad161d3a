"""The internal routes of jobs, alike in each service that has a queue."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response

from barline_core.db import SessionDep
from barline_core.deferral import request_cancel
from barline_core.jobs import get_job, job_document
from barline_core.route_inputs import NoQuery
from barline_core.service import CallerDep


def job_routes(*, service: str, queue: str) -> APIRouter:
    """Reading and cancelling the jobs of `service`, whose tasks are on `queue`."""
    router = APIRouter()

    @router.get("/jobs/{job_id}")
    def read_job(
        job_id: str, query: Annotated[NoQuery, Query()], session: SessionDep, caller: CallerDep
    ) -> Response:
        """A job the caller may see."""
        return JSONResponse(job_document(get_job(session, job_id, service=service, caller=caller)))

    @router.delete("/jobs/{job_id}")
    def cancel_job(
        job_id: str, query: Annotated[NoQuery, Query()], session: SessionDep, caller: CallerDep
    ) -> Response:
        """Cancel a job: what its tasks have done already stays."""
        job = get_job(session, job_id, service=service, caller=caller)
        request_cancel(session, queue, job)
        return JSONResponse(job_document(job))

    return router
