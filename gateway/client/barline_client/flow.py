"""The conversation with the server as generators: they say what to send, how long to pause, and are told the answers.

Both transports drive the same flows, so retries, problems and jobs are decided here once and without I/O.
"""

import datetime as dt
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import IO, Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from barline_client import calls
from barline_client.call import Call
from barline_client.errors import (
    BrokenAnswer,
    JobCancelled,
    JobFailed,
    ServerUnreachable,
    problem_of,
)
from barline_client.models import Job, StoredProblem

T = TypeVar("T")

ATTEMPTS: Final = 4
LONGEST_PAUSE_S: Final = (
    30.0  # a longer Retry-After (the day's quota, say) is for the caller to decide
)
JOB_PAUSE_S: Final = 0.5
MAY_PASS: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
PROBLEM: Final[TypeAdapter[StoredProblem]] = TypeAdapter(StoredProblem)


@dataclass(frozen=True, slots=True)
class Send:
    """Send this; write the body of a success to `sink`, when there is one."""

    call: Call[Any]
    sink: IO[bytes] | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float


@dataclass(frozen=True, slots=True)
class Heard:
    """News of a job, for whoever shows progress."""

    job: Job


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; headers have lower-case names."""

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class NoReply:
    url: str
    reason: str


Step = Send | Pause | Heard
Told = Reply | NoReply | None
Flow = Generator[Step, Told, T]


def successful(call: Call[Any], sink: IO[bytes] | None = None) -> Flow[Reply]:
    """Send, and again after 429 or 503 when the server says how long to wait and it is not long."""
    for attempt in range(1, ATTEMPTS + 1):
        reply = yield Send(call, sink)
        if isinstance(reply, NoReply):
            raise ServerUnreachable(reply.url, reply.reason)
        if reply is None:
            raise RuntimeError("A transport says what became of everything it was asked to send.")
        if reply.status < 300:
            return reply
        pause_s = retry_after_s(reply.headers.get("retry-after"))
        may_pass = reply.status in MAY_PASS and attempt < ATTEMPTS
        if not may_pass or pause_s is None or pause_s > LONGEST_PAUSE_S:
            raise refusal(reply, pause_s)
        yield Pause(pause_s)
    raise AssertionError("the last attempt returns or raises")


def answered(call: Call[T]) -> Flow[T]:
    """The answer, read as its type."""
    reply = yield from successful(call)
    return read(call.answer, reply)


def followed(job: Job) -> Flow[Job]:
    """Ask for the job until it is over; its failure is raised."""
    while job.finished_at is None:
        yield Heard(job)
        yield Pause(JOB_PAUSE_S)
        job = yield from answered(calls.read_job(job.id))
    yield Heard(job)
    if job.state == "cancelled":
        raise JobCancelled(job)
    if job.problem is not None:
        raise JobFailed(job.problem)
    return job


def read(answer: TypeAdapter[T], reply: Reply) -> T:
    """The body as its type; what the document does not allow is named."""
    content = reply.content if reply.status != HTTPStatus.NO_CONTENT else b"null"
    try:
        return answer.validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the body"
        raise BrokenAnswer(
            f"{reply.url} gave an answer this client does not understand ({where}: {first['msg']}); "
            "is it a Barline of the same release?"
        ) from error


def refusal(reply: Reply, pause_s: float | None) -> Exception:
    """The problem in the body, or that there is none (a proxy's page, say)."""
    try:
        document = PROBLEM.validate_json(reply.content)
    except ValidationError:
        return BrokenAnswer(
            f"{reply.url} answered {reply.status} without saying why; is there a proxy before Barline?"
        )
    return problem_of(document, reply.status, pause_s)


def retry_after_s(value: str | None) -> float | None:
    """Seconds from now; the header has seconds or a date (RFC 9110). None: absent or unreadable."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds())
