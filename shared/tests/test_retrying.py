"""A task that raises: when it is run again, and when its owner is told that it never will be."""

from datetime import UTC, datetime

import pytest
from procrastinate import App, JobContext
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job as QueuedTask
from procrastinate.testing import InMemoryConnector
from sqlalchemy.exc import OperationalError

from barline_core.problems import Problem
from barline_core.retrying import CRASHES_ALLOWED, ComeBackLater, TryAgain, telling_of_a_crash

TOMORROW = datetime(2024, 1, 2, tzinfo=UTC)
DATABASE_AWAY = OperationalError("SELECT 1", None, Exception("connection refused"))


def tried(attempts: int) -> QueuedTask:
    """A task that was begun and raised `attempts` times before this one."""
    return QueuedTask(
        queue="q", lock=None, queueing_lock=None, task_name="t", attempts=attempts, id=1
    )


def context_of(task: QueuedTask) -> JobContext:
    app = App(connector=InMemoryConnector())
    return JobContext(app=app, job=task, start_timestamp=0.0, abort_reason=lambda: None)


def told_of(error: Exception, attempts: int) -> list[Problem]:
    told: list[Problem] = []
    with pytest.raises(type(error)), telling_of_a_crash(context_of(tried(attempts)), told.append):
        raise error
    return told


@pytest.mark.parametrize("attempts", range(CRASHES_ALLOWED + 1))
def test_the_owner_is_told_exactly_when_a_crash_is_given_up(attempts: int) -> None:
    error = ZeroDivisionError("a bug")
    given_up = TryAgain().get_retry_decision(exception=error, job=tried(attempts)) is None
    told = told_of(error, attempts)
    assert [problem.status for problem in told] == ([500] if given_up else [])
    assert given_up == (attempts == CRASHES_ALLOWED)
    assert all("a bug" not in problem.detail for problem in told)


@pytest.mark.parametrize("error", [DATABASE_AWAY, ComeBackLater("The limit.", TOMORROW)])
def test_what_passes_is_never_told_as_a_crash_and_always_run_again(error: Exception) -> None:
    assert told_of(error, 1_000) == []
    assert TryAgain().get_retry_decision(exception=error, job=tried(1_000)) is not None


def test_a_task_comes_back_when_it_asked_to() -> None:
    decision = TryAgain().get_retry_decision(
        exception=ComeBackLater("The limit.", TOMORROW), job=tried(7)
    )
    assert decision is not None
    assert decision.retry_at == TOMORROW


def test_a_task_stopped_with_its_worker_is_run_again_at_once() -> None:
    decision = TryAgain().get_retry_decision(exception=JobAborted(), job=tried(9))
    assert decision is not None
    assert decision.retry_at is not None
    assert (decision.retry_at - datetime.now(UTC)).total_seconds() < 1


def test_work_that_goes_well_tells_nothing() -> None:
    told: list[Problem] = []
    with telling_of_a_crash(context_of(tried(CRASHES_ALLOWED)), told.append):
        pass
    assert told == []
