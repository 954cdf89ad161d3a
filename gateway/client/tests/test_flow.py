"""Retries, problems and jobs as the flows decide them, told what a server would say."""

import json

import pytest
from pydantic import TypeAdapter

from barline_client import calls, flow
from barline_client.errors import (
    AccessDenied,
    BrokenAnswer,
    JobCancelled,
    JobFailed,
    NotFound,
    ServerError,
    ServerUnreachable,
    TooManyRequests,
    Unavailable,
)
from barline_client.models import Job

JOB = {
    "id": "job-1", "kind": "refresh", "state": "running", "progress": 0.5, "message": "Half.", "eta": None,
    "created_at": "2026-11-25T00:00:00Z", "finished_at": None, "result": None, "problem": None,
}  # fmt: skip
HEALTH = calls.read_liveness()


def problem(status: int, kind: str = "not-found", **more: object) -> dict[str, object]:
    words = {"title": "Refused", "detail": "It may not be.", "instance": "/x", "request_id": "r"}
    return {"type": f"https://barline.example/problems/{kind}", "status": status, **words, **more}


def reply(status: int, body: object, **headers: str) -> flow.Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return flow.Reply("http://server/x", status, named, json.dumps(body).encode())


def job(**changes: object) -> Job:
    return TypeAdapter(Job).validate_python({**JOB, **changes})


def test_a_long_wait_is_left_to_the_caller() -> None:
    steps = flow.answered(HEALTH)
    next(steps)
    with pytest.raises(Unavailable) as raised:
        steps.send(reply(503, problem(503), retry_after="3600"))
    assert raised.value.retry_after_s == 3600


def test_a_short_wait_is_waited_and_the_same_call_sent_again() -> None:
    steps = flow.answered(calls.refresh_symbols())
    first = next(steps)
    assert steps.send(reply(429, problem(429), retry_after="7")) == flow.Pause(7)
    again = steps.send(None)
    assert again == first
    assert isinstance(again, flow.Send)
    assert again.call.idempotency_key  # so that nothing is done twice
    with pytest.raises(StopIteration) as end:
        steps.send(reply(202, JOB))
    assert end.value.value == job()


def test_it_gives_up_after_four_attempts() -> None:
    steps = flow.answered(HEALTH)
    next(steps)
    for _ in range(flow.ATTEMPTS - 1):
        assert steps.send(reply(429, problem(429), retry_after="1")) == flow.Pause(1)
        steps.send(None)
    with pytest.raises(TooManyRequests):
        steps.send(reply(429, problem(429), retry_after="1"))


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, AccessDenied), (404, NotFound), (429, TooManyRequests), (502, ServerError), (503, Unavailable)],
)  # fmt: skip
def test_each_refusal_has_its_exception(status: int, kind: type[Exception]) -> None:
    steps = flow.answered(HEALTH)
    next(steps)
    with pytest.raises(kind, match=r"Refused: It may not be\."):
        steps.send(reply(status, problem(status)))


def test_the_parameter_at_fault_is_named() -> None:
    steps = flow.answered(HEALTH)
    next(steps)
    errors = [{"parameter": "winbuy", "detail": "Too small."}]
    with pytest.raises(Exception, match="Refused: winbuy: Too small"):
        steps.send(reply(400, problem(400, errors=errors)))


def test_a_proxys_page_is_no_problem_document() -> None:
    steps = flow.answered(HEALTH)
    next(steps)
    with pytest.raises(BrokenAnswer, match="answered 502 without saying why"):
        steps.send(flow.Reply("http://server/x", 502, {}, b"<html>Bad gateway</html>"))


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"status": 5}', b"\xff"])
def test_an_answer_of_another_shape_is_refused(body: bytes) -> None:
    steps = flow.answered(HEALTH)
    next(steps)
    with pytest.raises(BrokenAnswer, match="does not understand"):
        steps.send(flow.Reply("http://server/x", 200, {}, body))


def test_no_answer_says_what_to_look_at() -> None:
    steps = flow.answered(HEALTH)
    next(steps)
    with pytest.raises(ServerUnreachable, match=r"refused.*BARLINE_URL"):
        steps.send(flow.NoReply("http://server", "Connection refused"))


def test_a_job_is_followed_to_its_end() -> None:
    steps = flow.followed(job())
    assert next(steps) == flow.Heard(job())
    assert isinstance(steps.send(None), flow.Pause)
    assert isinstance(steps.send(None), flow.Send)
    over = {**JOB, "state": "succeeded", "progress": 1.0, "finished_at": "2026-11-25T00:01:00Z"}
    news = steps.send(reply(200, over))
    assert isinstance(news, flow.Heard)
    with pytest.raises(StopIteration) as end:
        steps.send(None)
    assert end.value.value.state == "succeeded"


def test_a_failed_job_raises_its_own_problem() -> None:
    over = job(state="failed", finished_at="2026-11-25T00:01:00Z", problem=problem(502, "no-data"))
    steps = flow.followed(over)
    next(steps)
    with pytest.raises(JobFailed, match="It may not be") as raised:
        steps.send(None)
    assert raised.value.kind == "no-data"


def test_a_cancelled_job_is_no_success() -> None:
    steps = flow.followed(job(state="cancelled", finished_at="2026-11-25T00:01:00Z"))
    next(steps)
    with pytest.raises(JobCancelled, match="job-1"):
        steps.send(None)


def test_retry_after_may_be_a_date() -> None:
    assert flow.retry_after_s("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert flow.retry_after_s("soon") is None
    assert flow.retry_after_s(None) is None
