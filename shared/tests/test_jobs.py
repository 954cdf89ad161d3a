import pytest
from sqlalchemy.orm import Session

from barline_core.jobs import (
    cancel,
    create_job,
    fail,
    get_job,
    job_document,
    report_progress,
    start_job,
    succeed,
)
from barline_core.models import Job
from barline_core.problems import NotFound, UnknownSymbol
from barline_core.tokens import Caller

OWNER = Caller(service="gateway", user_id=1, scope="read")
STRANGER = Caller(service="gateway", user_id=2, scope="write")


@pytest.fixture
def job(db_session: Session) -> Job:
    return create_job(
        db_session, service="ingestion", kind="refresh", owner_id=1, parameters={"full": False}
    )


def test_a_new_job_is_queued_under_its_services_name(job: Job) -> None:
    assert job.id.startswith("ingestion-")
    assert job_document(job)["state"] == "queued"


def test_a_job_moves_along_and_ends_with_its_result(db_session: Session, job: Job) -> None:
    start_job(job)
    report_progress(job, 0.5, "1 of 2")
    assert job_document(job)["progress"] == 0.5
    succeed(job, message="Done.", result="/financial_data/data")
    db_session.flush()
    document = job_document(job)
    assert (document["state"], document["progress"], document["result"]) == (
        "succeeded",
        1.0,
        "/financial_data/data",
    )
    assert str(document["finished_at"]).endswith("Z")


def test_a_failed_job_carries_the_problem(job: Job) -> None:
    fail(job, UnknownSymbol("ZZZ is not known."))
    problem = job_document(job)["problem"]
    assert isinstance(problem, dict)
    assert problem["status"] == 404


def test_another_users_job_does_not_exist(db_session: Session, job: Job) -> None:
    assert get_job(db_session, job.id, service="ingestion", caller=OWNER) is job
    with pytest.raises(NotFound):
        get_job(db_session, job.id, service="ingestion", caller=STRANGER)


def test_a_job_of_another_service_does_not_exist(db_session: Session, job: Job) -> None:
    with pytest.raises(NotFound):
        get_job(db_session, job.id, service="backtest", caller=OWNER)


def test_a_queued_job_is_cancelled_at_once_and_a_running_one_is_asked_to_stop(job: Job) -> None:
    start_job(job)
    cancel(job)
    assert (job.state, job.cancel_requested) == ("running", True)
    job.state = "queued"
    cancel(job)
    assert job.state == "cancelled"
