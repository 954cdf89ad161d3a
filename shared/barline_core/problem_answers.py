"""Every failure of a service as an RFC 9457 problem."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from psycopg2.errors import QueryCanceled
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from barline_core.problems import (
    CONTENT_TYPE,
    FieldError,
    InvalidInput,
    MethodNotAllowed,
    NotFound,
    Problem,
    ServiceUnavailable,
    UpstreamTooSlow,
)

log = structlog.get_logger("barline.service")


def answer_with_problems(app: FastAPI) -> None:
    """Render whatever the routes of `app` raise."""
    app.add_exception_handler(Problem, answer_problem)
    app.add_exception_handler(RequestValidationError, answer_invalid_input)
    app.add_exception_handler(HTTPException, answer_http_exception)
    app.add_exception_handler(OperationalError, answer_database_down)
    app.add_exception_handler(PoolTimeoutError, answer_database_down)


def problem_answer(request: Request, problem: Problem) -> JSONResponse:
    document = problem.document(
        instance=request.url.path, request_id=request.scope["state"]["request_id"]
    )
    return JSONResponse(
        document,
        status_code=problem.status,
        media_type=CONTENT_TYPE,
        headers=dict(problem.headers),
    )


async def answer_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - what Starlette's handler type cannot say
    return problem_answer(request, error)


async def answer_invalid_input(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what Starlette's handler type cannot say
    errors = tuple(field_errors(error.errors()))
    names = ", ".join(dict.fromkeys(one.parameter or one.pointer or "body" for one in errors))
    return problem_answer(request, InvalidInput(f"Please correct: {names}.", errors=errors))


def field_errors(errors: Iterable[Mapping[str, object]]) -> Iterable[FieldError]:
    """FastAPI's validation errors in our words: where, and what to do."""
    for error in errors:
        location = error["loc"]
        assert isinstance(location, tuple)  # noqa: S101 - FastAPI always gives a tuple
        where, *path = (str(part) for part in location)
        detail = str(error["msg"]).removeprefix("Value error, ")
        if error["type"] == "extra_forbidden":
            detail = "There is no such parameter."
        elif error["type"] == "json_invalid":
            yield FieldError("The body is not valid JSON.", pointer="")
            continue
        if where == "body":
            yield FieldError(detail, pointer="".join(f"/{part}" for part in path))
        else:
            yield FieldError(detail, parameter=".".join(path) or where)


async def answer_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what Starlette's handler type cannot say
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        problem: Problem = MethodNotAllowed(
            f"{request.method} is not possible here.", headers=error.headers or {}
        )
    elif error.status_code == HTTPStatus.NOT_FOUND:
        problem = NotFound(f"There is nothing at {request.url.path}.")
    else:
        problem = InvalidInput(str(error.detail))
    return problem_answer(request, problem)


async def answer_database_down(request: Request, error: Exception) -> Response:
    if isinstance(error, OperationalError) and isinstance(error.orig, QueryCanceled):
        log.warning("database.too_slow")
        slow = UpstreamTooSlow(
            "The database took too long for this; try again, or ask for less.",
            headers={"Retry-After": "30"},
        )
        return problem_answer(request, slow)
    log.error("database.unavailable", error=type(error).__name__)
    return problem_answer(request, ServiceUnavailable("The database does not answer; try again."))
