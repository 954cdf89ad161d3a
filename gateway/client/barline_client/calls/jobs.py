"""Long actions."""

from pydantic import TypeAdapter

from barline_client.call import Call, delete, get, segment
from barline_client.models import Job

JOB: TypeAdapter[Job] = TypeAdapter(Job)


def read_job(job_id: str) -> Call[Job]:
    """How far it is."""
    return get("readJob", f"/jobs/{segment(job_id)}", JOB)


def cancel_job(job_id: str) -> Call[Job]:
    """Stop it; what is over stays as it is."""
    return delete("cancelJob", f"/jobs/{segment(job_id)}", JOB)
